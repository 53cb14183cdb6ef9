"""A git server over smart http for tests: ``git http-backend`` behind a small web server that wants a token."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class GitServer:
    """What the server saw and does: ``seen`` are (method, path, authorization); ``refuse`` is a status for pushes."""

    def __init__(self, root, token, *, private=False):
        self.root = root
        self.token = token
        self.private = private
        self.seen = []
        self.refuse = None
        self.drop_answers = 0
        self.url = ""

    def allowed(self, header):
        wanted = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
        return (header or "").lower() == f"basic {wanted}".lower()


@contextmanager
def serving(root, token, **more):  # noqa: C901 - one small server, with the handler that http.server asks for
    """Serve the repositories under ``root`` while it is used."""
    state = GitServer(root, token, **more)
    # The server's own, whatever a test does to the PATH of those who call it.
    git, path = shutil.which("git"), os.environ["PATH"]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments):
            pass

        def answer(self, status, headers=(), body=b""):
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def body(self):
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = []
            while size := int(self.rfile.readline().strip() or b"0", 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def go(self):
            given = self.body()
            place, _, query = self.path.partition("?")
            header = self.headers.get("Authorization")
            state.seen.append((self.command, self.path, header))
            pushes = "receive-pack" in self.path
            if (pushes or state.private) and not state.allowed(header):
                self.answer(401, [("WWW-Authenticate", "Basic realm=x")])
                return
            if pushes and state.refuse:
                self.answer(state.refuse)
                return
            env = os.environ | {
                "PATH": path,
                "GIT_PROJECT_ROOT": str(root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": place,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(given)),
                "REMOTE_USER": "bot",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            }
            said = subprocess.run([git, "http-backend"], input=given, env=env, capture_output=True, check=False)
            if pushes and self.command == "POST" and state.drop_answers:
                # The push was taken, and the line breaks before that is said.
                state.drop_answers -= 1
                self.close_connection = True
                return
            head, _, data = said.stdout.partition(b"\r\n\r\n")
            status, headers = 200, []
            for line in head.decode().split("\r\n"):
                name, _, value = line.partition(": ")
                if name == "Status":
                    status = int(value.split()[0])
                elif name:
                    headers.append((name, value))
            self.answer(status, headers, data)

        do_GET = do_POST = go  # noqa: N815 - what the server calls

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
