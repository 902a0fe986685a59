"""What the studio puts into a text and says of the format, in the language of whoever writes.

In what is put in, ‹…› is selected to be written over, ID becomes an id of its own, and QUESTION the role of a
question where a lesson needs one.
"""

from flask_babel import gettext as _

from lms.content.patterning import KINDS


def kind_choices() -> tuple[tuple[str, str], ...]:
    """Return the kinds of new files with what they are called."""
    words = (
        _("A lesson"),
        _("A quiz"),
        _("A branching scenario"),
        _("A policy"),
        _("A survey"),
        _("A checklist for observing"),
    )
    return tuple(zip(KINDS, words, strict=True))


def insertions() -> tuple[tuple[str, str], ...]:
    """Return what each button above the text puts into it, by the button's name."""
    title = _("## ‹The question’s title›")
    return (
        ("heading", _("## ‹A heading that says what comes›")),
        (
            "moment",
            _("## ‹A moment›")
            + " {.moment #ID}\n\n"
            + _("> **Customer:** What does the customer say?")
            + "\n\n"
            + _("What do you say first?")
            + "\n\n"
            + _option(_("What many would say."), _("What comes of it, for the customer."), is_right=False)
            + _option(_("What helps."), _("Why it helps."), is_right=True),
        ),
        (
            "dialogue",
            _("> **Customer:** ‹What does the customer say?›")
            + "\n>\n"
            + _("> **Agent:** And what is the answer?"),
        ),
        (
            "single",
            f"{title} {{QUESTION#ID}}\n\n"
            + _("What is asked?")
            + "\n\n"
            + _option(_("The right answer"), _("Why it is right."), is_right=True)
            + _option(_("A wrong one that somebody might believe"), _("What would come of it."), is_right=False)
            + _option(_("Another one"), _("What would come of it."), is_right=False),
        ),
        (
            "multiple",
            f"{title} {{QUESTION.multiple #ID}}\n\n"
            + _("Which two are right?")
            + "\n\n"
            + _option(_("Right"), _("Why it is right."), is_right=True)
            + _option(_("Right as well"), _("Why it is right."), is_right=True)
            + _option(_("Wrong"), _("Why not."), is_right=False),
        ),
        (
            "text",
            f"{title} {{QUESTION#ID}}\n\n"
            + _("Which word is it?\n\n= word\n= another word that counts as well\n\nWhy it is this word."),
        ),
        (
            "number",
            f"{title} {{QUESTION#ID}}\n\n" + _("How much is it?\n\n= 14 ± 0.5\n\nHow one gets there."),
        ),
        (
            "order",
            f"{title} {{QUESTION.order #ID}}\n\n"
            + _("Put the steps in order.\n\n1. First\n2. Second\n3. Third\n\nWhy in this order."),
        ),
        (
            "match",
            f"{title} {{QUESTION.match #ID}}\n\n"
            + _("What belongs together?\n\n| This | That |\n| --- | --- |\n| Bread | Butter |\n| Salt | Pepper |")
            + "\n\n"
            + _("Why they belong together."),
        ),
        (
            "gaps",
            f"{title} {{QUESTION#ID}}\n\n"
            + _("I have it [[now]], and I ring you [[at four|by four]].\n\nWhat the words are for."),
        ),
        (
            "sort",
            f"{title} {{QUESTION.sort #ID}}\n\n"
            + _("Where does each belong?")
            + "\n\n"
            + _("- **One group**\n    - an item\n    - another\n- **The other group**\n    - a third")
            + "\n\n"
            + _("Why they belong there."),
        ),
        (
            "spot",
            f"{title} {{QUESTION.spot #ID}}\n\n"
            + _("Tick the lines that show it.")
            + "\n\n"
            + _("> **Customer:** What does the customer say?")
            + "\n>\n"
            + _("> **Agent:** [x] A line to be found.")
            + "\n>\n"
            + _("> **Agent:** A line that does not show it.")
            + "\n\n"
            + _("What makes the difference."),
        ),
        (
            "own-words",
            f"{title} {{QUESTION.open #ID}}\n\n"
            + _("What would you write?\n\n- What a good answer does\n- What else it does")
            + "\n\n"
            + _("An answer that does both."),
        ),
        ("rule", _("## The card") + " {.rule}\n\n" + _("- ‹When …, I …›\n- When …, I …")),
        (
            "job-aid",
            _("## On the job")
            + " {.job-aid}\n\n"
            + _("1. ‹First step, in a few words›\n2. Second step\n3. Third step"),
        ),
        ("link", _("[‹words of the link›](https://example.org)")),
        (
            "scene",
            _("## ‹What happens now›")
            + " {#ID}\n\n"
            + _("> **Caller:** What does the caller say?")
            + "\n\n"
            + _choice(_("What one might say"), "heat=-1 trust=+1", _("What comes of it."))
            + _choice(_("What one might say instead"), "heat=+1", _("What comes of it.")),
        ),
        ("choice", _choice(_("‹What one might say›"), "heat=-1 trust=+1", _("What comes of it."))),
        (
            "ending",
            _("## ‹How it ends›")
            + " {#ID .ending outcome=solved}\n\n"
            + _("What is different now, for the customer and for us."),
        ),
    )


def cheat_sheet() -> tuple[tuple[str, str], ...]:
    """Return how the format is written and what it becomes, what one needs first on top."""
    return (
        (_("## A heading"), _("a heading; ### a smaller one")),
        (_("**firmly**, *quietly*"), _("bold, and leaning")),
        (_("- first"), _("a list; 1. a numbered one")),
        (_("> **Caller:** Hello?"), _("somebody speaks; a line with only > stands between two turns")),
        (_("- [ ] an answer"), _("a question’s answer; [x] is the right one")),
        (_("    > why"), _("below an answer, four spaces in: what whoever chooses it reads")),
        (_("{.moment #its-name}"), _("after a heading: what the part is for, and its own name")),
        (_("[words](02-check.md)"), _("a link to another file of the course")),
        (_("![what it shows](media/cup.png)"), _("a picture")),
    )


def _option(text: str, feedback: str, *, is_right: bool) -> str:
    return f"- [{'x' if is_right else ' '}] {text}\n    > {feedback}\n"


def _choice(text: str, effects: str, feedback: str) -> str:
    return f"- [{text}](#) {{{effects}}}\n    > {feedback}\n"
