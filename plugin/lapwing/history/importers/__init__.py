"""Read the histories that other tools wrote."""

from __future__ import annotations

from lapwing.history.importers.given import Given
from lapwing.history.importers.reading import FORMATS, read
from lapwing.history.importers.telling import Imported

__all__ = ["FORMATS", "Given", "Imported", "read"]
