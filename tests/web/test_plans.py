"""Plans on the learner's pages: made at the end of a lesson, looked back on, made smaller, shared."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.tables import Person
from lms.coaching.observation import Mark
from lms.content.tables import Release
from lms.practice.tables import Commitment
from lms.progress.tables import LessonProgress
from lms.store import writing
from lms.web import papers
from tests.support.cast import Cast
from tests.support.doors import Clock
from tests.support.learning import HOME, LAST, LESSON_AT, Enter, Publish, compiled, enter, publish, time
from tests.support.observations import given

__all__ = ["compiled", "enter", "publish", "time"]

STINGS = f"{HOME}/stings"
PLANS = (
    LAST
    + """
## My plan {.commit}

Two of ours:

- If it stings, then I say {{ org.word }} first.
- If it buzzes, then my first sentence names it.
"""
)
OWN = {"plan_cue": "If the door opens,", "plan_action": "I will look up."}
SENTENCE = "If the door opens, then I look up."


def plans(session: Session) -> list[Commitment]:
    session.rollback()
    return list(session.scalars(select(Commitment).order_by(Commitment.id)))


def test_a_lesson_without_plans_of_its_own_asks_for_one_in_own_words(enter: Enter, session: Session) -> None:
    lena = enter("lena")
    page = lena.get(STINGS).text
    assert "One thing for your next shift" in page and 'name="plan_choice"' not in page
    assert page.index("Only once.") < page.index("then I …") < page.index("Done")
    assert lena.post(f"{STINGS}/plan", OWN).location == f"{STINGS}#plan_part"
    (plan,) = plans(session)
    assert (plan.cue, plan.action, plan.sentence) == ("the door opens", "look up", SENTENCE)
    page = lena.get(STINGS).text
    assert "Your plan is made" in page and SENTENCE in page and "plan_cue" not in page
    lena.post(f"{STINGS}/plan", {"plan_cue": "x", "plan_action": "y"})  # a form from before
    assert [each.sentence for each in plans(session)] == [SENTENCE]


def test_one_of_the_authors_plans_is_chosen_in_the_organisations_words(
    enter: Enter, publish: Publish, session: Session
) -> None:
    lena = enter("lena")
    publish(**{"03-stings__md": PLANS})
    page = lena.get(STINGS).text
    choices = re.findall(r'name="plan_choice" value="([^"]*)"', page)
    assert choices == [
        "If it stings, then I say [word] first.",
        "If it buzzes, then my first sentence names it.",
        "own",
        "",
    ]
    # They stand there once, in the lesson's own section, under its words.
    assert page.count("If it buzzes, then") == 2 and page.index("Two of ours") < page.index("If it buzzes")
    assert page.index("If it buzzes") < page.index("</article>")
    lena.post(f"{STINGS}/plan", {"plan_choice": choices[0], "plan_aloud": "yes", "plan_share": "yes"})
    (plan,) = plans(session)
    assert (plan.action, plan.is_own, plan.said_aloud) == ("I say [word] first", False, True)
    assert plan.shared_at is not None


def test_a_plan_that_the_lesson_has_no_more_is_asked_for_again(enter: Enter, session: Session) -> None:
    page = enter("lena").post(f"{STINGS}/plan", {"plan_choice": "If it was, then it is."}, status=422).text
    assert "have changed meanwhile" in page and plans(session) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"plan_cue": "the door opens"}, "Write what you do then"),
        ({"plan_action": "look up"}, "Write what sets it off"),
        ({"plan_cue": "the door opens", "plan_action": "x" * 250}, "at most 200 characters"),
    ],
)
def test_a_half_written_plan_holds_nobody_up_and_is_not_lost(
    enter: Enter, session: Session, typed: dict[str, str], said: str
) -> None:
    lena = enter("lena")
    typed = {**typed, "plan_share": "yes"}
    for action in ("plan", "done"):
        page = lena.post(f"{STINGS}/{action}", typed, status=422).text
        assert said in page and plans(session) == []
        for value in typed.values():
            assert f'value="{value}"' in page
        assert re.search(r'name="plan_share" value="yes" checked', page)
    assert session.scalar(select(LessonProgress.done_at)) is not None
    assert "This lesson is done" in page


def test_done_keeps_the_plan_that_was_chosen_and_asks_for_none(enter: Enter, session: Session) -> None:
    lena = enter("lena")
    lena.post(f"{STINGS}/done", OWN)
    assert [each.sentence for each in plans(session)] == [SENTENCE]
    mia = enter("mia")
    mia.post(f"{STINGS}/done", {"plan_choice": ""})
    assert len(plans(session)) == 1


def test_a_plan_typed_beside_an_open_question_is_kept(enter: Enter, session: Session) -> None:
    lena = enter("lena")
    assert lena.post(f"{LESSON_AT}/done", OWN).location == f"{LESSON_AT}?left=1#now"
    assert [each.sentence for each in plans(session)] == [SENTENCE]


def test_nothing_chosen_is_no_plan(enter: Enter, session: Session) -> None:
    lena = enter("lena")
    lena.post(f"{STINGS}/plan", {"plan_choice": ""})
    assert "Nothing was chosen" in lena.get(STINGS).text and plans(session) == []


def test_a_week_later_it_is_one_tap_from_home(enter: Enter, session: Session, time: Clock) -> None:
    lena = enter("lena")
    lena.post(f"{STINGS}/plan", OWN)
    (plan,) = plans(session)
    assert "How did your plan go?" not in lena.get("/learn/").text
    assert "Asked about on 23" in lena.get("/learn/practice").text
    time.now += timedelta(days=7)
    lena = enter("lena")
    home = lena.get("/learn/").text
    assert f'href="/learn/practice#plan-{plan.id}"' in home and SENTENCE in home
    page = lena.get("/learn/practice").text
    assert f'id="plan-{plan.id}"' in page and 'name="answer" value="not-yet"' in page
    for _press in range(2):
        sent = lena.post(f"/learn/plans/{plan.id}/check", {"number": "1", "answer": "kept"})
        assert sent.location == f"/learn/plans/{plan.id}"
    page = lena.get(f"/learn/plans/{plan.id}").text
    assert "Close it with thanks" in page and "asked again on" in page and page.count('class="check-line"') == 1
    lena.post(f"/learn/plans/{plan.id}/close")
    assert "You made this yours" in lena.get(f"/learn/plans/{plan.id}").text
    assert "Done with" in lena.get("/learn/practice").text


def test_her_own_day_decides(enter: Enter, session: Session, people: Cast, time: Clock) -> None:
    with writing(session):
        session.get_one(Person, people.lena).time_zone = "Pacific/Auckland"
    time.now = time.now.replace(hour=23)  # the day after, where she lives
    lena = enter("lena")
    lena.post(f"{STINGS}/plan", OWN)
    (plan,) = plans(session)
    assert plan.made_on == time.now.date() + timedelta(days=1) and plan.due_on == plan.made_on + timedelta(days=7)


def test_not_kept_twice_a_smaller_step_is_offered(enter: Enter, session: Session, time: Clock) -> None:
    lena = enter("lena")
    lena.post(f"{STINGS}/plan", OWN)
    (plan,) = plans(session)
    at = f"/learn/plans/{plan.id}"
    for number in (1, 2):
        time.now += timedelta(days=7)
        lena = enter("lena")
        lena.post(f"{at}/check", {"number": str(number), "answer": "not-yet", "note": f"note {number}"})
        page = lena.get(at).text
        assert ("Twice it did not come to it" in page) is (number == 2)
    assert "whoever coaches you" in page and 'value="look up"' in page
    assert "a smaller step may fit better" in lena.get("/learn/practice").text
    assert "Write what you do then" in lena.post(f"{at}/smaller", {"action": " "}, status=422).text
    lena.post(f"{at}/smaller", {"action": "then I smile"})
    page = lena.get(at).text
    assert "If the door opens, then I smile." in page and "Twice it did not" not in page
    assert "The plan said then:" in page and "note 1" in page and "note 2" in page


@pytest.mark.parametrize(
    "form",
    [{}, {"number": "1"}, {"answer": "kept"}, {"number": "x", "answer": "kept"}, {"number": "1", "answer": "x"}],
)
def test_a_check_in_without_an_answer_says_so(enter: Enter, session: Session, form: dict[str, str]) -> None:
    lena = enter("lena")
    lena.post(f"{STINGS}/plan", OWN)
    (plan,) = plans(session)
    assert "Choose how it went." in lena.post(f"/learn/plans/{plan.id}/check", form, status=422).text


def test_a_note_is_put_to_the_last_check_in(enter: Enter, session: Session) -> None:
    lena = enter("lena")
    lena.post(f"{STINGS}/plan", OWN)
    (plan,) = plans(session)
    at = f"/learn/plans/{plan.id}"
    lena.post(f"{at}/note", {"number": "1", "note": "x"}, status=404)
    lena.post(f"{at}/check", {"number": "1", "answer": "partly"})
    lena.post(f"{at}/note", {"number": "1", "note": "It <was> loud."})
    assert "It &lt;was&gt; loud." in lena.get(at).text


def test_a_buddy_is_asked_and_sees_one_sentence(enter: Enter, session: Session, people: Cast) -> None:
    lena, mia = enter("lena"), enter("mia")
    page = lena.get(STINGS).text
    assert f'<option value="{people.mia}">Mia Sørensen</option>' in page and "Otto Lind" not in page
    lena.post(f"{STINGS}/plan", {**OWN, "plan_buddy": str(people.mia)})
    (plan,) = plans(session)
    assert "has not answered yet" in lena.get(f"/learn/plans/{plan.id}").text
    assert "Lena Brandt asks you to be a buddy" in mia.get("/learn/").text
    page = mia.get("/learn/practice").text
    assert SENTENCE in page and "Lena Brandt" in page
    mia.get(f"/learn/plans/{plan.id}", status=404)
    mia.post(f"/learn/plans/{plan.id}/answer", {"agrees": "yes"})
    assert "is your buddy for this plan" in lena.get(f"/learn/plans/{plan.id}").text
    assert "asks you to be a buddy" not in mia.get("/learn/").text
    lena.post(f"/learn/plans/{plan.id}/buddy", {"buddy": str(people.otto)})
    assert "only who is in your team today" in lena.get(f"/learn/plans/{plan.id}").text
    lena.post(f"/learn/plans/{plan.id}/buddy", {"buddy": ""})
    assert SENTENCE not in mia.get("/learn/practice").text
    mia.post(f"/learn/plans/{plan.id}/answer", {"agrees": "yes"}, status=404)


def test_what_nobody_has_begun_teaches_what_it_is_for(enter: Enter) -> None:
    page = enter("otto").get("/learn/practice").text
    assert "No plan is open" in page and "Only you see your plans" in page
    assert re.search(r'aria-current="page"[^>]*>\s*On the job', page)


@pytest.mark.parametrize(
    "path", ["practice/questions", "feedback", "coaching", "mentor", "passport", "calibration"]
)
def test_every_page_of_the_job_tells_where_one_is(enter: Enter, path: str) -> None:
    assert re.search(r'aria-current="true"[^>]*>\s*On the job', enter("otto").get(f"/learn/{path}").text)


def test_a_policy_asks_for_no_plan(enter: Enter, publish: Publish) -> None:
    lena = enter("lena")
    publish(**{"04-rule__md": "---\ntitle: Rule\nkind: policy\nowner: Ada\n---\n\nKeep it.\n"})
    page = lena.get(f"{HOME}/rule").text
    assert "plan_cue" not in page and "I have read this" in page
    lena.post(f"{HOME}/rule/plan", OWN, status=404)
    lena.post(f"{HOME}/rule/done", OWN)


def test_a_plan_that_an_observer_saw_later_says_so_on_its_page_alone(
    enter: Enter, publish: Publish, session: Session, people: Cast, time: Clock
) -> None:
    lena = enter("lena")
    lena.post(f"{STINGS}/plan", OWN)
    (plan,) = plans(session)
    with writing(session):
        session.get_one(Commitment, plan.id).behaviours = ["ack", "greet"]
    time.passes(days=7)
    lena = enter("lena")
    lena.post(f"/learn/plans/{plan.id}/check", {"number": "1", "answer": "kept"})
    at = f"/learn/plans/{plan.id}"
    assert "an observer saw" not in lena.get(at).text
    release_id = session.scalars(select(Release.id)).first()
    assert release_id is not None
    given(
        session, people.lena, people.mia, people.front_desk, release_id, time.now,
        marks=(Mark("ready", "greet", 2),), happened_on=time.now.date(),
    )  # fmt: skip
    page = lena.get(at).text
    assert "Kept, and seen: on " in page and "an observer saw clearly what this plan is about" in page
    assert "Mia" not in page[page.index("Kept, and seen") : page.index("How it went so far")]


def test_open_plans_are_printed_with_the_job_aids_of_their_lessons(
    enter: Enter, publish: Publish, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed: list[str] = []
    monkeypatch.setattr(papers, "render", lambda _settings, html: pressed.append(html) or b"%PDF")
    lena, at = enter("lena"), "/learn/practice/pocket-cards.pdf"
    assert "pocket-cards" not in lena.get("/learn/practice").text
    lena.get(at)
    assert "No plan is open." in pressed[-1]
    lena.post(f"{STINGS}/plan", OWN)
    publish(**{"03-stings__md": LAST + "\n## Have at hand {.job-aid}\n\n- Look <b>up</b>\n"})
    assert at in lena.get("/learn/practice").text
    answer = lena.client.get(at)
    assert answer.mimetype == "application/pdf" and answer.data == b"%PDF"
    assert SENTENCE in pressed[-1] and "Look <b>up</b>" in pressed[-1]
    enter("otto").get(at)
    assert SENTENCE not in pressed[-1]
    lena.post(f"/learn/plans/{plans(session)[0].id}/close")
    lena.get(at)
    assert SENTENCE not in pressed[-1] and "Look <b>up</b>" not in pressed[-1]
