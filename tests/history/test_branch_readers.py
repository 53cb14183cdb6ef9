"""What a branch may hold that Lapwing never wrote: named, skipped, kept, and the rest is read."""

from __future__ import annotations

import json
import lzma
import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import make_run, make_sample
from fakes.remote import BareRemote
from fakes.repository import Repository
from lapwing.errors import LapwingError, StoreDamaged, StoreError, UsageError
from lapwing.history import open_store
from lapwing.history.branch import at_remote, layout, main_line, packing, walk
from lapwing.history.branch.address import parse_address
from lapwing.history.branch.packing import pack_file, unpack_document, unpack_file
from lapwing.history.branch.tree import BadTree, Entry, parse_tree
from lapwing.history.branch.walk import RUN_LEVELS, Walk
from lapwing.history.schema import encode

RUN = make_run(1, *(make_sample(f"t.py::test_{i}", (1.0 + i / 7, 1.5), (1.25, 2.0)) for i in range(5)))
DAY = "runs/2023/11/14"


@pytest.fixture
def remote(tmp_path):
    """A branch with runs 1, 2 and 3."""
    remote = BareRemote(tmp_path)
    (tmp_path / "writer").mkdir()
    open_store(remote.url, tmp_path / "writer").append([make_run(number) for number in (1, 2, 3)])
    return remote


def opened(remote, tmp_path):
    (tmp_path / "reader").mkdir(exist_ok=True)
    return open_store(remote.url, tmp_path / "reader")


def check(remote, tmp_path, *, said, slug="run-damaged", left=("run-0001", "run-0002", "run-0003")):
    """The one bad record is named, the others are read, nothing is taken from the branch, and it can be appended to."""
    before = remote.git("ls-tree", "-r", "-z", remote.branch)
    store = opened(remote, tmp_path)
    assert list(left) == [run.id for run in store.runs()]
    (warning,) = store.damaged()
    assert slug == warning.slug
    assert re.search(said, warning.message)
    assert warning.remedy
    assert str(warning.message).isprintable()
    assert len(warning.message) < 1000
    assert [len(left)] == [len(recorded.values) for recorded in store.recorded()]
    assert 1 == store.append([make_run(4)])
    after = set(remote.git("ls-tree", "-r", "-z", remote.branch).split(b"\0"))
    assert set(before.split(b"\0")) <= after
    return store


BAD_RECORDS = [
    (b"", "cut off"),
    (b"junk junk junk junk junk", "cannot be unpacked"),
    (pack_file(make_run(2))[:-9], "cut off"),
    (pack_file(make_run(2)) + b"more", "behind its end"),
    (pack_file(make_run(2))[:60] + b"\0\0\0" + pack_file(make_run(2))[63:], "cannot be unpacked"),
    (pack_file(make_run(7)), "says it is run 'run-0007'"),
    (lzma.compress(b"{}"), "as many numbers as it says"),
    (lzma.compress(b"\1\1\0" + bytes(8)), "as many numbers as it says"),
    (lzma.compress(b"{}\0"), "not a run document"),
    (lzma.compress(b"[" * 1_000_000 + b"\0"), "not a run document"),
    (lzma.compress(b"[\1]\0" + b"\x7f\xf8" + bytes(6)), "not a run document"),
    (lzma.compress(encode(make_run(2)).replace(b'"tool"', b'"t00l"') + b"\0"), "not a run document"),
]


def test_records_that_are_no_runs_are_named_and_the_others_are_read(remote, tmp_path):
    bad = {f"bad-{number}": content for number, (content, _) in enumerate(BAD_RECORDS)}
    files = [("100644", f"{run_id}.run.xz".encode(), remote.blob(content)) for run_id, content in bad.items()]
    remote.put(DAY.encode(), remote.tree(*remote.entries(DAY), *files), mode="40000")
    before = remote.files()
    store = opened(remote, tmp_path)
    assert ["run-0001", "run-0002", "run-0003"] == [run.id for run in store.runs()]
    told = sorted(store.damaged(), key=lambda warning: int(re.search(r"bad-(\d+)", warning.message)[1]))
    assert ["run-damaged"] * len(bad) == [warning.slug for warning in told]
    assert [] == [warning for (_, said), warning in zip(BAD_RECORDS, told, strict=True) if said not in warning.message]
    for run_id in bad:
        with pytest.raises(StoreDamaged) as caught:
            store.load(run_id)
        assert "run-damaged" == caught.value.slug
    assert set(bad) < set(store.sizes())
    assert 1 == store.append([make_run(4)])
    assert set(before) < set(remote.files())
    assert len(bad) == store.remove(bad)
    assert () == store.damaged()
    assert [] == [path for path in remote.files() if "runs/" in path and "bad-" in path]


def test_a_record_of_a_newer_lapwing_is_named(remote, tmp_path):
    newer = json.dumps({"schema": 99, "something": "else"}).encode()
    remote.write(f"{DAY}/run-0009.run.xz", lzma.compress(newer + b"\0"))
    check(remote, tmp_path, slug="run-too-new", said="version 99")


def test_a_few_kilobytes_that_unpack_to_gigabytes_are_not_unpacked(remote, tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "MAX_DOCUMENT", 1_000_000)
    remote.write(f"{DAY}/run-0009.run.xz", lzma.compress(b" " * 50_000_000))
    check(remote, tmp_path, said="unpacks to more than 1000000 bytes")


def test_a_bomb_that_wants_memory_for_its_dictionary_gets_none():
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 2**28}]
    bomb = lzma.compress(encode(make_run(9)) + b"\0", filters=filters)
    with pytest.raises(StoreDamaged, match="Memory usage limit"):
        unpack_file("run-0009", bomb)


def test_a_file_that_is_too_large_is_passed_over_unread(remote, tmp_path, monkeypatch):
    from lapwing.history.branch import mirror

    monkeypatch.setattr(mirror, "MAX_FILE", 100_000)
    remote.write(f"{DAY}/run-0009.run.xz", bytes(range(256)) * 1_000)
    store = check(remote, tmp_path, said="256000 bytes, and 100000 are the most")
    assert 256_000 == store.sizes()["run-0009"]


def test_a_run_too_large_for_a_branch_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "MAX_DOCUMENT", 1000)
    with pytest.raises(UsageError) as caught:
        pack_file(RUN)
    assert "run-too-large" == caught.value.slug


BAD_PATHS = [
    (f"{DAY}/run-0008.run.xz".encode(), "120000", "a symbolic link"),
    (f"{DAY}/run-0009.run.xz".encode(), "100755", "a program"),
    (f"{DAY}/run-0009.json".encode(), "100644", "no run has"),
    (f"{DAY}/run-%30.run.xz".encode(), "100644", "no run has"),
    (f"{DAY}/.hidden.run.xz".encode(), "100644", "no run has"),
    (f"{DAY}/{'x' * 300}.run.xz".encode(), "100644", "no run has"),
    (DAY.encode() + b"/\xff\x1b[31m\n\xe2\x80\xae.run.xz", "100644", "no run has"),
    (b"runs/2023/11/..", "100644", "no run has"),
    (b"runs/2023/13/01/run-0009.run.xz", "100644", "no run has"),
    (b"runs/2023/99/99/run-0009.run.xz", "100644", "no run has"),
    (b"runs/run-0009.run.xz", "100644", "no run has"),
    (b"runs/../../etc/passwd", "100644", "a folder where none of ours can be"),
    (b"runs/2023/11/14/15/run-0009.run.xz", "100644", "a folder where none of ours can be"),
    (b"runs/.git/hooks/post-checkout", "100755", "a folder where none of ours can be"),
]


def test_paths_that_no_run_has_are_named_and_left_alone(remote, tmp_path):
    for path, mode, _ in BAD_PATHS:
        remote.write(path, pack_file(make_run(9)), mode=mode)
    before = remote.git("ls-tree", "-r", "-z", remote.branch)
    store = opened(remote, tmp_path)
    assert ["run-0001", "run-0002", "run-0003"] == [run.id for run in store.runs()]
    told = store.damaged()
    assert {"strange-record"} == {warning.slug for warning in told}
    for path, _, said in BAD_PATHS:
        shown = ascii(path.decode("utf-8", "replace"))[1:-1][:60]
        # A folder that is not opened is named itself, and not what is in it.
        named = [warning for warning in told if shown in warning.message or said.startswith("a folder")]
        assert [warning for warning in named if said in warning.message], path
    assert all(warning.message.isprintable() and len(warning.message) < 1000 for warning in told)
    assert 1 == store.append([make_run(4)])
    assert set(before.split(b"\0")) <= set(remote.git("ls-tree", "-r", "-z", remote.branch).split(b"\0"))


def test_an_id_full_of_control_characters_is_told_without_them(remote, tmp_path):
    remote.write(f"{DAY}/%1B%5B31m%E2%80%AE%0A.run.xz", b"junk junk junk junk junk")
    check(remote, tmp_path, said="31m")


@pytest.mark.parametrize(
    ("field", "value", "slug"),
    [
        (b'"cpu_count":2', b'"cpu_count":%d' % 10**30, "run-damaged"),
        (b"[[0.001]]", b"[[1e308,-1e308,1e308]]", "run-damaged"),
    ],
)
def test_a_record_with_numbers_that_no_index_can_hold_is_named(remote, tmp_path, field, value, slug):
    document = encode(make_run(9))
    assert field in document
    remote.write(f"{DAY}/run-0009.run.xz", lzma.compress(document.replace(field, value) + b"\0"))
    store = opened(remote, tmp_path)
    assert {"run-0001", "run-0002", "run-0003"} <= {run.id for run in store.runs()}
    assert {slug} == {warning.slug for warning in store.damaged()}
    assert {3} == {len(recorded.values) for recorded in store.recorded()}
    assert 1 == store.append([make_run(4)])


def test_a_submodule_is_no_run(remote, tmp_path):
    remote.put(f"{DAY}/run-0009.run.xz".encode(), remote.tip(), mode="160000")
    check(remote, tmp_path, slug="strange-record", said="a submodule")


def test_a_folder_in_the_place_of_a_run_is_no_run(remote, tmp_path):
    remote.write(f"{DAY}/run-0009.run.xz/file", b"")
    check(remote, tmp_path, slug="strange-record", said="a folder where none of ours can be")


def test_a_second_file_of_a_run_is_named_and_the_first_counts(remote, tmp_path):
    other = make_run(2, make_sample("a", 9.0))
    remote.write("runs/2023/12/24/run-0002.run.xz", pack_file(other))
    store = check(remote, tmp_path, slug="run-twice", said="second file of run run-0002")
    assert make_run(2) == store.load("run-0002")
    assert 1 == store.remove(["run-0002"])
    assert not [path for path in remote.files() if "runs" in path and "run-0002" in path]


def test_when_the_first_file_of_a_run_goes_the_second_counts(remote, tmp_path):
    remote.write("runs/2023/12/24/run-0002.run.xz", b"junk")
    remote.write("runs/2023/12/25/run-0002.run.xz", pack_file(make_run(2)))
    remote.write("runs/2023/12/23/run-0005.run.xz", b"junk")
    remote.write("runs/2023/12/24/run-0005.run.xz", pack_file(make_run(5)))
    store = opened(remote, tmp_path)
    assert ["run-0001", "run-0002", "run-0003"] == [run.id for run in store.runs()]
    remote.set_tree(
        remote.tree(
            *(entry for entry in remote.entries() if entry[1] != b"runs"),
            ("40000", b"runs", without(remote, "runs/2023/12/23")),
        )
    )
    store = opened(remote, tmp_path)
    assert ["run-0001", "run-0002", "run-0003", "run-0005"] == [run.id for run in store.runs()]


def without(remote, path):
    """Return the tree of ``runs`` without ``path``."""
    folder, name = path.rsplit("/", 1)
    sha = remote.tree(*(entry for entry in remote.entries(folder) if entry[1] != name.encode()))
    while "/" in folder:
        folder, name = folder.rsplit("/", 1)
        kept = [entry for entry in remote.entries(folder) if entry[1] != name.encode()]
        sha = remote.tree(*kept, ("40000", name.encode(), sha))
    return sha


def test_a_file_that_was_changed_is_told_and_what_was_read_first_counts(remote, tmp_path):
    opened(remote, tmp_path).runs()
    remote.write(f"{DAY}/run-0002.run.xz", pack_file(make_run(2, make_sample("a", 9.0))))
    store = check(remote, tmp_path, slug="run-changed", said="was changed", left=("run-0001", "run-0002", "run-0003"))
    assert make_run(2) == store.load("run-0002")
    remote.write(f"{DAY}/run-0002.run.xz", pack_file(make_run(2)))
    assert () == opened(remote, tmp_path).damaged()


def test_a_damaged_record_that_is_mended_is_read(remote, tmp_path):
    remote.write(f"{DAY}/run-0002.run.xz", b"junk")
    assert 2 == len(opened(remote, tmp_path).runs())
    remote.write(f"{DAY}/run-0002.run.xz", pack_file(make_run(2)))
    store = opened(remote, tmp_path)
    assert (3, ()) == (len(store.runs()), store.damaged())


def test_a_tree_that_names_a_file_which_is_not_there_keeps_no_other_from_being_read(remote, tmp_path):
    remote.put(f"{DAY}/run-0009.run.xz".encode(), "12" * 20)
    store = opened(remote, tmp_path)
    # git's own server refuses to send such a tree, or sends it and not the file.
    with suppress(StoreError):
        assert 3 == len(store.runs())
        assert ["run-damaged"] == [warning.slug for warning in store.damaged()]


def test_folders_that_hold_each_other_a_million_times_are_not_walked(remote, tmp_path, monkeypatch):
    monkeypatch.setattr(walk, "MAX_FOLDERS", 50)
    day = remote.tree(("100644", b"junk", remote.blob(b"")))
    month = remote.tree(*(("40000", b"%02d" % number, day) for number in range(100)))
    year = remote.tree(*(("40000", b"%02d" % number, month) for number in range(100)))
    runs = remote.tree(*(("40000", b"%04d" % number, year) for number in range(100)))
    top = [entry for entry in remote.entries() if entry[1] != b"runs"]
    remote.set_tree(remote.tree(*top, ("40000", b"runs", runs)))
    with pytest.raises(StoreDamaged) as caught:
        opened(remote, tmp_path).runs()
    assert "branch-too-large" == caught.value.slug


def test_hundreds_of_strange_files_are_told_in_a_hundred_sentences(remote, tmp_path):
    blob = remote.blob(b"")
    day = remote.tree(*remote.entries(DAY), *(("100644", b"junk-%04d" % n, blob) for n in range(300)))
    remote.put(DAY.encode(), day, mode="40000")
    told = opened(remote, tmp_path).damaged()
    assert 101 == len(told)
    assert "200 more" in told[-1].message


# ---- properties


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_run_or_our_error(content):
    with suppress(LapwingError):
        unpack_file("run-0001", content)


NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**9), 10**9)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(lambda text: "\0" not in text)
ODD = st.sampled_from(["t[1.50]", "t[1.5]", "t[1e999,2.0]", "t:1.0,", "[0.1]", "\1", "t[-0.0]", "[1E5,1e5]", "[.5]"])


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.dictionaries(TEXTS | ODD, st.lists(NUMBERS, min_size=1, max_size=4), min_size=1, max_size=5))
def test_a_document_comes_back_byte_for_byte_whatever_its_names_and_numbers(samples):
    run = make_run(1, *(make_sample(name, tuple(values)) for name, values in samples.items()))
    assert encode(run) == unpack_document(run.id, pack_file(run))


def test_a_document_without_a_float_comes_back_too():
    text = b'{"a":[1,2]}'
    assert text == unpack_document("a", lzma.compress(text + b"\0"))


def test_more_numbers_than_a_run_has_are_not_put_together(monkeypatch):
    monkeypatch.setattr(packing, "MAX_FLOATS", 2)
    with pytest.raises(StoreDamaged, match="3 numbers"):
        unpack_document("a", lzma.compress(b"\1\1\1\0" + bytes(24)))


@settings(deadline=None, derandomize=True, max_examples=200)
@given(data=st.data())
def test_a_file_with_flipped_bytes_is_the_run_or_damaged(data):
    content = bytearray(pack_file(RUN))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    found, slug = None, "none"
    try:
        found = unpack_file(RUN.id, bytes(content))
    except LapwingError as error:
        slug = error.slug if RUN.id in error.message else error.message
    assert RUN == found or slug in {"run-damaged", "run-too-new"}


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.text(max_size=40), st.floats(allow_nan=False, allow_infinity=False))
def test_a_path_gives_the_id_back_and_holds_no_text_of_others(run_id, started_at):
    try:
        path = layout.path_of(make_run(1, run_id=run_id, started_at=started_at) if run_id else RUN)
    except LapwingError:
        return
    except UnicodeEncodeError:
        return  # half a surrogate pair, which is refused before a path is asked for
    assert re.fullmatch(r"runs/\d{4}/\d\d/\d\d/[A-Za-z0-9_%~-][A-Za-z0-9._%~-]*\.run\.xz", path)
    assert (run_id or RUN.id) == layout.id_of(path.encode())


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.binary(max_size=80) | st.binary(max_size=20).map(lambda name: f"{DAY}/".encode() + name + b".run.xz"))
def test_any_path_is_that_of_a_run_or_of_none(path):
    run_id = layout.id_of(path)
    assert run_id is None or path.endswith(f"/{layout.name_of(run_id)}.run.xz".encode())


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.binary(max_size=200), st.sampled_from([40, 64]))
def test_any_bytes_are_a_folder_or_none(raw, digits):
    with suppress(BadTree):
        assert len({entry.name for entry in parse_tree(raw, digits=digits)}) <= len(raw)


NAMES = st.binary(min_size=1, max_size=6).filter(lambda name: b"\0" not in name)
ENTRIES = st.dictionaries(
    NAMES, st.tuples(st.sampled_from([b"40000", b"100644", b"120000"]), st.binary(min_size=20, max_size=20))
)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(ENTRIES, st.data())
def test_a_folder_is_read_as_it_was_written_and_never_if_it_is_cut_off(entries, data):
    raw = b"".join(mode + b" " + name + b"\0" + sha for name, (mode, sha) in entries.items())
    assert [Entry(mode=mode, name=name, sha=sha.hex()) for name, (mode, sha) in entries.items()] == list(
        parse_tree(raw, digits=40)
    )
    if raw:
        cut = data.draw(st.integers(1, len(raw) - 1))
        with suppress(BadTree):
            assert len(parse_tree(raw[:cut], digits=40)) < len(entries)


LEAF = st.integers(0, 3)
FOLDERS = st.dictionaries(
    st.sampled_from([b"2023", b"2024", b"11", b"12", b"14", b"x"]),
    st.recursive(
        LEAF,
        lambda below: st.dictionaries(st.sampled_from([b"01", b"02", b"x", b"y.run.xz"]), below, max_size=3),
        max_leaves=12,
    ),
    max_size=4,
)


def written(folder, objects):
    """Write a folder of folders and numbers into ``objects``, and return its entry's object."""
    raw = b""
    for name, what in sorted(folder.items()):
        sha = written(what, objects) if isinstance(what, dict) else f"{what:040x}"
        raw += (b"40000" if isinstance(what, dict) else b"100644") + b" " + name + b"\0" + bytes.fromhex(sha)
    sha = layout.blob_name(raw, digits=40)
    objects[sha] = raw
    return sha


def listed(objects, old, new):
    walked = Walk(read=objects.get, digits=40, levels=RUN_LEVELS)
    before, after = (None if sha is None else Entry(mode=b"40000", name=b"runs", sha=sha) for sha in (old, new))
    walked.between(before, after, b"runs")
    return walked.changes


@settings(deadline=None, derandomize=True, max_examples=200)
@given(FOLDERS, FOLDERS)
def test_what_differs_between_two_states_is_what_differs_between_their_whole_lists(old, new):
    objects = {}
    first, second = written(old, objects), written(new, objects)
    changes = listed(objects, first, second)
    whole = [
        {found.path: (found.mode, found.sha) for found in listed(objects, None, sha).came} for sha in (first, second)
    ]
    before, after = whole
    assert {path for path in before if before[path] != after.get(path)} == set(changes.went)
    assert {path: what for path, what in after.items() if what != before.get(path)} == {
        found.path: (found.mode, found.sha) for found in changes.came
    }


# ---- addresses


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("git+branch://lapwing-history", ("lapwing-history", "origin")),
        ("git+branch://perf/history?remote=upstream", ("perf/history", "upstream")),
        ("GIT+BRANCH://h?remote=https://example.org/a.git", ("h", "https://example.org/a.git")),
        ("git+branch://h?remote=git@example.org:a/b.git", ("h", "git@example.org:a/b.git")),
        ("git+branch://h?remote=../a%20b%3Fc.git", ("h", "../a b?c.git")),
    ],
)
def test_a_branch_and_its_remote_are_read_from_a_url(place, expected):
    address = parse_address(place)
    assert expected == (address.branch, address.remote)


@pytest.mark.parametrize(
    "place",
    [
        "git+branch://",
        "git+branch://?remote=origin",
        "git+branch://HEAD",
        "git+branch://-f",
        "git+branch://a..b",
        "git+branch://a//b",
        "git+branch://a.lock",
        "git+branch://a/.b",
        "git+branch://a b",
        "git+branch://a%0ab",
        "git+branch://a~1",
        "git+branch://a:b",
        f"git+branch://{'a' * 201}",
        "git+branch://h?remote=",
        "git+branch://h?remote=--upload-pack=touch",
        "git+branch://h?remote=a%00b",
        "git+branch://h?token=secret",
        "git+branch://h?remote=a&remote=b",
    ],
)
def test_what_is_no_branch_is_refused_without_repeating_it(place):
    with pytest.raises(UsageError) as caught:
        parse_address(place)
    assert "bad-branch" == caught.value.slug
    assert "secret" not in str(caught.value)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_usage_error(text):
    with suppress(UsageError):
        assert parse_address(f"git+branch://{text}").branch


def test_of_a_branch_the_newest_runs_alone_can_be_read(remote, tmp_path):
    (tmp_path / "reader").mkdir()
    store = open_store(remote.url, tmp_path / "reader", newest=2)
    assert ["run-0002", "run-0003"] == [run.id for run in store.runs()]
    assert [2] == [len(recorded.values) for recorded in store.recorded()]
    store.close()
    # What was passed over is read by whoever wants all of it.
    whole = open_store(remote.url, tmp_path / "reader").runs()
    assert ["run-0001", "run-0002", "run-0003"] == sorted(run.id for run in whole)


@pytest.mark.parametrize("filters", [True, False])
def test_the_last_first_parents_of_a_default_branch_are_known_without_a_clone(tmp_path, filters):
    work = Repository(tmp_path / "work")
    first = [work.commit(f"Commit {n}") for n in range(4)]
    work.git("checkout", "-q", "-b", "topic", first[2])
    work.commit("Aside", file="b.py")
    work.git("checkout", "-q", "main")
    work.git("merge", "-q", "--no-ff", "-m", "Merge", "topic")
    line = [*first, work.git("rev-parse", "HEAD")]
    served = BareRemote(tmp_path, filters=filters)
    work.git("push", "-q", str(served.path), "main", "topic")
    served.git("symbolic-ref", "HEAD", "refs/heads/main")
    for most, number in ((9, 5), (3, 3)):
        folder = tmp_path / f"line-{most}"
        folder.mkdir()
        assert tuple(line[-number:]) == main_line(str(served.path), folder, environ={}, most=most)


def test_a_remote_that_is_not_there_has_no_default_branch(tmp_path):
    (tmp_path / "line").mkdir()
    with pytest.raises(StoreError):
        main_line(str(tmp_path / "nowhere.git"), tmp_path / "line", environ={}, most=9)


def test_a_hash_that_is_no_commits_has_no_history(tmp_path):
    work = Repository(tmp_path / "work")
    work.save("First")
    tree = work.git("rev-parse", "HEAD^{tree}").strip()
    served = BareRemote(tmp_path)
    served.git("config", "uploadpack.allowAnySHA1InWant", "true")
    work.git("push", "-q", str(served.path), "main")
    (tmp_path / "line").mkdir()
    with pytest.raises(StoreError, match="no commits"):
        main_line(str(served.path), tmp_path / "line", environ={}, most=9, head=tree)


def test_the_clones_own_remote_is_another_address_where_there_is_no_clone():
    url = "https://forge.example/octo/thing?a&b"
    place = at_remote("git+branch://lapwing-history?remote=origin", url)
    assert ("lapwing-history", url) == (parse_address(place).branch, parse_address(place).remote)
    assert place == at_remote("git+branch://lapwing-history", url)
    assert "git+branch://h?remote=upstream" == at_remote("git+branch://h?remote=upstream", url)
