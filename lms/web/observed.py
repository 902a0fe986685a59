"""One observation as people read it, whichever desk they stand at: marks with their anchors, and what was said."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from lms.coaching.figures import Weight, weight_of
from lms.coaching.observation import CLEARLY, Channel, Mode, Outcome, Quality, State, quality_of
from lms.coaching.queries import Told
from lms.content import queries as content
from lms.content.asking import Criterion
from lms.content.course import Checklist, Course
from lms.measures import Share, share
from lms.web.extensions import database
from lms.web.wording import criteria_in_our_words

# More marks than this tell nothing more at a look.
_LATEST = 12


@dataclass(frozen=True)
class MarkLine:
    """One criterion that was looked for: its mark and what that mark looks like, "" where nobody wrote it."""

    title: str
    score: int | None
    anchor_html: str
    is_missed: bool


@dataclass(frozen=True)
class Observed:
    """An observation in words; the titles of what strength and next step are tied to may be ""."""

    told: Told
    language: str
    marks: tuple[MarkLine, ...]
    strength_title: str
    step_title: str
    quality: Quality | None
    mode: str
    channel: str
    state: str


def observed(told: Told) -> Observed:
    """Return the observation as it is read, by the checklist of its release."""
    course, criteria = checklist_of(told.release_id, told.checklist_id)
    known = {each.id: each for each in criteria}
    marks = {mark.criterion_id: mark for mark in told.written.marks}
    order = [each.id for each in criteria if each.id in marks] + [each for each in marks if each not in known]
    return Observed(
        told=told,
        language=course.language if course else "en",
        marks=tuple(
            MarkLine(
                title=known[each].title if each in known else each,
                score=marks[each].score,
                anchor_html=_anchor(known.get(each), marks[each].score),
                is_missed=marks[each].is_critical and marks[each].score == 0,
            )
            for each in order
        ),
        strength_title=_title(known, told.written.strength.criterion_id),
        step_title=_title(known, told.written.next_step.criterion_id),
        quality=quality_of(told.written.marks),
        mode=dict(mode_choices())[told.written.mode],
        channel=dict(channel_choices())[told.written.channel],
        state=state_words(told.state, told.outcome),
    )


@dataclass(frozen=True)
class BehaviourRow:
    """One behaviour of one person: its marks, oldest first; how often clearly, None below ten."""

    title: str
    scores: tuple[int, ...]
    share: Share | None
    is_enough: bool


def behaviour_rows(scores: Mapping[str, tuple[int, ...]]) -> tuple[BehaviourRow, ...]:
    """Return the marks of each behaviour that a published checklist looks for, in its order."""
    rows = []
    for behaviour_id, title in behaviour_titles():
        found = scores.get(behaviour_id, ())
        told = share(found.count(CLEARLY), len(found))
        weight = weight_of(told)
        if found:
            is_told = weight in (Weight.INTERVAL, Weight.ENOUGH)
            rows.append(BehaviourRow(title, found[-_LATEST:], told if is_told else None, weight is Weight.ENOUGH))
    return tuple(rows)


def behaviour_titles() -> tuple[tuple[str, str], ...]:
    """Return each behaviour that a published checklist looks for with its title, in the order of the lists."""
    found: dict[str, str] = {}
    for course in content.published_courses(database()):
        for each in course.activities:
            for criterion in each.criteria if isinstance(each, Checklist) else ():
                for behaviour_id in criterion.behaviours[:1]:
                    found.setdefault(behaviour_id, criterion.title)
    return tuple(found.items())


def checklist_of(release_id: int, checklist_id: str) -> tuple[Course | None, tuple[Criterion, ...]]:
    """Return a release and the criteria of one of its checklists in our words; none when it is not there."""
    course = content.find_release(database(), release_id)
    checklist = course.activity(checklist_id) if course else None
    if not isinstance(checklist, Checklist):
        return course, ()
    return course, criteria_in_our_words(checklist.criteria)


def _anchor(criterion: Criterion | None, score: int | None) -> str:
    if criterion is None or score is None or len(criterion.anchors_html) <= score:
        return ""
    return criterion.anchors_html[score]


def _title(known: dict[str, Criterion], criterion_id: str) -> str:
    return known[criterion_id].title if criterion_id in known else ""


def mode_choices() -> list[tuple[str, str]]:
    """Return how a contact can be watched, each in words."""
    return [
        (Mode.LIVE.value, _("Live, from nearby")),
        (Mode.BESIDE.value, _("Side by side")),
        (Mode.RECORDING.value, _("From a recording or transcript")),
        (Mode.MYSTERY.value, _("A test contact the team knew of")),
        (Mode.ROLE_PLAY.value, _("In a role play")),
    ]


def channel_choices() -> list[tuple[str, str]]:
    """Return where a contact can come in, each in words."""
    return [
        (Channel.PHONE.value, _("On the phone")),
        (Channel.COUNTER.value, _("In person")),
        (Channel.CHAT.value, _("By chat")),
        (Channel.MAIL.value, _("By e-mail or letter")),
    ]


def state_words(state: State, outcome: Outcome | None) -> str:
    """Return where an observation stands, in words."""
    if state is State.RESOLVED:
        return str(_("Settled: it stands") if outcome is Outcome.STANDS else _("Settled: set aside"))
    words = {
        State.DRAFT: _("Draft"),
        State.GIVEN: _("Given"),
        State.DISPUTED: _("Disputed"),
        State.WITHDRAWN: _("Taken back"),
    }
    return str(words[state])
