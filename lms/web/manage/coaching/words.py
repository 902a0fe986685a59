"""What the observation form says: what is missing and how to write it, and words that judge with a way out."""

from collections.abc import Sequence

from flask_babel import gettext as _

from lms.coaching.choosing import Contact
from lms.coaching.observation import Missing
from lms.web.fields import FieldProblem
from lms.web.peace import weekday_name


def missing_problems(missing: Sequence[Missing]) -> list[FieldProblem]:
    """Return what is to be written before it can be given, each with an example to go by."""
    return [FieldProblem(each.value, _missing(each)) for each in missing]


def _missing(missing: Missing) -> str:
    words = {
        Missing.MARKS: _("Mark at least one behaviour: 0, 1 or 2. Leave out what had no chance to show."),
        Missing.WORDS: _(
            "Write the words you heard, as they were said: “That’s three too many. I have it now.” "
            "A mark without words can’t be talked about."
        ),
        Missing.SITUATION: _(
            "Say when it was, so that both of you see the same moment: “When he said it was his third call …”"
        ),
        Missing.BEHAVIOUR: _(
            "Say what was said or done, as a camera would have it: “… you named the three calls”"
        ),
        Missing.IMPACT: _(
            "Say what that did for the customer: “… he stopped repeating himself and gave the number”"
        ),
        Missing.WHEN: _("Name the moment to watch for: “If a customer says it is the second time …”"),
        Missing.THEN: _(
            "Name one thing to do then, small enough for tomorrow: “… then I say what I will do first”"
        ),
    }
    return str(words[missing])


def contact_words(contact: Contact) -> str:
    """Return a drawn contact: "Tuesday, the third after 10:00"."""
    places = (_("the first"), _("the second"), _("the third"), _("the fourth"), _("the fifth"))
    return str(
        _(
            "%(day)s, %(place)s after %(hour)s:00",
            day=weekday_name(contact.day),
            place=places[contact.place - 1],
            hour=contact.hour,
        )
    )
