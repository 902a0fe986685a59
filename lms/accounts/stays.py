"""Stays in one team as spans of days, from the first day in to the first day out; pure."""

from datetime import date

Span = tuple[date, date | None]


def merged(spans: list[Span]) -> list[Span]:
    """Return the same days as spans that neither overlap nor touch, oldest first; empty spans vanish."""
    result: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], span[1] or date.max)):
        if end is not None and end <= start:
            continue
        if result and (result[-1][1] is None or start <= result[-1][1]):
            before = result[-1][1]
            result[-1] = (result[-1][0], None if before is None or end is None else max(before, end))
        else:
            result.append((start, end))
    return result
