"""Questions with their keys, in this organisation's words, as a trainer's page shows them."""

from dataclasses import replace

from lms.content.variables import filled
from lms.quiz.marking import is_self_marked, rule_for
from lms.quiz.question import GapsKey, NumberKey, Question
from lms.quiz.registry import kind_of
from lms.web.frame import house
from lms.web.teach.pages import KeyedQuestion


def keyed(question: Question, number: int) -> KeyedQuestion:
    """Return the question with its key; `number` counts from 1."""
    lines = kind_of(question).feedback(question.key, None)
    pieces = question.key.pieces_html if isinstance(question.key, GapsKey) else ()
    return KeyedQuestion(
        id=question.id,
        number=number,
        type=question.type,
        title=question.title,
        stem_html=spoken(question.stem_html),
        hint_html=spoken(question.hint_html),
        explanation_html=spoken(question.explanation_html),
        lines=tuple(
            replace(
                line,
                html=spoken(line.html),
                right_html=spoken(line.right_html),
                feedback_html=spoken(line.feedback_html),
            )
            for line in lines
        ),
        pieces_html=tuple(map(spoken, pieces)),
        unit=question.key.unit if isinstance(question.key, NumberKey) else "",
        rule=rule_for(question),
        points=question.points,
        pool=question.pool,
        form=question.form,
        behaviours=question.behaviours,
        is_self_marked=is_self_marked(question),
    )


def spoken(safe_html: str) -> str:
    """Return the HTML with the organisation's own words in it."""
    return filled(safe_html, house().variables)
