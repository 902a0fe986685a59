"""Leaders first: what the signed-in leader shows herself, and what the leaders right below a team do."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from flask import request, url_for

from lms import ids
from lms.accounts.queries import TeamNode
from lms.coaching.notes import leading_queries, queries
from lms.coaching.notes.note import CoachFigure, figure_of
from lms.content import queries as content
from lms.content.course import Course
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import me, now, today
from lms.web.manage.coaching.talk_pages import LeaderLine, OwnCard, ShowingForm
from lms.web.manage.scope import scope
from lms.web.observed import behaviour_titles
from lms.web.talks import format_choices


def own_figure() -> CoachFigure:
    """Return what the signed-in coach's talks with people of teams in sight add up to; two queries."""
    return figure_of(
        queries.facts_of(database(), {me().person_id}, scope().team_ids, now()).get(me().person_id, ())
    )


def own_card() -> OwnCard:
    """Return what the signed-in leader shows herself; at most nine queries."""
    mine = me().managed_team_ids
    asked = frozenset().union(*leading_queries.asked_of_teams(database(), mine).values()) if mine else frozenset()
    courses = [course for course in _by_title() if course.slug in asked]
    titles, formats = dict(behaviour_titles()), dict(format_choices())
    showings = queries.showings_of(database(), me().person_id)
    return OwnCard(
        asked=len(courses),
        missing=[lacking(course) for course in not_completed(courses)],
        month=queries.count_showings(database(), {me().person_id}, today().replace(day=1)).get(me().person_id, 0),
        showings=[
            (each, titles.get(each.behaviour_id, each.behaviour_id), formats[each.format]) for each in showings
        ],
        observed_at=queries.last_by_peer(database(), me().person_id),
    )


def not_completed(courses: Iterable[Course]) -> list[Course]:
    """Return those of these courses that the signed-in person never completed and is not exempt from."""
    mine = leading_queries.done_by(database(), {me().person_id}, today()).get(me().person_id, frozenset())
    return [course for course in courses if course.slug not in mine]


def not_completed_of(slugs: Iterable[str]) -> list[tuple[str, str, int]]:
    """Return title, address and minutes of those of these courses that the signed-in leader never completed.

    Whoever leads no team has nobody to show them to, and lacks none; two queries, none for no course.
    """
    wanted = set(slugs)
    courses = [course for course in _by_title() if course.slug in wanted]
    return [lacking(course) for course in not_completed(courses)] if courses and me().managed_team_ids else []


def lacking(course: Course) -> tuple[str, str, int]:
    """Return title, address and minutes of a course."""
    return course.title, url_for("learn.course_page", slug=course.slug), course.minutes


def showing_form(problems: Sequence[FieldProblem]) -> ShowingForm:
    """Return the form for a modelling session; what was typed comes back with its problems."""
    names = ("showing-behaviour", "format", "attended", "showing-day")
    typed = {name: request.form.get(name, "")[:60] if problems else "" for name in names}
    return ShowingForm(
        key=ids.new_token(),
        behaviours=behaviour_titles(),
        formats=format_choices(),
        typed=typed,
        problems=problems,
        errors=by_field(list(problems)),
    )


def leader_lines(team: TeamNode) -> list[LeaderLine]:
    """Return the leaders of the teams right below this one by name, never the reader herself; nine queries.

    Their talks are counted with people of teams in sight, and never their words.
    """
    below = {child.id: child.name for child in scope().children(team.id)}
    teams_of: dict[int, list[int]] = defaultdict(list)
    names = {}
    for leader in queries.leaders_of(database(), below) if below else ():
        if leader.person_id != me().person_id:
            teams_of[leader.person_id].append(leader.team_id)
            names[leader.person_id] = leader.name
    if not names:
        return []
    facts = queries.facts_of(database(), names, scope().team_ids, now())
    month = queries.count_showings(database(), names, today().replace(day=1))
    asked = leading_queries.asked_of_teams(database(), below)
    done = leading_queries.done_by(database(), names, today())
    courses = _by_title()
    lines = []
    for person_id, name in names.items():
        wanted = frozenset().union(*(asked[each] for each in teams_of[person_id])) - done.get(
            person_id, frozenset()
        )
        lines.append(
            LeaderLine(
                name=name,
                teams=sorted(below[each] for each in teams_of[person_id]),
                figure=figure_of(facts.get(person_id, ())),
                month=month.get(person_id, 0),
                missing=[course.title for course in courses if course.slug in wanted],
            )
        )
    return lines


def _by_title() -> list[Course]:
    return sorted(content.published_courses(database()), key=lambda course: course.title.casefold())
