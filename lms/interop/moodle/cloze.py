"""Moodle's embedded answers (Cloze): `{1:SHORTANSWER:=now~%50%soon#nearly}` within a text, in and out."""

import html
import re

from lms.interop import wildcards
from lms.interop.draft import Fate
from lms.interop.prose.escaping import GAP

_ANSWER = re.compile(r"\{(\d{0,4}):([A-Z_]{1,20}):((?:\\.|[^\\}]){0,2000})\}", re.DOTALL)
_KINDS = {
    "typed": ("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"),
    "numerical": ("NUMERICAL", "NM"),
    "chosen": tuple(
        f"{name}{end}"
        for name in ("MULTICHOICE", "MC")
        for end in ("", "_H", "_V", "_S", "_HS", "_VS", "H", "V", "S", "HS", "VS")
    ),
}
Told = tuple[str, Fate]
_WEIGHT = re.compile(r"\s*(?:%(-?\d+(?:\.\d*)?)%|(=))?")
_SPECIAL = re.compile(r"[{}~#=/\\%\"]")


def without_answers(source: str) -> str:
    """Return the text with dots where answers stand, for whoever must not see the key."""
    return _ANSWER.sub("…", source)


def taken(source: str) -> tuple[str, tuple[tuple[str, ...], ...], list[Told]]:
    """Return the text with a sign for each gap, what each accepts, and what is changed or left out."""
    gaps: list[tuple[str, ...]] = []
    said: list[Told] = []
    weights = set()

    def one(found: re.Match[str]) -> str:
        kind = next((kind for kind, names in _KINDS.items() if found[2] in names), "")
        accepted = _accepted(found[3], kind, said)
        if not kind or not accepted:
            said.append((f"“{found[0][:60]}” stands in the text: {_why(kind)}.", Fate.AS_TEXT))
            return found[0]
        weights.add(found[1] or "1")
        gaps.append(accepted)
        return GAP

    text = _ANSWER.sub(one, source.replace(GAP, ""))
    if len(weights) > 1:
        said.append(("Its gaps had different weights; here each counts the same.", Fate.CHANGED))
    return text, tuple(gaps), list(dict.fromkeys(said))


def _why(kind: str) -> str:
    return "no answer of it gives full marks" if kind else "such an answer is not known here"


def _accepted(source: str, kind: str, said: list[Told]) -> tuple[str, ...]:
    accepted: dict[str, None] = {}
    if kind == "chosen":
        said.append(("A choice within the text becomes a gap; its wrong options are left out.", Fate.CHANGED))
    for part in re.split(r"(?<!\\)~", source):
        weight = _WEIGHT.match(part)
        assert weight, "the pattern fits the empty text"
        answer, _, feedback = _parted(part[weight.end() :])
        text = " ".join(html.unescape(re.sub(r"<[^<>]*>", "", answer)).split())
        share = float(weight[1]) if weight[1] else 100.0 if weight[2] else 0.0
        if feedback.strip():
            said.append(("Feedback on single gaps is left out.", Fate.LEFT_OUT))
        if share >= 99.5 and kind == "numerical":
            said.append(("A number within the text becomes a gap that accepts just this number.", Fate.CHANGED))
            text = text.partition(":")[0]
        if share >= 99.5 and _is_fit(text, kind, said):
            accepted[wildcards.literal(text)] = None
        elif 0 < share < 99.5:
            said.append((f"“{text[:60]}” gave {share:g} %; it is not accepted here.", Fate.LEFT_OUT))
    return tuple(accepted)


def _is_fit(text: str, kind: str, said: list[Told]) -> bool:
    if kind == "typed" and wildcards.has_star(text):
        said.append((f"“{text[:60]}” stands for many texts; a gap accepts words only.", Fate.LEFT_OUT))
        return False
    return bool(text)


def _parted(answer: str) -> tuple[str, str, str]:
    """Return answer and feedback; a `#` after `&` is a sign of HTML."""
    found = re.search(r"(?<![\\&])#", answer)
    text, feedback = (answer[: found.start()], answer[found.end() :]) if found else (answer, "")
    return re.sub(r"\\([}#~\"/])", r"\1", text), "#" if found else "", feedback


def given(whole: str, gaps: tuple[tuple[str, ...], ...]) -> str:
    """Return the text with its gaps as Moodle writes them."""
    rest = iter(gaps)
    plain = re.sub(r"\{(?=\d*:)", "&#123;", whole)
    return re.sub(GAP, lambda _: f"{{1:SHORTANSWER:{'~'.join(map(_written, next(rest)))}}}", plain)


def _written(text: str) -> str:
    starred = wildcards.starred(html.escape(text, quote=False))
    return "=" + _SPECIAL.sub(lambda found: _coded(found, starred), starred)


def _coded(found: re.Match[str], text: str) -> str:
    # A star's backslash stays, or it would stand for anything.
    if found[0] == "\\" and text[found.end() : found.end() + 1] == "*":
        return "\\"
    return f"&#{ord(found[0])};"
