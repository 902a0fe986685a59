"""What the page of a certificate shows."""

from dataclasses import dataclass
from datetime import date, datetime

from lms.credentials.certificate import Standing
from lms.credentials.renewing import Window
from lms.web.certificates import CertificateWords


@dataclass(frozen=True)
class CertificatePage:
    """One certificate of the learner's: what it says, whether it holds, where strangers check it.

    `window` is when it is renewed, None for one that is not: it has no end, or another followed. `is_open` says
    that it can be now, or that a withdrawn one can be earned again. `is_asked_again` says that the round which
    follows a withdrawn one is under way. `replaced_by` was issued in its place, it took that of `replaces`.
    """

    words: CertificateWords
    course_slug: str
    standing: Standing
    expired_since: date | None
    revoked_at: datetime | None
    revoked_reason: str
    verify_url: str
    paper: str
    valid_until: date | None
    renewed_by: str | None
    replaced_by: str | None
    replaces: str | None
    window: Window | None
    is_open: bool
    is_asked_again: bool
