"""What the sample's managers talked about with their people, and what they showed themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from lms.coaching.notes import actions
from lms.coaching.notes.actions import Begun, Shown
from lms.coaching.notes.note import NEXT_TALK, USUAL_MINUTES, Basis, Format, Talk
from lms.content.course import Checklist, Course
from lms.sample.assignments import at_time
from lms.sample.people import MANAGERS, SamplePerson
from lms.sample.staffing import Staff

# Days ago of each manager's talks, oldest first.
_TALKS = {
    "sina": (44, 41, 38, 36, 33, 27, 19, 12, 6, 1),
    "joao": (43, 37, 34, 20, 8),
    "ruth": (40, 26, 5),
    "kwame": (15,),
}
# Days ago, behaviour, how, and how many watched.
_SHOWN = {
    "sina": ((24, "ack", Format.LIVE, 4), (10, "own", Format.LIVE, 3), (3, "ack", Format.ROLE_PLAY, 6)),
    "joao": ((17, "plain", Format.DEMONSTRATION, 5),),
    "ruth": ((9, "close", Format.LIVE, 1),),
}
_ON_MINA = "mina"


@dataclass(frozen=True)
class _Said:
    behaviour_id: str
    situation: str
    behaviour: str
    impact: str
    intent: str
    goal: str
    reality: str
    options: str
    will: str
    answer: str = ""


_SAID = (
    _Said(
        "ack",
        "Tuesday, the call about the delivery that never came",
        "you looked the order up first, and named the two lost Saturdays a minute later",
        "she told the story a second time before she gave the number",
        "I wanted to have something to offer before I said anything.",
        "I want people to feel heard before I open the system.",
        "When I have the screen in front of me I start reading it.",
        "Hands off the keys for the first sentence. Writing the word that hurts on paper.",
        "From tomorrow, in the first sentence my hands stay off the keys. We both hear it on two calls.",
        "The piece of paper works better than I thought.",
    ),
    _Said(
        "own",
        "Thursday at four, the man whose part went to the wrong shop",
        "you said that the warehouse had sent it there, and then what you would do",
        "he went through the mistakes of the warehouse with you for three minutes",
        "I thought he should know that it was not our shop.",
        "I want to begin with what I do, whoever did it.",
        "I know the sentence, and under pressure the other one comes first.",
        "Saying “I” as the first word. Asking a colleague to raise a hand when I do not.",
        "On the next three complaints my first word is “I”, and Friday we count.",
    ),
    _Said(
        "promise",
        "Monday morning, the customer with the tap",
        "you said that somebody would ring back, without a name or a day",
        "he called again at noon and asked for a manager",
        "I did not know who would have time, so I left it open.",
        "I want nobody to ring twice for a promise of mine.",
        "I promise for others and do not see what becomes of it.",
        "Promising the next sign of life and not the solution. My own name in the order.",
        "Each promise gets my name and a day in the order, from this afternoon.",
        "I asked for the list of open ones, it is on the board now.",
    ),
    _Said(
        "plain",
        "Friday, at the counter, the lady with the guarantee",
        "you said “RMA” twice and then “form 12”",
        "she nodded, and asked your colleague the same again outside",
        "We all say it. I did not notice.",
        "I want to be understood the first time.",
        "The words of the screen are in my head.",
        "A list of five words with what they mean. Asking “what will you do now?” at the end.",
        "I say what a thing is for before what it is called; next week I bring my five words.",
    ),
)


def coach(
    session: Session, staff: Staff, people: Sequence[SamplePerson], courses: Sequence[Course], now: datetime
) -> None:
    """Write a score of talks of the weeks since Lantern came, when a course has a checklist."""
    if not any(isinstance(each, Checklist) for course in courses for each in course.activities):
        return
    for manager, days in _TALKS.items():
        team = MANAGERS[manager]
        for number, ago in enumerate(days):
            on = _working_day(now.date() - timedelta(days=ago))
            here = [
                each
                for each in people
                if each.team == team and each.sign_in_name != manager and not each.left_on
                and (each.move.on if each.move else each.joined_on) < on
            ]  # fmt: skip
            # Mina finds the newest one on her home page.
            newest = [each for each in here if each.sign_in_name == _ON_MINA and number == len(days) - 1]
            if here:
                person = (newest or here)[number * 2 % len(newest or here)]
                _talk(session, staff, manager, person.sign_in_name, number, on, now)
    mina = staff.person_ids[_ON_MINA]
    words = "The call about the lawn mower went well, I let him finish. I would like help with people who shout."
    actions.write_before(session, mina, words, now - timedelta(hours=5))
    for leader, showings in _SHOWN.items():
        for number, (ago, behaviour_id, how, attended) in enumerate(showings):
            on = _working_day(now.date() - timedelta(days=ago))
            shown = Shown(on, behaviour_id, how, attended)
            key = f"sample-showing-{leader}-{number:04}"
            actions.log_showing(session, staff.person_ids[leader], key, shown, at_time(on, time(16, 5)))


def _talk(session: Session, staff: Staff, manager: str, name: str, number: int, on: date, now: datetime) -> None:
    said = _SAID[number % len(_SAID)]
    # Sina once talked about minutes alone, and João twice.
    is_numbers = (manager, number) in {("sina", 2), ("joao", 0), ("joao", 2)}
    basis = Basis.NUMBERS if is_numbers else Basis.BOTH if number % 4 == 3 else Basis.BEHAVIOUR
    talk = Talk(
        basis=basis,
        behaviours=() if is_numbers else (said.behaviour_id,),
        happened_on=on,
        minutes=USUAL_MINUTES + number % 3 * 2,
        situation="" if is_numbers else said.situation,
        behaviour="" if is_numbers else said.behaviour,
        impact="" if is_numbers else said.impact,
        intent="" if is_numbers else said.intent,
        goal="I want to be a minute shorter after each call." if is_numbers else said.goal,
        reality="Writing it up takes me four minutes." if is_numbers else said.reality,
        options="" if is_numbers else said.options,
        will="I write the note while we talk, from Monday." if is_numbers else said.will,
        next_on=on + NEXT_TALK,
    )
    given_at = min(at_time(on, time(14, 10 + number)), now - timedelta(minutes=20))
    person_id, coach_id = staff.person_ids[name], staff.person_ids[manager]
    begun = Begun(person_id, coach_id, staff.team_ids[MANAGERS[manager]], f"sample-talk-{manager}-{number:04}")
    kept = actions.keep_draft(session, begun, talk, given_at)
    actions.give(session, kept.note_id, coach_id, given_at)
    read_at = given_at + timedelta(hours=20)
    if now - given_at > timedelta(days=3):
        actions.read_it(session, kept.note_id, person_id, read_at)
        if said.answer and not is_numbers:
            actions.answer_it(session, kept.note_id, person_id, said.answer, read_at + timedelta(minutes=6))


def _working_day(on: date) -> date:
    return on - timedelta(days=max(0, on.weekday() - 4))
