"""Forms that are kept on every tap by `keeping.js`: what the script is told; without it a page answers instead."""

from flask import abort, request

from lms.web.identity import me, now
from lms.web.seen_forms import number_in
from lms.web.speech import clock_time


def is_by_script() -> bool:
    """Return whether a script asks, which wants to be told in JSON."""
    return request.accept_mimetypes.best == "application/json"


def only_by_its_writer() -> None:
    """Answer 404 to what was kept in a browser that somebody else has signed in to since.

    Raises BadResponseError.
    """
    if number_in(request.form, "writer") != me().person_id:
        abort(404)


def told_script(*, is_given: bool, is_to_give: bool, here: str) -> dict[str, object]:
    """Return what became of it: kept, given, or to be looked at again by a person. `here` is its address."""
    if is_given:
        return {"is_saved": True, "is_over": True, "href": here}
    if is_to_give:
        return {"is_saved": True, "is_over": True, "href": f"{here}?look=again"}
    return {"is_saved": True, "time": clock_time(now()), "href": here}
