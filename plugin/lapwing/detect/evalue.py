"""How much does a bet against "no change" win, whenever one looks? An e-process, and e-BH over many of them.

An e-process may be looked at after every pair, for as long as anybody likes, with a stop whenever it pleases: under the
null hypothesis it exceeds 1 / alpha at any time at all with probability at most alpha.

For x symmetric about nought, exp(l x - l^2 x^2 / 2) has mean at most 1 (de la Pena 1999, "A general class of
exponential inequalities for martingales and ratios": cosh y <= exp(y^2 / 2)). With l >= 0 that holds for x symmetric
about any c <= 0 as well: with u = l c and y = l |x - c| the mean is exp(u - u^2 / 2 - y^2 / 2) cosh(y (1 - u)), which
is at most 1 for u <= 0 (shown on a grid by the tests; it is 1 only at u = y = 0). So the product over pairs is a
supermartingale, and so is its mixture over l with a half-normal prior of scale rho, which has the closed form below.

Sources: de la Pena, Klass and Lai (2004), "Self-normalized processes"; Wang and Ramdas (2022), "False discovery rate
control with e-values", section 3 (e-BH holds under any dependence).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import log_ndtr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lapwing.detect.ranks import Floats

RHO: Final = 1 / 0.02
"""The bets are spread about 1 / 2 %: where a change of about 1.5 % above the margin has noise of about 1.4 %."""


def log_e_above(values: Floats, margin: Floats, rho: float = RHO) -> Floats:
    """Return the log e-value of each row of ``values`` (S x n, NaN for holes) against "not above ``margin``" (S).

    Each value is symmetric about a centre of at most the margin under the null hypothesis; rows without values are 0.
    """
    excess = values - margin[:, None]
    total = np.nansum(excess, axis=1)
    weight = 1 + rho * rho * np.nansum(excess * excess, axis=1)
    found: Floats = (
        np.log(2) - np.log(weight) / 2 + (rho * total) ** 2 / (2 * weight) + log_ndtr(rho * total / np.sqrt(weight))
    )
    return found


def rejected(log_e: Floats, share: float, count: int) -> NDArray[np.bool_]:
    """Return which of the e-values e-BH rejects among ``count`` hypotheses, so that at most ``share`` are false.

    The k largest are rejected where the k-th is at least count / (k share).
    """
    order = np.argsort(-log_e, kind="stable")
    needed = np.log(count / share) - np.log(np.arange(1, log_e.shape[0] + 1))
    enough = np.flatnonzero(log_e[order] >= needed)
    found = np.zeros(log_e.shape[0], dtype=bool)
    if enough.size:
        found[order[: int(enough[-1]) + 1]] = True
    return found
