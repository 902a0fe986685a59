"""What a nudge says, in words: the same for whoever sends it and whoever reads it."""

from flask_babel import gettext as _

from lms.plans.nudge import Says


def nudge_words(says: Says) -> str:
    """Return the sentence that the person reads, in the language of this request."""
    words = {
        Says.STEP: _("A few minutes today would bring you a good step further."),
        Says.HELP: _("If something is in your way, tell me. We will find a way together."),
        Says.TIME: _("If you need time for this, tell me, and I will make room for it."),
    }
    return str(words[says])
