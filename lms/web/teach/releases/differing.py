"""Differences between two versions of a course in words, as the pages about releases show them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from lms.content.comparing.blocks import BlockChange, BlockState
from lms.content.comparing.fields import Change
from lms.content.comparing.questions import KEY, Fate, QuestionChange
from lms.content.comparing.words import Run, RunState
from lms.content.course import ActivityKind
from lms.content.differences import ActivityChange, Differences, MediaChange
from lms.content.release import ChangeKind
from lms.content.variables import filled_text
from lms.web.frame import house

# So many words that did not change are shown on each side of those that did.
_AROUND = 12


@dataclass(frozen=True)
class Line:
    """One difference: what it is about and its words, the changed ones marked; `is_loud` for another key."""

    label: str
    runs: tuple[Run, ...]
    note: str = ""
    is_loud: bool = False
    weight: ChangeKind = ChangeKind.TYPO


@dataclass(frozen=True)
class Group:
    """The differences of one thing: the course itself, an activity, or within it a question."""

    title: str
    what: str
    fate: Fate
    lines: tuple[Line, ...] = ()
    groups: tuple["Group", ...] = ()
    question_id: str = ""
    weight: ChangeKind = ChangeKind.TYPO

    @property
    def is_loud(self) -> bool:
        """Return whether another answer than before is right in it."""
        return any(line.is_loud for line in self.lines)


@dataclass(frozen=True)
class Told:
    """All differences in words; `reason` says in a few words why `suggestion` is suggested."""

    groups: tuple[Group, ...]
    suggestion: ChangeKind
    reason: str

    @property
    def has_other_key(self) -> bool:
        """Return whether another answer to some question is right now."""
        return any(question.is_loud for group in self.groups for question in group.groups)


def told(differences: Differences) -> Told:
    """Return these differences in words, the course's own first, its media last."""
    groups = [_activity(each) for each in differences.activities]
    lines = [_line(change) for change in differences.changes] + [_block(each) for each in differences.front]
    if lines:
        groups.insert(0, Group(_("The course itself"), "", Fate.CHANGED, tuple(lines)))
    if differences.media:
        files = tuple(map(_media, differences.media))
        groups.append(Group(_("Pictures, films and files"), "", Fate.CHANGED, files))
    return Told(tuple(groups), differences.suggestion, _reason(groups, differences.suggestion))


def _activity(change: ActivityChange) -> Group:
    titles: dict[ActivityKind, str] = {
        ActivityKind.LESSON: _("Lesson"),
        ActivityKind.QUIZ: _("Quiz"),
        ActivityKind.SCENARIO: _("Scenario"),
        ActivityKind.SURVEY: _("Survey"),
        ActivityKind.CHECKLIST: _("Checklist"),
    }
    lines = [_line(each) for each in change.changes] + [_block(each) for each in change.blocks]
    lines += [
        replace(line, label=_("Trainer’s notes, %(what)s", what=line.label)) for line in map(_block, change.notes)
    ]
    if change.has_moved:
        lines.insert(0, Line(_("Stands elsewhere in the course"), ()))
    return Group(
        title=_ours(change.title),
        what=titles[change.kind],
        fate=change.fate,
        lines=tuple(lines),
        groups=tuple(map(_question, change.questions)),
        weight=change.weight,
    )


def _question(change: QuestionChange) -> Group:
    lines = sorted(map(_line, change.changes), key=lambda line: not line.is_loud)
    if change.has_moved:
        lines.append(Line(_("Stands elsewhere in the quiz"), ()))
    return Group(
        _ours(change.title), _("Question"), change.fate, tuple(lines), question_id=change.id, weight=change.weight
    )


def _line(change: Change) -> Line:
    runs = replace(change, before=_ours(change.before), after=_ours(change.after)).runs
    if change.field == KEY:
        return _key_line(change, runs)
    label = field_word(change.field)
    if change.part:
        label = _("%(field)s, at “%(part)s”", field=label, part=_ours(change.part))
    note = _("The words are the same; only its markup is not.") if change.before == change.after else ""
    return Line(label, elided(runs), note, weight=change.weight)


def _key_line(change: Change, runs: tuple[Run, ...]) -> Line:
    """Return an option that is right now or no longer, else what is right in its place."""
    part = _ours(change.part)
    label = str(_("Other right answer: %(part)s", part=part) if part else _("Other right answer"))
    if part and change.after == "right":
        label, runs = _("Right now"), (Run(part, RunState.NEW),)
    elif part and change.before == "right":
        label, runs = _("No longer right"), (Run(part, RunState.GONE),)
    return Line(label, runs, is_loud=True, weight=change.weight)


def _block(change: BlockChange) -> Line:
    kinds: dict[str, str] = {
        "heading": _("Heading"),
        "paragraph": _("Paragraph"),
        "item": _("Item of a list"),
        "quote": _("Quoted words"),
        "row": _("Row of a table"),
        "code": _("Code"),
        "picture": _("Picture"),
        "question": _("Question’s place"),
    }
    states: dict[BlockState, Callable[[str], str]] = {
        BlockState.ADDED: lambda kind: _("%(kind)s added", kind=kind),
        BlockState.REMOVED: lambda kind: _("%(kind)s taken out", kind=kind),
        BlockState.REWORDED: lambda kind: _("%(kind)s reworded", kind=kind),
        BlockState.FORM: lambda kind: _("%(kind)s looks different", kind=kind),
    }
    label = states[change.state](kinds.get(change.kind, change.kind))
    if change.heading and change.kind != "heading":
        label = _("%(what)s, under “%(heading)s”", what=label, heading=_ours(change.heading))
    runs = replace(change, before=_ours(change.before), after=_ours(change.after)).runs
    is_form = change.state is BlockState.FORM
    note = _("The words are the same; a link, a mark or the markup is not.") if is_form else ""
    return Line(label, elided(runs), note, weight=change.weight)


def _media(change: MediaChange) -> Line:
    labels: dict[Fate, str] = {
        Fate.ADDED: _("New"),
        Fate.REMOVED: _("Taken away"),
        Fate.CHANGED: _("Exchanged for another"),
    }
    return Line(labels[change.fate], (Run(change.path, RunState.SAME),))


def elided(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return the runs with long stretches that did not change cut down to the words beside what did."""
    found = list(runs)
    last = len(found) - 1
    return tuple(
        replace(run, text=_cut(run.text, starts=place == 0, ends=place == last))
        if run.state is RunState.SAME and last
        else run
        for place, run in enumerate(found)
    )


def _cut(text: str, *, starts: bool, ends: bool) -> str:
    words = text.split()
    head, tail = (0 if starts else _AROUND), (0 if ends else _AROUND)
    if len(words) <= head + tail + 3:
        return text
    return " ".join([*words[:head], "…", *words[len(words) - tail :]])


def _reason(groups: Sequence[Group], weight: ChangeKind) -> str:
    """Return the first thing that has this weight, another key before anything else."""
    if weight is ChangeKind.TYPO:
        return str(_("nothing in it is new or holds otherwise"))
    loud = next((question for group in groups for question in group.groups if question.is_loud), None)
    if loud is not None:
        return str(_("another answer to “%(title)s” is right", title=loud.title))
    for part in (part for group in groups for part in (group, *group.groups)):
        if part.weight is weight and part.fate is Fate.ADDED:
            return str(_("“%(title)s” is new", title=part.title))
        if part.weight is weight and part.fate is Fate.REMOVED:
            return str(_("“%(title)s” is gone", title=part.title))
        line = next((line for line in part.lines if line.weight is weight), None)
        if line is not None:
            return str(_("“%(title)s”: %(what)s", title=part.title, what=line.label))
    return ""


def _ours(text: str) -> str:
    return filled_text(text, house().variables)


def field_word(name: str) -> str:
    """Return what a field is called; a field nobody gave a word keeps its name."""
    words: dict[str, str] = {
        "attempts": _("Attempts"),
        "audience": _("Audience"),
        "behaviours": _("Behaviours"),
        "bounds": _("When the choice is shown"),
        "channel": _("Channel"),
        "choice": _("Choice"),
        "conditions": _("What completes the course"),
        "cpd_hours": _("Hours on the certificate"),
        "criteria": _("Criterion"),
        "customer_card_html": _("The customer’s card"),
        "draws": _("Questions drawn"),
        "effects": _("What a choice changes"),
        "early_check": _("Testing out"),
        "explanation_html": _("Explanation"),
        "feedback_html": _("Feedback"),
        "file": _("File"),
        "form": _("Form"),
        "forms": _("Forms"),
        "goal": _("Where a choice leads"),
        "hint_html": _("Hint"),
        "home": _("Quiz it is lent by"),
        "html": _("Text"),
        "intro_html": _("Introduction"),
        "is_anonymous": _("Anonymous"),
        "is_critical": _("Critical choice"),
        "kind": _("Kind"),
        "language": _("Language"),
        "markup": _("Markup"),
        "minutes": _("Minutes"),
        "misses": _("Behaviours a choice misses"),
        "moment": _("Moment"),
        "observer_card_html": _("The observer’s card"),
        "opens_after_days": _("Opens after"),
        "options": _("Option"),
        "outcome": _("How it ends"),
        "parts": _("Question"),
        "pass_mark": _("Pass mark"),
        "pieces_html": _("Text around the gaps"),
        "points": _("Points"),
        "policy": _("Policy"),
        "pool": _("Pool"),
        "renewal": _("Renewal of certificates"),
        "requires": _("Courses that come before"),
        "review": _("When key and feedback are shown"),
        "roles": _("Classes of the heading"),
        "rule": _("What passes"),
        "seat": _("Seat"),
        "seconds_allowed": _("Time allowed"),
        "shows": _("Behaviours a choice shows"),
        "shuffle": _("Shuffled"),
        "start": _("Where it starts"),
        "stem_html": _("What is asked"),
        "summary": _("Summary"),
        "title": _("Title"),
        "trainer_html": _("Trainer’s notes"),
        "type": _("Type of question"),
        "valid_for_months": _("Certificate valid for"),
        "variables": _("Words of the organisation"),
    }
    return words.get(name, name.removesuffix("_html").replace("_", " ").capitalize())
