"""`flask courses check` and `flask courses publish`."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.content import queries
from lms.settings import Settings
from tests.support.folders import LESSON, write_course


@pytest.fixture
def courses(app: Flask) -> Path:
    """The app's courses folder, with one good course."""
    settings: Settings = app.config["SETTINGS"]
    write_course(settings.courses_folder, {})
    return settings.courses_folder


def test_a_good_folder_checks_with_status_0(app: Flask, courses: Path) -> None:
    result = app.test_cli_runner().invoke(args=["courses", "check"])
    assert (result.exit_code, result.output) == (0, "1 course, 0 errors, 0 warnings.\n")


def test_an_error_is_one_line_and_status_1(app: Flask, courses: Path) -> None:
    (courses / "bees" / "01-wings.md").write_text(LESSON.replace("minutes", "minuts"))
    result = app.test_cli_runner().invoke(args=["courses", "check", str(courses)])
    assert result.exit_code == 1
    line = result.output.splitlines()[0]
    assert line.endswith(
        "bees/01-wings.md:3:1 error “minuts” is not a key of this format. — Did you mean “minutes”?"
    )
    assert "1 course, 1 error, 0 warnings." in result.output


def test_one_course_alone(app: Flask, courses: Path) -> None:
    write_course(courses, {"01-wings.md": "x"}, slug="wasps")
    assert app.test_cli_runner().invoke(args=["courses", "check", str(courses / "bees")]).exit_code == 0
    assert app.test_cli_runner().invoke(args=["courses", "check", str(courses / "wasps")]).exit_code == 1


def test_json_is_one_value(app: Flask, courses: Path) -> None:
    (courses / "bees" / "01-wings.md").write_text(LESSON + "\n{{ org.limit }}\n")
    result = app.test_cli_runner().invoke(args=["courses", "check", "--json"])
    told = json.loads(result.output)
    assert result.exit_code == 0
    assert (told["errors"], told["warnings"]) == (0, 1)
    (course,) = told["courses"]
    assert (course["slug"], course["is_good"], course["activities"]) == ("bees", True, 1)
    (problem,) = course["problems"]
    assert problem == {
        "file": "bees/01-wings.md", "line": 10, "column": 1, "code": "unset-variable", "severity": "warning",
        "what": "The organisation has not said what limit is.",
        "cure": "An administrator sets it on the page Organisation, under “limit”.",
    }  # fmt: skip


def test_an_empty_folder_is_no_success(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    result = app.test_cli_runner().invoke(args=["courses", "check", str(tmp_path / "nothing")])
    assert result.exit_code == 1 and "no course here" in result.output


def test_publish_says_what_became_of_each(app: Flask, session: Session, courses: Path) -> None:
    runner = app.test_cli_runner()
    assert "bees: release 1 is live" in runner.invoke(args=["courses", "publish"]).output
    assert runner.invoke(args=["courses", "publish"]).output == "Nothing changed.\n"
    (courses / "bees" / "01-wings.md").write_text("x")
    result = runner.invoke(args=["courses", "publish"])
    assert result.exit_code == 1 and "bees: not published; learners keep release 1" in result.output
    assert queries.find_course(session, "bees") is not None
