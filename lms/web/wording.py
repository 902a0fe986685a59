"""Questions and scenarios in the organisation's own words, as a page asks, plays or reviews them."""

from dataclasses import replace

from lms.content.course import Quiz
from lms.content.variables import filled, filled_text
from lms.quiz.question import Question
from lms.quiz.wording import reworded
from lms.scenario.scenario import Scenario
from lms.scenario.wording import reworded as scenario_reworded
from lms.web.frame import house


def in_our_words(question: Question) -> Question:
    """Return the question with the organisation's variables filled in."""
    values = house().variables
    return reworded(question, lambda html: filled(html, values), lambda text: filled_text(text, values))


def quiz_in_our_words(quiz: Quiz) -> Quiz:
    """Return the quiz with the variables of its questions filled in."""
    return replace(quiz, questions=tuple(in_our_words(question) for question in quiz.questions))


def scenario_in_our_words(scenario: Scenario) -> Scenario:
    """Return the scenario with the organisation's variables filled in."""
    values = house().variables
    return scenario_reworded(scenario, lambda html: filled(html, values))
