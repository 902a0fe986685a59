"""Files of a course written at random, good ones and ones with a fault at a line that is known beforehand.

A good piece is to bring no complaint at all; a faulty one brings the complaints it notes and no other.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

BEHAVIOURS = ("ack", "own", "explore", "close")
_TEXT = (
    "a call came in and we took it now then she had two of them for tea he said it was late so we ran to the shop "
    "one day by the sea with a cup of hot milk and bread"
)
_WORDS = _TEXT.split()
# What pages are full of and readers must not stumble over.
_ODD = (
    "naïve",
    "“so”",
    "Ωμέγα",
    "数が",
    "مرحبا",
    "שלום",
    "🙂",
    "👩‍👩‍👧",
    "a&b",
    "1 < 2",
    "50%",
    "it’s",
    "\\*star",
    "`- [x] code`",
)


@dataclass
class Page:
    """One file while it is written; `faults` are the codes it is to be given with their lines, from 1."""

    chance: random.Random
    name: str
    lines: list[str] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    ids: int = 0

    @property
    def next_line(self) -> int:
        """Return the number of the line that is written next."""
        return len(self.lines) + 1

    def put(self, *lines: str) -> None:
        """Write these lines."""
        self.lines += lines

    def wrong(self, code: str, line: str, more: tuple[str, ...] = ()) -> None:
        """Write a line that is to be given these codes."""
        self.faults += [(self.next_line, each) for each in (code, *more)]
        self.put(line)

    def words(self, most: int = 9) -> str:
        """Return a few plain words, now and then an odd one."""
        words = [self.chance.choice(_WORDS) for _ in range(self.chance.randint(3, most))]
        if self.chance.random() < 0.25:
            words[self.chance.randrange(len(words))] = self.chance.choice(_ODD)
        return " ".join(words).capitalize()

    def id(self) -> str:
        """Return an id that no other piece of the course has."""
        self.ids += 1
        return f"f{self.name.removesuffix('.md')}-{self.ids}"


Piece = Callable[[Page], None]


def front(page: Page, *lines: str) -> None:
    """Write the front matter of a file."""
    page.put("---", f"title: {page.words(4)}", *lines, "---", "")


# Lessons


def _paragraph(page: Page) -> None:
    page.put(page.words(20) + ".", page.words(12) + ".", "")


def _heading(page: Page) -> None:
    page.put(f"## {page.words(5)} {{#{page.id()}}}", "", page.words() + ".", "")


def _list(page: Page) -> None:
    page.put(f"- {page.words()}", f"  - {page.words()}", f"    - {page.words()}", f"- {page.words()}", "")


def _numbered(page: Page) -> None:
    page.put(f"1. {page.words()}", f"2. {page.words()}", f"   {page.words()}", "")


def _table(page: Page) -> None:
    page.put("| When | Then |", "| --- | --- |", f"| {page.words(3)} | {page.words(3)} |", "")


def _dialogue(page: Page) -> None:
    page.put(f"> **Caller:** {page.words()}.", ">", f"> **Jude:** {page.words()}.", "")


def _code(page: Page) -> None:
    page.put("```python", "## no heading {#none .moment", "- [x] no answer", "<script>", "```", "")


def _box(page: Page) -> None:
    page.put("/// note | Good to know", "", page.words() + ".", "", "///", "")


def _role(page: Page) -> None:
    role = page.chance.choice([".rule", ".see .good", ".see .poor", ".job-aid", ".trainer"])
    page.put(f"## {page.words(4)} {{{role} #{page.id()}}}", "", f"- {page.words()}.", "")


def _asked(page: Page) -> None:
    page.put(f"## {page.words(4)} {{.question #{page.id()}}}", "", page.words() + "?", "")
    _options(page)
    # The section would take what follows for its explanation.
    page.put(f"## {page.words(3)}", "")


def _link(page: Page) -> None:
    anchor = page.id()
    page.put(
        f"See [{page.words(3)}](#{anchor}) and [the front](course.md).",
        "",
        f"## {page.words(3)} {{#{anchor}}}",
        "",
    )


def _comment(page: Page) -> None:
    page.put(f"<!-- {page.words()} -->", "", f"{page.words()} <kbd>Ctrl</kbd>.", "")


def _behaviour_unknown(page: Page) -> None:
    page.wrong("unknown-behaviour", f"## {page.words(3)} {{.question #{page.id()} behaviour=akc}}")
    page.put("", page.words() + "?", "")
    _options(page)
    page.put(f"## {page.words(3)}")


def _code_unclosed(page: Page) -> None:
    page.wrong("unclosed-code", "```")
    page.put("code")


LESSON: tuple[Piece, ...] = (
    _paragraph, _heading, _list, _numbered, _table, _dialogue, _code, _box, _role, _asked, _link, _comment
)  # fmt: skip
LESSON_FAULTS: tuple[Piece, ...] = (
    lambda page: page.wrong("unknown-class", f"## {page.words(3)} {{.momnet}}"),
    lambda page: page.wrong("unknown-attribute", f"## {page.words(3)} {{colour=red}}"),
    lambda page: page.wrong("bad-attribute", f"## {page.words(3)} {{moment}}"),
    lambda page: page.wrong("unclosed-attributes", f"## {page.words(3)} {{.rule"),
    lambda page: page.wrong("heading-level", f"# {page.words(3)}"),
    lambda page: page.wrong("variable-in-heading", f"## {page.words(3)} {{{{ org.name }}}}"),
    lambda page: page.wrong("unset-variable", f"{page.words()} {{{{ org.never_set }}}}."),
    lambda page: page.wrong("raw-html", f"{page.words()} <script>alert(1)</script>."),
    lambda page: page.wrong("broken-link", f"See [{page.words(3)}](77-nowhere.md)."),
    lambda page: page.wrong("broken-link", f"![{page.words(3)}](media/none.png)"),
    lambda page: page.wrong("broken-anchor", f"See [{page.words(3)}](#nowhere-at-all)."),
    lambda page: page.wrong("media-elsewhere", f"![{page.words(3)}](https://example.org/{page.id()}.png)"),
    _behaviour_unknown,
)
# What makes the whole file unreadable hides every other complaint about it.
LESSON_ENDS: tuple[Piece, ...] = (
    lambda page: page.wrong("tangled", page.words() + " " + "[" * 200),
    lambda page: page.wrong("too-deep", "> " * 20 + "deep"),
    _code_unclosed,
)


# Questions


def _options(page: Page) -> None:
    right = page.chance.randrange(3)
    for number in range(3):
        box = "x" if number == right else " "
        # The right one is never the longest: that would be a complaint of its own.
        words = f"Right {page.id()}" if number == right else f"Not this one, number {page.id()} it is"
        page.put(f"- [{box}] {words}", f"    > {page.words()}.")
    page.put("")


def _question(page: Page, braces: str = "") -> None:
    page.put(f"## {page.words(4)} {{#{page.id()}{braces}}}", "", page.words() + "?", "")


def _single(page: Page) -> None:
    _question(page, page.chance.choice(["", " points=2", " behaviour=ack", " .fixed"]))
    _options(page)


def _multiple(page: Page) -> None:
    _question(page, " .multiple")
    for box in "x x":
        page.put(f"- [{box}] {page.words()} {page.id()}", f"    > {page.words()}.")
    page.put("")


def _short(page: Page) -> None:
    _question(page)
    page.put("> A hint.", "", "= what", "= /wh(y|ere)/i", "", "Because.", "")


def _number(page: Page) -> None:
    _question(page)
    page.put("= 64 ± 0.5 minutes", "", "Because.", "")


def _order(page: Page) -> None:
    _question(page, " .order")
    page.put(*(f"{number}. Step {page.id()}" for number in range(1, 4)), "", "Because.", "")


def _match(page: Page) -> None:
    _question(page, " .match")
    page.put(
        "| Left | Right |",
        "| --- | --- |",
        *(f"| {page.id()} | {page.id()} |" for _ in range(3)),
        "",
        "Because.",
        "",
    )


def _gaps(page: Page) -> None:
    page.put(
        f"## {page.words(4)} {{#{page.id()}}}",
        "",
        "I have it [[now|at once]], and [[ring]] you.",
        "",
        "Because.",
        "",
    )


def _sort(page: Page) -> None:
    _question(page, " .sort")
    for group in ("Heat", "Harm"):
        page.put(f"- **{group}**", f"    - Item {page.id()}", f"    - Item {page.id()}")
    page.put("", "Because.", "")


def _spot(page: Page) -> None:
    _question(page, " .spot")
    page.put("> **Caller:** Again!", ">", "> **Jude:** [x] Twice for our mistake.", "", "Because.", "")


def _open(page: Page) -> None:
    _question(page, page.chance.choice([" .open", " .open .self"]))
    page.put(f"- Names it {page.id()}", f"- Says who {page.id()}", "", "Because.", "")


QUIZ: tuple[Piece, ...] = (_single, _multiple, _short, _number, _order, _match, _gaps, _sort, _spot, _open)


def _fault(braces: str, before: tuple[str, ...], code: str, line: str, after: tuple[str, ...]) -> Piece:
    """Return a question whose fault stands in this line of its answers."""

    def write(page: Page) -> None:
        _question(page, braces)
        page.put(*before)
        page.wrong(code, line)
        page.put(*after, "")

    return write


def _at_heading(code: str, braces: str, below: tuple[str, ...]) -> Piece:
    """Return a question whose fault is told at its heading."""

    def write(page: Page) -> None:
        page.wrong(code, f"## {page.words(4)} {{#{page.id()}{braces}}}")
        page.put("", *below, "")

    return write


_GOOD = ("- [x] Yes", "    > Y.", "- [ ] No, not at all", "    > N.")
_PAIRS = ("| A | B |", "| --- | --- |", "| a | b |")
QUIZ_FAULTS: tuple[Piece, ...] = (
    _fault("", (), "no-tick", "- [ ] Yes", ("    > Y.", "- [ ] No", "    > N.")),
    _fault("", (), "one-option", "- [x] Yes", ("    > Y.",)),
    _fault("", ("- [x] Yes", "    > Y."), "same-items", "- [ ] Yes", ("    > N.",)),
    _fault("", ("- [x] Yes", "    > Y."), "bad-box", "- [y] No", ("    > N.",)),
    _fault("", ("- [x] Yes", "    > Y."), "no-feedback", "- [ ] No, not at all", ()),
    _fault("", ("- [x] Yes", "    > Y."), "empty-item", "- [ ] ", ("    > N.",)),
    _fault("", _GOOD, "quote-at-margin", "> Feedback out here.", ()),
    _fault("", ("= what",), "empty-answer", "=", ("", "Because.")),
    _fault(" .order", (), "one-item", "1. Alone", ("", "Because.")),
    _fault(" .order", ("1. One",), "same-items", "2. One", ("", "Because.")),
    _fault(" .match", (), "no-table-head", "| a | b |", ("| c | d |", "", "Because.")),
    _fault(" .match", _PAIRS, "not-two-columns", "| c | d | e |", ("", "Because.")),
    _fault(" .match", _PAIRS, "same-lefts", "| a | d |", ("| e | f |", "", "Because.")),
    _fault(" .match", _PAIRS, "empty-cell", "| c |  |", ("| e | f |", "", "Because.")),
    _fault("", (), "gap-unclosed", "I have it [[now, and ring.", ("", "Because.")),
    _fault("", (), "gap-empty", "I have it [[]] and ring.", ("", "Because.")),
    _fault("", (), "gap-nested", "I [[have [[it]] now.", ("", "Because.")),
    _fault("", ("= what", ""), "several-shapes", "- [x] Yes", ("    > Y.", "- [ ] No", "    > N.")),
    _fault(" .order", (), "shape-mismatch", "- [x] Yes", _GOOD[1:]),
    _fault(" .spot", (), "no-tick", "> **Caller:** Again!", (">", "> **Jude:** So.", "", "Because.")),
    _fault(" .sort", (), "one-group", "- **Heat**", ("    - a", "    - b", "", "Because.")),
    _fault(" .sort", ("- **Heat**", "    - a"), "empty-group", "- **Harm**", ("", "Because.")),
    _at_heading("bad-points", " points=lots", ("How?", "", *_GOOD)),
    _at_heading("unknown-class", " .sinlge", ("How?", "", *_GOOD)),
    _at_heading("unknown-attribute", " pont=1", ("How?", "", *_GOOD)),
    _at_heading("no-answers", "", ("Say something.",)),
    _at_heading("no-stem", "", _GOOD),
    _at_heading("no-feedback", "", ("How?", "", "= what")),
    _at_heading("all-of-the-above", "", ("How?", "", *_GOOD[:2], "- [ ] All of the above", "    > N.")),
    _at_heading("several-types", " .single .multiple", ("How?", "", *_GOOD)),
    _at_heading("self-not-open", " .self", ("How?", "", *_GOOD)),
    _at_heading("unknown-form", " form=Z", ("How?", "", *_GOOD)),
    _at_heading("unknown-behaviour", " behaviour=akc", ("How?", "", *_GOOD)),
)  # fmt: skip
FRONT_FAULTS: tuple[tuple[str, str], ...] = (
    ("unknown-key", "minuts: 3"),
    ("bad-value", "minutes: soon"),
    ("bad-line", "no colon here"),
    ("bad-id", "id: Not An Id"),
    ("unknown-behaviour", "behaviours: ack, akc"),
    ("too-long", f"summary: {'word ' * 120}"),
)


# Surveys and checklists


def _scale(page: Page) -> None:
    page.put(f'## {page.words(4)} {{#{page.id()} .scale low="never" high="always"}}', "", "How true?", "")
    page.put(*(f"- {page.words()} {{#{page.id()}}}" for _ in range(3)), "")


def _own_words(page: Page) -> None:
    page.put(f"## {page.words(4)} {{#{page.id()} .open}}", "", "Say it.", "")


SURVEY: tuple[Piece, ...] = (_scale, _own_words)


def criterion(page: Page) -> None:
    """Write one criterion of a checklist."""
    page.put(f"## {page.words(4)} {{#{page.id()} behaviour={page.chance.choice(BEHAVIOURS)}}}", "")
    page.put("- 0: No.", "- 1: Partly.", "- 2: Yes.", "")
