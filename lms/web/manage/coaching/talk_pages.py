"""What the pages of coaching talks show, one frozen value a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lms.accounts.queries import PersonFacts, TeamNode
from lms.coaching.notes.note import CoachFigure, Talk
from lms.coaching.notes.queries import Showing
from lms.web.fields import FieldProblem
from lms.web.talks import TalkRead


@dataclass(frozen=True)
class ToTalkWith:
    """One person of the team, and when the reader talked with her last; None for never."""

    person_id: int
    name: str
    last_on: date | None


@dataclass(frozen=True)
class OwnCard:
    """What the reader shows herself: courses asked of her teams that she lacks, as (title, address, minutes).

    `asked` is how many are asked in all; `month` how often she showed a behaviour this month; `showings` are the
    latest with their behaviour in words; `observed_at` is when another leader observed her last, None for never.
    """

    asked: int
    missing: Sequence[tuple[str, str, int]]
    month: int
    showings: Sequence[tuple[Showing, str, str]]
    observed_at: datetime | None


@dataclass(frozen=True)
class ShowingForm:
    """The form that logs a modelling session, as it was typed."""

    key: str
    behaviours: Sequence[tuple[str, str]]
    formats: Sequence[tuple[str, str]]
    typed: Mapping[str, str]
    problems: Sequence[FieldProblem]
    errors: Mapping[str, str]


@dataclass(frozen=True)
class LeaderLine:
    """One leader right below: her figures, how often she showed a behaviour this month, and what she lacks."""

    name: str
    teams: Sequence[str]
    figure: CoachFigure
    month: int
    missing: Sequence[str]


@dataclass(frozen=True)
class TalksPage:
    """The reader's talks with the people she looks after, her own card, and the leaders right below a team.

    `lost_drafts` are drafts about people who are out of sight now.
    """

    teams: Sequence[tuple[str, str]]
    team: TeamNode | None
    people: Sequence[ToTalkWith]
    drafts: Sequence[TalkRead]
    lost_drafts: int
    talks: Sequence[TalkRead]
    own: CoachFigure
    card: OwnCard
    showing: ShowingForm
    leaders: Sequence[LeaderLine]
    today: date
    me: int


@dataclass(frozen=True)
class TalkFormPage:
    """A talk on the form; `draft_id` is None before it was saved once. `own_words` are what the person wrote.

    `hints` say of each judging word what to write instead.
    """

    person: PersonFacts
    writer_id: int
    key: str
    draft_id: int | None
    talk: Talk
    own_words: str
    behaviours: Sequence[tuple[str, str]]
    bases: Sequence[tuple[str, str]]
    saved_at: datetime | None
    problems: Sequence[FieldProblem]
    errors: Mapping[str, str]
    hints: Sequence[FieldProblem]
    today: date


@dataclass(frozen=True)
class TalkPage:
    """One talk that the reader gave."""

    read: TalkRead
