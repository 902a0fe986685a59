"""Customer figures of the manager's teams: entered week by week, and seen with their intervals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import charts
from lms.customers import queries as customers
from lms.customers.actions import Figure, record_figures
from lms.customers.measure import MOST_COUNTED, Measure, WeekCount, good_share, weeks_back
from lms.customers.queries import Entry
from lms.measures import Share, share
from lms.sheets import CSV_TYPE, Cell, csv_chunks
from lms.store import writing
from lms.web.choosing import MOST_LISTED, Chooser
from lms.web.deeds import done
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.files import attachment
from lms.web.identity import me, now, today
from lms.web.manage.choosing import team_field
from lms.web.manage.panels import customer_sentence
from lms.web.manage.routes import desk
from lms.web.manage.scope import scope
from lms.web.render import show
from lms.web.speech import day

_WEEKS = 12
_WEEKS_KEPT = 104
_FEWEST_JUDGED = 10


@dataclass(frozen=True)
class MeasureField:
    """One measure of the form: its definition, and what was typed."""

    key: str
    title: str
    definition: str
    count: str
    out_of: str


@dataclass(frozen=True)
class WeekLine:
    """One measure of one week over the teams in sight, in words with its share."""

    week: date
    sentence: str
    share: Share


@dataclass(frozen=True)
class MeasureTrend:
    """One measure over the weeks shown: what is good of it, and its trend, broken where too few were asked."""

    title: str
    trend: charts.Trend


@dataclass(frozen=True)
class CustomersPage:
    """The form of one team and week, the weeks that were entered, and every figure of the team with who did."""

    team: Chooser
    weeks: list[tuple[str, str]]
    week: str
    fields: list[MeasureField]
    problems: list[FieldProblem]
    errors: dict[str, str]
    lines: list[WeekLine]
    trends: list[MeasureTrend]
    first: date
    last: date
    entries: tuple[Entry, ...]
    titles: dict[Measure, str]


@desk.get("/customers")
def customers_page() -> str:
    """Show the form for last week, and what was entered before."""
    return _show(request.args, [])


@desk.get("/customers.csv")
def customers_csv() -> Response:
    """Hand out every figure that holds of the teams in sight, of the last two years, a line each."""
    team_ids = [int(number) for number, _name in _open_teams()]
    header = [
        _("Week of"), _("Team"), _("Measure"), _("How many"), _("Of how many"), _("Share in percent"),
        _("From, at 95 percent"), _("To, at 95 percent"), _("Entered by"), _("Entered at (UTC)"),
    ]  # fmt: skip
    entries = list(customers.figures_of(database(), team_ids, weeks_back(today(), _WEEKS_KEPT)[-1]))
    body = csv_chunks(header, _csv_lines(entries))
    return attachment(list(body), CSV_TYPE, f"{_('Customers')} {today().isoformat()}.csv")


@desk.post("/customers")
def record_customers() -> ResponseReturnValue:
    """Keep the figures of one team and week; the same again changes nothing, others correct the earlier ones."""
    if _team_field(request.form).asks:
        return _show(request.form, [])
    found = _figures(request.form)
    if isinstance(found[0], FieldProblem):
        return _show(request.form, [each for each in found if isinstance(each, FieldProblem)]), 422
    figures = [each for each in found if isinstance(each, Figure)]
    with writing(database()) as session:
        kept = record_figures(session, figures, me().person_id, now())
    if kept.corrected:
        text = _("Corrected. The earlier figure is kept below, with who had entered it.")
    elif kept.added:
        text = _("Kept. Thank you.")
    else:
        text = _("That was there already; nothing is changed.")
    return done(url_for(".customers_page", team=str(figures[0].team_id)), text)


def _open_teams() -> list[tuple[str, str]]:
    return [(str(team.id), team.name) for team in scope().teams.values() if team.closed_on is None]


def _team_field(said: Mapping[str, str]) -> Chooser:
    """Return the field that chooses the team; the first by name where there are few to choose from."""
    teams = _open_teams()
    first = teams[0][0] if 0 < len(teams) <= MOST_LISTED else ""
    return team_field(said, said.get("team", "") if said.get("team", "") in dict(teams) else first)


def _figures(form: Mapping[str, str]) -> list[Figure] | list[FieldProblem]:
    """Return the figures that were typed, at least one, or every problem with them."""
    problems = []
    if form.get("team", "") not in dict(_open_teams()):
        problems.append(FieldProblem("team", _("Choose a team you look after.")))
    weeks = {str(week): week for week in weeks_back(today(), _WEEKS)}
    if form.get("week", "") not in weeks:
        problems.append(FieldProblem("week", _("Choose one of the last twelve weeks.")))
    typed = {}
    for measure in Measure:
        count, out_of = form.get(f"{measure}-count", "").strip(), form.get(f"{measure}-of", "").strip()
        if not count and not out_of:
            continue
        if not (_is_number(count) and _is_number(out_of)):
            problems.append(FieldProblem(f"{measure}-count", _("Enter two whole numbers, such as 34 of 41.")))
        elif not 0 < int(out_of) <= MOST_COUNTED or int(count) > int(out_of):
            problems.append(
                FieldProblem(f"{measure}-count", _("The first number cannot be more than the second, nor that 0."))
            )
        else:
            typed[measure] = int(count), int(out_of)
    if not typed and not problems:
        problems.append(FieldProblem("satisfied-count", _("Enter at least one pair of numbers.")))
    if problems:
        return problems
    return [
        Figure(int(form["team"]), weeks[form["week"]], measure, *numbers) for measure, numbers in typed.items()
    ]


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) <= 8


def _show(said: Mapping[str, str], problems: list[FieldProblem]) -> str:
    teams = _open_teams()
    field = _team_field(said)
    team = field.value
    weeks = weeks_back(today(), _WEEKS)
    counts = customers.weeks_of(database(), [int(number) for number, _name in teams], weeks[-1])
    titles = _titles()
    page = CustomersPage(
        team=field,
        weeks=[(str(week), _span(week)) for week in weeks],
        week=said.get("week", "") or str(weeks[0]),
        fields=[
            MeasureField(
                measure.value,
                titles[measure],
                _definitions()[measure],
                said.get(f"{measure}-count", "")[:10],
                said.get(f"{measure}-of", "")[:10],
            )
            for measure in Measure
        ],
        problems=problems,
        errors=by_field(problems),
        lines=[line for each in reversed(counts) if (line := _line(each))],
        trends=_trends(counts, weeks),
        first=weeks[-1],
        last=weeks[0],
        entries=customers.entries_of(database(), int(team), weeks[-1]) if team else (),
        titles=titles,
    )
    return show("manage/customers_page.html", page)


def _trends(counts: Sequence[WeekCount], weeks: Sequence[date]) -> list[MeasureTrend]:
    """Return the trend of each measure of which at least two weeks can be judged."""
    known = {(each.measure, each.week_on): each for each in counts}
    titles = {
        Measure.SATISFIED: _("Satisfied answers"),
        Measure.SOLVED: _("Solved at the first contact"),
        Measure.ESCALATED: _("Needed no escalation"),
    }
    found = []
    for measure in Measure:
        shares = [_judged(known.get((measure, week))) for week in reversed(weeks)]
        if sum(each is not None for each in shares) >= 2:
            found.append(MeasureTrend(titles[measure], charts.trend(shares)))
    return found


def _judged(found: WeekCount | None) -> Share | None:
    good = good_share(found.measure, found.count, found.out_of) if found else None
    return good if good and good.of >= _FEWEST_JUDGED else None


def _csv_lines(entries: Iterable[Entry]) -> Iterator[list[Cell]]:
    titles = _titles()
    for entry in entries:
        told = share(entry.count, entry.out_of) if entry.out_of >= _FEWEST_JUDGED else None
        shares = [round(100 * value, 1) for value in (told.value, told.low, told.high)] if told else [None] * 3
        yield [
            entry.week_on, entry.team_name, titles[entry.measure], entry.count, entry.out_of, *shares,
            entry.entered_by, entry.entered_at,
        ]  # fmt: skip


def _line(found: WeekCount) -> WeekLine | None:
    good = good_share(found.measure, found.count, found.out_of)
    return WeekLine(found.week_on, customer_sentence(found.measure, good), good) if good else None


def _span(week_on: date) -> str:
    return str(_("%(first)s to %(last)s", first=day(week_on), last=day(week_on + timedelta(days=6))))


def _titles() -> dict[Measure, str]:
    return {
        Measure.SATISFIED: str(_("Satisfied answers")),
        Measure.SOLVED: str(_("Solved at the first contact")),
        Measure.ESCALATED: str(_("Escalated")),
    }


def _definitions() -> dict[Measure, str]:
    return {
        Measure.SATISFIED: str(_("Answers of 4 or 5 on a scale of 5, of all answers that week.")),
        Measure.SOLVED: str(
            _("Contacts with no other one about the same issue within seven days, of all contacts that week.")
        ),
        Measure.ESCALATED: str(
            _("Contacts that were escalated, of all contacts. It also rises when people report more of them.")
        ),
    }
