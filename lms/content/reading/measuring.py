"""How long and how hard a text is, and how much is asked and explained in a file.

Syllables are counted by English spelling, so the reading level says something of English only.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from lms.content.reading.measured import Measured, Text
from lms.content.reading.texts import words
from lms.quiz.question import ChoiceKey, Option, Question, SortItem, SortKey, SpokenLine, SpotKey
from lms.scenario.scenario import Scenario

_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|td|th|dt|dd|blockquote|summary|figcaption)>|<br ?/?>")
_SENTENCE_END = re.compile(r"[.!?…]+[”’\"')]*(?=\s|$)")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouyáéíóúäöüàèê]+")
_SILENT_END = re.compile(r"(?<![aeiouy])(?:e|es|ed)$")
_SOUNDED_END = re.compile(r"(?:[td]ed|[^aeiouy]le|[^aeiouy]les|(?:[cgsxz]|ch|sh)es)$")


def text_of(pages: Iterable[str]) -> Text:
    """Return the measure of these pieces of safe HTML; every block ends a sentence."""
    whole = Text()
    for page in pages:
        for block in _BLOCK_END.split(page):
            said = words(block)
            found = _WORD.findall(said)
            if found:
                rest = _WORD.search(_SENTENCE_END.split(said)[-1])
                sentences = len(_SENTENCE_END.findall(said)) + (1 if rest else 0)
                whole += Text(len(found), max(1, sentences), sum(map(syllables_in, found)))
    return whole


def syllables_in(word: str) -> int:
    """Return about how many syllables an English word has, at least one."""
    plain = word.casefold().replace("’", "").replace("'", "")
    if not _SOUNDED_END.search(plain):
        plain = _SILENT_END.sub("", plain) or plain
    return max(1, len(_VOWELS.findall(plain)))


def measured_questions(questions: Iterable[Question]) -> Measured:
    """Return what these questions hold, with every word a learner may come to read."""
    kinds: Counter[str] = Counter()
    pages: list[str] = []
    options = explained = 0
    for question in questions:
        kinds[question.type.value] += 1
        pages += [question.stem_html, question.explanation_html]
        if isinstance(question.key, ChoiceKey):
            options += len(question.key.options)
            explained += sum(bool(option.feedback_html) for option in question.key.options)
        pages += [page for each in _explained(question) for page in (each.html, each.feedback_html)]
    return Measured(text_of(pages), dict(kinds), options, explained)


def _explained(question: Question) -> Sequence[Option | SortItem | SpokenLine]:
    """Return what stands to be chosen, with its feedback."""
    match question.key:
        case ChoiceKey():
            return question.key.options
        case SortKey():
            return question.key.items
        case SpotKey():
            return question.key.lines
    return ()


def measured_scenario(scenario: Scenario) -> Measured:
    """Return what a scenario holds, its cards for two people left out."""
    moments = scenario.all_moments
    choices = [choice for moment in moments for choice in moment.choices]
    pages = [scenario.intro_html, *(moment.html for moment in moments)]
    pages += [page for choice in choices for page in (choice.text_html, choice.feedback_html)]
    return Measured(
        text_of(pages),
        options=len(choices),
        explained=sum(bool(choice.feedback_html) for choice in choices),
        moments=len(moments),
        choices=len(choices),
    )
