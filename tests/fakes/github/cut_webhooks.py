"""Which of GitHub's own examples of events do the tests need? Cuts them out of the npm package that has them all.

    npm pack @octokit/webhooks-examples@7.6.1 && python tests/fakes/github/cut_webhooks.py octokit-webhooks-examples-7.6.1.tgz

writes ``webhooks.json.gz`` beside this file, the same bytes for the same package (MIT).
"""  # noqa: E501 - one command

from __future__ import annotations

import gzip
import json
import sys
import tarfile
from pathlib import Path

MEMBER = "package/api.github.com/index.json"
TARGET = Path(__file__).with_name("webhooks.json.gz")
KEPT = (
    "check_run",
    "issue_comment",
    "merge_group",
    "pull_request",
    "push",
    "release",
    "workflow_dispatch",
    "workflow_run",
)


def main(package):
    """Write the examples of the kept events."""
    with tarfile.open(package) as tar:
        found = {one["name"]: one["examples"] for one in json.load(tar.extractfile(MEMBER))}
    text = json.dumps({name: found[name] for name in KEPT}, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    with (
        TARGET.open("wb") as file,
        gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="", compresslevel=9) as out,
    ):
        out.write(text.encode("ascii"))


if __name__ == "__main__":
    main(sys.argv[1])
