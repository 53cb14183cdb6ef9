"""The cause of a slowdown: which functions grew, as a table and as a picture."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.recording import Frame, Profile, Stack
from lapwing.report.cause import MOST_ROWS, causes, render_causes
from lapwing.report.flame import WIDTH, flame_graph

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script>]]>&\"'\x1b[31m\u202e\0\udcff\ufffe"


def make_frame(name, own, calls=1.0, file="codec/blocks.py", line=10):
    return Frame(file=file, line=line, name=name, calls=calls, own=own)


def make_stack(own, *names):
    return Stack(frames=names, own=own)


PROFILE = Profile(
    benchmark="tests/perf/test_codec.py::TestDecode::test_large[utf8]",
    base=(
        make_frame("decode", 4e-3),
        make_frame("Block.read", 20e-3, 1_000.0, line=31),
        make_frame("<method 'join' of 'bytes' objects>", 10e-3, 2.0, "", 0),
        make_frame("<lambda>", 1e-3, 10.0),
        make_frame("<lambda>", 1e-3, 10.0, line=12),
        make_frame("checksum", 6e-3, 1.0, "site-packages/crc/__init__.py"),
        make_frame("dumps", 2e-3, 20.0, "stdlib/json/__init__.py", 183),
    ),
    head=(
        make_frame("decode", 4.1e-3, line=14),
        make_frame("Block.read", 44e-3, 2_000.0, line=36),
        make_frame("<method 'join' of 'bytes' objects>", 12e-3, 2.0, "", 0),
        make_frame("<lambda>", 2.1e-3, 20.5),
        make_frame("validate", 3e-3, 0.05),
        make_frame("dumps", 1.9e-3, 22.0, "stdlib/json/__init__.py", 183),
    ),
    base_stacks=(
        make_stack(4e-3, "decode (codec/blocks.py)"),
        make_stack(20e-3, "decode (codec/blocks.py)", "Block.read (codec/blocks.py)"),
        make_stack(10e-3, "decode (codec/blocks.py)", "<method 'join' of 'bytes' objects>"),
        make_stack(6e-3, "decode (codec/blocks.py)", "checksum (site-packages/crc/__init__.py)", "table"),
    ),
    head_stacks=(
        make_stack(4.1e-3, "decode (codec/blocks.py)"),
        make_stack(30e-3, "decode (codec/blocks.py)", "Block.read (codec/blocks.py)"),
        make_stack(9e-3, "decode (codec/blocks.py)", "<method 'join' of 'bytes' objects>"),
        make_stack(3e-3, "decode (codec/blocks.py)", "Block.read (codec/blocks.py)", "validate (codec/blocks.py)"),
    ),
)


def test_what_grew_most_comes_first_and_lines_may_move():
    found = [(one.name, one.line, one.calls, one.share and round(one.share, 3)) for one in causes(PROFILE)]
    assert [
        ("Block.read", 36, (1_000.0, 2_000.0), 0.822),
        ("validate", 10, (0.0, 0.05), 0.103),
        ("<method 'join' of 'bytes' objects>", 0, (2.0, 2.0), 0.068),
        ("<lambda>", 10, (20.0, 20.5), 0.003),
        ("dumps", 183, (20.0, 22.0), None),
    ] == found


def grown(*functions):
    """Return the names of what is listed, of ``(name, calls on base and head, seconds on base and head)``."""
    return [
        cause.name
        for cause in causes(
            Profile(
                benchmark="t.py::t",
                base=tuple(make_frame(name, own[0], calls[0]) for name, calls, own in functions),
                head=tuple(make_frame(name, own[1], calls[1]) for name, calls, own in functions),
            )
        )
    ]


def test_what_is_called_more_often_is_listed_after_what_takes_longer_the_most_calls_first():
    assert ["longer", "both", "many", "also", "few"] == grown(
        ("few", (10, 11), (2.0, 1.9)),
        ("many", (10, 90), (2.0, 2.0)),
        ("also", (10, 15), (2.0, 1.0)),
        ("both", (1, 2), (2.0, 2.001)),
        ("longer", (1, 1), (2.0, 3.0)),
        ("neither", (3, 3), (2.0, 2.0)),
        ("fewer", (3, 2), (2.0, 2.0)),
    )


@pytest.mark.parametrize(
    ("calls", "own", "listed"),
    [
        ((0.1 + 0.2, 0.3), (1.0, 1.0), False),
        ((0.3, 0.1 + 0.2), (1.0, 1.0), False),
        ((1e6, 1e6 + 1), (1.0, 1.0), True),
        ((1.0, 1.0), (1.0, 1.009), False),
        ((1.0, 1.0), (1.0, 1.011), True),
        ((1.0, 2.0), (0.0, 0.0), True),
        ((1.0, 1.0), (0.0, 0.0), False),
    ],
)
def test_calls_count_beyond_rounding_and_self_times_from_a_share_of_the_whole(calls, own, listed):
    assert listed == bool(grown(("f", calls, own)))


def test_shares_are_of_everything_that_grew():
    assert 1.0 == pytest.approx(sum(cause.share or 0.0 for cause in causes(PROFILE)), abs=0.01)


def test_base_and_head_changed_places_show_what_shrank():
    turned = replace(PROFILE, base=PROFILE.head, head=PROFILE.base)
    assert ["checksum"] == [cause.name for cause in causes(turned)]


@pytest.mark.parametrize("width", [60, 80, 140])
def test_the_table_of_causes(width, golden):
    golden(f"cause-{width}.txt", render_causes([PROFILE], width=width, color=False))


def test_the_table_in_ascii_with_its_picture(golden):
    pictures = {PROFILE.benchmark: ".lapwing/compare/test_large.svg"}
    text = render_causes([PROFILE], width=100, color=False, ascii_only=True, pictures=pictures)
    golden("cause-ascii.txt", text)
    assert text.isascii()


def test_no_profile_is_no_text():
    assert "" == render_causes([], width=80, color=False)


def test_nothing_grew_is_said():
    same = replace(PROFILE, head=PROFILE.base)
    assert "No function's calls or self time grew under the profiler" in render_causes([same], width=140, color=False)


def test_only_so_many_functions_are_listed():
    many = replace(PROFILE, base=(), head=tuple(make_frame(f"f{n}", 1e-3 * (n + 1)) for n in range(MOST_ROWS + 3)))
    text = render_causes([many], width=80, color=False)
    assert "and 3 more that grew less." in text
    assert text.index("f12") < text.index("f11")
    assert "f2 " not in text


def test_of_many_called_more_often_the_table_keeps_its_length():
    base = tuple(make_frame(f"f{n}", 1e-3, 1.0) for n in range(MOST_ROWS + 3))
    head = tuple(make_frame(f"f{n}", 1e-3, 2.0 + n) for n in range(MOST_ROWS + 3))
    text = render_causes([replace(PROFILE, base=base, head=head)], width=80, color=False)
    assert "and 3 more that grew less." in text
    assert MOST_ROWS == sum(line.startswith("  –  ") for line in text.splitlines())


def test_names_in_the_table_are_harmless():
    hostile = replace(PROFILE, benchmark=HOSTILE, base=(), head=(make_frame(HOSTILE, 1.0, file=HOSTILE),))
    text = render_causes([hostile], width=300, color=False)
    assert all(char == "\n" or char.isprintable() for char in text)


# --- the picture


def boxes_of(svg):
    return {
        box.get("data-name"): (
            float(box.find(f"{SVG}rect").get("x")),
            float(box.find(f"{SVG}rect").get("width")),
            int(box.get("data-row")),
            box.find(f"{SVG}rect").get("fill"),
        )
        for box in ET.fromstring(svg).iter(f"{SVG}g")
    }


def test_the_whole_picture(golden):
    golden("flame.svg", flame_graph(PROFILE))


def test_the_picture_does_not_depend_on_the_order_of_stacks():
    turned = replace(PROFILE, base_stacks=PROFILE.base_stacks[::-1], head_stacks=PROFILE.head_stacks[::-1])
    assert flame_graph(PROFILE) == flame_graph(turned)


def test_width_is_heads_time_and_callers_are_below():
    boxes = boxes_of(flame_graph(PROFILE))
    whole = WIDTH - 20
    assert (10, whole, 0) == boxes["all"][:3]
    assert (10, whole, 1) == boxes["decode (codec/blocks.py)"][:3]
    x, width, row, _ = boxes["Block.read (codec/blocks.py)"]
    assert (pytest.approx(whole * 33 / 46.1, abs=0.01), 2) == (width, row)
    assert (x, 3) == (boxes["validate (codec/blocks.py)"][0], boxes["validate (codec/blocks.py)"][2])
    assert 0 == sum(name.startswith(("checksum", "table")) for name in boxes)


def test_red_grew_blue_shrank_and_the_largest_is_the_strongest():
    boxes = boxes_of(flame_graph(PROFILE))
    assert "#ff6464" == boxes["Block.read (codec/blocks.py)"][3]
    assert boxes["<method 'join' of 'bytes' objects>"][3].endswith("ff")
    assert boxes["decode (codec/blocks.py)"][3].startswith("#ff")


def test_an_unchanged_profile_has_no_colour():
    same = replace(PROFILE, base_stacks=PROFILE.head_stacks)
    assert {"#eeeeee"} == {box[3] for box in boxes_of(flame_graph(same)).values()}


def test_what_head_does_not_call_is_said():
    svg = flame_graph(PROFILE)
    assert "Not drawn, since head does not call it: 6.00 ms." in svg
    assert "Not drawn" not in flame_graph(replace(PROFILE, base_stacks=PROFILE.head_stacks))


def test_a_picture_of_nothing_is_a_picture():
    empty = replace(PROFILE, base_stacks=(), head_stacks=())
    assert {} == boxes_of(flame_graph(empty))
    only_base = replace(PROFILE, head_stacks=())
    assert {} == boxes_of(flame_graph(only_base))


def test_a_thousand_thin_boxes_are_left_out():
    thin = tuple(make_stack(1e-6, "a", f"f{n}") for n in range(1_000))
    svg = flame_graph(replace(PROFILE, head_stacks=(make_stack(1.0, "a"), *thin)))
    assert {"all", "a"} == set(boxes_of(svg))


def test_nothing_is_fetched_and_no_name_is_markup():
    hostile = replace(PROFILE, benchmark=HOSTILE, head_stacks=(make_stack(1.0, HOSTILE, HOSTILE),))
    svg = flame_graph(hostile)
    root = ET.fromstring(svg)
    assert 1 == len(root.findall(f".//{SVG}script"))
    assert [] == [part for part in root.iter() if part.tag not in {SVG + t for t in TAGS}]
    assert ["http://www.w3.org/2000/svg"] == [part for part in svg.split('"') if "//" in part and "http" in part]
    assert all(char == "\n" or char.isprintable() for char in svg)
    assert 1 == svg.count("]]>")


TAGS = ("svg", "title", "style", "rect", "text", "g", "script")


@given(
    names=st.lists(st.lists(st.text(max_size=20), max_size=4).map(tuple), max_size=5),
    own=st.floats(0, 1e6, allow_subnormal=False),
)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_any_names_make_a_picture_that_can_be_read(names, own):
    stacks = tuple(Stack(frames=frames, own=own / (n + 1)) for n, frames in enumerate(names))
    profile = Profile(benchmark="x", base=(), head=(), base_stacks=stacks[1:], head_stacks=stacks)
    svg = flame_graph(profile)
    assert all(part.tag in {SVG + t for t in TAGS} for part in ET.fromstring(svg).iter())
    assert svg == flame_graph(profile)
