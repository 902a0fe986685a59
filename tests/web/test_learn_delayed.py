"""A delayed check before it opens, when it opens and after; a quiz in two forms; a policy."""

from tests.support.doors import Clock
from tests.support.learning import (
    COURSE,
    HOME,
    Enter,
    Publish,
    compiled,
    complete,
    enter,
    option,
    pass_quiz,
    publish,
    time,
)

__all__ = ["compiled", "enter", "publish", "time"]
LATER = """---
title: A week later
kind: quiz
minutes: 2
opens-after: 7 days
draw: 1 from kept
---

Still there?
"""
FORMS = """---
title: Two forms
kind: quiz
forms: A/B
---

## Ants {#ants form=A}

How many legs has an ant?

- [x] Six
    > Six.
- [ ] Eight
    > Spiders have.

## Bugs {#bugs form=B}

How many legs has a bug?

- [x] Six
    > Six.
- [ ] Ten
    > Crabs have.

## Moths {#moths pool=kept}

How many wings has a moth?

- [x] Four
    > Four.
- [ ] Two
    > Flies have.
"""
POLICY = """---
title: Calling back
kind: policy
owner: Head of Hive
review-by: 2027-05-31
---

## Why

Because.
"""
ASKS = COURSE.replace("all lessons, quiz 80", "all lessons, quiz 80, retained 80 after 7 days")
FILES = {"course.md": ASKS, "04-forms.md": FORMS, "05-later.md": LATER}
FORMS_AT, LATER_AT = f"{HOME}/forms", f"{HOME}/later"


def test_a_delayed_check_waits_opens_and_completes_the_course(enter: Enter, publish: Publish, time: Clock) -> None:
    publish(**FILES)
    lena = enter("lena")
    course = lena.get(HOME).text
    assert "7 days later, the delayed check is passed with 80% or more" in course
    assert "opens 7 days after the rest" in course
    front = lena.get(LATER_AT).text
    assert "It opens 7 days after the rest of the course is done" in front and "Begin the quiz" not in front
    assert lena.post(f"{LATER_AT}/attempts").location == LATER_AT

    complete(lena, "wings", "stings")
    pass_quiz(lena)
    attempt = lena.post(f"{FORMS_AT}/attempts").location
    page = lena.get(attempt).text
    question = "ants" if "ant?" in page else "bugs"
    lena.post(f"{attempt}/answers/{question}", {"response": option(page, "Six")})
    lena.post(f"{attempt}/submit")
    waited_since = time.now
    for address in (HOME, LATER_AT, "/learn/"):
        assert "pens 23 November" in lena.get(address).text, address
    assert "Only the delayed check is left" in lena.get(HOME).text
    assert lena.post(f"{LATER_AT}/attempts").location == LATER_AT

    time.passes(days=7)
    lena = enter("lena")
    assert (time.now - waited_since).days == 7 and "A week later" in lena.get("/learn/").text
    attempt = lena.post(f"{LATER_AT}/attempts").location
    page = lena.get(attempt).text
    assert "How many wings has a moth?" in page
    lena.post(f"{attempt}/answers/moths", {"response": option(page, "Four")})
    review = lena.post(f"{attempt}/submit").location
    assert "Passed" in lena.get(review).text
    assert "You have finished this course" in lena.get(f"{HOME}?finished=1").text
    assert "Certificate" in lena.get("/learn/").text


def test_the_next_attempt_asks_the_other_form(enter: Enter, publish: Publish) -> None:
    publish(**FILES)
    lena = enter("lena")
    assert "the next attempt asks other questions" in lena.get(FORMS_AT).text
    asked = []
    for _ in range(3):
        attempt = lena.post(f"{FORMS_AT}/attempts").location
        page = lena.get(attempt).text
        asked.append("ants" if "ant?" in page else "bugs")
        assert "Question 1 of 1" in page
        lena.post(f"{attempt}/submit")
    assert asked[0] != asked[1] and asked[2] == asked[0]


def test_a_question_of_the_other_form_cannot_be_answered(enter: Enter, publish: Publish) -> None:
    publish(**FILES)
    lena = enter("lena")
    attempt = lena.post(f"{FORMS_AT}/attempts").location
    page = lena.get(attempt).text
    other = "bugs" if "ant?" in page else "ants"
    lena.post(f"{attempt}/answers/{other}", {"response": "x"}, 404)


def test_a_policy_says_who_answers_for_it_and_is_read(enter: Enter, publish: Publish) -> None:
    publish(**{"04-back.md": POLICY})
    lena = enter("lena")
    page = lena.get(f"{HOME}/back").text
    for words in ("A policy", "Head of Hive answers for it", "31 May 2027", "I have read this"):
        assert words in page, words
    lena.post(f"{HOME}/back/done")
    assert "This lesson is done." in lena.get(f"{HOME}/back").text


def test_the_trainer_sees_forms_pools_and_surveys(enter: Enter, publish: Publish) -> None:
    survey = "---\ntitle: Asked\nkind: survey\n---\n\n## How? {#how .open}\n\nSay.\n"
    publish(**FILES, **{"06-asked.md": survey})
    tom = enter("tom")
    page = tom.get("/teach/courses/bees/forms").text
    assert "forms A, B in turn" in page and "form A" in page and "pool kept" in page
    assert "1 from kept" in tom.get("/teach/courses/bees/later").text
    course = tom.get("/teach/courses/bees").text
    assert "Asked" in course and "Survey" in course
    assert "delayed check passed with 80% or more after 7 days" in course
