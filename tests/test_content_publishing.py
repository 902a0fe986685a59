"""From the folder to releases and back, on both databases: once, again, broken, mended, gone."""

import hashlib
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms.content import queries
from lms.content.actions import Published, describe_publication, go_back, set_held, set_hidden
from lms.content.course import Lesson
from lms.content.publishing import publish_folder
from lms.content.reading import pool
from lms.content.reading.pool import compile_files
from lms.content.release import ChangeKind, Said, Way
from lms.content.tables import Blob, Release, ReleaseActivity
from lms.organisation.actions import set_value
from lms.store import writing
from tests.support.databases import selects_of
from tests.support.folders import COURSE, LESSON, QUIZ, write_course

Publish = Callable[[], list[Published]]


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that tests share, so that the same file is compiled once."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture
def courses(tmp_path: Path) -> Path:
    """A courses folder with one good course."""
    folder = tmp_path / "courses"
    folder.mkdir()
    write_course(folder, {"02-check.md": QUIZ, "media/a.txt": b"hello media"})
    return folder


@pytest.fixture
def publish(engine: Engine, courses: Path, compiled: Path, now: datetime) -> Publish:
    """Publish the folder with a cache, as the server does."""
    return lambda: publish_folder(engine, courses, now=lambda: now, cache=compiled)


def test_a_course_is_published_once(session: Session, publish: Publish) -> None:
    (published,) = publish()
    assert (published.slug, published.release_number, published.is_new) == ("bees", 1, True)
    assert publish() == []
    course = queries.find_course(session, "bees")
    assert course is not None and [activity.id for activity in course.activities] == ["wings", "check"]
    assert course.title == "Bees" and course.front_html == "<p>Welcome.</p>"
    assert queries.course_at(session, course.release_id) is course
    assert queries.published_courses(session) == (course,)


def test_a_change_makes_a_release_and_shares_what_did_not_change(
    session: Session, courses: Path, publish: Publish
) -> None:
    publish()
    first = queries.find_course(session, "bees")
    (courses / "bees" / "01-wings.md").write_text(LESSON.replace("four", "4"))
    (published,) = publish()
    assert published.release_number == 2 and published.is_new
    session.rollback()
    second = queries.find_course(session, "bees")
    assert first is not None and second is not None and first.hash != second.hash
    assert queries.course_at(session, first.release_id).activity("wings") != second.activity("wings")
    bodies = session.execute(
        select(ReleaseActivity.activity_id, func.count(ReleaseActivity.body_hash.distinct())).group_by(
            ReleaseActivity.activity_id
        )
    )
    assert dict(bodies.all()) == {"wings": 2, "check": 1}


def test_going_back_is_the_old_release_again(session: Session, courses: Path, publish: Publish) -> None:
    publish()
    path = courses / "bees" / "01-wings.md"
    path.write_text(LESSON.replace("four", "4"))
    publish()
    path.write_text(LESSON)
    (published,) = publish()
    assert (published.release_number, published.is_new) == (1, False)
    assert session.scalar(select(func.count(Release.id))) == 2


def test_a_blank_line_is_no_release(session: Session, courses: Path, publish: Publish) -> None:
    publish()
    path = courses / "bees" / "02-check.md"
    path.write_text(path.read_text().replace("## Wings", "\n\n## Wings"))
    (published,) = publish()
    assert (published.release_number, published.is_new) == (1, False)


def test_a_broken_course_leaves_the_last_good_release(session: Session, courses: Path, publish: Publish) -> None:
    publish()
    before = queries.find_course(session, "bees")
    path = courses / "bees" / "01-wings.md"
    path.write_text(LESSON.replace("minutes: 3", "minuts: 3"))
    (published,) = publish()
    assert published.is_broken and published.release_number == 1 and not published.is_new
    session.rollback()
    assert queries.find_course(session, "bees") is before
    state = queries.find_state(session, "bees")
    assert state is not None and state.errors == 1 and state.release_number == 1
    assert (state.problems[0].file, state.problems[0].line) == ("bees/01-wings.md", 3)
    path.write_text(LESSON)
    (mended,) = publish()
    assert not mended.is_broken and not mended.is_new
    session.rollback()
    state = queries.find_state(session, "bees")
    assert state is not None and state.problems == ()


def test_a_course_that_never_was_good_is_not_found(session: Session, courses: Path, publish: Publish) -> None:
    (courses / "bees" / "course.md").write_text(COURSE.replace("title: Bees\n", ""))
    publish()
    assert queries.find_course(session, "bees") is None
    assert queries.published_courses(session) == ()
    state = queries.find_state(session, "bees")
    assert state is not None and state.release_number is None and state.errors == 1


def test_warnings_are_kept_with_a_good_release(session: Session, courses: Path, publish: Publish) -> None:
    (courses / "bees" / "01-wings.md").write_text(LESSON + "\nUp to {{ org.limit }}.\n")
    (published,) = publish()
    assert published.is_new and [problem.code for problem in published.problems] == ["unset-variable"]
    course = queries.find_course(session, "bees")
    assert course is not None and course.variables == ("limit",)
    assert queries.variables_used(session) == ("limit",)


def test_setting_the_variable_takes_the_warning_away(
    session: Session, courses: Path, publish: Publish, now: datetime
) -> None:
    (courses / "bees" / "01-wings.md").write_text(LESSON + "\nUp to {{ org.limit }}.\n")
    publish()
    with writing(session):
        set_value(session, "var.limit", "50", now)
    (published,) = publish()
    assert published.problems == () and not published.is_new


def test_a_hidden_course_is_not_found_and_keeps_its_releases(session: Session, publish: Publish) -> None:
    publish()
    with writing(session):
        assert set_hidden(session, "bees", is_hidden=True)
        assert not set_hidden(session, "wasps", is_hidden=True)
    assert queries.find_course(session, "bees") is None
    state = queries.find_state(session, "bees")
    assert state is not None and state.is_hidden and state.release_id is not None
    assert queries.course_at(session, state.release_id).title == "Bees"


def test_a_folder_that_is_gone_keeps_its_release(session: Session, courses: Path, publish: Publish) -> None:
    publish()
    (courses / "bees").rename(courses / ".bees")
    (published,) = publish()
    assert [problem.code for problem in published.problems] == ["folder-gone"]
    assert queries.find_course(session, "bees") is not None
    assert publish() == []
    (courses / ".bees").rename(courses / "bees")
    (back,) = publish()
    assert back.problems == () and not back.is_new


def test_media_are_handed_out_by_range(session: Session, courses: Path, publish: Publish) -> None:
    publish()
    course = queries.find_course(session, "bees")
    assert course is not None
    media = queries.find_media_at(session, "bees", course.hash, "a.txt")
    assert media == queries.find_media(session, course.release_id, "a.txt")
    assert media is not None and (media.media_type, media.size) == ("text/plain", 11)
    assert queries.read_media(session, media.hash, 6, 100) == b"media"
    assert queries.read_media(session, media.hash, 99, 5) == b""
    assert queries.find_media_at(session, "bees", course.hash, "../a.txt") is None
    assert queries.find_media_at(session, "bees", "0" * 64, "a.txt") is None


def test_addresses_of_media_carry_the_release(session: Session, courses: Path, publish: Publish) -> None:
    (courses / "bees" / "01-wings.md").write_text(LESSON + "\n[Text](media/a.txt)\n")
    publish()
    course = queries.find_course(session, "bees")
    assert course is not None
    lesson = course.activity("wings")
    assert isinstance(lesson, Lesson)
    assert f'href="/learn/media/bees/{course.hash}/a.txt"' in lesson.pieces[0].html


def test_every_blob_is_what_its_hash_says(session: Session, publish: Publish) -> None:
    publish()
    for blob_hash, body in session.execute(select(Blob.hash, Blob.body)):
        assert hashlib.sha256(body).hexdigest() == blob_hash


def test_a_course_read_again_asks_the_database_nothing(
    engine: Engine, session: Session, publish: Publish, long_memory: None
) -> None:
    publish()
    queries.find_course(session, "bees")
    with selects_of(engine) as asked:
        for _ in range(50):
            queries.find_course(session, "bees")
    assert asked == []


def test_another_process_sees_a_release_within_a_second(
    engine: Engine, database_url: str, session: Session, courses: Path, publish: Publish, now: datetime
) -> None:
    from tests.support.databases import opened

    publish()
    before = queries.find_course(session, "bees")
    (courses / "bees" / "01-wings.md").write_text(LESSON.replace("four", "4"))
    other = opened(database_url)  # another engine has a memory of its own, as another process has
    publish_folder(other, courses, now=lambda: now)
    other.dispose()
    deadline = time.monotonic() + 3
    while queries.find_course(session, "bees") is before and time.monotonic() < deadline:
        session.rollback()
        time.sleep(0.05)
    after = queries.find_course(session, "bees")
    assert after is not None and after.number == 2


def test_two_that_publish_at_once_make_one_release(
    engine: Engine, session: Session, courses: Path, now: datetime
) -> None:
    results: list[list[Published]] = []
    hands = [
        threading.Thread(target=lambda: results.append(publish_folder(engine, courses, now=lambda: now)))
        for _ in range(3)
    ]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert len(results) == 3
    assert sum(published.is_new for result in results for published in result) == 1
    assert session.scalar(select(func.count(Release.id))) == 1


def test_what_was_compiled_is_taken_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = compile_files([("bees/01-a.md", LESSON)], tmp_path)
    monkeypatch.setattr(pool._Worker, "run", lambda self: pytest.fail("compiled again"))
    assert compile_files([("bees/01-a.md", LESSON)], tmp_path) == first


@pytest.mark.parametrize(
    "hostile", ["*a " * 40_000 + "x", "_a*" * 30_000, "a&" * 60_000, "`a" * 60_000], ids=lambda text: text[:3]
)
def test_a_file_that_costs_too_much_is_an_error_of_that_file_alone(hostile: str) -> None:
    files = [
        ("bees/01-a.md", LESSON),
        ("bees/02-b.md", f"---\ntitle: B\n---\n{hostile}\n"),
        ("bees/03-c.md", LESSON),
    ]
    began = time.monotonic()
    made = compile_files(files)
    assert time.monotonic() - began < 20
    assert made["bees/01-a.md"].activity and made["bees/03-c.md"].activity
    slow = made["bees/02-b.md"]
    assert slow.activity is not None or {problem.code for problem in slow.problems} <= {
        "too-slow",
        "too-heavy",
        "not-rendered",
    }


def test_an_endless_file_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "---\ntitle: B\n---\n" + "[a" * 49 + "\n\n" + ("\\[" * 9_000 + "[x](y" * 40 + "\n\n") * 8
    made = compile_files([("bees/01-a.md", source), ("bees/02-b.md", LESSON)])
    assert made["bees/02-b.md"].activity


def hold(session: Session, slug: str, now: datetime, *, is_held: bool = True) -> bool:
    with writing(session):
        return set_held(session, slug, is_held=is_held, now=now)


def test_a_held_course_is_checked_and_keeps_its_release(
    session: Session, courses: Path, publish: Publish, now: datetime
) -> None:
    publish()
    assert hold(session, "bees", now) and not hold(session, "bees", now)
    path = courses / "bees" / "01-wings.md"
    path.write_text(LESSON.replace("four", "4"))
    (published,) = publish()
    assert (published.release_number, published.has_changed, published.is_waiting) == (1, False, True)
    path.write_text(LESSON.replace("minutes: 3", "minuts: 3"))
    (broken,) = publish()
    assert broken.is_broken and broken.release_number == 1
    session.rollback()
    state = queries.find_state(session, "bees")
    assert state is not None and state.is_held and state.is_waiting and state.errors == 1
    path.write_text(LESSON)
    (as_before,) = publish()
    assert not as_before.is_waiting
    assert session.scalar(select(func.count(Release.id))) == 1


def test_what_waited_goes_live_when_the_course_is_no_longer_held(
    session: Session, courses: Path, publish: Publish, now: datetime
) -> None:
    publish()
    hold(session, "bees", now)
    (courses / "bees" / "01-wings.md").write_text(LESSON.replace("four", "4"))
    publish()
    assert hold(session, "bees", now, is_held=False)
    (published,) = publish()
    assert (published.release_number, published.is_waiting) == (2, False)


def test_a_course_held_before_its_first_save_waits_from_the_start(
    session: Session, courses: Path, publish: Publish, now: datetime
) -> None:
    assert hold(session, "wasps", now)
    write_course(courses, {}, slug="wasps")
    publish()
    session.rollback()
    assert queries.find_course(session, "bees") is not None and queries.find_course(session, "wasps") is None
    state = queries.find_state(session, "wasps")
    assert state is not None and state.release_number is None and state.is_waiting and state.title == "Bees"
    assert not hold(session, "ants", now, is_held=False)


def test_each_time_a_release_becomes_current_is_kept(
    session: Session, courses: Path, publish: Publish, now: datetime
) -> None:
    publish()
    path = courses / "bees" / "01-wings.md"
    path.write_text(LESSON.replace("four", "4"))
    publish()
    path.write_text(LESSON)
    publish()
    publish()
    kept = queries.publications_of(session, "bees")
    assert [(each.number, each.before_number) for each in kept] == [(1, 2), (2, 1), (1, None)]
    assert {each.way for each in kept} == {Way.FILES} and {each.kind for each in kept} == {None}
    with writing(session):
        said = Said(ChangeKind.TYPO, "A digit reads better.")
        assert describe_publication(session, "bees", kept[1].id, said)
        assert not describe_publication(session, "wasps", kept[1].id, said)
    session.rollback()
    described = queries.publications_of(session, "bees")[1]
    assert (described.kind, described.note) == (ChangeKind.TYPO, "A digit reads better.")


def test_going_back_holds_the_course_and_finds_what_stood_there(
    session: Session, courses: Path, publish: Publish, now: datetime
) -> None:
    publish()
    first = queries.find_course(session, "bees")
    path = courses / "bees" / "01-wings.md"
    path.write_text(LESSON.replace("four", "a dozen"))
    publish()
    session.rollback()
    assert first is not None
    with writing(session):
        assert go_back(session, "bees", first.release_id, "A bee has four.", now, by=7)
        assert not go_back(session, "bees", first.release_id, "Again.", now, by=7)
        assert not go_back(session, "wasps", first.release_id, "Another's.", now, by=7)
    assert queries.find_course(session, "bees") is first
    assert [hit.snippet for hit in queries.search(session, "four", ["bees"], 5)]
    assert queries.search(session, "dozen", ["bees"], 5) == []
    state = queries.find_state(session, "bees")
    assert state is not None and state.is_held and state.is_waiting
    newest = queries.publications_of(session, "bees")[0]
    assert (newest.way, newest.number, newest.note, newest.published_by) == (Way.BACK, 1, "A bee has four.", 7)
    # The next save still waits, and the file as it was is what is live already.
    path.write_text(LESSON)
    (published,) = publish()
    assert (published.release_number, published.is_waiting) == (1, False)
