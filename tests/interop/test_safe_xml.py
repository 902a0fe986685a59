"""XML from strangers: what is read, and that nothing hostile gets further than its first lines."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from lms.interop.refusing import RefusedFileError
from lms.interop.safe_xml import MOST_ATTRIBUTES, MOST_DEEP, MOST_ELEMENTS, read_xml


class Listener:
    """A server on loopback that counts who comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.visits = 0
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while True:
            try:
                visitor, _ = self._socket.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """The listener; a visit is a fault."""
    made = Listener()
    yield made
    made.close()


def test_a_tree_has_names_attributes_lines_and_text_in_order() -> None:
    root = read_xml(
        b'<?xml version="1.0"?>\n<a:q xmlns:a="urn:one" x="1" a:y="2">one\n <b>two</b> three<c/></a:q>'
    )
    assert (root.name, root.namespace, root.attributes, root.line) == ("q", "urn:one", {"x": "1", "y": "2"}, 2)
    assert [each if isinstance(each, str) else each.name for each in root.content] == [
        "one\n ",
        "b",
        " three",
        "c",
    ]
    assert root.text == "one\n two three"
    assert root.words == "one two three"
    b = root.child("b")
    assert b is not None and b.line == 3
    assert root.first("c") is root.children("c")[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_texts_are_read_in_the_encodings_question_banks_come_in(encoding: str) -> None:
    declared = f' encoding="{encoding}"' if encoding.startswith(("iso", "win")) else ""
    text = f'<?xml version="1.0"{declared}?><q>Größe</q>'
    assert read_xml(text.encode(encoding)).text == "Größe"


def test_comments_and_instructions_leave_nothing_and_sections_of_text_stay() -> None:
    assert read_xml(b"<q><!-- no --><?x y?><![CDATA[<b>&amp;</b>]]></q>").text == "<b>&amp;</b>"


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
HOSTILE = {
    "billion laughs": b'<!DOCTYPE q [<!ENTITY l0 "ha">' + LAUGHS + b"]><q>&l9;</q>",
    "quadratic": b'<!DOCTYPE q [<!ENTITY a "' + b"a" * 50_000 + b'">]><q>' + b"&a;" * 50_000 + b"</q>",
    "external entity": b'<!DOCTYPE q [<!ENTITY f SYSTEM "file:///etc/hostname">]><q>&f;</q>',
    "a web entity": b'<!DOCTYPE q [<!ENTITY f SYSTEM "http://127.0.0.1:PORT/x">]><q>&f;</q>',
    "a parameter entity": b'<!DOCTYPE q [<!ENTITY % p SYSTEM "http://127.0.0.1:PORT/x">%p;]><q/>',
    "a remote DTD": b'<!DOCTYPE q SYSTEM "http://127.0.0.1:PORT/x.dtd"><q/>',
    "a public DTD": b'<!DOCTYPE q PUBLIC "-//x//y" "http://127.0.0.1:PORT/x.dtd"><q/>',
    "too deep": b"<q>" * 200_000 + b"</q>" * 200_000,
    "too many": b"<q>" + b"<a/>" * (MOST_ELEMENTS + 1) + b"</q>",
    "too wide": b"<q " + b" ".join(b'a%d=""' % n for n in range(MOST_ATTRIBUTES + 1)) + b"/>",
    "undefined entity": b"<q>&nbsp;</q>",
    "cut off": b"<q><a>",
    "two roots": b"<q/><q/>",
    "nothing": b"",
    "no XML": b"GIF89a\x00\x01",
    "NUL": b"<q>a\0b</q>",
    "not in its encoding": b'<?xml version="1.0" encoding="utf-8"?>\n<q>\xff</q>',
    "another encoding": b'<?xml version="1.0" encoding="utf-7"?><q>+ADw-x+AD4-</q>',
    "an encoding that runs": b'<?xml version="1.0" encoding="bz2"?><q/>',
    "an encoding of the machine": b'<?xml version="1.0" encoding="unicode_escape"?><q>\\u0041</q>',
    "an unknown encoding": b'<?xml version="1.0" encoding="klingon"?><q/>',
    "half a letter": b"\xff\xfe<\x00q\x00>\x00\x00\xd8",
    "an open namespace": b"<x:q/>",
    "30 MB": b"<q>" + b" " * 30_000_000 + b"</q>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_or_broken_is_refused_at_once_with_a_sentence(name: str, listener: Listener) -> None:
    began = time.perf_counter()
    with pytest.raises(RefusedFileError) as refused:
        read_xml(HOSTILE[name].replace(b"PORT", str(listener.port).encode()))
    assert time.perf_counter() - began < 20  # what grows without bounds takes minutes
    assert refused.value.what.endswith((".", "…")) and refused.value.cure.endswith(".")
    time.sleep(0.02)
    assert listener.visits == 0


def test_as_deep_as_may_be_is_read() -> None:
    assert read_xml(b"<q>" * MOST_DEEP + b"</q>" * MOST_DEEP).name == "q"


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(RefusedFileError) as refused:
        read_xml(b"<q>\n<a>\n</q>")
    assert refused.value.line == 3
