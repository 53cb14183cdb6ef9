"""asv itself, with our plugin, on an exported history: its publish against ``lapwing site``, its show and compare."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import lapwing
from factories import MACHINE, make_declared, make_sample
from lapwing.errors import UsageError
from lapwing.history import open_store
from lapwing.history.exporters import Selection
from lapwing.history.importers import read
from lapwing.model import Commit, Failure
from lapwing.settings import Settings
from lapwing.site.asv_conf import HASH_DIGITS, read_conf
from lapwing.units import Unit
from lapwing.wiring.asv_plugin import build
from lapwing.wiring.exporting import export_asv
from lapwing.wiring.site import build_site
from site_history import OTHER, THIRD_PARTY, run_of, wobble

RATE = Unit(symbol="rows/s", better="higher", noise="noisy")
HOSTILE = "t.py::test_<img src=x onerror=alert(1)>[\"'&-<script>]"
COMMITS = 60
BEGAN = 1_700_000_000
SETTINGS = Settings(limit=0.06, site_url="https://o.example/site/")
ACCEPTED = '[[accepted]]\nbenchmark = "tests/perf/*test_b"\nby = "alice"\nreason = "it is worth it"\n'
SCRIPTS = f"""
from lapwing.site.pages import scripts
scripts.scripts = lambda cache: {THIRD_PARTY!r}
"""
"""Put where Python looks when it starts: the scripts of others are not fetched."""


def make_repository(root):
    """A repository of empty commits, two tags, a branch that was not merged; returns the hashes, oldest first."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    lines = [_commit("main", number) for number in range(COMMITS)]
    # In the middle by its date, so that asv's own order of all branches would count it.
    lines.append(_commit("side", COMMITS, at=49.5) + "from :50\n")
    lines += [f"reset refs/tags/{name}\nfrom :{mark}\n" for name, mark in (("v1", 20), ("v<b>2", 55))]
    stream = "".join(lines).encode()
    subprocess.run(["git", "-C", str(root), "fast-import", "--quiet"], input=stream, check=True)
    return git(root, "rev-list", "--reverse", "main").split(), git(root, "rev-parse", "side")


def _commit(branch, number, *, at=None):
    said = f"Commit {number} (#{number})"
    when = f"Somebody <s@localhost> {BEGAN + int(60 * (number if at is None else at))} +0000"
    return f"commit refs/heads/{branch}\nmark :{number + 1}\ncommitter {when}\ndata {len(said)}\n{said}\n"


def git(root, *words):
    done = subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def make_history(shas, side):
    """Two machines, classes, parameters, a rate, a rename, a rerun, failures, a changed work tree, a branch."""
    runs = [_run(number, sha, MACHINE) for number, sha in enumerate(shas) if number not in {7, 8}]
    runs += [_run(number, sha, OTHER, level=2e-3) for number, sha in enumerate(shas) if number % 3 == 0]
    runs.append(replace(_run(50, shas[50], MACHINE, level=1.1e-3), id="again"))
    dirty = _run(COMMITS - 1, shas[-1], MACHINE)
    runs.append(replace(dirty, id="dirty", commit=replace(dirty.commit, dirty=True)))
    runs.append(replace(_run(COMMITS, side, MACHINE), id="side"))
    return runs


def _run(number, sha, machine, level=1e-3):
    run = run_of(number, machine=machine, level=level * (1.3 if number >= 44 else 1))
    rate = (1000.0 + 7 * (number % 5)) * (1.5 if number >= 30 else 1)
    name = "t.py::test_renamed" if number >= 20 else "t.py::test_old"
    more = (
        make_sample("t.py::test_rate", rate, rate * wobble(number), metric="rows/s", unit=RATE),
        make_sample(name, 5e-3 * wobble(number)),
        make_sample(HOSTILE, 1e-6 * wobble(number + 3)),
    )
    named = [make_declared(one.metric.benchmark, limit=0.2) for one in more]
    named[1] = replace(named[1], was=("t.py::test_old",) if number >= 20 else ())
    broken = (Failure(benchmark="t.py::test_broken", kind="raised", message="no"),)
    samples = run.samples
    if number in {12, 13}:  # of one combination alone, then of both
        broken += tuple(
            Failure(benchmark=one.metric.benchmark, kind="timed-out", message="late")
            for one in samples[1 : number - 10]
        )
        samples = samples[:1] + samples[number - 10 :]
    return replace(
        run,
        id=f"{machine.id}-{number:02d}",
        commit=Commit(sha=sha, date=BEGAN + 60.0 * number, subject=f"Commit {number}", branch="main"),
        samples=(*samples, *more),
        declared=(*run.declared, *named, make_declared("t.py::test_broken")),
        failures=broken,
    )


def ran(*words, cwd, scripts, code=0):
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GIT_"))}
    source = Path(lapwing.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=cwd,
        env={**inherited, "PYTHONPATH": os.pathsep.join((str(scripts), str(source)))},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert code == done.returncode, done.stdout + done.stderr
    return done.stdout + done.stderr


def silent(*_):
    pass


def export(root, folder, selection=None):
    with closing(open_store(".lapwing/history.db", root)) as store:
        return export_asv(store, selection or Selection(), folder, settings=SETTINGS, root=root, progress=silent)


def site_of(root, folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lapwing.site.pages.publish.scripts", lambda cache: THIRD_PARTY)
        build_site(SETTINGS, root, folder, silent)
    return folder


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "sitecustomize.py").write_text(SCRIPTS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("asv") / "pro<b>ject"
    shas, side = make_repository(root)
    git(root, "remote", "add", "origin", "https://github.com/o/r.git")
    with closing(open_store(".lapwing/history.db", root)) as store:
        store.append(make_history(shas, side))
    (root / ".lapwing/accepted.toml").write_text(ACCEPTED, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def exported(project):
    """A folder that is no part of the project."""
    folder = project.parent / "tree"
    done = export(project, folder)
    assert (81, {}) == (done.runs, dict(done.left_out))
    return folder


@pytest.fixture(scope="module")
def both(project, exported, scripts):
    """The folders of ``lapwing site`` and of ``asv publish``."""
    said = ran("asv", "publish", cwd=exported, scripts=scripts)
    assert "Couldn't find" not in said
    return site_of(project, project.parent / "site"), exported / "html"


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def content_of(name, path):
    content = json.loads(path.read_bytes()) if path.suffix == ".json" else path.read_bytes()
    return {**content, "timestamp": 0} if name == "info.json" else content


def differing(ours, asvs):
    """The files that are in one site alone, or not the same in both, but for when they were made."""
    one, other = files_of(ours), files_of(asvs)
    del one["lapwing.json"]  # what our own next build goes by
    same = {name for name in one.keys() & other.keys() if content_of(name, one[name]) == content_of(name, other[name])}
    return sorted((one.keys() | other.keys()) - same)


def test_every_file_that_asv_publishes_is_that_of_lapwing_site(both):
    assert [] == differing(*both)


def test_what_could_differ_is_in_the_history(both):
    """Both directions, what was accepted, commits, parameters, holes, a rename, names that are no file's, tags."""
    _, asvs = both
    listed = json.loads((asvs / "regressions.json").read_bytes())["regressions"]
    assert [["improved"], ["improved"], ["regressed"]] == sorted(entry[7] for entry in listed)
    assert ["alice"] == [said["by"] for entry in listed for said in entry[8] if said is not None]
    assert {None, 27} == {jump[0] for entry in listed for jump in entry[6]}
    index = json.loads((asvs / "index.json").read_bytes())
    assert {"v1": 19, "v&lt;b&gt;2": 54} == index["tags"]
    assert [["10", "100"]] == index["benchmarks"]["perf.test_x.test_p"]["params"]
    assert "t.test_old" not in index["benchmarks"]
    assert 2 == len(index["graph_param_list"])
    graphs = asvs / "graphs/branch-main/machine-Test CPU - 2, Linux 6.1, CPython 3.11"
    points = dict(json.loads((graphs / "perf.test_x.test_p.json").read_bytes()))
    assert (None, False, True) == (points[12][0], 13 in points, 14 in points)
    assert 60 == 2 + len(json.loads((graphs / "t.test_renamed.json").read_bytes()))
    lists = json.loads((graphs / "summary.json").read_bytes())
    assert [None, 30] == next(row["change_rev"] for row in lists if row["name"] == "t.test_rate.rows_s")


def test_no_name_is_markup_in_what_asv_puts_into_pages(both):
    """asv shows names, code, parameters, machines and tags as html; its scripts run under our policy alone."""
    _, asvs = both
    index = json.loads((asvs / "index.json").read_bytes())
    assert not any("<" in json.dumps(index[key]) for key in ("benchmarks", "machines", "params", "tags"))
    assert "Content-Security-Policy" in (asvs / "index.html").read_text(encoding="utf-8")


def test_asv_shows_and_compares(project, exported, scripts):
    shas = git(project, "rev-list", "--reverse", "main").split()
    shown = ran("asv", "show", shas[12], cwd=exported, scripts=scripts)
    assert "perf.test_x.test_p" in shown
    assert "failed" in shown
    machine = "Test CPU - 2, Linux 6.1, CPython 3.11"
    compared = ran("asv", "compare", "v1", shas[59], "--machine", machine, cwd=exported, scripts=scripts)
    (row,) = (line for line in compared.splitlines() if "TestA.test_b" in line)
    assert "1.3" in row


def test_an_import_gives_the_history_back_in_its_order(project, exported):
    with closing(open_store(".lapwing/history.db", project)) as store:
        kept = tuple(store.load(run.id) for run in store.runs())
    found = read(exported)
    assert () == found.warnings
    assert kept == found.runs


def test_exported_again_only_what_is_new_is_written_and_what_was_published_stays(both, project, exported):
    before = {name: path.stat().st_ino for name, path in files_of(exported).items()}
    conf = exported / "asv.conf.json"
    conf.write_text(json.dumps({**json.loads(conf.read_bytes()), "plugins": ["mine"], "mine": 1}), encoding="utf-8")
    with closing(open_store(".lapwing/history.db", project)) as store:
        first = store.load(next(run.id for run in store.runs()))
        again = replace(first, id="new")
        store.append([again])
        try:
            export(project, exported)
        finally:
            store.remove(["new"])
    after = files_of(exported)
    fresh = {name for name, path in after.items() if before.get(name) != path.stat().st_ino}
    assert {"asv.conf.json", ".lapwing-export", "runs.json", "results/benchmarks.json"} < fresh
    written = {name for name in fresh if name.endswith(".json") and "-lapwing-" in name}
    assert 1 == len(written)
    assert 1 == len([name for name in before if name not in after])
    said = json.loads(conf.read_bytes())
    assert ([".lapwing.wiring.asv_plugin", "mine"], 1) == (said["plugins"], said["mine"])
    export(project, exported)
    assert set(before) == set(files_of(exported))


def test_a_file_among_the_results_that_no_export_wrote_is_left_alone(project, tmp_path):
    export(project, tmp_path / "tree", Selection(benchmarks=("test_b",)))
    (tmp_path / "tree" / "results" / "mine.json").write_text("{}", encoding="utf-8")
    (tmp_path / "tree" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        export(project, tmp_path / "tree")
    assert "export-target" == caught.value.slug
    (tmp_path / "tree" / "results" / "mine.json").unlink()
    export(project, tmp_path / "tree")
    assert "mine" == (tmp_path / "tree" / "notes.txt").read_text(encoding="utf-8")


def test_a_part_is_a_history_that_holds_no_more(project, tmp_path):
    done = export(project, tmp_path / "tree", Selection(benchmarks=("test_b",), machine=OTHER.id))
    assert 20 == done.runs
    (name,) = (one for one in json.loads((tmp_path / "tree/results/benchmarks.json").read_bytes()) if one != "version")
    assert "perf.test_x.TestA.test_b" == name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"repo": "gone"}, "'gone', which is not there. Put the path of a clone of the project after \"repo\""),
        ({"dvcs": "git"}, "needs \"dvcs\": 'lapwing'"),
    ],
)
def test_a_repository_that_is_none_is_said_and_what_was_published_stays(both, scripts, tmp_path, change, said):
    moved = tmp_path / "moved"
    shutil.copytree(both[1].parent, moved)
    conf = json.loads((moved / "asv.conf.json").read_bytes())
    (moved / "asv.conf.json").write_text(json.dumps({**conf, **change}), encoding="utf-8")
    before = files_of(moved)
    told = ran("asv", "publish", cwd=moved, scripts=scripts, code=1)
    assert said in " ".join(told.split())
    assert "Traceback" not in told
    assert before == files_of(moved)


def test_a_repository_without_the_newest_commit_is_said(exported, tmp_path):
    make_repository(tmp_path / "other")
    named = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    git(
        tmp_path / "other",
        *named,
        "commit",
        "-q",
        "--amend",
        "--allow-empty",
        "-m",
        "x",
        "--date",
        "2001-01-01T00:00:00Z",
    )
    said = json.loads((exported / "asv.conf.json").read_bytes())
    known, other = (tmp_path / name for name in ("known", "other"))
    said["lapwing"]["head"] = git(other, "rev-parse", "HEAD")
    make_repository(known)
    with pytest.raises(UsageError) as caught:
        build(said, results=exported / "results", repository=known, only=None, target=tmp_path / "site", say=silent)
    assert "no-such-commit" == caught.value.slug
    assert said["lapwing"]["head"][:10] in caught.value.message


def measure_by_asv(tree):
    """Add what asv would write had it measured the newest commit on another machine."""
    newest = max(
        (tree / "results").glob("Test*/*-lapwing-*.json"), key=lambda file: json.loads(file.read_bytes())["date"]
    )
    said = json.loads(newest.read_bytes())
    del said["lapwing"]
    said["params"]["machine"] = "box"
    (tree / "results" / "box").mkdir()
    (tree / "results" / "box" / "machine.json").write_text('{"machine": "box", "version": 1}', encoding="utf-8")
    (tree / "results" / "box" / f"{said['commit_hash'][:8]}-e.json").write_text(json.dumps(said), encoding="utf-8")


def test_a_tree_that_was_moved_is_published_from_a_clone_by_its_address(both, project, exported, scripts, tmp_path):
    moved = tmp_path / "moved"
    shutil.copytree(exported, moved, ignore=shutil.ignore_patterns("html", ".lapwing"))
    conf = json.loads((moved / "asv.conf.json").read_bytes())
    address = {"repo": project.as_uri(), "project": "project"}
    (moved / "asv.conf.json").write_text(json.dumps({**conf, **address}), encoding="utf-8")
    measure_by_asv(moved)
    # Whatever is checked out meanwhile.
    git(project, "checkout", "-q", "side")
    try:
        said = ran("asv", "publish", "v1..main", cwd=moved, scripts=scripts)
    finally:
        git(project, "checkout", "-q", "main")
    assert "1 of 82 results were not exported by Lapwing" in said
    assert 1 == len(list((moved / "html/graphs/branch-main/machine-box").glob("*test_b.json")))
    graph = "graphs/branch-main/machine-Other CPU - 2, Linux 6.1, CPython 3.11/perf.test_x.TestA.test_b.json"
    ours, asvs = (json.loads((one / graph).read_bytes()) for one in (both[0], moved / "html"))
    assert [point for point in ours if point[0] > 19] == asvs
    assert {"v1": 19, "v&lt;b&gt;2": 54} == json.loads((moved / "html" / "index.json").read_bytes())["tags"]


def elsewhere(run):
    return replace(run.commit, sha=run.commit.sha[::-1])


@pytest.mark.parametrize(("known", "dvcs"), [(False, "lapwing-dates"), (True, "lapwing")])
def test_what_git_here_does_not_know_is_in_the_order_of_its_dates(exported, scripts, tmp_path, known, dvcs):
    """All of an imported history, or what one machine has of it beside another whose commits are here."""
    root = tmp_path / "elsewhere"
    if known:
        make_repository(root)
    else:
        root.mkdir()
    with closing(open_store(".lapwing/history.db", root)) as store:
        store.append(
            replace(run, source="import:asv", commit=run.commit if known and run.machine == OTHER else elsewhere(run))
            for run in read(exported).runs
        )
    export(root, root / "tree")
    assert dvcs == json.loads((root / "tree" / "asv.conf.json").read_bytes())["dvcs"]
    ran("asv", "publish", cwd=root / "tree", scripts=scripts)
    assert [] == differing(site_of(root, root / "site"), root / "tree" / "html")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"lapwing": None}, "'lapwing' has no keys"),
        ({"lapwing": {}}, "it has no 'head'"),
        ({"lapwing": {"head": "--output=x", "limit": 1, "creep_limit": 1, "false_alarms_per_week": 1}}, "no commit"),
        ({"lapwing": {"head": "", "limit": -1, "creep_limit": 1, "false_alarms_per_week": 1}}, "bad-policy"),
        (
            {"lapwing": {"head": "", "limit": 10**400, "creep_limit": 1, "false_alarms_per_week": 1, "site_url": ""}},
            "too large",
        ),
        (
            {
                "lapwing": {
                    "head": "",
                    "limit": 0.1,
                    "creep_limit": 0.1,
                    "false_alarms_per_week": 1,
                    "site_url": "javascript:alert(1)//",
                }
            },
            "no address",
        ),
        ({"project": 1}, "'project' is no text"),
    ],
)
def test_a_configuration_that_no_export_wrote_is_said(exported, change, why):
    said = json.loads((exported / "asv.conf.json").read_bytes())
    assert HASH_DIGITS == said["hash_length"]
    with pytest.raises(UsageError) as caught:
        read_conf({**said, **change})
    assert "no-export" == caught.value.slug
    assert why in caught.value.message


def test_the_configuration_is_as_the_schema_of_asvs_next_version_has_it(exported):
    """Its ``asv.conf.schema.json``: these types, at least one branch, and any key besides."""
    said = json.loads((exported / "asv.conf.json").read_bytes())
    texts = ("project", "project_url", "repo", "show_commit_url", "results_dir", "html_dir")
    assert all(isinstance(said[key], str) for key in texts)
    assert (1, 10, ["main"]) == (said["version"], said["hash_length"], said["branches"])
    assert all(isinstance(one, str) for one in said["plugins"])
