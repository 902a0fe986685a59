"""What a lesson's file becomes: roles, questions, dialogue, pictures, sound, the organisation's own words."""

import struct
import zlib
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from lms.content.course import Activity, Lesson, Quiz
from lms.content.storing import activity_from_plain, activity_to_plain
from lms.content.variables import MEDIA_MARK, filled, filled_text
from lms.problem import Severity
from tests.support.browser import check_page
from tests.support.folders import QUIZ, checked, write_course


def compiled(courses: Path, body: str, front: str = "", **files: str | bytes) -> Lesson:
    named = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    write_course(courses, {"01-wings.md": f"---\ntitle: Wings\n{front}---\n{body}", **named})
    found = checked(courses)
    assert found.course is not None, found.problems
    activity: Activity = found.course.activities[0]
    assert isinstance(activity, Lesson)
    return activity


def html_of(lesson: Lesson) -> str:
    return "".join(piece.html or f"[{piece.question_id}]" for piece in lesson.pieces)


def png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(head))


MOMENT = """## A moment {.moment #now}

> **Caller:** I want your manager.

What do you say?

- [ ] No.
    > Cold.
- [x] Yes, and I can help at once.
    > Warm.

## Done well {.see .good}

> **Jude:** I can do that.

Text.

## Notes {.trainer}

Ask them about the *door*.

## The card {.rule}

- When I hear it, I ask.

### Deeper

More.
"""


def test_roles_become_sections_and_questions_split_the_page(tmp_path: Path) -> None:
    lesson = compiled(tmp_path, MOMENT)
    page = html_of(lesson)
    assert (
        '<section class="role role--moment" aria-labelledby="at-now">\n<h2 id="at-now">A moment</h2>[now]' in page
    )
    assert '<section class="role role--see role--good" aria-labelledby="at-done-well">' in page
    assert page.index("Deeper") < page.rindex("</section>")
    assert page.count("<section") == page.count("</section>") == 3
    check_page(f"<!doctype html><html lang=en><title>T</title><h1>T</h1>{page}</html>", "lesson")


def test_a_moments_question_knows_its_role_and_its_stem(tmp_path: Path) -> None:
    (question,) = compiled(tmp_path, MOMENT).questions
    assert question.id == "now" and question.roles == ("moment",)
    assert "dialogue__who" in question.stem_html and "What do you say?" in question.stem_html


def test_huddle_notes_never_reach_the_learner(tmp_path: Path) -> None:
    lesson = compiled(tmp_path, MOMENT)
    assert "<em>door</em>" in lesson.trainer_html
    learner = html_of(lesson) + str(lesson.outline) + str(lesson.passages)
    assert "door" not in learner and "Notes" not in learner


def test_nothing_of_the_key_is_outside_the_question(tmp_path: Path) -> None:
    lesson = compiled(tmp_path, MOMENT)
    assert "Warm" not in html_of(lesson) + str(lesson.passages)
    assert "at once" not in html_of(lesson) + str(lesson.passages)


def test_the_outline_is_what_the_page_has(tmp_path: Path) -> None:
    lesson = compiled(tmp_path, MOMENT + "\n## Done well\n\nAgain.\n")
    page = html_of(lesson)
    assert [heading.text for heading in lesson.outline] == [
        "A moment", "Done well", "The card", "Deeper", "Done well",
    ]  # fmt: skip
    assert [heading.level for heading in lesson.outline] == [2, 2, 2, 3, 2]
    assert len({heading.anchor for heading in lesson.outline}) == 5
    assert all(f'id="{heading.anchor}"' in page for heading in lesson.outline)


def test_passages_are_under_their_headings(tmp_path: Path) -> None:
    passages = {passage.heading: passage for passage in compiled(tmp_path, MOMENT).passages}
    assert passages["A moment"].text == "Caller I want your manager. What do you say?"
    assert passages["Deeper"].text == "More." and passages["Deeper"].anchor == "at-deeper"


def test_links_lead_to_the_pages_of_the_course(tmp_path: Path) -> None:
    body = (
        "[a](#here) [b](02-check.md) [c](course.md) [d](https://example.org/x) [e](media/a.pdf)\n\n## Here\n\nx\n"
    )
    lesson = compiled(tmp_path, body, **{"02-check_dot_md": QUIZ, "media__a_dot_pdf": b"%PDF"})
    page = html_of(lesson)
    for address in (
        "#at-here",
        "/learn/courses/bees/check",
        "/learn/courses/bees",
        "https://example.org/x",
        f"{MEDIA_MARK}a.pdf",
    ):
        assert f'href="{address}"' in page


def test_a_link_into_another_course(tmp_path: Path) -> None:
    write_course(tmp_path, {"01-a.md": "---\ntitle: A\nid: nectar\n---\nx"}, slug="wasps")
    page = html_of(compiled(tmp_path, "[a](../wasps/01-a.md#any)"))
    assert 'href="/learn/courses/wasps/nectar#at-any"' in page


@pytest.mark.parametrize(
    ("source", "size"),
    [
        ("![A](media/a.png)", 'width="640" height="400"'),
        ("![A](media/a.png){width=320}", 'width="320" height="200"'),
        ("![A](media/a.png){width=10 height=20}", 'height="20" width="10"'),
        ("![A](media/b.svg)", 'width="300" height="150"'),
    ],
)
def test_pictures_reserve_their_place(tmp_path: Path, source: str, size: str) -> None:
    svg = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 150"></svg>'
    page = html_of(compiled(tmp_path, source, media__a_dot_png=png(640, 400), media__b_dot_svg=svg))
    assert all(part in page for part in size.split(" ")), page
    assert "loading" not in page


def test_only_the_first_picture_is_fetched_at_once(tmp_path: Path) -> None:
    page = html_of(compiled(tmp_path, "![A](media/a.png)\n\n![B](media/a.png)", media__a_dot_png=png(4, 4)))
    assert page.count('loading="lazy"') == 1 and page.index("lazy") > page.index('alt="B"')


def test_sound_and_film_get_a_player_with_captions(tmp_path: Path) -> None:
    body = "![The call](media/call.mp4)\n\n[Listen](media/talk.mp3)\n"
    page = html_of(
        compiled(tmp_path, body, media__call_dot_mp4=b"x", media__call_dot_vtt=b"WEBVTT", media__talk_dot_mp3=b"x")
    )
    assert f'src="{MEDIA_MARK}call.mp4"><track kind="captions" src="{MEDIA_MARK}call.vtt" srclang="en"' in page
    assert 'aria-label="The call"' in page and "<audio" in page and "controls" in page


def test_the_organisations_words_are_filled_in(tmp_path: Path) -> None:
    page = html_of(compiled(tmp_path, "Up to {{ org.limit }}, ask {{org.who}}. [Form]({{ org.form }})"))
    told = {"limit": "50 < 60", "form": "https://example.org/?a=1&b=2"}
    assert "Up to 50 &lt; 60, ask [who]." in filled(page, told)
    assert 'href="https://example.org/?a=1&amp;b=2"' in filled(page, told)
    assert "javascript" not in filled(page, {"form": "javascript:alert(1)"})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("/// note | Mind\n\nText.\n\n///\n", '<div class="admonition note">'),
        ("/// details | Why?\n\nText.\n\n///\n", "<summary>Why?</summary>"),
        ("A[^1]\n\n[^1]: Note.\n", '<li id="at-fn:1">'),
        ("A term\n:   What it is\n", "<dd>What it is</dd>"),
        ("The CRM.\n\n*[CRM]: Customer relations\n", '<abbr title="Customer relations">CRM</abbr>'),
        ("```python\nx = 1\n```\n", '<span class="n">x</span>'),
        ("| a | b |\n| - | - |\n| 1 | 2 |\n", '<th scope="col">a</th>'),
        ("<!-- a note to myself -->\n\nText.\n", "<p>Text.</p>"),
        ("*Bonjour*{lang=fr}\n", '<em lang="fr">Bonjour</em>'),
    ],
)
def test_what_markdown_can_do(tmp_path: Path, body: str, expected: str) -> None:
    page = html_of(compiled(tmp_path, body))
    assert expected in page and "myself" not in page
    check_page(f"<!doctype html><html lang=en><title>T</title><h1>T</h1>{page}</html>", "lesson")


def test_ids_cannot_clobber_the_pages_own(tmp_path: Path) -> None:
    page = html_of(compiled(tmp_path, "## Main {#main}\n\n*x*{#cookie}\n\n[a](#main)\n"))
    assert 'id="main"' not in page and 'id="cookie"' not in page
    assert 'id="at-main"' in page and 'href="#at-main"' in page


def test_a_quiz_with_everything(tmp_path: Path) -> None:
    front = "pass: 70%\nattempts: 3\nminutes-allowed: 10\ndraw: 1 from a\nshuffle: no\nreview: after-pass\n"
    quiz = QUIZ.replace("kind: quiz\n", f"kind: quiz\n{front}").replace("{#wings}", "{#wings pool=a}")
    write_course(tmp_path, {"02-check.md": quiz.replace("## Wings", "Three *quick* ones.\n\n## Wings")})
    found = checked(tmp_path)
    assert found.course is not None, found.problems
    made = found.course.activities[1]
    assert isinstance(made, Quiz)
    assert (made.pass_mark, made.attempts, made.seconds_allowed, made.shuffle) == (0.7, 3, 600, False)
    assert [(draw.count, draw.pool) for draw in made.draws] == [(1, "a")]
    assert made.intro_html == "<p>Three <em>quick</em> ones.</p>"
    assert [question.id for question in made.questions] == ["wings"]
    assert "Four" not in str(made.passages)


def test_a_comment_never_leaves_the_file(tmp_path: Path) -> None:
    hidden = "<!-- secret <b>one</b> -->"
    body = f"""Text {hidden} goes on, `{hidden}` is code.

<!--
secret two

- [x] secret three
-->

## Q {{.question #q}}

How? {hidden}

<!--
- [ ] secret four
-->

- [x] a
    > yes {hidden}
- [ ] b
    > no
"""
    lesson = compiled(tmp_path, body)
    assert html_of(lesson).count("secret") == 1  # the one between backticks
    assert "secret" not in str(lesson.questions)
    assert "Text  goes on" in html_of(lesson)


PLANS = """Text.

## My plan {.commit}

- If **someone** waits, then I say
  how long.
- Wenn es laut wird, dann frage ich zuerst.
- When I may give {{ org.refund_limit }}, then I give it today
- I try harder.

## After

- If this is no plan, then it is a list.
"""


def test_plans_are_known_one_by_one_and_what_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    lesson = compiled(tmp_path, PLANS)
    filled_in = [tuple(filled_text(each, {"refund_limit": "50 €"}) for each in astuple(p)) for p in lesson.plans]
    assert filled_in == [
        ("someone waits", "I say how long", "If someone waits, then I say how long."),
        ("es laut wird", "frage ich zuerst", "Wenn es laut wird, dann frage ich zuerst."),
        ("I may give 50 €", "I give it today", "When I may give 50 €, then I give it today"),
    ]
    assert "I try harder." in html_of(lesson)  # still to be read
    (problem,) = checked(tmp_path).problems
    assert (problem.line, problem.code, problem.severity) == (12, "not-a-plan", Severity.WARNING)
    assert "- If the caller sounds rushed, then" in problem.cure


def test_a_section_without_a_plan_and_a_plan_nobody_can_remember_are_told(tmp_path: Path) -> None:
    long = " ".join(["very"] * 60)
    assert (
        compiled(tmp_path, f"## Plan {{.commit}}\n\nTry.\n\n## More {{.commit}}\n\n- If {long}, then I go.").plans
        == ()
    )
    assert [each.code for each in checked(tmp_path).problems] == ["no-plan", "long-plan"]


def test_a_lesson_stored_before_plans_were_known_still_loads(tmp_path: Path) -> None:
    lesson = compiled(tmp_path, PLANS)
    plain = activity_to_plain(lesson)
    assert activity_from_plain(plain) == lesson
    del plain["plans"]
    assert activity_from_plain(plain) == replace(lesson, plans=())
    assert "plans" not in activity_to_plain(replace(lesson, plans=()))
