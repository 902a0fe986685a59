"""Nudging somebody with one tap: a friendly note on her home that a course waits, and the record of it."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.plans import nudge_actions
from lms.plans.nudge import Given, Refusal, Says
from lms.store import writing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.identity import me, now
from lms.web.manage.attention import stuck_address
from lms.web.manage.labels import course_labels
from lms.web.manage.routes import desk
from lms.web.manage.scope import person_in_sight, scope
from lms.web.nudge_words import nudge_words
from lms.web.speech import moment


@desk.post("/people/<int:person_id>/nudges")
def nudge(person_id: int) -> ResponseReturnValue:
    """Leave the person a note, and go back to where the button was; a second press says who nudged her when."""
    person = person_in_sight(person_id)
    back = _address(person_id)
    titles = {label.slug: label.title for label in course_labels()}
    slug, says = request.form.get("nudge_course", ""), request.form.get("says", "")
    if slug not in titles:
        return refused(back, _("Choose a course."))
    if says not in set(Says):
        return refused(back, _("Choose what the note says."))
    with writing(database()) as session:
        given = nudge_actions.give_nudge(session, person_id, slug, Says(says), by=me().person_id, now=now())
        if isinstance(given, Given) and given.is_new:
            note(session, "nudge.give", f"person:{person_id}", course=slug, says=says)
    if isinstance(given, Refusal):
        return refused(back, refusal_words(given, person.name, titles[slug]))
    if given.is_new:
        words = nudge_words(Says(says))
        return done(
            back,
            _(
                "%(name)s finds your note on the home page: “%(words)s” (%(course)s)",
                name=person.name,
                words=words,
                course=titles[slug],
            ),
        )
    said = _(
        "%(by)s nudged %(name)s %(moment)s already (%(course)s). One note in three days is enough.",
        by=given.by,
        name=person.name,
        moment=moment(given.at),
        course=titles[slug],
    )
    flash(said, "quiet")
    return redirect(back, 303)


def refusal_words(refusal: Refusal, name: str, course: str) -> str:
    """Return why nobody was nudged, in words."""
    words = {
        Refusal.ONESELF: _("A note to yourself would only tell you what you know. Your own courses are under Me."),
        Refusal.DISABLED: _("%(name)s cannot sign in any more, so nobody would read the note.", name=name),
        Refusal.NOT_ENROLLED: _("%(name)s is not in %(course)s. Assign it first.", name=name, course=course),
        Refusal.DONE: _(
            "%(name)s has finished %(course)s. Nothing is left to nudge about.", name=name, course=course
        ),
        Refusal.EXEMPT: _("%(name)s is exempt from %(course)s: nothing is asked for.", name=name, course=course),
    }
    return str(words[refusal])


def _address(person_id: int) -> str:
    back = request.form.get("back", "")
    if back == "home":
        return url_for("manage.teams_page", _anchor="today")
    for team_id in scope().teams:
        if back == f"team-{team_id}":
            return url_for("manage.team_page", team_id=team_id, _anchor="stuck")
    return stuck_address(back) or url_for("manage.person_page", person_id=person_id)
