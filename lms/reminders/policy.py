"""What an organisation has decided about reminders, read from its settings and written as such; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from lms.reminders.hours import QuietHours

PREFIX = "reminders."
DAYS_BEFORE = (30, 14, 3)
FARTHEST = 365
MOST_DAYS = 6


@dataclass(frozen=True)
class Policy:
    """Whether and when people are told.

    `due_days` and `certificate_days` are how many days before, largest first; the due day itself is always one.
    `late_days` is how long after one reminder of something late the next one comes, at least 7. `weekly_day` is
    the weekday of the managers' week, 0 is Monday. `language` is what mails speak to people in whose own language
    there are none.
    """

    is_on: bool = True
    due_days: tuple[int, ...] = DAYS_BEFORE
    certificate_days: tuple[int, ...] = DAYS_BEFORE
    late_days: int = 7
    weekly_day: int = 0
    quiet: QuietHours = field(default_factory=QuietHours)
    language: str = "en"


def policy_of(settings: Mapping[str, str]) -> Policy:
    """Return the policy of these settings; what is missing or cannot be read is as it is without any."""
    plain = {key.removeprefix(PREFIX): value for key, value in settings.items() if key.startswith(PREFIX)}
    usual = Policy()
    late, weekly = _numbers(plain.get("late_days", "")), _numbers(plain.get("weekly_day", ""))
    return Policy(
        is_on=plain.get("is_on", "yes") != "no",
        due_days=_largest_first(plain, "due_days"),
        certificate_days=_largest_first(plain, "certificate_days"),
        late_days=max(7, late[0]) if late else usual.late_days,
        weekly_day=weekly[0] if weekly and weekly[0] < 7 else usual.weekly_day,
        quiet=QuietHours(
            _time(plain.get("quiet_from", ""), usual.quiet.starts),
            _time(plain.get("quiet_until", ""), usual.quiet.ends),
            frozenset(_numbers(plain["quiet_days"])) if "quiet_days" in plain else usual.quiet.days,
        ),
        language=plain.get("language", usual.language)[:20],
    )


def settings_of(policy: Policy) -> dict[str, str]:
    """Return the settings that say this policy."""
    plain = {
        "is_on": "yes" if policy.is_on else "no",
        "due_days": _said(policy.due_days),
        "certificate_days": _said(policy.certificate_days),
        "late_days": str(policy.late_days),
        "weekly_day": str(policy.weekly_day),
        "quiet_from": policy.quiet.starts.isoformat("minutes"),
        "quiet_until": policy.quiet.ends.isoformat("minutes"),
        "quiet_days": _said(sorted(policy.quiet.days)),
        "language": policy.language,
    }
    return {PREFIX + key: value for key, value in plain.items()}


def _largest_first(plain: Mapping[str, str], key: str) -> tuple[int, ...]:
    if key not in plain:
        return DAYS_BEFORE
    return tuple(sorted({days for days in _numbers(plain[key]) if 1 <= days <= FARTHEST}, reverse=True))


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split() if word.isascii() and word.isdecimal() and len(word) <= 4]


def _said(numbers: tuple[int, ...] | list[int]) -> str:
    return " ".join(str(number) for number in numbers)


def _time(text: str, otherwise: time) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        return otherwise
