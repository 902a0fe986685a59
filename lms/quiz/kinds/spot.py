"""Spot: a dialogue in a section `.spot`, `[x]` at the lines to find; the response is a list of line ids."""

from lms.problem import Problem
from lms.quiz.form import BadResponseError, Form
from lms.quiz.paper import spoken
from lms.quiz.paper.answers import Answers
from lms.quiz.question import SpotKey
from lms.quiz.verbs import Line, Parts, Rule, Spoken, Verdict

RULE = Rule.LINES_LESS_WRONG
# A dialogue's looks are made for four voices; the fifth sounds like the first again.
_VOICES = 4


def read(answers: Answers) -> tuple[SpotKey | None, list[Problem]]:
    """Return the lines as they are spoken: at least two, at least one ticked."""
    return spoken.read_spoken(answers)


def shown(key: SpotKey) -> Parts:
    """Return the lines in the order they are spoken, without which of them are right."""
    voices = _voices(key)
    lines = [Spoken(line.id, line.who, line.html, voice) for line, voice in zip(key.lines, voices, strict=True)]
    return Parts(spoken=tuple(lines))


def response_from(key: SpotKey, form: Form) -> list[str] | None:
    """Return the ticked lines' ids, sorted, or None. Raises BadResponseError for any other value."""
    chosen, allowed = form.getlist("response"), {line.id for line in key.lines}
    if len(chosen) > len(allowed) or len(set(chosen)) < len(chosen) or not allowed.issuperset(chosen):
        raise BadResponseError("response: not a choice of this question's lines")
    return sorted(chosen) or None


def right_response(key: SpotKey) -> list[str]:
    """Return the ids of the lines to find."""
    return sorted(line.id for line in key.lines if line.is_right)


def mark(key: SpotKey, response: object) -> float:
    """Return (lines found less lines ticked in vain) / number of lines to find, never below 0."""
    right, chosen = set(right_response(key)), _chosen(response)
    in_vain = (chosen & {line.id for line in key.lines}) - right
    return max(0, len(chosen & right) - len(in_vain)) / len(right)


def feedback(key: SpotKey, response: object) -> tuple[Line, ...]:
    """Return a line for each line of the dialogue with its feedback."""
    chosen, lines = _chosen(response), []
    for line, voice in zip(key.lines, _voices(key), strict=True):
        if line.id in chosen:
            verdict = Verdict.RIGHT if line.is_right else Verdict.WRONG
        else:
            verdict = Verdict.MISSED if line.is_right else Verdict.REST
        lines.append(
            Line(line.id, verdict, line.html, feedback_html=line.feedback_html, who=line.who, voice=voice)
        )
    return tuple(lines)


def _voices(key: SpotKey) -> list[int]:
    """Return the number of each line's voice, from 1, in the order in which people begin to speak."""
    names = list(dict.fromkeys(line.who for line in key.lines))
    return [names.index(line.who) % _VOICES + 1 for line in key.lines]


def _chosen(response: object) -> frozenset[str]:
    if not isinstance(response, list):
        return frozenset()
    return frozenset(each for each in response if isinstance(each, str))
