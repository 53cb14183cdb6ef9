"""What is done when a request to GitHub goes wrong: repeated where that cannot do harm, else said."""

import pytest

from fakes.github import FAULTS, Fault
from forge.conftest import SHA, make_github
from lapwing.errors import ForgeBusy, ForgeError, ForgeUnsure
from lapwing.forge.github.client import BOT
from lapwing.review import Gate, Origin

ORIGIN = Origin(owner="octo", branch="topic", sha=SHA)

READS = {
    "pulls": lambda github: github.pulls(ORIGIN),
    "notes": lambda github: github.notes(7),
    "file": lambda github: github.trusted_file("a.toml"),
    "gate": lambda github: github.gate(SHA, "x"),
}


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("fault", FAULTS)
def test_reading_is_repeated_after_any_one_fault(hub, github, slept, read, fault):
    hub.contents["a.toml"] = "x"
    github.set_gate(SHA, Gate(name="x", state="success", description=""))
    hub.add_comment(7, "x", hub.bot())
    hub.faults[1] = FAULTS[fault]
    assert READS[read](github)
    assert 1 == len(slept)


WRITES = {
    "write": lambda github, note: github.write(7, "new"),
    "gate": lambda github, note: github.set_gate(SHA, Gate(name="x", state="success", description="")),
    "edit": lambda github, note: github.edit(note, "new"),
    "remove": lambda github, note: github.remove(note),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("fault", FAULTS)
def test_writing_is_repeated_only_where_nobody_can_have_seen_the_first_try(hub, github, write, fault):
    note = hub.add_comment(7, "old", hub.bot())["id"]
    hub.faults[0] = FAULTS[fault]
    limited = FAULTS[fault].status in (403, 429)
    if limited or write in ("edit", "remove"):
        WRITES[write](github, note)
        done = 1
    else:
        with pytest.raises(ForgeUnsure):
            WRITES[write](github, note)
        assert 1 == hub.calls
        done = int(FAULTS[fault].after)
    texts = [one["body"] for one in hub.comments]
    if write == "gate":
        assert done == len(hub.statuses)
    else:
        assert {"write": ["old"] + ["new"] * done, "edit": ["new"], "remove": []}[write] == texts


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("status", [301, 307])
def test_what_is_answered_with_another_place_was_not_done(hub, github, write, status):
    note = hub.add_comment(7, "old", hub.bot())["id"]
    hub.faults[0] = Fault(status=status, message="Moved", headers=(("Location", f"{hub.base}/repositories/1"),))
    with pytest.raises(ForgeError) as error:
        WRITES[write](github, note)
    assert ("forge-moved", 1, []) == (error.value.slug, hub.calls, hub.statuses)


def test_a_connection_that_was_never_made_is_tried_again_for_a_write_too(slept):
    class Nowhere:
        base, login, calls, faults = "http://127.0.0.1:9", BOT, 0, {}

    with pytest.raises(ForgeError) as error:
        make_github(Nowhere, slept).write(7, "x")
    assert ("forge-unreachable", [1, 2, 4, 8]) == (error.value.slug, slept)


def test_the_time_that_github_names_is_waited(hub, slept):
    github = make_github(hub, slept)
    hub.faults = {
        0: Fault(status=429, headers=(("Retry-After", "7"),)),
        1: Fault(status=403, headers=(("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "41"))),
        2: FAULTS["403-secondary-without-a-time"],
        3: Fault(status=503),
    }
    assert () == github.notes(7)
    assert [7.0, 42.0, 240.0, 8.0] == slept


def test_a_rate_that_is_used_up_for_longer_than_a_job_lasts_is_said(hub, github, slept):
    hub.faults[0] = Fault(status=403, headers=(("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "3000")))
    with pytest.raises(ForgeBusy, match="3,001 seconds"):
        github.notes(7)
    assert [] == slept


def test_a_server_that_stays_down_is_given_up_after_five_tries(hub, github, slept):
    hub.faults = dict.fromkeys(range(9), FAULTS["502"])
    with pytest.raises(ForgeError, match="5 times, at last with answered with 502"):
        github.notes(7)
    assert 5 == hub.calls
