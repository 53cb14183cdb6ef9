"""The scripts of benchmarks/detect are no package: they are found where they are."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "benchmarks" / "detect"))
