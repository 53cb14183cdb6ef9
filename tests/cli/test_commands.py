import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from factories import MACHINE, make_run, make_sha
from lapwing.model import Commit, MetricId, Outcome, RunWarning
from lapwing.pipeline.changes import Change
from lapwing.pipeline.check import Checked
from lapwing.report.diagnosis import Diagnosis
from lapwing.units import SECONDS
from report.cases import CASES, FEW, GOVERNOR, make_point, make_report


def make_change():
    return Change(
        metric=MetricId(benchmark="t.py::slow", name="time"),
        machine=MACHINE.id,
        unit=SECONDS,
        point=make_point(5),
        before=1e-3,
        after=1.12e-3,
        recent=(1e-3, 1.12e-3),
        commit=Commit(sha=make_sha(5), date=1.7e9, subject="Make it slow"),
    )


def cleared_of(changes):
    """Return series too short to have a shape, one for each change."""
    return SimpleNamespace(
        series=[
            SimpleNamespace(
                machine=one.machine, metric=one.metric, unit=one.unit, values=np.ones(9), current=0, commits=()
            )
            for one in changes
        ],
        points=[(one.point,) for one in changes],
    )


@pytest.fixture
def checked(monkeypatch, told):
    """Let `check` find the report of a case."""

    def find(case, *changes):
        def check(**given):
            told.calls.append(given)
            return SimpleNamespace(report=CASES[case], changes=changes, cleared=cleared_of(changes))

        monkeypatch.setattr("lapwing.pipeline.check.check", check)

    return find


@pytest.mark.parametrize(
    ("case", "args", "code"),
    [
        ("pass", (), 0),
        ("improved", (), 0),
        ("new", (), 0),
        ("regress", (), 1),
        ("failed", (), 1),
        ("missing", (), 1),
        ("inconclusive", (), 0),
        ("inconclusive", ("--fail-on", "inconclusive"), 3),
    ],
)
def test_check_exits_with_the_verdict(case, args, code, lapwing, checked):
    checked(case)
    done = lapwing("check", *args)
    assert (done.code, done.err) == (code, "")
    assert "Performance:" in done.out


def test_check_shows_the_latest_changes_below_the_verdict(lapwing, checked):
    checked("pass", make_change())
    out = lapwing("check").out
    assert out.index("no change in 148") < out.index("Latest changes in the history (1 of 1")
    assert 'since 0005c0ffee 2023-11-14 "Make it slow"' in out


def test_quiet_check_shows_the_verdict_alone(lapwing, checked):
    checked("pass", make_change())
    assert lapwing("check", "-q").out == "✓ Performance: no change in 148 benchmarks. The check passes.\n"


def test_check_writes_json_to_a_file_beside_the_table(lapwing, checked, tmp_path):
    checked("regress")
    done = lapwing("check", "--json", "report.json")
    assert "Performance:" in done.out
    assert json.loads((tmp_path / "report.json").read_text())["outcome"] == "regressed"


def test_check_writes_json_alone_to_stdout(lapwing, checked):
    checked("regress")
    done = lapwing("check", "--json", "-")
    assert json.loads(done.out)["outcome"] == "regressed"
    assert done.code == 1


def test_check_says_where_json_cannot_be_written(lapwing, checked):
    checked("regress")
    done = lapwing("check", "--json", "no/such/folder/report.json")
    assert done.code == 2
    assert "[unwritable-file]" in done.err


def test_check_judges_one_machine_by_the_limit_asked_for(lapwing, checked, store, told):
    checked("pass")
    store.append([make_run(1)])
    lapwing("check", "--machine", MACHINE.id[:4], "--limit", "3 %", "--store", "other.db")
    assert told.calls[0]["machine"] == MACHINE.id
    assert told.calls[0]["policy"].limit == 0.03
    assert told.settings.store == "other.db"


def test_check_works_in_processes_and_holds_creep_against_a_limit_and_the_tags(lapwing, checked, told):
    checked("pass")
    lapwing("check", "--jobs", "3", "--creep-limit", "20 %")
    assert (told.settings.jobs, told.settings.creep_limit) == (3, 0.2)
    assert told.calls[0]["tags"] is not None


def test_check_refuses_a_cluster_that_is_no_address(lapwing, checked):
    checked("pass")
    done = lapwing("check", "--cluster", "somewhere")
    assert (done.code, "[bad-setting]" in done.err) == (2, True)


def test_the_project_is_found_from_a_folder_inside_it(lapwing, checked, told, tmp_path, monkeypatch):
    checked("pass")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "er")
    lapwing("check")
    assert told.root == tmp_path


def test_log_tells_each_series(lapwing, monkeypatch, told):
    def history_of(**given):
        told.calls.append(given)
        series = SimpleNamespace(
            boundaries=(),
            metric=MetricId(benchmark="t.py::slow", name="time"),
            unit=SECONDS,
            commits=tuple(make_sha(n) for n in range(8)),
            values=[1e-3] * 5 + [1.12e-3] * 3,
        )
        doubt = RunWarning(slug="shallow", message="This clone is shallow.", remedy="fetch the rest.")
        one = SimpleNamespace(
            series=series, points=(make_point(5),), commits={}, machine=MACHINE, warnings=(doubt,), events=(), shapes=()
        )
        return (one, one)

    monkeypatch.setattr("lapwing.pipeline.told.history_of", history_of)
    done = lapwing("log", "slow", "--metric", "time", "-v")
    assert done.code == 0
    assert done.out.count("t.py::slow  time") == 2
    assert "^1 ✗ regressed +12.0 %" in done.out
    assert "Values, newest first" in done.out
    assert 1 == done.out.count("shallow: This clone is shallow.")
    assert (told.calls[0]["benchmark"], told.calls[0]["metric"]) == ("slow", "time")


def test_log_draws_a_picture_for_each_series(lapwing, monkeypatch, tmp_path):
    monkeypatch.setattr("lapwing.wiring.log.history_of", lambda **given: ())
    monkeypatch.setattr("lapwing.wiring.log.draw", lambda told, path: (path, path.with_stem("a-2")))
    done = lapwing("log", "slow", "--plot", "a.svg")
    assert (0, ["Drawn: a.svg", "Drawn: a-2.svg"]) == (done.code, done.out.split("\n")[-3:-1])


def test_show_finds_a_run_by_its_commit_and_names_the_others(lapwing, store):
    commit = Commit(sha=make_sha(1))
    store.append([make_run(1, run_id="first", commit=commit), make_run(1, run_id="second", commit=commit)])
    done = lapwing("show", make_sha(1)[:8])
    assert done.code == 0
    assert done.out.startswith("Run second")
    assert done.out.endswith("Other runs of this commit: first\n")
    assert "process 1: 1.00 ms" in lapwing("show", "first", "-v").out


def test_show_of_nothing_is_one_sentence(lapwing):
    done = lapwing("show", "abc")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("lapwing: [no-such-run] The history has no run")


def test_history_list_shows_a_table_or_json(lapwing, store):
    store.append([make_run(1), make_run(2)])
    assert "2 runs on 1 machine" in lapwing("history", "list").out
    runs = json.loads(lapwing("history", "list", "--json").out)["runs"]
    assert [run["id"] for run in runs] == ["run-0001", "run-0002"]


def test_history_list_of_an_unknown_machine_is_refused(lapwing, store):
    store.append([make_run(1)])
    done = lapwing("history", "list", "--machine", "solaris")
    assert (done.code, done.out) == (2, "")
    assert "[no-such-machine]" in done.err


def test_import_says_how_many_runs_are_new(lapwing, store, monkeypatch):
    asked = []

    def read_import(path, form, progress, given):
        asked.append((path.name, form))
        progress(1, 2, str(path))
        progress(2, 2, str(path))
        return SimpleNamespace(runs=(make_run(1), make_run(2)), warnings=(FEW,))

    monkeypatch.setattr("lapwing.wiring.importing.read_import", read_import)
    done = lapwing("import", "auto", "old.json")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("old.json: 2 runs read, 2 of them new.\n")
    assert "[1] few-runs" in done.out
    assert lapwing("import", "csv", "old.json").out.startswith("old.json: 2 runs read, 0 of them new.\n")
    assert asked == [("old.json", "auto"), ("old.json", "csv")]


def test_import_takes_what_a_file_does_not_say(lapwing, monkeypatch):
    asked = []

    def read_import(path, form, progress, given):
        asked.append((given.commit and given.commit.sha, given.date, given.machine))
        return SimpleNamespace(runs=(), warnings=())

    monkeypatch.setattr("lapwing.wiring.importing.read_import", read_import)
    lapwing("import", "auto", "a.json")
    lapwing("import", "hyperfine", "a.json", "--commit", "c0ffee1", "--date", "2023-11-14", "--machine", "box")
    assert asked == [(None, None, ""), ("c0ffee1", 1_699_920_000.0, "box")]


def test_export_says_how_many_runs_were_written_and_what_was_left_out(lapwing, store, tmp_path):
    store.append([make_run(1), make_run(2, commit=Commit(sha=make_sha(2), dirty=True))])
    done = lapwing("export", "asv", "tree")
    assert (done.code, done.out) == (0, "tree: 2 runs written.\n")
    assert done.err.startswith("lapwing: 1 run is in not-shown, which asv does not look at: ")
    assert (tmp_path / "tree" / "results" / "benchmarks.json").is_file()
    done = lapwing("export", "csv", "out.csv", "--benchmark", "test_a", "--metric", "time")
    assert (done.code, done.out, done.err) == (0, "out.csv: 2 runs written.\n", "")


@pytest.mark.parametrize(("form", "dest"), [("asv", "tree"), ("run", "runs"), ("csv", "out.csv"), ("csv", "-")])
def test_a_dry_run_of_an_export_tells_how_much_and_writes_nothing(lapwing, store, tmp_path, form, dest):
    store.append([make_run(1), make_run(2)])
    done = lapwing("export", form, dest, "--dry-run")
    assert (0, f"{dest}: 2 runs would be written.\n") == (done.code, done.out + done.err)
    assert ["pyproject.toml"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("form", ["asv", "csv"])
def test_a_dry_run_is_refused_what_the_export_would_be(lapwing, store, tmp_path, form):
    store.append([make_run(1)])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years", encoding="utf-8")
    for words in ((), ("--dry-run",)):
        done = lapwing("export", form, "mine", *words)
        assert 2 == done.code
        assert "[export-target]" in done.err


def test_export_to_stdout_has_nothing_else_there(lapwing, store):
    store.append([make_run(1)])
    done = lapwing("export", "csv", "-")
    assert (done.code, done.err) == (0, "-: 1 run written.\n")
    assert 2 == len(done.out.splitlines())
    assert done.out.startswith("run,commit,date,")


def test_export_replaces_a_file_by_force_alone(lapwing, store, tmp_path):
    store.append([make_run(1)])
    (tmp_path / "out.csv").write_text("mine", encoding="utf-8")
    done = lapwing("export", "csv", "out.csv")
    assert (done.code, done.out) == (2, "")
    assert "[export-target]" in done.err
    assert lapwing("export", "csv", "out.csv", "--force").code == 0
    assert "[no-such-machine]" in lapwing("export", "csv", "other.csv", "--machine", "solaris").err


def test_slow_work_is_told_of_in_tenths(lapwing, monkeypatch):
    def read_import(path, form, progress, given):
        for done in range(1, 101):
            progress(done, 100, "a\x1bb")
        progress(0, 0, "no end in sight")
        progress(0, 7, "another part")
        return SimpleNamespace(runs=(), warnings=())

    monkeypatch.setattr("lapwing.wiring.importing.read_import", read_import)
    monkeypatch.setattr("lapwing.cli.stream._PATIENCE", -1.0)
    lines = lapwing("import", "auto", "old.json").err.splitlines()
    assert len(lines) == 12
    assert lines[0] == r"lapwing: 1 of 100 a\x1bb"
    assert lines[-2:] == [r"lapwing: 100 of 100 a\x1bb", "lapwing: 0 of 7 another part"]


def test_a_terminal_gets_a_bar_that_leaves_nothing_behind(lapwing, monkeypatch):
    def read_import(path, form, progress, given):
        progress(1, 2, "[bold]half[/bold] \x1b[2J")
        progress(0, 0, "no end in sight")
        return SimpleNamespace(runs=(), warnings=())

    monkeypatch.setattr("lapwing.wiring.importing.read_import", read_import)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    done = lapwing("import", "auto", "old.json")
    assert (done.code, done.out) == (0, "old.json: 0 runs read, 0 of them new.\n")
    assert "\x1b[2J" not in done.err


def test_site_says_where_it_is_and_how_to_look_at_it(lapwing, monkeypatch, tmp_path):
    monkeypatch.setattr(
        "lapwing.wiring.site.build_site",
        lambda settings, root, out, progress, *, by_asv: out / f"{by_asv}" / "index.html",
    )
    done = lapwing("site", "--out", "public")
    assert done.code == 0
    assert f"The site is built: {tmp_path / 'public' / 'False' / 'index.html'}" in done.out
    assert "lapwing site --serve" in done.out
    assert "True" in lapwing("site", "--by-asv").out


def test_site_is_pushed_and_served_where_that_is_asked(lapwing, monkeypatch, tmp_path):
    seen = []
    monkeypatch.setattr(
        "lapwing.wiring.site.build_site", lambda settings, root, out, progress, *, by_asv: out / "index.html"
    )
    monkeypatch.setattr(
        "lapwing.wiring.site.push_site", lambda site, branch, root: seen.append((site, branch)) or "0123456789abc"
    )
    monkeypatch.setattr(
        "lapwing.wiring.site.serve_site", lambda site, port, say: seen.append((site, port)) or say("http://there/")
    )
    done = lapwing("site", "--out", "public", "--push", "gh-pages", "--serve", "--port", "8000")
    assert [(tmp_path / "public", "gh-pages"), (tmp_path / "public", 8000)] == seen
    assert "on the branch gh-pages of origin: 0123456789" in done.out
    assert "http://there/" in done.out


def test_doctor_tells_what_it_found(lapwing, monkeypatch):
    diagnosis = Diagnosis(machine=MACHINE, conditions=(GOVERNOR,), processes=10, noise=0.01, detectable=0.02)
    monkeypatch.setattr("lapwing.wiring.doctor.doctor", lambda settings, root, progress: diagnosis, raising=False)
    done = lapwing("doctor")
    assert done.code == 0
    assert "can see a change of about 2 %" in " ".join(done.out.split())
    assert "Remedy: sudo cpupower" in done.out


def test_the_cases_have_every_outcome():
    assert {report.outcome for report in CASES.values()} == set(Outcome)


def test_a_history_in_which_nothing_can_be_judged_is_no_silent_pass(lapwing, monkeypatch):
    empty = Checked(
        report=make_report("new", head=None, base=None, machine=None), changes=(), cleared=cleared_of(()), order=None
    )
    monkeypatch.setattr("lapwing.pipeline.check.check", lambda **_: empty)
    plain = lapwing("check", "--store", "wrong.db")
    strict = lapwing("check", "--store", "wrong.db", "--fail-on", "inconclusive", "--json", "-")

    assert (0, "lapwing: nothing in the history wrong.db could be judged.\n") == (plain.code, plain.err)
    assert 3 == strict.code
