"""Builders of questions, activities and courses: only what a test speaks of has to be named.

Ids of options and items in built questions are plain words, so that a test can be read: the right option of
`a_single` is `right`, the others are `wrong-1`, `wrong-2`; steps of `an_order` are `step-1`, `step-2` …
"""

from typing import Any

from lms.content.asking import AskKind, Criterion, Statement, SurveyPart
from lms.content.course import (
    Activity,
    Checklist,
    Condition,
    ConditionKind,
    Course,
    Lesson,
    Piece,
    Quiz,
    Review,
    Survey,
)
from lms.quiz.question import (
    ChoiceKey,
    GapsKey,
    Item,
    Key,
    MatchKey,
    NumberKey,
    OpenKey,
    Option,
    OrderKey,
    Question,
    QuestionType,
    ShortKey,
    SortItem,
    SortKey,
    SpokenLine,
    SpotKey,
)


def a_question(question_id: str, kind: QuestionType, key: Key, **more: Any) -> Question:
    """Return a question of any type; `more` are fields of Question."""
    given: dict[str, Any] = {
        "title": f"Title of {question_id}",
        "stem_html": f"<p>Stem of {question_id}.</p>",
        "explanation_html": f"<p>Because of {question_id}.</p>",
    }
    return Question(id=question_id, type=kind, key=key, **{**given, **more})


def a_single(question_id: str = "q1", wrong: int = 2, **more: Any) -> Question:
    """Return a single choice whose options are `right`, `wrong-1`, `wrong-2` …, each with feedback."""
    return a_question(question_id, QuestionType.SINGLE, ChoiceKey(_options(["right"], wrong)), **more)


def a_multiple(question_id: str = "q1", right: int = 2, wrong: int = 2, **more: Any) -> Question:
    """Return a multiple choice with options `right-1` …, `wrong-1` …."""
    names = [f"right-{number}" for number in range(1, right + 1)]
    return a_question(question_id, QuestionType.MULTIPLE, ChoiceKey(_options(names, wrong)), **more)


def a_short(question_id: str = "q1", *texts: str, patterns: tuple[str, ...] = (), **more: Any) -> Question:
    """Return a short-text question; without texts it accepts `thank you`."""
    key = ShortKey(texts or ("thank you",), patterns)
    return a_question(question_id, QuestionType.SHORT, key, **more)


def a_number(
    question_id: str = "q1", value: float = 64, tolerance: float = 0.5, unit: str = "minutes", **more: Any
) -> Question:
    """Return a question for a number: 64 ± 0.5 minutes unless told otherwise."""
    return a_question(question_id, QuestionType.NUMBER, NumberKey(value, tolerance, unit), **more)


def an_order(question_id: str = "q1", steps: int = 4, **more: Any) -> Question:
    """Return an ordering of `step-1`, `step-2` … in this order."""
    return a_question(question_id, QuestionType.ORDER, OrderKey(_items("step", steps)), **more)


def a_match(question_id: str = "q1", pairs: int = 3, extra: int = 1, **more: Any) -> Question:
    """Return a matching of `left-1` with `right-1` and so on; `extra` right sides belong to no left side."""
    lefts, rights = _items("left", pairs), _items("right", pairs + extra)
    right_of = tuple((left.id, right.id) for left, right in zip(lefts, rights, strict=False))
    return a_question(question_id, QuestionType.MATCH, MatchKey(lefts, rights, right_of), **more)


def a_gaps(question_id: str = "q1", *gaps: tuple[str, ...], **more: Any) -> Question:
    """Return a text with gaps; without gaps given, the two accept `sorry` and `you` or `yourself`."""
    chosen = gaps or (("sorry",), ("you", "yourself"))
    pieces = ("<p>Before ", *("between " for _ in chosen[1:]), "after.</p>")
    return a_question(question_id, QuestionType.GAPS, GapsKey(pieces, chosen), **more)


def a_sort(question_id: str = "q1", groups: int = 2, each: int = 2, **more: Any) -> Question:
    """Return a sorting of `item-1-1`, `item-1-2` … into `group-1`, and so on."""
    items = tuple(
        SortItem(f"item-{group}-{number}", f"Text of item {group} {number}", f"group-{group}", "<p>On it.</p>")
        for group in range(1, groups + 1)
        for number in range(1, each + 1)
    )
    return a_question(question_id, QuestionType.SORT, SortKey(_items("group", groups), items), **more)


def a_spot(question_id: str = "q1", right: int = 2, wrong: int = 2, **more: Any) -> Question:
    """Return a dialogue of Sam and a caller with lines `right-1` …, `wrong-1` …."""
    names = [f"right-{number}" for number in range(1, right + 1)]
    names += [f"wrong-{number}" for number in range(1, wrong + 1)]
    lines = tuple(
        SpokenLine(
            name, ("Sam", "Caller")[place % 2], f"Text of {name}", name in names[:right], f"<p>On {name}.</p>"
        )
        for place, name in enumerate(names)
    )
    return a_question(question_id, QuestionType.SPOT, SpotKey(lines), **more)


def an_open(question_id: str = "q1", criteria: int = 2, **more: Any) -> Question:
    """Return an open question with the criteria `criterion-1`, `criterion-2` …; `roles=("self",)` for her own."""
    return a_question(question_id, QuestionType.OPEN, OpenKey(_items("criterion", criteria)), **more)


def one_of_each() -> tuple[Question, ...]:
    """Return one question of every type that is marked at once, their ids the names of the types."""
    return (
        a_single("single"),
        a_multiple("multiple"),
        a_short("short"),
        a_number("number"),
        an_order("order"),
        a_match("match"),
        a_gaps("gaps"),
        a_sort("sort"),
        a_spot("spot"),
    )


def a_lesson(lesson_id: str = "first-lesson", *questions: Question, **more: Any) -> Lesson:
    """Return a lesson of five minutes with these questions standing after its first paragraph."""
    pieces = (Piece(html=f"<p>Text of {lesson_id}.</p>"), *(Piece(question_id=each.id) for each in questions))
    given: dict[str, Any] = {
        "title": f"Lesson {lesson_id}",
        "minutes": 5,
        "behaviours": (),
        "pieces": pieces,
        "trainer_html": "",
        "outline": (),
        "questions": questions,
        "passages": (),
        "words": 100,
    }
    return Lesson(id=lesson_id, **{**given, **more})


def a_quiz(quiz_id: str = "check", *questions: Question, **more: Any) -> Quiz:
    """Return a quiz that is passed at 0.8, without limits, reviewed after submitting; one single by default."""
    given: dict[str, Any] = {
        "title": f"Quiz {quiz_id}",
        "minutes": 4,
        "behaviours": (),
        "intro_html": "",
        "pass_mark": 0.8,
        "attempts": None,
        "seconds_allowed": None,
        "draws": (),
        "shuffle": False,
        "review": Review.AFTER_SUBMIT,
        "questions": questions or (a_single(f"{quiz_id}-q1"),),
        "passages": (),
    }
    return Quiz(id=quiz_id, **{**given, **more})


def a_survey(survey_id: str = "pulse", **more: Any) -> Survey:
    """Return an anonymous survey: two statements `laugh` and `rest` on a scale, a choice `pick`, an open `say`."""
    laugh = Statement("laugh", "We laugh.", "<p>Laugh first.</p>")
    parts = (
        SurveyPart("us", "Us", AskKind.SCALE, "<p>How?</p>", (laugh, Statement("rest", "We rest.")), "no", "yes"),
        SurveyPart("pick", "Pick", AskKind.CHOICE, "", (Statement("tea", "Tea"), Statement("milk", "Milk"))),
        SurveyPart("say", "Say", AskKind.OPEN, ""),
    )
    given: dict[str, Any] = {
        "title": f"Survey {survey_id}",
        "minutes": 2,
        "behaviours": (),
        "intro_html": "<p>Welcome.</p>",
        "is_anonymous": True,
        "parts": parts,
        "trainer_html": "",
        "passages": (),
    }
    return Survey(id=survey_id, **{**given, **more})


def a_checklist(checklist_id: str = "seen", **more: Any) -> Checklist:
    """Return a checklist with the criteria `ready`, which has anchors, and `listen`, which has none."""
    anchors = ("Not ready.", "Half ready.", "Ready.")
    criteria = (
        Criterion("ready", "Begins ready", "<p>Was it?</p>", ("greet",), anchors),
        Criterion("listen", "Listens", "", ("listen",)),
    )
    given: dict[str, Any] = {
        "title": f"Checklist {checklist_id}",
        "minutes": 2,
        "behaviours": (),
        "intro_html": "",
        "criteria": criteria,
        "trainer_html": "",
        "passages": (),
    }
    return Checklist(id=checklist_id, **{**given, **more})


def a_course(slug: str = "escalation", *activities: Activity, **more: Any) -> Course:
    """Return release 1 of a course; by default a lesson and a quiz of one question, both conditions asked."""
    given: dict[str, Any] = {
        "release_id": 1,
        "number": 1,
        "hash": "0" * 64,
        "title": f"Course {slug}",
        "summary": "What it is about.",
        "language": "en",
        "audience": "everyone",
        "front_html": "<p>Welcome.</p>",
        "conditions": (Condition(ConditionKind.ALL_LESSONS), Condition(ConditionKind.QUIZ, 0.8)),
        "valid_for_months": None,
        "cpd_hours": None,
        "requires": (),
        "activities": activities or (a_lesson(), a_quiz()),
    }
    return Course(slug=slug, **{**given, **more})


def _options(right: list[str], wrong: int) -> tuple[Option, ...]:
    names = [*right, *(f"wrong-{number}" for number in range(1, wrong + 1))]
    return tuple(
        Option(name, f"Option {name}", is_right=name in right, feedback_html=f"<p>On {name}.</p>")
        for name in names
    )


def _items(name: str, count: int) -> tuple[Item, ...]:
    return tuple(Item(f"{name}-{number}", f"Text of {name} {number}") for number in range(1, count + 1))
