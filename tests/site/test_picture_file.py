"""A picture of a history as a file."""

from __future__ import annotations

import struct

import pytest

from lapwing.errors import UsageError
from lapwing.site import picture_file
from lapwing.site.picture_file import write_picture

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 240" width="720"><rect width="720" height="240"/></svg>'


def test_an_svg_is_written_as_it_is(tmp_path):
    write_picture(SVG, tmp_path / "a.svg")
    assert SVG == (tmp_path / "a.svg").read_text()


def test_a_png_has_two_pixels_for_each_unit(tmp_path):
    pytest.importorskip("resvg_py")
    write_picture(SVG, tmp_path / "a.PNG")
    content = (tmp_path / "a.PNG").read_bytes()
    assert b"\x89PNG" == content[:4]
    assert (1440, 480) == struct.unpack(">II", content[16:24])


@pytest.mark.parametrize(
    ("name", "slug"), [("a.gif", "bad-picture"), ("a", "bad-picture"), ("nowhere/a.svg", "unwritable-file")]
)
def test_what_cannot_be_is_said(tmp_path, name, slug):
    with pytest.raises(UsageError) as caught:
        write_picture(SVG, tmp_path / name)
    assert slug == caught.value.slug


def test_without_resvg_a_png_is_refused_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(picture_file, "find_spec", lambda name: None)
    with pytest.raises(UsageError) as caught:
        write_picture(SVG, tmp_path / "a.png")
    assert ("no-png", True) == (caught.value.slug, "lapwing[png]" in caught.value.remedy)
