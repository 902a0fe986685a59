"""What took long to count is kept for a minute, in this process, for exactly the same question.

Only counts are kept, never names, and what is asked about is part of the key: the teams, the course, the day. Whom
one may see is asked at each request, before anything is looked up here.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from flask import current_app

_KEPT_SECONDS = 60.0
_MOST_KEPT = 50

Counted = TypeVar("Counted")


def remembered(key: Hashable, count: Callable[[], Counted], is_large: Callable[[Counted], bool]) -> Counted:
    """Return what was counted within the last minute, or count now, and keep it if it is large."""
    kept: OrderedDict[Hashable, tuple[float, Any]] = current_app.extensions.setdefault("counted", OrderedDict())
    moment, known = time.monotonic(), kept.get(key)
    if known and moment - known[0] < _KEPT_SECONDS:
        found: Counted = known[1]
        return found
    counted = count()
    if is_large(counted):
        kept[key] = (moment, counted)
        kept.move_to_end(key)
        while len(kept) > _MOST_KEPT:
            kept.popitem(last=False)
    return counted
