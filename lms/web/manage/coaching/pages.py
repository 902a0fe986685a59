"""What the pages of observing show, one frozen value a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.accounts.queries import PersonFacts, TeamNode
from lms.coaching.observation import Written
from lms.coaching.queries import DisputeLine, DraftLine, TeamRhythm
from lms.coaching.rhythm import Round
from lms.content.asking import Criterion
from lms.web.fields import FieldProblem
from lms.web.observed import BehaviourRow, Observed


@dataclass(frozen=True)
class RhythmPart:
    """How a team is observed, and the form that changes it; what was typed comes back.

    `days` are (number, name, is chosen).
    """

    now: TeamRhythm
    typed: Mapping[str, str]
    days: Sequence[tuple[str, str, bool]]
    problems: Sequence[FieldProblem]
    errors: Mapping[str, str]


@dataclass(frozen=True)
class FocusPart:
    """The behaviour of the week: its title and whether somebody chose it; choices are (behaviour, title)."""

    title: str
    is_chosen: bool
    choices: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class CoachingPage:
    """Who of one team is due, the observer's own drafts, disputes that wait, and how the team is observed.

    `team` is None for who looks after none. `lost_drafts` are drafts about people who are out of sight now.
    `to_settle` are disputes that the reader is neutral in, `disputed` those about what she gave herself. `counts`
    is whether what the reader observes goes into figures.
    """

    teams: Sequence[tuple[str, str]]
    team: TeamNode | None
    has_below: bool
    round: Round
    done: int
    focus: FocusPart | None
    drafts: Sequence[DraftLine]
    lost_drafts: int
    to_settle: Sequence[DisputeLine]
    disputed: Sequence[DisputeLine]
    rhythm: RhythmPart
    today: date
    me: int
    counts: bool


@dataclass(frozen=True)
class Looked:
    """One criterion on the form, with the mark it has so far (None is "no chance to show").

    With `is_wanted` the person herself has planned it and shows that plan to who leads her.
    """

    criterion: Criterion
    score: int | None
    is_focus: bool
    is_wanted: bool


@dataclass(frozen=True)
class ObservationFormPage:
    """A draft on the form; `draft_id` is None before it was saved once.

    `checklists` are those that can be chosen from, each a key and a title. `looked` are the criteria to look for,
    `others` the rest, to be marked instead. `ties` are what strength and next step may belong to. `hints` are
    judging words that were caught, each with its field and what to write instead.
    """

    person: PersonFacts
    team: TeamNode
    writer_id: int
    key: str
    draft_id: int | None
    release_id: int
    checklist_id: str
    checklists: Sequence[tuple[str, str]]
    language: str
    written: Written
    looked: Sequence[Looked]
    others: Sequence[Looked]
    modes: Sequence[tuple[str, str]]
    channels: Sequence[tuple[str, str]]
    ties: Sequence[tuple[str, str]]
    recovery_minutes: str
    saved_at: datetime | None
    problems: Sequence[FieldProblem]
    errors: Mapping[str, str]
    hints: Sequence[FieldProblem]
    today: date


@dataclass(frozen=True)
class ObservationPage:
    """One observation that was given, read by who looks after its person.

    `outcome` and `settled_words` are what whoever settles it chose and typed; `hints` say of each judging word in
    them what to write instead.
    """

    seen: Observed
    may_settle: bool
    may_withdraw: bool
    problems: Sequence[FieldProblem]
    errors: Mapping[str, str]
    hints: Sequence[FieldProblem]
    outcome: str
    settled_words: str


@dataclass(frozen=True)
class WaitingLine:
    """One observation that was given and is still its person's alone, until she has read it or this day."""

    observer_name: str
    given_at: datetime
    opens_at: datetime


@dataclass(frozen=True)
class ObservedPersonPage:
    """One person's observations for coaching, newest first, and those that are still hers alone."""

    person: PersonFacts
    team: TeamNode | None
    may_observe: bool
    seen: Sequence[Observed]
    waiting: Sequence[WaitingLine]
    behaviours: Sequence[BehaviourRow]
