"""A certificate on paper: every script, both papers, tagged, the same bytes each time, and nothing fetched."""

import io
import re
import socket
import subprocess
from collections.abc import Iterator
from datetime import date

import pikepdf
import pytest

from lms.content.course import ConditionKind
from lms.credentials.certificate import ConditionMet, IssuedCertificate
from lms.jobs.rendering import Press
from tests.support.certificates import a_certificate
from tests.support.paper import Printer, fonts_of, missing_glyphs, printer, spoken, text_of

PAPERS = {"a4": (841.89, 595.28), "letter": (792.0, 612.0)}
NAMES = {
    "latin": ("Zoë Brändström-Nguyễn", "sv", "Vollkorn"),
    "greek": ("Ελευθερία Παπαδοπούλου", "el", "Vollkorn"),
    "cyrillic": ("Светлана Щербакова-Юрьева", "ru", "Vollkorn"),
    "arabic": ("فاطمة الزهراء العمري", "ar", "Noto-Naskh-Arabic"),
    "hebrew": ("יעל בן־דוד כהן", "he", "Noto-Serif-Hebrew"),
    "devanagari": ("प्रियंका श्रीवास्तव", "hi", "Noto-Serif-Devanagari"),
    "thai": ("สมหญิง รักษ์ไทยกุล", "th", "Noto-Serif-Thai"),
    "simplified": ("欧阳雪", "zh-Hans", "Noto-Serif-CJK-SC"),
    "traditional": ("歐陽雪", "zh-Hant", "Noto-Serif-CJK-TC"),
    "japanese": ("佐藤 さくら", "ja", "Noto-Serif-CJK-JP"),
    "korean": ("김서연", "ko", "Noto-Serif-CJK-KR"),
}


@pytest.fixture(scope="module")
def paper_mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printer]:
    with printer(tmp_path_factory.mktemp("printer")) as ready:
        yield ready


@pytest.fixture(scope="module")
def lenas(paper_mill: Printer) -> bytes:
    return paper_mill.pdf(a_certificate())


def test_it_says_everything_a_certificate_says(lenas: bytes) -> None:
    text = text_of(lenas)
    for words in (
        "Harbour Hotels",
        "Certificate of completion",
        "Lena Brandt",
        "Handling an escalation: from first word to repair",
        "16 November 2026",
        "92%",
        "4.5 hours",
        "16 November 2027",
        "Every lesson done, 12 November 2026",
        "Every quiz passed with 80% or more, 16 November 2026",
        "For Harbour Hotels",
        "learn.example.org/verify",
        "7K3M Q9AB CDEFG",
        "HJKM NPQR STVWX",
        "LN-2026-7K3MQ9",
        "Release 3 of the course",
        "9f2c 41d0 8a77",
    ):
        assert words in text, words


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("script", NAMES)
def test_each_script_is_drawn_in_its_letters_and_reads_back(paper_mill: Printer, script: str, paper: str) -> None:
    name, language, font = NAMES[script]
    pdf = paper_mill.pdf(a_certificate(person_name=name, language=language), paper)
    assert _letters(name) in _letters(spoken(pdf))
    # Poppler drops a hyphen at the end of a line.
    assert _letters(name).replace("-", "") in _letters(text_of(pdf)).replace("-", "")
    assert any(font in line.name for line in fonts_of(pdf)), [line.name for line in fonts_of(pdf)]
    assert missing_glyphs(pdf) == []


@pytest.mark.parametrize("paper", PAPERS)
def test_every_font_is_embedded_as_a_subset(paper_mill: Printer, paper: str) -> None:
    fonts = fonts_of(paper_mill.pdf(a_certificate(), paper))
    assert {re.sub(r"^[A-Z]{6}\+", "", line.name).split("-")[0] for line in fonts} == {"Vollkorn", "Noto"}
    assert all(line.is_embedded and line.is_subset for line in fonts)


LONGEST = {
    "two hundred letters": ("Hubert Wolfeschlegelsteinhausenbergerdorff " * 5)[:200],
    "no space at all": "W" * 200,
    "two hundred signs": "歐陽" * 100,
    "a line of Arabic": ("محمد عبد الرحمن " * 13)[:200],
    "tall marks": ("प्रियंका श्रीवास्तव " * 11)[:200],
}


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("case", LONGEST)
def test_the_longest_names_and_titles_fit_on_one_page(paper_mill: Printer, case: str, paper: str) -> None:
    name = LONGEST[case].strip()
    longest = a_certificate(
        person_name=name,
        course_title=("How to say a difficult thing to a customer who has every right to be angry, " * 4)[:300],
        organisation_name="Harbour Hotels and Restaurants of the Northern and Western Coasts " * 3,
    )
    pdf = paper_mill.pdf(longest, paper)
    document = pikepdf.open(io.BytesIO(pdf))
    assert len(document.pages) == 1
    assert [float(side) for side in document.pages[0].MediaBox[2:]] == pytest.approx(PAPERS[paper], abs=0.1)
    assert _letters(name)[:20] in _letters(spoken(pdf))
    head, facts = _boxes(pdf, "difficult"), _boxes(pdf, "COMPLETED")
    # The title ends above the facts: nothing lies upon anything.
    assert max(bottom for _, bottom in head) < min(top for top, _ in facts)


def test_it_is_tagged_for_people_who_listen_to_it(lenas: bytes) -> None:
    document = pikepdf.open(io.BytesIO(lenas))
    root = document.Root
    assert bool(root.MarkInfo.Marked)
    assert str(root.Lang) == "en"
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert "Lena Brandt" in metadata["dc:title"]
    tags = list(_tags(root.StructTreeRoot))
    kinds = [str(tag.S) for tag in tags]
    assert kinds.count("/H1") == 1
    assert not {"/H2", "/H3"} & set(kinds)
    figures = [tag for tag in tags if str(tag.S) == "/Figure"]
    assert [str(figure.Alt) for figure in figures] == [
        "QR code that leads to https://learn.example.org/verify/7K3MQ9ABCDEFGHJKMNPQRSTVWX"
    ]
    content = document.pages[0].Contents.read_bytes()
    assert content.startswith(b"/Artifact BMC")
    assert content.count(b"BDC") + content.count(b"BMC") == content.count(b"EMC")


def test_the_qr_code_and_the_link_lead_to_the_same_place(lenas: bytes, paper_mill: Printer) -> None:
    address = "https://learn.example.org/verify/7K3MQ9ABCDEFGHJKMNPQRSTVWX"
    document = pikepdf.open(io.BytesIO(lenas))
    assert [str(link.A.URI) for link in document.pages[0].Annots] == [address]
    from lms.credentials.qr import qr_code

    assert f'<path d="{qr_code(address).path}"' in paper_mill.html(a_certificate())


def test_the_same_certificate_is_the_same_bytes_in_any_process(lenas: bytes, paper_mill: Printer) -> None:
    assert paper_mill.pdf(a_certificate()) == lenas
    paper_mill.pdf(a_certificate(person_name="佐藤 さくら", language="ja"))
    assert paper_mill.pdf(a_certificate()) == lenas
    other = Press()
    try:
        assert other.render(paper_mill.html(a_certificate()).encode()) == lenas
    finally:
        other.stop()


def test_it_is_dated_by_its_issue_and_no_clock(lenas: bytes) -> None:
    document = pikepdf.open(io.BytesIO(lenas))
    assert str(document.docinfo["/CreationDate"]) == "D:20261116093000Z"
    assert "/ModDate" not in document.docinfo


def hostile(port: int) -> list[str]:
    return [
        f"<img src=http://127.0.0.1:{port}/img>",
        "<link rel=attachment href=file:///etc/passwd>",
        f"<style>@import url(http://127.0.0.1:{port}/css)</style>",
        f'"><svg><image href="http://127.0.0.1:{port}/svg"/></svg>',
        "{{7*7}} {% raw %} %(serial)s {0.__class__}",
        "</title></head><h1>Taken over</h1>",
    ]


def test_hostile_names_are_printed_and_nothing_is_fetched(paper_mill: Printer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        for text in hostile(listener.getsockname()[1]):
            certificate = a_certificate(person_name=text, course_title=text, organisation_name=text)
            pdf = paper_mill.pdf(certificate)
            assert _letters(text) in _letters(spoken(pdf))
            document = pikepdf.open(io.BytesIO(pdf))
            assert not list(document.attachments)
            assert len(document.pages) == 1
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_engine_fetches_nothing_even_when_a_page_asks(paper_mill: Printer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        pdf = paper_mill.press.render(
            f"""<!doctype html><html lang="en"><title>Asks</title>
            <link rel="stylesheet" href="{address}/css"><link rel="attachment" href="file:///etc/passwd">
            <link rel="attachment" href="{address}/attached"><style>@import "{address}/import";
            body {{ background: url({address}/ground); }}</style>
            <img alt="" src="{address}/img"><img alt="" src="file:///etc/hostname"></html>""".encode()
        )
        with pytest.raises(TimeoutError):
            listener.accept()
    document = pikepdf.open(io.BytesIO(pdf))
    assert not list(document.attachments)
    assert b"root:" not in b"".join(_streams(document))


def test_a_certificate_with_little_to_say_is_whole_too(paper_mill: Printer) -> None:
    little = a_certificate(
        mark=None,
        hours=None,
        valid_until=None,
        conditions=(ConditionMet(ConditionKind.QUIZ, None, date(2026, 11, 16)),),
    )
    text = text_of(paper_mill.pdf(little))
    assert "Every quiz passed, 16 November 2026" in text
    for absent in ("SCORE", "LEARNING", "VALID", "None"):
        assert absent not in text


def test_a_language_without_translation_is_printed_in_english(paper_mill: Printer) -> None:
    certificate: IssuedCertificate = a_certificate(language="ja")
    assert '<html lang="en" dir="ltr">' in paper_mill.html(certificate)
    assert "16 November 2026" in text_of(paper_mill.pdf(certificate))


def _letters(text: str) -> str:
    return re.sub(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", text)


def _tags(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    children = element.get("/K", pikepdf.Array())
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from _tags(child)


def _streams(document: pikepdf.Pdf) -> Iterator[bytes]:
    return (each.read_bytes() for each in document.objects if isinstance(each, pikepdf.Stream))


def _boxes(pdf: bytes, word: str) -> list[tuple[float, float]]:
    """Return top and bottom of each place where poppler finds the word."""
    laid_out = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    pattern = rf'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">{word}<'
    found = re.findall(pattern, laid_out.stdout.decode())
    return [(float(top), float(bottom)) for top, bottom in found]
