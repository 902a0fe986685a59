"""HTML to PDF: the only importer of WeasyPrint, itself imported only inside the press (`lms.jobs.press`).

A document asks for the engraved frame by `<meta name="frame" content="a4">` (or `letter`). Nothing is fetched
but `data:` addresses; the same document gives the same bytes, for neither clock nor chance is asked.
"""

import logging
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unicodedata import bidirectional

import pydyf
from weasyprint import CSS, HTML, Document
from weasyprint.formatting_structure import boxes
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from lms import guilloche

# Landscape, in points.
PAPERS = {"a4": (841.89, 595.28), "letter": (792.0, 612.0)}
_STYLES = Path(__file__).resolve().parent.parent / "static" / "css" / "print"
# Where the seal stands above the paper's lower edge and the rule below its upper edge: see certificate.css.
_SEAL_HEIGHT = 101.0
_RULE_DEPTHS = {"a4": 152.0, "letter": 158.0}
_TEAL, _AMBER = b"0.176 0.431 0.416 RG 0.32 w", b"0.788 0.51 0.169 RG 0.788 0.51 0.169 rg 0.26 w"

# What it cannot set or fetch is no fault of ours and must not fill the log; failures raise.
logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
logging.getLogger("fontTools").setLevel(logging.CRITICAL)


class OnlyData(URLFetcher):  # type: ignore[misc]  # WeasyPrint is untyped
    """Fetches `data:` addresses and refuses every other, redirects included."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)


class Engine:
    """One warm engine: fonts and styles are read once and serve every document."""

    def __init__(self) -> None:
        self._fetcher = OnlyData()
        self._fonts = FontConfiguration()
        styles = "\n".join(path.read_text("utf-8") for path in sorted(_STYLES.glob("*.css")))
        self._styles = CSS(string=styles, font_config=self._fonts, url_fetcher=self._fetcher)

    def pdf(self, html: str) -> bytes:
        """Return the document as PDF/UA-1, its fonts embedded as subsets."""
        written: bytes = HTML(string=html, url_fetcher=self._fetcher).write_pdf(
            stylesheets=[self._styles], font_config=self._fonts, pdf_variant="pdf/ua-1", finisher=_finish
        )
        return written


def _finish(document: Document, pdf: pydyf.PDF) -> None:
    _say_in_order(document, pdf)
    _engrave(document, pdf)


def _say_in_order(document: Document, pdf: pydyf.PDF) -> None:
    """Give text from right to left as it is read: it is drawn, and would be spoken, from left to right.

    Tags stand in the file in the order of the boxes they are of; links and pictures have none of their own.
    """
    texts = [text for page in document.pages for text in _texts(page._page_box)]
    tags = [each for each in pdf.objects if _is_text_tag(each)]
    if len(texts) != len(tags):
        raise ValueError(f"{len(texts)} texts have {len(tags)} tags: did WeasyPrint change how it tags?")
    for text, tag in zip(texts, tags, strict=True):
        if any(bidirectional(character) in ("R", "AL") for character in text):
            tag["ActualText"] = pydyf.String(text)


def _is_text_tag(each: pydyf.Object) -> bool:
    if not isinstance(each, pydyf.Dictionary) or each.get("Type") != "/StructElem" or each["S"] == "/Figure":
        return False
    return [type(kid) for kid in each["K"]] == [int]


def _texts(box: boxes.Box) -> Iterator[str]:
    box = getattr(box, "_box", box)
    is_link = str(box.element_tag).split(":")[0] == "a"
    for child in getattr(box, "children", ()):
        for part in child.children if isinstance(child, boxes.LineBox) else (child,):
            if not isinstance(part, boxes.TextBox):
                yield from _texts(part)
            elif not is_link:
                yield part.text


def _engrave(document: Document, pdf: pydyf.PDF) -> None:
    """Lay the frame behind the first page when the document asks for it, marked as decoration."""
    paper = document.metadata.custom.get("frame", "")
    if paper not in PAPERS:
        return
    page = pdf.objects[int(pdf.page_references[0].split()[0])]
    resources = pdf.objects[int(page["Resources"].split()[0])]
    content = pdf.objects[int(page["Contents"].split()[0])]
    operators = [b"/Artifact BMC"]
    for name, (colour, box, body, places) in _engraving(paper).items():
        form = pydyf.Stream(
            [body], {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Filter": "/FlateDecode"}
        )
        pdf.add_object(form)
        resources["XObject"][name] = form.reference
        operators += [b"q %s %s cm /%s Do Q" % (colour, place, name.encode()) for place in places]
    content.stream.insert(0, b"\n".join([*operators, b"EMC"]))


@cache
def _engraving(paper: str) -> dict[str, tuple[bytes, pydyf.Array, bytes, tuple[bytes, ...]]]:
    """Return by name: pen, bounding box, compressed operators, and the matrices they are placed with."""
    width, height = PAPERS[paper]
    frame = guilloche.Frame(width, height, inset=31.0)
    quarter = pydyf.Array((-1, -1, width / 2, height / 2))
    corners = tuple(
        b"%d 0 0 %d %.2f %.2f" % (across, up, width / 2, height / 2) for across in (1, -1) for up in (1, -1)
    )
    seal = (b"1 0 0 1 %.2f %.2f" % (width / 2, _SEAL_HEIGHT),)
    rule = (b"1 0 0 1 %.2f %.2f" % (width / 2, height - _RULE_DEPTHS[paper]),)
    forms = {
        "amber-ribbon": (_AMBER, quarter, guilloche.ribbon_quarter(frame, in_turn=True), corners),
        "teal-ribbon": (_TEAL, quarter, guilloche.ribbon_quarter(frame, in_turn=False), corners),
        "seal": (_AMBER, pydyf.Array((-60, -60, 60, 60)), guilloche.rosette(22, 10, petals=16, strands=8), seal),
        "rule": (_AMBER, pydyf.Array((-120, -3, 120, 3)), guilloche.swelled_rule(216, 2), rule),
    }
    return {
        name: (pen, box, zlib.compress(body.encode(), 9), places)
        for name, (pen, box, body, places) in forms.items()
    }
