"""Where are the bytes that a run left? On a host of their own, for a minute, and never more of them than are wanted."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import requests

from lapwing.errors import ForgeError, HandoverRefused
from lapwing.forge.artifact import MAX_ARCHIVE
from lapwing.forge.github.answers import Artifact, Artifacts, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from lapwing.forge.github.session import Session

_TRIES: Final = 4
_CHUNK: Final = 2**16
_GONE: Final = (404, 410)


def newest(session: Session, repository: str, run: int, name: str, sha: str) -> Artifact | None:
    """Return the newest artifact of this name that the run left for the commit ``sha``; reruns keep those before."""
    answer = session.look(
        "GET", repository, "actions/runs", str(run), "artifacts", params={"name": name, "per_page": "100"}, gone=_GONE
    )
    if answer is None:
        return None
    left: list[Artifact] = read(answer, Artifacts).artifacts
    own = [
        one
        for one in left
        if one.name == name and not one.expired and one.workflow_run is not None and one.workflow_run.head_sha == sha
    ]
    return max(own, key=lambda one: (one.created_at or "", one.id), default=None)


def download(
    session: Session, repository: str, artifact: Artifact, *, sleep: Callable[[float], None], timeout: float
) -> bytes | None:
    """Return the bytes of an artifact, None where it is gone.

    Raises:
        HandoverRefused: it is too large, or not what GitHub says it is (``artifact-too-large``, ``artifact-altered``).
        ForgeError: it cannot be had.
    """
    if artifact.size_in_bytes > MAX_ARCHIVE:
        raise _too_large()
    error = ""
    for tries in range(_TRIES):
        if tries:
            sleep(2.0 ** (tries - 1))
        # The place is good for a minute, so it is asked for anew.
        answer = session.look("GET", repository, "actions/artifacts", str(artifact.id), "zip", gone=_GONE)
        if answer is None:
            return None
        try:
            data = _fetched(answer.headers.get("Location", ""), timeout)
        except requests.RequestException as broken:
            error = type(broken).__name__
            continue
        if artifact.digest is not None and artifact.digest != "sha256:" + hashlib.sha256(data).hexdigest():
            raise HandoverRefused(
                "artifact-altered",
                "The artifact's bytes are not those that were uploaded.",
                remedy="run the job that measures again.",
            )
        return data
    raise ForgeError(
        "forge-unreachable",
        f"The artifact could not be downloaded in {_TRIES} tries, at last for {error}.",
        remedy="run lapwing report again.",
    )


def _fetched(place: str, timeout: float) -> bytes:
    """Return what is at ``place``, asked for without the token."""
    data = bytearray()
    with (
        requests.Session() as session,
        session.get(place, stream=True, timeout=timeout, auth=_nobody) as answer,
    ):
        answer.raise_for_status()
        for chunk in answer.iter_content(_CHUNK):
            data += chunk
            if len(data) > MAX_ARCHIVE:
                raise _too_large()
    return bytes(data)


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keep what a .netrc may know away from a place that someone else named."""
    return request


def _too_large() -> HandoverRefused:
    return HandoverRefused(
        "artifact-too-large",
        f"The artifact has more than {MAX_ARCHIVE:,} bytes.",
        remedy="compare the suite in several parts.",
    )
