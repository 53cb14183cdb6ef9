"""Every error is one sentence with a slug, a remedy and an exit code."""

from __future__ import annotations

import pytest

from lapwing import errors


@pytest.mark.parametrize(
    ("kind", "code"),
    [(errors.UsageError, 2), (errors.MeasureError, 2), (errors.StoreError, 4), (errors.StoreTooNew, 4)],
)
def test_an_error_says_what_is_wrong_and_what_to_do(kind, code):
    error = kind("some-slug", "It is wrong.", remedy="mend it.")

    assert "[some-slug] It is wrong. Remedy: mend it." == str(error)
    assert ("some-slug", "It is wrong.", "mend it.", code) == (error.slug, error.message, error.remedy, error.exit_code)


def test_there_is_one_root():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]

    assert all(issubclass(kind, errors.LapwingError) for kind in kinds)


def test_the_tree_in_the_docstring_is_the_tree():
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, errors.LapwingError):
            assert name in (errors.__doc__ or "")
