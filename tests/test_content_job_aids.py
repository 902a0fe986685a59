"""Job aids out of compiled lessons: each by its role, named nowhere twice, found by parts of words."""

from pathlib import Path

import pytest

from lms.content.course import Course, Lesson, Piece
from lms.content.job_aids import found_by, job_aids_of
from lms.content.reading.compiling import compile_file
from lms.content.roles import beside_others, parts
from lms.settings import ROOT
from tests.support.builders import a_course, a_lesson

AID = (
    '<section class="role role--job-aid" aria-labelledby="at-aid">\n<h2 id="at-aid">On the job</h2>\n'
    "{}\n</section>"
)


def with_aid(lesson_id: str, html: str, title: str = "Read") -> Course:
    lesson = a_lesson(lesson_id, title=title, pieces=(Piece(html=AID.format(html)),))
    return a_course("bees", lesson)


def test_a_part_comes_without_its_heading_and_its_neighbours() -> None:
    lesson = a_lesson(
        "read",
        pieces=(
            Piece(html='<p>Before.</p><section class="role role--see role--poor" aria-labelledby="a">'),
            Piece(html='<h2 id="a">Badly</h2><p>No.</p></section>'),
            Piece(html='<section class="role role--see role--good"><h2 id="b">Well</h2><p>Yes.</p></section>'),
        ),
    )
    assert parts(lesson, "see", "poor") == ("<p>No.</p>",)
    assert parts(lesson, "see") == ("<p>No.</p>", "<p>Yes.</p>")
    assert parts(lesson, "job-aid") == ()


def test_a_part_within_another_ends_where_it_ends() -> None:
    inner = '<section class="role role--rule"><h3 id="b">Card</h3><p>When</p></section>'
    lesson = a_lesson("read", pieces=(Piece(html=AID.format(f"<p>One</p>{inner}<p>Two</p>")),))
    assert parts(lesson, "rule") == ("<p>When</p>",)
    assert parts(lesson, "job-aid")[0].endswith("<p>Two</p>")


def test_names_go_and_words_that_look_like_one_stay() -> None:
    assert beside_others('<p id="x" class="y">id="x"</p>') == '<p class="y">id="x"</p>'


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("refund", True),
        ("REF", True),
        ("fund", True),
        ("credit refund", True),
        ("refund nowhere", False),
        ("cafe", True),
        ("", True),
        ("!?", True),
    ],
)
def test_job_aids_are_found_by_parts_of_words(typed: str, is_found: bool) -> None:
    aids = job_aids_of([with_aid("read", "<p>Refunds up to 50. A café’s credit.</p>")])
    assert bool(found_by(aids, typed)) is is_found


def test_what_is_named_so_comes_first() -> None:
    courses = [
        a_course(
            "bees",
            a_lesson("one", title="Callbacks", pieces=(Piece(html=AID.format("<p>No refund here.</p>")),)),
            a_lesson("two", title="Refunds", pieces=(Piece(html=AID.format("<p>Up to 50.</p>")),)),
        )
    ]
    assert [aid.title for aid in found_by(job_aids_of(courses), "refund")] == ["Refunds", "Callbacks"]


@pytest.mark.parametrize("path", sorted((ROOT / "courses").glob("*/*.md")), ids=lambda path: path.stem)
def test_every_job_aid_of_ours_is_found_whole(path: Path) -> None:
    text = path.read_text("utf-8")
    activity = compile_file(path.name, text).activity
    if not isinstance(activity, Lesson):
        pytest.skip("no lesson")
    assert len(parts(activity, "job-aid")) == text.count("{.job-aid")
    assert not [part for part in parts(activity, "job-aid") if "<section" in part or "</section" in part]
