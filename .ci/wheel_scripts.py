"""Puts the scripts that asv's pages need into the wheel, so that a site is built without the package registry.

They come from npm's registry, by the checksums in ``lapwing/site/pages/scripts.py``; where the registry cannot be asked
the wheel is built without them, and ``lapwing site`` asks for them when it is first called.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SHIPPED = "lapwing/site/pages/shipped"


class WheelScripts(BuildHookInterface[Any]):
    """hatchling's hook for the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch the scripts and name them to the builder; an editable install has none."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root, "plugin")))
        from lapwing.errors import UsageError
        from lapwing.site.pages.scripts import cache_folder, scripts

        try:
            found = scripts(cache_folder())
        except UsageError as error:
            self.app.display_warning(f"{error.message} The wheel is built without them.")
            return
        folder = Path(tempfile.mkdtemp(prefix="lapwing-wheel-"))
        for name, content in found.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            build_data["force_include"][str(path)] = f"{_SHIPPED}/{name}"
