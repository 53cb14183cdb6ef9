"""Read the histories that other tools wrote.

What is taken of each, in base units. A commit that a file does not name must be given, and is never guessed.

========================  =====================================================  ==============================
format                    what is taken                                          what is not
========================  =====================================================  ==============================
asv                       results or samples, loops, parameters, versions (as    quartiles and intervals,
                          fingerprints: a boundary, nothing is dropped),         profiles, durations
                          failed and skipped apart, commits with dates
pytest-benchmark          raw values or else the median, loops, parameters,      other statistics, groups,
                          commit, changed work tree, machine class               extra info, options
pyperf                    values of each process, loops, unit, machine class,    warm-ups, calibration, other
                          date; pyperformance's commit                           metadata; which commit (1)
hyperfine                 each time as a process, mean user and system time,     exit codes; which commit (1)
                          memory, parameters                                     and when
google-benchmark          repetitions, rates, counters, errors, iterations,      aggregates, labels; which
                          date; the context's commit                             commit (1)
bencher                   values, and bounds as metrics of their own             which commit (1) and when
github-action-benchmark   every commit with date and subject, every bench,       ranges, extra text, authors
                          which way is better
csv, jsonl                points: benchmark, metric, value, unit, better,        other columns
                          noise, commit or date, machine
run                       all of it
========================  =====================================================  ==============================

(1) Given with ``--commit``, ``--date`` and ``--machine``.

What :mod:`lapwing.history.exporters` wrote comes back as the runs it came from. A run's id is made of its content, so
that a file imported twice is stored once. Whatever is wrong with a file is said in one sentence, and files are bounded
(:mod:`lapwing.history.importers.files`).
"""

from __future__ import annotations

from lapwing.history.importers.given import Given
from lapwing.history.importers.reading import FORMATS, read
from lapwing.history.importers.telling import Imported

__all__ = ["FORMATS", "Given", "Imported", "read"]
