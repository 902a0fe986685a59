"""One's own open plans on paper, to cut out and fold: the sentence in front, its lesson's job aid behind it."""

from dataclasses import dataclass

from flask import Response, current_app
from flask_babel import gettext as _

from lms.content import queries as content
from lms.content.job_aids import job_aids_of
from lms.content.variables import filled
from lms.markup import plain_text
from lms.organisation import queries as organisation
from lms.practice.commitment_queries import PlanLine, own_plans
from lms.web.extensions import database
from lms.web.files import attachment
from lms.web.frame import house
from lms.web.identity import me, today
from lms.web.learn.routes import desk
from lms.web.papers import pdf_of
from lms.web.speech import language

# A longer job aid is set in small type, so that it can be folded away.
_LONG = 600


@dataclass(frozen=True)
class PocketCard:
    """One plan and its lesson's job aid as safe HTML, "" when the lesson has none now."""

    plan: PlanLine
    aid_html: str
    aid_language: str
    is_long: bool


@dataclass(frozen=True)
class PocketSheet:
    """A person's open plans, as they are due; `paper` is `a4` or `letter`."""

    organisation: str
    cards: tuple[PocketCard, ...]
    paper: str


@desk.get("/practice/pocket-cards.pdf")
def pocket_cards() -> Response:
    """Hand out one's own open plans as a paper; answers 503 while none can be made."""
    plans = [plan for plan in own_plans(database(), me().person_id, today()) if plan.due_on is not None]
    aids = {(aid.slug, aid.lesson_id): aid for aid in job_aids_of(content.published_courses(database()))}
    cards = []
    for plan in plans:
        aid = aids.get((plan.course_slug, plan.activity_id))
        html = filled(aid.html, house().variables) if aid else ""
        is_long = len(plain_text(html)) > _LONG
        cards.append(PocketCard(plan, html, aid.language if aid else "", is_long))
    page = PocketSheet(house().name, tuple(cards), organisation.paper(database()))
    html = current_app.jinja_env.get_template("print/pocket_cards.html").render(
        page=page, language=language().replace("_", "-")
    )
    # The press takes its time: nothing is held in the database meanwhile.
    database().rollback()
    return attachment(pdf_of(html, "pocket cards"), "application/pdf", f"{_('Plans')} {today().isoformat()}.pdf")
