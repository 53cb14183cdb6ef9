"""What is said of series as points arrive, so that it need not be taken back?

A fold: the state after n points is a function of the n values alone, so that replaying a history on any day says what
was said on each of them, and nothing but the history has to be kept. Holes are skipped; positions count points.

**Where is looked.** At every position that is a multiple of 4, in series whose present level is stirred: its highest
rank CUSUM is more than noise with its memory explains, and more than when a look last found nothing there
(:mod:`~lapwing.detect.online.stirred`), which costs microseconds and says no to most. While a change is suspect and
young, at every position.

**What is seen.** What a scan of the last 256 points (:mod:`lapwing.detect.segments`) finds from the newest confirmed
change on, 5 points before the end at least: **suspect** at the level ``alpha``. It may be dropped again, and never
accuses. The past is seen as on the machine of the newest point (:mod:`~lapwing.detect.online.window`).

**Confirmed** is what was found at a tenth of ``alpha`` in all looks over 4 points, or in one at a hundredth
(:mod:`~lapwing.detect.online.looked`). Hysteresis: it is never asked for its evidence again, never moved and never
taken back; an excursion that ends is a second change. **Frozen** it is 20 points from the change on: until then its
p-value may fall.

A scan of the whole history after every run, which this is instead of, took back 16 % of what it had confirmed in cases
with known steps, and 39 % in numpy's history (``benchmarks/detect/appending.py``).
"""
