"""Recordings in memory: what :class:`~lapwing.ports.Recordings` promises, and nothing of how a disk keeps them."""

from __future__ import annotations

from dataclasses import replace

from lapwing.history.recording_lines import begin_line, end_line, pair_line, read_first, read_line


class MemoryRecordings:
    """Keeps recordings in a list, the last one last. ``fails`` is an error that the next call raises, once."""

    def __init__(self, *, fails=None):
        self.kept = []
        self.fails = fails

    @property
    def last(self):
        return self.kept[-1]

    def begin(self, recording):
        self._fail()
        # Written and read, so that what no file could keep is refused here too.
        begun = read_first(begin_line(recording))
        self.kept.append(replace(begun, pairs=tuple(read_line(pair_line(pair)) for pair in recording.pairs)))

    def add(self, pair):
        self._fail()
        assert self.kept, "begin comes first"
        self.kept[-1] = replace(self.last, pairs=(*self.last.pairs, read_line(pair_line(pair))))

    def finish(self, recording):
        self._fail()
        after = read_line(end_line(recording))
        self.kept[-1] = replace(
            self.last,
            witnesses=after.witnesses,
            profiles=after.profiles,
            warnings=after.warnings,
            complete=after.complete,
        )

    def _fail(self):
        if self.fails is not None:
            error, self.fails = self.fails, None
            raise error
