"""What a certificate says in words, the same on every desk, and the same words as PDF."""

from dataclasses import dataclass
from datetime import UTC, date, timedelta
from math import ceil
from urllib.parse import urlsplit

from flask import Response, current_app
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from lms.content.course import ConditionKind
from lms.credentials.awarding import code_lines
from lms.credentials.certificate import ConditionMet, IssuedCertificate
from lms.credentials.lettering import NAME_STEPS, TITLE_STEPS, Lettering, lettering
from lms.credentials.qr import QrCode, qr_code
from lms.settings import Settings
from lms.web.papers import pdf_of, spoken_in, to_look_at
from lms.web.speech import percent, whole_day

_SHORT, _LONG = ("grand", "large"), ("small", "least")


@dataclass(frozen=True)
class Fact:
    """One labelled value of a certificate."""

    label: str
    value: str


@dataclass(frozen=True)
class CertificateWords:
    """Everything printed on a certificate, in the words of the language spoken now."""

    serial: str
    organisation_name: str
    name: Lettering
    course: Lettering
    facts: tuple[Fact, ...]
    conditions: tuple[str, ...]
    release_number: int
    release_hash: str
    code_lines: tuple[str, str]


@dataclass(frozen=True)
class PrintedCertificate:
    """One certificate on one paper (`a4` or `letter`); `spacing` is `roomy`, `plain` or `tight`."""

    words: CertificateWords
    language: str
    direction: str
    paper: str
    title: str
    issued_at: str
    spacing: str
    verify_address: str
    verify_url: str
    qr: QrCode


def words_of(certificate: IssuedCertificate) -> CertificateWords:
    """Return the words of a certificate; nothing in them is not printed on it."""
    return CertificateWords(
        serial=certificate.serial,
        organisation_name=certificate.organisation_name,
        name=lettering(certificate.person_name, NAME_STEPS, certificate.language),
        course=lettering(certificate.course_title, TITLE_STEPS, certificate.language),
        facts=tuple(_facts(certificate)),
        conditions=tuple(_condition(condition) for condition in certificate.conditions),
        release_number=certificate.release_number,
        release_hash=" ".join(certificate.release_hash[start : start + 4] for start in (0, 4, 8)),
        code_lines=code_lines(certificate.code),
    )


def expired_since(certificate: IssuedCertificate) -> date | None:
    """Return the first day on which the certificate no longer holds, or None when it never ends."""
    return certificate.valid_until + timedelta(days=1) if certificate.valid_until else None


def verify_url(certificate: IssuedCertificate) -> str:
    """Return the address at which anyone may check the certificate."""
    return f"{origin()}/verify/{certificate.code}"


def origin() -> str:
    """Return the address at which this server is reached from outside, without a slash at its end."""
    return str(_settings().origin)


def printed(certificate: IssuedCertificate, paper: str) -> str:
    """Return the certificate as the HTML that is printed: in its own language, whoever asks and whenever."""
    with spoken_in(certificate.language) as (language, direction):
        words = words_of(certificate)
        address = verify_url(certificate)
        parts = urlsplit(address)
        page = PrintedCertificate(
            words=words,
            language=language,
            direction=direction,
            paper=paper,
            title=f"{certificate.person_name}, {certificate.course_title}",
            issued_at=certificate.issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            spacing=_spacing(words),
            verify_address=f"{parts.netloc}{parts.path.rpartition('/')[0]}",
            verify_url=address,
            qr=qr_code(address),
        )
        # Not by way of `show`: paper has no frame, no flashes and no browser.
        return current_app.jinja_env.get_template("print/certificate.html").render(page=page)


def pdf_response(certificate: IssuedCertificate, paper: str) -> Response:
    """Return the certificate as a PDF to look at or keep; answers 503 while none can be made."""
    pdf = pdf_of(printed(certificate, paper), f"certificate {certificate.serial}")
    name = f"{certificate.serial} {certificate.person_name[:80]}.pdf"
    return to_look_at(pdf, name, f"{certificate.serial}.pdf")


def _spacing(words: CertificateWords) -> str:
    sizes = (words.name.size, words.course.size)
    if all(size in _SHORT for size in sizes):
        return "roomy"
    return "tight" if all(size in _LONG for size in sizes) else "plain"


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _facts(certificate: IssuedCertificate) -> list[Fact]:
    facts = [Fact(_("Completed"), whole_day(certificate.completed_on))]
    if certificate.mark is not None:
        facts.append(Fact(_("Score"), percent(certificate.mark)))
    if certificate.hours:
        number = format_decimal(certificate.hours)
        hours = ngettext("%(hours)s hour", "%(hours)s hours", ceil(certificate.hours), hours=number)
        facts.append(Fact(_("Learning time"), hours))
    if certificate.valid_until:
        facts.append(Fact(_("Valid through"), whole_day(certificate.valid_until)))
    return facts


def _condition(condition: ConditionMet) -> str:
    day = whole_day(condition.met_on)
    words: str = _("Every quiz passed, %(day)s", day=day)
    if condition.kind is ConditionKind.ALL_LESSONS:
        words = _("Every lesson done, %(day)s", day=day)
    elif condition.kind is ConditionKind.RETAINED:
        words = ngettext(
            "Checked again %(num)s day later, with %(percent)s or more, %(day)s",
            "Checked again %(num)s days later, with %(percent)s or more, %(day)s",
            condition.days or 1,
            percent=percent(condition.mark or 0.0),
            day=day,
        )
    elif condition.kind is ConditionKind.TEST_OUT:
        words = _(
            "By test-out: the check passed at the first try with %(percent)s or more, %(day)s",
            percent=percent(condition.mark or 0.0),
            day=day,
        )
    elif condition.kind is ConditionKind.OBSERVED:
        words = _("Seen clearly on the job: %(names)s, %(day)s", names=", ".join(condition.behaviours), day=day)
    elif condition.kind is ConditionKind.SCENARIO:
        words = _(
            "Every scenario passed with %(percent)s or more, %(day)s",
            percent=percent(condition.mark or 0.0),
            day=day,
        )
    elif condition.mark:
        words = _("Every quiz passed with %(percent)s or more, %(day)s", percent=percent(condition.mark), day=day)
    return words
