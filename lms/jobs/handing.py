"""Hands one letter to the mail server and says what became of it: taken, not now, never, or nobody knows."""

import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lms.mail.envelope import message_of
from lms.mail.mail import Letter
from lms.mail.server import MailServer

_SECONDS = 30.0
_OK, _WILL_FORWARD = 250, 251
_SHUTTING_DOWN = 421


class Fate(StrEnum):
    """What became of a letter."""

    TAKEN = "taken"
    NOT_NOW = "not now"
    NEVER = "never"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """A letter's fate with the server's words; `is_away`: the server, not the letter, is the trouble."""

    fate: Fate
    words: str = ""
    is_away: bool = False


class Hatch:
    """The way to the mail server; opened for the first letter, kept open for the next ones."""

    def __init__(self, server: MailServer) -> None:
        """Know the server; nothing is opened yet."""
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def hand_over(self, letter: Letter, now: datetime) -> Outcome:
        """Hand over one letter; whatever goes wrong is in the outcome."""
        try:
            message = message_of(letter, self._server.sender, now)
        except ValueError as error:
            return Outcome(Fate.NEVER, f"This is no address that mail can go to: {error}")
        try:
            smtp = self._opened()
            refusal = _introduced(smtp, self._server.sender.addr_spec, str(message["To"].addresses[0].addr_spec))
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return Outcome(Fate.NOT_NOW, _words_of(error), is_away=True)
        outcome = refusal or _handed_over(smtp, message.as_bytes())
        if outcome.is_away:
            self.close()
        elif outcome.fate is not Fate.TAKEN:
            self._begin_anew(smtp)
        return outcome

    def close(self) -> None:
        """Say goodbye, if anybody is there."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    def _opened(self) -> smtplib.SMTP:
        if self._smtp is not None:
            return self._smtp
        server, own_name = self._server, socket.gethostname()
        # The default context asks for a certificate of the server's name that somebody known vouches for.
        context = ssl.create_default_context()
        if server.is_encrypted:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, own_name, timeout=_SECONDS, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, own_name, timeout=_SECONDS)
        try:
            if server.has_starttls:
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        self._smtp = smtp
        return smtp

    def _begin_anew(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            self.close()


def _introduced(smtp: smtplib.SMTP, sender: str, address: str) -> Outcome | None:
    """Say from whom and to whom; returns the server's refusal, None when it will hear the letter."""
    options = []
    if not address.isascii():
        if not smtp.has_extn("smtputf8"):
            return Outcome(Fate.NEVER, "The mail server takes no addresses with letters beyond ASCII.")
        options = ["SMTPUTF8"]
    code, words = smtp.mail(sender, options)
    if code != _OK:
        # It is us whom it will not have; the next letter would fare no better.
        return Outcome(Fate.NOT_NOW, _told(code, words), is_away=True)
    code, words = smtp.rcpt(address)
    return None if code in (_OK, _WILL_FORWARD) else _refused(code, words)


def _handed_over(smtp: smtplib.SMTP, body: bytes) -> Outcome:
    try:
        code, words = smtp.data(body)
    except smtplib.SMTPDataError as error:
        return _refused(error.smtp_code, _bytes(error.smtp_error))
    except (smtplib.SMTPException, OSError) as error:
        return Outcome(Fate.UNKNOWN, _words_of(error), is_away=True)
    return Outcome(Fate.TAKEN) if code == _OK else _refused(code, words)


def _refused(code: int, words: bytes) -> Outcome:
    fate = Fate.NEVER if code >= 500 else Fate.NOT_NOW
    return Outcome(fate, _told(code, words), is_away=code == _SHUTTING_DOWN)


def _told(code: int, words: bytes) -> str:
    return f"{code} {' '.join(words.decode(errors='replace').split())}"


def _bytes(words: bytes | str) -> bytes:
    return words.encode() if isinstance(words, str) else words


def _words_of(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _told(error.smtp_code, _bytes(error.smtp_error))
    return f"{type(error).__name__}: {error}"
