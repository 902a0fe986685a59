"""The watcher: what is saved is live within two seconds; half-written files are waited for."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lms.content import queries
from lms.jobs import watching
from lms.jobs.publishing import publish_courses
from lms.jobs.watching import Watcher
from lms.settings import Environment, Settings
from tests.support.databases import opened
from tests.support.folders import COURSE, LESSON, write_course


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings with a courses folder that holds one course."""
    (tmp_path / "courses").mkdir()
    write_course(tmp_path / "courses", {})
    return Settings(
        env=Environment.TEST,
        database_url=database_url,
        data_folder=tmp_path / "instance",
        courses_folder=tmp_path / "courses",
        secret_key="for tests only, and long enough to be one",
    )


@pytest.fixture
def watched(session: Session, settings: Settings) -> Iterator[Path]:
    """A published courses folder that is being watched."""
    engine = opened(settings.database_url)
    publish_courses(engine, settings)
    engine.dispose()
    stop = threading.Event()
    hand = threading.Thread(target=watching.watch, args=(settings, stop))
    hand.start()
    time.sleep(0.2)
    yield settings.courses_folder
    stop.set()
    hand.join(10)
    assert not hand.is_alive()


def wait_until(holds: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < 60, "it never came"
        time.sleep(0.02)


def number_of(session: Session, slug: str) -> int | None:
    session.rollback()
    state = queries.find_state(session, slug)
    return state.release_number if state else None


def errors_of(session: Session, slug: str) -> int:
    session.rollback()
    state = queries.find_state(session, slug)
    return state.errors if state else 0


def test_a_saved_file_is_live_soon(session: Session, watched: Path) -> None:
    (watched / "bees" / "01-wings.md").write_text(LESSON.replace("four", "4"))
    wait_until(lambda: number_of(session, "bees") == 2)


def test_a_new_course_and_an_error_are_seen(session: Session, watched: Path) -> None:
    write_course(watched, {}, slug="wasps")
    wait_until(lambda: number_of(session, "wasps") == 1)
    (watched / "wasps" / "course.md").write_text("---\ntitel: Wasps\n---\n")
    wait_until(lambda: errors_of(session, "wasps") > 0)
    assert number_of(session, "wasps") == 1


def test_nothing_changed_is_nothing_to_do(tmp_path: Path) -> None:
    write_course(tmp_path, {})
    assert Watcher(tmp_path).changed(threading.Event()) == set()


def test_editors_passing_files_are_not_looked_at(tmp_path: Path) -> None:
    folder = write_course(tmp_path, {})
    watcher = Watcher(tmp_path)
    for name in (".01-wings.md.swp", "01-wings.md~", "#01-wings.md#", "_notes.md", "4913.tmp"):
        (folder / name).write_text("x")
    assert watcher.changed(threading.Event()) == set()


def test_a_truncated_file_is_waited_for(tmp_path: Path) -> None:
    folder = write_course(tmp_path, {})
    watcher = Watcher(tmp_path)
    (folder / "01-wings.md").write_text("")
    late = threading.Timer(0.6, lambda: (folder / "01-wings.md").write_text(LESSON + "more"))
    late.start()
    assert watcher.changed(threading.Event()) == {"bees"}
    assert (folder / "01-wings.md").read_text().endswith("more")
    assert watcher.changed(threading.Event()) == set()


@pytest.mark.parametrize("name", ["behaviours.md", "wasps/course.md"])
def test_what_all_courses_speak_of_is_everybodys_business(tmp_path: Path, name: str) -> None:
    write_course(tmp_path, {})
    watcher = Watcher(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(COURSE)
    assert watcher.changed(threading.Event()) == {""}
