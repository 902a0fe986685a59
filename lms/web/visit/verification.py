"""Is this certificate real? Answered to anyone who has its code, with nothing that is not printed on it."""

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.credentials import queries as credentials
from lms.ids import typed_code
from lms.web.certificates import expired_since, words_of
from lms.web.extensions import database, limiter
from lms.web.fields import FieldProblem, by_field
from lms.web.identity import now
from lms.web.render import show
from lms.web.visit.pages import VerificationPage
from lms.web.visit.routes import desk

# A person checks a pile of paper by hand; a machine that guesses needs 2 to the power of 100 times as many.
PACE = "60 per minute"
_LONGEST = 60


@desk.get("/verify")
@desk.get("/verify/<code>")
@limiter.limit(PACE)
def verification_page(code: str | None = None) -> ResponseReturnValue:
    """Show the form, or what is known of a code; 404 in the same form when nothing is."""
    if code is not None:
        return _answer(*_looked_up(code))
    if "code" not in request.args:
        return _answer(VerificationPage(), 200)
    # A whole link may have been pasted.
    typed = typed_code(request.args["code"].rstrip("/ ").rpartition("/")[2])[:_LONGEST]
    if typed:
        return redirect(url_for(".verification_page", code=typed), 303)
    problem = FieldProblem("code", _("Enter the code printed on the certificate"))
    return _answer(VerificationPage(problems=(problem,), errors=by_field([problem])), 422)


def _looked_up(code: str) -> tuple[VerificationPage, int]:
    certificate = credentials.find_by_code(database(), code[:_LONGEST])
    if certificate is None:
        return VerificationPage(typed=code[:_LONGEST], is_unknown=True), 404
    page = VerificationPage(
        words=words_of(certificate),
        standing=credentials.standing_now(certificate, now()),
        expired_since=expired_since(certificate),
        revoked_at=certificate.revoked_at,
        renewed_by=certificate.renewed_by,
        replaced_by=certificate.replaced_by,
    )
    return page, 200


def _answer(page: VerificationPage, status: int) -> ResponseReturnValue:
    response = make_response(show("visit/verification_page.html", page), status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
