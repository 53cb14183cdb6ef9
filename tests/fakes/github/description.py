"""What does GitHub's own description say of a request and of an answer? It is from ``cut_description.py``."""

from __future__ import annotations

import copy
import gzip
import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, oas30_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

FILE = Path(__file__).with_name("description.json.gz")
HOLD_SLASHES = frozenset({"path", "ref"})
"""Parameters of a path that may hold slashes, which the description cannot say."""

UNDESCRIBED = frozenset({304, 400, 401, 403, 404, 410, 422, 429, 500, 502, 503, 504})
"""Refusals that GitHub may give to anything, described there or not."""

MOST_A_PAGE = 100
_WRAPPING = frozenset({"value", "summary", "x-github-breaking-changes"})


@cache
def description():
    """Return the description, read once."""
    return Description(json.loads(gzip.decompress(FILE.read_bytes())))


class Description:
    """Finds the operation of a request and says what of a request or an answer is not as described."""

    def __init__(self, document):
        self.document = document
        self.version = document["info"]["version"]
        mend(document)
        self._registry = Registry().with_resource("urn:github", Resource(contents=document, specification=DRAFT4))
        self._validators = {}
        self._routes = sorted(map(self._route, document["paths"]), key=lambda route: route[:2])

    def _route(self, template):
        pattern = re.sub(
            r"\{(\w+)\}", lambda m: f"(?P<{m[1]}>{'.+' if m[1] in HOLD_SLASHES else '[^/]+'})", re.escape(template)
            .replace(r"\{", "{").replace(r"\}", "}"),
        )  # fmt: skip
        greedy = sum(f"{{{name}}}" in template for name in HOLD_SLASHES)
        return greedy, -len(template), re.compile(pattern), template

    def match(self, method, path):
        """Return the template, the operation and the parameters of a request; the operation is None where none fits."""
        for _, _, pattern, template in self._routes:
            found = pattern.fullmatch(path)
            operation = found and self.document["paths"][template].get(method.lower())
            if operation:
                return template, operation, {key: unquote(value) for key, value in found.groupdict().items()}
        return None, None, {}

    def request_errors(self, template, operation, query, body):
        """Return what of a request is not as described: unknown or wrong parameters and fields, a missing body."""
        shared = self.document["paths"][template].get("parameters", [])
        parameters = map(self.resolve, (*shared, *operation.get("parameters", [])))
        known = {one["name"]: one for one in parameters if one["in"] == "query"}
        errors = [error for name, values in query.items() for error in self._query_errors(name, values[-1], known)]
        return errors + self._body_errors(operation, body)

    def _query_errors(self, name, text, known):
        if name not in known:
            return [f"unknown query parameter {name!r}"]
        schema = self.resolve(known[name]["schema"])
        value = text
        if schema.get("type") == "integer":
            if not re.fullmatch(r"-?\d+", text):
                return [f"query {name}: not an integer"]
            value = int(text)
        elif schema.get("type") == "boolean":
            value = {"true": True, "false": False}.get(text, text)
        if name == "per_page" and isinstance(value, int) and value > MOST_A_PAGE:
            return [f"per_page {value} is more than {MOST_A_PAGE}"]
        return [f"query {name}: {error}" for error in self._errors(schema, value, OAS30WriteValidator)]

    def _body_errors(self, operation, body):
        described = self.resolve(operation.get("requestBody") or {})
        if not described:
            return [] if body in (None, {}) else ["a body where none is described"]
        schema = described["content"].get("application/json", {}).get("schema")
        if body is None:
            return ["missing request body"] if described.get("required") else []
        if schema is None:
            return []
        errors = [f"body {error}" for error in self._errors(schema, body, OAS30WriteValidator)]
        properties = self.resolve(schema).get("properties")
        unknown = sorted(set(body) - set(properties)) if isinstance(body, dict) and properties else []
        return errors + [f"body: unknown field {name!r}" for name in unknown]

    def answer_errors(self, operation, status, body):
        """Return what of an answer is not as described."""
        described = operation["responses"].get(str(status))
        if described is None:
            return [] if status in UNDESCRIBED else [f"status {status} is not described"]
        content = self.resolve(described).get("content") or {}
        if "application/json" not in content:
            return [] if body is None else ["a body where none is described"]
        return self._errors(content["application/json"]["schema"], body, OAS30ReadValidator)

    def example(self, method, template, status):
        """Return a copy of the example that the description gives of an answer."""
        answer = self.resolve(self.document["paths"][template][method]["responses"][str(status)])
        found = self.resolve(next(iter(answer["content"]["application/json"]["examples"].values())))["value"]
        while isinstance(found, dict) and ("$ref" in found or set(found) <= _WRAPPING):
            found = self.resolve(found) if "$ref" in found else found["value"]
        return copy.deepcopy(found)

    def resolve(self, part):
        """Return what a reference refers to."""
        while isinstance(part, dict) and "$ref" in part:
            _, _, section, name = part["$ref"].split("/", 3)
            part = self.document["components"][section][name]
        return part

    def _errors(self, schema, value, kind):
        key = (id(schema), kind)
        if key not in self._validators:
            whole = _absolute(schema)
            self._validators[key] = kind(whole, registry=self._registry, format_checker=oas30_format_checker)
        found = self._validators[key].iter_errors(value)
        return [f"{'/'.join(map(str, one.absolute_path)) or '.'}: {one.message[:160]}" for one in found]


def _absolute(part):
    """Return a schema whose references lead into the whole document, wherever it stands."""
    if isinstance(part, dict):
        part = {key: value for key, value in part.items() if key != "discriminator"}  # it refers by other words
        return {
            key: f"urn:github{value}"
            if key == "$ref" and isinstance(value, str) and value.startswith("#")
            else _absolute(value)
            for key, value in part.items()
        }
    return [_absolute(one) for one in part] if isinstance(part, list) else part


def mend(document):
    """Put right what is known to be wrong in the description, one by one: the list is to stay short."""
    _let_null_be_null(document)
    # An unfinished check run has no conclusion, and GitHub's own examples say null; the list of words lacks it.
    conclusion = document["components"]["schemas"]["check-run"]["properties"]["conclusion"]
    conclusion["nullable"] = True
    conclusion["enum"] = [*(word for word in conclusion["enum"] if word is not None), None]
    # A fork can be deleted while its pull request is open; lists of pull requests are described so, one alone is not.
    head = document["components"]["schemas"]["pull-request"]["properties"]["head"]["properties"]
    fork = head["repo"]
    if "$ref" in fork:
        fork = document["components"]["schemas"][fork["$ref"].rpartition("/")[2]]
    head["repo"] = fork | {"nullable": True}


def _let_null_be_null(part):
    """Let ``nullable`` hold where there is a list of words: the validator wants null among them."""
    if isinstance(part, dict):
        if part.get("nullable") and "enum" in part and None not in part["enum"]:
            part["enum"] = [*part["enum"], None]
        for value in part.values():
            _let_null_be_null(value)
    elif isinstance(part, list):
        for value in part:
            _let_null_be_null(value)
