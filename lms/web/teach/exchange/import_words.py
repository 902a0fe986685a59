"""Formats, kinds and fates in the words of whoever brings a file in."""

from flask_babel import gettext as _


def format_word(name: str) -> str:
    """Return what a format is called."""
    words: dict[str, str] = {
        "qti": _("QTI"),
        "cartridge": _("Common Cartridge (QTI 1.2)"),
        "gift": _("GIFT"),
        "aiken": _("Aiken"),
        "moodle": _("Moodle XML"),
        "sheet": _("Spreadsheet"),
        "liascript": _("LiaScript"),
        "mkdocs": _("MkDocs site"),
        "markdown": _("Pages of Markdown"),
        "course": _("Course of this server"),
    }
    return words.get(name, name)


def type_word(name: str) -> str:
    """Return what a type of question is called."""
    words: dict[str, str] = {
        "single": _("Single choice"),
        "multiple": _("Multiple choice"),
        "short": _("Short text"),
        "number": _("Number"),
        "order": _("Put in order"),
        "match": _("Match"),
        "gaps": _("Fill the gaps"),
        "sort": _("Sort into groups"),
        "spot": _("Spot the lines"),
        "open": _("Open answer"),
    }
    return words.get(name, name)


def kind_word(name: str) -> str:
    """Return what a file of a course is called."""
    words: dict[str, str] = {
        "course": _("Front page"),
        "lesson": _("Lesson"),
        "quiz": _("Quiz"),
        "policy": _("Policy"),
        "scenario": _("Scenario"),
        "survey": _("Survey"),
        "checklist": _("Checklist"),
    }
    return words.get(name, name)
