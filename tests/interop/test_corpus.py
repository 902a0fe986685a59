"""The corpus: small files, each after a point of its format's documentation, read, written and compared.

Beside each file stands what becomes of it, `NAME.expected.md`: every loss and problem with its line, then the
questions as this house's Markdown. Whatever is not listed there comes back from the format as it went out.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from lms.content.course import Quiz
from lms.content.reading.compiling import compile_file
from lms.interop.draft import Given, Taken
from lms.interop.taking import draft_of
from lms.interop.writing import quiz_markdown
from lms.problem import has_errors

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(path for path in CORPUS.glob("*/*") if not path.name.endswith(".expected.md"))


def reader_of(path: Path) -> Callable[[bytes, str], Taken]:
    read: Callable[[bytes, str], Taken] = import_module(f"lms.interop.{path.parent.name}.reading").read
    return read


def writer_of(path: Path) -> Callable[..., Given]:
    write: Callable[..., Given] = import_module(f"lms.interop.{path.parent.name}.writing").write
    return write


def written_out(path: Path, taken: Taken) -> Given:
    """Return what was taken, written in the format it came in."""
    along = {media.name: media.content for media in taken.media}
    write = writer_of(path)
    return (
        write(taken.drafts, path.stem, along) if path.parent.name == "moodle" else write(taken.drafts, path.stem)
    )


def told(path: Path) -> str:
    """Return what becomes of this file, as its neighbour in the corpus says it."""
    taken = reader_of(path)(path.read_bytes(), path.name)
    written = quiz_markdown(taken.drafts)
    lines = [f"- line {loss.line}, {loss.item}: {loss.what} ({loss.fate})" for loss in taken.losses]
    lines += [f"- line {each.line}: {each.what} {each.cure} ({each.severity})" for each in taken.problems]
    lines += [f"- written, {loss.item}: {loss.what} ({loss.fate})" for loss in written.losses]
    lines += [f"- file {each.name}, {len(each.content)} bytes" for each in taken.media]
    out = written_out(path, taken)
    lines += [f"- out, {loss.item}: {loss.what} ({loss.fate})" for loss in out.losses]
    return "\n".join([*lines, "", *written.bodies]).lstrip("\n")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_becomes_of_a_file(path: Path) -> None:
    assert told(path) == path.with_name(f"{path.name}.expected.md").read_text("utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_taken_goes_out_and_comes_back(path: Path) -> None:
    taken = reader_of(path)(path.read_bytes(), path.name)
    out = written_out(path, taken)
    again = reader_of(path)(out.content, path.name)
    kept = [draft for draft in taken.drafts if draft.title not in {loss.item for loss in out.losses}]
    assert [draft for draft in again.drafts if draft in kept] == kept
    if not out.losses:
        assert again.drafts == taken.drafts and not again.losses and not again.problems


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_written_compiles_to_the_questions_it_was_written_of(path: Path) -> None:
    written = quiz_markdown(reader_of(path)(path.read_bytes(), path.name).drafts)
    found = []
    for body in written.bodies:
        compiled = compile_file("course/01-quiz.md", f"---\ntitle: Quiz\nkind: quiz\n---\n\n{body}")
        assert isinstance(compiled.activity, Quiz) and not has_errors(compiled.problems)
        found += [draft_of(question) for question in compiled.activity.questions]
    assert tuple(found) == written.drafts


def test_the_corpus_is_large_enough() -> None:
    assert sum(path.parent.name in ("gift", "moodle") for path in FILES) >= 50
