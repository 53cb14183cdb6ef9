"""What is in a file of the default branch, and what is the repository?"""

from __future__ import annotations

import base64
import hashlib

from fakes.github.calls import Answer, RefusedError
from fakes.github.things import REPO


def _content(hub, call):
    hub.need("contents", level="read")
    data = hub.contents.get(call.parameters["path"])
    if data is None:
        raise RefusedError(404, "Not Found")
    data = data if isinstance(data, bytes) else data.encode()
    if "raw" in hub.log[-1]["headers"].get("Accept", ""):
        return Answer(200, data)
    path = call.parameters["path"]
    place = hub.api("contents", path)
    made = {
        "type": "file",
        "encoding": "base64",
        "size": len(data),
        "name": path.rpartition("/")[2],
        "path": path,
        "content": base64.encodebytes(data).decode(),
        "sha": hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest(),
        "url": place,
        "git_url": place,
        "html_url": place,
        "download_url": place,
        "_links": {"git": place, "self": place, "html": place},
    }
    return Answer(200, made)


def _repository(hub, _):
    made = hub.copy_of("get", REPO, 200)
    made.update(name=hub.name, full_name=f"{hub.owner}/{hub.name}", url=hub.api(), language=None, default_branch="main")
    made["owner"] = hub.person(hub.owner)
    made.get("source", {})["language"] = None
    return Answer(200, made)


OPERATIONS = {"repos/get-content": _content, "repos/get": _repository}
