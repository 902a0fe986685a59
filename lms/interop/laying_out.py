"""From what a file brought to what somebody looks at: each question written, compiled and shown as it would be."""

from collections.abc import Iterable

from lms.content.course import Quiz
from lms.content.reading.compiling import compile_file
from lms.interop.brought import Brought, BroughtFile, BroughtQuiz, left_out
from lms.interop.draft import Draft, Loss
from lms.interop.placing import without_clashes
from lms.interop.staged import Note, Staged, StagedFile, StagedQuestion, StagedQuiz
from lms.interop.writing import question_markdown, quiz_markdown
from lms.problem import Problem, Severity
from lms.quiz.storing import to_plain

_HEAD = "---\ntitle: q\nkind: quiz\n---\n\n"


def lay_out(brought: Brought) -> Staged:
    """Return everything that was brought as it would be written; no id twice in it."""
    losses = list(brought.losses)
    told: set[Loss] = set()
    quizzes = tuple(_quiz(quiz, losses, told) for quiz in brought.quizzes)
    notes = [_note(loss) for loss in losses if loss not in told]
    staged = Staged(
        format=brought.format,
        title=brought.title,
        quizzes=quizzes,
        files=tuple(_file(file) for file in brought.files),
        media=tuple((media.name, len(media.content)) for media in brought.media),
        notes=(*notes, *(_broken(each) for each in brought.problems)),
    )
    return without_clashes(staged, ())


def _quiz(quiz: BroughtQuiz, losses: list[Loss], told: set[Loss]) -> StagedQuiz:
    """Return a quiz with its questions; adds what writing loses to `losses`, what a question tells to `told`."""
    written = quiz_markdown(quiz.drafts)
    losses += written.losses
    questions = []
    for draft in written.drafts:
        own = [loss for loss in losses if loss.item and loss.item == draft.title and loss not in told]
        question = _question(draft, own)
        if question is None:
            losses.append(left_out(draft.title, "It cannot be written in this house's format.", line=draft.line))
        else:
            told.update(own)
            questions.append(question)
    return StagedQuiz(quiz.title, tuple(_settings(quiz)), tuple(questions))


def _settings(quiz: BroughtQuiz) -> Iterable[tuple[str, str]]:
    if quiz.pass_percent is not None:
        yield "pass", str(quiz.pass_percent)
    if quiz.attempts is not None:
        yield "attempts", str(quiz.attempts)
    if quiz.minutes_allowed is not None:
        yield "minutes-allowed", str(quiz.minutes_allowed)
    if quiz.draws:
        yield "draw", ", ".join(f"{count} from {pool}" for count, pool in quiz.draws)
    if quiz.shuffle is not None:
        yield "shuffle", "yes" if quiz.shuffle else "no"


def _question(draft: Draft, losses: Iterable[Loss]) -> StagedQuestion | None:
    markdown = question_markdown(draft)
    activity = compile_file("q/01-q.md", _HEAD + markdown).activity
    if not isinstance(activity, Quiz) or len(activity.questions) != 1:
        return None
    notes = tuple(map(_note, losses))
    return StagedQuestion(draft.id, draft.title, markdown, to_plain(activity.questions[0]), draft.category, notes)


def _file(file: BroughtFile) -> StagedFile:
    compiled = compile_file(f"q/{file.name}", file.text)
    problems = [each for each in compiled.problems if each.severity is Severity.ERROR]
    return StagedFile(
        name=file.name,
        title=file.title,
        kind="course" if file.name == "course.md" else compiled.kind.value,
        text=file.text,
        source=file.source,
        notes=tuple(map(_note, file.losses)),
        problems=tuple((each.line, each.what, each.cure) for each in problems),
    )


def _note(loss: Loss) -> Note:
    return Note(loss.item, loss.what, loss.fate.value, loss.place, loss.line)


def _broken(problem: Problem) -> Note:
    return Note(problem.file, f"{problem.what} {problem.cure}", "broken", "", problem.line)
