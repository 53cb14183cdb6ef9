"""The life of an issue: opened once, kept up to date, closed when it is fixed, opened again when it is not."""

from contextlib import suppress
from dataclasses import replace

import pytest

from factories import MACHINE, make_sha
from fakes.forge import Break, MemoryForge, make_pull
from lapwing.errors import ForgeBusy, ForgeError, ForgeUnsure
from lapwing.judge.waivers import Waiver
from lapwing.model import Outcome
from lapwing.pipeline.issues.job import MOST_CHANGED
from lapwing.report.issue_marker import issue_marker, read_issue_marker
from pipeline.issue_histories import OTHER, A, B, Branch, open_issues, stepping

STEP = 20
SEEN = 30  # a step at 20 is confirmed by then
SLOWER = Branch({A: stepping((STEP, 1.2))})
FIXED = Branch({A: stepping((STEP, 1.2), (32, 1.0))})


def opened(branch=SLOWER, count=SEEN, **more):
    """Return a forge with the issue of what ``branch`` shows."""
    forge = MemoryForge()
    branch.day(forge, count, **more)
    assert 1 == len(forge.kept)
    return forge


def only(forge):
    (issue,) = forge.kept.values()
    return issue


def stamp_of(issue):
    return read_issue_marker(issue.body, "default")


def notes(forge):
    return [note.body for _, note in forge.comments.values()]


def by_hand(forge, number=101, **more):
    """Change an issue as a person does."""
    forge.kept[number] = replace(forge.kept[number], **more)


def accepts(pattern="*", **more):
    return Waiver(**({"pattern": pattern, "by": "alice", "reason": "exact rounding", "source": "file"} | more))


def test_a_confirmed_regression_opens_one_issue():
    forge = MemoryForge()
    told = SLOWER.day(forge, SEEN)
    assert ("Issue 101 was opened.",) == told.done
    issue = only(forge)
    assert f"Performance: `{A}` 20 % slower since 0020c0ffee" == issue.title
    assert ("lapwing", (make_sha(19), make_sha(20))) == (forge.tagged[101], stamp_of(issue).commits)
    assert [] == notes(forge)
    assert "@" not in issue.body + issue.title


def test_nothing_is_opened_while_it_is_only_suspected():
    forge = MemoryForge()
    for count in range(21, 27):
        assert () == SLOWER.day(forge, count).done
    assert {} == forge.kept


def test_nothing_is_opened_for_what_the_newest_run_alone_shows_however_sure_its_processes_are():
    branch = Branch({A: stepping((STEP, 1.3))}, processes=5)
    forge = MemoryForge()
    assert () == branch.day(forge, STEP + 1).done
    alone = [one for one in branch.ground(STEP + 1).report.verdicts if one.outcome is Outcome.REGRESSED]
    assert [(make_sha(19), make_sha(20))] == [one.change.commits for one in alone]
    for count in (STEP + 2, STEP + 3, STEP + 12):
        branch.day(forge, count)
    assert (make_sha(19), make_sha(20)) == stamp_of(only(forge)).commits


def test_the_same_day_again_changes_nothing():
    forge = opened()
    before = only(forge)
    assert () == SLOWER.day(forge, SEEN).done
    assert before == only(forge)


def test_a_life_opened_brought_up_to_date_and_closed_with_one_comment():
    forge = MemoryForge()
    done = [line for count in (22, 28, 30, 33, 35, 37, 50) for line in FIXED.day(forge, count).done]
    assert "Issue 101 was opened." == done[0]
    assert "Issue 101 was closed: the level is back." == done[-1]
    assert {"Issue 101 was brought up to date."} == set(done[1:-1])
    assert not only(forge).is_open
    assert (101, "done") == forge.states[-1]
    (note,) = notes(forge)
    assert "**Fixed.** 1 benchmark is back at the level before" in note
    assert "since 0032c" in only(forge).body.replace("<wbr>", "")


def test_an_issue_whose_numbers_are_as_told_is_written_anew_every_ten_commits():
    forge = opened()
    written = [count for count in (31, 39, 40, 41, 49, 50) if SLOWER.day(forge, count).done]
    assert [40, 50] == written


def test_it_stays_open_when_twenty_points_made_the_level_the_new_normal():
    forge = opened()
    SLOWER.day(forge, 70)
    assert only(forge).is_open
    assert "❌ slower" in only(forge).body


def test_one_cause_of_forty_benchmarks_is_one_issue_with_a_table():
    many = {f"tests/test_{n}.py::test": stepping((STEP, 1.1 + n / 100)) for n in range(40)}
    quiet = [f"tests/test_quiet{n}.py::test" for n in range(60)]
    forge = opened(Branch(many, quiet=quiet), 32)
    issue = only(forge)
    assert "Performance: 40 benchmarks slower since 0020c0ffee" == issue.title
    assert 40 == issue.body.count("| ❌ slower |")
    assert "<summary>20 more</summary>" in issue.body


def test_two_causes_are_two_issues_the_worse_first():
    forge = MemoryForge()
    told = Branch({A: stepping((15, 1.1)), B: stepping((24, 1.3))}).day(forge, 33)
    assert ("Issue 101 was opened.", "Issue 102 was opened.") == told.done
    assert (True, True) == (B in forge.kept[101].title, A in forge.kept[102].title)


def test_no_more_are_opened_in_one_run_than_are_wanted_and_the_rest_later():
    branch = Branch({f"tests/test_{n}.py::test": stepping((15 + 3 * n, 1.2)) for n in range(4)})
    forge = MemoryForge()
    told = branch.day(forge, 34, most=2)
    assert "2 more to be opened by the next runs, 2 in each at most." == told.done[-1]
    assert (2, 4) == (len(forge.kept), len(told.causes))
    branch.day(forge, 34, most=2)
    assert 4 == len(forge.kept)


def test_a_benchmark_that_is_confirmed_later_joins_the_issue_of_its_cause():
    branch = Branch({A: stepping((STEP, 1.2)), B: stepping((STEP, 1.1))})
    forge = opened(branch, 28)
    assert 1 == len(stamp_of(only(forge)).watched)
    assert ("Issue 101 was brought up to date.",) == branch.day(forge, 29).done
    assert 2 == len(stamp_of(only(forge)).watched)
    assert "2 benchmarks" in only(forge).title
    assert [] == notes(forge)


def test_one_benchmark_on_two_machines_is_one_issue_with_a_row_for_each():
    forge = opened(Branch({A: stepping((STEP, 1.2))}, machines=(MACHINE, OTHER)))
    assert "| machine |" in only(forge).body
    assert (1, 2) == (only(forge).title.count(A), only(forge).body.count("| ❌ slower |"))


def test_a_change_that_is_placed_anew_is_the_same_issue():
    forge = opened()
    stamp = replace(stamp_of(only(forge)), commits=(make_sha(16), make_sha(17)), span=(make_sha(16), make_sha(17)))
    by_hand(forge, body=issue_marker("default", stamp) + "\n")
    SLOWER.day(forge, SEEN)
    assert 1 == len(forge.kept)


def test_a_second_regression_of_the_same_benchmark_is_another_issue():
    branch = Branch({A: stepping((STEP, 1.2), (60, 1.5))})
    forge = opened(branch)
    branch.day(forge, 70)
    assert 2 == len(open_issues(forge))
    assert [] == notes(forge)


def test_what_is_back_is_opened_again_when_it_comes_back_nearby():
    branch = Branch({A: stepping((STEP, 1.2), (30, 1.0), (38, 1.2))})
    forge = MemoryForge()
    for count in (28, 36, 39, 42, 43, 50):
        branch.day(forge, count)
    assert 1 == len(forge.kept)
    assert only(forge).is_open
    first, second = notes(forge)
    assert "**Fixed.**" in first
    assert "**It is back**" in second
    assert 2 == stamp_of(only(forge)).turn


def test_what_a_person_closed_stays_closed():
    forge = opened()
    by_hand(forge, is_open=False)
    for count in (30, 31, 40):
        assert () == SLOWER.day(forge, count).done
    assert [] == open_issues(forge)


def test_what_a_person_closed_is_opened_again_if_it_gets_worse():
    branch = Branch({A: stepping((STEP, 1.2), (31, 1.5))})
    forge = opened(branch)
    by_hand(forge, is_open=False)
    done = [line for count in (31, 36, 40, 44) for line in branch.day(forge, count).done]
    assert "Issue 101 was opened again." == done[0]
    assert only(forge).is_open
    assert "**It got worse**" in notes(forge)[0]
    assert 1 == len(notes(forge))


def test_an_open_issue_that_gets_worse_says_so_once():
    branch = Branch({A: stepping((STEP, 1.2), (31, 1.5))})
    forge = opened(branch)
    for count in (31, 36, 40, 44, 50):
        branch.day(forge, count)
    assert 1 == len(notes(forge))
    assert 1 == len(forge.kept)
    assert "50 % slower" in only(forge).title


def test_what_a_person_opened_again_is_not_closed_by_us():
    forge = MemoryForge()
    for count in (28, 37):
        FIXED.day(forge, count)
    by_hand(forge, is_open=True)
    assert () == FIXED.day(forge, 50).done
    assert only(forge).is_open


def test_an_issue_that_a_person_opened_again_tells_what_is_worse_again():
    branch = Branch({A: stepping((STEP, 1.2), (30, 1.0), (38, 1.2))})
    forge = MemoryForge()
    for count in (28, 36):
        branch.day(forge, count)
    assert not only(forge).is_open
    by_hand(forge, is_open=True)
    for count in (39, 43, 50):
        branch.day(forge, count)
    assert "" == stamp_of(only(forge)).shut


def test_a_title_of_a_persons_own_is_kept():
    forge = opened()
    by_hand(forge, title="Slow decoding")
    for count in (31, 40, 50):
        SLOWER.day(forge, count)
    assert "Slow decoding" == only(forge).title


@pytest.mark.parametrize("pattern", ["*", A])
def test_what_is_accepted_opens_no_issue_and_closes_the_one_there_is(pattern):
    forge = MemoryForge()
    assert () == SLOWER.day(forge, SEEN, waivers=[accepts(pattern)]).done
    forge = opened()
    done = SLOWER.day(forge, SEEN + 1, waivers=[accepts(pattern)]).done
    assert ("Issue 101 was closed: it was accepted.",) == done
    assert (101, "dropped") == forge.states[-1]
    assert "**Accepted on purpose**" in notes(forge)[0]
    assert ", by alice: exact rounding." in notes(forge)[0]
    assert () == SLOWER.day(forge, SEEN + 2, waivers=[accepts(pattern)]).done


def test_what_got_worse_than_was_accepted_is_opened_again():
    branch = Branch({A: stepping((STEP, 1.2), (33, 1.5))})
    forge = opened(branch)
    for count in (31, 36, 40, 44, 50):
        branch.day(forge, count, waivers=[accepts(up_to=0.25)])
    assert only(forge).is_open
    assert 2 == len(notes(forge))


def test_what_was_accepted_without_a_number_is_opened_again_when_it_is_worse_than_then():
    branch = Branch({A: stepping((STEP, 1.2), (33, 1.5))})
    forge = opened(branch)
    branch.day(forge, SEEN + 1, waivers=[accepts()])
    assert not only(forge).is_open
    branch.day(forge, 45, waivers=[accepts()])
    assert only(forge).is_open


def test_an_acceptance_is_told_in_an_issue_that_stays_open():
    branch = Branch({A: stepping((STEP, 1.2)), B: stepping((STEP, 1.1))})
    forge = opened(branch, 32)
    branch.day(forge, 33, waivers=[accepts(A)])
    assert only(forge).is_open
    assert "accepted by alice: exact rounding" in only(forge).body.replace("<wbr>", "").replace("&#58;", ":")


def test_what_is_not_measured_any_more_is_closed_as_such():
    removed = Branch({A: lambda number: None if number >= 32 else 1.2 if number >= STEP else 1.0})
    forge = opened(removed)
    removed.day(forge, 40)
    assert only(forge).is_open
    assert ("Issue 101 was closed: nothing of it is measured any more.",) == removed.day(forge, 60).done
    assert "**Not measured any more**" in notes(forge)[0]


def test_an_issue_of_what_the_history_never_had_is_closed_as_not_measured():
    forge = opened()
    assert "any more" in Branch().day(forge, 40).done[0]
    assert "### 💤 Not measured any more: 0 benchmarks" in only(forge).body


def test_of_several_machines_one_that_was_last_seen_before_it_was_fixed_keeps_no_issue_open():
    # The other machine of the pool was drawn last before the fix.
    branch = Branch(
        {A: stepping((STEP, 1.2), (36, 1.0))},
        machines=(MACHINE, OTHER),
        skip=lambda number, machine: machine == OTHER and number > 34,
    )
    forge = opened(branch, 34)
    for count in (37, 41, 48):
        branch.day(forge, count)
    assert not only(forge).is_open
    # Nor does it open one for whoever looks for the first time.
    fresh = MemoryForge()
    assert () == branch.day(fresh, 48).causes
    assert {} == fresh.kept


def test_a_clone_without_the_commits_of_an_issue_leaves_it_alone():
    forge = opened()
    stamp = replace(stamp_of(only(forge)), commits=("e" * 40, "f" * 40), span=("e" * 40, "f" * 40))
    by_hand(forge, body=issue_marker("default", stamp) + "\n")
    assert () == Branch().day(forge, SEEN).done
    assert only(forge).is_open
    # What it is about is told as it is, and no second issue is opened.
    SLOWER.day(forge, SEEN)
    assert 1 == len(forge.kept)
    by_hand(forge, is_open=False, body=issue_marker("default", stamp) + "\n")
    SLOWER.day(forge, SEEN)
    assert 2 == len(forge.kept)


def test_an_altered_issue_is_left_alone_and_none_is_opened_beside_it():
    forge = opened()
    by_hand(forge, body="<!-- lapwing-issue:default !!! -->\nours")
    forge.add_issue("Two", "<!-- lapwing-issue:default ??? -->")
    told = SLOWER.day(forge, SEEN)
    assert 1 == len(told.done)
    assert "The beginning of issue 101 was altered" in told.done[0]
    assert (2, 1) == (len(forge.kept), len(told.causes))
    for number in (101, 102):
        by_hand(forge, number, is_open=False)
    assert ("Issue 103 was opened.",) == SLOWER.day(forge, SEEN).done


def test_issues_of_others_and_of_other_suites_are_none_of_ours():
    forge = opened()
    body = only(forge).body
    by_hand(forge, mine=False)
    SLOWER.day(forge, SEEN)
    assert body == forge.kept[101].body
    SLOWER.day(forge, SEEN, suite="io")
    assert "Performance of io: " in forge.kept[103].title
    assert 3 == len(forge.kept)


def test_a_later_run_has_the_last_word():
    forge = opened(count=34)
    before = only(forge)
    assert ("Issue 101: told by a later run already.",) == FIXED.day(forge, 33).done
    assert before == only(forge)


def test_without_a_number_of_its_own_a_run_writes_all_the_same():
    forge = opened(job=None)
    assert FIXED.day(forge, 45, job=None).done
    assert 0 == stamp_of(only(forge)).job


# Pull requests


def merged(forge, *notes_by, author="bob", labels=()):
    """Have commit 20 be of a pull request with comments ``(author, text)``."""
    forge.merged[make_sha(STEP)] = (make_pull(7, author=author, labels=labels),)
    for login, text in notes_by:
        forge.add(7, text, login)


def said(body):
    return (accepts(body.split()[1], source="command"),) if body.startswith("accept ") else ()


def test_what_was_accepted_on_its_pull_request_opens_no_issue():
    forge = MemoryForge()
    merged(forge, ("guest", "accept *"), ("maintainer", "accept *"))
    told = SLOWER.day(forge, SEEN, said=said)
    assert ("No issue for 0020c0ffee: it was accepted on pull request 7.",) == told.done
    assert {} == forge.kept


def test_who_may_not_write_accepts_nothing():
    forge = MemoryForge()
    merged(forge, ("guest", "accept *"))
    assert ("Issue 102 was opened.",) == SLOWER.day(forge, SEEN, said=said).done


def test_the_label_of_its_pull_request_accepts_it_too():
    forge = MemoryForge()
    merged(forge, labels=("lapwing-accepted",))
    forge.labels[7, "lapwing-accepted"] = "maintainer"
    assert {} == forge.kept
    SLOWER.day(forge, SEEN)
    assert {} == forge.kept


def test_what_was_accepted_in_part_stays_so():
    branch = Branch({A: stepping((STEP, 1.2)), B: stepping((STEP, 1.1))})
    forge = MemoryForge()
    merged(forge, ("maintainer", f"accept {A}"))
    for count in (32, 33, 45):
        branch.day(forge, count, said=said)
        assert 1 == only(forge).body.count("☑️ accepted")
    assert "test_b" in only(forge).title


def test_nobody_is_mentioned_unless_it_is_asked_for():
    forge = MemoryForge()
    merged(forge)
    SLOWER.day(forge, SEEN)
    assert "@" not in only(forge).body
    forge = MemoryForge()
    merged(forge)
    SLOWER.day(forge, SEEN, mention=True)
    assert "It was merged with #7 of @bob." in only(forge).body
    SLOWER.day(forge, 42, mention=False)
    assert "@bob" in only(forge).body


@pytest.mark.parametrize("author", ["", "dependabot[bot]", "x y", "a" * 40, "org/team"])
def test_only_a_persons_login_is_mentioned(author):
    forge = MemoryForge()
    merged(forge, author=author)
    SLOWER.day(forge, SEEN, mention=True)
    assert "@" not in only(forge).body


def test_nobody_is_mentioned_where_several_commits_may_be_it():
    branch = Branch({A: stepping((STEP, 1.2))}, skip=lambda number, machine: number == 19)
    forge = MemoryForge()
    merged(forge)
    branch.day(forge, SEEN, mention=True)
    assert "@" not in only(forge).body
    assert "It may be any of the 2 commits after" in only(forge).body


# What goes wrong


def lives(forge, counts, branch=FIXED):
    for count in counts:
        with suppress(ForgeError):
            branch.day(forge, count)
            continue
        branch.day(forge, count)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("kind", [ForgeUnsure, ForgeBusy, ForgeError])
def test_after_any_single_fault_and_a_run_again_there_is_one_issue_and_one_comment(kind, after):
    counts = (28, 33, 45)
    clean = MemoryForge()
    lives(clean, counts)
    for call in range(len(clean.calls)):
        forge = MemoryForge()
        forge.breaks[call] = Break(kind, after=after)
        lives(forge, counts)
        for count in (45, 46):
            FIXED.day(forge, count)
        assert [False] == [one.is_open for one in forge.kept.values() if stamp_of(one).shut != "twin"], call
        assert 1 == len(notes(forge)), call
        assert "back" == stamp_of(forge.kept[101]).shut


def test_a_write_that_stays_unsure_is_raised():
    forge = MemoryForge()
    forge.breaks = dict.fromkeys(range(2, 20), Break(ForgeUnsure))
    with pytest.raises(ForgeUnsure):
        SLOWER.day(forge, SEEN)
    forge = opened(FIXED)
    forge.breaks = {len(forge.calls) + n: Break(ForgeUnsure) for n in (2, 4, 6)}
    with pytest.raises(ForgeUnsure):
        FIXED.day(forge, 45)
    assert only(forge).is_open


def test_an_opening_that_nobody_is_sure_of_is_looked_for_before_it_is_tried_again():
    for after in (False, True):
        forge = MemoryForge()
        forge.breaks[2] = Break(ForgeUnsure, after=after)
        SLOWER.day(forge, SEEN)
        assert 1 == len(forge.kept)
        assert 2 - after == forge.calls.count("open_issue")


def test_an_opening_that_never_happens_is_given_up_after_three_tries():
    forge = MemoryForge()
    forge.breaks = {call: Break(ForgeUnsure) for call in (2, 4, 6)}
    with pytest.raises(ForgeUnsure):
        SLOWER.day(forge, SEEN)
    assert 3 == forge.calls.count("open_issue")


def test_an_opening_that_did_not_happen_is_not_taken_for_another_issue():
    branch = Branch({A: stepping((15, 1.1)), B: stepping((24, 1.3))})
    forge = MemoryForge()
    branch.day(forge, 33, most=1)
    forge.breaks[len(forge.calls) + 2] = Break(ForgeUnsure)
    branch.day(forge, 33, most=1)
    assert 2 == len(forge.kept)


def test_two_runs_that_open_at_once_end_with_one_open_issue():
    forge = MemoryForge()
    forge.before["open_issue"] = lambda: SLOWER.day(forge, SEEN)
    told = SLOWER.day(forge, SEEN)
    assert "Issue 102 was closed: issue 101 tells the same." == told.done[-1]
    assert [101] == [one.number for one in open_issues(forge)]
    assert "Opened at the same moment as #101, which tells it." in forge.kept[102].body
    SLOWER.day(forge, SEEN + 1)
    assert 2 == len(forge.kept)


def test_a_twin_that_was_left_open_is_closed_by_the_next_run():
    forge = opened()
    forge.add_issue("Twin", only(forge).body)
    done = SLOWER.day(forge, SEEN).done
    assert ("Issue 102 was closed: issue 101 tells the same.",) == done
    assert (102, "dropped") == forge.states[-1]


def test_a_twin_that_a_person_opens_again_is_theirs():
    forge = opened()
    forge.add_issue("Twin", only(forge).body)
    SLOWER.day(forge, SEEN)
    by_hand(forge, 102, is_open=True)
    assert () == SLOWER.day(forge, SEEN).done


def test_issues_of_one_benchmark_at_other_commits_are_no_twins():
    forge = opened()
    stamp = stamp_of(only(forge))
    far = replace(stamp, commits=("e" * 40, "f" * 40), span=("e" * 40, "f" * 40))
    forge.add_issue("Other", issue_marker("default", far) + "\n")
    SLOWER.day(forge, SEEN)
    assert 2 == len(open_issues(forge))


def test_two_runs_that_close_at_once_leave_one_comment():
    forge = opened(FIXED)
    forge.before["write"] = lambda: FIXED.day(forge, 45)
    FIXED.day(forge, 45)
    assert 1 == len(notes(forge))
    assert not only(forge).is_open


def test_a_token_that_may_not_write_issues_leaves_the_summary():
    forge = MemoryForge(may=())
    told = SLOWER.day(forge, SEEN)
    assert 1 == len(told.causes)
    assert "No issues, only the job's summary: The token may not issue. let it issue." == told.done[-1]


def test_a_token_that_may_not_comment_leaves_the_issue_open_and_says_so():
    forge = opened(FIXED)
    forge.may = {"issue"}
    assert "The token may not comment." in FIXED.day(forge, 45).done[-1]
    assert only(forge).is_open


def test_an_issue_that_takes_no_comment_stops_no_other():
    branch = Branch({A: stepping((20, 1.2), (32, 1.0)), B: stepping((40, 1.3))})
    forge = opened(branch)
    forge.may = {"issue"}  # as where it is locked
    said = branch.day(forge, 50).done
    assert f"Issue {min(forge.kept)} was left as it is: The token may not comment." == said[0]
    assert (2, 2) == (len(forge.kept), len(open_issues(forge)))
    forge.may.add("comment")
    branch.day(forge, 51)
    assert 1 == len(open_issues(forge))


def test_what_breaks_on_one_issue_does_not_stop_the_others():
    branch = Branch({A: stepping((15, 1.1)), B: stepping((24, 1.3))})
    forge = MemoryForge()
    forge.breaks[3] = Break(ForgeBusy)
    with pytest.raises(ForgeBusy):
        branch.day(forge, 33)
    assert 1 == len(forge.kept)
    branch.day(forge, 33)
    assert 2 == len(forge.kept)


def test_no_more_issues_are_changed_in_one_run_than_a_forge_lets_a_program_write():
    forge = MemoryForge()
    stamp = stamp_of(only(opened()))
    for number in range(MOST_CHANGED + 5):
        key = f"{number:012x}"
        body = issue_marker("default", replace(stamp, watched=(replace(stamp.watched[0], key=key),)))
        forge.add_issue("Old", body + "\n")
    told = Branch().day(forge, SEEN)
    assert f"{MOST_CHANGED} issues were changed; the next run goes on." in told.done
    assert 5 == len(open_issues(forge))
    told = Branch().day(forge, SEEN)
    assert 5 == len(told.done)


def test_an_ordinary_day_asks_once_and_an_opening_four_times():
    forge = opened()
    assert ["issues", "merged_with", "open_issue", "issues"] == forge.calls
    forge.calls.clear()
    SLOWER.day(forge, SEEN + 1)
    assert ["issues"] == forge.calls


def test_where_there_is_no_forge_the_summary_has_it_all():
    told = SLOWER.alone(SEEN)
    assert ("No issues, only the job's summary: there is no token.",) == told.done
    assert [A] == [row.verdict.metric.benchmark for row in told.causes[0].rows]


def test_a_site_is_linked_to():
    forge = opened(site="https://octo.github.io/thing/")
    assert "[graph](https://octo.github.io/thing/#/benchmark?id=tests%2Ftest_a.py" in only(forge).body


def test_a_chart_is_drawn_of_what_is_there():
    from lapwing.pipeline.issues.rows import charted
    from report.cases import make_verdict

    ground = SLOWER.ground(SEEN)
    verdict = ground.regressions[0].verdict
    assert 20 == charted(ground, verdict, (make_sha(19), make_sha(20))).mark
    assert charted(ground, verdict, ("e" * 40, "f" * 40)) is None
    assert charted(ground, make_verdict("unknown"), (make_sha(19), make_sha(20))) is None
