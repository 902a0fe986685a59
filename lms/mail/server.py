"""Which mail server this installation hands its mail to, as its settings say; pure."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from lms.settings import BadSettingError, Settings

_URL_HELP = """LMS_SMTP_URL is no address of a mail server: {what} It looks like
    smtp://user:password@mail.example.org:587?starttls   (most mail servers)
    smtps://user:password@mail.example.org:465           (encrypted from the first word)
    smtp://localhost:25                                  (a relay on this machine)"""
_FROM_HELP = """LMS_MAIL_FROM has to say whom mail is from, for example
    export LMS_MAIL_FROM="Lantern <learn@example.org>\""""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class MailServer:
    """Where and how mail is handed over, and in whose name."""

    host: str
    port: int
    is_encrypted: bool
    has_starttls: bool
    user: str
    password: str
    sender: Address


def mail_server(settings: Settings) -> MailServer | None:
    """Return the mail server, or None when none is set. Raises BadSettingError for settings that cannot work."""
    if not settings.smtp_url:
        return None
    try:
        url = urlsplit(settings.smtp_url)
        port = url.port
    except ValueError as error:
        raise BadSettingError(_URL_HELP.format(what="it cannot be read.")) from error
    if url.scheme not in ("smtp", "smtps") or not url.hostname:
        raise BadSettingError(_URL_HELP.format(what="it begins with smtp:// or smtps:// and names a host."))
    if url.query not in ("", "starttls"):
        raise BadSettingError(_URL_HELP.format(what="nothing but starttls may follow the question mark."))
    is_encrypted, has_starttls = url.scheme == "smtps", url.query == "starttls"
    if url.password and not (is_encrypted or has_starttls or url.hostname in _HERE):
        raise BadSettingError(_URL_HELP.format(what="a password would go over the network in the clear."))
    return MailServer(
        host=url.hostname,
        port=port or (465 if is_encrypted else 587 if has_starttls else 25),
        is_encrypted=is_encrypted,
        has_starttls=has_starttls,
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        sender=_sender(settings.mail_from),
    )


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    try:
        sender = Address(name, addr_spec=address)
    except (ValueError, IndexError) as error:
        raise BadSettingError(_FROM_HELP) from error
    if not sender.domain or not address.isascii():
        raise BadSettingError(_FROM_HELP)
    return sender
