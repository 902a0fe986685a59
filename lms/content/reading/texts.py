"""What safe HTML says in words, and what a question's wording gives away."""

import re
from collections.abc import Iterable

from lms.content.course import Activity, Passage
from lms.content.reading.compiled import Compiled
from lms.content.release import Found
from lms.markup import PRIVATE, plain_text
from lms.quiz.question import ChoiceKey, Question, QuestionType

_HEADING = re.compile(r'<h([2-6])[^>]*? ?id="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)
_VARIABLE = re.compile("\ue000[a-z0-9_]+\ue001")
_MARGIN = 1.6
_ABOVE = re.compile(r"(all|none|both|any|neither) (of )?(the above|of these|of those)\b", re.IGNORECASE)


def passages_of(safe_html: str) -> list[Passage]:
    """Return the passages of a page: what stands before its first heading, then one a heading."""
    parts = _HEADING.split(safe_html)
    found = [Passage("", "", words(parts[0]))] if words(parts[0]) else []
    for position in range(1, len(parts), 4):
        anchor, heading, text = parts[position + 1 : position + 4]
        found.append(Passage(anchor, words(heading), words(text)))
    return found


def found_in(title: str, front_html: str, activities: Iterable[Activity]) -> tuple[Found, ...]:
    """Return the passages of a whole course as search keeps them; its front page has the activity id ""."""
    pages = [("", title, passages_of(front_html)), *((each.id, each.title, each.passages) for each in activities)]
    return tuple(Found(activity_id, name, passage) for activity_id, name, found in pages for passage in found)


def without_sections(safe_html: str, anchors: set[str]) -> list[str]:
    """Return the texts of a page, safe HTML without its headings, but those under headings with these anchors."""
    parts = _HEADING.split(safe_html)
    return [parts[0], *(parts[at + 3] for at in range(1, len(parts), 4) if parts[at + 1] not in anchors)]


def words(safe_html: str) -> str:
    """Return the words of safe HTML without the compiler's marks."""
    return " ".join(PRIVATE.sub("", _VARIABLE.sub("…", plain_text(safe_html))).split())


def check_question(question: Question, compiled: Compiled) -> None:
    """Warn of options that give themselves away, by their length or as "all of the above".

    Reading the question warns of the rest.
    """
    if not isinstance(question.key, ChoiceKey):
        return
    for option in question.key.options:
        if _ABOVE.match(words(option.html)):
            compiled.warn(
                question.line,
                1,
                "all-of-the-above",
                f"“{question.title}” has the option “{words(option.html)}”.",
                "Name what you mean: options are shuffled, and such a one is right more often than not.",
            )
    right, wrong = lengths(question)
    if question.type is QuestionType.SINGLE and right and wrong and right > 40 and right > _MARGIN * max(wrong):
        compiled.warn(
            question.line,
            1,
            "key-stands-out",
            f"The right option of “{question.title}” is far longer than the others.",
            "Shorten it or lengthen the others: people who guess take the longest.",
        )


def lengths(question: Question) -> tuple[int, list[int]]:
    """Return how long the longest right option is and how long each wrong one, in characters."""
    if not isinstance(question.key, ChoiceKey):
        return 0, []
    right = [len(words(option.html)) for option in question.key.options if option.is_right]
    return max(right, default=0), [
        len(words(option.html)) for option in question.key.options if not option.is_right
    ]
