"""What git holds is what lies on the sides, and nothing of it lies in git afterwards."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest

from fakes.repository import Repository
from fakes.side_worker import imported, listing
from lapwing.errors import RepositoryError

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, modes and any names are POSIX's")


def everything_in(folder):
    return {
        str(path.relative_to(folder)): (path.lstat().st_mtime_ns, path.lstat().st_size) for path in folder.rglob("*")
    }


def test_nothing_is_written_to_the_repository(repository, sides_of):
    repository.write({"parts/__init__.py": "", "data.bin": bytes(range(256))})
    repository.save("base")
    repository.write({"parts/__init__.py": "1", "parts/new.py": "2"})
    # An index whose times are stale: git would like to refresh it.
    os.utime(repository.root / "data.bin", (1_600_000_000, 1_600_000_000))
    before = everything_in(repository.root)

    sides_of("HEAD", None).close()
    sides_of("HEAD", "HEAD").close()

    assert before == everything_in(repository.root)


@posix
@pytest.mark.parametrize("head", [None, "HEAD"])
def test_links_modes_and_odd_names_come_along(repository, sides_of, head):
    odd = "parts/a b\n\tü\"'.txt"
    broken = os.fsdecode(b"parts/\xff.txt")
    repository.write({"parts/__init__.py": "", "parts/run.sh": "#!/bin/sh\n", odd: "odd", broken: "no utf-8"})
    (repository.root / "parts" / "run.sh").chmod(0o755)
    (repository.root / "parts" / "link.py").symlink_to("__init__.py")
    (repository.root / "parts" / "dangling").symlink_to("../nowhere")
    (repository.root / "linked").symlink_to("parts")
    repository.save("base")
    repository.write({"parts/__init__.py": "WHAT = 'head'"})
    repository.save("head")

    sides = sides_of("HEAD~1", head)

    for side in (sides.base, sides.head):
        assert os.access(side.root / "parts" / "run.sh", os.X_OK)
        assert not os.access(side.root / "parts" / "__init__.py", os.X_OK)
        assert "__init__.py" == str((side.root / "parts" / "link.py").readlink())
        assert "../nowhere" == str((side.root / "parts" / "dangling").readlink())
        assert "parts" == str((side.root / "linked").readlink())
        assert "odd" == (side.root / odd).read_text()
        assert "no utf-8" == (side.root / broken).read_text()
    assert ("parts/__init__.py",) == sides.changed


@posix
def test_a_mode_and_a_links_target_are_changes(repository, sides_of):
    repository.write({"parts/__init__.py": "", "parts/run.py": "", "parts/other.py": ""})
    (repository.root / "parts" / "link.py").symlink_to("run.py")
    repository.save("base")
    (repository.root / "parts" / "run.py").chmod(0o755)
    (repository.root / "parts" / "link.py").unlink()
    (repository.root / "parts" / "link.py").symlink_to("other.py")
    repository.save("head")

    assert ("parts/link.py", "parts/run.py") == sides_of("HEAD~1").changed


def test_line_ends_are_as_each_commit_says_and_nothing_is_left_out_for_export(repository, sides_of):
    repository.write({".gitattributes": "*.txt eol=crlf\n*.py export-ignore\n", "parts/__init__.py": "WHAT = 1\n"})
    repository.write({"parts/lines.txt": "one\ntwo\n"})
    repository.save("base")
    repository.write({".gitattributes": "*.txt eol=lf\n"})
    repository.save("head")

    sides = sides_of("HEAD~1", "HEAD")

    assert b"one\r\ntwo\r\n" == (sides.base.root / "parts/lines.txt").read_bytes()
    assert b"one\ntwo\n" == (sides.head.root / "parts/lines.txt").read_bytes()
    assert {"parts": 1} == imported(sides.base, "parts")


@pytest.fixture
def with_submodule(repository, tmp_path):
    """A repository with a package whose half is a submodule, which has a submodule itself."""
    inner = Repository(tmp_path / "inner")
    inner.write({"__init__.py": "WHAT = 'inner base'\n"})
    inner.save("base")
    outer = Repository(tmp_path / "outer")
    outer.write({"__init__.py": "WHAT = 'outer base'\n"})
    outer.git("submodule", "add", "-q", str(inner.root), "inner")
    outer.save("base")
    repository.write({"parts/__init__.py": "WHAT = 'base'\n"})
    repository.git("submodule", "add", "-q", "--name", "other/name", str(outer.root), "parts/outer")
    repository.git("submodule", "update", "-q", "--init", "--recursive")
    repository.save("base")

    def move_on():
        for module, what in (
            (repository.root / "parts/outer/inner", "inner"),
            (repository.root / "parts/outer", "outer"),
        ):
            (module / "__init__.py").write_text(f"WHAT = '{what} head'\n")
            here = Repository.__new__(Repository)
            here.root, here.now = module, repository.now
            here.save("head")
        repository.save("head")

    repository.move_on = move_on
    return repository


MODULES = ("parts.outer", "parts.outer.inner")


@pytest.mark.parametrize("head", [None, "HEAD"])
def test_submodules_are_at_the_commit_of_their_side(with_submodule, sides_of, head):
    with_submodule.move_on()

    sides = sides_of("HEAD~1", head)

    assert {"parts.outer": "outer base", "parts.outer.inner": "inner base"} == imported(sides.base, *MODULES)
    assert {"parts.outer": "outer head", "parts.outer.inner": "inner head"} == imported(sides.head, *MODULES)
    assert ("parts/outer/__init__.py", "parts/outer/inner/__init__.py") == sides.changed


def test_what_is_uncommitted_in_a_submodule_is_heads(with_submodule, sides_of):
    with_submodule.write({"parts/outer/inner/__init__.py": "WHAT = 'now'\n", "parts/outer/new.py": "WHAT = 'new'\n"})

    sides = sides_of("HEAD", None)

    assert {"parts.outer.inner": "now", "parts.outer.new": "new"} == imported(
        sides.head, "parts.outer.inner", "parts.outer.new"
    )
    assert {"parts.outer.inner": "inner base", "parts.outer.new": "ModuleNotFoundError"} == imported(
        sides.base, "parts.outer.inner", "parts.outer.new"
    )


def test_a_submodule_that_head_has_no_more_is_read_from_what_git_keeps(with_submodule, sides_of):
    with_submodule.git("rm", "-q", "-f", "parts/outer")
    with_submodule.save("without")

    sides = sides_of("HEAD~1", None)

    assert {"parts.outer": "outer base", "parts.outer.inner": "inner base"} == imported(sides.base, *MODULES)
    assert ["parts/__init__.py"] == [path for path in listing(sides.head) if path.startswith("parts")]


def test_a_submodule_of_code_that_is_not_initialised_is_refused_with_what_to_do(with_submodule, sides_of):
    with_submodule.git("submodule", "deinit", "-q", "-f", "parts/outer")
    subprocess.run(["rm", "-rf", with_submodule.root / ".git" / "modules"], check=True)

    with pytest.raises(RepositoryError) as refused:
        sides_of("HEAD", None)

    assert "no-submodule" == refused.value.slug
    assert "run 'git submodule update --init --recursive'." == refused.value.remedy


def test_a_submodule_of_no_code_that_is_not_initialised_is_an_empty_folder(repository, sides_of, tmp_path):
    theme = Repository(tmp_path / "theme")
    theme.commit("theme")
    repository.write({"parts/__init__.py": ""})
    repository.git("submodule", "add", "-q", str(theme.root), "docs/theme")
    repository.save("base")
    repository.git("submodule", "deinit", "-q", "-f", "docs/theme")
    subprocess.run(["rm", "-rf", repository.root / ".git" / "modules"], check=True)

    sides = sides_of("HEAD", None)

    assert "The submodule docs/theme is not initialised: an empty folder on both sides." in sides.said
    assert [] == list((sides.base.root / "docs/theme").iterdir())


def test_a_submodules_commit_that_is_not_there_is_refused_with_what_to_do(with_submodule, sides_of):
    with_submodule.git("update-index", "--cacheinfo", f"160000,{'12' * 20},parts/outer")
    with_submodule.git("commit", "-q", "-m", "nowhere")

    with pytest.raises(RepositoryError) as refused:
        sides_of("HEAD", None)

    assert "no-submodule-commit" == refused.value.slug


def test_a_file_of_git_lfs_is_read_from_the_clone_and_never_fetched(repository, sides_of):
    content = b"a large file"
    oid = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n"
    gone = pointer.replace(oid, "0" * 64)
    repository.write({"parts/__init__.py": "", "parts/here.bin": pointer, "parts/gone.bin": gone})
    repository.git("config", "filter.lfs.smudge", "exit 1")
    repository.git("config", "filter.lfs.required", "true")
    repository.save("base")
    repository.write({".gitattributes": "*.bin filter=lfs\n"})
    repository.git("-c", "filter.lfs.required=false", "add", "-A")
    repository.git("-c", "filter.lfs.required=false", "commit", "-q", "-m", "lfs")
    kept = repository.root / ".git" / "lfs" / "objects" / oid[:2] / oid[2:4]
    kept.mkdir(parents=True)
    (kept / oid).write_bytes(content)

    sides = sides_of("HEAD", "HEAD")

    assert content == (sides.base.root / "parts/here.bin").read_bytes()
    assert gone == (sides.base.root / "parts/gone.bin").read_text()


def test_a_linked_worktree_is_a_repository_like_any_other(repository, sides_of, tmp_path, monkeypatch):
    repository.write({"parts/__init__.py": "WHAT = 'base'"})
    repository.save("base")
    repository.git("worktree", "add", "-q", str(tmp_path / "linked"), "-b", "topic")
    monkeypatch.setattr(repository, "root", tmp_path / "linked")
    repository.write({"parts/__init__.py": "WHAT = 'head'"})

    sides = sides_of()

    assert {"parts": "base"} == imported(sides.base, "parts")
    assert {"parts": "head"} == imported(sides.head, "parts")


def test_a_sparse_checkout_has_all_of_base_code(repository, sides_of):
    repository.write({"parts/__init__.py": "WHAT = 'base'", "more/__init__.py": "WHAT = 'base'"})
    repository.save("base")
    repository.write({"parts/__init__.py": "WHAT = 'head'"})
    repository.save("head")
    repository.git("sparse-checkout", "set", "parts")

    sides = sides_of("HEAD~1", "HEAD")

    assert {"parts": "base", "more": "base"} == imported(sides.base, "parts", "more")


def test_a_partial_clone_without_bases_files_says_so(repository, sides_of, tmp_path, monkeypatch):
    repository.write({"parts/__init__.py": "WHAT = 'base'"})
    repository.save("base")
    repository.write({"parts/__init__.py": "WHAT = 'head'"})
    repository.save("head")
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.git("clone", "-q", "--filter=blob:none", repository.root.as_uri(), str(tmp_path / "partial"))
    monkeypatch.setattr(repository, "root", tmp_path / "partial")

    with pytest.raises(RepositoryError) as refused:
        sides_of("HEAD~1")

    assert "partial-clone" == refused.value.slug
