"""Compiled files as one line of JSON, between the compiler's process and ours and in its cache."""

import json
from dataclasses import asdict
from typing import Any

from lms.content.reading.compiled import Compiled, Mention, Named
from lms.content.reading.keys import CourseKeys, Kind
from lms.content.reading.measured import Measured, Text
from lms.content.storing import (
    activity_from_plain,
    activity_to_plain,
    conditions_from_plain,
    conditions_to_plain,
    early_check_from_plain,
    problem_from_plain,
    renewal_from_plain,
    renewal_to_plain,
)


def to_line(compiled: Compiled) -> bytes:
    """Return the compiled file as JSON without a line break."""
    course = compiled.course
    text = json.dumps(
        {
            "file": compiled.file,
            "kind": compiled.kind.value,
            "activity": compiled.activity and activity_to_plain(compiled.activity),
            "course": course and _course_to_plain(course),
            "front": compiled.front_html,
            "anchors": compiled.anchors,
            "named": [[named.id, named.what, named.line] for named in compiled.named],
            "mentions": [[mention.name, mention.line, mention.column] for mention in compiled.mentions],
            "behaviours": compiled.behaviours,
            "problems": [problem.as_dict() for problem in compiled.problems],
            "keys": compiled.keys,
            "measured": compiled.measured and asdict(compiled.measured),
        }
    )
    return text.encode()


def _course_to_plain(course: CourseKeys) -> dict[str, Any]:
    plain = asdict(course) | {"conditions": conditions_to_plain(course.conditions)}
    del plain["renewal"], plain["early_check"]
    return plain | renewal_to_plain(course.renewal, course.early_check)


def from_line(line: bytes) -> Compiled:
    """Return the compiled file that `to_line` wrote."""
    plain: dict[str, Any] = json.loads(line)
    course = plain["course"]
    if course:
        course = CourseKeys(
            **course
            | {
                "conditions": conditions_from_plain(course["conditions"]),
                "requires": tuple(course["requires"]),
                "renewal": renewal_from_plain(course),
                "early_check": early_check_from_plain(course),
            }
        )
    return Compiled(
        file=plain["file"],
        kind=Kind(plain["kind"]),
        activity=activity_from_plain(plain["activity"]) if plain["activity"] else None,
        course=course,
        front_html=plain["front"],
        anchors=tuple(plain["anchors"]),
        named=[Named(*named) for named in plain["named"]],
        mentions=[Mention(*mention) for mention in plain["mentions"]],
        behaviours=[(name, line, column) for name, line, column in plain["behaviours"]],
        problems=[problem_from_plain(problem) for problem in plain["problems"]],
        measured=_measured(plain["measured"]),
        keys={key: (at, column) for key, (at, column) in plain["keys"].items()},
        has_links=any(sign in line for sign in (b"<a ", b"<img ")),
    )


def _measured(plain: dict[str, Any] | None) -> Measured | None:
    return Measured(**plain | {"text": Text(**plain["text"])}) if plain else None
