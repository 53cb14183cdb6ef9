import numpy as np
import pytest

from lapwing.detect.thresholds import critical_value, p_value
from lapwing.detect.thresholds_table import CRITICAL, LEVELS, SIZES


def test_p_values_invert_critical_values_and_never_rise():
    for size in (7, 16, 50, 300, 50_000):
        for alpha in (0.8, 0.3, 0.05, 0.01, 0.004):
            assert p_value(size, critical_value(size, alpha)) == pytest.approx(alpha)
        p_values = [p_value(size, score) for score in np.linspace(-1, 30, 200)]
        assert p_values == sorted(p_values, reverse=True)
    assert critical_value(50, 0.999) == critical_value(50, LEVELS[0])
    assert p_value(50, -9.0) == 1.0
    assert p_value(50, 1e9) == 1e-12


def test_the_table_rises_with_the_level_and_with_size_in_the_long_run():
    table = np.array(CRITICAL)

    assert (len(SIZES), len(LEVELS)) == table.shape
    assert (np.diff(table, axis=1) > 0).all()
    doubled = [SIZES.index(size) for size in (16, 32, 64, 128, 249, 497, 993, 1985)]
    assert (np.diff(table[doubled], axis=0) > -0.05).all()
    assert list(SIZES) == sorted(set(SIZES))
