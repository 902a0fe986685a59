"""What somebody with bad intentions types, sends and looks for, on every page at once.

Single fields and pages are tried where they live; here everything is followed from link to link.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import html5lib
import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from lms.accounts.tables import Person, Team
from lms.content.course import Course
from lms.credentials.tables import Certificate
from lms.jobs.publishing import publish_courses
from lms.organisation.actions import set_value
from lms.progress.tables import Answer, Attempt, Enrolment
from lms.quiz.question import (
    ChoiceKey,
    GapsKey,
    Item,
    NumberKey,
    OpenKey,
    Option,
    QuestionType,
    ShortKey,
    SortItem,
    SortKey,
    SpokenLine,
    SpotKey,
)
from lms.store import writing
from tests.support import world as worlds
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson, a_match, a_question, a_quiz, an_order
from tests.support.shelf import shelve
from tests.support.world import Keeper, World, rows_of

pytestmark = pytest.mark.usefixtures("clock")

CANARY = '"><svg onload=alert(1)>{{7*7}}zq'
# Front matter refuses braces, which speak of the organisation.
PLAIN = CANARY.replace("{{7*7}}", "")
RUNS = "<svg onload"
EVALUATED = "49zq"
_LINK = re.compile(r'(?:href|src|action)="([^"#?]*(?:\?[^"#]*)?)')
_PAGES = 400


@pytest.fixture
def world(app: Flask, session: Session, now: datetime) -> World:
    """The cast, and one of everything that is Lena's."""
    return worlds.make(session, now)


# --- Words that would like to run ---

COURSE = f"""\
---
title: 'Course {PLAIN}'
summary: 'Summary {PLAIN}'
audience: 'Audience {PLAIN}'
language: en
pass: all lessons, quiz 80
---

Front {CANARY}
"""
LESSON = f"""\
---
title: 'Lesson {PLAIN}'
summary: 'Summary {PLAIN}'
minutes: 3
---

## Heading {CANARY}

Text {CANARY} and `code {CANARY}` and [link {CANARY}](https://example.org/{CANARY.replace(" ", "")}).

| Head {CANARY} | Two |
| --- | --- |
| Cell {CANARY} | {{{{ org.refund_limit }}}} |

## Question {CANARY} {{.question #pick}}

Stem {CANARY}

- [x] Right {CANARY}
    > Feedback {CANARY}
- [ ] Wrong {CANARY}
    > Feedback {CANARY}

## Steps {CANARY} {{.question .order #steps}}

Put them in order.

1. One {CANARY}
2. Two {CANARY}

## Pairs {CANARY} {{.question .match #pairs}}

Match them.

| Left {CANARY} | Right {CANARY} |
| --- | --- |
| A {CANARY} | B {CANARY} |
| C {CANARY} | D {CANARY} |

## Notes {{.trainer}}

Huddle {CANARY}
"""
QUIZ = f"""\
---
title: 'Quiz {PLAIN}'
kind: quiz
---

Intro {CANARY}

## Asked {CANARY} {{#asked}}

Stem {CANARY}

- [x] Right {CANARY}
    > Feedback {CANARY}
- [ ] Wrong {CANARY}

Explanation {CANARY}

## Typed {CANARY} {{#typed}}

Stem

= right

Explanation {CANARY}
"""


@pytest.fixture
def hostile(app: Flask, engine: Engine, session: Session, world: World, now: datetime) -> World:
    """Lena's world with the same bad words in every field that anybody fills in."""
    folder: Path = app.config["SETTINGS"].courses_folder / "hostile"
    folder.mkdir()
    for name, text in {"course.md": COURSE, "01-read.md": LESSON, "02-check.md": QUIZ}.items():
        (folder / name).write_text(text)
    (published,) = publish_courses(engine, app.config["SETTINGS"], only={"hostile"})
    assert published.is_new, published.problems
    with writing(session):
        session.execute(
            update(Person).values(name=Person.name + CANARY, staff_number=CANARY + Person.sign_in_name)
        )
        session.execute(update(Person).values(email=Person.sign_in_name + CANARY))
        session.execute(update(Team).values(name=Team.name + CANARY, code=Team.code + CANARY))
        session.execute(
            update(Certificate).values(person_name=CANARY, organisation_name=CANARY, course_title=CANARY)
        )
        for key in ("name", "var.refund_limit", "var.other"):
            set_value(session, key, CANARY, now)
        session.execute(update(Answer).where(Answer.question_id == "short").values(response=CANARY))
    return world


@pytest.mark.parametrize("who", ["lena", "tom", "mia", "ada", "nobody"])
def test_hostile_words_stay_words_wherever_they_are_shown(app: Flask, hostile: World, who: str) -> None:
    browser = Browser(app, hostile.tokens.get(who))
    if who == "lena":
        _answer_hostile_questions(browser)
    seen, shown = 0, 0
    for path, response in crawl(browser):
        seen += 1
        body = _text_of(response)
        if response.mimetype == "text/html":
            shown += PLAIN in _words(response.text)
            assert RUNS not in body, f"{path}: runs"
        assert EVALUATED not in body, f"{path}: evaluates"
    assert seen > {"nobody": 3}.get(who, 10)
    assert shown == 0 if who == "nobody" else shown > 5, shown


def _answer_hostile_questions(browser: Browser) -> None:
    for path in ("/learn/courses/hostile/read", "/learn/courses/hostile/check"):
        page = browser.get(path).text
        for action in dict.fromkeys(re.findall(r'action="([^"]*/(?:answers/pick|attempts))"', page)):
            option = re.search(r'name="response" value="([^"]+)"', page)
            browser.post(action, {"response": option[1] if option else ""})


def crawl(browser: Browser, start: str = "/") -> Iterator[tuple[str, Any]]:
    """Follow every link of this site from the front page on, each address once, each page held to the rules."""
    waiting, known = [start, "/verify", "/sign-in", "/sign-in/card"], set()
    while waiting and len(known) < _PAGES:
        path = waiting.pop(0)
        place = urlsplit(path)
        # Sorting and filtering the same list in yet another way shows nothing new.
        if path in known or sum(urlsplit(each).path == place.path for each in known) > 3:
            continue
        known.add(path)
        response = browser.client.get(path, buffered=True)
        assert response.status_code < 500, f"{path}: {response.status_code}"
        if response.status_code in (301, 302, 303):
            waiting.append(response.location)
            continue
        if response.status_code == 405 or response.mimetype == "application/pdf":
            continue
        yield path, response
        if response.mimetype == "text/html":
            browser.get(path, response.status_code)
            found = (each.replace("&amp;", "&") for each in _LINK.findall(response.text))
            waiting += [each for each in found if each.startswith("/") and not each.startswith("//")]


def _text_of(response: Any) -> str:
    """Return what the file says; a workbook is unpacked."""
    if not response.data.startswith(b"PK"):
        return str(response.text) if not response.mimetype.startswith(("image/", "font/")) else ""
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def _words(page: str) -> str:
    """Return the page's text as a reader has it."""
    return "".join(html5lib.parse(page, namespaceHTMLElements=False).itertext())


# --- The key before its time ---

KEYS = ("keyfeedback", "keyreason", "keytext", "keygap", "keytwo", "31415.25", "31415", "is_right", "keyhuddle")


@pytest.fixture
def quizzed(session: Session, world: World, now: datetime) -> Course:
    """A course whose every right answer and feedback is a word that stands nowhere else."""
    options = tuple(Option(f"o{n}", f"Choice {n}", n == 2, f"<p>keyfeedback {n}</p>") for n in range(4))
    more = {"explanation_html": "<p>keyreason</p>", "stem_html": "<p>What is it?</p>"}
    questions = (
        a_question("single", QuestionType.SINGLE, ChoiceKey(options), **more),
        a_question("multiple", QuestionType.MULTIPLE, ChoiceKey(options), **more),
        a_question("short", QuestionType.SHORT, ShortKey(("keytext",), ("keytwo.*",)), **more),
        a_question("number", QuestionType.NUMBER, NumberKey(31415.25, 0.5, "m"), **more),
        a_question(
            "sort",
            QuestionType.SORT,
            SortKey(
                (Item("g1", "One"), Item("g2", "Other")),
                (SortItem("i1", "First", "g1", "<p>keyfeedback</p>"), SortItem("i2", "Second", "g2")),
            ),
            **more,
        ),
        a_question(
            "spot",
            QuestionType.SPOT,
            SpotKey(
                (
                    SpokenLine("l1", "Sam", "First.", False, "<p>keyfeedback</p>"),
                    SpokenLine("l2", "", "Second.", True),
                )
            ),
            **more,
        ),
        a_question("open", QuestionType.OPEN, OpenKey((Item("c1", "keytext"),)), **more),
        a_question("gaps", QuestionType.GAPS, GapsKey(("<p>a ", " b</p>"), (("keygap",),)), **more),
        an_order("order", **more),
        a_match("match", **more),
    )
    practice = a_question("practice", QuestionType.SINGLE, ChoiceKey(options), **more)
    lesson = a_lesson("lesson", practice, trainer_html="<p>keyhuddle</p>")
    return shelve(session, a_course("secret", lesson, a_quiz("secret-check", *questions)), now)


@pytest.mark.parametrize("who", ["lena", "otto", "mia"])
def test_no_answer_during_an_attempt_tells_the_key(app: Flask, world: World, quizzed: Course, who: str) -> None:
    browser = Browser(app, world.tokens[who])
    begun = browser.post("/learn/courses/secret/secret-check/attempts")
    attempt = begun.location
    answers: list[Any] = [begun]
    for number in range(1, 11):
        page = browser.get(f"{attempt}?q={number}")
        action = re.search(r'action="([^"]+/answers/[^"]+)"', page.text)
        assert action
        name = action[1].rsplit("/", 1)[1]
        chosen = {"single": "o1", "multiple": "o2", "spot": "l1"}
        form = {"response": chosen.get(name, "guess")}
        answers += [page, browser.post(action[1], {**form, "go": "check"})]
        headers = {"Accept": "application/json"}
        answers.append(browser.post(action[1], form, 200, headers=headers))
    answers += [browser.get(f"{attempt}?q=check"), browser.get(f"{attempt}/review", 302)]
    for word in KEYS:
        answers.append(browser.get(f"/learn/search?q={word}"))
    answers += [response for _path, response in crawl(browser)]
    for response in answers:
        said = f"{response.headers}\n{_text_of(response)}".casefold()
        asked = response.request.query_string.decode()
        # The notes of a lesson are for whoever talks it through with a team.
        keys = KEYS[:-1] if response.request.path.startswith("/manage/huddles/") else KEYS
        told = [word for word in keys if word in said and word not in asked]
        assert not told, f"{response.request.path}: tells {told}"


# --- Forms that no page of ours sends ---

_TAKEN = (303, 400, 413)
TAMPERED: list[dict[str, Any]] = [
    {"response": "no-such-option"},
    {"response": ["right", "wrong-1", "wrong-2"]},
    {"response": ["right"] * 1_000},
    {"response": "NaN"},
    {"response": "1e309"},
    {"response": "-1"},
    {"response": "\0"},
    {"response": "x" * 100_000},
    {"response": "\u202e" * 400},
    {"response": "{{7*7}}"},
    {"response[]": "right", "response[$ne]": ""},
    {"response-step-1": "1e9", "response-step-2": "-1", "response-left-1": "left-1", "response-1": "\0"},
    {"response-step-1": ["1", "2"], "response-left-1": ["right-1", "right-2"]},
    {"score": "1", "mark": "1", "is_right": "yes", "passed": "1"},
    {f"field-{number}": "1" for number in range(10_000)},
    {"response": "x" * 10_000_000},
]


def test_tampered_answers_are_refused_and_earn_nothing(
    app: Flask, engine: Engine, session: Session, world: World
) -> None:
    keeper = Keeper(engine)
    for form in TAMPERED:
        lena = Browser(app, world.tokens["lena"])
        token = lena.csrf_token()
        for question in ("single", "multiple", "short", "number", "order", "match", "gaps", "sort", "spot"):
            path = f"/learn/attempts/{world.under_way}/answers/{question}"
            response = lena.client.post(path, data={**form, "csrf_token": token})
            allowed = (400,) if question == "single" and form.get("response") == "no-such-option" else _TAKEN
            assert response.status_code in allowed, f"{question}: {response.status_code}"
        lena.post(f"/learn/attempts/{world.under_way}/submit")
        mark = session.scalar(select(Attempt.mark).where(Attempt.id == world.under_way))
        session.rollback()
        assert mark is not None and 0 <= mark < 0.5, f"{str(form)[:80]}: {mark}"
        keeper.put_back()


def test_tampered_answers_find_no_other_question(app: Flask, engine: Engine, world: World) -> None:
    lena = Browser(app, world.tokens["lena"])
    token = lena.csrf_token()
    before = rows_of(engine, frozenset({"sign_in_session.seen_at"}))
    for form in TAMPERED:
        for path in (
            f"/learn/attempts/{world.under_way}/answers/no-such-question",
            f"/learn/attempts/{world.under_way}/answers/quick",
            "/learn/courses/bees/read/answers/single",
            "/learn/courses/bees/check/answers/single",
        ):
            response = lena.client.post(path, data={**form, "csrf_token": token})
            assert response.status_code in (404, 413), f"{path}: {response.status_code}"
    assert rows_of(engine, frozenset({"sign_in_session.seen_at"})) == before


def test_an_answer_after_handing_in_changes_nothing(app: Flask, engine: Engine, world: World) -> None:
    lena = Browser(app, world.tokens["lena"])
    before = rows_of(engine, frozenset({"sign_in_session.seen_at"}))
    path = f"/learn/attempts/{world.submitted}/answers/short"
    lena.post(path, {"response": "thank you"})
    lena.post(path, {"response": "thank you"}, 409, headers={"Accept": "application/json"})
    lena.post(f"/learn/attempts/{world.submitted}/submit")
    assert rows_of(engine, frozenset({"sign_in_session.seen_at"})) == before


def test_more_fields_than_a_page_has_give_no_more_rights(app: Flask, engine: Engine, world: World) -> None:
    lena = Browser(app, world.tokens["lena"])
    but = frozenset({"sign_in_session.seen_at", "person.language", "person.time_zone"})
    before = rows_of(engine, but)
    more = {"role": "administrator", "is_admin": "1", "team_id": "1", "id": "1", "person_id": "7", "name": "Root"}
    lena.post("/learn/me", {**more, "language": "en", "time_zone": "Europe/Berlin", "sign_in_name": "root"})
    after = rows_of(engine, but)
    assert after == before


def test_starting_a_thousand_times_leaves_one_open_attempt(app: Flask, session: Session, world: World) -> None:
    otto = Browser(app, world.tokens["otto"])
    token = otto.csrf_token()
    for _ in range(100):
        otto.post("/learn/courses/bees/check/attempts", csrf_token=token)
    mine = select(Enrolment.id).where(Enrolment.person_id == world.cast.otto)
    assert len(session.scalars(select(Attempt.id).where(Attempt.enrolment_id.in_(mine))).all()) == 1


# --- Addresses that no page of ours has ---

PARAMETERS = (
    *("page", "q", "sort", "course", "standing", "team", "role", "state", "before", "first", "last", "action"),
    *("subject", "next", "paper", "print", "again", "left", "code", "to", "due", "look", "check", "finished"),
)
ODD = (
    str(10**9),
    str(10**30),
    "-1",
    "0",
    "1e309",
    "NaN",
    "²",
    "٣",
    "\0",
    "a\0b",
    "\ud800".encode("utf-8", "surrogatepass"),
    "\x80\xff".encode("latin-1"),
    "\u202e\u200d\ufeff",
    "😀" * 300,
    "'\" OR 1=1 --",
    "%' AND \"NEAR(* OR",
    "{{7*7}}zq",
    '"><svg onload=alert(1)>',
    "../../../etc/passwd",
    "x\r\nSet-Cookie: evil=1",
    "//evil.example",
    "2026-02-30",
    "person-99999999999999999999",
)


# Whose pages are whole at which addresses.
WHO_ASKS = {
    "lena": ("learn",),
    "ada": ("teach", "manage", "admin"),
    "nobody": (
        "",
        "calendar",
        "plans",
        "questions",
        "sign-in",
        "sign-out",
        "verify",
        "link",
        "set-up",
        "healthz",
        "readyz",
    ),
}


def asked_by(app: Flask, world: World, method: str = "GET") -> Iterator[tuple[str, str]]:
    """Yield somebody who may ask, and the path, for each address."""
    for path in paths_of(app, world, method):
        yield next(who for who, desks in WHO_ASKS.items() if path.split("/")[1] in desks), path


def paths_of(app: Flask, world: World, method: str = "GET") -> list[str]:
    """Return the path of each address that takes this method, with Lena's objects in it."""
    given = {
        "<slug>": "bees",
        "<activity_id>": "read",
        "<int:attempt_id>": str(world.under_way),
        "<serial>": world.serial,
        "<code>": world.code,
        "<token>": world.link,
        "<int:person_id>": str(world.cast.lena),
        "<int:team_id>": str(world.cast.front_desk),
        "<release_hash>": world.release_hash,
        "<path:path>": "bee.svg",
        "<question_id>": "short",
        "<int:grant_id>": str(world.grant_id),
        "<int:observation_id>": str(world.observation),
        "<int:note_id>": str(world.talk),
        "<int:calibration_id>": str(world.calibration),
        "<int:plan_id>": str(world.plan),
        "<int:answer_id>": str(world.card_answer),
        "<int:topic_id>": str(world.topic),
        "<int:meeting_id>": str(world.meeting),
        "<int:huddle_id>": str(world.huddle),
        "<int:number>": "1",
    }
    found = []
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint not in ("static", "learn.certificate_pdf"):
            path = str(rule)
            for name, value in given.items():
                path = path.replace(name, value)
            found.append(path)
    return sorted(found)


def test_odd_parameters_never_break_a_page(app: Flask, world: World) -> None:
    for who, path in asked_by(app, world):
        browser = Browser(app, world.tokens.get(who))
        for odd in ODD:
            query = urlencode(dict.fromkeys(PARAMETERS, odd))
            response = browser.client.get(f"{path}?{query}", buffered=True)
            assert response.status_code < 500, f"{who} {path} with {odd!r}: {response.status_code}"
            if response.mimetype == "text/html":
                assert RUNS not in response.text and EVALUATED not in response.text, f"{path}: {odd!r} runs"
            assert "evil" not in response.headers.get("Set-Cookie", ""), path
            location = response.headers.get("Location", "/")
            assert urlsplit(location).netloc in ("", "localhost"), f"{path} leads to {location}"


def test_no_single_parameter_breaks_a_page(app: Flask, world: World) -> None:
    for who, path in asked_by(app, world):
        browser = Browser(app, world.tokens.get(who))
        for parameter in PARAMETERS:
            response = browser.client.get(path, query_string={parameter: str(10**30)}, buffered=True)
            assert response.status_code < 500, f"{path}?{parameter}: {response.status_code}"


FIELDS = (
    *(
        "name",
        "sign_in_name",
        "email",
        "staff_number",
        "language",
        "time_zone",
        "team",
        "role",
        "code",
        "parent",
        "on",
    ),
    *(
        "to",
        "course",
        "due",
        "place",
        "new_name",
        "new_value",
        "paper",
        "var.x",
        "password",
        "password_again",
        "pin",
    ),
    *(
        "pin_again",
        "current_password",
        "current_secret",
        "token",
        "digest",
        "dates",
        "create_teams",
        "ref",
        "next",
    ),
    *("response", "sure", "go", "shared_device"),
)


def test_odd_fields_never_break_a_form(app: Flask, engine: Engine, world: World) -> None:
    keeper = Keeper(engine)
    for who, path in asked_by(app, world, "POST"):
        for odd in ("\0", str(10**30), "²", "{{7*7}}zq", '"><svg onload=alert(1)>', "a" * 3_000):
            browser = Browser(app, world.tokens.get(who))
            form = {**dict.fromkeys(FIELDS, odd), "csrf_token": browser.csrf_token()}
            response = browser.client.post(path, data=form)
            assert response.status_code < 500, f"{who} {path} with {odd[:20]!r}: {response.status_code}"
            assert RUNS not in response.text and EVALUATED not in response.text, f"{path}: {odd!r} runs"
        keeper.put_back()


def test_odd_words_in_the_path_are_not_found(app: Flask, world: World) -> None:
    for who in ("ada", "lena"):
        client = Browser(app, world.tokens[who]).client
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or not rule.arguments:
                continue
            for odd in (
                "%00",
                "..%2f..%2fetc%2fpasswd",
                "%ff%fe",
                "99999999999999999999",
                "😀",
                "-1",
                "a" * 3_000,
            ):
                path = re.sub(r"<[^>]+>", odd, str(rule))
                status = client.get(path, buffered=True).status_code
                assert status in (200, 302, 308, 400, 404), f"{who} {path}: {status}"
                assert status != 200 or rule.endpoint in ("visit.verification_page", "visit.link_page"), path


PARTS = (
    *(
        "bytes=0-",
        "bytes=-1",
        "bytes=5-2",
        "bytes=0-0,2-2",
        f"bytes={10**30}-",
        "lines=0-1",
        "bytes=abc",
        "bytes=-0",
    ),
)


def test_parts_of_files_that_do_not_exist_are_refused(app: Flask, world: World) -> None:
    lena = Browser(app, world.tokens["lena"])
    files = (f"/learn/media/bees/{world.release_hash}/bee.svg", "/static/icon.svg", "/learn/", "/verify")
    for path, asked in product(files, PARTS):
        response = lena.client.get(path, headers={"Range": asked}, buffered=True)
        assert response.status_code in (200, 206, 416), f"{path} {asked}: {response.status_code}"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_cookie_that_was_tampered_with_lets_nobody_in(app: Flask, world: World) -> None:
    token = world.tokens["lena"]
    swapped = [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(0, len(token), 5)]
    for cookie in [
        *swapped,
        token[:-1],
        token + "A",
        token.lower(),
        token * 3,
        "",
        "null",
        "\\0",
        "ü",
        "a" * 4_000,
    ]:
        browser = Browser(app)
        browser.client.set_cookie("lantern", cookie)
        response = browser.client.get("/learn/")
        assert response.status_code == 302 and response.location.startswith("/sign-in"), cookie[:20]


def test_another_hosts_name_is_repeated_nowhere(app: Flask, world: World) -> None:
    for who in ("lena", "ada", "nobody"):
        browser = Browser(app, world.tokens.get(who))
        for path in paths_of(app, world):
            headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
            response = browser.client.get(path, headers=headers, buffered=True)
            assert response.status_code < 500, path
            assert "evil.example" not in f"{response.headers}{_text_of(response)}", f"{who} {path}"
