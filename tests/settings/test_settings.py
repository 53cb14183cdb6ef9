"""Settings: where they come from, which wins, and what is refused."""

from __future__ import annotations

import pytest

from lapwing.errors import SettingsError
from lapwing.settings import MAX_PYPROJECT_BYTES, Settings, load


def write(root, table):
    (root / "pyproject.toml").write_text(f"[tool.lapwing]\n{table}\n", encoding="utf-8")


def test_without_any_word_the_defaults_hold(tmp_path):
    assert Settings() == load(tmp_path, {}, {})


def test_a_pyproject_without_our_table_is_no_word(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.other]\nstore = 1\n")

    assert Settings() == load(tmp_path, {}, {})


def test_every_key_is_read(tmp_path):
    write(
        tmp_path,
        "store = 'x.db'\nlimit = '3 %'\ntime = 2\nmax-time = 60\nprocesses = 7\ntimeout = 5.5\n"
        "fail-on = ['inconclusive']\nanchor = 'auto'",
    )

    assert Settings(
        store="x.db",
        limit=0.03,
        time_budget=2.0,
        max_time=60.0,
        processes=7,
        timeout=5.5,
        fail_on=("inconclusive",),
        anchor="auto",
    ) == load(tmp_path, {}, {})


def test_a_flag_beats_a_variable_beats_the_file(tmp_path):
    write(tmp_path, "limit = 0.1\nprocesses = 3\ntime = 4")

    settings = load(tmp_path, {"LAPWING_LIMIT": "0.2", "LAPWING_PROCESSES": "4"}, {"limit": 0.3, "store": None})

    assert (0.3, 4, 4.0) == (settings.limit, settings.processes, settings.time_budget)


def test_an_empty_variable_is_no_word(tmp_path):
    assert Settings() == load(tmp_path, {"LAPWING_LIMIT": ""}, {"fail_on": None})


def test_what_is_wrong_is_said_even_where_a_flag_hides_it(tmp_path):
    write(tmp_path, "processes = [1]")

    with pytest.raises(SettingsError, match="pyproject"):
        load(tmp_path, {}, {"processes": 3})


def test_fail_on_is_read_from_one_text(tmp_path):
    assert ("inconclusive",) == load(tmp_path, {"LAPWING_FAIL_ON": "inconclusive, inconclusive"}, {}).fail_on


def test_an_anchor_can_be_taken_back(tmp_path):
    write(tmp_path, "anchor = 'v1.0'")

    assert "v1.0" == load(tmp_path, {}, {}).anchor
    assert "abc" == load(tmp_path, {"LAPWING_ANCHOR": "abc"}, {}).anchor
    assert None is load(tmp_path, {"LAPWING_ANCHOR": "abc"}, {"anchor": "none"}).anchor


def test_an_unknown_key_is_refused_with_the_nearest_known_one(tmp_path):
    write(tmp_path, "limits = 0.1")

    with pytest.raises(SettingsError) as caught:
        load(tmp_path, {}, {})

    assert "unknown-setting" == caught.value.slug
    assert "did you mean 'limit'?" in caught.value.remedy


def test_an_unknown_key_like_no_other_lists_the_keys(tmp_path):
    write(tmp_path, "zzz = 1")

    with pytest.raises(SettingsError, match="The keys are store, limit"):
        load(tmp_path, {}, {})


@pytest.mark.parametrize(
    "line",
    [
        "limit = true",
        "limit = 0",
        "limit = 11",
        "limit = nan",
        "limit = 'much'",
        "limit = '5 % or so'",
        "limit = [1]",
        "time = -1",
        "max-time = 0",
        "processes = 1.5",
        "processes = 0",
        "processes = 65",
        "timeout = inf",
        "store = 3",
        "store = ''",
        "fail-on = 'regressed'",
        "anchor = '--all'",
        "anchor = true",
        "fail-on = 3",
    ],
)
def test_a_wrong_type_or_value_is_refused_in_one_sentence_that_says_where(tmp_path, line):
    write(tmp_path, line)

    with pytest.raises(SettingsError) as caught:
        load(tmp_path, {}, {})

    assert "bad-setting" == caught.value.slug
    assert line.split()[0] in caught.value.message
    assert "pyproject.toml" in caught.value.message


@pytest.mark.parametrize(
    "content", [b"[tool.lapwing\n", b"\xff\xfe", b"#" * (MAX_PYPROJECT_BYTES + 1)], ids=["syntax", "bytes", "huge"]
)
def test_a_file_that_is_no_toml_is_refused(tmp_path, content):
    (tmp_path / "pyproject.toml").write_bytes(content)

    with pytest.raises(SettingsError, match="bad-toml"):
        load(tmp_path, {}, {})


def test_a_folder_in_the_files_place_is_refused(tmp_path):
    (tmp_path / "pyproject.toml").mkdir()

    with pytest.raises(SettingsError, match="bad-toml"):
        load(tmp_path, {}, {})


@pytest.mark.parametrize("content", ["tool = 3\n", "[tool]\nlapwing = 3\n"])
def test_a_table_that_is_none_is_refused_or_not_ours(tmp_path, content):
    (tmp_path / "pyproject.toml").write_text(content)

    if "lapwing" in content:
        with pytest.raises(SettingsError, match="not a table"):
            load(tmp_path, {}, {})
    else:
        assert Settings() == load(tmp_path, {}, {})


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        ("creep_limit", "15 %", 0.15),
        ("false_alarms_per_week", "0.5", 0.5),
        ("jobs", "4", 4),
        ("cluster", " tcp://10.0.0.5:8786 ", "tcp://10.0.0.5:8786"),
        ("cluster", "tls://[::1]:8786", "tls://[::1]:8786"),
    ],
)
def test_a_check_has_a_creep_limit_a_rate_of_alarms_and_somebody_to_work(tmp_path, field, given, value):
    assert value == getattr(load(tmp_path, {}, {field: given}), field)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("creep_limit", "0"),
        ("false_alarms_per_week", "0"),
        ("false_alarms_per_week", "often"),
        ("jobs", "0"),
        ("jobs", "1.5"),
        ("cluster", "10.0.0.5"),
        ("cluster", "tcp://"),
        ("cluster", 8786),
    ],
)
def test_what_a_check_cannot_go_by_is_refused(tmp_path, field, given):
    with pytest.raises(SettingsError, match="bad-setting"):
        load(tmp_path, {}, {field: given})


@pytest.mark.parametrize(
    ("field", "given", "value"),
    [
        ("issue_label", " perf regression ", "perf regression"),
        ("most_issues", "5", 5),
        ("mention_author", True, True),
        ("mention_author", " Yes ", True),
        ("mention_author", "0", False),
        ("mention_author", False, False),
    ],
)
def test_issues_have_a_label_a_number_and_whom_they_mention(tmp_path, field, given, value):
    assert value == getattr(load(tmp_path, {}, {field: given}), field)
    assert ("lapwing", 3, False) == (Settings().issue_label, Settings().most_issues, Settings().mention_author)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        *(("issue_label", given) for given in ("", " ", "a,b", "a\nb", "x" * 51, 7)),
        *(("most_issues", given) for given in ("0", "31", "1.5", "many", True)),
        *(("mention_author", given) for given in ("perhaps", "", 1, 0.0, ["true"])),
    ],
)
def test_what_issues_cannot_go_by_is_refused(tmp_path, field, given):
    with pytest.raises(SettingsError, match="bad-setting"):
        load(tmp_path, {}, {field: given})


@pytest.mark.parametrize("value", ["https://octo.github.io/thing/", " https://perf.example:8443", "https://x.y/a/~b"])
def test_the_address_of_the_published_site_is_read(tmp_path, value):
    assert value.strip() == load(tmp_path, {"LAPWING_SITE_URL": value}, {}).site_url


@pytest.mark.parametrize(
    "value",
    [
        *(
            "http://octo.github.io/thing",
            "octo.github.io",
            "javascript:alert(1)",
            "https://",
            "https://u:p@x.y/",
            7,
            "",
        ),
        *(
            "https://x.y/?q",
            "https://x.y/#a",
            "https://x.y/)](z",
            "https://x.y/a b",
            "https://x.y/\n#",
            "https://x.y//a",
        ),
        "https://x.y/" + "a" * 5_000,
    ],
)
def test_what_cannot_be_linked_to_is_refused(tmp_path, value):
    with pytest.raises(SettingsError, match="an address such as"):
        load(tmp_path, {}, {"site_url": value})


def test_a_shard_and_a_part_are_read(tmp_path):
    assert (2, 4) == load(tmp_path, {"LAPWING_SHARD": " 2 / 4 "}, {}).shard
    assert (1, 1) == load(tmp_path, {}, {"part": "1/1"}).part
    assert ("nightly", 3) == named(load(tmp_path, {"LAPWING_SHARD_GROUP": "nightly", "LAPWING_SHARD_ATTEMPT": "3"}, {}))


@pytest.mark.parametrize("value", ["0/4", "5/4", "1/0", "-1/4", "1", "a/b", "1/2/3", "1/99999", "\u0661/4", 2, [1, 4]])
def test_what_is_no_part_of_a_whole_is_refused(tmp_path, value):
    for field in ("shard", "part"):
        with pytest.raises(SettingsError, match="a part of a whole such as '2/4'"):
            load(tmp_path, {}, {field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("shard_group", "a\nb"),
        ("shard_group", "x" * 5_000),
        ("shard_group", 7),
        ("shard_attempt", 0),
        ("shard_attempt", 1.5),
        ("shard_attempt", 10**17),
    ],
)
def test_an_invocation_has_a_name_on_one_line_and_counts_its_attempts(tmp_path, field, value):
    with pytest.raises(SettingsError):
        load(tmp_path, {}, {field: value})


def test_a_shard_and_a_part_at_once_are_refused(tmp_path):
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, {"LAPWING_PART": "1/2"}, {"shard": "1/2"})
    assert "shard-and-part" == caught.value.slug


def named(settings):
    return settings.shard_group, settings.shard_attempt


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"GITHUB_RUN_ID": "7", "GITHUB_RUN_ATTEMPT": "2"}, ("GITHUB_RUN_ID=7", 2)),
        ({"CI_PIPELINE_ID": "7", "CI_JOB_ID": "4711"}, ("CI_PIPELINE_ID=7", 4711)),
        ({"CIRCLE_WORKFLOW_ID": "a-b", "CIRCLE_BUILD_NUM": "9"}, ("CIRCLE_WORKFLOW_ID=a-b", 9)),
        ({"BUILD_BUILDID": "7", "SYSTEM_JOBATTEMPT": "1"}, ("BUILD_BUILDID=7", 1)),
        ({"BUILDKITE_BUILD_ID": "u", "BUILDKITE_RETRY_COUNT": "0"}, ("BUILDKITE_BUILD_ID=u", 1)),
        ({"GITHUB_RUN_ID": "7", "GITHUB_RUN_ATTEMPT": "many"}, ("GITHUB_RUN_ID=7", 1)),
        ({"GITHUB_RUN_ID": "7"}, ("GITHUB_RUN_ID=7", 1)),
        ({"GITHUB_RUN_ID": "7\n8", "GITHUB_RUN_ATTEMPT": "2"}, ("", 1)),
        ({"GITHUB_RUN_ID": ""}, ("", 1)),
        ({}, ("", 1)),
    ],
)
def test_the_invocation_is_what_the_ci_calls_it_and_never_a_guess(tmp_path, environ, expected):
    assert expected == named(load(tmp_path, environ, {}))


def test_a_name_that_was_given_beats_that_of_the_ci(tmp_path):
    environ = {"GITHUB_RUN_ID": "7", "GITHUB_RUN_ATTEMPT": "2"}
    assert ("mine", 2) == named(load(tmp_path, environ, {"shard_group": "mine"}))
