"""The command line: arguments in, text and an exit code out; the jobs themselves are the pipeline's.

Nothing heavy is imported before a command runs, so ``lapwing --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from lapwing.cli import (  # noqa: F401 - each joins the group
    bisect,
    check,
    compact,
    compare,
    copy,
    detect,
    doctor,
    history,
    init,
    issues,
    log,
    prune,
    report,
    site,
    stats,
    sync,
    verify,
)
from lapwing.cli.app import BROKEN_PIPE, INTERRUPTED, lapwing
from lapwing.cli.stream import plain
from lapwing.errors import LapwingError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every refusal is one sentence on stderr."""
    try:
        code = lapwing.main(args, prog_name="lapwing", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return UsageError.exit_code
    except LapwingError as error:
        click.echo(f"lapwing: {plain(str(error))}", err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("lapwing: interrupted.", err=True)
        return INTERRUPTED
    except SystemExit as error:
        # click leaves with 1 where the reader (head, less) has what it wants; 1 would say that something regressed.
        return BROKEN_PIPE if error.code == 1 else 0
    except BrokenPipeError:
        # The same, at the last flush. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code if isinstance(code, int) else 0
