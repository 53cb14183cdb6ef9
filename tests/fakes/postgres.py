"""A throw-away PostgreSQL cluster from the system's own packages: a real server, made and gone within a test session.

It listens on a Unix socket and, for logins with a password, on a free port of 127.0.0.1. A watchman process stands
between: it stops the server and removes its folder when our end of a pipe closes, however we end, ``kill -9`` included.
"""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

import psutil

_WATCHMAN = """
import os, shutil, signal, subprocess, sys
folder, user, group, server = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
# Only the server becomes another: whom root becomes may not be allowed to run the Python that root runs.
other = {"user": int(user), "group": int(group), "extra_groups": []} if user else {}
while True:
    running = subprocess.Popen(server, stdin=subprocess.DEVNULL, **other)
    os.write(1, b"%d\\n" % running.pid)
    # A line asks for the server once more, after a test has killed it; the end of the pipe is the end.
    if not sys.stdin.buffer.readline():
        break
    running.kill()
    running.wait()
running.send_signal(signal.SIGQUIT)
try:
    running.wait(10)
except subprocess.TimeoutExpired:
    running.kill()
shutil.rmtree(folder, ignore_errors=True)
"""

ADMIN_PASSWORD = "s3cr:et@/?#%"


def binaries():
    """Return the folder with initdb and postgres, the newest there is, None where there is no PostgreSQL."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: int(path.parts[4]) if path.parts[4].isdigit() else 0,
    )
    anywhere = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(os.path.realpath(anywhere)).parent if anywhere else None


def why_not():
    """Say in a sentence why there can be no cluster here; empty where there can."""
    if sys.platform == "win32":
        return "the PostgreSQL tests need Unix sockets and signals"
    if binaries() is None:
        return "no PostgreSQL server is installed here (apt-get install postgresql); its tests are skipped"
    return ""


def _as_whom():
    """Return how a subprocess becomes a user whom PostgreSQL runs as, which root is not: words before, and options."""
    if os.geteuid() != 0:
        return (), {}
    import pwd  # Windows has none

    nobody = pwd.getpwnam("nobody")
    options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    # initdb needs /dev/null. A machine was seen where nobody but root may write it; there root plays another user.
    if Path("/dev/null").stat().st_mode & stat.S_IWOTH:
        return (), options
    return ("unshare", "--user", "--map-user=1000", "--map-group=1000"), {}


class Cluster:
    """A running server. ``url(database)`` is where its superuser ``admin`` connects by the socket."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="lapwing-pg-", dir="/tmp"))
        self._numbers = count(1)
        self._data = self.folder / "data"
        self._before, options = _as_whom()
        if options:
            os.chown(self.folder, options["user"], options["group"])
        secret = self.folder / "password"
        secret.write_text(ADMIN_PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        self.bin = binaries()
        self._surroundings = {"env": {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}, "cwd": "/"}
        self._other = options
        self._run(
            *(
                "initdb",
                "-D",
                self._data,
                "-U",
                "admin",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "--no-instructions",
            ),
            *("--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}"),
        )
        self.port = _free_port()
        with (self.folder / "log").open("wb") as log:
            self._watchman = subprocess.Popen(
                [
                    *(sys.executable, "-c", _WATCHMAN, self.folder),
                    *(str(options.get(one, "")) for one in ("user", "group")),
                    *(*self._before, *map(str, self._command())),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                **self._surroundings,
            )
        self._settle()

    def _command(self):
        settings = {
            # What a killed server has written is in the system's cache; fsync is for a machine that loses its power.
            "fsync": "off",
            "unix_socket_directories": self.folder,
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "max_connections": 40,
            "shared_buffers": "64MB",
            "autovacuum_naptime": "5s",
        }
        yield from (self.bin / "postgres", "-D", self._data)
        for name, value in settings.items():
            yield from ("-c", f"{name}={value}")

    def _run(self, program, *words):
        done = subprocess.run(
            [*self._before, self.bin / program, *words],
            capture_output=True,
            text=True,
            check=False,
            **self._surroundings,
            **self._other,
        )
        if done.returncode:
            raise RuntimeError(done.stderr)

    def _settle(self):
        """Wait until the server takes connections."""
        self.pid = int(self._watchman.stdout.readline() or 0)
        deadline = time.monotonic() + 240
        while not self.answers():
            if time.monotonic() > deadline or self._watchman.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text(errors="replace"))
            time.sleep(0.02)
            if psutil.Process(self.pid).status() == psutil.STATUS_ZOMBIE:
                # It gave up: what is left of a killed server still has its memory.
                self._ask_again()
                self.pid = int(self._watchman.stdout.readline() or 0)

    def answers(self):
        """Tell whether the server takes connections."""
        import psycopg

        try:
            self.connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def restart(self):
        """Start the server again, which a test has killed; one that it has not is killed now."""
        self._ask_again()
        self._settle()

    def _ask_again(self):
        self._watchman.stdin.write(b"\n")
        self._watchman.stdin.flush()

    def connect(self, database):
        """Return a connection of the superuser."""
        import psycopg

        return psycopg.connect(self.url(database), autocommit=True)

    def url(self, database, *, user="admin"):
        """Return the URL by the socket, which asks for no password."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"

    def url_with_password(self, database, *, user="admin", password=ADMIN_PASSWORD):
        """Return the URL by the port, which asks for one."""
        from urllib.parse import quote

        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def new_database(self, *options):
        """Make an empty database and return its name."""
        name = f"d{next(self._numbers)}"
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} {' '.join(options)}")
        return name

    def empty(self, name):
        """Take all that a test made out of a database: its tables, its settings and its users."""
        with self.connect(name) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER DATABASE {name} RESET ALL")
            for (schema,) in connection.execute(
                "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'"
            ).fetchall():
                connection.execute(f"DROP SCHEMA {schema} CASCADE")
            for (user,) in connection.execute(
                "SELECT quote_ident(rolname) FROM pg_roles WHERE rolname !~ '^pg_' AND rolname != 'admin'"
            ).fetchall():
                connection.execute(f"DROP OWNED BY {user}; DROP ROLE {user}")
            connection.execute("CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC")

    def drop(self, name):
        with self.connect("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self):
        """Stop the server and remove all of it."""
        self._watchman.stdin.close()
        self._watchman.stdout.close()
        self._watchman.wait(240)
        shutil.rmtree(self.folder, ignore_errors=True)


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
