"""The administrator's desk: who may come, what each page says, and one audit entry for each deed."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.accounts import actions as accounts
from lms.accounts import queries
from lms.accounts.roles import Role
from lms.accounts.tables import Person, SignInSession, Team
from lms.audit.tables import AuditEntry
from lms.credentials.tables import Certificate
from lms.mail.tables import Mail
from lms.organisation.actions import set_value
from lms.progress import actions as progress
from lms.progress.tables import Enrolment
from lms.queue.actions import enqueue
from lms.store import writing
from lms.web.extensions import db
from tests.conftest import NOW
from tests.support import cast
from tests.support.browser import Browser
from tests.support.builders import a_course, a_lesson
from tests.support.cast import Cast
from tests.support.databases import selects_of
from tests.support.doors import PIN, Clock, give_card
from tests.support.shelf import shelve

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def ada(app: Flask, session: Session, people: Cast) -> Browser:
    """The administrator's browser."""
    return Browser(app, cast.sign_in(session, people.ada, NOW))


def pages(people: Cast) -> list[str]:
    """Return every page of the desk."""
    return [
        "/admin/",
        "/admin/people",
        "/admin/people/new",
        f"/admin/people/{people.lena}",
        "/admin/people/import",
        "/admin/people/export.csv",
        "/admin/people/export.xlsx",
        "/admin/teams",
        f"/admin/teams/{people.kitchen}",
        "/admin/courses",
        "/admin/courses/bees",
        "/admin/organisation",
        "/admin/audit",
        "/admin/audit.csv",
        "/admin/parts",
        "/admin/outbox",
        "/admin/outbox/1",
        "/admin/jobs",
        "/admin/reminders",
        "/admin/reminders/without-email",
    ]


def a_mail(person_id: int) -> Mail:
    """Return the mail number 1, which was given up."""
    return Mail(
        id=1, person_id=person_id, day=NOW.date(), kind="digest", key="a", subject="Due", text="Due.", html="",
        state="given up", retry_at=NOW, waiting_since=NOW, created_at=NOW, ended_at=NOW,
    )  # fmt: skip


def entries(session: Session) -> list[AuditEntry]:
    """Return the audit log, oldest first."""
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_every_page_is_there_for_the_administrator_and_for_nobody_else(
    app: Flask, session: Session, people: Cast, ada: Browser
) -> None:
    shelve(session, a_course("bees", a_lesson("read")), NOW)
    with writing(session):
        session.add(a_mail(people.lena))
    known = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.")
        and "GET" in (rule.methods or ())
        # A sent file is its sender's alone: see test_admin_import; certificates: see test_admin_certificates.
        and "<int:upload_id>" not in rule.rule
        and "<serial>" not in rule.rule
    }
    asked = {
        re.sub(r"/teams/\d+", "/teams/<int:team_id>", re.sub(r"/people/\d+", "/people/<int:person_id>", page))
        .replace("/bees", "/<slug>")
        .replace("/outbox/1", "/outbox/<int:mail_id>")
        for page in pages(people)
    }
    assert known == asked
    for page in pages(people):
        ada.get(page)
        for other in (people.lena, people.tom, people.mia, people.otto):
            Browser(app, cast.sign_in(session, other, NOW)).get(page, 404)
        assert "/sign-in" in Browser(app).get(page, 302).headers["Location"]


def test_nobody_else_can_post_anything(app: Flask, session: Session, people: Cast) -> None:
    before = len(entries(session))
    paths = [
        re.sub(r"<[^>]+>", "1", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.") and "POST" in (rule.methods or ())
    ]
    assert len(paths) > 20
    for other in (people.lena, people.mia):
        browser = Browser(app, cast.sign_in(session, other, NOW))
        token = browser.csrf_token()
        for path in paths:
            browser.post(path, {"sure": "yes"}, 404, csrf_token=token)
    assert len(entries(session)) == before


def test_a_wrong_method_is_refused(people: Cast, ada: Browser) -> None:
    for path in ("/admin/", "/admin/people", "/admin/audit", "/admin/courses"):
        ada.post(path, status=405)
    for path in (
        f"/admin/people/{people.lena}/disable",
        f"/admin/teams/{people.kitchen}/close",
        "/admin/people/import/apply",
    ):
        ada.get(path, 405)


def test_an_administrator_who_came_by_card_or_long_ago_has_to_sign_in_anew(
    app: Flask, session: Session, people: Cast, ada: Browser
) -> None:
    code = give_card(session, people.ada, NOW)
    by_card = Browser(app)
    by_card.post("/sign-in/card", {"code": code, "pin": PIN})
    by_card.get("/admin/", 404)
    with writing(session):
        session.execute(update(SignInSession).values(created_at=NOW - timedelta(hours=13)))
    ada.get("/learn/")
    assert "/sign-in" in ada.get("/admin/", 302).headers["Location"]


def test_pages_of_what_is_not_there_do_not_exist(ada: Browser) -> None:
    for path in (
        "/admin/people/999",
        "/admin/teams/999",
        "/admin/courses/none",
        "/admin/people/99999999999999999999",
    ):
        ada.get(path, 404)


def test_each_deed_leaves_exactly_one_entry_and_the_right_one(
    app: Flask, session: Session, people: Cast, ada: Browser
) -> None:
    shelve(session, a_course("bees", a_lesson("read")), NOW)
    with writing(session):
        set_value(session, "is_sample", "yes", NOW)
        session.add(a_mail(people.lena))
        job = enqueue(session, "jobs.forget", now=NOW)
    cast.sign_in(session, people.lena, NOW)
    person = {
        "name": "Lena Brandt",
        "sign_in_name": "lena",
        "staff_number": "7",
        "language": "en",
        "time_zone": "UTC",
    }
    new = {**person, "name": "New", "sign_in_name": "new", "staff_number": "", "team": people.kitchen}
    inn = {"name": "Inn", "paper": "letter", "new_name": "limit", "new_value": "50 €"}
    reminders = {
        "is_on": "yes", "due_days": "7", "certificate_days": "30", "late_days": "7", "weekday": "0",
        "language": "en", "quiet_from": "20:00", "quiet_until": "07:00",
    }  # fmt: skip
    move = {"team": people.front_desk, "to": people.kitchen, "on": "2026-11-16"}
    lena, kitchen = f"/admin/people/{people.lena}", f"/admin/teams/{people.kitchen}"
    grant = lambda: next(each.id for each in queries.grants_of(session, people.lena) if each.role is Role.TRAINER)  # noqa: E731
    steps: list[tuple[str, str | Callable[[], str], dict[str, object], str, int]] = [
        ("add_person", "/admin/people/new", new, "person.add", 303),
        ("change_person", lena, person, "person.change", 303),
        ("join_team", f"{lena}/join", {"team": people.kitchen, "on": "2026-11-01"}, "team.join", 303),
        ("leave_team", f"{lena}/leave", {"team": people.kitchen, "on": "2026-11-10"}, "team.leave", 303),
        ("move_person", f"{lena}/move", move, "team.move-person", 303),
        ("grant_role", f"{lena}/roles", {"role": "trainer"}, "role.grant", 303),
        ("revoke_role", lambda: f"{lena}/roles/{grant()}/revoke", {}, "role.revoke", 303),
        ("make_link", f"{lena}/link", {}, "link.sign-in", 200),
        ("make_card", f"{lena}/card", {}, "card.make", 200),
        ("reset_pin", f"{lena}/pin", {}, "pin.reset", 200),
        ("drop_card", f"{lena}/card/drop", {}, "card.drop", 303),
        ("end_sessions", f"{lena}/sessions/end", {}, "sessions.end", 303),
        ("disable_person", f"{lena}/disable", {}, "person.disable", 303),
        ("enable_person", f"{lena}/enable", {}, "person.enable", 303),
        ("add_team", "/admin/teams", {"name": "Night shift", "parent": people.hotel}, "team.add", 303),
        ("change_team", kitchen, {"name": "Cooks", "code": "kitchen", "parent": ""}, "team.change", 303),
        ("close_team", f"{kitchen}/close", {"on": "2026-11-16"}, "team.close", 303),
        ("reopen_team", f"{kitchen}/reopen", {}, "team.reopen", 303),
        ("hide_course", "/admin/courses/bees/hide", {}, "course.hide", 303),
        ("show_course", "/admin/courses/bees/show", {}, "course.show", 303),
        ("name_trainer", "/admin/courses/bees/trainers", {"person": people.tom}, "course.name-trainer", 303),
        ("drop_trainer", f"/admin/courses/bees/trainers/{people.tom}/drop", {}, "course.drop-trainer", 303),
        ("cancel_job", f"/admin/jobs/{job}/cancel", {}, "job.cancel", 303),
        ("try_job_again", f"/admin/jobs/{job}/again", {}, "job.try-again", 303),
        ("send_mail_again", "/admin/outbox/1/again", {}, "mail.send-again", 303),
        ("save_reminders", "/admin/reminders", reminders, "reminders.change", 303),
        ("save_organisation", "/admin/organisation", inn, "organisation.change", 303),
        ("take_sample_away", "/admin/organisation/sample/remove", {"sure": "yes"}, "sample.remove", 303),
    ]  # fmt: skip
    # The first two write nothing; for the others see test_admin_import and test_admin_certificates.
    done = {"plan_import", "plan_csv", "apply_plan"}
    done |= {"withdraw_certificate", "give_back_certificate", "issue_certificate_again"}
    done |= {f"{deed}_sent_roster" for deed in ("plan", "write", "go_on_with", "drop")}
    for endpoint, path, data, action, status in steps:
        before = len(entries(session))
        ada.post(path if isinstance(path, str) else path(), data, status)
        after = entries(session)
        assert [entry.action for entry in after[before:]] == [action], endpoint
        assert (after[-1].actor_id, after[-1].actor_name, after[-1].address) == (
            people.ada,
            "Ada Reyes",
            "127.0.0.1",
        )
        done.add(endpoint)
    known = {
        rule.endpoint.removeprefix("admin.")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.") and "POST" in (rule.methods or ())
    }
    assert known == done
    log = ada.get("/admin/audit?check=yes").text
    assert "The chain holds: 28 entries" in log
    assert not re.search(r">\s*(person|team|role|card|course)\.[a-z]", log.split("<table")[1])


def test_what_changes_nothing_leaves_no_entry(session: Session, people: Cast, ada: Browser) -> None:
    lena = f"/admin/people/{people.lena}"
    same = {"name": "Lena Brandt", "sign_in_name": "lena", "email": "lena@hotel.internal", "language": "en"}
    same["time_zone"] = "Europe/Berlin"
    for path, data in [
        (lena, same),
        (f"{lena}/join", {"team": people.front_desk, "on": "2026-11-16"}),
        (f"{lena}/join", {"team": "999", "on": "2026-11-16"}),
        (f"{lena}/join", {"team": people.kitchen, "on": "soon"}),
        (f"{lena}/leave", {"team": people.front_desk, "on": "2020-01-01"}),
        (f"{lena}/roles", {"role": "king"}),
        (f"{lena}/roles", {"role": "manager-999"}),
        (f"{lena}/pin", {}),
        (f"/admin/people/{people.mia}/roles", {"role": f"manager-{people.front_desk}"}),
        (f"/admin/people/{people.ada}/disable", {}),
        (f"/admin/teams/{people.hotel}/close", {"on": "2026-11-16"}),
        (f"/admin/teams/{people.kitchen}", {"name": "Kitchen", "code": "kitchen", "parent": people.hotel}),
        ("/admin/organisation/sample/remove", {"sure": "yes"}),
        ("/admin/organisation", {"name": "Lantern", "paper": "a4"}),
    ]:
        ada.post(path, data, 404 if "999" in str(path) else 303)
    # The name was only a default so far; the paper is what it was.
    assert [entry.action for entry in entries(session)] == ["organisation.change"]


def test_the_last_administrator_stays_one(session: Session, people: Cast, ada: Browser) -> None:
    (grant,) = queries.grants_of(session, people.ada)
    ada.post(f"/admin/people/{people.ada}/roles/{grant.id}/revoke")
    ada.post(f"/admin/people/{people.ada}/disable")
    assert queries.is_only_administrator(session, people.ada)
    # Nor is another person's grant taken away through somebody's address.
    ada.post(f"/admin/people/{people.lena}/roles/{grant.id}/revoke")
    assert queries.is_only_administrator(session, people.ada)


def test_of_many_teams_some_are_shown_and_each_is_found_by_name_or_code(
    session: Session, people: Cast, ada: Browser
) -> None:
    def shown(address: str) -> list[str]:
        page = ada.get(address).text
        return re.findall(r'href="/admin/teams/\d+">([^<]+)<', page[page.index('class="team-tree"') :])

    assert shown("/admin/teams") == ["Hotel", "Front desk", "Kitchen"]
    assert 'name="q"' not in ada.get("/admin/teams").text
    with writing(session):
        session.add_all(Team(code=f"shift-{n}", name=f"Shift {n:03}", created_at=NOW) for n in range(300))
    page = ada.get("/admin/teams").text
    assert len(shown("/admin/teams")) == 200 and "103 more: find them by name." in page
    assert shown("/admin/teams?q=FRONT+desk") == ["Front desk"]
    assert shown("/admin/teams?q=shift-299") == ["Shift 299"]
    assert "No team is called that." in ada.get("/admin/teams?q=%22<b>").text
    # Whoever searched and then typed wrongly keeps both.
    again = ada.post("/admin/teams?q=kitchen", {"name": "", "code": "x"}, 422).text
    assert "Front desk</a>" not in again and 'value="kitchen"' in again


def test_what_was_typed_is_kept_when_something_is_wrong(session: Session, people: Cast, ada: Browser) -> None:
    typed = {"name": "", "sign_in_name": "two words", "email": "x", "staff_number": "9" * 61, "language": "?"}
    typed["time_zone"] = "Mars"
    for path in ("/admin/people/new", f"/admin/people/{people.lena}"):
        page = ada.post(path, typed, 422).text
        assert "6 things need another look" in page
        assert 'value="two words"' in page
        for field in typed:
            assert f'href="#{field}"' in page
    taken = {"name": "Double", "sign_in_name": "otto", "language": "en", "time_zone": "UTC"}
    assert "Somebody else has this sign-in name already" in ada.post("/admin/people/new", taken, 422).text
    assert "Another team has this code" in ada.post("/admin/teams", {"name": "K", "code": "kitchen"}, 422).text
    circle = {"name": "Hotel", "code": "hotel", "parent": people.kitchen}
    assert "cannot be below itself" in ada.post(f"/admin/teams/{people.hotel}", circle, 422).text
    wrong = {"name": "", "paper": "papyrus", "new_name": "Big Name", "new_value": ""}
    assert "3 things need another look" in ada.post("/admin/organisation", wrong, 422).text
    assert session.scalar(select(func.count(Person.id))) == 7


def test_a_sign_in_link_made_here_signs_in_once(app: Flask, people: Cast, ada: Browser) -> None:
    page = ada.post(f"/admin/people/{people.lena}/link", status=200)
    assert page.headers["Cache-Control"] == "no-store"
    address = re.search(r'id="address" value="([^"]+)"', page.text)
    assert address is not None
    path = "/link/" + address[1].rsplit("/link/", 1)[1]
    phone = Browser(app)
    assert "Lena Brandt" in phone.get(path).text
    phone.post(path)
    phone.get("/learn/")
    Browser(app).get(path, 404)


def test_a_card_made_here_signs_in_with_its_pin_until_it_is_taken_away(
    app: Flask, people: Cast, ada: Browser
) -> None:
    page = ada.post(f"/admin/people/{people.lena}/card", status=200).text
    code = re.search(r'badge-card__code">([^<]+)<', page)
    pin = re.search(r'figure-line__number">(\d{6})<', page)
    assert code is not None and pin is not None
    desk = Browser(app)
    desk.post("/sign-in/card", {"code": code[1].lower(), "pin": pin[1]})
    desk.get("/learn/")
    new = re.search(
        r'figure-line__number">(\d{6})<', ada.post(f"/admin/people/{people.lena}/pin", status=200).text
    )
    assert new is not None
    desk.get("/learn/", 302)
    desk.post("/sign-in/card", {"code": code[1], "pin": new[1]})
    ada.post(f"/admin/people/{people.lena}/card/drop")
    desk.get("/learn/", 302)


def test_a_disabled_person_is_out_at_the_next_request(
    app: Flask, session: Session, people: Cast, ada: Browser
) -> None:
    lena = Browser(app, cast.sign_in(session, people.lena, NOW))
    lena.get("/learn/")
    ada.post(f"/admin/people/{people.lena}/disable")
    lena.get("/learn/", 302)
    ada.post(f"/admin/people/{people.lena}/enable")
    lena.get("/learn/", 302)


def test_a_role_given_and_taken_here_counts_at_the_next_request(
    app: Flask, session: Session, people: Cast, ada: Browser
) -> None:
    lena = Browser(app, cast.sign_in(session, people.lena, NOW))
    lena.get("/manage/", 404)
    ada.post(f"/admin/people/{people.lena}/roles", {"role": f"manager-{people.kitchen}"})
    assert "Kitchen" in lena.get("/manage/").text
    (grant,) = queries.grants_of(session, people.lena)
    ada.post(f"/admin/people/{people.lena}/roles/{grant.id}/revoke")
    lena.get("/manage/", 404)


def test_people_are_found_by_word_team_role_and_state(session: Session, people: Cast, ada: Browser) -> None:
    with writing(session):
        accounts.disable_person(session, people.otto, NOW)
    found = lambda query: set(re.findall(r'/admin/people/(\d+)"', ada.get(f"/admin/people?{query}").text))  # noqa: E731
    everybody = {str(number) for number in people.everyone().values()}
    assert found("") == everybody - {str(people.otto)}
    assert found("state=all") == everybody
    assert found("state=disabled") == {str(people.otto)}
    assert found("q=haddad") == {str(people.nora)}
    assert found("role=manager") == {str(people.mia), str(people.max), str(people.nora)}
    assert found(f"team={people.hotel}") == {
        str(number) for number in (people.lena, people.mia, people.max, people.nora)
    }
    assert found("page=999&role=king&team=x&state=?") == everybody - {str(people.otto)}
    assert "Nobody matches" in ada.get("/admin/people?q=' OR 1=1 --").text


def test_the_list_of_people_asks_no_more_for_more_people(
    app: Flask, session: Session, people: Cast, ada: Browser, long_memory: None
) -> None:
    def asked() -> int:
        with app.app_context():
            engine = db.engine
        app.extensions["house"].clear()
        with selects_of(engine) as statements:
            ada.get("/admin/people?state=all")
        return len(statements)

    few = asked()
    with writing(session):
        for number in range(60):
            person_id = accounts.add_person(session, name=f"Person {number}", sign_in_name=f"p{number}", now=NOW)
            accounts.join_team(session, person_id, people.kitchen, NOW.date())
    assert asked() == few


def test_hostile_names_are_shown_as_they_are_and_run_nowhere(
    app: Flask, session: Session, people: Cast, ada: Browser
) -> None:
    canary = '"><script>alert(1)</script>{{7*7}}=1+1'
    with writing(session):
        accounts.change_person(session, people.lena, name=canary, staff_number='=HYPERLINK("http://evil")')
        accounts.change_team(session, people.kitchen, name=canary)
        set_value(session, "var.x", canary, NOW)
        session.add(a_mail(people.lena))
    ada.post(f"/admin/people/{people.lena}/join", {"team": people.kitchen, "on": "2026-11-16"})
    for page in pages(people):
        if "bees" in page or page.endswith("xlsx"):
            continue
        response = ada.get(page)
        assert "<script>alert" not in response.text or response.mimetype == "text/csv"
        assert "{{49}}" not in response.text
    table = ada.get("/admin/people/export.csv").text
    assert '"\'=HYPERLINK(""http://evil"")"' in table


def test_the_home_says_what_is_not_well_and_offers_to_remove_the_sample(
    session: Session, people: Cast, ada: Browser
) -> None:
    page = ada.get("/admin/").text
    assert "No backup was taken yet" in page
    assert "No course is published yet" in page
    assert "Remove the sample" not in page
    with writing(session):
        set_value(session, "backup.taken_at", NOW.isoformat(), NOW)
        set_value(session, "is_sample", "yes", NOW)
    shelve(session, a_course("bees", a_lesson("read")), NOW)
    page = ada.get("/admin/").text
    assert "The last backup was taken today" in page
    assert "1 course is published" in page
    assert "Remove the sample" in page


def test_a_hidden_course_is_gone_for_learners_until_it_is_shown_again(
    app: Flask, session: Session, people: Cast, ada: Browser, clock: Clock
) -> None:
    shelve(session, a_course("bees", a_lesson("read")), NOW)
    lena = Browser(app, cast.sign_in(session, people.lena, NOW))
    lena.get("/learn/courses/bees")
    ada.post("/admin/courses/bees/hide")
    lena.get("/learn/courses/bees", 404)
    assert "Hidden" in ada.get("/admin/courses").text
    ada.post("/admin/courses/bees/show")
    lena.get("/learn/courses/bees")


def test_what_was_published_while_a_course_was_hidden_counts_once_it_is_shown(
    session: Session, people: Cast, ada: Browser, clock: Clock
) -> None:
    course = shelve(session, a_course("bees", a_lesson("read"), a_lesson("more")), NOW)
    with writing(session):
        enrolment_id = progress.finish_lesson(session, people.lena, course, "read", NOW).enrolment_id
    # Nobody is reckoned anew while a course is hidden, as nobody is by this alone.
    shelve(session, a_course("bees", a_lesson("read")), NOW)
    ada.post("/admin/courses/bees/hide")
    ada.post("/admin/courses/bees/show")
    session.rollback()
    assert session.get_one(Enrolment, enrolment_id, populate_existing=True).completed_at == NOW
    assert session.scalars(select(Certificate.enrolment_id)).all() == [enrolment_id]


def test_the_audit_log_is_filtered_by_who_what_whom_and_when(people: Cast, ada: Browser, clock: Clock) -> None:
    ada.post(f"/admin/people/{people.lena}/disable")
    clock.passes(hours=1)
    ada.post(f"/admin/people/{people.otto}/disable")
    table = lambda query: ada.get(f"/admin/audit.csv?{query}").text  # noqa: E731
    assert "person.disable" in table("q=ada")
    assert "person.disable" not in table("q=nobody")
    assert f"person:{people.otto}" not in table(f"subject=person:{people.lena}")
    assert "person.disable" not in table("action=role.grant")
    assert "person.disable" in table("first=2026-11-16&last=2026-11-16")
    assert "person.disable" not in table("last=2026-11-15")
    assert "Otto Lind" in ada.get("/admin/audit?action=person.disable").text


def test_the_sample_is_not_removed_by_half_a_wish(session: Session, people: Cast, ada: Browser) -> None:
    with writing(session):
        set_value(session, "is_sample", "yes", NOW)
        session.get_one(Person, people.lena).is_sample = True
    ada.post("/admin/organisation/sample/remove")
    assert queries.find_person(session, people.lena) is not None
    ada.post("/admin/organisation/sample/remove", {"sure": "yes"})
    session.rollback()
    assert queries.find_person(session, people.lena) is None
    assert session.scalar(select(func.count(Team.id))) == 3


def test_lessons_variables_are_set_changed_and_taken_away(session: Session, people: Cast, ada: Browser) -> None:
    form = {"name": "Inn", "paper": "a4", "new_name": "refund_limit", "new_value": "50 €"}
    ada.post("/admin/organisation", form)
    page = ada.get("/admin/organisation").text
    assert 'name="var.refund_limit"' in page and 'value="50 €"' in page
    ada.post("/admin/organisation", {"name": "Inn", "paper": "a4", "var.refund_limit": ""})
    assert "refund_limit" not in ada.get("/admin/organisation").text.split("such as refund_limit")[0]


def test_an_upload_without_a_file_asks_for_one(ada: Browser) -> None:
    assert "Choose a file" in ada.post("/admin/people/import", status=422).text
    empty = {"file": (io.BytesIO(b""), "none.csv")}
    assert (
        "The file is empty"
        in ada.post("/admin/people/import", empty, 422, content_type="multipart/form-data").text
    )
