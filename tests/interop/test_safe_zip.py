"""ZIP files from strangers: what is read, and that nothing hostile is unpacked or left behind."""

import io
import random
import resource
import stat
import struct
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.interop.refusing import RefusedFileError
from lms.interop.safe_zip import MOST_ENTRIES, opened


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The place for temporary files; it is empty after every test, whatever happened in it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.iterdir()) == []


def zipped(*members: tuple[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of these."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", kind) as archive:
        for name, body in members:
            archive.writestr(zipfile.ZipInfo(name), body, kind)
    return made.getvalue()


def named(name: str) -> bytes:
    """Return an archive with one file whose name no honest tool would write."""
    plain = "x" * len(name.encode())
    return zipped((plain, b"body")).replace(plain.encode(), name.encode())


def test_members_are_read_and_saved_under_names_of_our_own(folder: Path) -> None:
    body = zipped(("a/one.md", b"# one"), ("a/media/two.png", b"\x89PNG"), ("a/", b""))
    with opened(io.BytesIO(body)) as archive:
        assert archive.names == ("a/one.md", "a/media/two.png")
        assert archive.read("a/one.md") == b"# one"
        saved = archive.saved("a/media/two.png")
        assert saved.read_bytes() == b"\x89PNG"
        assert saved.is_relative_to(folder) and "two" not in saved.name


def test_what_systems_leave_lying_about_is_passed_over() -> None:
    body = zipped(("a.md", b""), ("__MACOSX/._a.md", b""), ("x/.DS_Store", b""))
    with opened(io.BytesIO(body)) as archive:
        assert archive.names == ("a.md",)


def test_a_name_in_any_script_is_read() -> None:
    with opened(io.BytesIO(zipped(("Größe/日本.md", b"x")))) as archive:
        assert archive.names == ("Größe/日本.md",)


def link() -> bytes:
    info = zipfile.ZipInfo("a.md")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return made.getvalue()


def locked() -> bytes:
    body = bytearray(zipped(("a.md", b"x")))
    at = body.rindex(b"PK\x01\x02")
    body[at + 8] |= 1
    return bytes(body)


def many(count: int, said: int | None = None) -> bytes:
    body = bytearray(zipped(*((f"{number}", b"") for number in range(count)), kind=zipfile.ZIP_STORED))
    if said is not None:
        at = body.rindex(b"PK\x05\x06")
        body[at + 8 : at + 12] = struct.pack("<HH", said, said)
    return bytes(body)


HOSTILE = {
    "up": named("../../evil.md"),
    "in the middle": named("a/../../evil.md"),
    "absolute": named("/etc/evil.md"),
    "backslash": named("..\\evil.md"),
    "drive": named("C:/evil.md"),
    "stream": named("a.md:hidden"),
    "empty part": named("a//b.md"),
    "here": named("./a.md"),
    "control": named("a\nb.md"),
    "direction": zipped(("a\u202eb.md", b"")),
    "NUL": named("a\0.png.md"),
    "reserved": named("a/CON.md"),
    "long": zipped(("a" * 256, b"")),
    "twice": zipped(("A.md", b"1"), ("a.md", b"2")),
    "composed": zipped(("é.md", b"1"), ("e\u0301.md", b"2")),
    "file as folder": zipped(("a", b"1"), ("a/b.md", b"2")),
    "link": link(),
    "locked": locked(),
    "bzip2": zipped(("a.md", b"x"), kind=zipfile.ZIP_BZIP2),
    "lzma": zipped(("a.md", b"x"), kind=zipfile.ZIP_LZMA),
    "zeros": zipped(("a.md", bytes(300_000_000))),
    "70,000": many(65_000),
    "many, said few": many(MOST_ENTRIES + 1, said=1),
    "more than it may": many(MOST_ENTRIES + 1),
    "no archive": b"PK not at all",
    "empty": b"",
    "cut off": zipped(("a.md", b"x" * 10_000), kind=zipfile.ZIP_STORED)[:-30],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_is_refused_at_once_with_a_sentence(name: str) -> None:
    file = io.BytesIO(HOSTILE[name])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    with pytest.raises(RefusedFileError) as refused, opened(file):
        pass
    assert time.perf_counter() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
    assert refused.value.what.endswith(".") and refused.value.cure.endswith(".")
    assert refused.value.what.isprintable()


def with_size(body: bytes, size: int) -> bytes:
    """Return an archive that says another size of its only member."""
    made = bytearray(body)
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = made.index(mark) + at
        made[place : place + 4] = struct.pack("<I", size)
    return bytes(made)


@pytest.mark.parametrize("size", [10, 1_000_000])
def test_a_false_size_is_found_when_it_is_read(size: int) -> None:
    body = with_size(zipped(("a.md", random.Random(1).randbytes(300_000))), size)
    with opened(io.BytesIO(body)) as archive, pytest.raises(RefusedFileError):
        archive.read("a.md")


def test_a_member_larger_than_asked_for_is_refused_before_it_is_read() -> None:
    with opened(io.BytesIO(zipped(("a.md", b"x" * 2_000)))) as archive, pytest.raises(RefusedFileError):
        archive.read("a.md", 1_000)


def test_members_that_share_their_bytes_are_counted_as_what_comes_out() -> None:
    # One stretch of 150 kB that unpacks to 15 MB, named by twenty entries of the list.
    body = zipped(("a.bin", bytes(15_000_000)), kind=zipfile.ZIP_DEFLATED)
    at, end = body.index(b"PK\x01\x02"), body.index(b"PK\x05\x06")
    entry = body[at:end]
    entries = b"".join(entry.replace(b"a.bin", b"%05d" % number) for number in range(20))
    tail = bytearray(body[end:])
    tail[8:16] = struct.pack("<HHI", 20, 20, len(entries))
    file = io.BytesIO(body[:at] + entries + bytes(tail))

    def read_all() -> None:
        with opened(file) as archive:
            for name in archive.names:
                archive.read(name)

    with pytest.raises(RefusedFileError):
        read_all()


def test_an_archive_in_the_archive_is_a_file_like_any_other() -> None:
    nest = zipped(("b.zip", zipped(("c.zip", zipped(("d.md", b"x"))))))
    with opened(io.BytesIO(nest)) as archive:
        assert archive.names == ("b.zip",)


def test_what_was_saved_is_gone_also_after_a_fault() -> None:
    body = zipped(("a.md", b"x"))

    def fail() -> None:
        with opened(io.BytesIO(body)) as archive:
            archive.saved("a.md")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        fail()
