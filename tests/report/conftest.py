"""Golden files: what a human reads, whole. ``LAPWING_WRITE_GOLDEN=1 pytest tests/report`` writes them anew."""

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "golden"


@pytest.fixture
def golden():
    def check(name, text):
        path = FOLDER / name
        actual = path.with_name(path.name + ".actual")
        if os.environ.get("LAPWING_WRITE_GOLDEN"):
            path.write_text(text, encoding="utf-8", newline="\n")
        expected = path.read_bytes().decode("utf-8").replace("\r\n", "\n") if path.exists() else ""
        if expected != text:
            actual.write_text(text, encoding="utf-8", newline="\n")
        elif actual.exists():
            actual.unlink()
        assert expected == text, f"see {actual}"

    return check
