"""Questions of the sample that many stumble over, so that a trainer's statistics have something to find; pure.

The questions are sound. One draws those who get the rest right to a wrong option, as a wrong key would; of the
other only one wrong option is ever chosen.
"""

import random
from collections.abc import Mapping, Sequence

from lms.quiz.form import Response
from lms.quiz.marking import mark, right_response
from lms.quiz.question import ChoiceKey, Question

DRAWS_THE_BEST = "a-chat-cushions"
ONE_FOR_ALL = "b-box-office"


def stumbled(questions: Sequence[Question], responses: Mapping[str, Response], seed: int) -> dict[str, Response]:
    """Return the responses of a first attempt as they are given here."""
    chance = random.Random(f"{seed}:slips")  # noqa: S311  # believable people, not secrets
    changed = dict(responses)
    for question in questions:
        others = [each for each in questions if each is not question]
        rest_is_right = all(mark(each, responses[each.id]) == 1 for each in others)
        if question.id == DRAWS_THE_BEST and chance.random() < (0.7 if rest_is_right else 0.1):
            changed[question.id] = _wrong(question)[-1]
        if question.id == ONE_FOR_ALL:
            errs = chance.random() < (0.25 if rest_is_right else 0.7)
            changed[question.id] = _wrong(question)[0] if errs else right_response(question)
    return changed


def _wrong(question: Question) -> list[str]:
    key = question.key
    return [option.id for option in key.options if not option.is_right] if isinstance(key, ChoiceKey) else []
