"""Write the history in formats that other tools read.

What each format keeps of a run; whatever it keeps comes back from an import equal to the last bit.

====================  =====  =====  =======  ================  ======  ===
of a run              run    jsonl  parquet  pytest-benchmark  asv     csv
====================  =====  =====  =======  ================  ======  ===
its id                yes    yes    yes      (3)               yes     (3)
commit, date, branch  yes    yes    yes      yes               yes     yes
a changed work tree   yes    yes    yes      yes               yes     yes
machine               yes    yes    yes      yes               yes     yes
metric, unit, better  yes    yes    yes      time only (1)     yes     yes
values by process     yes    yes    yes      yes               yes     (2)
loops, fingerprint    yes    yes    yes      yes               yes     yes
parameters            yes    yes    yes      yes               yes     yes
failures, missing     yes    yes    yes      yes               yes     yes
warnings, limits,
budgets, aliases,
locations, anchor     yes    no     no       no                yes     no
====================  =====  =====  =======  ================  ======  ===

(1) The others are left out and counted. A run without any time is left out.
(2) One value, the one that stands for the sample; and no line breaks in messages.
(3) Where not all of its values are written, an id made of it: the whole can still be imported beside it.

What pytest-benchmark and asv have no place for is under a key ``lapwing`` of each file
(:mod:`lapwing.history.own_words`, :mod:`lapwing.history.importers.asv_own`). Parquet is not imported. ``run`` and
``asv``, as ``lapwing history copy``, lose nothing.
"""

from __future__ import annotations

from lapwing.history.exporters.selection import Selection
from lapwing.history.exporters.writing import FORMATS, Exported, export, export_to_stream, require_target

__all__ = ["FORMATS", "Exported", "Selection", "export", "export_to_stream", "require_target"]
