"""``lapwing detect``: its exit codes, and what it refuses."""

import io
import math
import random
import sys
from types import SimpleNamespace

import pytest


def noisy(level):
    source = random.Random(1)
    return "".join(f"{level(i) * math.exp(source.gauss(0, 0.02))!r}\n" for i in range(120))


STEP = noisy(lambda i: 1.3 if i >= 70 else 1.0)
BUMP = noisy(lambda i: 1.3 if 50 <= i < 62 else 1.0)


@pytest.fixture
def detect(lapwing, monkeypatch):
    """Run ``lapwing detect`` and return its exit code and what it wrote."""

    def run(*arguments, stdin=""):
        content = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
        done = lapwing("detect", *arguments)
        return done.code, done.out, done.err

    return run


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("--fail",), 1), ((), 0), (("--fail", "--better", "higher"), 0), (("--fail", "--unit", "rows/s"), 0)],
)
def test_only_a_regression_fails_and_only_if_asked(arguments, code, detect):
    assert detect("-", *arguments, stdin=STEP)[0] == code


def test_a_change_that_returned_fails_nothing(detect):
    assert detect("-", "--fail", stdin=BUMP)[0] == 0


@pytest.mark.parametrize(
    ("stdin", "slug"),
    [
        ("", "empty-file"),
        ("a\nb\n", "bad-value"),
        ("1\ninf\n", "infinite-value"),
        (b"\x7fELF\x02\x01\x00\x00\xff\xfe", "not-text"),
        ("1,2\n3\n", "mixed-columns"),
    ],
)
def test_bad_input_is_one_sentence(stdin, slug, detect):
    code, out, err = detect("-", stdin=stdin)

    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert f"[{slug}] standard input" in err
    assert "Remedy: " in err


@pytest.mark.parametrize(
    ("arguments", "slug"),
    [
        (("no\x1b.csv",), "no-such-file"),
        ((".",), "unreadable-file"),
        (("n.csv", "--alpha", "2"), "bad-alpha"),
        (("n.csv", "--alpha", "nan"), "bad-alpha"),
        (("n.csv", "--column", "speed"), "unknown-column"),
        (("n.csv", "--unit", "x" * 99), "bad-unit"),
    ],
)
def test_bad_arguments_are_one_sentence(arguments, slug, detect, tmp_path):
    (tmp_path / "n.csv").write_text(STEP)
    code, out, err = detect(*arguments)

    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert f"[{slug}]" in err
    assert "\x1b" not in err
