"""A wrong key: which answers were held against it, what to do about them, and who would lose a pass by it."""

import time

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lms.accounts.directory_queries import names_of
from lms.content.queries import CourseState
from lms.content.variables import filled_text
from lms.credentials.actions import Deed
from lms.credentials.correction_actions import carry_on, decide_lost
from lms.jobs.correcting import PORTION
from lms.progress import correction_queries
from lms.progress.correcting import Choice, Standing
from lms.progress.correction_actions import Wanted, correction_of, decide_correction
from lms.progress.correction_queries import KeyVersion, Preview
from lms.quiz.keying import asks_alike
from lms.quiz.question import OpenKey, Question
from lms.quiz.registry import kind_of
from lms.quiz.verbs import Verdict
from lms.store import writing
from lms.web.deeds import done, note, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field, typed
from lms.web.frame import house
from lms.web.identity import me, now, remote_address
from lms.web.render import show
from lms.web.teach.keys import spoken
from lms.web.teach.releases.pages import CorrectionLine, KeyForm, KeyPage, VersionLine
from lms.web.teach.releases.publishing import LONGEST_NOTE
from lms.web.teach.routes import desk
from lms.web.teach.scope import my_course

_SHORTEST_REASON = 3
# What takes longer is carried on by the process beside the server.
_PATIENCE_SECONDS = 1.5


@desk.get("/keys/<slug>/<question_id>")
def key_page(slug: str, question_id: str) -> ResponseReturnValue:
    """Show the keys a question was asked with, and, for a choice in the address, what it would do."""
    state = my_course(slug)
    versions = _versions(slug, question_id)
    form = _form(request.args, state, versions) if "choice" in request.args else _first_form(state, versions)
    preview = None
    if "choice" in request.args and not form.problems:
        wanted = _wanted(slug, question_id, state, versions, form)
        rows = [correction_of(each, now(), me().person_id) for each in wanted]
        preview = correction_queries.preview(database(), slug, [each.version for each in wanted], rows)
    return show("teach/key_page.html", _page(state, question_id, versions, form, preview))


@desk.post("/keys/<slug>/<question_id>")
def correct_key(slug: str, question_id: str) -> ResponseReturnValue:
    """Decide how answers under a wrong key count, and mark past attempts again, as many as fit into a moment."""
    state = my_course(slug)
    versions = _versions(slug, question_id)
    form = _form(request.form, state, versions)
    if form.problems:
        return show("teach/key_page.html", _page(state, question_id, versions, form, None)), 422
    wanted = _wanted(slug, question_id, state, versions, form)
    with writing(database()) as session:
        decided = [decide_correction(session, each, now(), me().person_id) for each in wanted]
        if any(is_new for _number, is_new in decided):
            releases = sorted({number for each in wanted for number in each.version.numbers})
            detail = {"question": question_id, "choice": form.choice, "releases": releases, "why": form.reason}
            note(session, "course.correct-key", f"course:{slug}", **detail)
    back = url_for(".key_page", slug=slug, question_id=question_id, _anchor="corrections")
    if not any(is_new for _number, is_new in decided):
        return refused(back, _("That was decided already; nothing is marked twice."))
    is_finished = _carry_on([number for number, _is_new in decided])
    return done(
        back, _("Past attempts are marked again.") if is_finished else _("Past attempts are being marked again.")
    )


@desk.post("/keys/<slug>/<question_id>/passes")
def decide_pass(slug: str, question_id: str) -> ResponseReturnValue:
    """Let somebody who would no longer pass keep pass and certificate, or take both, for a stated reason."""
    my_course(slug)
    lost = correction_queries.lost_by(database(), slug, question_id)
    given = (request.form.get("correction", ""), request.form.get("attempt", ""))
    found = next((each for each in lost if (str(each.correction_id), str(each.attempt_id)) == given), None)
    deed, why = request.form.get("deed", ""), typed(request.form, "why", LONGEST_NOTE)
    if found is None or deed not in ("keep", "take"):
        abort(404)
    back = url_for(".key_page", slug=slug, question_id=question_id, _anchor="passes")
    if found.person_id == me().person_id:
        return refused(back, _("Nobody decides about her own pass. Another trainer or an administrator can."))
    if len(why) < _SHORTEST_REASON:
        return refused(back, _("Say in a sentence why; nothing is decided yet."))
    who = Deed(me().person_id, me().name, remote_address(), now())
    is_kept = deed == "keep"
    with writing(database()) as session:
        standing = decide_lost(session, found.correction_id, found.attempt_id, keep=is_kept, why=why, deed=who)
        if standing:
            action = "pass.keep" if is_kept else "pass.take"
            detail = {"course": slug, "question": question_id, "why": why, "outcome": standing.value}
            note(session, action, f"person:{found.person_id}", **detail)
    if standing is None:
        return refused(back, _("That was decided already."))
    return done(back, _said(standing, found.name))


def _said(standing: Standing, name: str) -> str:
    said = {
        Standing.KEPT: _("%(name)s keeps the pass.", name=name),
        Standing.REVOKED: _("%(name)s no longer passes.", name=name),
        Standing.DONE: _(
            "%(name)s passes by another attempt: this one has its new mark, the pass stays.", name=name
        ),
    }
    return str(said[standing])


def _carry_on(numbers: list[int]) -> bool:
    """Mark again until it is done or patience is over; returns whether it is done."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    for number in numbers:
        while True:
            if time.monotonic() > deadline:
                return False
            with writing(database()) as session:
                portion = carry_on(session, number, now(), PORTION)
            if portion is None or portion.is_finished:
                break
    return True


def _versions(slug: str, question_id: str) -> list[KeyVersion]:
    versions = correction_queries.key_versions(database(), slug, question_id)
    if not versions:
        abort(404)
    return versions


def _current(state: CourseState, versions: list[KeyVersion]) -> KeyVersion | None:
    """Return the key with which the current release asks the question, None when it no longer does."""
    return next((each for each in versions if state.release_number in each.numbers), None)


def _first_form(state: CourseState, versions: list[KeyVersion]) -> KeyForm:
    """Return the form as it is first shown: the key before the current one is suspected, else the current one."""
    current = _current(state, versions)
    before = [each.key_print for each in versions if each != current and each.closed + each.under_way]
    choice = Choice.KEY if before and current else Choice.EVERYBODY
    return KeyForm(tuple(before[:1] or [versions[0].key_print]), choice, "")


def _form(given: MultiDict[str, str], state: CourseState, versions: list[KeyVersion]) -> KeyForm:
    keys = tuple(each.key_print for each in versions if each.key_print in given.getlist("key"))
    choice, reason = given.get("choice", ""), typed(given, "reason", LONGEST_NOTE)
    problems = []
    if not keys:
        problems.append(FieldProblem("key", _("Choose the key that was wrong")))
    if choice not in set(Choice):
        problems.append(FieldProblem("choice", _("Choose how the answers are to count")))
    elif choice == Choice.KEY and keys:
        problems += _key_problems(state, versions, keys)
    if len(reason) < _SHORTEST_REASON:
        problems.append(FieldProblem("reason", _("Say in a sentence what was wrong")))
    return KeyForm(keys, choice, reason, tuple(problems), by_field(problems))


def _key_problems(state: CourseState, versions: list[KeyVersion], keys: tuple[str, ...]) -> list[FieldProblem]:
    """Return why answers under these keys cannot be marked by the current one."""
    current = _current(state, versions)
    if current is None:
        return [FieldProblem("choice", _("The course no longer asks this question, so there is no mended key"))]
    if current.key_print in keys and current.key_print not in _decided(state.slug, current.question.id):
        text = _("This is the key in force. Mend it in the file and publish first, or choose another way")
        return [FieldProblem("choice", text)]
    chosen = [each for each in versions if each.key_print in keys]
    if any(not _may_stand_for(current.question, each.question) for each in chosen):
        text = _("The mended question offers other answers than the old one, so its key cannot mark them")
        return [FieldProblem("choice", text)]
    return []


def _decided(slug: str, question_id: str) -> set[str]:
    """Return the keys that a correction is about: one that was right after all may count again."""
    return {each.key_print for each in correction_queries.corrections_of(database(), slug, question_id)}


def _may_stand_for(right: Question, wrong: Question) -> bool:
    return asks_alike(wrong, right) and not isinstance(right.key, OpenKey)


def _wanted(
    slug: str, question_id: str, state: CourseState, versions: list[KeyVersion], form: KeyForm
) -> list[Wanted]:
    current, choice = _current(state, versions), Choice(form.choice)
    right_id = state.release_id if current and choice is Choice.KEY else None
    chosen = [each for each in versions if each.key_print in form.keys]
    return [Wanted(slug, question_id, each, choice, right_id, form.reason) for each in chosen]


def _page(
    state: CourseState, question_id: str, versions: list[KeyVersion], form: KeyForm, preview: Preview | None
) -> KeyPage:
    current = _current(state, versions)
    newest = (current or versions[0]).question
    corrections = correction_queries.corrections_of(database(), state.slug, question_id)
    names = names_of(database(), {each.decided_by for each in corrections if each.decided_by})
    decided = {each.key_print for each in corrections}
    others = [each for each in versions if current and (each != current or each.key_print in decided)]
    may_mend = current is not None and any(_may_stand_for(current.question, each.question) for each in others)
    return KeyPage(
        slug=state.slug,
        course_title=state.title,
        question_id=question_id,
        question_title=filled_text(newest.title, house().variables),
        stem_html=spoken(newest.stem_html),
        versions=tuple(_version_line(each, form, is_current=each == current) for each in versions),
        choices=tuple(choice for choice in Choice if may_mend or choice is not Choice.KEY),
        form=form,
        preview=preview,
        corrections=tuple(CorrectionLine(each, names.get(each.decided_by or 0, "")) for each in corrections),
        lost=tuple(correction_queries.lost_by(database(), state.slug, question_id)),
        is_under_way=any(not each.is_finished for each in corrections),
    )


def _version_line(version: KeyVersion, form: KeyForm, *, is_current: bool) -> VersionLine:
    lines = kind_of(version.question).feedback(version.question.key, None)
    rights = tuple(
        f"{spoken(line.html)} → {spoken(line.right_html)}" if line.html and line.right_html
        else spoken(line.right_html or line.html)
        for line in lines
        if line.right_html or line.verdict is Verdict.MISSED
    )  # fmt: skip
    return VersionLine(
        key_print=version.key_print,
        numbers=version.numbers,
        is_current=is_current,
        is_chosen=version.key_print in form.keys,
        rights_html=rights,
        closed=version.closed,
        under_way=version.under_way,
    )
