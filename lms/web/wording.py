"""Questions, surveys, checklists and scenarios in the organisation's own words, as a page shows them."""

from dataclasses import replace

from lms.content.asking import Criterion, SurveyPart
from lms.content.course import Quiz, Survey
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


def parts_in_our_words(parts: tuple[SurveyPart, ...]) -> tuple[SurveyPart, ...]:
    """Return the parts of a survey with the organisation's variables filled in."""
    values = house().variables
    return tuple(
        replace(
            part,
            html=filled(part.html, values),
            statements=tuple(
                replace(each, html=filled(each.html, values), advice_html=filled(each.advice_html, values))
                for each in part.statements
            ),
        )
        for part in parts
    )


def survey_in_our_words(survey: Survey) -> Survey:
    """Return the survey with the organisation's variables filled into what it asks."""
    return replace(survey, parts=parts_in_our_words(survey.parts))


def criteria_in_our_words(criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """Return the criteria of a checklist with the organisation's variables filled in."""
    values = house().variables
    return tuple(
        replace(
            each,
            html=filled(each.html, values),
            anchors_html=tuple(filled(anchor, values) for anchor in each.anchors_html),
        )
        for each in criteria
    )


def scenario_in_our_words(scenario: Scenario) -> Scenario:
    """Return the scenario with the organisation's variables filled in."""
    values = house().variables
    return scenario_reworded(scenario, lambda html: filled(html, values))
