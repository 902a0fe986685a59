"""The learner's certificates: the page of one, and its PDF on either paper."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.content import queries as content
from lms.credentials import queries as credentials
from lms.credentials import renewal_actions
from lms.credentials.certificate import IssuedCertificate, Standing
from lms.credentials.renewing import Window, window_of
from lms.organisation import queries as organisation
from lms.progress import queries
from lms.progress.standing import EnrolmentLine
from lms.store import writing
from lms.web.certificates import expired_since, pdf_response, verify_url, words_of
from lms.web.extensions import database
from lms.web.identity import me, now, today
from lms.web.learn.certificate_pages import CertificatePage
from lms.web.learn.routes import desk
from lms.web.render import show


@desk.get("/certificates/<serial>")
def certificate_page(serial: str) -> ResponseReturnValue:
    """Show one certificate with its standing, its PDF and the link that strangers check it by."""
    certificate = _own(serial)
    window = _window(certificate)
    latest = _latest_round(certificate) if certificate.revoked_at and not certificate.renewed_by else None
    may_begin = latest is not None and latest.completed_at is not None
    page = CertificatePage(
        words=words_of(certificate),
        course_slug=certificate.course_slug,
        standing=credentials.standing_now(certificate, now()),
        expired_since=expired_since(certificate),
        revoked_at=certificate.revoked_at,
        revoked_reason=certificate.revoked_reason or "",
        verify_url=verify_url(certificate),
        paper=organisation.paper(database()),
        valid_until=certificate.valid_until,
        renewed_by=certificate.renewed_by,
        replaced_by=certificate.replaced_by,
        replaces=certificate.replaces,
        window=window,
        is_open=may_begin or (window is not None and window.opens_on <= today()),
        is_asked_again=latest is not None and not may_begin,
    )
    return show("learn/certificate_page.html", page)


@desk.post("/certificates/<serial>/renew")
def renew_certificate(serial: str) -> ResponseReturnValue:
    """Begin the round that renews this certificate and go to its course; without one to begin, say when."""
    certificate = _own(serial)
    course = content.find_course(database(), certificate.course_slug)
    if course is None:
        abort(404)
    with writing(database()) as session:
        begun = renewal_actions.renew_own(session, me().person_id, serial, course, now())
    enrolment = queries.find_enrolment(database(), me().person_id, course.slug)
    if begun is None and not (enrolment and enrolment.follows):
        flash(_("This certificate cannot be renewed now."), "attention")
        return redirect(url_for(".certificate_page", serial=serial), 303)
    return redirect(url_for(".course_page", slug=course.slug), 303)


@desk.get("/certificates/<serial>.pdf")
def certificate_pdf(serial: str) -> ResponseReturnValue:
    """Send the certificate as PDF; a revoked one leads back to its page, which says so."""
    certificate = _own(serial)
    if credentials.standing_now(certificate, now()) is Standing.REVOKED:
        return redirect(url_for(".certificate_page", serial=serial))
    paper = request.args.get("paper", "")
    if paper not in organisation.PAPERS:
        paper = organisation.paper(database())
    # The press takes its time: nothing is held in the database meanwhile.
    database().rollback()
    return pdf_response(certificate, paper)


def _window(certificate: IssuedCertificate) -> Window | None:
    course = content.find_course(database(), certificate.course_slug)
    if course is None or certificate.valid_until is None or certificate.renewed_by or certificate.revoked_at:
        return None
    return window_of(course.renewal, certificate.completed_on, certificate.valid_until)


def _latest_round(certificate: IssuedCertificate) -> EnrolmentLine | None:
    """Return her latest round of the certificate's course, None while the course is hidden."""
    if content.find_course(database(), certificate.course_slug) is None:
        return None
    return queries.find_enrolment(database(), certificate.person_id, certificate.course_slug)


def _own(serial: str) -> IssuedCertificate:
    certificate = credentials.find_certificate(database(), serial, me().person_id)
    if certificate is None:
        abort(404)
    return certificate
