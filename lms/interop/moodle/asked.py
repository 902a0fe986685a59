"""One question of Moodle XML: its texts with their formats and pictures, and the list of what is not kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from lms.interop.decoding import shown
from lms.interop.draft import Answers, Draft, Fate, Loss
from lms.interop.moodle.files import Pictures, address_of
from lms.interop.naming import pool_of
from lms.interop.prose.taming import Tamed, plain_html, plain_line, tame_block, tame_line, tame_markdown
from lms.interop.safe_xml import Element
from lms.interop.weighing import Remark, Weighed, joined
from lms.markup import plain_text

BEHAVIOUR = "behaviour "
# What Moodle itself puts there: saying it was lost would say nothing.
_USUAL = ("Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect.")


@dataclass
class Asked:
    """What every type shares while it is read."""

    element: Element
    category: str
    pictures: Pictures
    losses: list[Loss] = field(default_factory=list)
    title: str = ""

    def drafted(self, stem_html: str, answers: Answers) -> Draft:
        """Return the draft with what every question has."""
        tags = [shown(text_in(each)).strip() for each in self.element.all("tag")]
        other = [tag for tag in tags if tag and not tag.startswith(BEHAVIOUR)]
        if other:
            self.lose(f"Its tags are not taken: {', '.join(other)[:200]}.", Fate.LEFT_OUT)
        named = self.element.child("idnumber")
        grade = self.element.child("defaultgrade")
        points = decimal_in(grade.words) if grade else None
        return Draft(
            title=self.title,
            stem_html=stem_html,
            answers=answers,
            points=1.0 if points is None else float(points),
            id=shown(named.words) if named else "",
            category=self.category,
            pool=pool_of(self.category),
            behaviours=tuple(tag.removeprefix(BEHAVIOUR) for tag in tags if tag.startswith(BEHAVIOUR)),
            line=self.element.line,
        )

    def hint(self) -> str:
        """Return all hints in one."""
        hints = [self.block(each) for each in self.element.children("hint")]
        hints = [hint for hint in hints if hint]
        if len(hints) > 1:
            self.lose(f"Its {len(hints)} hints stand together here.", Fate.CHANGED)
        return joined(*hints)

    def weighed(self, answer: Element) -> Weighed:
        """Return a typed answer with its share and feedback."""
        text = " ".join(text_in(answer).split())
        return Weighed(text, share_of(answer), self.block(answer.child("feedback")), answer.line)

    def block(self, element: Element | None, *, quiet: bool = False) -> str:
        """Return an element's text as blocks; `quiet` lists nothing."""
        return self.tamed(text_in(element), element, tame_block, plain_html, quiet=quiet)

    def line(self, element: Element | None) -> str:
        """Return an element's text as one line."""
        return self.tamed(text_in(element), element, tame_line, plain_line)

    def tamed(
        self,
        text: str,
        element: Element | None,
        tame: Callable[..., Tamed],
        plain: Callable[[str], str],
        *,
        quiet: bool = False,
    ) -> str:
        """Return a text with the format and the files of its element."""
        if element is None or not text.strip():
            return ""
        kind = element.get("format", "html")
        if kind == "plain_text":
            return plain(text)
        if kind == "markdown":
            text = tame_markdown(text)
        elif kind == "moodle_auto_format":
            text = text.strip().replace("\n", "<br>")
        if quiet:
            return tame(text).html
        places, refused = self.pictures.take(element.children("file"))
        for what, line in refused:
            self.lose(what, Fate.LEFT_OUT, line)
        tamed = tame(text, lambda source: places.get(address_of(source), ""))
        for sentence in tamed.lost:
            self.lose(sentence, Fate.LEFT_OUT, element.line)
        for address, name in places.items():
            if name not in tamed.html:
                self.lose(
                    f"The picture “{address[:80]}” is shown nowhere in its text.", Fate.LEFT_OUT, element.line
                )
        return tamed.html

    def tell_said_to_all(self) -> None:
        """List what is said to every right, partly right or wrong answer."""
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            element = self.element.child(name)
            words = plain_text(self.block(element, quiet=True))
            if element and words and words not in _USUAL:
                self.lose(f"“{words[:80]}” ({name}) has no place here.", Fate.LEFT_OUT, element.line, name)

    def tell_files(self) -> None:
        """List the files that belong to no text."""
        for file in self.element.children("file"):
            what = f"The file “{file.get('name')[:80]}” is left out."
            self.lose(what, Fate.LEFT_OUT, file.line, "file")

    def tell(self, said: list[Remark]) -> None:
        """List what is left out."""
        for each in said:
            self.lose(each.what, Fate.LEFT_OUT, each.line)

    def lose(self, what: str, fate: Fate, line: int = 0, place: str = "") -> None:
        """List one thing that is not kept."""
        self.losses.append(Loss(line or self.element.line, self.title, what, fate, place))

    def left_out(self, what: str) -> Draft | None:
        """List the whole question as left out."""
        self.lose(what, Fate.LEFT_OUT)
        return None


def text_in(element: Element | None) -> str:
    """Return the text of an element as it stands in its <text>, "" when there is none."""
    inside = element.child("text") if element else None
    return shown(inside.text) if inside else ""


def share_of(answer: Element) -> float:
    """Return the share of the marks that an answer gives, -1..1."""
    fraction = decimal_in(answer.get("fraction", "0"))
    return float(fraction) / 100 if fraction is not None else 0.0


def says_no(element: Element | None) -> bool:
    """Return whether an element is there and says false."""
    return element is not None and element.words.lower() in ("false", "0")


def decimal_in(text: str) -> Decimal | None:
    """Return the number that the text says, None when it says none or one out of all measure."""
    try:
        value = Decimal(text.strip())
        return value if value.is_finite() and abs(value) <= Decimal(10) ** 15 else None
    except ArithmeticError:
        return None
