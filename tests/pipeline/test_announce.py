"""What a measurement came to is told on the pull request, by one comment and one status, whatever breaks."""

from dataclasses import replace
from datetime import date

import pytest

from factories import make_sha
from fakes.forge import Break, MemoryForge, make_pull
from lapwing.errors import ForgeBusy, ForgeError, ForgeRefused, ForgeUnsure
from lapwing.judge.waivers import Waiver
from lapwing.pipeline.announce import Case, announce, without_forge
from lapwing.pipeline.gating import set_gate
from lapwing.pipeline.sticky import own_of
from lapwing.pipeline.waived import MOST_ASKED, Permissions
from lapwing.report.markdown import comment
from lapwing.report.marker import read_marker
from lapwing.report.telling import LABEL
from lapwing.review import Gate, Job
from report.compare_cases import compared, make_comparison, quiet

SHA, OTHER = make_sha(2), make_sha(3)
TODAY = date(2026, 11, 27)
JOB = Job(id=5, attempt=1, url="https://e.x/5")
SLOWER = make_comparison("regressed", compared("t.py::slow", "regressed", 1.124), *quiet(2))
SAME = make_comparison("unchanged", *quiet(3))


def case(report=SLOWER, **more):
    return Case(**({"suite": "default", "sha": SHA, "report": report, "job": JOB, "run": (5, 1)} | more))


def said(body):
    if not body.startswith("accept "):
        return ()
    return (Waiver(pattern=body.removeprefix("accept "), by="", reason="worth it", source="command"),)


def told(forge, one=None, *waivers, pulls=None, **more):
    pulls = tuple(forge.open.values()) if pulls is None else pulls
    return announce(one or case(), pulls, forge=forge, waivers=waivers, said=said, today=TODAY, **more)


def forge_of(*pulls, **more):
    return MemoryForge(*(pulls or (make_pull(sha=SHA),)), **more)


def states(forge):
    return [gate.state for _, gate in forge.gates]


def test_one_comment_and_one_status():
    forge = forge_of()
    for _ in range(3):
        found = told(forge)
    assert (1, ["failure"]) == (len(forge.texts(7)), states(forge))
    assert (
        "Pull request 7: the comment was as it was.",
        "The status lapwing/default says failure, as it did.",
    ) == found.done


def test_nothing_is_written_where_a_later_run_has_told():
    forge = forge_of()
    told(forge, case(SAME, run=(6, 1)))
    found = told(forge, case(run=(5, 9)))
    assert ("Pull request 7: told by a later run already.",) == found.done
    assert ["success"] == states(forge)
    told(forge, case(run=(6, 2)))
    assert ["success", "failure"] == states(forge)


def test_a_trouble_is_told_too():
    forge = forge_of()
    told(forge, case(None, trouble=("It left nothing.", "see why.")))
    assert "It left nothing." in forge.texts(7)[0]
    assert ["error"] == states(forge)


def test_where_nobody_can_write_there_is_still_something_to_tell():
    assert "failure" == gate_state(without_forge(case(), (), today=TODAY).told)
    waived = Waiver(pattern="*", by="a", reason="b", source="file")
    assert "success" == gate_state(without_forge(case(), (waived,), today=TODAY).told)


def gate_state(one):
    from lapwing.report.gate import gate_of

    return gate_of(one).state


@pytest.mark.parametrize("kind", [ForgeUnsure, ForgeError, ForgeBusy])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("there", [0, 1, 3], ids=["first", "again", "tripled"])
def test_after_any_one_break_and_a_rerun_there_is_one_comment_and_one_status(kind, after, there):
    struck = 0
    while True:
        forge = forge_of()
        if there:
            told(forge, case(SAME, run=(4, 1)))
            for _ in range(there - 1):
                forge.add(7, forge.texts(7)[0])
        forge.calls, forge.breaks = [], {struck: Break(kind, after=after)}
        try:
            told(forge)
        except ForgeError:
            assert struck < len(forge.calls)
            told(forge)
        if struck >= len(forge.calls):
            break
        (body,) = forge.texts(7)
        assert "1 of 3 benchmarks got slower" in body
        assert ("failure", len(forge.gates)) == (states(forge)[-1], 1 + bool(there))
        struck += 1
    assert struck >= 4


def test_a_write_that_may_have_happened_is_looked_for_before_it_is_repeated():
    for after in (False, True):
        forge = forge_of()
        told(forge)
        writes = [number for number, name in enumerate(forge.calls) if name in ("write", "set_gate")]
        for number in writes:
            forge = forge_of()
            forge.breaks = {number: Break(after=after)}
            told(forge)
            assert (1, 1) == (len(forge.texts(7)), len(forge.gates))


def test_what_stays_unsure_is_raised_after_everything_else_was_done():
    forge = forge_of()
    forge.breaks = {number: Break() for number in (2, 5, 8)}  # each write of the comment
    with pytest.raises(ForgeUnsure):
        told(forge)
    assert ["failure"] == states(forge)
    forge = forge_of()
    forge.breaks = {number: Break(after=False) for number in (5, 7, 9)}  # each write of the status
    with pytest.raises(ForgeUnsure):
        told(forge)
    assert 1 == len(forge.texts(7))


def test_a_comment_that_is_written_and_not_there_is_unsure():
    forge = forge_of()
    forge.add = lambda pull, body, author=None: None
    with pytest.raises(ForgeUnsure, match="is not there"):
        told(forge)


def test_two_that_begin_at_once_end_with_one_comment_the_later_runs():
    for first, second in (((5, 1), (6, 1)), ((6, 1), (5, 1))):
        forge = forge_of()
        later = comment(without_forge(case(SAME, run=second), (), today=TODAY).told)
        forge.before["write"] = lambda forge=forge, later=later: forge.add(7, later)
        told(forge, case(run=first))
        (body,) = forge.texts(7)
        assert max(first, second) == (read_marker(body, "default").job, read_marker(body, "default").attempt)


class Raced(MemoryForge):
    """A forge at which something else happens whole before the call number ``at``."""

    def __init__(self, at, happens):
        super().__init__(make_pull(sha=SHA))
        self.at, self.happens, self.found = at, happens, ""

    def _called(self, name, *more):
        if len(self.calls) == self.at:
            self.at, self.found = None, name
            self.happens(self)
        return super()._called(name, *more)


@pytest.mark.parametrize("there", [False, True], ids=["first", "again"])
def test_of_two_runs_told_at_once_the_later_stays_wherever_one_comes_between_the_calls_of_the_other(there):
    """But between an earlier one's look at what is there and its write over it, which no forge can hold together."""
    early, late = case(run=(5, 1), job=JOB), case(SAME, run=(6, 1), job=Job(id=6, attempt=1, url="https://e.x/6"))
    for outer, inner in ((early, late), (late, early)):
        at = 0
        while True:
            forge = Raced(None, lambda forge, inner=inner: told(forge, inner))
            if there:
                told(forge, case(SAME, run=(4, 1), job=Job(id=4, attempt=1, url="https://e.x/4")))
            forge.calls, forge.at = [], at
            told(forge, outer)
            if forge.at is not None:
                break
            (body,) = forge.texts(7)
            if outer is late or forge.found not in ("edit", "set_gate"):
                assert (6, "success") == (read_marker(body, "default").job, states(forge)[-1])
            at += 1
        assert at >= 4


def test_the_newest_of_several_is_kept_in_the_place_of_the_oldest():
    forge = forge_of()
    bodies = [comment(without_forge(case(SAME, run=(n, 1)), (), today=TODAY).told) for n in (3, 9)]
    notes = [forge.add(7, body) for body in bodies]
    forge.open[7] = make_pull(sha=SHA)
    from lapwing.pipeline.sticky import stick

    done = stick(forge, 7, suite="default", stamp=case().stamp, body="x", notes=forge.notes(7))
    assert "told by a later run already" == done
    assert [(notes[0].id, bodies[1])] == [(note.id, note.body) for note in forge.notes(7)]


def test_a_head_that_moves_on_meanwhile_is_not_told():
    forge = forge_of()
    pulls = tuple(forge.open.values())
    forge.open[7] = make_pull(sha=OTHER)
    assert "was of an older commit" in told(forge, pulls=pulls).done[0]
    assert [] == forge.texts(7)
    told(forge, case(SAME, sha=OTHER, run=(4, 1)))
    assert "was of an older commit" in told(forge, pulls=pulls).done[0]
    del forge.open[7]
    assert "was of an older commit" in told(forge, pulls=pulls).done[0]
    assert OTHER == read_marker(forge.texts(7)[0], "default").head


def test_a_new_head_is_told_in_the_same_comment():
    forge = forge_of()
    told(forge)
    forge.open[7] = make_pull(sha=OTHER)
    told(forge, case(SAME, sha=OTHER, run=(6, 1)))
    assert OTHER == read_marker(forge.texts(7)[0], "default").head


def test_comments_of_others_and_of_other_suites_are_left_alone():
    forge = forge_of()
    told(forge, case(suite="io"))
    theirs = forge.add(7, forge.texts(7)[0].replace(":io ", ":default "), author="mallory")
    told(forge)
    assert 2 == len(forge.texts(7))
    assert theirs in forge.notes(7)
    assert 1 == len(own_of(forge.notes(7), "io"))


def test_the_status_is_red_where_any_of_the_pull_requests_is():
    forge = forge_of(make_pull(7, SHA, labels=(LABEL,)), make_pull(8, SHA))
    forge.labels[7, LABEL] = "maintainer"
    told(forge)
    assert ["failure"] == states(forge)
    assert (["✅"], ["❌"]) == tuple([text.splitlines()[1].split()[1] for text in forge.texts(n)] for n in (7, 8))


def test_without_a_pull_request_there_is_the_status_alone():
    forge = forge_of()
    told(forge, pulls=())
    assert (["set_gate"], []) == ([name for name in forge.calls if name != "gate"], forge.texts(7))


def test_a_comment_is_begun_where_nothing_changed_only_if_that_is_wanted():
    forge = forge_of()
    told(forge, case(SAME), comments="changed")
    assert [] == forge.texts(7)
    told(forge, case(None, trouble=("a", "b"), run=(6, 1)), comments="changed")
    told(forge, case(SAME, run=(7, 1)), comments="changed")
    assert "✅" in forge.texts(7)[0]


def test_what_the_token_may_not_do_is_said_and_no_error():
    forge = forge_of(may=())
    found = told(forge)
    assert ["may not comment", "may not gate"] == [line.split("The token ")[1].split(".")[0] for line in found.done]
    assert ([], []) == (forge.texts(7), forge.gates)


def test_remarks_are_shown_beside_lines_that_the_pull_request_changes():
    forge = forge_of()
    forge.changed = frozenset({"t.py"})
    one = case(locations={"t.py::slow": "t.py:3"})
    found = told(forge, one, remark=True)
    assert "1 remarks beside lines of pull request 7." == found.done[-1]
    ((sha, name, _, _, (remark,)),) = forge.remarks
    assert (SHA, "lapwing/default", "t.py", 3) == (sha, name, remark.path, remark.line)
    told(forge, case(SAME, run=(6, 1)), remark=True)
    told(forge, case(None, trouble=("a", "b"), run=(7, 1)), remark=True)
    assert 1 == len(forge.remarks)


def test_remarks_go_to_the_pull_request_that_was_told():
    forge = forge_of(make_pull(7, SHA), make_pull(8, SHA))
    told(forge, case(SAME, run=(9, 1)), pulls=(forge.open[7],))
    forge.changed = frozenset({"t.py"})
    found = told(forge, case(locations={"t.py::slow": "t.py:3"}), remark=True)
    assert "1 remarks beside lines of pull request 8." == found.done[-1]


def accept(forge, author="maintainer", pattern="t.py::slow"):
    return forge.add(7, f"accept {pattern}", author=author)


def test_a_comment_accepts_only_from_who_may_write_and_each_is_asked_once():
    forge = forge_of()
    for author in ("mallory", "mallory", "maintainer", "maintainer"):
        accept(forge, author)
    told(forge)
    assert ["success"] == states(forge)
    assert 2 == forge.calls.count("may_write")
    assert "<code>maintainer</code> by a comment" in forge.texts(7)[0]


def test_our_own_words_accept_nothing():
    forge = forge_of()
    accept(forge, author="lapwing-bot")
    told(forge)
    assert ["failure"] == states(forge)


def test_no_more_people_are_asked_about_than_five():
    forge = forge_of()
    asked = Permissions(forge)
    assert not any(asked.may_write(f"person{n}") for n in range(20))
    assert not asked.may_write("")
    assert MOST_ASKED == len(forge.calls)


def test_a_label_of_somebody_who_may_not_accepts_nothing():
    forge = forge_of(make_pull(sha=SHA, labels=(LABEL,)))
    told(forge)
    assert ["failure"] == states(forge)


def test_what_was_accepted_as_seen_is_remembered_by_the_comment():
    forge = forge_of()
    accept(forge)
    told(forge)
    worse = make_comparison("regressed", compared("t.py::slow", "regressed", 1.3), *quiet(2))
    told(forge, case(worse, run=(6, 1)))
    assert ["success", "failure"] == states(forge)
    assert "it is worse than what was accepted" in forge.texts(7)[0]
    told(forge, case(run=(7, 1)))
    assert "success" == states(forge)[-1]


def test_a_gate_that_says_so_already_is_not_set():
    forge = forge_of()
    gate = Gate(name="x", state="success", description="fine")
    assert [True, False] == [set_gate(forge, SHA, gate) for _ in range(2)]
    assert set_gate(forge, SHA, replace(gate, state="failure"))


def test_what_is_refused_to_the_gate_is_raised():
    with pytest.raises(ForgeRefused):
        set_gate(forge_of(may=()), SHA, Gate(name="x", state="success", description=""))
