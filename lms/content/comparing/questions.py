"""What became of questions: reworded, answered otherwise, worth more; that a key changed is told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.content.comparing.fields import Change, field_changes, flat_changes, heaviest, told
from lms.content.comparing.words import pairs
from lms.content.release import ChangeKind
from lms.markup import plain_text
from lms.quiz.question import GapsKey, NumberKey, Question, ShortKey
from lms.quiz.registry import kind_of
from lms.quiz.verbs import Line, Verdict

KEY = "key"
_WEIGHTS = dict.fromkeys(("type", "points", "form"), ChangeKind.MATERIAL)
# The line moves with every line above it and is no part of a release.
_APART = frozenset({"id", "key", "line"})


class Fate(StrEnum):
    """What became of a question or an activity; what only moved is changed too."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class QuestionChange:
    """One question that is not as it was; a question added or removed has no changes of its own."""

    id: str
    title: str
    fate: Fate
    changes: tuple[Change, ...] = ()
    has_moved: bool = False

    @property
    def has_other_key(self) -> bool:
        """Return whether another answer than before is right."""
        return any(change.field == KEY for change in self.changes)

    @property
    def weight(self) -> ChangeKind:
        """Return what kind of change this alone would be."""
        if self.fate is not Fate.CHANGED:
            return ChangeKind.ADDITION if self.fate is Fate.ADDED else ChangeKind.MATERIAL
        return heaviest(change.weight for change in self.changes)


@dataclass(frozen=True)
class _Part:
    """One line of a key: an option, a step, a pair, a gap; `right` is what is right about it."""

    id: str
    text: str
    right: str
    feedback: str


def question_changes(before: Sequence[Question], after: Sequence[Question]) -> tuple[QuestionChange, ...]:
    """Return the questions that came, went or are not as they were: removed ones first, then in their order."""
    old = {question.id: question for question in before}
    new = {question.id: question for question in after}
    moved = moved_ids([each for each in old if each in new], [each for each in new if each in old])
    found = [QuestionChange(each.id, each.title, Fate.REMOVED) for each in before if each.id not in new]
    for question in after:
        if question.id not in old:
            found.append(QuestionChange(question.id, question.title, Fate.ADDED))
            continue
        changes = _changes(old[question.id], question)
        if changes or question.id in moved:
            found.append(QuestionChange(question.id, question.title, Fate.CHANGED, changes, question.id in moved))
    return tuple(found)


def moved_ids(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """Return which of these ids, the same in both, stand elsewhere: the fewest that explain the new order."""
    places = {name: place for place, name in enumerate(before)}
    best: list[tuple[str, ...]] = [()]
    for name in after:
        runs = [run for run in best if not run or places[run[-1]] < places[name]]
        longest: tuple[str, ...] = max(runs, key=len)
        best.append((*longest, name))
    kept: tuple[str, ...] = max(best, key=len)
    return frozenset(after) - frozenset(kept)


def _changes(before: Question, after: Question) -> tuple[Change, ...]:
    if before == after:
        return ()
    changes = field_changes(before, after, _WEIGHTS, _APART)
    if before.type is not after.type:
        return (*changes, Change(KEY, told_key(before), told_key(after), ChangeKind.MATERIAL))
    return (*changes, *_key_changes(before, after))


def told_key(question: Question) -> str:
    """Return what is right, in words."""
    match question.key:
        case ShortKey(texts=texts, patterns=patterns):
            return " / ".join([*texts, *(f"/{pattern}/" for pattern in patterns)])
        case NumberKey(value=value, tolerance=tolerance, unit=unit):
            return f"{told(value)}{f' ± {told(tolerance)}' if tolerance else ''} {unit}".strip()
        case GapsKey(gaps=gaps):
            return "; ".join(" / ".join(accepted) for accepted in gaps)
    parts = _parts(question)
    return "; ".join(f"{part.text} {part.right}".strip() for part in parts if part.right)


def _key_changes(before: Question, after: Question) -> list[Change]:
    if before.key == after.key:
        return []
    if isinstance(before.key, ShortKey | NumberKey | GapsKey):
        old, new = told_key(before), told_key(after)
        found = [Change(KEY, old, new, ChangeKind.MATERIAL)] if old != new else []
        if isinstance(before.key, GapsKey) and isinstance(after.key, GapsKey):
            around, around_now = (" … ".join(map(plain_text, key.pieces_html)) for key in (before.key, after.key))
            found += [Change("pieces_html", around, around_now)] if around != around_now else []
        return found or flat_changes(before.key, after.key, "pieces_html", ChangeKind.TYPO)
    return _part_changes(before, after) or flat_changes(before.key, after.key, "options", ChangeKind.TYPO)


def _part_changes(before: Question, after: Question) -> list[Change]:
    """Return which options, steps or pairs came, went, were reworded, or are right otherwise than before."""
    found: list[Change] = []
    for old, new in pairs(_parts(before), _parts(after)):
        name = (new or old or _NOTHING).text
        was, now = old or _NOTHING, new or _NOTHING
        if was.right != now.right:
            found.append(Change(KEY, _is_right(old), _is_right(new), ChangeKind.MATERIAL, name))
        if was.text != now.text:
            found.append(Change("options", was.text, now.text, _weight_of_part(old, new)))
        if was.feedback != now.feedback and old and new:
            found.append(Change("feedback_html", was.feedback, now.feedback, part=name))
    return found


_NOTHING = _Part("", "", "", "")


def _is_right(part: _Part | None) -> str:
    if part is None:
        return ""
    return part.right or "wrong"


def _weight_of_part(old: _Part | None, new: _Part | None) -> ChangeKind:
    return ChangeKind.TYPO if old and new else ChangeKind.MATERIAL


def _parts(question: Question) -> list[_Part]:
    lines = kind_of(question).feedback(question.key, None)
    return [_Part(line.id, plain_text(line.html), _right(line), plain_text(line.feedback_html)) for line in lines]


def _right(line: Line) -> str:
    if line.right_html:
        return plain_text(line.right_html)
    return "right" if line.verdict is Verdict.MISSED else ""
