"""What the pages of today's questions show."""

from dataclasses import dataclass

from lms.web.card_parts import AnswerPart, TodayPart


@dataclass(frozen=True)
class QuestionsPage:
    """The question to answer now, or the end of today's."""

    today: TodayPart


@dataclass(frozen=True)
class AnswerPage:
    """What became of an answer, and the way to the next question."""

    answer: AnswerPart
