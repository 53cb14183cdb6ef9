"""``lapwing init``: what it writes, what it upgrades, what it leaves alone, and that it says so."""

import subprocess
from importlib.resources import files

import pytest
import yaml

from lapwing import __version__
from lapwing.cli import main
from lapwing.forge.setting_up import is_branch, plan, signed
from lapwing.forge.templates import NAMES, workflows
from lapwing.history.outbox import FOLDER

WANTED = {"a.yml": "x: 1\n"}


def planned(there, *, force=False):
    (one,) = plan(WANTED, {} if there is None else {"a.yml": there}, force=force)
    return one


def test_a_file_that_is_not_there_is_written():
    assert ("new", signed("x: 1\n")) == (planned(None).what, planned(None).text)


def test_a_file_that_is_as_it_would_be_is_left():
    assert ("as it is", None) == (planned(signed("x: 1\n")).what, planned(signed("x: 1\n")).text)
    assert "as it is" == planned(signed("x: 1\n").replace("\n", "\r\n")).what


def test_an_older_one_that_nobody_edited_is_upgraded_and_the_difference_shown():
    one = planned(signed("x: 0\n"))
    assert ("upgraded", signed("x: 1\n")) == (one.what, one.text)
    assert "-x: 0\n+x: 1\n" in one.difference


@pytest.mark.parametrize(
    "there", ["x: 2\n", signed("x: 0\n") + "y: 3\n", "", "# Written by lapwing init\nx: 3\n", "no end"]
)
def test_what_somebody_edited_is_left_alone_and_the_difference_shown(there):
    one = planned(there)
    assert ("edited", None) == (one.what, one.text)
    assert "+x: 1\n" in one.difference
    forced = planned(there, force=True)
    assert ("overwritten", signed("x: 1\n"), one.difference) == (forced.what, forced.text, forced.difference)


def test_a_branch_is_put_into_a_workflow_only_if_it_is_plain():
    assert [True, True] == [is_branch(name) for name in ("main", "release/1.x")]
    assert [False] * 5 == [is_branch(name) for name in ("", "-x", 'a"\n', "a..b", "x" * 300)]


@pytest.fixture
def project(tmp_path, monkeypatch, capsys):
    subprocess.run(["git", "init", "-q", "-b", "topic", tmp_path], check=True)
    monkeypatch.chdir(tmp_path)

    def run(*args):
        code = main(["init", *args])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_it_writes_four_workflows_that_say_what_they_are(project, tmp_path):
    code, out, _ = project("github")
    assert (0, 4) == (code, out.count(": written"))
    for name in NAMES:
        text = (tmp_path / ".github/workflows" / name).read_text(encoding="utf-8")
        document = yaml.safe_load(text)
        assert {} == document["permissions"]
        assert "__" not in text
        assert document["concurrency"]["group"]
        assert f"=={__version__}" in text
        for job in document["jobs"].values():
            assert job["timeout-minutes"] <= 30
            for step in job["steps"]:
                assert "uses" not in step or len(step["uses"].split()[0].rpartition("@")[2]) == 40
                assert "${{" not in step.get("run", "")


def test_the_site_is_published_by_choice_and_by_a_job_that_may_do_nothing_else(project, tmp_path):
    project("github", "--branch", "trunk")
    document = yaml.safe_load((tmp_path / ".github/workflows/lapwing-pages.yml").read_text(encoding="utf-8"))
    build, publish = document["jobs"].values()
    after = document[True]["workflow_run"]
    assert (["lapwing-main"], ["completed"], ["trunk"]) == (after["workflows"], after["types"], after["branches"])
    assert "has_pages" in build["if"]
    assert ({"contents": "read"}, {"pages": "write", "id-token": "write"}) == (
        build["permissions"],
        publish["permissions"],
    )
    assert "build" == publish["needs"]
    assert not any("run" in step for step in publish["steps"])
    # Of the project nothing is installed: its code would run where the site is made.
    assert [] == [step["run"] for step in build["steps"] if "install" in step.get("run", "") and " ." in step["run"]]


def test_again_it_leaves_them_and_what_was_edited_is_shown_and_kept(project, tmp_path):
    project("github")
    assert (0, 4) == (project("github")[0], project("github")[1].count("as it was"))
    place = tmp_path / ".github/workflows/lapwing.yml"
    edited = place.read_text(encoding="utf-8").replace('"3.13"', '"3.12"')
    place.write_text(edited, encoding="utf-8")
    code, out, _ = project("github")
    assert (1, edited) == (code, place.read_text(encoding="utf-8"))
    assert '-          python-version: "3.12"' in out
    code, out, _ = project("github", "--force")
    assert 0 == code
    assert "3.12" not in place.read_text(encoding="utf-8")
    assert '-          python-version: "3.12"' in out


def branch_of(tmp_path):
    text = (tmp_path / ".github/workflows/lapwing-main.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)[True]["push"]["branches"]


def test_the_default_branch_is_what_the_remote_says(project, tmp_path):
    project("github")
    assert ["main"] == branch_of(tmp_path)
    git = ["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    subprocess.run([*git, "branch", "master"], check=True)
    project("github")
    assert ["master"] == branch_of(tmp_path)
    subprocess.run([*git, "update-ref", "refs/remotes/origin/trunk", "HEAD"], check=True)
    subprocess.run([*git, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"], check=True)
    project("github")
    assert ["trunk"] == branch_of(tmp_path)
    project("github", "--branch", "next")
    assert ["next"] == branch_of(tmp_path)


@pytest.mark.parametrize(
    ("args", "slug"), [(("gitlab",), "no-such-forge"), (("github", "--branch", 'x"\n'), "no-branch")]
)
def test_what_cannot_be_is_one_sentence(project, args, slug):
    code, _, err = project(*args)
    assert (2, True) == (code, f"[{slug}]" in err)


def test_a_folder_that_is_a_file_is_one_sentence(project, tmp_path):
    (tmp_path / ".github").write_text("", encoding="utf-8")
    code, _, err = project("github")
    assert (2, True) == (code, "[unwritable-file]" in err)


def test_no_template_is_forgotten():
    folder = files("lapwing.forge.templates")
    assert sorted(NAMES) == sorted(one.name for one in folder.iterdir() if one.name.endswith(".yml"))
    assert len(NAMES) == len(workflows("main"))


def test_a_run_that_the_branch_refused_outlives_the_job(project, tmp_path):
    project("github")
    text = (tmp_path / ".github/workflows/lapwing-main.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(text)["jobs"]["record"]["steps"]
    place = next(i for i, step in enumerate(steps) if step.get("name") == "Measure and keep") + 1
    assert ("failure()", FOLDER) == (steps[place]["if"], steps[place]["with"]["path"])
    assert steps[place]["with"]["include-hidden-files"]
