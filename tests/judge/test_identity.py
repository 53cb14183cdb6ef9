"""Renames: which recorded id stands under which present one, and which cannot be followed."""

from __future__ import annotations

from factories import make_declared
from lapwing.judge.identity import aliases_of, doubtful_aliases, followed, newest_declared


def declared(**was):
    return [make_declared(name, was=tuple(old)) for name, old in was.items()]


def test_former_ids_lead_to_the_present_one():
    assert {"b": "a", "c": "a", "y": "x"} == aliases_of(declared(a=("b", "c"), x=("y",), z=()))
    assert () == doubtful_aliases(declared(a=("b", "c"), x=("y",)))


def test_an_id_in_use_is_nobodys_former_one_and_that_is_said():
    given = declared(a=("b",), b=("c",))
    assert {"c": "b"} == aliases_of(given)
    (warning,) = doubtful_aliases(given)
    assert ("alias-in-use", True) == (warning.slug, "keeps its history: a was b." in warning.message)


def test_an_id_in_use_in_another_shard_is_in_use():
    assert {} == aliases_of(declared(a=("b",)), also=("b",))
    assert ["alias-in-use"] == [warning.slug for warning in doubtful_aliases(declared(a=("b",)), also=("b",))]


def test_two_that_swapped_their_ids_keep_them():
    given = declared(a=("b",), b=("a",))
    assert {} == aliases_of(given)
    assert ["alias-in-use"] == [warning.slug for warning in doubtful_aliases(given)]


def test_an_id_that_two_claim_is_neithers_and_that_is_said():
    given = declared(a=("old",), b=("old", "older"), c=("d",))
    assert {"older": "b", "d": "c"} == aliases_of(given)
    (warning,) = doubtful_aliases(given)
    assert ("alias-claimed-twice", True) == (warning.slug, warning.message.endswith("is neither's: old."))


def test_its_own_id_and_one_said_twice_are_no_conflict():
    given = declared(a=("a", "b", "b"))
    assert ({"b": "a"}, ()) == (aliases_of(given), doubtful_aliases(given))


def test_many_doubts_are_counted():
    given = declared(**{f"n{i}": (f"n{i + 1}",) for i in range(6)}, n6=())
    (warning,) = doubtful_aliases(given)
    assert "n0 was n1, n1 was n2, n2 was n3 and 3 more" in warning.message


def test_renames_are_followed_through_what_was_declared_then():
    earlier = {"b": ("c",), "c": ("d", "e"), "x": ("y",)}
    assert ("b", "c", "d", "e") == followed(("b",), earlier)
    assert () == followed((), earlier)


def test_a_circle_of_renames_ends():
    assert ("b", "a") == followed(("b",), {"b": ("a",), "a": ("b",)})


def test_what_a_newer_run_renamed_is_no_benchmark_because_an_older_one_has_it():
    new, old = declared(a=("b",), x=()), declared(b=("c",), x=("w",), z=())
    found = newest_declared([new, old])
    assert ["a", "x", "z"] == list(found)
    assert () == found["x"].was
    assert {"b": "a"} == aliases_of(found.values())


def test_what_is_still_declared_is_a_benchmark_whatever_another_says_of_it():
    assert {"a", "b"} == set(newest_declared([declared(a=("b",), b=())]))
    assert {"a", "b"} == set(newest_declared([declared(b=()), declared(a=("b",))]))
