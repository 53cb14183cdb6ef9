"""An outbox in memory: what :class:`~lapwing.ports.Outbox` promises."""

from __future__ import annotations


class MemoryOutbox:
    """Holds runs by name; where a name has an error instead, reading raises it."""

    def __init__(self, *runs, **others):
        self.held = {run.id: run for run in runs} | others

    def waiting(self):
        return tuple(self.held)

    def read(self, name):
        if isinstance(self.held[name], Exception):
            raise self.held[name]
        return self.held[name]

    def discard(self, name):
        self.held.pop(name, None)
