"""Options that are pytest's come to pytest whole."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from lapwing.cli.passed_on import PassingOn


@click.command(cls=PassingOn, context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@click.option("-v", "--verbose", count=True)
@click.option("-q", "--quiet", is_flag=True)
@click.option("--json", "json_file")
def command(**given):
    return given


@pytest.mark.parametrize(
    ("arguments", "words", "verbose", "quiet", "json"),
    [
        (["-kquick"], ("-kquick",), 0, False, None),
        (["-pno:cov", "-v"], ("-pno:cov",), 1, False, None),
        (["-c/home/v/q.ini", "-qv"], ("-c/home/v/q.ini",), 1, True, None),
        (["main", "-k", "v", "-vv"], ("main", "-k", "v"), 2, False, None),
        (["-n2", "--", "-q", "-kq"], ("-n2", "-q", "-kq"), 0, False, None),
        (["--json", "-", "--rootdir=q"], ("--rootdir=q",), 0, False, "-"),
    ],
)
def test_a_word_is_ours_only_if_all_its_letters_are(arguments, words, verbose, quiet, json):
    given = CliRunner().invoke(command, arguments, standalone_mode=False).return_value

    assert {"words": words, "verbose": verbose, "quiet": quiet, "json_file": json} == given
