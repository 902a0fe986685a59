"""Shapes that other Markdown has and ours writes otherwise: boxes, fold-outs, tabs, icons, includes."""

import re
from collections.abc import Iterable

from lms.interop.draft import Fate

Lost = tuple[int, str, Fate]
_BOX = re.compile(r'^([ \t]*)(!!!|\?\?\?\+?)[ \t]+([\w-]+)(?:[ \t]+(?:inline(?: end)?))?(?:[ \t]+"(.*)")?[ \t]*$')
_TAB = re.compile(r'^([ \t]*)===[!+]?[ \t]+"(.*)"[ \t]*$')
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})")
_KINDS = {
    **dict.fromkeys(
        ("note", "info", "todo", "abstract", "summary", "tldr", "question", "help", "faq", "seealso"), "note"
    ),
    **dict.fromkeys(("tip", "hint", "important", "success", "check", "done"), "tip"),
    **dict.fromkeys(("warning", "caution", "attention"), "warning"),
    **dict.fromkeys(("danger", "error", "failure", "fail", "missing", "bug"), "danger"),
    **dict.fromkeys(("example", "quote", "cite"), "example"),
}
_OURS = {"note", "tip", "warning", "danger", "example"}
_ICON = re.compile(r":(?:material|octicons|fontawesome|simple)-[\w-]+:(?:\{[^{}\n]*\})?")
_INCLUDED = re.compile(r"^[ \t]*(?:-{1,}8<-{1,}.*|\{%.*%\}|\[TOC\]|\[\[_?TOC_?\]\])[ \t]*$", re.IGNORECASE)
_DISPLAY = re.compile(r"\$\$")
_FIRST = re.compile(r"^#[ \t]+")


def in_our_shape(text: str) -> tuple[str, list[Lost]]:
    """Return the text with its boxes written as ours, and (line, what, fate) for what is not kept as it was."""
    losses: list[Lost] = []
    lines = _converted(text.expandtabs(4).split("\n"), 1, losses, 0)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)), losses


def _converted(lines: list[str], first: int, losses: list[Lost], depth: int) -> list[str]:
    made: list[str] = []
    at, fence = 0, ""
    while at < len(lines):
        line = lines[at]
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        box, tab = (None, None) if fence or mark else (_BOX.match(line), _TAB.match(line))
        opened = box or tab
        if opened:
            indent = opened[1]
            inside, end = _inside(lines, at + 1, len(indent))
            block = _converted(inside, first + at + 1, losses, depth + 1)
            shown = _box(box, block, first + at, losses) if box else _tab(opened[2], block, first + at, losses)
            made += ["", *(f"{indent}{each}" if each else "" for each in shown), ""]
            at = end
            continue
        made.append(line if fence or mark else _line(line, first + at, losses))
        at += 1
    return made


def _inside(lines: list[str], start: int, indent: int) -> tuple[list[str], int]:
    """Return the lines indented below a head, without their indent, and where they end."""
    end = start
    while end < len(lines) and (
        not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) >= indent + 4
    ):
        end += 1
    block = [line[indent + 4 :] for line in lines[start:end]]
    while block and not block[-1].strip():
        block.pop()
    return block, end


def _box(head: re.Match[str], block: list[str], line: int, losses: list[Lost]) -> Iterable[str]:
    kind, title = head[3].lower(), head[4]
    if head[2] != "!!!":
        return _fenced(f"details | {title or kind.capitalize()}", block)
    ours = _KINDS.get(kind)
    if ours is None:
        losses.append((line, f"A box of the kind “{kind}” becomes a note.", Fate.CHANGED))
    name = ours or "note"
    shown = title if title is not None else ("" if kind in _OURS else kind.capitalize())
    return _fenced(f"{name} | {shown}" if shown else name, block)


def _fenced(head: str, block: list[str]) -> list[str]:
    longest = max((len(found[0]) for each in block if (found := re.match(r"/{3,}", each))), default=2)
    fence = "/" * (longest + 1)
    return [f"{fence} {head}", "", *block, "", fence]


def _tab(title: str, block: list[str], line: int, losses: list[Lost]) -> Iterable[str]:
    losses.append((line, "Tabs stand one below the other, each under its name in bold.", Fate.CHANGED))
    return [f"**{title}**", "", *block]


def _line(line: str, number: int, losses: list[Lost]) -> str:
    if _INCLUDED.match(line):
        losses.append((number, f"“{line.strip()[:60]}” is left out.", Fate.LEFT_OUT))
        return ""
    if _ICON.search(line):
        losses.append((number, "Icons are left out.", Fate.LEFT_OUT))
        line = _ICON.sub("", line)
    if _DISPLAY.search(line):
        losses.append((number, "Formulas are kept as they are typed.", Fate.AS_TEXT))
    if re.search(r"</?[a-zA-Z][^<>]*>", line):
        losses.append((number, "HTML tags are taken out; the words between them stay.", Fate.CHANGED))
    # The lesson's title is the only heading of the first size.
    return _FIRST.sub("## ", line)
