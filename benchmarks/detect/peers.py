"""Who else finds change points? Lapwing and its peers as one function each: values in, first indices of new levels out.

The peers are the dependency group ``peers`` (``pip install -e . --group peers``, pip 25.1 or newer, in an environment
of its own); one that is missing is left out, and the run says so. Each is called with its own defaults where it has
any. PELT (Killick, Fearnhead and Eckley 2012) has a cost of squares and a penalty of 3 ln n, on values divided by
their noise; a linear kernel is that cost, and gives the same points as ``ruptures.Pelt(model="l2")`` in a thousandth
of the time.
"""

from __future__ import annotations

import importlib.metadata
import math
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

Values = Sequence[float | None]
Detector = Callable[[Values], list[int]]


def lapwing(alpha: float | None = None) -> Detector:
    """Return Lapwing, at its own alpha or this."""
    from lapwing import change_points

    options = {} if alpha is None else {"alpha": alpha}
    return lambda values: [point.index for point in change_points(values, **options)]


def otava(max_pvalue: float = 0.001) -> Detector:
    """Return Apache Otava as its command line calls it."""
    from otava.analysis import compute_change_points

    def find(values: Values) -> list[int]:
        found, _ = compute_change_points([float(v) for v in values], window_len=50, max_pvalue=max_pvalue)
        return [point.index for point in found]

    return _quiet(find)


def asv() -> Detector:
    """Return asv's regression detection."""
    from asv.step_detect import detect_steps

    return _quiet(lambda values: [step[0] for step in detect_steps(list(values))[1:]])


def pelt(factor: float = 3.0) -> Detector:
    """Return PELT of ruptures."""
    import ruptures

    def find(values: Values) -> list[int]:
        scaled = _in_sigmas(values).reshape(-1, 1)
        model = ruptures.KernelCPD(kernel="linear", min_size=3)
        return [int(i) for i in model.fit_predict(scaled, pen=factor * math.log(scaled.shape[0]))[:-1]]

    return _quiet(find)


def changeforest() -> Detector:
    """Return changeforest, looking for changes of the mean."""
    from changeforest import changeforest as forest

    def find(values: Values) -> list[int]:
        scaled = np.ascontiguousarray(_in_sigmas(values).reshape(-1, 1))
        return [int(i) for i in forest(scaled, "change_in_mean", "bs").split_points()]

    return _quiet(find)


PEERS: dict[str, Callable[..., Detector]] = {"otava": otava, "asv": asv, "pelt": pelt, "changeforest": changeforest}
PACKAGES = {"otava": "apache-otava", "asv": "asv", "pelt": "ruptures", "changeforest": "changeforest"}


def installed(names: Iterable[str]) -> dict[str, Detector]:
    """Return those of the peers that are here, and say on stderr which are not."""
    tried = {name: _installed(name) for name in names}
    found = {name: detect for name, detect in tried.items() if detect}
    missing = [PACKAGES[name] for name, detect in tried.items() if not detect]
    if found:
        told = ", ".join(f"{PACKAGES[name]} {importlib.metadata.version(PACKAGES[name])}" for name in found)
        print(f"peers: {told}", file=sys.stderr)
    if missing:
        print(f"not installed and left out: {', '.join(missing)} (pip install {' '.join(missing)})", file=sys.stderr)
    return found


def _installed(name: str) -> Detector | None:
    try:
        return PEERS[name]()
    except ImportError:
        return None


def without_holes(detect: Detector, values: Values) -> list[int]:
    """Return what ``detect`` finds in ``values`` less their holes, as indices of ``values``."""
    places = [i for i, value in enumerate(values) if value is not None and not math.isnan(value)]
    return [places[i] for i in detect([values[i] for i in places])]


def _in_sigmas(values: Values) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return values (logarithms where all are positive) in units of their noise, told from their differences."""
    array = np.asarray(values, dtype=np.float64)
    array = np.log(array) if array.min() > 0 else array
    differences = np.diff(array)
    sigma = 1.4826 * float(np.median(np.abs(differences - np.median(differences)))) / math.sqrt(2)
    scaled: np.ndarray[Any, np.dtype[np.float64]] = array / (sigma or 1e-9)
    return scaled


def _quiet(detect: Detector) -> Detector:
    """Return the detector without its warnings: they are about scipy and numpy, not about these values."""

    def find(values: Values) -> list[int]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return detect(values)

    return find
