"""The values of an import: what is there now, what a file would change, and who asks; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lms.accounts.roles import Role

# A team that exists by its number, or one to be created by its folded path.
TeamKey = int | str


@dataclass(frozen=True)
class Stay:
    """One stay in a team, from `joined_on` up to but not including `left_on`."""

    id: int
    team_id: int
    joined_on: date
    left_on: date | None


@dataclass(frozen=True)
class Held:
    """One role held now."""

    grant_id: int
    role: Role
    team_id: int | None


@dataclass(frozen=True)
class PersonNow:
    """One person as stored."""

    id: int
    name: str
    sign_in_name: str
    email: str | None
    staff_number: str | None
    language: str
    time_zone: str
    is_active: bool
    stays: tuple[Stay, ...] = ()
    roles: tuple[Held, ...] = ()

    @property
    def is_administrator(self) -> bool:
        """Return whether this person may do everything."""
        return any(held.role is Role.ADMINISTRATOR for held in self.roles)


@dataclass(frozen=True)
class TeamNow:
    """One team as stored."""

    id: int
    parent_id: int | None
    code: str
    name: str
    is_closed: bool = False


@dataclass(frozen=True)
class Current:
    """Everybody and every team as stored."""

    people: tuple[PersonNow, ...] = ()
    teams: tuple[TeamNow, ...] = ()


@dataclass(frozen=True)
class Importer:
    """Who imports: the rights a file runs with. `reach` are the teams she manages with those below them."""

    person_id: int | None
    roles: frozenset[Role]
    reach: frozenset[int] = frozenset()

    @property
    def is_administrator(self) -> bool:
        """Return whether she may do everything."""
        return Role.ADMINISTRATOR in self.roles

    def may_give(self, role: Role, team: TeamKey | None) -> bool:
        """Return whether she holds this role herself, for a manager's over that team."""
        if self.is_administrator:
            return True
        return role in self.roles and (role is not Role.MANAGER or team in self.reach)

    def may_place(self, team: TeamKey) -> bool:
        """Return whether she may put people into this team and take them out."""
        return self.is_administrator or team in self.reach


@dataclass(frozen=True)
class Options:
    """How a file is to be understood. `day_first` says what 3/11/2026 means, None that it is refused."""

    today: date
    create_teams: bool = False
    day_first: bool | None = None
    language: str = "en"
    time_zone: str = "UTC"


class Outcome(StrEnum):
    """What would happen to one row."""

    NEW = "new"
    CHANGED = "changed"
    MOVED = "moved"
    LEFT = "left"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Change:
    """One field before and after; empty means nothing was there, or nothing is left."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Reason:
    """Why a row is refused: a code that the page turns into a sentence with these values."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedRow:
    """One row of the file and what would happen to it."""

    number: int
    outcome: Outcome
    name: str
    changes: tuple[Change, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class NewTeam:
    """One team to be created; `key` is its folded path, `parent` comes before it in the plan."""

    key: str
    parent: TeamKey | None
    name: str
    code: str


@dataclass(frozen=True)
class NewStay:
    """One stay to be written."""

    team: TeamKey
    joined_on: date
    left_on: date | None = None


@dataclass(frozen=True)
class StaysPlan:
    """What happens to one person's stays; `changed` holds each stay as it is to be."""

    added: tuple[NewStay, ...] = ()
    changed: tuple[Stay, ...] = ()
    removed: tuple[Stay, ...] = ()


@dataclass(frozen=True)
class PersonDeed:
    """All that happens to one person, new when `person_id` is None; `values` are the columns to write."""

    rows: tuple[int, ...]
    person_id: int | None
    values: Mapping[str, str | None]
    active: bool | None
    stays: StaysPlan
    granted: tuple[tuple[Role, TeamKey | None], ...]
    revoked: tuple[Held, ...]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing would be written."""
        is_new = self.person_id is None
        stays = self.stays.added or self.stays.changed or self.stays.removed
        return not (is_new or self.values or self.active is not None or stays or self.granted or self.revoked)


@dataclass(frozen=True)
class Plan:
    """What a file would do, row by row and person by person; `unknown_teams` could be created if asked."""

    rows: tuple[PlannedRow, ...]
    deeds: tuple[PersonDeed, ...]
    new_teams: tuple[NewTeam, ...]
    unknown_teams: tuple[str, ...]

    def count(self, outcome: Outcome) -> int:
        """Return how many rows have this outcome."""
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def changes_nothing(self) -> bool:
        """Return whether applying this plan would write nothing."""
        return not self.deeds and not self.new_teams
