"""``lapwing detect`` as a user runs it: no pytest, no project, no history."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys

import pytest


def noisy(level, seed=1, count=120):
    source = random.Random(seed)
    return [level(i) * math.exp(source.gauss(0, 0.02)) for i in range(count)]


STEP = noisy(lambda i: 1.3 if i >= 70 else 1.0)
BUMP = noisy(lambda i: 1.3 if 50 <= i < 62 else 1.0)


@pytest.fixture
def detect(tmp_path):
    """Run ``lapwing detect`` in an empty folder and return what it wrote."""

    def run(*arguments, stdin=None, encoding="utf-8", **more):
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("LAPWING_", "FORCE_"))}
        environ |= {"PYTHONIOENCODING": encoding, "COLUMNS": "100", **more}
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "lapwing.cli", "detect", *arguments],
            cwd=tmp_path,
            env=environ,
            input=data,
            capture_output=True,
            check=False,
        )
        out, err = (text.decode("utf-8").replace("\r\n", "\n") for text in (done.stdout, done.stderr))
        assert "Traceback" not in out + err
        return done.returncode, out, err

    return run


def column(values):
    return "".join(f"{value!r}\n" for value in values)


def test_numbers_through_a_pipe(detect):
    code, out, err = detect("-", stdin=column(STEP))

    assert (code, err) == (0, "")
    assert out.startswith("1 series, 120 values: 1 lasting change (1 worse, 0 better).\n")
    assert "✗ regressed  values\n  70 " in out
    assert "+30." in out


def test_a_stream_without_our_signs_gets_ascii(detect):
    _, out, _ = detect("-", stdin=column(BUMP), encoding="ascii")

    assert out.isascii()
    assert "~ transient" in out
    assert "An excursion from index 50 to 61" in out


def test_a_file_of_several_series_as_json(detect, tmp_path):
    lines = [
        {"series": "parse", "unit": "ms", "value": STEP, "commit": [f"c{i}" for i in range(120)]},
        {"series": "rate", "unit": "rows/s", "value": STEP},
        {"series": "save", "unit": "ms", "value": BUMP},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    code, out, err = detect("a.jsonl", "--json", "--fail")
    parse, rate, save = json.loads(out)["series"]

    assert (code, err) == (1, "")
    assert [(one["index"], one["outcome"], one["label"]) for one in parse["changes"]] == [(70, "regressed", "c70")]
    assert [one["outcome"] for one in rate["changes"]] == ["improved"]
    assert (save["changes"], [one["kind"] for one in save["shapes"]]) == ([], ["transient"])


def test_exact_numbers_and_a_chosen_column(detect):
    text = "commit,size,note\n" + "".join(f"c{i},{100 + (i >= 6)},x\n" for i in range(9))
    code, out, _ = detect("-", "--exact", "--column", "size", "-v", stdin=text)

    assert code == 0
    assert "from c6; last at the old level c5" in out
    assert "^1" in out


def test_names_that_would_move_or_colour_are_shown_as_they_are(detect):
    line = json.dumps({"series": "a\x1b[2J[bold]\u202e", "value": STEP})
    _, out, _ = detect("-", stdin=line, FORCE_COLOR="1")

    assert "a\\x1b[2J[bold]\\u202e" in out
    assert "\x1b[2J" not in out


def test_bad_input_is_one_sentence(detect):
    code, out, err = detect("-", "--json", stdin=b"\x7fELF\x02\x01\x00\x00\xff\xfe")

    assert (code, out) == (2, "")
    assert err.startswith("lapwing: [not-text] standard input, line 1: ")
    assert err.count("\n") == 1


def test_many_series_are_folded(detect):
    lines = [json.dumps({"series": f"s{i}", "value": noisy(lambda _: 1.0, i, 60)}) for i in range(200)]
    code, out, _ = detect("-", stdin="\n".join(lines))

    assert code == 0
    assert "series have neither: -v lists them." in out
    assert len(out.splitlines()) < 60
