"""What every test stands on: Ctrl-C reaches what it starts, and no property is a matter of the machine's speed."""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, settings

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # what a shell does to a job in the background, and to its children
    signal.signal(signal.SIGINT, signal.default_int_handler)

# An example may take longer than hypothesis' 200 ms where other jobs have the processor.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")
