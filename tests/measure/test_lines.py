"""Lines of a pipe, with an end to the waiting; the reader of every system, where it works."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from lapwing.measure import lines

KINDS = [pytest.param("_Polled", marks=pytest.mark.skipif(sys.platform == "win32", reason="POSIX")), "_Threaded"]


@contextmanager
def piped(kind):
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb", buffering=0) as sink:
        yield getattr(lines, kind)(stream.fileno() if kind == "_Polled" else stream, time.monotonic), sink


@pytest.fixture(params=KINDS)
def pipe(request):
    """Return a reader and what to write to."""
    with piped(request.param) as both:
        yield both


def test_lines_come_one_by_one_however_they_were_written(pipe):
    reader, sink = pipe
    sink.write(b"one\ntwo\nth")
    sink.write(b"ree\n")
    assert [b"one\n", b"two\n", b"three\n"] == [reader.next(seconds=300) for _ in range(3)]


def test_a_line_that_does_not_come_in_time_is_none(pipe):
    reader, sink = pipe
    sink.write(b"half")
    assert None is reader.next(seconds=0.02)
    sink.write(b" and half\n")
    assert b"half and half\n" == reader.next(seconds=300)


def test_the_end_is_an_empty_line_again_and_again(pipe):
    reader, sink = pipe
    sink.write(b"last\n")
    sink.close()
    assert [b"last\n", b""] == [reader.next(seconds=300) for _ in range(2)]


def test_a_long_line_is_one_line(pipe):
    reader, sink = pipe
    text = b"x" * 500_000 + b"\n"
    writer = threading.Thread(target=sink.write, args=(text,))
    writer.start()
    assert text == reader.next(seconds=300)
    writer.join()


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_without_an_end_is_bounded(kind, monkeypatch):
    monkeypatch.setattr(lines, "MOST", 10)
    monkeypatch.setattr(lines, "_CHUNK", 4)
    with piped(kind) as (reader, sink):
        sink.write(b"0123456789" * 3 + b"\n")
        assert 15 > len(reader.next(seconds=300))
