"""Which runs are listed, and in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from factories import MACHINE, make_run, make_sample, make_sha
from fakes.commits import FakeCommits
from fakes.store import MemoryStore
from lapwing.errors import RepositoryError, UsageError
from lapwing.model import Commit
from lapwing.pipeline.listed import Wish, listed

OTHER = replace(MACHINE, cpu="Other CPU")
SHAS = tuple(make_sha(number) for number in range(6))
TAGS = {"HEAD": make_sha(5), "v1": make_sha(2), "side": make_sha(70)}


def runs_of(*numbers, **more):
    return [make_run(number, **more) for number in numbers]


def find(runs, *, shas=SHAS, resolve=TAGS.get, **wish):
    found = listed(store=MemoryStore(runs), commits=FakeCommits(shas), resolve=resolve, wish=Wish(**wish))
    return tuple([int(run.id.removeprefix("run-")) for run in part] for part in (found.runs, found.outside))


def test_runs_stand_in_the_order_of_git_and_not_of_storing():
    assert ([1, 2, 4], []) == find(runs_of(4, 1, 2))


def test_runs_of_one_commit_stand_as_they_were_stored():
    commit = Commit(sha=make_sha(1))
    assert ([9, 8, 2], []) == find([make_run(2), make_run(9, commit=commit), make_run(8, commit=commit)])


def test_what_git_does_not_know_is_apart():
    assert ([1, 4], [80, 70]) == find(runs_of(4, 80, 1, 70))


def test_where_git_knows_none_the_order_of_storing_is_all_there_is():
    assert ([80, 70], []) == find(runs_of(80, 70))
    assert ([4, 1], []) == find(runs_of(4, 1), shas=())


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({"machine": OTHER.id}, [3]),
        ({"branch": "topic"}, [2]),
        ({"source": "import:asv"}, [4]),
        ({"since": 1_700_000_103.0}, [3, 4]),
        ({"until": 1_700_000_103.0}, [1, 2]),
        ({"since": 1_700_000_102.0, "until": 1_700_000_104.0}, [2, 3]),
        ({"commit": make_sha(3)[:8]}, [3]),
        ({"commit": "v1"}, [2]),
        ({"commit": "nothing"}, []),
        ({"span": ("v1", "HEAD")}, [3, 4]),
        ({"span": ("", "v1")}, [1, 2]),
        ({"span": (make_sha(3)[:9], "")}, [4]),
        ({"benchmark": "second"}, [2]),
        ({"benchmark": "t.py::*[a]"}, [1, 3, 4]),
        ({"benchmark": "t.py::firs?[a]"}, [1, 3, 4]),
        ({"benchmark": "first[a"}, [1, 3, 4]),
        ({"benchmark": "t.py*"}, [1, 2, 3, 4]),
        ({"benchmark": "py*"}, []),
        ({"limit": 2}, [3, 4]),
        ({"limit": 9}, [1, 2, 3, 4]),
    ],
)
def test_each_wish_makes_it_less(wish, found):
    runs = [
        make_run(1, make_sample("t.py::first[a]")),
        make_run(2, make_sample("t.py::second[b]"), commit=Commit(sha=make_sha(2), branch="topic")),
        make_run(3, make_sample("t.py::first[a]"), machine=OTHER),
        make_run(4, make_sample("t.py::first[a]"), source="import:asv"),
    ]
    assert (found, []) == find(runs, **wish)


def test_a_limit_counts_the_newest_first_and_then_those_apart():
    runs = runs_of(80, 1, 70, 2)
    assert ([2], []) == find(runs, limit=1)
    assert ([1, 2], []) == find(runs, limit=2)
    assert ([1, 2], [70]) == find(runs, limit=3)


def test_a_date_that_nobody_knows_is_in_no_range():
    undated = make_run(1, started_at=0.0, commit=Commit(sha=make_sha(1)))
    assert ([], []) == find([undated], since=0.0)
    assert ([], []) == find([undated], until=9e9)


def test_a_short_hash_of_an_import_is_the_commit_that_git_knows_in_full():
    assert ([1], []) == find([make_run(1, commit=Commit(sha=make_sha(2)[:8]))], commit="v1")


def test_the_end_of_a_range_that_is_not_in_the_history_is_refused():
    for span in (("side", "HEAD"), ("v1", "nothing")):
        with pytest.raises(UsageError) as caught:
            find(runs_of(1), span=span)
        assert "no-such-commit" == caught.value.slug


def test_without_git_a_commit_is_found_by_its_hash():
    def nobody(word):
        raise RepositoryError("no-git", "There is no git.", remedy="install it.")

    assert ([3], []) == find(runs_of(1, 3), resolve=nobody, commit=make_sha(3))
