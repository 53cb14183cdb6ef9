"""Nothing outside of ``forge`` knows what GitHub is, so that another forge can stand behind the same port."""

from pathlib import Path

import lapwing

# Remedies for a clone without history, which name where it is met most; formats, folders and files that bear the word;
# and what each CI calls the one invocation that its jobs are of.
ALLOWED = {
    "cli/history.py",
    "history/ancestry.py",
    "history/branch",
    "history/importers",
    "judge/warned.py",
    "measure/acquittal/voids.py",
    "measure/sides/large_files.py",
    "measure/sides/revisions.py",
    "model/__init__.py",
    "pipeline/prune.py",
    "settings.py",
    "wiring/anchor.py",
}


def test_only_the_forge_knows_the_word():
    root = Path(lapwing.__file__).parent
    knowing = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "github" in path.read_text(encoding="utf-8").lower()
    }
    outside = {name for name in knowing if not name.startswith("forge/") and not any(map(name.startswith, ALLOWED))}
    assert set() == outside


def test_only_the_forge_speaks_to_it():
    root = Path(lapwing.__file__).parent
    speaking = {
        path.parent.name for path in root.rglob("*.py") if "import requests" in path.read_text(encoding="utf-8")
    }
    assert {"github"} == speaking
