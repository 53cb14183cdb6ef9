"""Which part of GitHub's own description of its API do the tests need? Cuts it out of the npm package that has it all.

    npm pack @octokit/openapi@23.0.2 && python tests/fakes/github/cut_description.py octokit-openapi-23.0.2.tgz

writes ``description.json.gz`` beside this file: the operations of ``KEPT`` and whatever they refer to, the same bytes
for the same package. The package is GitHub's description (MIT) as Octokit publishes it, and has its own version.
"""

from __future__ import annotations

import gzip
import json
import sys
import tarfile
from pathlib import Path

MEMBER = "package/generated/api.github.com.json"
TARGET = Path(__file__).with_name("description.json.gz")
REPO = "/repos/{owner}/{repo}"
KEPT = {
    REPO: ("get",),
    f"{REPO}/actions/artifacts/{{artifact_id}}/{{archive_format}}": ("get",),
    f"{REPO}/actions/runs/{{run_id}}": ("get",),
    f"{REPO}/actions/runs/{{run_id}}/artifacts": ("get",),
    f"{REPO}/actions/runs/{{run_id}}/rerun": ("post",),
    f"{REPO}/check-runs": ("post",),
    f"{REPO}/check-runs/{{check_run_id}}": ("get", "patch"),
    f"{REPO}/check-runs/{{check_run_id}}/annotations": ("get",),
    f"{REPO}/collaborators/{{username}}/permission": ("get",),
    f"{REPO}/commits/{{ref}}/check-runs": ("get",),
    f"{REPO}/commits/{{ref}}/status": ("get",),
    f"{REPO}/commits/{{ref}}/statuses": ("get",),
    f"{REPO}/commits/{{commit_sha}}/pulls": ("get",),
    f"{REPO}/contents/{{path}}": ("get",),
    f"{REPO}/issues": ("get", "post"),
    f"{REPO}/issues/{{issue_number}}": ("get", "patch"),
    f"{REPO}/issues/{{issue_number}}/comments": ("get", "post"),
    f"{REPO}/issues/{{issue_number}}/events": ("get",),
    f"{REPO}/issues/{{issue_number}}/labels": ("get", "post"),
    f"{REPO}/issues/comments/{{comment_id}}": ("get", "patch", "delete"),
    f"{REPO}/issues/comments/{{comment_id}}/reactions": ("post",),
    f"{REPO}/pulls": ("get",),
    f"{REPO}/pulls/{{pull_number}}": ("get",),
    f"{REPO}/pulls/{{pull_number}}/files": ("get",),
    f"{REPO}/statuses/{{sha}}": ("post",),
    "/rate_limit": ("get",),
    "/user": ("get",),
}


def cut(whole):
    """Return the description with the kept operations and what they refer to alone."""
    components = {}

    def follow(part):
        if isinstance(part, dict):
            place = part.get("$ref")
            if isinstance(place, str) and place.startswith("#/components/"):
                _, _, section, name = place.split("/", 3)
                if name not in components.setdefault(section, {}):
                    components[section][name] = whole["components"][section][name]
                    follow(components[section][name])
            for value in part.values():
                follow(value)
        elif isinstance(part, list):
            for value in part:
                follow(value)

    paths = {
        path: {key: value for key, value in whole["paths"][path].items() if key in methods or key == "parameters"}
        for path, methods in KEPT.items()
    }
    follow(paths)
    return {"openapi": whole["openapi"], "info": whole["info"], "paths": paths, "components": components}


def main(package):
    """Write the cut description of the package."""
    with tarfile.open(package) as tar:
        whole = json.load(tar.extractfile(MEMBER))
    text = json.dumps(cut(whole), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    with (
        TARGET.open("wb") as file,
        gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="", compresslevel=9) as out,
    ):
        out.write(text.encode("ascii"))
    print(f"{len(KEPT)} paths of version {whole['info']['version']}, {TARGET.stat().st_size:,} bytes")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
