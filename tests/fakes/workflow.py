"""Runs a workflow's job as written, on this machine: its own ``run:`` steps by bash, the few actions it uses by hand.

Expressions are the few that our workflows have: names of the context, texts, ``||``, ``&&``, ``==``, ``contains``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent.parent
OURS = "./.github/actions/lapwing"
TOKEN = re.compile(r"\s*(?:(\|\||&&|==|[(),])|'([^']*)'|([A-Za-z_][\w.-]*))")


def evaluate(text, context):
    """Return what an expression is in a context; what is not there is None."""
    return _Expression(text, context).either()


class _Expression:
    """An expression, read from left to right; ``||`` binds least, then ``&&``, then ``==``."""

    def __init__(self, text, context):
        self.context, self.tokens, place = context, [], 0
        while place < len(text.rstrip()):
            match = TOKEN.match(text, place)
            assert match, f"not understood: {text[place:]}"
            self.tokens.append(match.groups())
            place = match.end()

    def either(self):
        return self._joined("||", self._both, lambda one, other: one or other)

    def _both(self):
        return self._joined("&&", self._equal, lambda one, other: one and other)

    def _equal(self):
        return self._joined("==", self._one, lambda one, other: one == other)

    def _joined(self, sign, part, join):
        found = part()
        while self.tokens and self.tokens[0][0] == sign:
            self.tokens.pop(0)
            found = join(found, part())
        return found

    def _one(self):
        sign, quoted, name = self.tokens.pop(0)
        if sign == "(":
            found = self.either()
            assert ")" == self.tokens.pop(0)[0]
            return found
        if quoted is not None:
            return quoted
        return self._contains() if name == "contains" else self._named(name)

    def _contains(self):
        assert "(" == self.tokens.pop(0)[0]
        whole = self.either()
        assert "," == self.tokens.pop(0)[0]
        part = self.either()
        assert ")" == self.tokens.pop(0)[0]
        return str(part or "").lower() in str(whole or "").lower()

    def _named(self, name):
        found = self.context
        for key in name.split("."):
            found = found.get(key) if isinstance(found, dict) else None
        return found


def filled(text, context):
    """Return a text with its expressions filled in."""

    def value(match):
        found = evaluate(match[1], context)
        return "" if found is None else str(found)

    return re.sub(r"\$\{\{(.*?)\}\}", value, str(text), flags=re.DOTALL)


class Runner:
    """A machine that runs jobs, each in a folder, with nothing of our own environment but the path to Lapwing."""

    def __init__(self, root, hub, origin):
        self.root, self.hub, self.origin = root, hub, origin
        self.tools = root / "tools"
        self.tools.mkdir()
        # A hosted machine has no valgrind, and it would take half of the time.
        for name in ("bash", "git", "sh"):
            (self.tools / name).symlink_to(shutil.which(name))
        # What is installed by name on a runner is what is under test here.
        self._tool("lapwing", f'exec {sys.executable} -m lapwing.cli "$@"')
        self._tool("python", f'[ "$1 $2" = "-m pip" ] && exit 0\nexec {sys.executable} "$@"')

    def _tool(self, name, script):
        place = self.tools / name
        place.write_text(f"#!{shutil.which('sh')}\n{script}\n", encoding="utf-8")
        place.chmod(0o755)

    def run(self, workflow, event, payload, *, run_id, sha, token="ghs_x"):  # noqa: PLR0913 - what a job has
        """Run the one job of a workflow after an event; return what it printed and its summary, None if not due."""
        document = yaml.safe_load(workflow)
        (job,) = document["jobs"].values()
        context = {"github": {"event": payload, "event_name": event, "sha": sha, "token": token}}
        if "if" in job and not evaluate(job["if"].strip().removeprefix("${{").removesuffix("}}"), context):
            return None
        folder = self.root / f"run-{run_id}-{event}"
        folder.mkdir()
        place, summary = folder / "event.json", folder / "summary.md"
        place.write_text(json.dumps(payload), encoding="utf-8")
        work = folder / "work"
        work.mkdir()
        # What the job finds on the web at the repository's own address is the repository of the test.
        web = f"https://github.com/{self.hub.owner}/{self.hub.name}"
        (folder / ".gitconfig").write_text(
            f'[url "{Path(self.origin).as_posix()}"]\n\tinsteadOf = {web}\n', encoding="utf-8"
        )
        environ = {
            "PATH": str(self.tools),
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.hub.base,
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(place),
            "GITHUB_REPOSITORY": f"{self.hub.owner}/{self.hub.name}",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": str(run_id),
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_STEP_SUMMARY": str(summary),
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "LANG": "C.UTF-8",
        }
        said = [self._step(step, context, environ, work, run_id) for step in job["steps"]]
        return "".join(said), summary.read_text(encoding="utf-8") if summary.exists() else ""

    def _step(self, step, context, environ, work, run_id):
        # A step that fails ends the test.
        if "failure()" in step.get("if", "") or (
            "if" in step and not evaluate(step["if"].strip().removeprefix("${{").removesuffix("}}"), context)
        ):
            return ""
        given = {key: filled(value, context) for key, value in step.get("with", {}).items()}
        action = step.get("uses", "").partition("@")[0]
        if action == "actions/checkout":
            self._git("clone", "-q", self.origin, str(work), cwd=self.root)
            self._git("checkout", "-q", "--detach", given.get("ref") or context["github"]["sha"], cwd=work)
            return ""
        if action == OURS:
            made = yaml.safe_load((ROOT / OURS / "action.yml").read_text(encoding="utf-8"))
            inputs = {name: one.get("default") for name, one in made["inputs"].items()} | given
            inside = context | {"inputs": inputs}
            return "".join(self._step(one, inside, environ, work, run_id) for one in made["runs"]["steps"])
        if action == "actions/upload-artifact":
            path = work / given["path"]
            self.hub.add_artifact(run_id, given["name"], path.read_text(encoding="utf-8"), member=path.name)
            return ""
        if action:
            assert "actions/setup-python" == action
            return ""
        own = {key: filled(value, context) for key, value in step.get("env", {}).items()}
        script = Path(work.parent / "step.sh")
        script.write_text(step["run"], encoding="utf-8")
        done = subprocess.run(
            [str(self.tools / "bash"), "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=work,
            env=environ | own,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        assert 0 == done.returncode, f"{step.get('name')}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def _git(self, *words, cwd):
        environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        subprocess.run(["git", *words], cwd=cwd, env=environ | {"GIT_CONFIG_NOSYSTEM": "1"}, check=True)
