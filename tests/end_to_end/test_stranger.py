"""A stranger at the door, who asks whether a certificate is real and how to get in."""

from datetime import date, timedelta

from playwright.sync_api import expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.credentials.tables import Certificate
from lms.store import writing
from tests.end_to_end.conftest import Enter
from tests.support.server import RunningServer


def test_a_stranger_checks_certificates(enter: Enter, server: RunningServer) -> None:
    with server.records() as session:
        valid, expired = _codes(session)
    stranger = enter("stranger")
    page = stranger.go("/verify")
    stranger.look("stranger-verify")
    page.get_by_label("Code on the certificate").fill(valid.lower())
    stranger.press("Check")
    expect(page.get_by_role("heading", level=1)).to_have_text("This certificate is valid")
    stranger.look("stranger-verify-valid")
    page = stranger.go(f"/verify/{expired}")
    expect(page.get_by_role("heading", level=1)).to_have_text("This certificate has expired")
    stranger.look("stranger-verify-expired")
    page.get_by_label("Code on the certificate").fill("0123456789ABCDEFGHJKMNPQRS")
    stranger.press("Check")
    expect(page.get_by_role("heading", level=1)).to_have_text("No certificate has this code")
    stranger.look("stranger-verify-unknown")


def _codes(session: Session) -> tuple[str, str]:
    """Return the code of a certificate that holds and of one that has been made to expire."""
    statement = select(Certificate.id, Certificate.code).where(Certificate.revoked_at.is_(None))
    (_, valid), (old, expired), *_rest = session.execute(statement.order_by(Certificate.id)).all()
    with writing(session):
        session.execute(
            update(Certificate).where(Certificate.id == old).values(valid_until=date.today() - timedelta(days=3))
        )
    return valid, expired


def test_a_stranger_at_the_door(enter: Enter, server: RunningServer) -> None:
    stranger = enter("stranger")
    page = stranger.go("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    stranger.look("stranger-sign-in")
    page.get_by_label("Sign-in name or e-mail address").fill("mina")
    page.get_by_label("Password").fill("not her password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("[role=alert]").first).to_be_visible()
    stranger.look("stranger-sign-in-refused")
    stranger.go("/sign-in/card")
    stranger.look("stranger-card")
    stranger.go("/link/a-link-that-never-was")
    stranger.look("stranger-old-link")
    stranger.go(server.fresh_link("learner"))
    stranger.look("stranger-link")
    stranger.go("/nothing-here")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    stranger.look("stranger-nothing-here")
