"""The words of a file in the language of whoever asked for it: a file is made where nobody speaks; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from lms.reports.catalogue import KINDS
from lms.reports.description import Description


@dataclass(frozen=True)
class Head:
    """One column's words: what stands above it and what it means."""

    title: str
    definition: str


@dataclass(frozen=True)
class Wording:
    """Every word that a file needs beside what the database holds.

    `heads` by column key, `standings` by value, `facts` are lines of (term, words) about the report as it was
    asked for, `courses` are the titles of the columns that `EACH_COURSE` stands for, by slug, in order.
    `phrases` are the fixed ones, by key.
    """

    title: str
    organisation: str
    language: str
    time_zone: str
    heads: Mapping[str, Head]
    standings: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[tuple[str, str], ...] = ()
    courses: tuple[tuple[str, str], ...] = ()
    phrases: Mapping[str, str] = field(default_factory=dict)


def fitted(
    words: Wording,
    title: str,
    description: Description,
    reader: str,
    organisation: str,
    courses: Sequence[tuple[str, str]],
) -> Wording:
    """Return the words of a file of this report for `reader`, out of all words of a language.

    `courses` are all that are shown, slug and title, in order.
    """
    chosen = description.filters.course_slugs
    return replace(
        words,
        title=title,
        organisation=organisation,
        heads={
            column.key: words.heads.get(column.key, Head(column.key, ""))
            for column in KINDS[description.rows].columns
        },
        facts=(
            (words.phrases["rows_are"], words.phrases[f"rows_{description.rows}"]),
            (words.phrases["made_for"], reader),
        ),
        courses=tuple(pair for pair in courses if not chosen or pair[0] in chosen),
    )


def plain_wording(wording: Wording) -> dict[str, Any]:
    """Return the wording as JSON can hold it."""
    return asdict(wording)


class _Phrases(dict[str, str]):
    """Phrases that were written down once; one that came later is said by its key rather than not at all."""

    def __missing__(self, key: str) -> str:
        return key.replace("_", " ")


def wording_from(plain: Mapping[str, Any]) -> Wording:
    """Return what `plain_wording` wrote."""
    given = dict(plain)
    given["heads"] = {key: Head(**head) for key, head in given["heads"].items()}
    given["facts"] = tuple((term, words) for term, words in given["facts"])
    given["courses"] = tuple((slug, title) for slug, title in given["courses"])
    given["phrases"] = _Phrases(given["phrases"])
    return Wording(**given)
