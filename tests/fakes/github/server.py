"""How does the fake GitHub listen? Over HTTP on this machine, its artifacts on a host of their own, as GitHub's are."""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import sys
import threading
import traceback
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from fakes.github.calls import Answer
from fakes.github.hub import Hub

RESETS_AT_ONCE = struct.pack("ii", 1, 0)


def until_hung_up(hub, connection):
    """Say nothing until whoever asked has had enough."""
    with suppress(OSError):
        if hub.hasty:
            return
        connection.settimeout(60)
        connection.recv(1)


class Handler(BaseHTTPRequestHandler):
    """Answers for the hub, or is struck by a fault instead."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    hub: Hub
    prefix = ""

    def log_message(self, *_):
        pass

    def _serve(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.path.startswith(self.prefix + "/"):
            self._send(Answer(404, {"message": "Not Found"}))
            return
        with self.hub.lock:
            fault = self.hub.faults.get(self.hub.calls)
            self.hub.calls += 1
            # Also what never reached GitHub's books was asked.
            answer = self._answered(raw) if fault is None or fault.after else None
        if fault is None:
            self._send(answer)
        elif fault.reset:
            self._reset()
        elif fault.silent:
            until_hung_up(self.hub, self.connection)
            self._reset()
        elif fault.cut:
            self._send(answer, cut=True)
        else:
            self._send(Answer(fault.status, {"message": fault.message}, dict(fault.headers)))

    def _answered(self, raw):
        return self.hub.answer(self.command, self.path[len(self.prefix) :], self.headers, raw)

    def _reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETS_AT_ONCE)
        self.connection.close()
        self.close_connection = True

    def _send(self, answer, *, cut=False):
        body = answer.body
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-GitHub-Media-Type": "github.v3",
            "X-GitHub-Api-Version-Selected": "2022-11-28",
            "X-RateLimit-Limit": "1000",
            "X-RateLimit-Remaining": "990",
            "X-RateLimit-Reset": "1900000000",
        }
        if self.command == "GET" and answer.status == 200:
            headers["ETag"] = f'W/"{hashlib.sha256(data).hexdigest()[:40]}"'
        self.send_response(answer.status)
        for name, value in (headers | answer.headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if cut else data)
        if cut:
            self.wfile.flush()
            self._reset()

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 - the library's names


class Storage(BaseHTTPRequestHandler):
    """Where artifacts really are. Whoever brings it a token has leaked it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    hub: Hub

    def log_message(self, *_):
        pass

    def do_GET(self):
        number = int(self.path.rpartition("/")[2].removesuffix(".zip"))
        with self.hub.lock:
            if self.headers.get("Authorization"):
                self.hub.violations.append("the token was sent to where artifacts are stored")
            fault = self.hub.faults.get(self.hub.calls)
            self.hub.calls += 1
            kept = [one for many in self.hub.artifacts.values() for one in many if one["id"] == number]
            self.hub.log.append({"method": "GET", "path": self.path, "template": "storage", "query": {}})
        data = kept[0]["archive"]
        if fault is not None:
            data = data if not fault.status else b"<?xml version='1.0'?><Error/>"
        if fault is not None and not fault.status:
            if fault.silent:
                until_hung_up(self.hub, self.connection)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESETS_AT_ONCE)
            self.connection.close()
            self.close_connection = True
            return
        self.send_response(200 if fault is None else fault.status)
        self.send_header("Content-Type", "application/zip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Quiet(ThreadingHTTPServer):
    """A server that does not tell of clients that hang up, since here they mean to; what else goes wrong is ours."""

    daemon_threads = True

    def handle_error(self, *_):
        error = sys.exc_info()[1]
        if not isinstance(error, (OSError, ValueError)) or isinstance(error, UnicodeError):
            self.RequestHandlerClass.hub.violations.append("the fake itself failed: " + traceback.format_exc())


@contextmanager
def serving(hub=None, *, prefix=""):
    """Serve a hub while it is used; ``prefix`` is ``/api/v3`` for a server of an enterprise's own."""
    hub = hub or Hub()
    servers = [
        Quiet(("127.0.0.1", 0), type("Own", (Handler,), {"hub": hub, "prefix": prefix})),
        Quiet(("127.0.0.2", 0), type("Own", (Storage,), {"hub": hub})),
    ]
    hub.base = f"http://127.0.0.1:{servers[0].server_address[1]}{prefix}"
    hub.storage = f"http://127.0.0.2:{servers[1].server_address[1]}"
    for server in servers:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield hub
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()
