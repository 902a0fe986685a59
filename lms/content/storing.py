"""Courses, activities and compiled files as plain values for JSON and back."""

import json
import zlib
from collections.abc import Sequence
from datetime import date
from typing import Any, assert_never

from lms.content.asking import AskKind, Criterion, Statement, SurveyPart
from lms.content.course import (
    USUAL_RENEWAL,
    Activity,
    ActivityKind,
    Checklist,
    Condition,
    ConditionKind,
    Course,
    Draw,
    EarlyCheck,
    Heading,
    Lesson,
    Passage,
    Piece,
    Plan,
    Play,
    Policy,
    Quiz,
    Renewal,
    Review,
    Survey,
)
from lms.problem import Problem, Severity
from lms.quiz import storing as questions
from lms.scenario import storing as scenarios
from lms.scenario.scenario import Channel, PassRule, Seat

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
        "kind": activity.kind.value,
        "id": activity.id,
        "title": activity.title,
        "summary": activity.summary,
        "minutes": activity.minutes,
        "behaviours": list(activity.behaviours),
        "passages": [[passage.anchor, passage.heading, passage.text] for passage in activity.passages],
    }
    match activity:
        case Lesson():
            return shared | _lesson_to_plain(activity)
        case Quiz():
            return shared | _quiz_to_plain(activity)
        case Play():
            return shared | _play_to_plain(activity)
        case Survey():
            return shared | _survey_to_plain(activity)
        case Checklist():
            return shared | _checklist_to_plain(activity)
        case _:
            assert_never(activity)


def activity_from_plain(plain: Plain) -> Activity:
    """Return the activity that `activity_to_plain` wrote."""
    shared: Plain = {
        "id": plain["id"],
        "title": plain["title"],
        "summary": plain["summary"],
        "minutes": plain["minutes"],
        "behaviours": tuple(plain["behaviours"]),
        "passages": tuple(Passage(*passage) for passage in plain["passages"]),
    }
    match ActivityKind(plain["kind"]):
        case ActivityKind.LESSON:
            return _lesson(shared, plain)
        case ActivityKind.QUIZ:
            return _quiz(shared, plain)
        case ActivityKind.SCENARIO:
            return _play(shared, plain)
        case ActivityKind.SURVEY:
            return _survey(shared, plain)
        case ActivityKind.CHECKLIST:
            return _checklist(shared, plain)


def _lesson_to_plain(lesson: Lesson) -> Plain:
    policy = lesson.policy
    plans = [[plan.cue, plan.action, plan.sentence] for plan in lesson.plans]
    # A lesson without plans keeps the hash it had.
    return ({"plans": plans} if plans else {}) | {
        "policy": policy and [policy.owner, policy.review_by and policy.review_by.isoformat()],
        "pieces": [[piece.html, piece.question_id] for piece in lesson.pieces],
        "trainer": lesson.trainer_html,
        "outline": [[heading.level, heading.anchor, heading.text] for heading in lesson.outline],
        "questions": [questions.to_plain(question) for question in lesson.questions],
        "words": lesson.words,
    }


def _lesson(shared: Plain, plain: Plain) -> Lesson:
    return Lesson(
        **shared,
        pieces=tuple(Piece(*piece) for piece in plain["pieces"]),
        trainer_html=plain["trainer"],
        outline=tuple(Heading(*heading) for heading in plain["outline"]),
        questions=tuple(questions.from_plain(question) for question in plain["questions"]),
        words=plain["words"],
        policy=_policy(plain.get("policy")),
        plans=tuple(Plan(*plan) for plan in plain.get("plans", ())),
    )


def _quiz_to_plain(quiz: Quiz) -> Plain:
    return {
        "intro": quiz.intro_html,
        "pass_mark": quiz.pass_mark,
        "attempts": quiz.attempts,
        "seconds_allowed": quiz.seconds_allowed,
        "draws": [[draw.count, draw.pool] for draw in quiz.draws],
        "shuffle": quiz.shuffle,
        "review": quiz.review.value,
        "questions": [questions.to_plain(question) for question in quiz.questions],
        "forms": list(quiz.forms),
        "opens_after_days": quiz.opens_after_days,
    }


def _quiz(shared: Plain, plain: Plain) -> Quiz:
    return Quiz(
        **shared,
        intro_html=plain["intro"],
        pass_mark=plain["pass_mark"],
        attempts=plain["attempts"],
        seconds_allowed=plain["seconds_allowed"],
        draws=tuple(Draw(*draw) for draw in plain["draws"]),
        shuffle=plain["shuffle"],
        review=Review(plain["review"]),
        questions=tuple(questions.from_plain(question) for question in plain["questions"]),
        # Releases made before these keys were there say nothing of them.
        forms=tuple(plain.get("forms", ())),
        opens_after_days=plain.get("opens_after_days"),
    )


def _play_to_plain(play: Play) -> Plain:
    return {
        "seat": play.seat.value,
        "channel": play.channel.value,
        "rule": [play.rule.score, play.rule.end_heat, [list(each) for each in play.rule.weights]],
        "scenario": scenarios.to_plain(play.scenario),
        "behaviour_names": [list(pair) for pair in play.behaviour_names],
    }


def _play(shared: Plain, plain: Plain) -> Play:
    return Play(
        **shared,
        seat=Seat(plain["seat"]),
        channel=Channel(plain["channel"]),
        rule=_rule(*plain["rule"]),
        scenario=scenarios.from_plain(plain["scenario"]),
        behaviour_names=tuple((behaviour, name) for behaviour, name in plain.get("behaviour_names", ())),
    )


def _rule(score: float, end_heat: int, weights: Sequence[tuple[str, float]] = ()) -> PassRule:
    return PassRule(score, end_heat, tuple((behaviour, weight) for behaviour, weight in weights))


def _survey_to_plain(survey: Survey) -> Plain:
    return {
        "intro": survey.intro_html,
        "anonymous": survey.is_anonymous,
        "trainer": survey.trainer_html,
        "parts": [
            [part.id, part.title, part.kind.value, part.html, part.low, part.high, _statements(part)]
            for part in survey.parts
        ],
    }


def _statements(part: SurveyPart) -> list[list[str]]:
    return [[each.id, each.html, each.advice_html] for each in part.statements]


def _survey(shared: Plain, plain: Plain) -> Survey:
    return Survey(
        **shared,
        intro_html=plain["intro"],
        is_anonymous=plain["anonymous"],
        trainer_html=plain["trainer"],
        parts=tuple(
            SurveyPart(name, title, AskKind(kind), html, tuple(Statement(*each) for each in statements), low, high)
            for name, title, kind, html, low, high, statements in plain["parts"]
        ),
    )


def _checklist_to_plain(checklist: Checklist) -> Plain:
    return {
        "intro": checklist.intro_html,
        "trainer": checklist.trainer_html,
        "criteria": [
            [
                each.id,
                each.title,
                each.html,
                list(each.behaviours),
                list(each.anchors_html),
                each.weight,
                each.is_critical,
                each.in_role_play,
            ]
            for each in checklist.criteria
        ],
    }


def _checklist(shared: Plain, plain: Plain) -> Checklist:
    return Checklist(
        **shared,
        intro_html=plain["intro"],
        trainer_html=plain["trainer"],
        # Older releases end with the anchors: their criteria weigh the same and none is critical.
        criteria=tuple(
            Criterion(name, title, html, tuple(behaviours), tuple(anchors), *rest)
            for name, title, html, behaviours, anchors, *rest in plain["criteria"]
        ),
    )


def _policy(plain: list[Any] | None) -> Policy | None:
    return Policy(plain[0], plain[1] and date.fromisoformat(plain[1])) if plain else None


def conditions_to_plain(conditions: tuple[Condition, ...]) -> list[Any]:
    """Return the conditions as lists of kind, mark and, where there are any, days and behaviours."""
    return [_condition_to_plain(condition) for condition in conditions]


def _condition_to_plain(condition: Condition) -> list[Any]:
    plain: list[Any] = [condition.kind.value, condition.mark]
    if condition.days or condition.behaviours:
        plain.append(condition.days)
    if condition.behaviours:
        plain.append([list(pair) for pair in condition.behaviours])
    return plain


def conditions_from_plain(plain: list[Any]) -> tuple[Condition, ...]:
    """Return the conditions that `conditions_to_plain` wrote."""
    return tuple(
        Condition(
            ConditionKind(kind), mark, *rest[:1], *(tuple(tuple(pair) for pair in each) for each in rest[1:])
        )
        for kind, mark, *rest in plain
    )


def renewal_to_plain(renewal: Renewal, early_check: EarlyCheck | None) -> Plain:
    """Return what differs from the usual, so that a course that says nothing of it keeps its hash."""
    plain: Plain = {}
    if renewal != USUAL_RENEWAL:
        plain["renewal"] = [renewal.days, renewal.yearly, list(renewal.activity_ids)]
    if early_check:
        plain["early_check"] = [early_check.activity_id, early_check.mark]
    return plain


def renewal_from_plain(plain: Plain) -> Renewal:
    """Return the renewal in these values, the usual one where they say nothing."""
    if not plain.get("renewal"):
        return USUAL_RENEWAL
    days, yearly, activity_ids = plain["renewal"]
    window = yearly and ((yearly[0][0], yearly[0][1]), (yearly[1][0], yearly[1][1]))
    return Renewal(days, window, tuple(activity_ids))


def early_check_from_plain(plain: Plain) -> EarlyCheck | None:
    """Return the early check in these values, or None."""
    return EarlyCheck(*plain["early_check"]) if plain.get("early_check") else None


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
        renewal=renewal_from_plain(plain),
        early_check=early_check_from_plain(plain),
    )


def problem_from_plain(plain: dict[str, Any]) -> Problem:
    """Return the problem that `Problem.as_dict` wrote."""
    return Problem(**plain | {"severity": Severity(plain["severity"])})
