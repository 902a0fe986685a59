"""Whether what is saved goes live at once, or waits until a trainer of the course publishes it here."""

from flask import current_app, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content import actions
from lms.jobs.publishing import publish_courses
from lms.store import writing
from lms.web.deeds import done, note
from lms.web.extensions import database, db
from lms.web.identity import now
from lms.web.teach.routes import desk
from lms.web.teach.scope import my_course


def hold(slug: str) -> bool:
    """Let what is saved in this course wait until it is published; returns whether it did not before. Audited.

    The course need not have a file yet: hold it first and then write, and the very first save waits too.
    """
    with writing(database()) as session:
        is_different = actions.set_held(session, slug, is_held=True, now=now())
        if is_different:
            note(session, "course.hold", f"course:{slug}")
    return is_different


@desk.post("/releases/<slug>/hold")
def hold_course(slug: str) -> ResponseReturnValue:
    """Hold the course: from now on what is saved waits."""
    my_course(slug)
    hold(slug)
    return done(
        url_for(".course_page", slug=slug),
        _("From now on, what is saved waits until somebody publishes it here. Learners keep what they have."),
    )


@desk.post("/releases/<slug>/let-go")
def let_go(slug: str) -> ResponseReturnValue:
    """Let what is saved go live at once again; what waits does so now."""
    my_course(slug)
    with writing(database()) as session:
        if actions.set_held(session, slug, is_held=False, now=now()):
            note(session, "course.let-go", f"course:{slug}")
    publish_courses(db.engine, current_app.config["SETTINGS"], only={slug})
    return done(url_for(".course_page", slug=slug), _("From now on, what is saved goes live within two seconds."))
