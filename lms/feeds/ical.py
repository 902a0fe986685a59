"""A calendar as RFC 5545 writes it: days and hours, folded lines, escaped words; pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

CONTENT_TYPE = "text/calendar; charset=utf-8"
_LONGEST_LINE = 75
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Event:
    """Something of a whole day, wherever that day is; `uid` is the same however often it is fetched.

    With `starts_at` it is of that hour instead, for `minutes`.
    """

    uid: str
    day: date
    summary: str
    description: str = ""
    url: str = ""
    location: str = ""
    starts_at: datetime | None = None
    minutes: int = 60


def fingerprint(name: str, events: Iterable[Event]) -> str:
    """Return what changes exactly when the calendar says something else."""
    return hashlib.sha256(repr((name, tuple(events))).encode()).hexdigest()[:32]


def calendar(name: str, events: Iterable[Event], now: datetime) -> bytes:
    """Return the calendar of this name with these events.

    Programs take an event for changed when its sequence grows; nobody counts changes here, so it is the number of
    minutes until the calendar was written, which grows with each.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Lantern//Calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for event in events:
        lines += _lines(event, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _lines(event: Event, now: datetime) -> list[str]:
    # Nobody is busy all day because something is due, only at an hour; whoever wants an alarm sets her own.
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(event.uid)}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{max(0, (now - _EPOCH) // timedelta(minutes=1))}",
        *_span(event),
        f"SUMMARY:{_text(event.summary)}",
        *([f"LOCATION:{_text(event.location)}"] if event.location else []),
        *([f"DESCRIPTION:{_text(event.description)}"] if event.description else []),
        *([f"URL:{_address(event.url)}"] if event.url else []),
        "TRANSP:OPAQUE" if event.starts_at else "TRANSP:TRANSPARENT",
        "CLASS:PRIVATE",
        "END:VEVENT",
    ]


def _span(event: Event) -> list[str]:
    if event.starts_at is None:
        return [
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
        ]
    starts = event.starts_at.astimezone(UTC)
    ends = starts + timedelta(minutes=event.minutes)
    return [f"DTSTART:{starts:%Y%m%dT%H%M%SZ}", f"DTEND:{ends:%Y%m%dT%H%M%SZ}"]


def _text(words: str) -> str:
    plain = words
    if not words.isprintable():
        plain = "".join(each for each in words.replace("\r\n", "\n") if each == "\n" or each.isprintable())
    escaped = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def _address(url: str) -> str:
    return "".join(each for each in url if each.isprintable() and not each.isspace())


def _folded(line: str) -> str:
    """Return the line with a break before any octet beyond the 75th of each part, never within a character."""
    if len(line.encode(errors="replace")) <= _LONGEST_LINE:
        return line
    parts, part, size = [], "", 0
    for character in line:
        width = len(character.encode(errors="replace"))
        if size + width > _LONGEST_LINE:
            parts.append(part)
            part, size = "", 1  # the space that begins the next part
        part, size = part + character, size + width
    return "\r\n ".join((*parts, part))
