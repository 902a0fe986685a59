"""What one row of a roster says once its cells are understood, and what is wrong with it; pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from lms.accounts import names
from lms.accounts.names import BadNameError
from lms.accounts.roster.plan import Importer, Options, Reason, TeamKey
from lms.accounts.roster.reading import AmbiguousDateError, RosterRow, date_in
from lms.accounts.roster.roles_said import BadRoleError, SaidRole, roles_in
from lms.accounts.roster.teams import BadTeamError, TeamIndex

# What finds a person again, the strongest first.
IDENTITY = ("staff_number", "sign_in_name", "email")
WRITTEN = ("name", "sign_in_name", "email", "staff_number", "language", "time_zone")
_YES = frozenset(
    ("yes", "y", "true", "1", "ja", "j", "wahr", "active", "aktiv", "enabled", "oui", "si", "sí", "x")
)
_NO = frozenset(("no", "n", "false", "0", "nein", "falsch", "inactive", "inaktiv", "disabled", "non"))
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "ł": "l", "đ": "d"})


@dataclass
class Draft:
    """One row while it is understood: what it says about a person, and what is wrong with it."""

    row: RosterRow
    said: dict[str, str] = field(default_factory=dict)
    team: TeamKey | None = None
    joined_on: date | None = None
    left_on: date | None = None
    roles: tuple[SaidRole, ...] | None = None
    active: bool | None = None
    reasons: list[Reason] = field(default_factory=list)
    is_repetition: bool = False

    def refuse(self, code: str, **values: str) -> None:
        """Add one reason against this row, once."""
        reason = Reason(code, values)
        if reason not in self.reasons:
            self.reasons.append(reason)

    @property
    def identity(self) -> tuple[str, str] | None:
        """Return the strongest identifier the row gives."""
        return next(((key, self.said[key]) for key in IDENTITY if key in self.said), None)


def understood(row: RosterRow, teams: TeamIndex, importer: Importer, options: Options) -> Draft:
    """Return what the row says; each cell that cannot be used is a reason against the row."""
    draft = Draft(row)
    _understand_person(draft)
    _understand_team(draft, teams, importer)
    _understand_dates(draft, options)
    try:
        draft.roles = roles_in(row.role, draft.team, teams.find)
    except (BadRoleError, BadTeamError) as error:
        draft.refuse(error.reason.code, **error.reason.values)
    _understand_activity(draft)
    return draft


def _understand_person(draft: Draft) -> None:
    checks: dict[str, Callable[[str], str | None]] = {
        "email": names.checked_email,
        "name": names.checked_name,
        "staff_number": names.checked_staff_number,
        "language": names.checked_language,
        "time_zone": names.checked_time_zone,
        "sign_in_name": lambda text: names.checked_sign_in_name(text, draft.said.get("email")),
    }
    for column, check in checks.items():
        text = getattr(draft.row, column)
        try:
            value = check(text) if text else None
        except BadNameError:
            draft.refuse(f"bad_{column}", value=text[:80])
            continue
        if value:
            draft.said[column] = value


def _understand_team(draft: Draft, teams: TeamIndex, importer: Importer) -> None:
    if not draft.row.team:
        return
    try:
        draft.team = teams.find(draft.row.team)
    except BadTeamError as error:
        draft.refuse(error.reason.code, **error.reason.values)
        return
    if not importer.may_place(draft.team):
        draft.refuse("team_not_yours", team=draft.row.team)


def _understand_dates(draft: Draft, options: Options) -> None:
    for column in ("joined_on", "left_on"):
        text = getattr(draft.row, column)
        if not text:
            continue
        try:
            setattr(draft, column, date_in(text, options.day_first))
        except AmbiguousDateError:
            draft.refuse("date_ambiguous", value=text)
        except ValueError:
            draft.refuse("bad_date", value=text[:80])
    if not draft.row.team and (draft.joined_on or draft.left_on):
        draft.refuse("dates_without_team")


def _understand_activity(draft: Draft) -> None:
    text = draft.row.active.casefold()
    if text in _YES or text in _NO:
        draft.active = text in _YES
    elif text:
        draft.refuse("bad_active", value=draft.row.active[:80])


def refuse_contradictions(group: list[Draft]) -> None:
    """Refuse a row that repeats another of the same person, and rows that contradict each other."""
    seen: dict[object, Draft] = {}
    for draft in group:
        key = (draft.team, draft.joined_on, draft.left_on)
        first = seen.setdefault(key, draft)
        if first is draft:
            continue
        numbers = _numbers([first, draft])
        if (first.said, first.roles, first.active) == (draft.said, draft.roles, draft.active):
            draft.is_repetition = True
            draft.refuse("duplicate", rows=numbers)
        else:
            first.refuse("contradiction", rows=numbers)
            draft.refuse("contradiction", rows=numbers)
    if _says_two_things(group):
        for draft in group:
            draft.refuse("contradiction", rows=_numbers(group))
    staying = [draft for draft in seen.values() if draft.left_on is None and draft.team is not None]
    for draft in staying:
        same = [other for other in staying if other.team == draft.team]
        if len(same) > 1:
            draft.refuse("contradiction", rows=_numbers(same))


def _says_two_things(group: list[Draft]) -> bool:
    if len({draft.active for draft in group} - {None}) > 1:
        return True
    return any(len({draft.said[column] for draft in group if column in draft.said}) > 1 for column in WRITTEN)


def _numbers(drafts: list[Draft]) -> str:
    return ", ".join(str(draft.row.number) for draft in drafts)


def suggested_sign_in_name(name: str) -> str:
    """Return a sign-in name made from a name: `Jörg van der Berg` becomes `joerg.van.der.berg`."""
    plain = names.folded(name).translate(_LETTERS)
    made = re.sub(r"[\W_]+", ".", plain).strip(".")[:100].strip(".")
    return made if len(made) > 1 else f"person.{made}".strip(".")
