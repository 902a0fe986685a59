"""The learner's certificates: the page of one, and its PDF on either paper."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.credentials import queries as credentials
from lms.credentials.certificate import IssuedCertificate, Standing
from lms.organisation import queries as organisation
from lms.web.certificates import expired_since, pdf_response, verify_url, words_of
from lms.web.extensions import database
from lms.web.identity import me, now
from lms.web.learn.certificate_pages import CertificatePage
from lms.web.learn.routes import desk
from lms.web.render import show


@desk.get("/certificates/<serial>")
def certificate_page(serial: str) -> ResponseReturnValue:
    """Show one certificate with its standing, its PDF and the link that strangers check it by."""
    certificate = _own(serial)
    page = CertificatePage(
        words=words_of(certificate),
        course_slug=certificate.course_slug,
        standing=credentials.standing_now(certificate, now()),
        expired_since=expired_since(certificate),
        revoked_at=certificate.revoked_at,
        revoked_reason=certificate.revoked_reason or "",
        verify_url=verify_url(certificate),
        paper=organisation.paper(database()),
    )
    return show("learn/certificate_page.html", page)


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


def _own(serial: str) -> IssuedCertificate:
    certificate = credentials.find_certificate(database(), serial, me().person_id)
    if certificate is None:
        abort(404)
    return certificate
