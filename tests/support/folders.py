"""Courses folders written for a test, and checked without a process of their own."""

from pathlib import Path

from sqlalchemy import Engine

from lms.content.publishing import Source, read_courses
from lms.content.reading.checking import Checked, Surroundings, check_course, targets_of
from lms.content.reading.compiling import compile_file
from lms.jobs.publishing import publish_courses
from lms.settings import Settings

COURSE = "---\ntitle: Bees\nsummary: About bees.\npass: all lessons\n---\n\nWelcome.\n"
LESSON = "---\ntitle: Wings\nminutes: 3\n---\n\n## How many\n\nA bee has four wings.\n"
QUIZ = """---
title: Check
kind: quiz
---

## Wings {#wings}

How many?

- [x] Four
    > Yes, four.
- [ ] Two
    > Close: two pairs.
"""


def write_course(courses: Path, files: dict[str, str | bytes], slug: str = "bees") -> Path:
    """Write these files over a course that is good as it stands; returns its folder."""
    folder = courses / slug
    for name, text in ({"course.md": COURSE, "01-wings.md": LESSON} | files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def published_course(engine: Engine, settings: Settings, files: dict[str, str | bytes]) -> Path:
    """Write the course with these files, and publish it as the server does; returns its folder."""
    folder = write_course(settings.courses_folder, files)
    publish_courses(engine, settings)
    return folder


def checked(courses: Path, slug: str = "bees", variables: frozenset[str] | None = None) -> Checked:
    """Return one course checked in this process."""
    source = read_courses(courses)
    compiled = {
        f"{slug}/{name}": compile_file(f"{slug}/{name}", text) for name, text in source.folders[slug].texts.items()
    }
    return check_course(source.folders[slug], list(compiled.values()), _surroundings(source, compiled, variables))


def _surroundings(source: Source, compiled: dict, variables: frozenset[str] | None) -> Surroundings:  # type: ignore[type-arg]  # a test's own dict
    targets = {}
    for slug, folder in source.folders.items():
        targets |= targets_of(slug, folder.texts, compiled)
    return Surroundings(source.behaviours, variables, targets, frozenset(source.folders), source.anchors)
