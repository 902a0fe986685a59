"""A person's own passport: what stands behind each behaviour, on a page, as a paper and as a file."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content import queries as content
from lms.organisation import queries as organisation
from lms.passport.ladder import Evidence, Ladder, Rung, Step, ladder
from lms.passport.naming import behaviour_names
from lms.passport.queries import evidence_of
from lms.web.extensions import database
from lms.web.files import attachment
from lms.web.identity import me, today
from lms.web.learn.routes import desk
from lms.web.papers import pdf_of
from lms.web.render import show
from lms.web.speech import language

_FORMAT = "lantern-passport-1"


@dataclass(frozen=True)
class Behaviour:
    """One behaviour with its name and what stands behind it; `next_rung` is the one above what holds, or None."""

    id: str
    name: str
    ladder: Ladder
    next_rung: Rung | None

    def step(self, rung: Rung) -> Step | None:
        """Return what there is on this rung, or None."""
        return next((step for step in self.ladder.steps if step.rung is rung), None)


@dataclass(frozen=True)
class PassportPage:
    """Every behaviour that the courses here speak of; `rungs` from the least to the most.

    `held` counts the behaviours that hold a rung or one above it, by rung.
    """

    name: str
    organisation: str
    made_on: date
    behaviours: tuple[Behaviour, ...]
    rungs: tuple[Rung, ...]
    held: dict[Rung, int]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing has happened yet."""
        return not any(each.ladder.steps for each in self.behaviours)


@desk.get("/passport")
def passport_page() -> ResponseReturnValue:
    """Show one's own passport."""
    return show("learn/passport_page.html", _passport())


@desk.get("/passport.pdf")
def passport_pdf() -> Response:
    """Hand out one's own passport as a paper; answers 503 while none can be made."""
    html = current_app.jinja_env.get_template("print/passport.html").render(
        page=_passport(), language=language().replace("_", "-"), paper=organisation.paper(database())
    )
    # The press takes its time: nothing is held in the database meanwhile.
    database().rollback()
    pdf = pdf_of(html, "a passport")
    return attachment(pdf, "application/pdf", f"{_('Passport')} {me().name[:80]} {today().isoformat()}.pdf")


@desk.get("/passport.json")
def passport_json() -> Response:
    """Hand out one's own passport as a file that other programs can read; docs/passport.md says what is in it."""
    page = _passport()
    told = {
        "format": _FORMAT,
        "name": page.name,
        "organisation": page.organisation,
        "made_on": page.made_on.isoformat(),
        "behaviours": [
            {
                "id": each.id,
                "name": each.name,
                "holds": each.ladder.holds.name.lower() if each.ladder.holds else None,
                "evidence": [
                    {
                        "rung": step.rung.name.lower(),
                        "newest_on": step.newest.on.isoformat(),
                        "where": step.newest.where or None,
                        "times": step.count,
                        "freshness": step.freshness.value,
                    }
                    for step in each.ladder.steps
                ],
            }
            for each in page.behaviours
        ],
    }
    body = json.dumps(told, ensure_ascii=False, indent=2).encode()
    return attachment(body, "application/json", f"passport {today().isoformat()}.json")


def _passport() -> PassportPage:
    names = behaviour_names(content.published_courses(database()))
    found: dict[str, list[Evidence]] = defaultdict(list)
    for each in evidence_of(database(), me().person_id, me().time_zone):
        found[each.behaviour_id].append(each)
    # What was learned in a course that is gone is told as well, by its id when nothing else is known.
    ids = [*names, *sorted(set(found) - set(names))]
    behaviours = tuple(
        _behaviour(behaviour_id, names.get(behaviour_id, behaviour_id), found[behaviour_id])
        for behaviour_id in ids
    )
    held = {rung: sum((each.ladder.holds or 0) >= rung for each in behaviours) for rung in Rung}
    return PassportPage(me().name, organisation.name(database()), today(), behaviours, tuple(Rung), held)


def _behaviour(behaviour_id: str, name: str, evidence: list[Evidence]) -> Behaviour:
    found = ladder(behaviour_id, evidence, today())
    above = (found.holds or 0) + 1
    return Behaviour(behaviour_id, name, found, Rung(above) if above <= max(Rung) else None)
