"""What to write instead of words that judge, whoever wrote them."""

from collections.abc import Sequence

from flask_babel import gettext as _

from lms.coaching.wording import Caught, Judging
from lms.web.fields import FieldProblem


def judging_hints(caught: Sequence[Caught]) -> list[FieldProblem]:
    """Return what to write instead of each of these words, each at its field."""
    return [FieldProblem(each.field, _judging(each)) for each in caught]


def _judging(caught: Caught) -> str:
    words = {
        Judging.CHARACTER: _(
            "“%(word)s” says what somebody is. Nobody can change that by Monday. "
            "Write what was done: “typed while the customer spoke”.",
            word=caught.word,
        ),
        Judging.ATTITUDE: _(
            "“%(word)s” has to be guessed. Write what a camera saw that made you think so: "
            "“answered before he had finished, three times”.",
            word=caught.word,
        ),
        Judging.VERDICT: _(
            "“%(word)s” is a verdict. What exactly was said or done, and what did it do for the customer? "
            "“You gave two ways and their cost; she chose at once.”",
            word=caught.word,
        ),
        Judging.ALWAYS: _(
            "“%(word)s” is more than you saw. Write about this one contact: “at the second question”.",
            word=caught.word,
        ),
        Judging.COMPARED: _(
            "“%(word)s” compares people. Write what this person did, beside the line of the checklist.",
            word=caught.word,
        ),
    }
    return str(words[caught.kind])
