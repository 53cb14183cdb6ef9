"""Real git remotes for tests of the history branch: bare repositories, and what can go wrong in them."""

from __future__ import annotations

import os
import subprocess


class BareRemote:
    """A bare repository under ``folder``, blind to the settings of whoever runs the tests."""

    def __init__(self, folder, *, name="remote.git", filters=True, names="sha1"):
        self.path = folder / name
        self.branch = "lapwing-history"
        folder.mkdir(parents=True, exist_ok=True)
        self._run("init", "-q", "--bare", f"--object-format={names}", str(self.path), cwd=folder)
        if filters:
            self.git("config", "uploadpack.allowFilter", "true")

    @property
    def url(self):
        """What a store is opened with."""
        return f"git+branch://{self.branch}?remote={self.path}"

    def git(self, *arguments, given=b""):
        return self._run(*arguments, cwd=self.path, given=given)

    def _run(self, *arguments, cwd, given=b""):
        env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
        for who in ("AUTHOR", "COMMITTER"):
            env |= {f"GIT_{who}_NAME": "A", f"GIT_{who}_EMAIL": "a@example.org", f"GIT_{who}_DATE": "1800000000 +0000"}
        done = subprocess.run(["git", *arguments], cwd=cwd, env=env, input=given, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def tip(self):
        return self.git("rev-parse", self.branch).decode().strip()

    def files(self):
        """Return the paths in the branch, none where there is no branch."""
        if not self.git("for-each-ref", f"refs/heads/{self.branch}"):
            return []
        return self.git("ls-tree", "-r", "--name-only", "-z", self.branch).decode().split("\0")[:-1]

    def content(self, path):
        return self.git("cat-file", "blob", f"{self.branch}:{path}")

    def count(self):
        """Return how many commits the branch has."""
        return int(self.git("rev-list", "--count", self.branch))

    def blob(self, content):
        return self.git("hash-object", "-w", "--stdin", given=content).decode().strip()

    def tree(self, *entries):
        """Write a tree of ``(mode, name as bytes, sha)`` as raw bytes: git's own commands would refuse some."""
        lines = sorted(entries, key=lambda entry: entry[1] + (b"/" if entry[0] == "40000" else b""))
        raw = b"".join(mode.encode() + b" " + name + b"\0" + bytes.fromhex(sha) for mode, name, sha in lines)
        given = ("hash-object", "-t", "tree", "-w", "--literally", "--stdin")
        return self.git(*given, given=raw).decode().strip()

    def entries(self, name=""):
        """Return the ``(mode, name, sha)`` of a folder in the branch."""
        listed = self.git("ls-tree", "-z", f"{self.branch}:{name}").split(b"\0")[:-1]
        fields = [line.split(b"\t", 1) for line in listed]
        return [(head.split()[0].decode().lstrip("0"), found, head.split()[2].decode()) for head, found in fields]

    def set_tree(self, tree, *, parent=True):
        """Make ``tree`` the branch's newest one."""
        parents = ("-p", self.branch) if parent else ()
        commit = self.git("commit-tree", tree, *parents, "-m", "By hand").decode().strip()
        self.git("update-ref", f"refs/heads/{self.branch}", commit)
        return commit

    def put(self, path, sha, *, mode="100644"):
        """Put an object at ``path`` (bytes), whatever the names in it, in a new commit."""
        self.set_tree(self._with("", path.split(b"/"), mode, sha))

    def _with(self, folder, parts, mode, sha):
        known = {name: (m, name, s) for m, name, s in self.entries(folder)} if folder is not None else {}
        name, *rest = parts
        if rest:
            below = f"{folder}/{name.decode()}".lstrip("/") if folder is not None and name in known else None
            mode, sha = "40000", self._with(below, rest, mode, sha)
        known[name] = (mode, name, sha)
        return self.tree(*known.values())

    def write(self, path, content, *, mode="100644"):
        """Write a file in a new commit."""
        self.put(path.encode() if isinstance(path, str) else path, self.blob(content), mode=mode)

    def delete_branch(self):
        self.git("update-ref", "-d", f"refs/heads/{self.branch}")
