"""One certificate as an administrator sees it: withdrawn, given back, issued again with a name put right.

Each deed has a page of its own that says what follows before anything is done. Nobody decides about her own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from lms.accounts import names
from lms.accounts import queries as accounts
from lms.accounts.queries import PersonFacts
from lms.clock import day_of
from lms.content import queries as content
from lms.credentials import queries, righting_actions
from lms.credentials.actions import MOST_REASON, Deed, revoke_certificate
from lms.credentials.certificate import IssuedCertificate, Standing
from lms.credentials.queries import PastDeed
from lms.credentials.renewal_actions import would_be_asked_again
from lms.progress import queries as progress
from lms.reminders.certificate_letters import Done, News
from lms.reminders.telling_actions import tell_of_certificate
from lms.store import writing
from lms.web.admin.forms import typed
from lms.web.admin.routes import desk
from lms.web.certificates import origin, verify_url
from lms.web.deeds import done, refused
from lms.web.extensions import database
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import me, now, remote_address
from lms.web.render import show
from lms.web.speech import whole_day


@dataclass(frozen=True)
class CertificatePage:
    """One certificate with everything that was ever done to it.

    `may` are the deeds that can be done now: withdraw, give-back, issue-again.
    """

    certificate: IssuedCertificate
    person: PersonFacts
    standing: Standing
    history: Sequence[PastDeed]
    may: frozenset[str]
    is_own: bool
    verify_url: str


@dataclass(frozen=True)
class CertificateDeedPage:
    """What follows from one deed, and the form that does it; `deed` is one of `CertificatePage.may`."""

    deed: str
    certificate: IssuedCertificate
    person: PersonFacts
    follows: Sequence[str]
    typed: dict[str, str]
    problems: Sequence[FieldProblem] = ()

    @property
    def errors(self) -> dict[str, str]:
        """Return the problems by field."""
        return by_field(list(self.problems))


@desk.get("/certificates/<serial>")
def certificate_page(serial: str) -> ResponseReturnValue:
    """Show one certificate, how it stands and what can be done."""
    certificate = _found(serial)
    page = CertificatePage(
        certificate=certificate,
        person=_holder(certificate),
        standing=queries.standing_now(certificate, now()),
        history=queries.history_of(database(), serial),
        may=_may(certificate),
        is_own=_is_own(certificate),
        verify_url=verify_url(certificate),
    )
    return show("admin/certificate_page.html", page)


@desk.get("/certificates/<serial>/withdraw")
def withdrawal_page(serial: str) -> ResponseReturnValue:
    """Say what follows from withdrawing this certificate, and ask why."""
    return _form("withdraw", serial)


@desk.post("/certificates/<serial>/withdraw")
def withdraw_certificate(serial: str) -> ResponseReturnValue:
    """Withdraw it for a reason, and tell its holder."""

    def deed(session: Session, certificate: IssuedCertificate, given: dict[str, str]) -> str | None:
        by = _asked_again_by(certificate)
        if not revoke_certificate(session, serial, given["reason"], _deed()):
            return None
        _tell(session, certificate, Done.WITHDRAWN, serial, given["reason"], by)
        return serial

    return _do("withdraw", serial, deed)


@desk.get("/certificates/<serial>/give-back")
def giving_back_page(serial: str) -> ResponseReturnValue:
    """Say what follows from taking this certificate's withdrawal back, and ask why."""
    return _form("give-back", serial)


@desk.post("/certificates/<serial>/give-back")
def give_back_certificate(serial: str) -> ResponseReturnValue:
    """Let it hold again, because its withdrawal was a mistake, and tell its holder."""

    def deed(session: Session, certificate: IssuedCertificate, given: dict[str, str]) -> str | None:
        if not righting_actions.take_back_withdrawal(session, serial, given["reason"], _deed()):
            return None
        _tell(session, certificate, Done.GIVEN_BACK, serial, given["reason"])
        return serial

    return _do("give-back", serial, deed)


@desk.get("/certificates/<serial>/issue-again")
def issuing_again_page(serial: str) -> ResponseReturnValue:
    """Say what follows from issuing this certificate anew, and ask for the right name and why."""
    return _form("issue-again", serial)


@desk.post("/certificates/<serial>/issue-again")
def issue_certificate_again(serial: str) -> ResponseReturnValue:
    """Issue it anew with another name, in its place, and tell its holder."""

    def deed(session: Session, certificate: IssuedCertificate, given: dict[str, str]) -> str | None:
        new = righting_actions.issue_again(session, serial, given["name"], given["reason"], _deed())
        if new is not None:
            _tell(session, certificate, Done.ISSUED_AGAIN, new, given["reason"])
        return new

    return _do("issue-again", serial, deed)


def _form(deed: str, serial: str) -> ResponseReturnValue:
    certificate = _found(serial)
    if deed not in _may(certificate):
        return refused(_address(serial), _refusal(certificate))
    given = {"name": _holder(certificate).name, "reason": ""}
    return show("admin/certificate_deed_page.html", _deed_page(deed, certificate, given))


def _do(
    deed: str, serial: str, act: Callable[[Session, IssuedCertificate, dict[str, str]], str | None]
) -> ResponseReturnValue:
    certificate = _found(serial)
    if deed not in _may(certificate):
        return refused(_address(serial), _refusal(certificate))
    given = typed(request.form, "reason", "name")
    problems = _problems(deed, certificate, given)
    if problems:
        page = _deed_page(deed, certificate, given, problems)
        return show("admin/certificate_deed_page.html", page), 422
    with writing(database()) as session:
        stands = act(session, certificate, given)
    if stands is None:
        return refused(_address(serial), _("Somebody was quicker: look how it stands now."))
    said = {
        "withdraw": _("The certificate is withdrawn, and its holder is told."),
        "give-back": _("The certificate holds again, and its holder is told."),
        "issue-again": _("It is issued again with a new number, and its holder is told."),
    }
    return done(_address(stands), said[deed])


def _problems(deed: str, certificate: IssuedCertificate, given: dict[str, str]) -> list[FieldProblem]:
    problems = []
    if deed == "issue-again":
        try:
            given["name"] = names.checked_name(given["name"])
        except names.BadNameError:
            problems.append(FieldProblem("name", _("Enter a name of at most 200 characters")))
        else:
            if given["name"] == certificate.person_name:
                problems.append(FieldProblem("name", _("This is the name it bears already")))
    if not given["reason"]:
        problems.append(FieldProblem("reason", _("Say why; the record keeps it")))
    elif len(given["reason"]) > MOST_REASON:
        problems.append(FieldProblem("reason", _("Say it in at most %(most)s characters", most=MOST_REASON)))
    return problems


def _deed_page(
    deed: str, certificate: IssuedCertificate, given: dict[str, str], problems: Sequence[FieldProblem] = ()
) -> CertificateDeedPage:
    person = _holder(certificate)
    follows = {"withdraw": _after_withdrawal, "give-back": _after_giving_back, "issue-again": _after_issuing_again}
    return CertificateDeedPage(
        deed=deed,
        certificate=certificate,
        person=person,
        follows=[*follows[deed](certificate), *_telling(person), _("It stands in the audit log, with your name.")],
        typed=given,
        problems=problems,
    )


def _after_withdrawal(certificate: IssuedCertificate) -> list[str]:
    by = _asked_again_by(certificate)
    if certificate.renewed_by:
        course = _(
            "Nothing is asked again: certificate %(serial)s, earned since, holds.", serial=certificate.renewed_by
        )
    elif by:
        course = _("The whole course is asked again, by %(day)s.", day=whole_day(by))
    else:
        course = _(
            "The course is not asked again, because nothing asks for it now. It may be taken again at any time."
        )
    return [
        _(
            "Whoever checks it reads from now on that it was withdrawn on %(day)s and holds no more. "
            "Why is not said to strangers.",
            day=whole_day(_their_today(certificate)),
        ),
        course,
        _("In programmes its step is open again, and what comes after it waits."),
        _("For the days before today the record says that it was held; what was learnt stays."),
    ]


def _after_giving_back(certificate: IssuedCertificate) -> list[str]:
    latest = progress.find_enrolment(database(), certificate.person_id, certificate.course_slug)
    is_asked = latest is not None and latest.again_by is not None and latest.completed_at is None
    if is_asked and latest is not None and latest.started_at is not None:
        course = _("The course was begun again: that may be finished, and is late no more.")
    elif is_asked:
        course = _("The course, which was asked again and has not been begun, is asked no more.")
    elif certificate.renewed_by:
        course = _("Certificate %(serial)s, earned since, stays as well.", serial=certificate.renewed_by)
    else:
        course = _("Nothing else is asked because of it.")
    return [
        _(
            "The same number and the same paper hold again, from %(day)s on.",
            day=whole_day(_their_today(certificate)),
        ),
        course,
        _("For the days between, the record goes on saying that it was not held. Both deeds stay in it."),
    ]


def _after_issuing_again(certificate: IssuedCertificate) -> list[str]:
    return [
        _("A new certificate with this name, a new number and a new code; course, score and all dates stay."),
        _(
            "Certificate %(serial)s holds no more: whoever checks it reads that another took its place.",
            serial=certificate.serial,
        ),
        _("Nothing is asked again, and there is no day on which it was not held."),
    ]


def _telling(person: PersonFacts) -> list[str]:
    if person.disabled_at is not None:
        return [_("%(name)s cannot sign in any more and is not told.", name=person.name)]
    if person.email is None:
        return [_("%(name)s has no e-mail address and reads it, with your reason, beside the certificate.",
                  name=person.name)]  # fmt: skip
    return [_("%(name)s gets a mail with your reason, and reads it beside the certificate.", name=person.name)]


def _asked_again_by(certificate: IssuedCertificate) -> date | None:
    """Return by when the course would be asked again; None of whoever is not asked or holds another."""
    course = content.find_course(database(), certificate.course_slug)
    if course is None or certificate.renewed_by or _holder(certificate).disabled_at is not None:
        return None
    return would_be_asked_again(database(), certificate, course, now())


def _their_today(certificate: IssuedCertificate) -> date:
    return day_of(now(), certificate.time_zone)


def _may(certificate: IssuedCertificate) -> frozenset[str]:
    if _is_own(certificate) or certificate.replaced_by:
        return frozenset()
    if certificate.revoked_at is not None:
        return frozenset({"give-back"})
    return frozenset({"withdraw"} if certificate.renewed_by else {"withdraw", "issue-again"})


def _refusal(certificate: IssuedCertificate) -> str:
    if _is_own(certificate):
        return str(_("Nobody decides about her own certificate. Another administrator can."))
    return str(_("That cannot be done as the certificate stands now; nothing was changed."))


def _is_own(certificate: IssuedCertificate) -> bool:
    return certificate.person_id == me().person_id


def _tell(
    session: Session, certificate: IssuedCertificate, what: Done, serial: str, reason: str, by: date | None = None
) -> None:
    link = f"{origin()}{url_for('learn.certificate_page', serial=serial)}"
    news = News(what, certificate.course_title, serial, " ".join(reason.split()), link, by)
    tell_of_certificate(session, certificate.person_id, news, now())


def _deed() -> Deed:
    return Deed(me().person_id, me().name, remote_address(), now())


def _found(serial: str) -> IssuedCertificate:
    certificate = queries.find_by_serial(database(), serial)
    if certificate is None:
        abort(404)
    return certificate


def _holder(certificate: IssuedCertificate) -> PersonFacts:
    person = accounts.find_person(database(), certificate.person_id)
    assert person is not None
    return person


def _address(serial: str) -> str:
    return url_for(".certificate_page", serial=serial)
