"""How large a request may be where it brings a file; everywhere else `MAX_CONTENT_LENGTH` holds."""

from flask import Flask, request

from lms.accounts.roster.upload import LARGE
from lms.interop.running import MOST_BYTES

# Room for the form around the file.
_FORM = 64 * 1024
LIMITS = {
    "teach.take_import": MOST_BYTES + _FORM,
    "admin.plan_import": LARGE.megabytes * 1_000_000 + _FORM,
}


def allow_larger() -> None:
    """Let this request be as large as its address allows, before anything reads its form."""
    limit = LIMITS.get(request.endpoint or "")
    if limit is not None:
        request.max_content_length = limit


def install(app: Flask) -> None:
    """Decide before the form's token is looked for, which reads the form."""
    app.before_request_funcs.setdefault(None, []).insert(0, allow_larger)
