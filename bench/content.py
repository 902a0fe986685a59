"""Courses for the bench: a lesson of about a thousand words, a quiz of twenty questions, a thousand lessons."""

from pathlib import Path

from lms.settings import ROOT

_WORDS = 1_000


def write_course(folder: Path) -> None:
    """Write the course `bench`: one lesson of about 1,000 words and one quiz of 20 single choices."""
    course = folder / "bench"
    course.mkdir(parents=True)
    (course / "course.md").write_text(
        "---\ntitle: Bench\npass: all lessons, quiz 50\nlanguage: en\n---\n\nMeasured.\n"
    )
    (course / "01-words.md").write_text("---\ntitle: Words\nminutes: 5\n---\n\n" + lesson_text())
    (course / "02-twenty.md").write_text(
        "---\ntitle: Twenty\nkind: quiz\nminutes: 5\npass: 50\nattempts: unlimited\n---\n\n"
        + "\n".join(_question(number) for number in range(1, 21))
    )


def write_many(folder: Path, courses: int = 20, lessons: int = 50) -> None:
    """Write courses with a thousand lessons in all."""
    for number in range(1, courses + 1):
        course = folder / f"many-{number:02}"
        course.mkdir(parents=True)
        (course / "course.md").write_text(
            f"---\ntitle: Many {number}\npass: all lessons\nlanguage: en\n---\n\nMany.\n"
        )
        for lesson in range(1, lessons + 1):
            head = f"---\ntitle: Lesson {lesson}\nminutes: 5\n---\n\n"
            (course / f"{lesson:02}-lesson-{lesson}.md").write_text(head + lesson_text(number * 100 + lesson))


def write_small(folder: Path, courses: int) -> None:
    """Write courses of two lessons and a quiz of five questions, beside those that the product comes with."""
    for number in range(1, courses + 1):
        course = folder / f"small-{number:02}"
        course.mkdir(parents=True)
        (course / "course.md").write_text(
            f"---\ntitle: Small course {number}\npass: all lessons, quiz 60\nlanguage: en\naudience: Everyone\n"
            f"valid-for: {12 if number % 3 else 24} months\n---\n\nMeasured.\n"
        )
        for lesson in (1, 2):
            head = f"---\ntitle: Lesson {lesson}\nminutes: 4\n---\n\n"
            (course / f"{lesson:02}-lesson-{lesson}.md").write_text(head + lesson_text(number * 10 + lesson))
        (course / "03-check.md").write_text(
            "---\ntitle: Check\nkind: quiz\nminutes: 3\npass: 60\nattempts: unlimited\n---\n\n"
            + "\n".join(_question(each) for each in range(1, 6))
        )


def lesson_text(salt: int = 0) -> str:
    """Return about 1,000 words with headings, lists, dialogue and a table, as a real lesson has them."""
    source = (ROOT / "courses" / "a-to-z" / "05-c-curiosity-before-conclusions.md").read_text()
    words = [word for word in source.split() if word.isalpha() and word.isascii()]
    parts = []
    for section in range(1, 8):
        at = (section * 37 + salt * 11) % len(words)
        run = (words[at:] + words)[:60]
        parts += [
            f"## Part {section} of {salt}",
            " ".join(run) + ".",
            "\n".join(f"- {' '.join(run[bullet * 8 : bullet * 8 + 8])}" for bullet in range(4)),
            f"> **Customer:** {' '.join(run[:16])}.\n>\n> **You:** {' '.join(run[16:34])}.",
        ]
    return "\n\n".join([*parts, "| when | then |\n| --- | --- |\n| a call | a name |\n| a name | a time |"]) + "\n"


def _question(number: int) -> str:
    return (
        f"## Question {number} {{#q-{number}}}\n\nWhat do you say first in moment {number}?\n\n"
        f"- [ ] I will look into it and somebody calls you, moment {number}.\n    > No name and no time.\n"
        f"- [x] You waited a day for us. I will ring you by four, moment {number}.\n    > A name and a time.\n"
        f"- [ ] That is how our system does it, in moment {number}.\n    > The system is no answer.\n"
    )
