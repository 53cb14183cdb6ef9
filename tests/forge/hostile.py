"""Archives and documents that somebody made to harm whoever reads them, by what they do."""

import io
import struct
import zipfile
import zlib

from fakes.github.things import zipped
from lapwing.forge.artifact import MAX_ARCHIVE, MAX_DOCUMENT, MEMBER


def of(text, method=zipfile.ZIP_DEFLATED):
    return zipped({MEMBER: text}, method)


def patched(archive, *changes, signature=b"PK\x01\x02"):
    """Return the archive with bytes of its directory (or its local header) written over."""
    data = bytearray(archive)
    start = data.rfind(signature)
    for offset, new in changes:
        data[start + offset : start + offset + len(new)] = new
    return bytes(data)


def two_of_one_name():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(MEMBER, "{}")
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            archive.writestr(MEMBER, '{"a": 1}')
    return buffer.getvalue()


def with_attributes(attributes):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo(MEMBER)
        info.external_attr = attributes
        info.create_system = 3
        archive.writestr(info, "{}")
    return buffer.getvalue()


def stored_lie():
    """Return an archive whose local header and directory say that more is stored than there is."""
    archive = of("{}", zipfile.ZIP_STORED)
    archive = patched(archive, (20, struct.pack("<II", 2**20, 2**20)))
    return patched(archive, (18, struct.pack("<II", 2**20, 2**20)), signature=b"PK\x03\x04")


def deflated(data):
    """Return an archive whose packed bytes are ``data``, whatever they are."""
    archive = bytearray(of("x" * len(data), zipfile.ZIP_STORED))
    start = archive.find(b"x" * len(data))
    archive[start : start + len(data)] = data
    crc = struct.pack("<I", zlib.crc32(b"{}"))
    made = patched(bytes(archive), (10, b"\x08\x00"), (16, crc), (24, struct.pack("<I", 2)))
    return patched(made, (8, b"\x08\x00"), (14, crc), (22, struct.pack("<I", 2)), signature=b"PK\x03\x04")


GOOD = of('{"a": [1, 2.5, "ä"]}')

ARCHIVES = {
    "nothing": b"",
    "no zip": b"hello",
    "a gzip": zlib.compress(b"{}"),
    "an empty archive": zipped({}),
    "too large": b"PK\x03\x04" + b"\0" * MAX_ARCHIVE,
    "a bomb": of(b" " * (MAX_DOCUMENT + 2)),
    "a bomb that says it is small": patched(of(b" " * (MAX_DOCUMENT + 2)), (24, struct.pack("<I", 10))),
    "a bomb within a megabyte of the end": of(b" " * MAX_DOCUMENT + b"{}"),
    "climbing out": zipped({"../../" + MEMBER: "{}"}),
    "absolute": zipped({"/" + MEMBER: "{}"}),
    "another drive": zipped({"C:\\" + MEMBER: "{}"}),
    "in a folder": zipped({"a/" + MEMBER: "{}"}),
    "another case": zipped({MEMBER.upper(): "{}"}),
    "two members": zipped({MEMBER: "{}", "b": ""}),
    "two of one name": two_of_one_name(),
    "a folder": zipped({MEMBER + "/": ""}),
    "a folder by its attributes": with_attributes(0x10),
    "a link": with_attributes(0o120777 << 16),
    "bzip2": of("{}", zipfile.ZIP_BZIP2),
    "lzma": of("{}", zipfile.ZIP_LZMA),
    "an unknown method": patched(of("{}"), (10, b"\x63\x00")),
    "encrypted": patched(of("{}"), (8, b"\x01\x00")),
    "encrypted strongly": patched(of("{}"), (8, b"\x41\x00")),
    "a newer zip": patched(of("{}"), (6, b"\xff\x00")),
    "a wrong sum": patched(of("{}"), (16, b"\0\0\0\0")),
    "another name inside": patched(of("{}"), (30, b"Lapwing"), signature=b"PK\x03\x04"),
    "a name with a NUL": patched(of("{}"), (46 + 7, b"\0")),
    "no local header there": patched(of("{}"), (42, struct.pack("<I", 5))),
    "a header beyond the end": patched(of("{}"), (42, struct.pack("<I", 2**31))),
    "more stored than there is": stored_lie(),
    "packed bytes that are none": deflated(b"\xff" * 40),
    "packed bytes that end early": deflated(zlib.compress(b"{" + b"0" * 999)[2:9]),
    "cut short": of("{}")[:-30],
    "cut to its first header": of("{}")[:30],
    "no directory": of("{}")[: of("{}").rfind(b"PK\x01\x02")],
    "something before it": b"#!/bin/sh\n" + of("{}"),
    "a directory that is elsewhere": patched(of("{}"), (16, struct.pack("<I", 2**31)), signature=b"PK\x05\x06"),
}

TEXTS = {
    "nothing": b"",
    "blanks": b" \n ",
    "no JSON": b"{a: 1}",
    "two documents": b"{}{}",
    "something after it": b"{} x",
    "a list": b"[]",
    "a text": b'"x"',
    "a number": b"1",
    "null": b"null",
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep and unclosed": b'{"a":' + b"[" * 1_000_000,
    "deep behind a text": b'{"a": "\\"", "b": ' + b"[" * 50 + b"]" * 50 + b"}",
    "NaN": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "a number beyond all": b'{"a": 1e999}',
    "a number of 5,000 digits": b'{"a": ' + b"9" * 5_000 + b"}",
    "a fraction of 5,000 digits": b'{"a": 0.' + b"1" * 5_000 + b"}",
    "a number beyond 64 bits": b'{"a": 18446744073709551616}',
    "a negative number beyond 64 bits": b'{"a": -9223372036854775809}',
    "an octal number": b'{"a": 0123}',
    "a hexadecimal number": b'{"a": 0x10}',
    "said twice": b'{"a": 1, "a": 2}',
    "said twice, once escaped": b'{"a": 1, "\\u0061": 2}',
    "said twice, deep": b'{"x": [{"a": 1, "a": 2}]}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "Latin-1": b'{"a": "\xe4"}',
    "overlong UTF-8": b'{"a": "\xc0\xaf"}',
    "a mark of its byte order": b"\xef\xbb\xbf{}",
    "half a character": b'{"a": "\\ud800"}',
    "half a character in a key": b'{"\\udc00": 1}',
    "half a character deep in a list": b'{"a": [[{"b": ["x\\udfff"]}]]}',
    "half a character as bytes": b'{"a": "\xed\xa0\x80"}',
    "a raw control character": b'{"a": "\x01"}',
    "a raw newline in a text": b'{"a": "\n"}',
    "an escape that is none": b'{"a": "\\x41"}',
    "an unfinished text": b'{"a": "' + b"x" * 1_000,
    "an unfinished text of escaped quotes": b'{"a": "' + b'\\"' * 3_000_000,
    "an unfinished text that ends in an escape": b'{"a": "' + b'\\"' * 100 + b"\\",
    "single quotes": b"{'a': 1}",
    "a trailing comma": b'{"a": 1,}',
    "a comment": b'{"a": 1 /* */}',
    "millions of parts": b'{"a": [' + b"0," * 6_100_000 + b"0]}",
    "too large": b'{"a": "' + b"x" * MAX_DOCUMENT + b'"}',
}
