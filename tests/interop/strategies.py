"""Questions as authors could have written them, in every type and with every sign that means something."""

from hypothesis import strategies as st

from lms.content.course import Quiz
from lms.content.reading.compiling import compile_file
from lms.problem import Severity
from lms.quiz.question import Question

# Words with what Markdown, this house, GIFT, XML and spreadsheets take for something else.
_SIGNS = [
    "*", "**", "_", "__", "`", "``", "~~", "~", "=", "#", "##", "{", "}", "{{", "}}", "[", "]", "[[", "]]",
    "(", ")",
    "|", "||", "\\", "\\\\", "<", ">", "&", "&amp;", "&#42;", "&nbsp;", "- ", "-", "- [ ]", "+ ", "1. ", "1)",
    "> ",
    ">", ":", "::", ": ", "///", "/", "%", "%50%", "->", "//", "$", "$CATEGORY:", "!", "![", "^", "[^1]", "'", '"',
    "“", "±", "±3", "@", "…", "ä", "é", "中", "🙂", "\u00a0", "\u2009", "--", "---", "===", "***", "<b>", "</b>",
    "<br>", "<p>", "http://example.org/a_b?c=d&e", "a@b.c", "*[X]: y", "\\n", "{#id}", "{.fixed}", "{:",
    "ANSWER: A",
    "A.", "A)", "=cmd", "\t", "~%100%", "####", "_x_", "*x*", "snake_case", "5 * 3", "C:\\temp\\", "TRUE", "T",
    "F",
]  # fmt: skip
_LETTERS = st.text("abc XYZ09.,;äß", min_size=1, max_size=8)
_PIECES = st.one_of(_LETTERS, st.sampled_from(_SIGNS))
RAW_LINE = st.lists(_PIECES, min_size=1, max_size=7).map("".join)
WORDS = st.text("abcdefgh XYZ", min_size=1, max_size=12).map(str.strip).filter(bool)
# Lines as a careful author writes them, with every kind of mark-up.
_MARKED = st.sampled_from(
    ["*soft*", "**hard**", "***both***", "`a*b`", "`` ` ``", "~~gone~~", "<kbd>Ctrl</kbd>", "<u>*x*</u>", "a<br>b",
     "[shop](https://example.org/?a=b&c=d)", "[*s*](https://e.org 'a \"b\"')", "*Bonjour*{lang=fr}",
     "H<sub>2</sub>O",
     "![A *cat*](media/cat.png)", "![x](media/a.png){width=20}", "a**b**c", "**a *b* c**", "&lt;b&gt;", "\\*",
     "\\[x\\]",
     "`{{x}}`", "5 \\< 6", "a &amp; b", "*a*b", "**a** **b**", "<https://example.org>", "a \\\\ b", "`a|b`"]
)  # fmt: skip
LINE = st.lists(st.one_of(WORDS, _MARKED), min_size=1, max_size=4).map(" ".join)
_PARAGRAPH = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
_BLOCKS = st.sampled_from(
    [
        "- one\n- *two*\n- three", "1. one\n2. two", "- a\n\n    b\n\n- c", "- a\n    - b\n- c",
        "| a | b |\n| --- | :-: |\n| 1 | *2* |", "> **Ann:** Hello.\n>\n> **Bob:** *(sighs)* Yes?",
        "> “Just words.”", "```\ncode [[\n```", "```python\nprint('a < b')\n```", "    indented", "### A heading",
        "/// note | Good\n\nInside.\n\n///", "/// details | Why?\n\n- x\n- y\n\n///", "CRM\n:   The program",
        "---",
        "Some[^1] words.\n\n[^1]: A note.", "SLA first.\n\n*[SLA]: Service level", "line \\\nbreak", "a  \nb",
        "un paragraphe\n{: lang=fr}", "3. three\n4. four",
    ]
)  # fmt: skip
BLOCK = st.lists(st.one_of(_PARAGRAPH, _PARAGRAPH, _BLOCKS), min_size=1, max_size=3).map("\n\n".join)
_UNTABLED = BLOCK.filter(lambda block: "|" not in block)
_UNNUMBERED = BLOCK.filter(lambda block: "1. " not in block and "3. " not in block)
_IDS = st.text("abcdefgh-0123", min_size=1, max_size=6).map(lambda text: f"q{text}")


def compiled_question(body: str) -> Question | None:
    """Return the one question of this quiz body, None when it has errors or is not one."""
    compiled = compile_file("course/01-quiz.md", f"---\ntitle: Quiz\nkind: quiz\n---\n\n{body}\n")
    if not isinstance(compiled.activity, Quiz) or len(compiled.activity.questions) != 1:
        return None
    if any(problem.severity is Severity.ERROR and problem.code != "unknown-form" for problem in compiled.problems):
        return None
    return compiled.activity.questions[0]


def _quoted(block: str, indent: str = "") -> str:
    return "\n".join(f"{indent}> {line}".rstrip() for line in block.split("\n"))


@st.composite
def _options(draw: st.DrawFn) -> tuple[str, str]:
    lines = draw(st.lists(LINE, min_size=2, max_size=5, unique=True))
    ticks = draw(st.sets(st.integers(0, len(lines) - 1), min_size=1, max_size=len(lines)))
    written = []
    for place, line in enumerate(lines):
        written.append(f"- [{'x' if place in ticks else ' '}] {line}")
        if draw(st.booleans()):
            written.append(_quoted(draw(BLOCK), "    "))
    return draw(st.sampled_from(["", ".multiple"])), "\n".join(written)


@st.composite
def _short(draw: st.DrawFn) -> tuple[str, str]:
    texts = st.one_of(
        RAW_LINE, st.sampled_from(["64", "1.234", "/wh(y|en)/i", "a/b", "/x", "0800", "24 hours a day"])
    )
    lines = draw(st.lists(texts.map(str.strip).filter(bool), min_size=1, max_size=3))
    return draw(st.sampled_from(["", ".short"])), "\n".join(f"= {line}" for line in lines)


_NUMBERS = st.sampled_from(
    ["64", "-3.5", "1.2340", "1234", "0,5 ± 0,25", "64 ± 0.5 minutes", "1.234.567", "5 %", "7 ± 2 km/h", "0 ± 1",
     "100000000000000", "0.0001", "3 min.", "-1234.5670 ± 0.001 €"]
)  # fmt: skip


@st.composite
def _order(draw: st.DrawFn) -> tuple[str, str]:
    lines = draw(st.lists(LINE, min_size=2, max_size=5, unique=True))
    return ".order", "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))


@st.composite
def _match(draw: st.DrawFn) -> tuple[str, str]:
    cells = LINE.map(lambda line: line.replace("|", "&#124;"))
    lefts = draw(st.lists(cells, min_size=2, max_size=4, unique=True))
    rights = draw(st.lists(cells, min_size=1, max_size=3, unique=True))
    rows = [f"| {left} | {draw(st.sampled_from(rights))} |" for left in lefts]
    for spare in draw(st.lists(WORDS, max_size=2, unique=True)):
        rows.insert(draw(st.integers(0, len(rows))), f"|  | spare {spare} |")
    head = draw(st.sampled_from(["| A | B |", "|  |  |", "| *A* | `b` |"]))
    return ".match", "\n".join([head, "| --- | --- |", *rows])


@st.composite
def _gaps(draw: st.DrawFn) -> tuple[str, str]:
    words = st.one_of(
        WORDS, st.sampled_from(["a*b", "5%", "<b>", "&amp;", "x\\y", "a_b", "a]b", "[a", "{x}", "~=#"])
    )
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        gap = "|".join(draw(st.lists(words, min_size=1, max_size=3)))
        parts.append(f"{draw(LINE)} [[{gap}]] {draw(st.sampled_from(['and', '*so*', '', 'x.']))}")
    return "", draw(st.sampled_from([" ", "\n", "\n\n"])).join(parts)


@st.composite
def _sort(draw: st.DrawFn) -> tuple[str, str]:
    names = draw(st.lists(WORDS, min_size=2, max_size=3, unique_by=str.casefold))
    items = draw(st.lists(LINE, min_size=len(names), max_size=6, unique=True))
    written = []
    for place, name in enumerate(names):
        written.append(f"- **{name}**")
        for item in items[place :: len(names)]:
            written.append(f"    - {item}")
            if draw(st.booleans()):
                written.append(_quoted(draw(WORDS), "        "))
    return ".sort", "\n".join(written)


@st.composite
def _spot(draw: st.DrawFn) -> tuple[str, str]:
    lines = draw(st.lists(LINE, min_size=2, max_size=4))
    ticks = draw(st.sets(st.integers(0, len(lines) - 1), min_size=1))
    written = []
    for place, line in enumerate(lines):
        said = f"> **{draw(WORDS)}:** {'[x] ' if place in ticks else ''}{line}"
        written.append(f"{said}\n> > {draw(WORDS)}" if draw(st.booleans()) else said)
    return ".spot", "\n>\n".join(written)


@st.composite
def _open(draw: st.DrawFn) -> tuple[str, str]:
    lines = draw(st.lists(LINE, min_size=1, max_size=4, unique=True))
    return draw(st.sampled_from([".open", ".open .self"])), "\n".join(f"- {line}" for line in lines)


_KINDS = {
    "order": _order(),
    "match": _match(),
    "gaps": _gaps(),
    "sort": _sort(),
    "spot": _spot(),
    "open": _open(),
}


@st.composite
def sources(draw: st.DrawFn) -> str:
    """Draw the Markdown of one question."""
    kind = draw(st.sampled_from(["options", "options", "short", "number", *_KINDS]))
    around = {"order": _UNNUMBERED, "match": _UNTABLED, "spot": WORDS, "sort": WORDS, "open": WORDS}.get(
        kind, BLOCK
    )
    if kind == "number":
        named, answers = draw(st.sampled_from(["", ".number"])), f"= {draw(_NUMBERS)}"
    else:
        kinds = {"options": _options(), "short": _short(), **_KINDS}
        named, answers = draw(kinds[kind])
    words = [f"#{draw(_IDS)}", named, *draw(st.sampled_from([(), (".fixed",), ("points=2.5",), ("pool=p",
    "form=A"),
             ('behaviour="ack own"',), ('pool="two words"',)]))]  # fmt: skip
    parts = [f"## {draw(st.one_of(WORDS, RAW_LINE))} {{{' '.join(filter(None, words))}}}", draw(around)]
    if draw(st.booleans()):
        parts.append(_quoted(draw(around)))
    parts.append(answers)
    if draw(st.booleans()):
        parts.append(draw(around))
    return "\n\n".join(parts)


@st.composite
def authored(draw: st.DrawFn) -> Question:
    """Draw a question that compiled without an error."""
    return draw(sources().map(compiled_question).filter(lambda question: question is not None))  # type: ignore[return-value]
