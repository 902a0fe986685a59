"""One vocabulary for all versions: what 3.0 calls `qti-choice-interaction` is `choiceInteraction` as in 2.x."""

import re
from dataclasses import replace

from lms.interop.safe_xml import Element

ITEM = "assessmentItem"
TEST = "assessmentTest"
_DASHED = re.compile(r"-([a-z0-9])")
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_PREFIX = "qti-"


def normal(element: Element) -> Element:
    """Return the tree with the names of QTI 2.x; what is not QTI's own keeps its names."""
    content: list[Element | str] = [each if isinstance(each, str) else normal(each) for each in element.content]
    if not element.name.startswith(_PREFIX):
        return replace(element, content=content)
    attributes = {_camel(name): value for name, value in element.attributes.items()}
    return replace(
        element, name=_camel(element.name.removeprefix(_PREFIX)), attributes=attributes, content=content
    )


def said(element: Element) -> str:
    """Return an element's name as an author finds it in the file."""
    return f"<{element.name}>"


def dashed(name: str) -> str:
    """Return a 2.x name as QTI 3.0 writes it, without the prefix."""
    return _CAPITAL.sub(r"-\1", name).lower()


def _camel(name: str) -> str:
    return _DASHED.sub(lambda found: found[1].upper(), name)
