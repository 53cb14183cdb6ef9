"""What is served on this machine, and to whom."""

from __future__ import annotations

import http.client
import threading
from functools import partial
from http.server import ThreadingHTTPServer

import pytest

from lapwing.site.serve import HOST, _Handler


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("served")
    (tmp_path / "site" / "graphs").mkdir(parents=True)
    (tmp_path / "site" / "index.html").write_text("the site")
    (tmp_path / "secret").write_text("beside it")
    with ThreadingHTTPServer((HOST, 0), partial(_Handler, directory=str(tmp_path / "site"))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()

        def ask(path="/", host="127.0.0.1:{port}"):
            connection = http.client.HTTPConnection(HOST, server.server_port, timeout=60)
            connection.putrequest("GET", path, skip_host=True)
            if host is not None:
                connection.putheader("Host", host.format(port=server.server_port))
            connection.endheaders()
            answer = connection.getresponse()
            told = answer.status, answer.read().decode()
            connection.close()
            return told

        yield ask
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST", "localhost:8080", None])
def test_it_is_served_by_the_names_of_this_machine(asked, host):
    assert (200, "the site") == asked(host=host)


@pytest.mark.parametrize("host", ["evil.example:{port}", "evil.example", "127.0.0.1.evil.example", ""])
def test_and_by_no_other_that_may_lead_here(asked, host):
    assert 403 == asked(host=host)[0]


@pytest.mark.parametrize("path", ["/../secret", "/%2e%2e/secret", "/..%2fsecret", "//etc/passwd", "/%00", "/graphs/"])
def test_nothing_else_is_served_nor_listed(asked, path):
    assert 404 == asked(path)[0]
