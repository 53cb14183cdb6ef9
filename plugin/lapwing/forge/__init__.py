"""Tells the pull request: what an event asks for, what an untrusted job handed over, and GitHub behind the port.

Only here is it known that there is GitHub. ``activity`` (which event asks for what) and ``artifact`` (how what was
handed over is read) do no I/O; ``github`` is the adapter.
"""

from __future__ import annotations
