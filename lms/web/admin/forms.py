"""What an administrator typed or chose, as values or as problems."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from lms.accounts import names
from lms.accounts.queries import PeopleFilter
from lms.accounts.roles import Role
from lms.audit.queries import Filter
from lms.organisation.queries import PAPERS
from lms.organisation.variables import is_variable_name
from lms.web.fields import FieldProblem

PERSON_FIELDS = ("name", "sign_in_name", "email", "staff_number", "language", "time_zone")
STATES = ("", "all", "disabled")
_LONGEST_VALUE = 2_000


@dataclass(frozen=True)
class PersonForm:
    """What an administrator says of a person, checked and as it is stored."""

    name: str
    sign_in_name: str
    email: str | None
    staff_number: str | None
    language: str
    time_zone: str


def typed(form: Mapping[str, str], *fields: str) -> dict[str, str]:
    """Return these fields as they were typed."""
    return {field: form.get(field, "").strip() for field in fields}


def person_form(form: Mapping[str, str]) -> PersonForm | list[FieldProblem]:
    """Return the person as typed, or what is wrong field by field."""
    given = typed(form, *PERSON_FIELDS)
    values: dict[str, str | None] = {}
    problems = []
    checks: dict[str, Callable[[str], str | None]] = {
        "name": names.checked_name,
        "email": names.checked_email,
        "sign_in_name": lambda text: names.checked_sign_in_name(text, values.get("email")),
        "staff_number": names.checked_staff_number,
        "language": names.checked_language,
        "time_zone": names.checked_time_zone,
    }
    for field, check in checks.items():
        try:
            values[field] = check(given[field])
        except names.BadNameError:
            problems.append(FieldProblem(field, _field_problem(field)))
    if problems:
        return sorted(problems, key=lambda problem: PERSON_FIELDS.index(problem.field))
    return PersonForm(
        name=values["name"] or "",
        sign_in_name=values["sign_in_name"] or "",
        email=values["email"],
        staff_number=values["staff_number"],
        language=values["language"] or "en",
        time_zone=values["time_zone"] or "UTC",
    )


def _field_problem(field: str) -> str:
    words: dict[str, str] = {
        "name": _("Enter a name of at most 200 characters"),
        "sign_in_name": _("Use 2 to 120 letters, digits, dots, dashes or underscores, or the e-mail address"),
        "email": _("Check the e-mail address, such as lena@example.org, or leave it empty"),
        "staff_number": _("Use at most 60 characters, or leave it empty"),
        "language": _("Use a language tag such as en or pt-BR"),
        "time_zone": _("Choose a time zone from the list"),
    }
    return words[field]


def taken_problem(field: str) -> FieldProblem:
    """Return that somebody has this already."""
    words: dict[str, str] = {
        "sign_in_name": _("Somebody else has this sign-in name already"),
        "email": _("Somebody else has this e-mail address already"),
        "staff_number": _("Somebody else has this staff number already"),
    }
    return FieldProblem(field, words.get(field) or _("Somebody else has this already"))


@dataclass(frozen=True)
class PeopleChoice:
    """Which people are to be listed, as chosen; unknown choices count as not made."""

    words: str = ""
    team_id: int | None = None
    role: Role | None = None
    state: str = ""
    page: int = 1

    def as_filter(self, team_ids: frozenset[int] | None) -> PeopleFilter:
        """Return the filter of the query; `team_ids` are the chosen team and those below."""
        disabled = {"": False, "all": None, "disabled": True}[self.state]
        return PeopleFilter(words=self.words, team_ids=team_ids, role=self.role, disabled=disabled)

    def as_query(self, page: int) -> dict[str, str | int]:
        """Return the address's parameters for this page of the same list."""
        given = {"q": self.words, "team": self.team_id, "role": self.role, "state": self.state, "page": page}
        return {key: value for key, value in given.items() if value}


def people_choice(args: Mapping[str, str]) -> PeopleChoice:
    """Return the choice in an address."""
    role, state = args.get("role", ""), args.get("state", "")
    return PeopleChoice(
        words=args.get("q", "").strip()[:100],
        team_id=number(args.get("team", "")),
        role=Role(role) if role in set(Role) else None,
        state=state if state in STATES else "",
        page=min(number(args.get("page", "")) or 1, 1_000_000),
    )


def number(text: str) -> int | None:
    """Return the whole number above 0 that was sent, or None."""
    if text.isascii() and text.isdecimal() and len(text) < 18:
        return int(text) or None
    return None


def day(text: str) -> date | None:
    """Return the day a date field sent, or None when it is empty or none between 1950 and 2099."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if 1950 <= found.year <= 2099 else None


@dataclass(frozen=True)
class LogChoice:
    """Which audit entries are to be listed, as chosen; days in the administrator's time zone, both included."""

    words: str = ""
    action: str = ""
    subject: str = ""
    first: str = ""
    last: str = ""
    before: int | None = None

    def as_filter(self, time_zone: str) -> Filter:
        """Return the filter of the query."""
        first, last = day(self.first), day(self.last)
        return Filter(
            words=self.words,
            action=self.action,
            subject=self.subject,
            since=_midnight(first, time_zone) if first else None,
            until=_midnight(last + timedelta(days=1), time_zone) if last else None,
        )

    def as_query(self, before: int | None = None) -> dict[str, str | int]:
        """Return the address's parameters for the entries before this one of the same list."""
        given = {
            "q": self.words,
            "action": self.action,
            "subject": self.subject,
            "first": self.first,
            "last": self.last,
            "before": before,
        }
        return {key: value for key, value in given.items() if value}

    @property
    def is_narrow(self) -> bool:
        """Return whether anything is left out."""
        return bool(self.words or self.action or self.subject or self.first or self.last)


def log_choice(args: Mapping[str, str]) -> LogChoice:
    """Return the choice in an address; a day that is none counts as not said."""
    return LogChoice(
        words=args.get("q", "").strip()[:100],
        action=args.get("action", "")[:60],
        subject=args.get("subject", "").strip()[:200],
        first=str(day(args.get("first", "")) or ""),
        last=str(day(args.get("last", "")) or ""),
        before=number(args.get("before", "")),
    )


def _midnight(on: date, time_zone: str) -> datetime:
    return datetime.combine(on, time(), ZoneInfo(time_zone)).astimezone(UTC)


@dataclass(frozen=True)
class TeamForm:
    """A team's name, code and the team above, checked."""

    name: str
    code: str
    parent_id: int | None


def team_form(form: Mapping[str, str]) -> TeamForm | list[FieldProblem]:
    """Return the team as typed, or what is wrong; without a code one is made from the name."""
    given = typed(form, "name", "code", "parent")
    problems = []
    if not 0 < len(names.shown(given["name"])) <= 200:
        problems.append(FieldProblem("name", _("Enter a name of at most 200 characters")))
    code = names.shown(given["code"]) or "-".join(names.folded(given["name"]).split())[:50]
    if len(code) > 60:
        problems.append(FieldProblem("code", _("Use at most 60 characters")))
    return problems or TeamForm(names.shown(given["name"]), code, number(given["parent"]))


@dataclass(frozen=True)
class OrganisationForm:
    """The organisation's settings as typed; `variables` by name, an empty value takes the variable away."""

    name: str
    paper: str
    variables: dict[str, str]


def organisation_form(form: Mapping[str, str]) -> OrganisationForm | list[FieldProblem]:
    """Return the settings as typed, or what is wrong."""
    problems = []
    name = names.shown(form.get("name", ""))
    if not 0 < len(name) <= 200:
        problems.append(FieldProblem("name", _("Enter a name of at most 200 characters")))
    paper = form.get("paper", "")
    if paper not in PAPERS:
        problems.append(FieldProblem("paper", _("Choose a paper from the list")))
    variables = {key.removeprefix("var."): value.strip() for key, value in form.items() if key.startswith("var.")}
    new_name, new_value = form.get("new_name", "").strip(), form.get("new_value", "").strip()
    if new_name or new_value:
        if not is_variable_name(new_name):
            problems.append(FieldProblem("new_name", _("Use small letters, digits and underscores")))
        elif not new_value:
            problems.append(FieldProblem("new_value", _("Enter what lessons say in its place")))
        variables[new_name] = new_value
    for key, value in variables.items():
        if len(value) > _LONGEST_VALUE:
            problems.append(
                FieldProblem(f"var.{key}", _("Use at most %(count)s characters", count=_LONGEST_VALUE))
            )
    return problems or OrganisationForm(name, paper, variables)
