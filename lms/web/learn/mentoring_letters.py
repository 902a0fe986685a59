"""A letter that asks somebody to be one's mentor: written here, copied from here, kept nowhere."""

from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.names import shown
from lms.mentoring.lists import LONGEST_LINE
from lms.web.identity import me
from lms.web.learn.mentoring_pages import MentorLetterPage
from lms.web.learn.routes import desk
from lms.web.render import show

_FIELDS = ("name", "why", "topic")


@desk.get("/mentor/letter")
def mentor_letter_page() -> ResponseReturnValue:
    """Show the letter with gaps."""
    return show("learn/mentor_letter_page.html", _page({}))


@desk.post("/mentor/letter")
def write_letter() -> ResponseReturnValue:
    """Show the letter with what was typed in its gaps."""
    return show("learn/mentor_letter_page.html", _page(request.form))


def _page(form: Mapping[str, str]) -> MentorLetterPage:
    typed = {name: shown(form.get(name, "")[: LONGEST_LINE * 2])[:LONGEST_LINE] for name in _FIELDS}
    thanks = _thanks()
    chosen = form.get("thanks", "")
    typed["thanks"] = chosen if chosen in dict(thanks) else thanks[0][0]
    return MentorLetterPage(typed, thanks, _letter(typed, dict(thanks)[typed["thanks"]]))


def _thanks() -> tuple[tuple[str, str], ...]:
    return (
        ("coffee", _("The coffee is on me each time.")),
        ("lunch", _("Lunch is on me, wherever you like.")),
        ("cake", _("I’ll bring something home-made.")),
        ("favour", _("In return you have an hour of my time each month, for whatever you need done.")),
        ("word", _("I can’t offer much but my thanks, and to tell you what came of it.")),
    )


def _letter(typed: Mapping[str, str], thanks: str) -> str:
    """Return the letter; a gap that nobody filled shows what belongs there, in brackets."""
    gap = {
        "name": _("[name]"),
        "why": _("[how you spoke to an angry customer last week and both of you laughed at the end]"),
        "topic": _("[leading people who know the job better than I do]"),
    }
    filled = {name: typed[name] or words for name, words in gap.items()}
    return "\n\n".join(
        (
            _("Dear %(name)s,", name=filled["name"]),
            _("I have something to ask you, and “no” is a perfectly good answer."),
            _(
                "What made me think of you: %(why)s. I would like to learn from that."
                " Would you be my mentor for half a year?",
                why=filled["why"],
            ),
            _("What I’d like to talk about first: %(topic)s.", topic=filled["topic"]),
            _(
                "It would be an hour once a month, when and where it suits you. I’ll bring a short list,"
                " so that your time is used well. What we say stays between us."
                " If after three times either of us would rather stop, we stop, without a reason."
            ),
            thanks,
            _("May I ring you next week?"),
            me().name,
        )
    )
