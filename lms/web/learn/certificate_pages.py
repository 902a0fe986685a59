"""What the page of a certificate shows."""

from dataclasses import dataclass
from datetime import date, datetime

from lms.credentials.certificate import Standing
from lms.web.certificates import CertificateWords


@dataclass(frozen=True)
class CertificatePage:
    """One certificate of the learner's: what it says, whether it holds, where strangers check it."""

    words: CertificateWords
    course_slug: str
    standing: Standing
    expired_since: date | None
    revoked_at: datetime | None
    revoked_reason: str
    verify_url: str
    paper: str
