"""The rows of the manager's pages in words; a thousand rows say the same few things, so each is said once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.progress.changes import Change, Place
from lms.progress.overview import STUCK_ATTEMPTS, Cell, Matter, PersonRow, Standing
from lms.web.identity import me, today
from lms.web.manage.labels import EXEMPT, course_label, step_titles
from lms.web.manage.nudging import NudgeOffer, offer
from lms.web.manage.pages import CellLine, ChangeLine, CourseLabel, MatterLine, RowLine, StuckLine
from lms.web.speech import day


class Lines:
    """Makes the lines of one page, in the time zone and language of who looks at it."""

    def __init__(
        self, labels: Iterable[CourseLabel], exempt: Mapping[tuple[int, str], date | None] | None = None
    ) -> None:
        """Speak of these courses, others are called by their address name; `exempt` says who is, until when."""
        self._exempt = exempt or {}
        self._labels = {label.slug: label for label in labels}
        self._zone = ZoneInfo(me().time_zone)
        self._today = today()
        self._said: dict[tuple[object, ...], str] = {}
        self._days: dict[date, str] = {}
        self._person = url_for("manage.person_page", person_id=0).removesuffix("0")

    @cached_property
    def _steps(self) -> Mapping[str, Mapping[str, str]]:
        return step_titles()

    def row(self, row: PersonRow, courses: Sequence[CourseLabel]) -> RowLine:
        """Return the person's line over these courses."""
        cells = [self._cell_of(row, course.slug) for course in courses]
        return RowLine(row.name, self._href(row), row.team_name, cells)

    def _cell_of(self, row: PersonRow, slug: str) -> CellLine | None:
        cell = row.cell(slug)
        if (row.person_id, slug) in self._exempt and (cell is None or cell.is_exempt):
            until = self._exempt[row.person_id, slug]
            words = str(_("until %(day)s", day=self._day(until))) if until else ""
            return CellLine(course_label(slug, self._labels).title, EXEMPT, words)
        return self.cell(cell) if cell else None

    def matter(self, matter: Matter, given: Mapping[tuple[int, str], datetime]) -> MatterLine:
        """Return the line of somebody who needs somebody; `given` is since when nudges hold."""
        row = matter.row
        return MatterLine(
            row.name,
            self._href(row),
            [(self.cell(cell), self._nudge(row.person_id, cell, given)) for cell in matter.cells],
        )

    def stuck(self, place: Place, given: Mapping[tuple[int, str], datetime]) -> StuckLine:
        """Return who does not get on, at which step and since when; `given` is since when nudges hold."""
        cell, since = place.cell, self._day(self._on(place.since))
        if place.has_failed:
            failed = ngettext("%(num)s attempt not passed", "%(num)s attempts not passed", cell.failed_attempts)
            why = f"{failed} · {_('last step %(day)s', day=since)}"
        else:
            why = str(_("no step since %(day)s", day=since))
        return StuckLine(
            name=place.row.name,
            href=self._href(place.row),
            team_name=place.row.team_name,
            course_title=course_label(cell.course_slug, self._labels).title,
            step_title=self.cell(cell).next_title,
            why=why,
            due=self._due_words(cell.due_on) if cell.due_on else "",
            is_late=cell.standing is Standing.LATE,
            nudge=self._nudge(place.row.person_id, cell, given),
        )

    def changes(self, kind: str, changes: Sequence[Change], most: int) -> ChangeLine:
        """Return one kind of change: how many, and the first of them by name."""
        shown = [
            (each.name, f"{self._person}{each.person_id}", course_label(each.course_slug, self._labels).title)
            for each in changes[:most]
        ]
        return ChangeLine(kind, len(changes), shown)

    def _nudge(self, person_id: int, cell: Cell, given: Mapping[tuple[int, str], datetime]) -> NudgeOffer | None:
        # Neither to oneself, nor to whoever waits for somebody else to read what she handed in.
        if person_id == me().person_id or cell.is_with_trainer or cell.course_slug not in self._labels:
            return None
        return offer(person_id, cell.course_slug, cell.standing, given)

    def cell(self, cell: Cell) -> CellLine:
        """Return one person in one course, in words."""
        is_open = cell.standing is not Standing.DONE
        next_id = cell.next_activity_id if is_open else None
        return CellLine(
            course_title=course_label(cell.course_slug, self._labels).title,
            standing=cell.standing.value,
            due=self.due(cell),
            steps=f"{cell.steps_done}/{cell.steps_total}"
            if is_open and cell.started_at and cell.steps_total
            else "",
            next_title=self._steps.get(cell.course_slug, {}).get(next_id, next_id) if next_id else "",
            last_step=self._day(self._on(cell.last_activity_at)) if cell.last_activity_at else "",
        )

    def due(self, cell: Cell) -> str:
        """Return when it was done or is due, and why it counts as stuck or what it waits for."""
        if cell.completed_at:
            return self._day(self._on(cell.completed_at))
        rested_since = None
        if cell.standing is Standing.STUCK and cell.failed_attempts < STUCK_ATTEMPTS:
            rested_since = self._on(cell.last_activity_at or cell.started_at or datetime.max)
        is_stuck = cell.standing is Standing.STUCK
        key = (
            cell.due_on,
            cell.is_with_trainer,
            is_stuck,
            is_stuck and rested_since,
            is_stuck and cell.failed_attempts,
        )
        if key not in self._said:
            self._said[key] = self._say(cell, rested_since)
        return self._said[key]

    def _say(self, cell: Cell, rested_since: date | None) -> str:
        words = self._due_words(cell.due_on)
        if cell.is_with_trainer:
            return f"{words} · {_('handed in, waits to be marked')}"
        if cell.standing is not Standing.STUCK:
            return words
        if rested_since is not None:
            return f"{words} · {_('last step %(day)s', day=self._day(rested_since))}"
        failed = ngettext("%(num)s attempt not passed", "%(num)s attempts not passed", cell.failed_attempts)
        return f"{words} · {failed}"

    def _due_words(self, due_on: date | None) -> str:
        if due_on is None:
            return str(_("no due date"))
        days = (due_on - self._today).days
        if days < 0:
            return str(ngettext("due yesterday", "due %(num)s days ago", -days))
        if days == 0:
            return str(_("due today"))
        if days <= 7:
            return str(ngettext("due tomorrow", "due in %(num)s days", days))
        return str(_("due %(day)s", day=self._day(due_on)))

    def _day(self, on: date) -> str:
        if on not in self._days:
            self._days[on] = day(on)
        return self._days[on]

    def _on(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def _href(self, row: PersonRow) -> str:
        return f"{self._person}{row.person_id}"
