"""What every test stands on: Ctrl-C reaches what it starts, and no property is a matter of the machine's speed."""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, settings

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # what a shell does to a job in the background, and to its children
    signal.signal(signal.SIGINT, signal.default_int_handler)

# An example may take longer than hypothesis' 200 ms where other jobs have the processor. The same commit draws the same
# examples, so that a red run can be seen again; `SEARCH=1 make test` looks for others.
settings.register_profile(
    "shared",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="SEARCH" not in os.environ,
)
settings.load_profile("shared")
