"""GitHub as its own description has it: stateful, every request and every answer checked, faults on demand.

``serving()`` starts one for a ``with`` block; ``hub.violations`` must be empty when a test is over.
"""

from fakes.github.faults import FAULTS, Fault
from fakes.github.hub import Hub
from fakes.github.server import serving

__all__ = ["FAULTS", "Fault", "Hub", "serving"]
