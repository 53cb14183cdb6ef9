"""Where do the scripts of others come from that asv's front end asks of three public servers?

From the packages of the npm registry, named here with their checksums: a package is taken only where its bytes are the
ones named. They are kept in the user's cache, or come with the wheel; none of their code is in this repository.
"""

# ruff: noqa: PLC0415 - packages are unpacked once, and what that takes a site that grows need not load
from __future__ import annotations

import base64
import io
import os
import re
from dataclasses import dataclass
from hashlib import sha512
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

REGISTRY: Final = "https://registry.npmjs.org"
SHIPPED: Final = Path(__file__).with_name("shipped")
"""Where a wheel has them."""

_SECONDS: Final = 30.0
_MOST: Final = 16 * 2**20
"""Bytes of a package, packed or not; bootstrap is the largest with 1.6 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package of the registry: its SHA-512, and which of its files are served where in the site."""

    name: str
    version: str
    integrity: str
    files: Mapping[str, str]

    @property
    def address(self) -> str:
        """Its path in a registry."""
        return f"{self.name}/-/{self.name}-{self.version}.tgz"


# The versions that asv 0.6 names. Flot is not minified in the registry, and of stupidtable it has 1.1.3, not 1.0.1.
PACKAGES: Final = (
    Package(
        name="jquery",
        version="3.3.1",
        integrity="Ubldcmxp5np52/ENotGxlLe6aGMvmF4R8S6tZjsP6Knsaxd/xp3Zrh50cG93lR6nPXyUFwzN3ZSOQI0wRJNdGg==",
        files={"dist/jquery.min.js": "vendor/jquery.js", "LICENSE.txt": "vendor/jquery.LICENSE"},
    ),
    Package(
        name="flot",
        version="0.8.3",
        integrity="xg2otcTJDvS+ERK+my4wxG/ASq90QURXtoM4LhacCq0jQW2jbyjdttbRNqU2cPykrpMvJ6b2uSp6SAgYAzj9tQ==",
        files={
            "jquery.flot.js": "vendor/jquery.flot.js",
            "jquery.flot.time.js": "vendor/jquery.flot.time.js",
            "jquery.flot.selection.js": "vendor/jquery.flot.selection.js",
            "jquery.flot.categories.js": "vendor/jquery.flot.categories.js",
            "LICENSE.txt": "vendor/jquery.flot.LICENSE",
        },
    ),
    Package(
        name="flot-orderbars",
        version="1.0.0",
        integrity="Jv51fvzevUjNXEeozpwEKfPjhiZhfiJddv0WHjduUTCmSF+7T5K7C9c9Y1wIVmUhDBv5fLMjgbwKecT0GIKPZA==",
        files={"js/jquery.flot.orderBars.js": "vendor/jquery.flot.orderBars.js"},
    ),
    Package(
        name="stupid-table-plugin",
        version="1.1.3",
        integrity="2Vk7XouQPxUQPRe9w0Fu7ZZ8kHLK7rDoLMsCgtKxRNJ7f4dSOGvW9CkHsq5wD6QsaEnWoyLBYH3xOEsrK3yWBg==",
        files={"stupidtable.min.js": "vendor/stupidtable.js", "LICENSE": "vendor/stupidtable.LICENSE"},
    ),
    Package(
        name="blueimp-md5",
        version="2.19.0",
        integrity="DRQrD6gJyy8FbiE4s+bDoXS9hiW3Vbx5uCdwvcCf3zLHL+Iv7LtGHLpr+GZV8rHG8tK766FGYBwRbu8pELTt+w==",
        files={"js/md5.min.js": "vendor/md5.js", "LICENSE.txt": "vendor/md5.LICENSE"},
    ),
    Package(
        name="bootstrap",
        version="3.1.1",
        integrity="TAzqS8E/ISpVHP29gYhy+1NSV+FJwApDVQhDfgLYsIuUDJiqJzH2DfORN5tiu+Ie2iBLrzEG34t4Rf465cigqg==",
        files={
            "dist/js/bootstrap.min.js": "vendor/bootstrap.js",
            "dist/css/bootstrap.min.css": "vendor/bootstrap.css",
            "LICENSE": "vendor/bootstrap.LICENSE",
            # Where bootstrap's style sheet looks for it.
            "dist/fonts/glyphicons-halflings-regular.woff": "fonts/glyphicons-halflings-regular.woff",
            "dist/fonts/glyphicons-halflings-regular.ttf": "fonts/glyphicons-halflings-regular.ttf",
        },
    ),
)
_NAME: Final = re.compile(r"/([A-Za-z0-9.\-]+?)(?:-\d[\d.]*)?(?:\.min)?\.(js|css)$")


def served_as(url: str) -> str | None:
    """Return where the site serves what ``url`` (of a public server) is; None where it has no such file."""
    found = _NAME.search(url)
    name = f"vendor/{found.group(1)}.{found.group(2)}" if found else ""
    return name if any(name in package.files.values() for package in PACKAGES) else None


def script_keys() -> dict[str, str]:
    """Return by path in the site what each file is made from: a package, known by its checksum, and a file of it."""
    return {name: f"{package.integrity} {inside}" for package in PACKAGES for inside, name in package.files.items()}


def scripts(cache: Path) -> dict[str, bytes]:
    """Return each file by its path in the site, from the wheel, from ``cache``, or from the registry.

    The registry is that of the variable ``npm_config_registry``, as npm has it.

    Raises:
        UsageError: the registry cannot be asked (``no-scripts``), or gives other bytes than those named here
            (``wrong-script``).
    """
    if all((SHIPPED / name).is_file() for package in PACKAGES for name in package.files.values()):
        return {name: (SHIPPED / name).read_bytes() for package in PACKAGES for name in package.files.values()}
    found: dict[str, bytes] = {}
    for package in PACKAGES:
        found |= unpacked(package, _packed(package, cache))
    return found


def cache_folder() -> Path:
    """Return where packages are kept between builds."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "lapwing" / "scripts"


def _packed(package: Package, cache: Path) -> bytes:
    kept = cache / f"{package.name}-{package.version}.tgz"
    try:
        content = kept.read_bytes()
    except OSError:
        content = b""
    if _is_right(package, content):
        return content
    content = _fetched(package)
    if not _is_right(package, content):
        raise UsageError(
            "wrong-script",
            f"The registry's {package.name} {package.version} is not the package that Lapwing knows.",
            remedy="ask whoever runs the registry; npm_config_registry names another.",
        )
    _keep(kept, content)
    return content


def _fetched(package: Package) -> bytes:
    import urllib.error
    import urllib.request

    registry = os.environ.get("npm_config_registry") or REGISTRY  # noqa: SIM112 - npm's own spelling
    url = f"{registry.rstrip('/')}/{package.address}"
    if not url.startswith(("https://", "http://")):
        raise _unreachable("it has no web address")
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - the scheme is checked above
            content = answer.read(_MOST + 1)
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise _unreachable(_said(error)) from None
    assert isinstance(content, bytes)
    return content


def _unreachable(why: str) -> UsageError:
    return UsageError(
        "no-scripts",
        f"The scripts of asv's pages cannot be fetched from the package registry: {why}.",
        remedy="build the site once where the registry can be reached; after that the scripts are kept.",
    )


def _said(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    return " ".join(str(reason).split())[:200] or type(error).__name__


def _is_right(package: Package, content: bytes) -> bool:
    return base64.b64encode(sha512(content).digest()).decode() == package.integrity


def _keep(path: Path, content: bytes) -> None:
    """Keep a package for the next time; where that cannot be, it is fetched again."""
    beside = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)


def unpacked(package: Package, content: bytes) -> dict[str, bytes]:
    """Return the files of a package that are served; its bytes are known to be the right ones."""
    import tarfile

    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as tar:
        for inside, name in package.files.items():
            member = tar.extractfile(f"package/{inside}")
            assert member is not None
            found[name] = member.read(_MOST)
    return found
