"""Everybody's own list for her mentor: topics put down, ticked, written anew, taken away. Nothing here is audited.

Only the owner ever comes here: each request makes the box of whoever is signed in, and the room opens no other.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lms.accounts.names import shown
from lms.content import queries as content
from lms.content.course import Lesson
from lms.mentoring import actions
from lms.mentoring.box import Box
from lms.mentoring.lists import LONGEST_TEXT, MOST_OPEN, Draft, Kind, Shelf, Topic, as_plain
from lms.mentoring.queries import shelf_of
from lms.mentoring.themes import IDS, THEMES, lesson_words, recurrences, suggested, suggested_by_lessons
from lms.reminders.actions import remind_of_meeting
from lms.store import writing
from lms.web.deeds import done, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.files import attachment
from lms.web.identity import me, today
from lms.web.learn.mentoring_pages import (
    MentorPage,
    MentorTopicPage,
    TopicLine,
    kind_choices,
    kind_name,
    theme_name,
    theme_names,
)
from lms.web.learn.routes import desk
from lms.web.render import show


def own_box() -> Box:
    """Return the box of whoever is signed in; the secrets are the server's own, the present one first."""
    secrets = (current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"])
    return Box(me().person_id, secrets)


def own_shelf() -> Shelf:
    """Return everything of whoever is signed in."""
    return shelf_of(database(), own_box())


@desk.get("/mentor")
def mentor_page() -> ResponseReturnValue:
    """Show the list for next time."""
    return show("learn/mentor_page.html", _page(own_shelf()))


@desk.post("/mentor/topics")
def add_topic() -> ResponseReturnValue:
    """Put a topic on the list, and ask there which of the themes its words suggest are meant."""
    draft = _draft(request.form)
    if isinstance(draft, list):
        return show_list(draft), 422
    try:
        with writing(database()) as session:
            topic_id = actions.add_topic(session, own_box(), draft)
    except actions.FullError:
        full = _(
            "There are %(count)s topics on this list. Take one off before you put another down.", count=MOST_OPEN
        )
        return show_list([FieldProblem("text", full)]), 422
    return done(url_for(".mentor_page", new=topic_id, _anchor=f"topic-{topic_id}"), _("It is on your list."))


@desk.post("/mentor/topics/<int:topic_id>/tick")
def tick_topic(topic_id: int) -> ResponseReturnValue:
    """Note that a topic was talked about, or take the tick back."""
    with writing(database()) as session:
        actions.tick_topic(session, own_box(), topic_id, is_ticked=request.form.get("talked") == "yes")
    return done_silently(url_for(".mentor_page", _anchor=f"topic-{topic_id}"))


@desk.post("/mentor/topics/<int:topic_id>/theme")
def add_theme(topic_id: int) -> ResponseReturnValue:
    """Give a topic one of the themes that its words suggest."""
    topic, theme = _topic(topic_id), request.form.get("theme", "")
    if theme in IDS and topic.is_readable:
        draft = replace(topic.draft, themes=(*(each for each in topic.draft.themes if each != theme), theme))
        with writing(database()) as session:
            actions.change_topic(session, own_box(), topic_id, draft)
    return done_silently(url_for(".mentor_page", new=topic_id, _anchor=f"topic-{topic_id}"))


@desk.get("/mentor/topics/<int:topic_id>")
def mentor_topic_page(topic_id: int) -> ResponseReturnValue:
    """Show one topic to be written anew."""
    return show("learn/mentor_topic_page.html", _topic_page(_topic(topic_id)))


@desk.post("/mentor/topics/<int:topic_id>")
def keep_topic(topic_id: int) -> ResponseReturnValue:
    """Write a topic anew."""
    topic = _topic(topic_id)
    draft = _draft(request.form)
    if isinstance(draft, list):
        return show("learn/mentor_topic_page.html", _topic_page(topic, draft)), 422
    with writing(database()) as session:
        actions.change_topic(session, own_box(), topic_id, draft)
    return done(_home_of(topic), _("It is saved."))


@desk.post("/mentor/topics/<int:topic_id>/remove")
def remove_topic(topic_id: int) -> ResponseReturnValue:
    """Remove a topic for good."""
    topic = own_shelf().topic(topic_id)
    with writing(database()) as session:
        actions.remove_topic(session, own_box(), topic_id)
    return done(_home_of(topic) if topic else url_for(".mentor_page"), _("It is gone for good."))


@desk.get("/mentor/lists.json")
def mentor_json() -> ResponseReturnValue:
    """Hand everything out as a file of one's own."""
    body = json.dumps(as_plain(own_shelf()), ensure_ascii=False, indent=1).encode()
    return attachment(body, "application/json; charset=utf-8", "mentor.json")


@desk.post("/mentor/remove")
def remove_mentor_lists() -> ResponseReturnValue:
    """Remove everything for good, once it was said twice."""
    if request.form.get("sure") != "yes":
        return refused(url_for(".mentor_page", _anchor="own"), _("Nothing was removed: tick the box first."))
    with writing(database()) as session:
        actions.remove_everything(session, own_box())
        remind_of_meeting(session, me().person_id, None)
    return done(url_for(".mentor_page"), _("Everything is gone: lists, meetings and the name of your mentor."))


def done_silently(address: str) -> ResponseReturnValue:
    """Go on to this page; what changed is seen there."""
    return redirect(address, 303)


def show_list(problems: list[FieldProblem]) -> str:
    """Return the list with what was filled in wrongly, nothing typed lost."""
    return show("learn/mentor_page.html", _page(own_shelf(), problems))


def topic_line(topic: Topic, *, is_new: bool = False) -> TopicLine:
    """Return the topic as lists show it; of a new one also the themes its words suggest."""
    draft = topic.draft
    hinted = [theme for theme in _hinted(draft.text) if theme not in draft.themes] if is_new else []
    return TopicLine(
        topic, kind_name(draft.kind), theme_names(draft.themes), tuple((each, theme_name(each)) for each in hinted)
    )


def _hinted(text: str) -> tuple[str, ...]:
    """Return the themes that the words of a topic suggest: the house's own, else those of lessons here."""
    found = suggested(text)
    if found:
        return found
    lessons = (
        (lesson.behaviours, f"{lesson.title} {lesson.summary}")
        for course in content.published_courses(database())
        for lesson in course.activities
        if isinstance(lesson, Lesson)
    )
    return suggested_by_lessons(text, lesson_words(lessons))


def _page(shelf: Shelf, problems: list[FieldProblem] | None = None) -> MentorPage:
    when = shelf.next_meeting.arrangement if shelf.next_meeting else None
    last = shelf.held[0].arrangement if shelf.held else None
    found = recurrences([meeting.themes for meeting in shelf.held])
    new = request.args.get("new", "")
    return MentorPage(
        mentor=shelf.mentor,
        when=when,
        is_past=when is not None and when.day < today(),
        topics=tuple(topic_line(topic, is_new=str(topic.id) == new) for topic in shelf.topics),
        ticked=sum(topic.is_ticked for topic in shelf.topics),
        held_count=len(shelf.held),
        last=last.day if last else None,
        kinds=kind_choices(),
        today=today(),
        recurring=tuple(theme_name(each.theme_id) for each in found if each.recurs),
        is_first_time=shelf.is_empty,
        typed=_typed(request.form) if problems else {},
        problems=tuple(problems or ()),
        errors=by_field(problems or []),
    )


def _topic_page(topic: Topic, problems: list[FieldProblem] | None = None) -> MentorTopicPage:
    draft, typed = topic.draft, request.form
    chosen = typed.getlist("themes") if problems else list(draft.themes)
    hinted = _hinted(draft.text)
    return MentorTopicPage(
        topic=topic,
        text=typed.get("text", "")[:LONGEST_TEXT] if problems else draft.text,
        kind=typed.get("kind", "") if problems else draft.kind.value,
        outcome=typed.get("outcome", "")[:LONGEST_TEXT] if problems else draft.outcome,
        kinds=kind_choices(),
        themes=tuple((each.id, theme_name(each.id), each.id in chosen, each.id in hinted) for each in THEMES),
        problems=tuple(problems or ()),
        errors=by_field(problems or []),
    )


def _typed(form: Mapping[str, str]) -> dict[str, str]:
    return {name: value[:LONGEST_TEXT] for name, value in form.items() if name != "csrf_token"}


def _topic(topic_id: int) -> Topic:
    topic = own_shelf().topic(topic_id)
    if topic is None:
        abort(404)
    return topic


def _home_of(topic: Topic) -> str:
    """Return where a topic is seen: on the next list, or on the list it was talked about at."""
    if topic.is_open:
        return url_for(".mentor_page", _anchor=f"topic-{topic.id}")
    return url_for(".mentor_lists_page", _anchor=f"topic-{topic.id}")


def _draft(form: "MultiDict[str, str]") -> Draft | list[FieldProblem]:
    text, outcome = several_lines(form.get("text", "")), several_lines(form.get("outcome", ""))
    kind, problems = form.get("kind", ""), []
    if not text:
        problems.append(FieldProblem("text", _("Say in a few words what it is about.")))
    for name, value in (("text", text), ("outcome", outcome)):
        if len(value) > LONGEST_TEXT:
            longer = _("Keep it below %(count)s characters: a line or two is enough.", count=LONGEST_TEXT)
            problems.append(FieldProblem(name, longer))
    if kind not in set(Kind):
        problems.append(FieldProblem("kind", _("Choose what you take it along for.")))
    if problems:
        return problems
    themes = set(form.getlist("themes"))
    return Draft(text, Kind(kind), tuple(each.id for each in THEMES if each.id in themes), outcome)


def several_lines(typed: str) -> str:
    """Return a text of several lines, each without control characters, none of them empty at either end."""
    return "\n".join(shown(line) for line in typed[: LONGEST_TEXT * 2].splitlines()).strip()
