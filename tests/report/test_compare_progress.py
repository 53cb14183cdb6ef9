"""How far a comparison has got, from its recording alone."""

import pytest

from factories import make_declared
from lapwing.judge.compare.policy import ComparePolicy
from lapwing.recording import Discovery, Found, Step
from lapwing.report.compare_progress import Progress, progress_line, progress_of, said
from recordings import make_pair, make_paired, make_recording

NAMES = ("t.py::still", "t.py::slower", "t.py::same")


def recording(*pairs):
    found = tuple(Found(benchmark=name) for name in NAMES[:2])
    same = Found(benchmark=NAMES[2], code="c0de")
    return make_recording(
        *pairs,
        discovery=Discovery(
            declared=tuple(make_declared(name) for name in NAMES), base=(*found, same), head=(*found, same)
        ),
    )


def pair(number, *, control=False):
    wave = 1 + 0.0001 * (number % 3)
    still = make_paired(NAMES[0], (1e-3, 1e-3), (1e-3 * wave, 1e-3))
    slower = make_paired(NAMES[1], (1e-3, 1e-3), (1.2e-3 * wave, 1.2e-3))
    step = Step(stage="screen", benchmarks=NAMES[:2], control=control)
    return make_pair(number, still, slower, step=step)


def test_nothing_is_measured_at_first():
    assert (0, 2, "screened 0, decided 0 of 2, 0 pairs, 0.0 s") == progress_line(recording(), ComparePolicy())


def test_what_is_the_same_code_is_not_waited_for():
    assert 2 == progress_of(recording(), ComparePolicy()).total


def test_after_the_screen_one_is_decided_and_one_is_confirmed():
    pairs = [pair(number) for number in range(4)]
    done, total, line = progress_line(recording(*pairs), ComparePolicy())
    assert (1, 2) == (done, total)
    assert "confirming 1, decided 1 of 2, 4 pairs, 2.0 s" == line


def test_control_pairs_take_time_and_are_not_counted():
    now = progress_of(recording(pair(0), pair(1, control=True)), ComparePolicy())
    assert (1, 1.0, 0) == (now.pairs, now.seconds, now.screened)


def test_in_the_end_all_are_decided():
    pairs = [pair(number) for number in range(30)]
    done, total, line = progress_line(recording(*pairs), ComparePolicy())
    assert (2, 2) == (done, total)
    assert "decided 2 of 2, 30 pairs, 15.0 s" == line


@pytest.mark.parametrize(
    ("now", "line"),
    [
        ((20, 6, 14, 500, 12, 8.34), "screened 20, confirming 6, decided 14 of 500, 12 pairs, 8.3 s"),
        ((1_500, 0, 3, 1_500, 1, 0.26), "decided 3 of 1,500, 1 pair, 0.3 s"),
    ],
)
def test_the_line_leaves_out_what_is_past(now, line):
    names = ("screened", "confirming", "decided", "total", "pairs", "seconds")
    assert line == said(Progress(**dict(zip(names, now, strict=True))))
