"""Where people of a large team are stuck and what changed there, in numbers; and who is stuck at one step."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import abort, request, url_for

from lms.plans.nudge_queries import nudged_lately
from lms.progress.changes import WEEK
from lms.units.attention_queries import ChangeCount, StuckAt, attention, places_of, stuck_at
from lms.web.extensions import database
from lms.web.identity import me, now, today
from lms.web.manage.labels import course_label, course_labels, step_titles
from lms.web.manage.leaves import leaf_number
from lms.web.manage.lines import Lines
from lms.web.manage.pages import AttentionPart, CountLine, CourseLabel, Leaf, PlaceLine, StuckPage
from lms.web.manage.remembering import remembered
from lms.web.manage.reports.ready_made import week_report
from lms.web.manage.routes import desk
from lms.web.manage.scope import scope, team_in_sight
from lms.web.render import show

# Counting so many takes a twentieth of a second, and grows with them.
_MANY = 5_000
_MOST_STEPS = 10
# So many are nudged in one sitting.
_LEAF = 50
_MOST_COURSES = 5


def attention_part(
    team_id: int, below: frozenset[int], people: int, labels: Sequence[CourseLabel]
) -> AttentionPart:
    """Return a large team in numbers, each with the page that names them; four queries.

    Of very many people the numbers are those of the last minute.
    """
    zone = ZoneInfo(me().time_zone)
    found = remembered(
        ("attention", below, today(), zone.key),
        lambda: attention(database(), below, now(), today(), zone),
        lambda _found: people >= _MANY,
    )
    known, steps = {label.slug: label for label in labels}, step_titles()
    shown, stuck_in_all = found.stuck[:_MOST_STEPS], sum(each.people for each in found.stuck)
    kinds = (
        ("finished", found.finished),
        ("earned", found.earned),
        ("begun", found.begun),
        ("late", found.late),
    )

    def place(step: StuckAt) -> PlaceLine:
        return PlaceLine(
            step_title=steps.get(step.course_slug, {}).get(step.activity_id, step.activity_id),
            course_title=course_label(step.course_slug, known).title,
            people=step.people,
            failed=step.failed,
            href=_address(team_id, step.course_slug, step.activity_id),
        )

    def count(kind: str, counts: Sequence[ChangeCount]) -> CountLine:
        courses = [
            (
                course_label(each.course_slug, known).title,
                each.people,
                week_report(kind, team_id, each.course_slug, today()),
            )
            for each in counts[:_MOST_COURSES]
        ]
        others = sum(each.people for each in counts[_MOST_COURSES:])
        return CountLine(kind, sum(each.people for each in counts), courses, others)

    return AttentionPart(
        under_way=found.under_way,
        stuck_in_all=stuck_in_all,
        stuck=[place(each) for each in shown],
        elsewhere=stuck_in_all - sum(each.people for each in shown),
        first=today() - WEEK + timedelta(days=1),
        changes=[count(kind, counts) for kind, counts in kinds],
    )


@desk.get("/teams/<int:team_id>/stuck/<slug>")
def stuck_page(team_id: int, slug: str) -> str:
    """Show who of the team and those below is stuck at one step of a course, the most urgent first."""
    team = team_in_sight(team_id)
    labels = {label.slug: label for label in course_labels()}
    if slug not in labels:
        abort(404)
    step, below = request.args.get("step", ""), scope().below(team_id)
    ids = stuck_at(database(), below, (slug, step), now(), today())
    number, pages = leaf_number(len(ids), request.args.get("page", ""), _LEAF)
    shown = ids[(number - 1) * _LEAF : number * _LEAF]
    places = places_of(database(), below, slug, shown, now(), today())
    nudged = nudged_lately(database(), shown, now()) if shown else {}
    lines = Lines(labels.values())
    page = StuckPage(
        team=team,
        course=labels[slug],
        step_title=step_titles()[slug].get(step, ""),
        people=len(ids),
        lines=[lines.stuck(place, nudged) for place in places],
        leaf=Leaf(
            number,
            pages,
            before=_address(team_id, slug, step, number - 1) if number > 1 else "",
            after=_address(team_id, slug, step, number + 1) if number < pages else "",
        ),
        back=":".join(("stuck", str(team_id), slug, str(number), step)),
    )
    return show("manage/stuck_page.html", page)


def stuck_address(back: str) -> str:
    """Return the address of the page that this stands for, "" where it stands for none in sight."""
    match back.split(":", 4):
        case ["stuck", team_id, slug, page, step] if slug and team_id in map(str, scope().teams):
            return _address(int(team_id), slug, step, page)
    return ""


def _address(team_id: int, slug: str, step: str, page: int | str = 1) -> str:
    asked = {"step": step, "page": "" if str(page) == "1" else str(page)}
    query = urlencode({name: value for name, value in asked.items() if value})
    return url_for("manage.stuck_page", team_id=team_id, slug=slug) + (f"?{query}" if query else "")
