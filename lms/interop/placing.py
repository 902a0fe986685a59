"""What was chosen of an import as files of a course, by name and text; nothing is written here."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lms.content.reading.names import Names, activity_id_of, slug
from lms.content.reading.source import MAX_BYTES
from lms.interop.staged import Staged, StagedQuestion, StagedQuiz

FRONT = "course.md"
_NUMBER = re.compile(r"(\d{1,4})[-_. ]*")
_ID = re.compile(r"\{#([\w.:-]+)")
_NAMED = re.compile(r"\{[^{}\n]*#([A-Za-z0-9][\w.:-]*)[^{}\n]*\}[ \t]*$", re.MULTILINE)
_ROOM = MAX_BYTES - 2_000


@dataclass(frozen=True)
class NewFile:
    """One file that would be made in a course's folder."""

    name: str
    text: str


def question_key(quiz: int, question: int) -> str:
    """Return what a form calls a question of an import."""
    return f"q{quiz}-{question}"


def file_key(file: int) -> str:
    """Return what a form calls a file of an import."""
    return f"f{file}"


def chosen(staged: Staged, keys: Collection[str]) -> Staged:
    """Return only what was chosen; quizzes of which nothing was are left out."""
    quizzes = [
        replace(
            quiz,
            questions=tuple(
                question for place, question in enumerate(quiz.questions) if question_key(number, place) in keys
            ),
        )
        for number, quiz in enumerate(staged.quizzes)
    ]
    files = tuple(file for place, file in enumerate(staged.files) if file_key(place) in keys)
    return replace(staged, quizzes=tuple(quiz for quiz in quizzes if quiz.questions), files=files)


def ids_in(texts: Iterable[str]) -> frozenset[str]:
    """Return the ids that headings in these files are given."""
    return frozenset(found for text in texts for found in _NAMED.findall(text))


def without_clashes(staged: Staged, known: Collection[str]) -> Staged:
    """Return the import with another id for each question whose own is taken in the course."""
    names = Names()
    for each in known:
        names.take(each)
    quizzes = tuple(
        replace(quiz, questions=tuple(_renamed(question, names.take(question.id)) for question in quiz.questions))
        for quiz in staged.quizzes
    )
    return replace(staged, quizzes=quizzes)


def _renamed(question: StagedQuestion, name: str) -> StagedQuestion:
    if name == question.id:
        return question
    return replace(question, id=name, markdown=_ID.sub(f"{{#{name}", question.markdown, count=1))


def appended(text: str, staged: Staged) -> str:
    """Return a quiz's text with the chosen questions at its end."""
    questions = [question.markdown.strip() for quiz in staged.quizzes for question in quiz.questions]
    return "\n\n".join([text.rstrip(), *questions]) + "\n"


def new_files(staged: Staged, taken: Sequence[str], title: str) -> tuple[NewFile, ...]:
    """Return lessons and quizzes as new files after those that a course has (`taken` are their names).

    `title` is the quiz's where the import brings only one. A front page of another course is no lesson and
    stays out.
    """
    numbers = [int(found[1]) for name in taken if (found := _NUMBER.match(name))]
    next_number = max(numbers, default=0) + 1
    ids = Names()
    for name in taken:
        ids.take(activity_id_of(name))
    made: list[tuple[str, str, str]] = []
    made += [
        (file.name, ids.take(activity_id_of(file.name)), file.text) for file in staged.files if file.name != FRONT
    ]
    for place, quiz in enumerate(staged.quizzes):
        named = title if len(staged.quizzes) == 1 and title else quiz.title or title
        made += [("", ids.take(slug(named)), text) for text in quiz_texts(quiz, named or f"Quiz {place + 1}")]
    width = 3 if next_number + len(made) > 99 else 2
    numbered = [
        (old, NewFile(f"{number:0{width}}-{name}.md", text))
        for number, (old, name, text) in enumerate(made, start=next_number)
    ]
    names = {old: file.name for old, file in numbered if old}
    return tuple(replace(file, text=_relinked(file.text, names)) for _, file in numbered)


def new_course(staged: Staged, title: str, language: str) -> tuple[NewFile, ...]:
    """Return the files of a new course: those of a whole course as they came, or a front page and the rest."""
    if staged.is_whole_course:
        names = [file.name for file in staged.files]
        return (*(NewFile(f.name, f.text) for f in staged.files), *new_files(replace(staged, files=()), names, ""))
    files = new_files(staged, [], staged.title or title)
    has_lessons = any(file.kind not in ("quiz", "course") for file in staged.files)
    has_quizzes = bool(staged.quizzes) or any(file.kind == "quiz" for file in staged.files)
    conditions = [*(["all lessons"] if has_lessons else []), *(["quiz 80"] if has_quizzes else [])]
    passed = ", ".join(conditions) or "all lessons"
    head = f"---\ntitle: {_one_line(title)}\nlanguage: {language}\npass: {passed}\n---\n"
    return (NewFile(FRONT, head), *files)


def quiz_texts(quiz: StagedQuiz, title: str) -> list[str]:
    """Return the quiz as files, each below the size that a file may have."""
    bodies: list[list[str]] = [[]]
    size = 0
    for question in quiz.questions:
        length = len(question.markdown.encode()) + 2
        if bodies[-1] and size + length > _ROOM:
            bodies.append([])
            size = 0
        bodies[-1].append(question.markdown.strip())
        size += length
    texts = []
    for number, body in enumerate(bodies, start=1):
        own = f"{_one_line(title)} ({number})" if len(bodies) > 1 else _one_line(title)
        # What is drawn from pools holds for the whole, so a quiz in several files asks everything.
        settings = [] if len(bodies) > 1 else _kept(quiz)
        lines = [f"title: {own}", "kind: quiz", *(f"{key}: {value}" for key, value in settings)]
        texts.append("\n".join(["---", *lines, "---", "", "\n\n".join(body), ""]))
    return texts


def _kept(quiz: StagedQuiz) -> list[tuple[str, str]]:
    """Return the settings, with a draw asking for no more of a pool than was chosen of it."""
    pools = [str(question.plain.get("pool", "")) for question in quiz.questions]
    kept = []
    for key, value in quiz.settings:
        if key == "draw":
            draws = [each.split(" from ") for each in value.split(", ")]
            fits = [f"{min(int(count), pools.count(pool))} from {pool}" for count, pool in draws if pool in pools]
            if fits:
                kept.append((key, ", ".join(fits)))
        else:
            kept.append((key, value))
    return kept


def _relinked(text: str, names: Mapping[str, str]) -> str:
    """Return the text with its links to files of the import under their new names."""
    for old, new in names.items():
        if old != new:
            text = re.sub(rf"\]\({re.escape(old)}(?=[)#\s])", f"]({new}", text)
    return text


def with_media(file: NewFile, names: Mapping[str, str]) -> NewFile:
    """Return the file with its pictures under the names they have been given in the course."""
    text = file.text
    for old, new in names.items():
        if old != new:
            text = re.sub(rf"media/{re.escape(old)}(?![\w.-])", f"media/{new}", text)
    return replace(file, text=text)


def _one_line(title: str) -> str:
    return " ".join(title.split())[:200] or "Imported"
