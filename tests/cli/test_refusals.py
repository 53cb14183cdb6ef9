"""Whatever goes wrong is one sentence on stderr and its own exit code, never a traceback."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from lapwing import cli
from lapwing.errors import LapwingError, StoreDamaged

COMMANDS = [["check"], ["log"], ["show"], ["history"], ["history", "list"], ["import"], ["site"], ["doctor"], ["sync"]]
COMMANDS += [["history", name] for name in ("prune", "verify", "copy", "stats")]


def raising(error):
    def fail(*args, **kwargs):
        raise error

    return fail


def test_a_damaged_store_exits_four(lapwing, monkeypatch):
    error = StoreDamaged("damaged", "A record\nis damaged\x1b[31m.", remedy="keep it.")
    monkeypatch.setattr("lapwing.wiring.adapters.open_store", raising(error))
    done = lapwing("history", "list")
    assert (done.code, done.out) == (4, "")
    assert done.err == "lapwing: [damaged] A record\\nis damaged\\x1b[31m. Remedy: keep it.\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), EOFError()])
def test_ctrl_c_is_quiet(error, lapwing, monkeypatch):
    monkeypatch.setattr("lapwing.wiring.adapters.open_store", raising(error))
    done = lapwing("history", "list")
    assert done.code == 130
    assert done.err.strip() == "lapwing: interrupted."


def test_a_reader_that_goes_away_is_no_regression(lapwing, monkeypatch):
    monkeypatch.setattr("lapwing.wiring.adapters.open_store", raising(BrokenPipeError(32, "Broken pipe")))
    assert lapwing("history", "list").code == 141


@pytest.mark.parametrize(
    "args", [["chekc"], ["check", "--nope"], ["log"], ["import", "csv"], ["history", "nope"], ["show", "a", "b"]]
)
def test_a_wrong_command_is_usage(args, lapwing):
    done = lapwing(*args)
    assert (done.code, done.out) == (2, "")
    assert "Usage: lapwing" in done.err


@pytest.mark.parametrize(("flag", "value"), [("--limit", "lots"), ("--fail-on", "everything")])
def test_a_wrong_setting_is_usage(flag, value, lapwing):
    done = lapwing("check", flag, value)
    assert done.code == 2
    assert "[bad-setting]" in done.err


def test_a_wrong_pyproject_is_said(lapwing, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.lapwing]\nstor = 1\n", encoding="utf-8")
    done = lapwing("check")
    assert done.code == 2
    assert "[unknown-setting]" in done.err
    assert "did you mean 'store'?" in done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_text_has_an_example(command):
    text = CliRunner().invoke(cli.lapwing, [*command, "--help"], prog_name="lapwing").output
    assert f"$ lapwing {' '.join(command)}" in text


def test_help_names_every_command_and_exit_code():
    text = CliRunner().invoke(cli.lapwing, ["--help"], prog_name="lapwing").output
    assert all(f"\n  {command[0]} " in text for command in COMMANDS)
    assert all(f"\n    {code}  " in text or f"\n  {code}  " in text for code in range(5))


def test_every_exit_code_of_the_errors_is_documented():
    codes = {LapwingError.exit_code, *(one.exit_code for one in LapwingError.__subclasses__())}
    assert codes <= {2, 4, 6}
    text = CliRunner().invoke(cli.lapwing, ["report", "--help"], prog_name="lapwing").output
    assert "6  the forge cannot be reached" in text


def fresh(*args, **environ):
    return subprocess.run(
        [sys.executable, *args],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **environ},
        check=False,
    )


def test_help_imports_nothing_heavy():
    script = (
        "import sys\nfrom lapwing.cli import main\nassert main(['--help']) == 0\n"
        "heavy = {'numpy', 'scipy', 'rich', 'sqlalchemy', 'asv', 'pytest', 'msgspec', 'psutil'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = fresh("-c", script)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_version_is_printed():
    from lapwing import __version__

    assert fresh("-m", "lapwing.cli", "--version").stdout == f"lapwing, version {__version__}\n"


def test_an_error_is_readable_on_an_ascii_terminal():
    done = fresh("-m", "lapwing.cli", "check", "--limit", "µ→é", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.isascii()
    assert done.stderr.startswith("lapwing: [bad-setting] the flag for limit is '\\xb5\\u2192\\xe9'")
