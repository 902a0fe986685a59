"""The parts of a lesson by their role, such as its job aid alone, and its HTML to stand beside others; pure."""

import re

from lms.content.course import Lesson

_SECTION = re.compile(r'<section class="([^"]*)"|<section\b|</section>')
_OPENED = re.compile(r"\s*<section\b[^>]*>\s*(?:<h[23]\b[^>]*>.*?</h[23]>)?", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_NAMED = re.compile(r'\s(?:id|aria-labelledby)="[^"]*"')


def parts(lesson: Lesson, *roles: str) -> tuple[str, ...]:
    """Return the inside of each section that has all of these roles, without heading and questions, in order.

    Source: the roles of docs/authoring.md, compiled to sections of the class `role--<role>`.
    """
    wanted = {f"role--{role}" for role in roles}
    html = "".join(piece.html for piece in lesson.pieces)
    found, open_at = [], list[tuple[int, bool]]()
    for tag in _SECTION.finditer(html):
        if tag[0] != "</section>":
            open_at.append((tag.start(), wanted <= set((tag[1] or "").split())))
        elif open_at:
            start, is_wanted = open_at.pop()
            if is_wanted:
                found.append(_OPENED.sub("", html[start : tag.start()], count=1).strip())
    return tuple(part for part in found if part)


def beside_others(safe_html: str) -> str:
    """Return the HTML without names of its own: two lessons on one page would use the same twice."""
    return _TAG.sub(lambda tag: _NAMED.sub("", tag[0]), safe_html)
