"""Which commits came last on a remote's default branch? Asked without a clone, for jobs that may check nothing out.

Commits alone are fetched, no folder and no file of them: a hundred are 30 kB. A server that cannot leave those out
sends them too, and they are thrown away with the folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.history.branch.address import Address
from lapwing.history.branch.refusals import Refusals
from lapwing.history.branch.remote import NAME, resolve
from lapwing.history.branch.running import QUICK, Late, Runner, require_git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_HERE: Final = "refs/lapwing/main"


def main_line(url: str, folder: Path, *, environ: Mapping[str, str], most: int, head: str = "HEAD") -> tuple[str, ...]:
    """Return the last ``most`` hashes of the first-parent history of the default branch at ``url``, oldest first.

    Or of the commit ``head``, a hash that the remote has. ``folder`` is made if need be, and is for this alone.

    Raises:
        StoreError: the remote cannot be reached or refuses, or there is no git.
    """
    folder.mkdir(exist_ok=True)
    remote = resolve(Address(branch="HEAD", remote=url), folder, environ)
    runner = Runner(
        folder=folder, remote=remote.config, variables=remote.variables, secrets=remote.secrets, timeout=QUICK
    )
    refusals = Refusals(branch="HEAD", remote=runner.without_secrets(remote.url), folder=folder)
    require_git(folder)
    asked = ("--quiet", f"--depth={most}", "--filter=tree:0", "--no-tags", "--no-write-fetch-head")
    try:
        for words, network in (
            (("init", "--bare", "--quiet", "--template="), False),
            (("fetch", *asked, NAME, f"+{head}:{_HERE}"), True),
        ):
            said = runner.run(*words, network=network)
            if said.code:
                raise refusals.meaning(said.error, "read")
        listed = runner.run("rev-list", "--first-parent", "--reverse", f"--max-count={most}", _HERE, "--")
    except Late:
        raise refusals.unreachable("it did not answer in time") from None
    shas = tuple(listed.out.decode("ascii").split())
    if not shas:
        raise refusals.unreachable("what came of it are no commits")
    return shas
