"""Which words of a command are revisions: those that git knows, and never an option."""

from __future__ import annotations

import pytest

from lapwing.errors import RepositoryError
from lapwing.measure.sides.words import split_words


@pytest.fixture
def here(repository):
    repository.write({"tests/test_it.py": ""})
    repository.save("first")
    repository.git("tag", "v1")
    # git itself makes no branch that begins with "-"; a server may hold one.
    for name in ("-b", "--upload-pack=x", "$(touch-x);'", "tests"):
        (repository.root / ".git/refs/heads" / name).write_text(repository.git("rev-parse", "HEAD") + "\n")
    return repository.root


@pytest.mark.parametrize(
    ("words", "split"),
    [
        ((), (None, None, ())),
        (("v1",), ("v1", None, ())),
        (("v1", "main", "HEAD"), ("v1", "main", ("HEAD",))),
        (("v1", "tests/test_it.py::test[a]", "main"), ("v1", None, ("tests/test_it.py::test[a]", "main"))),
        (("v1", "-k", "main"), ("v1", None, ("-k", "main"))),
        (("--rootdir", "x", "v1"), (None, None, ("--rootdir", "x", "v1"))),
        (("v1", "--", "main"), ("v1", None, ("main",))),
        (("tests",), ("tests", None, ())),
        (("./tests",), (None, None, ("./tests",))),
        (("$(touch-x);'",), ("$(touch-x);'", None, ())),
        (("-b", "main"), (None, None, ("-b", "main"))),
        (("--upload-pack=x",), (None, None, ("--upload-pack=x",))),
        (("v1", "--upload-pack=x"), ("v1", None, ("--upload-pack=x",))),
    ],
)
def test_leading_words_that_git_knows_are_revisions(here, words, split):
    assert split == split_words(words, here)


@pytest.mark.parametrize(
    "word", ["nowhere", "", "main\0", "main:tests", "\x1b[31m", "v1 --upload-pack=x", "$(touch x)"]
)
def test_what_is_neither_a_revision_nor_a_path_is_refused(here, word):
    with pytest.raises(RepositoryError) as refused:
        split_words([word], here)

    assert "unknown-revision" == refused.value.slug
    assert "\x1b" not in refused.value.message
