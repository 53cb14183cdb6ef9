"""Who is it, and what may they do?"""

from __future__ import annotations

from fakes.github.calls import Answer, RefusedError
from fakes.github.things import REPO


def _permission(hub, call):
    login = call.parameters["username"]
    if login not in hub.people and login not in {one["user"]["login"] for one in hub.comments if one["user"]}:
        raise RefusedError(404, f"{login} is not a user")
    made = hub.copy_of("get", f"{REPO}/collaborators/{{username}}/permission", 200)
    permission = hub.people.get(login, "read")
    # The finer roles are told in role_name; permission knows four words.
    coarse = {"maintain": "write", "triage": "read"}.get(permission, permission)
    made.update(permission=coarse, role_name=permission, user=made["user"] | {"login": login, "role_name": permission})
    return Answer(200, made)


def _user(hub, _):
    if hub.installed:
        raise RefusedError(403, "Resource not accessible by integration")
    return Answer(200, hub.copy_of("get", "/user", 200) | {"login": hub.login})


def _rates(hub, _):
    return Answer(200, hub.copy_of("get", "/rate_limit", 200))


OPERATIONS = {
    "repos/get-collaborator-permission-level": _permission,
    "users/get-authenticated": _user,
    "rate-limit/get": _rates,
}
