"""What is different between two states of a course, in words that its author reads; pure.

Nothing is different exactly when both are equal, whatever their numbers. What has no words
of its own here is compared field by field.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lms.content.comparing.blocks import Block, BlockChange, block_changes, blocks_of, weight_of
from lms.content.comparing.fields import Change, Tell, field_changes, flat_changes, heaviest, told
from lms.content.comparing.questions import Fate, QuestionChange, moved_ids, question_changes
from lms.content.comparing.scenarios import scenario_changes
from lms.content.course import Activity, ActivityKind, Condition, Course, EarlyCheck, Lesson, Play, Renewal
from lms.content.release import ChangeKind

_COURSE_WEIGHTS = dict.fromkeys(
    ("conditions", "valid_for_months", "cpd_hours", "requires", "renewal", "early_check"), ChangeKind.MATERIAL
)
_COURSE_APART = frozenset({"release_id", "number", "hash", "front_html", "activities"})
_ACTIVITY_WEIGHTS = dict.fromkeys(
    ("pass_mark", "attempts", "seconds_allowed", "draws", "forms", "opens_after_days", "rule", "is_anonymous"),
    ChangeKind.MATERIAL,
)
_ACTIVITY_APART = frozenset({"id", "questions", "pieces", "trainer_html", "intro_html", "scenario"})
# What follows from the text of a lesson and is no change of its own beside it.
_DERIVED = frozenset({"passages", "outline", "words", "plans"})


def _condition(condition: Condition) -> str:
    mark = f" {told(condition.mark * 100)}" if condition.mark is not None else ""
    if condition.behaviours:
        return " ".join((condition.kind.value, *(behaviour_id for behaviour_id, _name in condition.behaviours)))
    return f"{condition.kind.value}{mark}{f' after {condition.days} days' if condition.days else ''}"


def _renewal(renewal: Renewal) -> str:
    opens = f"{renewal.days} days before the end"
    if renewal.yearly:
        opens = " to ".join(f"{day}.{month}." for month, day in renewal.yearly)
    return f"{opens}, with {', '.join(renewal.activity_ids)}" if renewal.activity_ids else opens


def _early_check(check: EarlyCheck | None) -> str:
    return f"{check.activity_id} {told(check.mark * 100)}" if check else ""


# As the front matter of course.md and of a quiz has it, which is what an author knows.
_TELL: Tell = {
    "conditions": lambda conditions: ", ".join(map(_condition, conditions)),
    "valid_for_months": lambda months: f"{months} months" if months else "",
    "renewal": _renewal,
    "early_check": _early_check,
    "pass_mark": lambda mark: told(mark * 100),
    "draws": lambda draws: ", ".join(f"{each.count} from {each.pool}" for each in draws),
    "seconds_allowed": lambda seconds: f"{told(seconds / 60)} minutes" if seconds else "",
    "opens_after_days": lambda days: f"{days} days" if days else "",
}


@dataclass(frozen=True)
class Version:
    """One state of a course to be compared, published or not; `media` are hashes of media files by path."""

    course: Course
    media: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MediaChange:
    """One picture, film or file that came, went or is another now."""

    path: str
    fate: Fate


@dataclass(frozen=True)
class ActivityChange:
    """One activity that came, went or is not as it was.

    `blocks` are of what learners read, `notes` of what only trainers do.
    """

    id: str
    title: str
    kind: ActivityKind
    fate: Fate
    has_moved: bool = False
    changes: tuple[Change, ...] = ()
    blocks: tuple[BlockChange, ...] = ()
    notes: tuple[BlockChange, ...] = ()
    questions: tuple[QuestionChange, ...] = ()

    @property
    def weight(self) -> ChangeKind:
        """Return what kind of change this alone would be."""
        if self.fate is not Fate.CHANGED:
            return ChangeKind.ADDITION if self.fate is Fate.ADDED else ChangeKind.MATERIAL
        own = [change.weight for change in self.changes] + [question.weight for question in self.questions]
        return heaviest([*own, weight_of(self.blocks)])


@dataclass(frozen=True)
class Differences:
    """Everything that is different: the course's own fields, its front page, its activities, its media."""

    changes: tuple[Change, ...] = ()
    front: tuple[BlockChange, ...] = ()
    activities: tuple[ActivityChange, ...] = ()
    media: tuple[MediaChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is different."""
        return not (self.changes or self.front or self.activities or self.media)

    @property
    def suggestion(self) -> ChangeKind:
        """Return what kind of change all of it is: the weightiest of its parts."""
        weights = [change.weight for change in self.changes] + [each.weight for each in self.activities]
        return heaviest([*weights, weight_of(self.front)])

    @property
    def added(self) -> tuple[ActivityChange, ...]:
        """Return the activities that came."""
        return tuple(each for each in self.activities if each.fate is Fate.ADDED)

    @property
    def removed(self) -> tuple[ActivityChange, ...]:
        """Return the activities that went."""
        return tuple(each for each in self.activities if each.fate is Fate.REMOVED)

    @property
    def other_keys(self) -> tuple[tuple[ActivityChange, QuestionChange], ...]:
        """Return the questions to which another answer is right now, each with its activity."""
        return tuple(
            (activity, question)
            for activity in self.activities
            for question in activity.questions
            if question.has_other_key
        )


def differences(before: Version, after: Version) -> Differences:
    """Return what is different in `after`; both are of the same course."""
    return Differences(
        changes=_course_changes(before.course, after.course),
        front=block_changes(blocks_of(before.course.front_html), blocks_of(after.course.front_html)),
        activities=_activity_changes(before.course.activities, after.course.activities),
        media=_media_changes(before.media, after.media),
    )


def _course_changes(before: Course, after: Course) -> tuple[Change, ...]:
    return tuple(field_changes(before, after, _COURSE_WEIGHTS, _COURSE_APART, _TELL))


def _activity_changes(before: tuple[Activity, ...], after: tuple[Activity, ...]) -> tuple[ActivityChange, ...]:
    old = {activity.id: activity for activity in before}
    new = {activity.id: activity for activity in after}
    moved = moved_ids([each for each in old if each in new], [each for each in new if each in old])
    found = [_whole(each, Fate.REMOVED) for each in before if each.id not in new]
    for activity in after:
        if activity.id not in old:
            found.append(_whole(activity, Fate.ADDED))
        elif old[activity.id] != activity or activity.id in moved:
            change = _compared(old[activity.id], activity)
            found.append(replace(change, has_moved=activity.id in moved))
    return tuple(found)


def _whole(activity: Activity, fate: Fate) -> ActivityChange:
    return ActivityChange(activity.id, activity.title, activity.kind, fate)


def _compared(before: Activity, after: Activity) -> ActivityChange:
    change = _whole(after, Fate.CHANGED)
    if type(before) is not type(after):
        return replace(change, changes=(Change("kind", before.kind, after.kind, ChangeKind.MATERIAL),))
    changes = field_changes(before, after, _ACTIVITY_WEIGHTS, _ACTIVITY_APART | _DERIVED, _TELL)
    if isinstance(before, Play) and isinstance(after, Play) and before.scenario != after.scenario:
        changes += scenario_changes(before.scenario, after.scenario)
    change = replace(
        change,
        changes=tuple(changes),
        blocks=block_changes(_texts(before), _texts(after)),
        notes=block_changes(_notes(before), _notes(after)),
        questions=question_changes(getattr(before, "questions", ()), getattr(after, "questions", ())),
    )
    has_found = change.changes or change.blocks or change.notes or change.questions
    if has_found or before == after:
        return change
    return replace(change, changes=tuple(flat_changes(before, after, "markup", ChangeKind.TYPO)))


def _texts(activity: Activity) -> list[Block]:
    """Return what a learner reads in an activity, with the place of each question in a lesson."""
    if not isinstance(activity, Lesson):
        return blocks_of(getattr(activity, "intro_html", ""))
    titles = {question.id: question.title for question in activity.questions}
    found: list[Block] = []
    for piece in activity.pieces:
        if piece.question_id:
            found.append(Block("question", titles.get(piece.question_id) or piece.question_id, piece.question_id))
        else:
            found += blocks_of(piece.html)
    return found


def _notes(activity: Activity) -> list[Block]:
    return blocks_of(getattr(activity, "trainer_html", ""))


def _media_changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[MediaChange, ...]:
    found = []
    for path in sorted({*before, *after}):
        if path not in before:
            found.append(MediaChange(path, Fate.ADDED))
        elif path not in after:
            found.append(MediaChange(path, Fate.REMOVED))
        elif before[path] != after[path]:
            found.append(MediaChange(path, Fate.CHANGED))
    return tuple(found)
