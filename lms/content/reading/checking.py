"""A whole course checked: its files beside each other, its links, what completes it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lms.content.course import Activity, Checklist, Condition, ConditionKind, Lesson, Play, Quiz
from lms.content.reading.compiled import Compiled
from lms.content.reading.files import Folder
from lms.content.reading.front_matter import did_you_mean
from lms.content.reading.keys import CourseKeys, Kind
from lms.content.reading.lending import lend
from lms.content.reading.linking import Linker, Target
from lms.content.reading.measured import Measured
from lms.content.reading.names import activity_id_of
from lms.content.reading.source import source_lines
from lms.content.release import MediaFile
from lms.content.variables import marked
from lms.markup import inline_html
from lms.problem import Problem, has_errors

_GIVEN_ID = re.compile(r"^id:[ \t]+([a-z0-9][a-z0-9-]*)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class WholeCourse:
    """One course that may be published."""

    slug: str
    keys: CourseKeys
    front_html: str
    activities: tuple[Activity, ...]
    media: tuple[MediaFile, ...]
    variables: tuple[str, ...]


@dataclass(frozen=True)
class FileMeasured:
    """What one file of a course holds, whether or not this server plays it."""

    file: str
    kind: Kind
    measured: Measured


@dataclass(frozen=True)
class Checked:
    """One course checked; `course` is None when an error stops it; problems in the order of files and lines."""

    slug: str
    course: WholeCourse | None
    problems: tuple[Problem, ...]
    fingerprint: str = ""
    files: tuple[FileMeasured, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What a course's files may speak of beyond their folder; None means that nobody knows and nothing is said.

    `behaviours` are names by id.
    """

    behaviours: Mapping[str, str] | None
    variables: frozenset[str] | None
    targets: dict[str, Target]
    slugs: frozenset[str]
    anchors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def targets_of(slug: str, texts: dict[str, str], compiled: dict[str, Compiled]) -> dict[str, Target]:
    """Return the pages of a course by their file; of a file not compiled the anchors stay unknown."""
    found = {}
    for name, text in texts.items():
        file = f"{slug}/{name}"
        made = compiled.get(file)
        given = _GIVEN_ID.search(text[:2_000])
        known = "" if name == "course.md" else given[1] if given else activity_id_of(file)
        found[file] = Target(slug, known, frozenset(made.anchors) if made else None)
    return found


def check_course(folder: Folder, files: list[Compiled], surroundings: Surroundings) -> Checked:
    """Return the course of these compiled files, in their order, with everything that is wrong in it."""
    front = next((compiled for compiled in files if compiled.course), None)
    activities = [compiled for compiled in files if compiled is not front]
    if front is None or front.course is None:
        folder.complain(
            "course.md",
            "no-course-file",
            "The folder has no course.md.",
            "Write one with a title; docs/authoring.md shows how.",
        )
        language = "en"
    else:
        language = front.course.language
        _check_front(front, activities, surroundings)
    _check_names(activities)
    for compiled in files:
        _check_words(compiled, surroundings)
        compiled.activity = _with_anchors(compiled, surroundings)
        if not compiled.has_links:
            continue
        source = source_lines(folder.texts.get(compiled.file.split("/", 1)[1], ""))
        linker = Linker(compiled, source, folder.media, surroundings.targets, language)
        compiled.front_html = linker.follow(_Page(compiled.front_html)).html
        compiled.activity = linker.follow(compiled.activity)
    # After the links: a question that is lent leads where it led at home.
    lend(activities)
    _name_behaviours(activities, surroundings.behaviours or {})
    if front is not None and front.course is not None:
        front.course = _with_names(front.course, surroundings.behaviours or {})
    problems = sorted({*folder.problems, *(problem for compiled in files for problem in compiled.problems)})
    whole = None
    if front is not None and front.course is not None and not has_errors(problems):
        whole = WholeCourse(
            slug=folder.slug,
            keys=front.course,
            front_html=front.front_html,
            activities=tuple(compiled.activity for compiled in activities if compiled.activity),
            media=tuple(media for _, media in sorted(folder.media.items())),
            variables=tuple(sorted({mention.name for compiled in files for mention in compiled.mentions})),
        )
    measured = [FileMeasured(each.file, each.kind, each.measured) for each in activities if each.measured]
    return Checked(folder.slug, whole, tuple(problems), files=tuple(measured))


def _with_anchors(compiled: Compiled, surroundings: Surroundings) -> Activity | None:
    """Return the activity; a checklist gets the anchors that it leaves to behaviours.md."""
    if not isinstance(compiled.activity, Checklist):
        return compiled.activity
    criteria = []
    for criterion in compiled.activity.criteria:
        said = next(
            (surroundings.anchors[name] for name in criterion.behaviours if name in surroundings.anchors), ()
        )
        anchors = criterion.anchors_html or tuple(inline_html(marked(each)[0]) for each in said)
        criteria.append(replace(criterion, anchors_html=anchors))
    return replace(compiled.activity, criteria=tuple(criteria))


@dataclass(frozen=True)
class _Page:
    html: str


def _check_front(front: Compiled, activities: list[Compiled], surroundings: Surroundings) -> None:
    assert front.course is not None
    slug = front.file.split("/")[0]
    lessons = [compiled for compiled in activities if compiled.kind in (Kind.LESSON, Kind.POLICY)]
    delayed = [compiled for compiled in activities if "opens-after" in compiled.keys]
    quizzes = [compiled for compiled in activities if compiled.kind is Kind.QUIZ and compiled not in delayed]
    scenarios = [compiled for compiled in activities if compiled.kind is Kind.SCENARIO]
    if not lessons and not quizzes and not scenarios:
        front.complain(
            1,
            1,
            "empty-course",
            "The course has no lesson, no quiz and no scenario yet.",
            "Write its first lesson in a file such as 01-welcome.md beside course.md.",
        )
        return
    for condition in front.course.conditions:
        if condition.kind is ConditionKind.QUIZ and not quizzes:
            front.complain(
                *front.place_of("pass"),
                "condition-without-quiz",
                "The course asks for a quiz to be passed and has none.",
                "Write a quiz, or leave “quiz” out of “pass”.",
            )
        if condition.kind is ConditionKind.SCENARIO and not scenarios:
            front.complain(
                *front.place_of("pass"),
                "condition-without-scenario",
                "The course asks for a scenario to be passed and has none.",
                "Write a scenario, or leave “scenario” out of “pass”.",
            )
        if condition.kind is ConditionKind.ALL_LESSONS and not lessons:
            front.complain(
                *front.place_of("pass"),
                "condition-without-lesson",
                "The course asks for all lessons and has none.",
                "Write a lesson, or leave “all lessons” out of “pass”.",
            )
        if condition.kind is ConditionKind.RETAINED:
            _check_retained(front, delayed, condition)
        if condition.kind is ConditionKind.OBSERVED and surroundings.behaviours is not None:
            _check_observed(front, condition, surroundings.behaviours)
    _check_named(front, activities)
    for required in front.course.requires:
        if required == slug or required not in surroundings.slugs:
            what = "The course requires itself." if required == slug else f"There is no course “{required}”."
            others = surroundings.slugs - {slug}
            cure = did_you_mean(required, others) if others else "Take the line out: there is no other course."
            front.complain(*front.place_of("requires"), "unknown-course", what, cure)


def _check_named(front: Compiled, activities: list[Compiled]) -> None:
    """Complain about what renewal and test-out name and the course does not have, or cannot ask for so."""
    assert front.course is not None
    asked = [("renew-with", activity_id) for activity_id in front.course.renewal.activity_ids]
    if front.course.early_check:
        asked.append(("test-out", front.course.early_check.activity_id))
    found = {each.activity.id: each.activity for each in activities if each.activity}
    for key, activity_id in asked:
        activity = found.get(activity_id)
        kinds = Quiz | Play | Lesson if key == "renew-with" else Quiz | Play
        if activity is None and any(each.activity is None for each in activities):
            continue  # it may be one of those that could not be read, which say so themselves
        if activity is None:
            what, cure = f"The course has no activity “{activity_id}”.", did_you_mean(activity_id, found)
        elif not isinstance(activity, kinds):
            what = f"“{activity_id}” is a {activity.kind.value}, which is offered and never asked for."
            cure = "Name a quiz or a scenario."
        elif isinstance(activity, Quiz) and activity.opens_after_days is not None:
            what = f"“{activity_id}” opens only days after the rest of the course."
            cure = "Name a quiz that is open from the beginning."
        else:
            continue
        front.complain(*front.place_of(key), "unknown-activity", what, cure)


def _check_retained(front: Compiled, delayed: list[Compiled], condition: Condition) -> None:
    assert front.course is not None and condition.days is not None
    if len(front.course.conditions) == 1:
        front.complain(
            *front.place_of("pass"),
            "nothing-to-retain",
            "The course asks what was retained, and for nothing that comes before.",
            "Write “all lessons” or “quiz 80” before it, with a comma.",
        )
    quizzes = [compiled.activity for compiled in delayed if isinstance(compiled.activity, Quiz)]
    if not any((quiz.opens_after_days or 0) >= condition.days for quiz in quizzes):
        front.complain(
            *front.place_of("pass"),
            "condition-without-quiz",
            f"The course asks what is retained after {condition.days} days and has no quiz that opens so late.",
            f"Write a quiz with “opens-after: {condition.days} days”, or leave “retained” out of “pass”.",
        )


def _check_observed(front: Compiled, condition: Condition, behaviours: Mapping[str, str]) -> None:
    for behaviour_id, _name in condition.behaviours:
        if behaviour_id not in behaviours:
            front.complain(
                *front.place_of("pass"),
                "unknown-behaviour",
                f"“{behaviour_id}” is not in behaviours.md.",
                did_you_mean(behaviour_id, behaviours),
            )


def _with_names(keys: CourseKeys, names: Mapping[str, str]) -> CourseKeys:
    """Give the behaviours that are to be observed their names: pages say them."""
    conditions = tuple(
        replace(each, behaviours=tuple((name, names.get(name, name)) for name, _ in each.behaviours))
        for each in keys.conditions
    )
    return replace(keys, conditions=conditions)


def _check_names(activities: list[Compiled]) -> None:
    """Complain about an id that two activities or two questions of the course share, at both places."""
    first: dict[tuple[str, str], tuple[Compiled, int]] = {}
    for compiled in activities:
        for named in compiled.named:
            key = (named.what, named.id)
            if key not in first:
                first[key] = (compiled, named.line)
                continue
            other, line = first[key]
            code = f"{named.what}-id-twice"
            cure = "Give the newer one another id; answers already given hang on the older."
            what = f"The {named.what} id “{named.id}” stands here and in {{file}}, line {{line}}."
            compiled.complain(named.line, 1, code, what.format(file=other.file, line=line), cure)
            other.complain(line, 1, code, what.format(file=compiled.file, line=named.line), cure)


def _name_behaviours(activities: list[Compiled], names: Mapping[str, str]) -> None:
    """Give each scenario the names of the behaviours it speaks of: its report calls them so."""
    for compiled in activities:
        play = compiled.activity
        if isinstance(play, Play):
            used = sorted({name for name, _, _ in compiled.behaviours if name in names})
            compiled.activity = replace(play, behaviour_names=tuple((name, names[name]) for name in used))


def _check_words(compiled: Compiled, surroundings: Surroundings) -> None:
    if surroundings.behaviours is not None:
        for name, line, column in compiled.behaviours:
            if name not in surroundings.behaviours:
                compiled.complain(
                    line,
                    column,
                    "unknown-behaviour",
                    f"“{name}” is not in behaviours.md.",
                    did_you_mean(name, surroundings.behaviours),
                )
    elif compiled.behaviours:
        _, line, column = compiled.behaviours[0]
        compiled.warn(
            line,
            column,
            "no-behaviours-file",
            "There is no behaviours.md beside the courses.",
            "Write one with a heading for each behaviour: ## Acknowledge first {#ack}.",
        )
    if surroundings.variables is None:
        return
    for mention in compiled.mentions:
        if mention.name not in surroundings.variables:
            compiled.warn(
                mention.line,
                mention.column,
                "unset-variable",
                f"The organisation has not said what {mention.name} is.",
                f"An administrator sets it on the page Organisation, under “{mention.name}”.",
            )
