"""What people see asks nothing of any other server."""

from __future__ import annotations

import re

import pytest

from lapwing.errors import UsageError
from lapwing.site.pages import scripts as scripts_module
from lapwing.site.pages.face import POLICY, asv_files, face, start_page
from lapwing.site.pages.scripts import PACKAGES, Package, scripts, served_as
from site_history import THIRD_PARTY


def test_the_start_page_asks_nothing_of_other_servers_and_forbids_it():
    page = face(THIRD_PARTY)["index.html"].decode()
    asked = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert not [url for url in asked if "//" in url and not url.startswith("https://github.com/airspeed-velocity")]
    assert POLICY in page
    assert "onerror" not in page
    assert not re.findall(r"<script(?![^>]*src)", page)


def test_every_file_that_the_start_page_asks_for_is_there():
    files = face(THIRD_PARTY)
    asked = re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"]+)"', files["index.html"].decode())
    # The feed is made from the history.
    assert {"regressions.xml"} == {url for url in asked if url not in files}


def test_a_start_page_that_is_not_as_known_is_refused():
    page = (asv_files() / "index.html").read_text(encoding="utf-8")
    for strange in (
        page.replace("jquery-3.3.1.min.js", "unheard-of-1.0.js"),
        page.replace('<li id="nav-li-graphdisplay">', "<li>"),
        page.replace("</body>", '<script src="//cdn.example/x.js"></script></body>'),
    ):
        with pytest.raises(UsageError) as caught:
            start_page(strange)
        assert "asv-unknown" == caught.value.slug


def test_scripts_are_known_by_their_names_on_public_servers():
    assert "vendor/jquery.js" == served_as("https://code.jquery.com/jquery-3.3.1.min.js")
    assert "vendor/bootstrap.css" == served_as(
        "https://cdn.jsdelivr.net/npm/bootstrap@3.1.1/dist/css/bootstrap.min.css"
    )
    assert served_as("https://host.example/evil.js") is None


def test_other_bytes_than_those_named_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(scripts_module, "_fetched", lambda package: b"evil")
    with pytest.raises(UsageError) as caught:
        scripts(tmp_path)
    assert "wrong-script" == caught.value.slug
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("registry", ["http://127.0.0.1:9/", "file:///etc", "nonsense"])
def test_a_registry_that_cannot_be_asked_is_said(tmp_path, monkeypatch, registry):
    monkeypatch.setenv("npm_config_registry", registry)
    with pytest.raises(UsageError) as caught:
        scripts(tmp_path)
    assert "no-scripts" == caught.value.slug
    assert "\n" not in caught.value.message


def test_a_package_is_fetched_once_and_kept(tmp_path, monkeypatch):
    content = packed({"package/a.js": b"1"})
    package = Package(name="a", version="1", integrity=integrity(content), files={"a.js": "vendor/a.js"})
    monkeypatch.setattr(scripts_module, "PACKAGES", (package,))
    asked = []
    monkeypatch.setattr(scripts_module, "_fetched", lambda package: asked.append(package) or content)
    assert {"vendor/a.js": b"1"} == scripts(tmp_path) == scripts(tmp_path)
    assert [package] == asked
    # What was damaged in the cache is fetched again.
    (tmp_path / "a-1.tgz").write_bytes(b"damaged")
    assert {"vendor/a.js": b"1"} == scripts(tmp_path)
    assert [package, package] == asked


def test_every_package_says_its_checksum():
    assert {88} == {len(package.integrity) for package in PACKAGES}


def packed(files):
    import io
    import tarfile

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def integrity(content):
    import base64
    from hashlib import sha512

    return base64.b64encode(sha512(content).digest()).decode()
