"""How is a site looked at on this machine? Served on the loopback address alone, to a browser that is opened."""

from __future__ import annotations

import webbrowser
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOST: Final = "127.0.0.1"
_NAMES: Final = frozenset({HOST, "localhost"})


def serve(site: Path, *, port: int, say: Callable[[str], None], browse: bool = True) -> None:
    """Serve the site until Ctrl-C; ``port`` 0 takes any. ``say`` is told the address.

    Raises:
        UsageError: the port cannot be had (``no-port``).
    """
    try:
        server = ThreadingHTTPServer((HOST, port), partial(_Handler, directory=str(site)))
    except (OSError, OverflowError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise UsageError("no-port", f"Port {port} cannot be had: {said}.", remedy="name another with --port.") from None
    with server:
        address = f"http://{HOST}:{server.server_port}/"
        say(address)
        if browse:
            webbrowser.open(address)
        with suppress(KeyboardInterrupt):
            server.serve_forever()


class _Handler(SimpleHTTPRequestHandler):
    """Serves files, lists no folders, and has the browser ask again after each build.

    Only to pages of this machine's own names: by a name of its own that leads here, any site that is open in the
    browser could read the history.
    """

    def send_head(self) -> Any:
        host = self.headers.get("Host", HOST)
        if (host.rpartition(":")[0] or host).lower() not in _NAMES:
            self.send_error(403, "Not by this name")
            return None
        try:
            return super().send_head()
        except ValueError:  # no name of a file, as with a NUL
            self.send_error(404)
            return None

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 - the signature is the library's
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing: a page asks for a hundred files."""
