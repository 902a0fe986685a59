"""The trainer's pages of surveys and checklists as they are asked."""

from dataclasses import dataclass

from lms.content.asking import Criterion, SurveyPart
from lms.content.course import Checklist, Course, Survey
from lms.web.teach.keys import spoken
from lms.web.wording import criteria_in_our_words, parts_in_our_words


@dataclass(frozen=True)
class SurveyPage:
    """One survey as it is asked, with the notes for whoever reads the answers."""

    slug: str
    course_title: str
    release_number: int
    language: str
    survey: Survey
    intro_html: str
    trainer_html: str
    parts: tuple[SurveyPart, ...]
    may_be_read: bool


@dataclass(frozen=True)
class ChecklistPage:
    """One checklist as it is tried, with the notes for observers."""

    slug: str
    course_title: str
    release_number: int
    language: str
    checklist: Checklist
    intro_html: str
    trainer_html: str
    criteria: tuple[Criterion, ...]
    may_be_read: bool


def survey_page_of(course: Course, survey: Survey, *, may_be_read: bool) -> SurveyPage:
    """Return the trainer's page of a survey."""
    return SurveyPage(
        slug=course.slug,
        course_title=course.title,
        release_number=course.number,
        language=course.language,
        survey=survey,
        intro_html=spoken(survey.intro_html),
        trainer_html=spoken(survey.trainer_html),
        parts=parts_in_our_words(survey.parts),
        may_be_read=may_be_read,
    )


def checklist_page_of(course: Course, checklist: Checklist, *, may_be_read: bool) -> ChecklistPage:
    """Return the trainer's page of a checklist."""
    return ChecklistPage(
        slug=course.slug,
        course_title=course.title,
        release_number=course.number,
        language=course.language,
        checklist=checklist,
        intro_html=spoken(checklist.intro_html),
        trainer_html=spoken(checklist.trainer_html),
        criteria=criteria_in_our_words(checklist.criteria),
        may_be_read=may_be_read,
    )
