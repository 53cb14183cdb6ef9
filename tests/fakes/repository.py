"""Real git repositories for tests: small, dated, and blind to the settings of whoever runs the tests."""

from __future__ import annotations

import os
import subprocess
from textwrap import dedent


class Repository:
    """A work tree at ``root`` that commits with a clock of its own."""

    def __init__(self, root):
        self.root = root
        self.now = 1_700_000_000
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments, **more):
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        env |= {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_DATE": f"{self.now} +0200",
            "GIT_COMMITTER_DATE": "1800000000 +0000",
            "LC_ALL": "C",
        }
        names = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always")
        command = ["git", *names, *arguments]
        done = subprocess.run(command, cwd=self.root, env=env, check=True, capture_output=True, **more)
        return done.stdout.decode().strip()

    def commit(self, subject, *, file="code.py"):
        """Commit a change of ``file`` and return the hash; each commit is a minute after the last."""
        (self.root / file).write_text(f"{subject}\n", encoding="utf-8")
        return self.save(subject)

    def save(self, subject):
        """Commit whatever there is and return the hash."""
        self.now += 60
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", subject)
        return self.git("rev-parse", "HEAD")

    def write(self, files):
        """Write files, by their paths; None deletes one."""
        for path, text in files.items():
            place = self.root / path
            if text is None:
                place.unlink()
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
