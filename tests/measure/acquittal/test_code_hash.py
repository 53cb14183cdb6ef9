"""The hash of what was seen on one side: of files that are there, were loaded, or may be."""

from __future__ import annotations

import pytest

from lapwing.measure.acquittal.code_hash import CodeHasher
from lapwing.measure.acquittal.watch import Ran, Seen


def side(tmp_path, name, **files):
    """Write a side and return what was seen when its ``main.py`` was loaded and its ``work`` ran."""
    root = tmp_path / name
    for module, text in files.items():
        path = root / f"{module.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    module = compile(files["main"], str(root / "main.py"), "exec")
    (work,) = [one for one in module.co_consts if getattr(one, "co_name", "") == "work"]
    ran = [
        Ran(file="main.py", name=code.co_name, line=code.co_firstlineno, code=code, early=code is module)
        for code in (module, work)
    ]
    return root, Seen(ran=tuple(ran), loaded=("main.py",))


def hashed(tmp_path, changed, base, head, **seen):
    """Return the hashes of both sides: each has the files of both, and those of its own."""
    found = []
    for name, files in (("b", base), ("h", head)):
        root, what = side(tmp_path, name, **files)
        known = {**{one: getattr(what, one) for one in ("ran", "loaded")}, **seen}
        found.append(CodeHasher(root=str(root), changed=changed).hash(Seen(**known)))
    return found


def test_a_file_that_nobody_may_load_does_not_count(tmp_path):
    main = "def work(): return 1\n"
    base, head = hashed(tmp_path, ["a.py"], {"main": main, "a": "x = 1"}, {"main": main, "a": "x = 2"})
    assert base == head
    assert base.code


@pytest.mark.parametrize(
    "main",
    [
        "def work():\n  if rare: import a\n",
        "def work():\n  if rare: from a import x\n",
        "def work():\n  if rare: import between\n",
        "def later():\n  import a\ndef work(): return later\n",
    ],
    ids=["import", "from", "between", "in another function"],
)
def test_a_file_that_may_be_imported_another_time_counts(tmp_path, main):
    files = {"main": main, "between": "def f():\n  import a\n"}
    base, head = hashed(tmp_path, ["a.py"], {**files, "a": "x = 1"}, {**files, "a": "x = 2"})
    assert base.code != head.code


def test_its_words_do_not(tmp_path):
    files = {"main": "def work():\n  import a\n"}
    base, head = hashed(tmp_path, ["a.py"], {**files, "a": "x = 1"}, {**files, "a": "# new\nx = 1"})
    assert base.code == head.code != ""


@pytest.mark.parametrize(
    "main",
    [
        "import package\ndef work(): return package.a\n",
        "def work(x):\n  import importlib; importlib.import_module(x)\n",
    ],
    ids=["by an attribute that loads", "by a computed name"],
)
def test_a_file_that_may_be_imported_in_another_way_is_not_known(tmp_path, main):
    base, head = hashed(tmp_path, ["package/a.py"], *({"main": main, "package__a": f"x = {n}"} for n in (1, 2)))
    assert ("", ("It may import package/a.py, which differs.",)) == (base.code, base.voids)
    assert base == head


def test_a_module_that_was_loaded_before_anybody_watched_counts_whole(tmp_path):
    main = "def work(): return 1\n"
    base, head = hashed(
        tmp_path,
        ["a.py"],
        *({"main": main, "a": f"def f(): return {n}"} for n in (1, 2)),
        loaded=("main.py", "a.py"),
        unwatched=("a.py",),
    )
    assert base.code != head.code


def test_code_that_is_not_what_the_source_has_is_not_known(tmp_path):
    root, seen = side(tmp_path, "b", main="def work(): return 1\n")
    (root / "main.py").write_text("# moved, and a stale .pyc ran\n\ndef work(): return 2\n")
    found = CodeHasher(root=str(root), changed=["main.py"]).hash(seen)
    assert ("", True) == (found.code, "is not what main.py has" in found.voids[0])


@pytest.mark.parametrize("changed", [["main.py"], ["data.json"], None], ids=["changed", "another", "all may be"])
def test_a_source_that_is_gone_is_not_known(tmp_path, changed):
    root, seen = side(tmp_path, "b", main="def work(): return 1\n")
    (root / "main.py").unlink()
    assert ("", ("The source of main.py cannot be read.",)) == _parts(
        CodeHasher(root=str(root), changed=changed).hash(seen)
    )


def test_compiled_modules_count_by_their_bytes(tmp_path):
    codes = []
    for content in ("a", "b"):
        root, seen = side(tmp_path, "b", main="def work(): return 1\n")
        (root / "fast.so").write_text(content)
        seen = Seen(ran=seen.ran, loaded=seen.loaded, extensions=("fast.so",))
        codes.append(CodeHasher(root=str(root), changed=[]).hash(seen).code)
    assert codes[0] != codes[1]


def test_surroundings_count(tmp_path):
    root, seen = side(tmp_path, "b", main="def work(): return 1\n")
    assert CodeHasher(root=str(root), surroundings="a").hash(seen) != CodeHasher(root=str(root)).hash(seen)


def _parts(found):
    return found.code, found.voids
