"""What a survey's answers say, as far as it may be told; closing a round and beginning the next."""

from dataclasses import dataclass

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import queries as accounts
from lms.content.course import Course, Survey
from lms.progress import team_queries
from lms.store import writing
from lms.surveys import actions, queries
from lms.surveys.queries import Round
from lms.surveys.results import FEWEST, FEWEST_WITH_WORDS, Results, results_of
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.identity import today
from lms.web.render import show
from lms.web.teach.keys import spoken
from lms.web.teach.routes import desk
from lms.web.teach.scope import my_release
from lms.web.wording import survey_in_our_words


@dataclass(frozen=True)
class ResultsPage:
    """What one round said; `results` is None while an anonymous round is open and may still be told apart.

    `asked` is how many people have the course, `teams` their names by number.
    """

    slug: str
    course_title: str
    language: str
    survey_id: str
    title: str
    is_anonymous: bool
    rounds: tuple[Round, ...]
    round: Round | None
    asked: int
    results: Results | None
    teams: dict[int, str]
    trainer_html: str
    fewest: int
    fewest_with_words: int


@desk.get("/courses/<slug>/<activity_id>/results")
def results_page(slug: str, activity_id: str) -> ResponseReturnValue:
    """Show what a round said: the one asked for, else the last that is closed, else the open one."""
    course, survey = _survey(slug, activity_id)
    rounds = queries.rounds_of(database(), slug, activity_id)
    wanted = request.args.get("round", "")
    closed = [each for each in rounds if each.closed_on]
    chosen = next((each for each in rounds if str(each.number) == wanted), None)
    chosen = chosen or (closed[-1] if closed else rounds[-1] if rounds else None)
    # While an anonymous round is open, what one more answer changes would be that answer. It stays one when
    # the survey asks for names since.
    is_told = chosen is not None and (
        chosen.closed_on is not None
        or not (survey.is_anonymous or queries.has_nameless(database(), slug, activity_id, chosen.number))
    )
    results = None
    if chosen and is_told:
        replies = queries.replies_in(database(), slug, activity_id, chosen.number)
        results = results_of(survey_in_our_words(survey), replies)
    team_ids = {team_id for part in results.parts for team_id, _told in part.teams} if results else set()
    totals = team_queries.organisation_totals(database(), today())
    page = ResultsPage(
        slug=slug,
        course_title=course.title,
        language=course.language,
        survey_id=survey.id,
        title=survey.title,
        is_anonymous=survey.is_anonymous,
        rounds=rounds,
        round=chosen,
        asked=next((total.enrolled for total in totals if total.course_slug == slug), 0),
        results=results,
        teams={team.id: team.name for team in accounts.teams(database(), today(), team_ids)} if team_ids else {},
        trainer_html=spoken(survey.trainer_html),
        fewest=FEWEST,
        fewest_with_words=FEWEST_WITH_WORDS,
    )
    return show("teach/results_page.html", page)


@desk.post("/courses/<slug>/<activity_id>/results/next-round")
def begin_next_round(slug: str, activity_id: str) -> ResponseReturnValue:
    """Close the open round, so that it may be read, and begin the next."""
    _course, survey = _survey(slug, activity_id)
    address = url_for(".results_page", slug=slug, activity_id=activity_id)
    with writing(database()) as session:
        number = actions.begin_next_round(session, slug, survey, today())
        if number is not None:
            note(session, "survey.next-round", f"course:{slug}", survey=survey.id, round=number)
    if number is None:
        return refused(address, _("Fewer than five people have answered: nothing could be shown. It stays open."))
    return done(address, _("The round is closed, and the next has begun: everybody can answer again."))


def _survey(slug: str, activity_id: str) -> tuple[Course, Survey]:
    course = my_release(slug)
    survey = course.activity(activity_id)
    if not isinstance(survey, Survey):
        abort(404)
    return course, survey
