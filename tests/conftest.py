"""What every test stands on: that Ctrl-C reaches what it starts, though whoever started us may have said otherwise."""

from __future__ import annotations

import signal

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # what a shell does to a job in the background, and to its children
    signal.signal(signal.SIGINT, signal.default_int_handler)
