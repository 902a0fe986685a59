"""One person's observations, for whoever coaches her."""

from datetime import date, timedelta

from flask.typing import ResponseReturnValue

from lms.coaching import queries
from lms.coaching.observation import FIRST_LOOK
from lms.web.extensions import database
from lms.web.identity import me, today
from lms.web.manage.coaching.pages import ObservedPersonPage, WaitingLine
from lms.web.manage.coaching.sight import is_readable, team_observed
from lms.web.manage.routes import desk
from lms.web.manage.scope import person_in_sight
from lms.web.observed import behaviour_rows, observed
from lms.web.render import show


@desk.get("/coaching/people/<int:person_id>")
def observed_person_page(person_id: int) -> ResponseReturnValue:
    """Show what was given to one person and may be read now; of the rest, when it may."""
    person = person_in_sight(person_id)
    is_oneself = person.id == me().person_id
    # What one was given oneself is under one's own feedback, not here.
    told = () if is_oneself else queries.given_to(database(), person.id)
    page = ObservedPersonPage(
        person=person,
        team=team_observed(person.id),
        may_observe=not is_oneself and person.disabled_at is None,
        seen=[observed(each) for each in told if is_readable(each)],
        waiting=[
            WaitingLine(each.observer_name, each.given_at, each.given_at + FIRST_LOOK)
            for each in told
            if each.given_at and not is_readable(each)
        ],
        behaviours=() if is_oneself else behaviour_rows(queries.scores_of(database(), person.id, _since())),
    )
    return show("manage/observed_person_page.html", page)


def _since() -> date:
    return today() - timedelta(days=365)
