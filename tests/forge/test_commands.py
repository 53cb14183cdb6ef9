"""What a comment tells Lapwing to do, and what the reviewed file accepts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapwing.errors import SettingsError
from lapwing.forge.accepted import MOST, read_accepted
from lapwing.forge.commands import MOST_LINES, Command, commands_of, is_command
from lapwing.judge.waivers import Waiver

UNKNOWN = Command(verb="unknown")
RERUN = Command(verb="rerun")


@pytest.mark.parametrize(
    ("body", "commands"),
    [
        ("/lapwing rerun", [Command(verb="rerun")]),
        ("  /lapwing   rerun  ", [Command(verb="rerun")]),
        ("Hm.\n/lapwing rerun\nthanks", [Command(verb="rerun")]),
        ("/lapwing accept t.py::a — worth it", [Command(verb="accept", pattern="t.py::a", reason="worth it")]),
        ("/lapwing accept t.py::a -- worth it", [Command(verb="accept", pattern="t.py::a", reason="worth it")]),
        ("/lapwing accept t.py::a[x - y] – why", [Command(verb="accept", pattern="t.py::a[x - y]", reason="why")]),
        ("/lapwing accept `t.py::a*` — so — it is", [Command(verb="accept", pattern="t.py::a*", reason="so — it is")]),
        ("/lapwing accept a — x\n/lapwing rerun", [Command(verb="accept", pattern="a", reason="x"), RERUN]),
        ("/lapwing accept t.py::a", [UNKNOWN]),
        ("/lapwing accept — because", [UNKNOWN]),
        ("/lapwing accept a —", [UNKNOWN]),
        ("/lapwing rerun please", [UNKNOWN]),
        ("/lapwing", [UNKNOWN]),
        ("/lapwing accept " + "x" * 301 + " — y", [UNKNOWN]),
        ("please /lapwing rerun", []),
        ("> /lapwing rerun", []),
        ("    /lapwing rerun", []),
        ("```\n/lapwing rerun\n```", []),
        ("/lapwings rerun", []),
        ("", []),
    ],
)  # fmt: skip
def test_what_a_comment_says(body, commands):
    assert tuple(commands) == commands_of(body)
    assert bool(commands) == is_command(body)


def test_no_more_commands_are_read_than_anybody_gives():
    assert MOST_LINES == len(commands_of("/lapwing rerun\n" * 1_000))


@given(st.text())
def test_no_comment_breaks_it(body):
    for command in commands_of(body + "\n/lapwing accept " + body):
        assert command.verb != "accept" or (command.pattern and command.reason)


WHOLE = b"""
[[accepted]]
benchmark = "tests/t.py::a*"
metric = "time"
up-to = "15 %"
by = "alice"
reason = "exact rounding"
until = 2027-03-31

[[accepted]]
benchmark = "b"
by = "bob"
reason = "old"
"""


def test_the_file_says_who_why_how_much_and_until_when():
    assert (
        Waiver(
            pattern="tests/t.py::a*",
            metric="time",
            up_to=0.15,
            by="alice",
            reason="exact rounding",
            until=date(2027, 3, 31),
            source="file",
        ),
        Waiver(pattern="b", by="bob", reason="old", source="file"),
    ) == read_accepted(WHOLE)
    assert () == read_accepted(b"")


ENTRY = '[[accepted]]\nbenchmark = "b"\nby = "bob"\nreason = "r"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x", "not TOML"),
        ("\xff", "not TOML"),
        ("accept = []", "'accept' is no key"),
        ("accepted = 1", "no list"),
        ("accepted = [1]", "entry 1 is no table"),
        (ENTRY + "why = 1", "unknown key 'why'"),
        (ENTRY.replace('by = "bob"', "by = 3"), "has no by"),
        (ENTRY.replace('reason = "r"', ""), "has no reason"),
        (ENTRY.replace('"r"', '" "'), "has no reason"),
        (ENTRY.replace('"b"', '"' + "b" * 501 + '"'), "has no benchmark"),
        (ENTRY + "up-to = 0", "not a share"),
        (ENTRY + "up-to = true", "not a share"),
        (ENTRY + "up-to = 'much'", "not a share"),
        (ENTRY + "up-to = nan", "not a share"),
        (ENTRY + "up-to = []", "not a share"),
        (ENTRY + "until = '2027-03-31'", "no day"),
        (ENTRY + "until = 2027-03-31T10:00:00", "no day"),
        (ENTRY * (MOST + 1), "at most 1,000"),
        ("#" * 2**21, "larger than a megabyte"),
        ("a = " + "[" * 20_000, "not TOML"),
    ],
)
def test_a_file_that_says_something_odd_is_refused(text, said):
    with pytest.raises(SettingsError, match=said) as error:
        read_accepted(text.encode("latin-1"))
    assert "bad-accepted" == error.value.slug


def test_how_much_may_be_a_share_or_percent():
    shares = [read_accepted(f"{ENTRY}up-to = {text}".encode())[0].up_to for text in ("0.2", "'20 %'", "'20%'", "'.2'")]
    assert [0.2] * 4 == shares
