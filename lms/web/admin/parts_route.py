"""The living page of parts: every part of templates/parts/ in every state, for who builds and tests pages."""

from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from lms.quiz.asking import Asked
from lms.quiz.question import Item, QuestionType
from lms.quiz.verbs import Rule, Spoken
from lms.web.admin.routes import desk
from lms.web.choosing import Chooser, Listed, Option, Words, chooser
from lms.web.render import show


@dataclass(frozen=True)
class Wrong:
    """One problem of a form that is shown as an example."""

    field: str
    text: str


_FEW = Listed([Option("1", "Front desk"), Option("2", "Kitchen")])
_MANY = Listed([Option(str(number), f"Front desk {number}", "Hotel / South") for number in range(130)])


@dataclass(frozen=True)
class PartsPage:
    """What the parts are shown with; each of `kinds` is shown once."""

    kinds: tuple[str, ...]
    problems: tuple[Wrong, ...]
    questions: tuple[Asked, ...]
    choosers: tuple[Chooser, ...]


@desk.get("/parts")
def parts_page() -> ResponseReturnValue:
    """Show every part in every state."""
    page = PartsPage(
        kinds=("quiet", "good", "attention", "harm"),
        problems=(
            Wrong("wrong", "The address needs an @, as in name@example.org"),
            Wrong("", "Nothing was sent; try again in a minute"),
        ),
        choosers=(
            chooser("one", _FEW, ["2"], Words()),
            chooser("many", _MANY, ["7"], Words()),
            chooser("found", _MANY, ["7"], Words("desk 12", "desk 12", is_pressed=True), fixed=[("", "Any team")]),
            chooser("lost", _MANY, [], Words("submarine")),
            chooser("several", _MANY, ["7", "9"], Words(), several=True),
        ),
        questions=(
            _question(1, QuestionType.SINGLE, Rule.ALL_OR_NOTHING, options=_items("Yes", "No", "That depends")),
            _question(2, QuestionType.MULTIPLE, Rule.RIGHT_LESS_WRONG, options=_items("Ask", "Listen", "Answer")),
            _question(3, QuestionType.NUMBER, Rule.WITHIN_TOLERANCE, unit="minutes"),
            _question(4, QuestionType.ORDER, Rule.FEWEST_MOVES, items=_items("First", "Then", "At last")),
            _question(
                5, QuestionType.MATCH, Rule.EACH_PAIR, lefts=_items("Left", "Also"), rights=_items("A", "B")
            ),
            _question(
                6, QuestionType.GAPS, Rule.EACH_GAP, pieces_html=("<p>I am ", ", and I stay with ", ".</p>")
            ),
            _question(
                7,
                QuestionType.SORT,
                Rule.EACH_ITEM,
                items=_items("I can see why.", "Our system did that."),
                groups=_items("Acknowledges", "Explains", "Passes the customer on"),
            ),
            _question(
                8,
                QuestionType.SPOT,
                Rule.LINES_LESS_WRONG,
                spoken=(
                    Spoken("line-1", "Caller", "I want your manager.", 1),
                    Spoken("line-2", "Jude", "I can do this myself, right now. May I?", 2),
                ),
            ),
        ),
    )
    return show("admin/parts_page.html", page)


def _question(number: int, type_: QuestionType, rule: Rule, **parts: object) -> Asked:
    return Asked(
        id=f"sample-{number}",
        number=number,
        type=type_,
        title=f"A question of the type {type_.value}",
        stem_html="<p>What would you say first?</p>",
        hint_html="<p>Read the moment again.</p>" if number == 1 else "",
        rule=rule,
        points=1,
        **parts,  # type: ignore[arg-type]  # each caller names the fields of its type
    )


def _items(*texts: str) -> tuple[Item, ...]:
    return tuple(Item(f"item-{place}", text) for place, text in enumerate(texts))
