"""Which class of machine is this, from what other tools write of it? Never a host's name, never a clock's frequency."""

from __future__ import annotations

import re
from typing import Any

from lapwing.history.importers.files import unicode_text
from lapwing.model import Machine

_ARCHITECTURE = re.compile(r"-(x86_64|amd64|AMD64|arm64|aarch64|i[3-6]86|ppc64le|s390x|riscv64|armv\dl)\b")
_MOST_PROCESSORS = 2**20


def machine_of(  # noqa: PLR0913 - the fields of a machine
    *, cpu: str, cpu_count: Any, system: str, release: str, arch: str, implementation: str, version: str
) -> Machine:
    """Return the machine, without the patch levels of system and interpreter, which change every week."""
    major = re.match(r"\d+(\.\d+)?", release)
    known = isinstance(cpu_count, int) and 0 <= cpu_count <= _MOST_PROCESSORS
    return Machine(
        cpu=cpu or "unknown CPU",
        cpu_count=int(cpu_count) if known else 0,
        os=f"{system} {major[0] if major else ''}".strip(),
        arch=arch,
        interpreter=f"{implementation} {'.'.join(version.split('.')[:2])}".strip(),
    )


def machine_of_pyperf(metadata: dict[str, Any]) -> Machine | None:
    """Return the machine of pyperf's metadata, None where they do not say."""
    platform = unicode_text(metadata.get("platform"))
    system, _, release = platform.partition("-")
    architecture = _ARCHITECTURE.search(platform)
    cpu = unicode_text(metadata.get("cpu_model_name"))
    if not platform and not cpu:
        return None
    implementation = unicode_text(metadata.get("python_implementation"))
    return machine_of(
        cpu=cpu,
        cpu_count=metadata.get("cpu_count"),
        system=system,
        release=release,
        arch=architecture[1] if architecture else "",
        implementation={"cpython": "CPython", "pypy": "PyPy"}.get(implementation, implementation),
        version=unicode_text(metadata.get("python_version")).split(" ")[0],
    )
