"""What is said of series as points arrive, so that it need not be taken back?

A fold: the state after n points is a function of the n values alone, so replaying a history on any day says what was
said on each of them, and nothing but the history has to be kept. Holes are skipped; positions count points.

**Level.** Since the newest change, at most the last 128 points (:mod:`~lapwing.detect.online.window`). Nothing else is
looked at when a point comes.

**Suspect.** The newest 2 to 8 points lie off the level, the nearest of them by more than unchanged code does in 1 of a
few hundred places (:mod:`~lapwing.detect.online.suspects`). It may be dropped again and never accuses.

**Confirmed.** After every point the highest rank CUSUM over all splits of the level, 8 points before and 7 after at
least, divided by what the memory of its noise explains, is held against the score that a quiet series, looked at as
often, reaches with probability alpha in 24 points (:mod:`~lapwing.detect.online.rates`). A candidate refused for its
memory or its place is looked at again from the next position that is a multiple of 4. Hysteresis: a confirmed change is
not asked for its evidence again and is never taken back; an excursion that ends is a second change. While it is the
newest, and at every multiple of 4, it moves to the likeliest place within the range it was confirmed with.

**Frozen.** 20 points from the change on it neither moves nor changes; its ``p_value`` is that of the highest score it
had. A change with another after it does not move either.
"""
