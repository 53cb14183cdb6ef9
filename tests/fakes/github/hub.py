"""What does GitHub know and answer? One repository, its pull requests and what was said of them; checked both ways."""

from __future__ import annotations

import copy
import json
import threading
from urllib.parse import parse_qs, urlsplit

from fakes.github.calls import Answer, Call, RefusedError
from fakes.github.description import description
from fakes.github.operations import OPERATIONS
from fakes.github.things import Things

BOT = "github-actions[bot]"


class Hub:
    """One repository on GitHub.

    ``faults`` maps the number of a call (from 0, of all that came) to what strikes it. ``permissions`` are the
    token's; ``people`` are logins with their permission. ``log`` is what was asked. ``violations`` is every request or
    answer that is not as GitHub describes it. ``hasty`` says that whoever asks waits for no answer of a silent server.
    """

    def __init__(self, *, owner="octo", name="thing"):
        self.description = description()
        self.owner, self.name, self.base = owner, name, "http://127.0.0.1"
        self.violations, self.log, self.faults = [], [], {}
        self.calls = 0
        self.hasty = False
        self.permissions = dict.fromkeys(("issues", "pull-requests", "checks", "statuses", "actions"), "write")
        self.permissions["contents"] = "read"
        self.login, self.installed = BOT, True
        self.people = {"maintainer": "write", "owner": "admin"}
        # What issues may be like: none at all; nobody found by who wrote them; labels given, dropped or refused.
        self.has_issues, self.knows_creators, self.labels = True, True, "given"
        self.things = Things(self)
        self.before = []  # called with (hub, method, path) before each call: to let things happen in between
        self.lock = threading.RLock()

    def __getattr__(self, name):
        return getattr(self.things, name)

    def api(self, *parts):
        return "/".join([self.base, "repos", self.owner, self.name, *map(str, parts)])

    def paths(self, method=None):
        """Return what was asked, as (method, template)."""
        return [(one["method"], one["template"]) for one in self.log if method in (None, one["method"])]

    def answer(self, method, target, headers, raw):
        """Return the answer to a request that no fault struck."""
        with self.lock:
            try:
                return self._answer(method, target, headers, raw)
            except RefusedError as refused:
                return refused.answer

    def _answer(self, method, target, headers, raw):
        parts = urlsplit(target)
        template, operation, parameters = self.description.match(method, parts.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        record = {"method": method, "path": parts.path, "query": query, "template": template, "headers": dict(headers)}
        self.log.append(record)
        for happen in self.before:
            happen(self, method, parts.path)
        if operation is None:
            self.violations.append(f"{method} {parts.path} is not in GitHub's description")
            raise RefusedError(404, "Not Found")
        record["body"] = body = self._body(method, parts.path, raw)
        errors = self.description.request_errors(template, operation, query, body)
        errors += [] if headers.get("X-GitHub-Api-Version") == "2022-11-28" else ["no pinned API version"]
        if errors:
            self.violations += [f"{method} {parts.path}: {error}" for error in errors]
            raise RefusedError(422, "Invalid request.\n\n" + "; ".join(errors)[:400])
        self._let_in(headers, parameters)
        run = OPERATIONS.get(operation["operationId"])
        if run is None:
            raise RefusedError(501, f"the fake has no {operation['operationId']}")
        login = self.login if headers.get("Authorization") else ""
        answer = run(self, Call(method, parts.path, query, body, parameters, login))
        answer.body = self._public(answer.body, headers.get("Accept", ""))
        if not isinstance(answer.body, bytes):
            found = self.description.answer_errors(operation, answer.status, answer.body)
            self.violations += [f"answer to {method} {parts.path}, {answer.status}: {error}" for error in found[:5]]
        return answer

    def _body(self, method, path, raw):
        if not raw:
            return None
        try:
            return json.loads(raw)
        except ValueError:
            self.violations.append(f"{method} {path}: the body is not JSON")
            raise RefusedError(400, "Problems parsing JSON") from None

    def _let_in(self, headers, parameters):
        if not headers.get("Authorization"):
            raise RefusedError(401, "Requires authentication")
        named = (parameters.get("owner", self.owner).lower(), parameters.get("repo", self.name).lower())
        if named != (self.owner.lower(), self.name.lower()):
            raise RefusedError(404, "Not Found")

    def _public(self, value, accept):
        """Leave out what is the fake's own, and add what the media type asks for."""
        if isinstance(value, list):
            return [self._public(one, accept) for one in value]
        if not isinstance(value, dict):
            return value
        shown = {key: self._public(one, accept) for key, one in value.items() if not key.startswith("__")}
        if "full+json" in accept and isinstance(shown.get("body"), str):
            shown |= {"body_html": "<p>…</p>", "body_text": shown["body"]}
        return shown

    def need(self, *scopes, level="write"):
        """Refuse what the token may not do."""
        grades = ("none", "read", "write")
        if not any(grades.index(self.permissions.get(scope, "none")) >= grades.index(level) for scope in scopes):
            wanted = "; ".join(f"{scope.replace('-', '_')}={level}" for scope in scopes)
            raise RefusedError(
                403, "Resource not accessible by integration", headers={"X-Accepted-GitHub-Permissions": wanted}
            )

    def paged(self, call, items, key=None):
        """Return one page of ``items`` with its links."""
        size, page = int(call.asked("per_page", "30")), int(call.asked("page", "1"))
        last = max(1, -(-len(items) // size))
        chosen = items[(page - 1) * size : page * size]
        headers = {}
        if page < last:
            kept = "".join(
                f"&{name}={values[-1]}" for name, values in call.query.items() if name not in {"page", "per_page"}
            )
            place = self.base + call.path
            headers["Link"] = ", ".join(
                f'<{place}?per_page={size}&page={number}{kept}>; rel="{rel}"'
                for number, rel in ((page + 1, "next"), (last, "last"))
            )
        return Answer(200, chosen if key is None else {"total_count": len(items), key: chosen}, headers)

    def copy_of(self, method, template, status):
        """Return GitHub's own example of an answer."""
        return copy.deepcopy(self.description.example(method, template, status))
