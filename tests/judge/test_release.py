"""Which tag `auto` means."""

from __future__ import annotations

import pytest

from factories import make_sha
from lapwing.judge.release import is_finished, last_release, version_of
from lapwing.model import Tag

HISTORY = tuple(make_sha(number) for number in range(6))
HEAD = 5


def tag(name, number):
    return Tag(name=name, sha=make_sha(number))


def chosen(*tags):
    found = last_release(tags, HISTORY)
    return None if found is None else found.name


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("v1.2.3", (1, 2, 3)),
        ("1.0", (1, 0)),
        ("release-1.10.0", (1, 10, 0)),
        ("pkg/v2.1", (2, 1)),
        ("pkg@0.3.1", (0, 3, 1)),
        ("rel_2_0_41", (2, 0, 41)),
        ("2024.01.15", (2024, 1, 15)),
        ("v3", (3,)),
        ("7", (7,)),
        ("v1.0rc1", (1, 0)),
        ("latest", None),
        ("nightly-20240101", None),
        ("before-the-rewrite", None),
        ("issue-17", None),
        ("", None),
    ],
)
def test_a_tag_is_a_release_by_its_name(name, version):
    assert version == version_of(name)


@pytest.mark.parametrize("name", ["v1.0a1", "1.0-beta.2", "v2.0.0-rc1", "1.0.dev3", "nightly-1.2", "1.0-SNAPSHOT"])
def test_what_comes_before_a_release_is_none(name):
    assert not is_finished(name)


@pytest.mark.parametrize("name", ["v1.0", "1.0.post1", "rel_1_4", "black-1.0", "abc-1.0"])
def test_what_only_looks_unfinished_is_a_release(name):
    assert is_finished(name)


def test_the_release_nearest_to_head_is_meant_and_not_the_highest():
    assert "v1.5" == chosen(tag("v2.0", 1), tag("v1.5", 3), tag("v0.1", 0))


def test_a_tag_off_the_first_parents_is_not_what_head_grew_from():
    assert "v1.0" == chosen(tag("v1.0", 1), Tag(name="v1.0.1", sha="f" * 40))


def test_a_release_is_not_measured_against_itself():
    assert "v1.0" == chosen(tag("v1.0", 1), tag("v1.1", HEAD))


def test_the_first_release_is_measured_against_itself_to_begin_the_chain():
    assert "v1.0" == chosen(tag("v1.0", HEAD))


def test_a_release_goes_before_a_newer_pre_release():
    assert "v1.0" == chosen(tag("v1.0", 1), tag("v1.1rc1", 4))


def test_where_nothing_was_released_a_pre_release_serves():
    assert "v1.0rc2" == chosen(tag("v1.0rc1", 1), tag("v1.0rc2", 4), tag("start", 4))


def test_of_two_tags_of_one_commit_the_higher_version_is_meant():
    assert "v1.10" == chosen(tag("v1.9", 2), tag("v1.10", 2))


def test_without_a_release_there_is_no_anchor():
    assert None is chosen(tag("latest", 3))
    assert None is last_release((), ())
