"""Runs through the small scenario of `plays`, written as rows: what was said, how it ended, for statistics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content.course import Course, Play
from lms.progress.tables import Enrolment, ScenarioMove, ScenarioRun
from lms.scenario.scenario import Outcome
from lms.store import writing


@dataclass(frozen=True)
class Played:
    """One run: what was said, each as moment and beginning of its words, how it ended; None is not finished."""

    said: Sequence[tuple[str, str]]
    outcome: Outcome | None
    score: float = 0.0
    passed: bool = False
    end_heat: int = 0


def write_runs(
    session: Session,
    course: Course,
    play: Play,
    people: Sequence[int],
    runs: Sequence[Sequence[Played]],
    now: datetime,
    *,
    round: int = 1,
) -> None:
    """Write each person's runs, the first of them whole, the others begun at the first one's first turn."""
    choices = {
        (moment.id, words): choice.id
        for moment in play.scenario.all_moments
        for choice in moment.choices
        for words in [choice.text_html]
    }

    def id_of(moment_id: str, begins: str) -> str:
        found = [key for (where, words), key in choices.items() if where == moment_id and words.startswith(begins)]
        return found[0] if found else begins

    with writing(session):
        for person_id, played in zip(people, runs, strict=True):
            enrolment = session.scalar(
                select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.round == round)
            ) or Enrolment(
                person_id=person_id, course_slug=course.slug, round=round, release_id=course.release_id,
                enrolled_at=now, started_at=now,
            )  # fmt: skip
            session.add(enrolment)
            session.flush()
            first_id = None
            for number, each in enumerate(played, start=1):
                run = ScenarioRun(
                    enrolment_id=enrolment.id,
                    activity_id=play.id,
                    release_id=course.release_id,
                    number=number,
                    seed=number,
                    start={},
                    from_run_id=first_id,
                    from_turn=None if first_id is None else 0,
                    started_at=now,
                    finished_at=now + timedelta(minutes=4) if each.outcome else None,
                    outcome=each.outcome.value if each.outcome else None,
                    score=each.score if each.outcome else None,
                    passed=each.passed if each.outcome else None,
                )
                session.add(run)
                session.flush()
                first_id = first_id or run.id
                session.add_all(
                    ScenarioMove(
                        run_id=run.id,
                        turn=turn,
                        moment_id=moment_id,
                        choice_id=id_of(moment_id, begins),
                        state={"moment": "end", "meters": {"heat": each.end_heat}, "acknowledged": True},
                        made_at=now,
                    )
                    for turn, (moment_id, begins) in enumerate(each.said)
                )
