"""A letter as mail servers pass it on: headers that nobody can add to, words and HTML; pure."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from lms.mail.mail import Letter

# Every mail server takes lines of ASCII.
_POLICY = SMTP.clone(cte_type="7bit")
# An address beyond ASCII goes only where the server says that it takes one.
_WIDE_POLICY = _POLICY.clone(utf8=True)
_ADDRESS = re.compile(r"([^\s@<>()\[\],:;\\\"\x00-\x20\x7f]{1,64})@([\w.-]{1,190})")


def message_of(letter: Letter, sender: Address, now: datetime) -> EmailMessage:
    """Return the message. Raises ValueError for an address that is none.

    `Auto-Submitted` keeps holiday notes from answering; the id is the same however often the letter is tried.
    """
    parts = _ADDRESS.fullmatch(letter.address)
    if parts is None:
        raise ValueError(repr(letter.address[:80]))
    receiver = Address(_line(letter.name), parts[1], _ascii_domain(parts[2]))
    message = EmailMessage(policy=_POLICY if parts[1].isascii() else _WIDE_POLICY)
    message["From"] = sender
    message["To"] = receiver
    message["Subject"] = _line(letter.subject)
    message["Date"] = now
    message["Message-ID"] = f"<{letter.message_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def _line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _ascii_domain(domain: str) -> str:
    try:
        return domain.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError(repr(domain[:80])) from error
