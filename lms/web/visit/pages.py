"""What visitors see, one value a page."""

from dataclasses import dataclass, field
from datetime import date, datetime

from lms.credentials.certificate import Standing
from lms.web.certificates import CertificateWords
from lms.web.fields import FieldProblem


@dataclass(frozen=True)
class SignInPage:
    """The sign-in page; `signed_in_name` is who this browser already belongs to, `onward` where to go then."""

    name: str = ""
    onward: str = ""
    is_shared: bool = False
    signed_in_name: str = ""
    problems: tuple[FieldProblem, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    refusal: str = ""


@dataclass(frozen=True)
class CardPage:
    """The page for card and PIN; `code` came with the QR code or was typed."""

    code: str = ""
    signed_in_name: str = ""
    problems: tuple[FieldProblem, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    refusal: str = ""


@dataclass(frozen=True)
class LinkPage:
    """The page behind a one-time link; `name` is empty when the link no longer works."""

    token: str = ""
    name: str = ""
    signed_in_name: str = ""


@dataclass(frozen=True)
class SetUpPage:
    """The form that makes the first administrator; `token` is empty when the link no longer works."""

    token: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    time_zones: tuple[tuple[str, str], ...] = ()
    problems: tuple[FieldProblem, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class VerificationPage:
    """The form for a certificate's code, and what is known of a certificate once it is found.

    `expired_since` is the first day it no longer holds, past or to come; None when it holds without end.
    """

    typed: str = ""
    words: CertificateWords | None = None
    standing: Standing | None = None
    expired_since: date | None = None
    revoked_at: datetime | None = None
    renewed_by: str | None = None
    replaced_by: str | None = None
    is_unknown: bool = False
    problems: tuple[FieldProblem, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
