"""What comes in at the fake GitHub, and what goes out?"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Answer:
    """What is sent back; a body of bytes goes as it is."""

    status: int
    body: object = None
    headers: dict = field(default_factory=dict)


class RefusedError(Exception):
    """GitHub says no, in its own form."""

    def __init__(self, status, message, *, headers=None, errors=None):
        super().__init__(message)
        body = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
        self.answer = Answer(status, body | ({"errors": errors} if errors else {}), headers or {})


@dataclass
class Call:
    """One request, after it was checked."""

    method: str
    path: str
    query: dict
    body: object
    parameters: dict
    login: str

    def number(self, name):
        return int(self.parameters[name])

    def asked(self, name, ordinary=None):
        return self.query.get(name, [ordinary])[-1]
