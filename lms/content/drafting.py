"""A course as it would be with one file's text changed: what the studio shows before anything is saved.

Spans the disk and one warm compiler, like `publishing`; nothing is stored.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lms.content import publishing
from lms.content.course import USUAL_RENEWAL, Activity, Condition, ConditionKind, Course
from lms.content.publishing import Source
from lms.content.reading.checking import Surroundings, check_course, targets_of
from lms.content.reading.compiled import Compiled
from lms.content.reading.files import Folder, order_of, traces
from lms.content.reading.linking import Target
from lms.content.reading.pool import compile_files
from lms.content.reading.process import CompilerProcess
from lms.content.reading.wire import from_line
from lms.markup import ID_PREFIX
from lms.problem import Problem, Severity

# A compiler that nobody asks is let go; the next one to write waits for its start, once.
_IDLE_SECONDS = 300.0


@dataclass(frozen=True)
class Names:
    """What of the course a text may point to: titles and kinds of files, ids in each, what lies in `media`."""

    files: Mapping[str, str]
    kinds: Mapping[str, str]
    anchors: Mapping[str, tuple[str, ...]]
    media: tuple[str, ...]


@dataclass(frozen=True)
class Look:
    """One file as it would be: `activity` is None for course.md, and where it cannot be made.

    `course` stands around it with every activity that can be made. `questions` are the file's by line and id,
    `taken` the ids of the others' questions.
    """

    course: Course
    activity: Activity | None
    is_front: bool
    problems: tuple[Problem, ...]
    course_problems: tuple[Problem, ...]
    names: Names
    questions: tuple[tuple[int, str], ...]
    taken: frozenset[str]

    @property
    def errors_elsewhere(self) -> int:
        """Return how many errors other files of the course have."""
        return sum(each.severity is Severity.ERROR for each in set(self.course_problems) - set(self.problems))


@dataclass
class Workshop:
    """One process's place to try texts in: the courses as they lie on the disk, and one warm compiler."""

    courses: Path
    cache: Path | None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _compiler: CompilerProcess = field(default_factory=CompilerProcess)
    _idle: threading.Timer | None = None
    _made: dict[str, tuple[str, Compiled]] = field(default_factory=dict)
    _seen: object = None
    _source: Source | None = None

    def source(self) -> Source:
        """Return the courses as they lie on the disk; read again only when a file has changed."""
        seen = traces(self.courses)
        source = self._source
        if source is None or seen != self._seen:
            source = publishing.read_courses(self.courses)
            self._seen, self._source = seen, source
        return source

    def look(
        self, source: Source, slug: str, name: str, text: str, variables: frozenset[str], *, is_quick: bool = False
    ) -> Look:
        """Return the file with this text in the midst of its course. Raises CompilerGoneError.

        A quick look follows only the links of this file: those of the others wait for one that is not.
        """
        known = source.folders.get(slug) or Folder(slug)
        folder = Folder(slug, known.texts | {name: text}, known.media, list(known.problems))
        folder.texts = dict(sorted(folder.texts.items(), key=lambda item: order_of(item[0])))
        file = f"{slug}/{name}"
        compiled = self._compiled(slug, folder.texts, file)
        if is_quick:
            for other, made in compiled.items():
                made.has_links = made.has_links and other == file
        targets: dict[str, Target] = {}
        folders = source.folders | {slug: folder}
        for other, each in folders.items():
            targets |= targets_of(other, each.texts, compiled)
        surroundings = Surroundings(source.behaviours, variables, targets, frozenset(folders), source.anchors)
        files = [compiled[f"{slug}/{each}"] for each in folder.texts]
        checked = check_course(folder, files, surroundings)
        this = compiled[file]
        return Look(
            course=_around(slug, files),
            activity=this.activity,
            is_front=name == "course.md",
            problems=tuple(problem for problem in checked.problems if problem.file == file),
            course_problems=checked.problems,
            names=Names(
                files={each: _title(made) for each, made in zip(folder.texts, files, strict=True)},
                kinds={each: made.kind.value for each, made in zip(folder.texts, files, strict=True)},
                anchors={each: _anchors(made) for each, made in zip(folder.texts, files, strict=True)},
                media=tuple(sorted(folder.media)),
            ),
            questions=tuple((named.line, named.id) for named in this.named if named.what == "question"),
            taken=frozenset(
                named.id for made in files if made is not this for named in made.named if named.what == "question"
            ),
        )

    def _compiled(self, slug: str, texts: Mapping[str, str], typed: str) -> dict[str, Compiled]:
        """Return the course's files compiled: the typed one by the warm compiler, the others as they were kept."""
        files = {f"{slug}/{name}": text for name, text in texts.items()}
        found = {file: made for file, text in files.items() if (made := self._kept(file, text))}
        new = {file: text for file, text in files.items() if file != typed and file not in found}
        found |= compile_files(new.items(), self.cache) if new else {}
        if typed not in found:
            found[typed] = self._asked(typed, files[typed])
        for file, made in found.items():
            self._made[file] = (files[file], made)
        # Checking writes complaints and addresses into what it gets; what is kept stays as it was made.
        return {file: replace(found[file], problems=list(found[file].problems)) for file in files}

    def _kept(self, file: str, text: str) -> Compiled | None:
        kept = self._made.get(file)
        return kept[1] if kept and kept[0] == text else None

    def _asked(self, file: str, text: str) -> Compiled:
        with self._lock:
            if self._idle is not None:
                self._idle.cancel()
            try:
                return from_line(self._compiler.answer(file, text))
            finally:
                self._idle = threading.Timer(_IDLE_SECONDS, self.rest)
                self._idle.daemon = True
                self._idle.start()

    def rest(self) -> None:
        """Let the compiler go until somebody writes again."""
        with self._lock:
            if self._idle is not None:
                self._idle.cancel()
            self._compiler.end()


def _title(compiled: Compiled) -> str:
    if compiled.course is not None:
        return compiled.course.title
    return compiled.activity.title if compiled.activity else ""


def _anchors(compiled: Compiled) -> tuple[str, ...]:
    """Return the ids to link to, as authors write them; a scenario's moments and a quiz's questions too."""
    found = [anchor.removeprefix(ID_PREFIX) for anchor in compiled.anchors]
    found += [named.id for named in compiled.named if named.what != "activity"]
    return tuple(dict.fromkeys(found))


def _around(slug: str, files: list[Compiled]) -> Course:
    """Return the course with every activity that can be made, whatever is wrong with the others."""
    front = next((each for each in files if each.course), None)
    keys = front.course if front else None
    return Course(
        slug=slug,
        release_id=0,
        number=0,
        hash="",
        title=keys.title if keys else slug,
        summary=keys.summary if keys else "",
        language=keys.language if keys else "en",
        audience=keys.audience if keys else "",
        front_html=front.front_html if front else "",
        conditions=keys.conditions if keys else (Condition(ConditionKind.ALL_LESSONS),),
        valid_for_months=keys.valid_for_months if keys else None,
        cpd_hours=keys.cpd_hours if keys else None,
        requires=keys.requires if keys else (),
        renewal=keys.renewal if keys else USUAL_RENEWAL,
        early_check=keys.early_check if keys else None,
        activities=tuple(each.activity for each in files if each.activity),
    )
