"""Courses, activities and compiled files as plain values for JSON and back."""

import json
import zlib
from datetime import date
from typing import Any

from lms.content.course import (
    Activity,
    Condition,
    ConditionKind,
    Course,
    Draw,
    Heading,
    Lesson,
    Passage,
    Piece,
    Policy,
    Quiz,
    Review,
)
from lms.problem import Problem, Severity
from lms.quiz import storing as questions

Plain = dict[str, Any]


def packed(plain: Plain) -> tuple[bytes, bytes]:
    """Return plain values as JSON and compressed; equal values give equal JSON on every machine."""
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return text, zlib.compress(text, 4)


def unpacked(body: bytes, places: dict[str, str]) -> Plain:
    """Return the plain values that `packed` compressed, each mark replaced by what stands in its place."""
    text = zlib.decompress(body).decode()
    for mark, place in places.items():
        text = text.replace(mark, place)
    plain: Plain = json.loads(text)
    return plain


def activity_to_plain(activity: Activity) -> Plain:
    """Return the activity as dicts, lists, texts and numbers only."""
    shared = {
        "id": activity.id,
        "title": activity.title,
        "summary": activity.summary,
        "minutes": activity.minutes,
        "behaviours": list(activity.behaviours),
        "questions": [questions.to_plain(question) for question in activity.questions],
        "passages": [[passage.anchor, passage.heading, passage.text] for passage in activity.passages],
    }
    if isinstance(activity, Lesson):
        policy = activity.policy
        return shared | {
            "kind": "lesson",
            "policy": policy and [policy.owner, policy.review_by and policy.review_by.isoformat()],
            "pieces": [[piece.html, piece.question_id] for piece in activity.pieces],
            "trainer": activity.trainer_html,
            "outline": [[heading.level, heading.anchor, heading.text] for heading in activity.outline],
            "words": activity.words,
        }
    return shared | {
        "kind": "quiz",
        "intro": activity.intro_html,
        "pass_mark": activity.pass_mark,
        "attempts": activity.attempts,
        "seconds_allowed": activity.seconds_allowed,
        "draws": [[draw.count, draw.pool] for draw in activity.draws],
        "shuffle": activity.shuffle,
        "review": activity.review.value,
        "forms": list(activity.forms),
        "opens_after_days": activity.opens_after_days,
    }


def activity_from_plain(plain: Plain) -> Activity:
    """Return the activity that `activity_to_plain` wrote."""
    asked = tuple(questions.from_plain(question) for question in plain["questions"])
    passages = tuple(Passage(*passage) for passage in plain["passages"])
    if plain["kind"] == "lesson":
        return Lesson(
            id=plain["id"],
            title=plain["title"],
            minutes=plain["minutes"],
            behaviours=tuple(plain["behaviours"]),
            pieces=tuple(Piece(*piece) for piece in plain["pieces"]),
            trainer_html=plain["trainer"],
            outline=tuple(Heading(*heading) for heading in plain["outline"]),
            questions=asked,
            passages=passages,
            words=plain["words"],
            summary=plain["summary"],
            policy=_policy(plain.get("policy")),
        )
    return Quiz(
        id=plain["id"],
        title=plain["title"],
        minutes=plain["minutes"],
        behaviours=tuple(plain["behaviours"]),
        intro_html=plain["intro"],
        pass_mark=plain["pass_mark"],
        attempts=plain["attempts"],
        seconds_allowed=plain["seconds_allowed"],
        draws=tuple(Draw(*draw) for draw in plain["draws"]),
        shuffle=plain["shuffle"],
        review=Review(plain["review"]),
        questions=asked,
        passages=passages,
        summary=plain["summary"],
        # Releases made before these keys were there say nothing of them.
        forms=tuple(plain.get("forms", ())),
        opens_after_days=plain.get("opens_after_days"),
    )


def _policy(plain: list[Any] | None) -> Policy | None:
    return Policy(plain[0], plain[1] and date.fromisoformat(plain[1])) if plain else None


def conditions_to_plain(conditions: tuple[Condition, ...]) -> list[Any]:
    """Return the conditions as lists of kind, mark and, where there are any, days."""
    return [
        [condition.kind.value, condition.mark, *([condition.days] if condition.days else [])]
        for condition in conditions
    ]


def conditions_from_plain(plain: list[Any]) -> tuple[Condition, ...]:
    """Return the conditions that `conditions_to_plain` wrote."""
    return tuple(Condition(ConditionKind(kind), *rest) for kind, *rest in plain)


def course_from_plain(
    plain: Plain, activities: tuple[Activity, ...], *, slug: str, release_id: int, number: int, release_hash: str
) -> Course:
    """Return the course of one release from its stored front and its activities."""
    return Course(
        slug=slug,
        release_id=release_id,
        number=number,
        hash=release_hash,
        title=plain["title"],
        summary=plain["summary"],
        language=plain["language"],
        audience=plain["audience"],
        front_html=plain["front"],
        conditions=conditions_from_plain(plain["conditions"]),
        valid_for_months=plain["valid_for_months"],
        cpd_hours=plain["cpd_hours"],
        requires=tuple(plain["requires"]),
        activities=activities,
        variables=tuple(plain["variables"]),
    )


def problem_from_plain(plain: dict[str, Any]) -> Problem:
    """Return the problem that `Problem.as_dict` wrote."""
    return Problem(**plain | {"severity": Severity(plain["severity"])})
