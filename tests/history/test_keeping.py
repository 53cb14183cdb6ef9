"""What becomes of a run: the store has it, or the outbox; which refusals stop before measuring, and which do not."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from factories import make_run, make_sample
from fakes.store import MemoryStore
from lapwing.errors import RecordError, StoreDamaged, StoreError, StoreTooNew, StoreUnwritable, UsageError
from lapwing.history.outbox import FOLDER, OutboxFiles
from lapwing.model import Outcome, RunWarning
from lapwing.settings import Settings
from lapwing.wiring.keeping import Keeping
from lapwing.wiring.told import exit_code
from report.cases import make_report

DOUBT = RunWarning(slug="shallow", message="It is shallow.", remedy="fetch.")
REPORT = make_report("new", warnings=(DOUBT,))


def refusal(slug, kind=StoreError):
    return kind(slug, f"The store says {slug}.", remedy="wait a while.")


@pytest.fixture
def outbox(tmp_path):
    return OutboxFiles(tmp_path)


def refusing(error, *runs):
    """A store with ``runs`` that refuses to be written, always."""
    store = MemoryStore(runs)

    def append(_):
        raise error

    store.append = append
    return store


def test_on_the_way_out_runs_go_to_the_outbox_or_where_there_is_room(outbox, tmp_path):
    keeping = Keeping(store=MemoryStore(), outbox=outbox)
    assert ("lapwing sync",) == keeping.rescue((make_run(1), make_run(2)))
    assert 2 == len(outbox.waiting())
    shutil.rmtree(tmp_path / FOLDER)
    (tmp_path / FOLDER).write_text("in the way")
    (way,) = keeping.rescue((make_run(1),))
    assert way.startswith("lapwing import run ")


def test_a_store_that_takes_the_run_has_it_and_nothing_is_said(outbox):
    keeping = Keeping(store=MemoryStore(), outbox=outbox)
    assert () == keeping.preflight()
    assert REPORT == keeping.keep((make_run(1),), REPORT)
    assert (1, ()) == (len(keeping.store.runs()), outbox.waiting())


@pytest.mark.parametrize(
    "slug", ["remote-unreachable", "push-refused", "disk-full", "store-locked", "store-failed", "store-unreachable"]
)
def test_what_may_be_over_in_an_hour_stops_nothing(slug, outbox):
    (said,) = Keeping(store=refusing(refusal(slug)), outbox=outbox).preflight()
    assert slug == said.slug
    assert "The run will be kept in the outbox." in said.message
    assert "wait a while. Then: lapwing sync" == said.remedy


@pytest.mark.parametrize(
    ("slug", "kind"),
    [
        ("not-a-store", StoreError),
        ("no-such-remote", StoreError),
        ("store-damaged", StoreDamaged),
        ("store-too-new", StoreTooNew),
    ],
)
def test_where_waiting_would_not_help_nothing_is_measured(slug, kind, outbox, tmp_path):
    with pytest.raises(kind):
        Keeping(store=refusing(refusal(slug, kind), make_run(1)), outbox=outbox).preflight()
    assert not (tmp_path / FOLDER).exists()


def test_a_history_that_may_only_be_read_is_judged_against(outbox):
    error = refusal("store-unwritable", StoreUnwritable)
    assert 1 == len(Keeping(store=refusing(error, make_run(1)), outbox=outbox).preflight())
    with pytest.raises(StoreUnwritable):
        Keeping(store=refusing(error), outbox=outbox).preflight()


def test_a_path_that_can_neither_be_read_nor_written_is_a_mistake(outbox):
    error = refusal("store-unwritable", StoreUnwritable)
    store = refusing(error)
    store.runs = lambda: store.append(())
    with pytest.raises(StoreUnwritable):
        Keeping(store=store, outbox=outbox).preflight()


def test_where_the_outbox_cannot_be_written_either_nothing_is_measured(outbox, tmp_path):
    (tmp_path / ".lapwing").write_text("in the way")
    with pytest.raises(StoreError, match="remote-unreachable"):
        Keeping(store=refusing(refusal("remote-unreachable")), outbox=outbox).preflight()


def test_all_runs_that_were_refused_wait_and_that_is_said_first(outbox):
    runs = (make_run(1), make_run(2))
    keeping = Keeping(store=refusing(refusal("remote-unreachable")), outbox=outbox)
    report = keeping.keep(runs, REPORT)

    assert list(runs) == [outbox.read(name) for name in outbox.waiting()]
    assert ["not-stored", "not-stored", "shallow"] == [one.slug for one in report.warnings]
    first = report.warnings[0]
    assert "The run is not in the history (The store says remote-unreachable.) It is kept in " in first.message
    assert first.remedy.endswith("Then: lapwing sync")


def test_earlier_runs_that_wait_are_said_with_the_remedy(outbox):
    outbox.keep(make_run(8))
    keeping = Keeping(store=MemoryStore(), outbox=outbox)
    report = keeping.keep((make_run(1),), REPORT)
    assert [("runs-waiting", "lapwing sync"), ("shallow", "fetch.")] == [
        (one.slug, one.remedy) for one in report.warnings
    ]
    assert "1 earlier run waits in the outbox" in report.warnings[0].message

    outbox.keep(make_run(9))
    assert "2 earlier runs wait in" in keeping.keep((make_run(2),), REPORT).warnings[0].message


def test_an_outbox_that_cannot_be_read_is_said(outbox, tmp_path):
    (tmp_path / ".lapwing").write_text("in the way")
    report = Keeping(store=MemoryStore(), outbox=outbox).keep((make_run(1),), REPORT)
    assert "outbox-unwritable" == report.warnings[0].slug


def test_where_only_another_folder_takes_the_run_it_is_imported_later(outbox, tmp_path):
    (tmp_path / ".lapwing").write_text("in the way")
    report = Keeping(store=refusing(refusal("disk-full")), outbox=outbox).keep((make_run(1),), REPORT)
    (file,) = tmp_path.glob("lapwing-run-*.json")
    (said,) = [one for one in report.warnings if one.slug == "not-stored"]
    assert said.remedy.endswith(f"Then: lapwing import run {file}")


def test_where_nothing_takes_the_run_the_verdict_is_still_told(outbox, monkeypatch):
    def full(run):
        raise StoreUnwritable("not-kept", "Nor anywhere else.", remedy="free some space.")

    monkeypatch.setattr(OutboxFiles, "keep", lambda self, run: full(run))
    report = Keeping(store=refusing(refusal("disk-full")), outbox=outbox).keep((make_run(1),), REPORT)
    assert "The run is not in the history (The store says disk-full.) Nor anywhere else." == report.warnings[0].message
    assert REPORT.verdicts == report.verdicts


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("a bug in an adapter")])
def test_what_was_measured_outlives_ctrl_c_and_bugs(error, outbox):
    with pytest.raises(type(error)):
        Keeping(store=refusing(error), outbox=outbox).keep((make_run(1),), REPORT)
    assert [make_run(1)] == [outbox.read(name) for name in outbox.waiting()]


def test_a_run_that_this_store_cannot_hold_is_kept_and_its_verdict_told(outbox):
    error = RecordError("run-too-large", "A branch takes less.", remedy="keep it elsewhere.")
    report = Keeping(store=refusing(error), outbox=outbox).keep((make_run(1),), REPORT)
    assert ["not-stored", "shallow"] == [one.slug for one in report.warnings]
    assert 1 == len(outbox.waiting())


def test_a_run_that_no_store_could_hold_is_refused_as_ever(outbox):
    twice = make_run(2, make_sample("a", 1.0), make_sample("a", 2.0))
    with pytest.raises(UsageError, match="same-metric-twice"):
        Keeping(store=MemoryStore(), outbox=outbox).keep((twice,), REPORT)


@pytest.mark.parametrize(
    ("outcome", "fail_on", "code"),
    [
        (Outcome.UNCHANGED, (), 4),
        (Outcome.NEW, (), 4),
        (Outcome.INCONCLUSIVE, ("inconclusive",), 4),
        (Outcome.REGRESSED, (), 1),
        (Outcome.FAILED, (), 1),
        (Outcome.MISSING, (), 1),
    ],
)
def test_a_run_that_was_not_stored_is_never_green_and_a_regression_stays_one(outcome, fail_on, code):
    unstored = RunWarning(slug="not-stored", message="It is not.", remedy="lapwing sync")
    report = replace(REPORT, outcome=outcome, warnings=(unstored,))
    settings = Settings(fail_on=fail_on)
    assert code == exit_code(report, settings)
    stored = {Outcome.INCONCLUSIVE: 3}.get(outcome, 1 if code == 1 else 0)
    assert stored == exit_code(replace(report, warnings=(DOUBT,)), settings)
