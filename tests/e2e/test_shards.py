"""A suite measured in three jobs: three sessions of pytest write into one history, and one check judges it all."""

from __future__ import annotations


def test_three_shards_are_one_verdict_and_one_that_never_arrived_is_missing_with_all_that_is_in_it(project):
    project.commit("First")

    def measure(shard, attempt="1"):
        flags = ("--perf", "--perf-time=0.02", "--perf-processes=2", f"--perf-shard={shard}")
        return project.run(*flags, seen=False, environ={"GITHUB_RUN_ID": "7", "GITHUB_RUN_ATTEMPT": attempt})

    first, third = measure("1/3"), measure("3/3")
    assert (0, 0) == (first.code, third.code), first.said
    assert "shard 3 of 3" in third.out
    assert "over its 3 of 10 benchmarks alone" in " ".join(third.out.split())
    without = project.lapwing("check", "-v")
    assert 1 == without.code, without.out
    assert 3 == " ".join(without.out.split()).count("is in the suite, and in no shard that arrived (1, 3 of 3)")
    assert 0 == measure("2/3", attempt="2").code
    whole = project.lapwing("check", "-v")
    assert 0 == whole.code, whole.out
    assert all(f"test_work[w{number}]" in whole.out for number in range(10))
    assert "missing" not in whole.out
