"""Each problem an author can meet: its code, file, line and column, from the smallest course that has it."""

import base64
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.content.asking import AskKind, Statement
from lms.content.course import Checklist, Lesson, Policy, Quiz, Survey
from lms.content.reading.compiling import compile_file
from lms.content.reading.keys import Kind
from lms.content.reading.wire import from_line, to_line
from lms.content.storing import activity_from_plain, activity_to_plain, conditions_from_plain, conditions_to_plain
from lms.problem import Severity
from tests.support.folders import COURSE, LESSON, QUIZ, checked, write_course
from tests.test_markup import HOSTILE

PIXEL = base64.b64decode("R0lGODlhAQABAAAAACw=")
BEHAVIOURS = "# Behaviours\n\n## Acknowledge first {#ack}\n\nSays it.\n"


def lesson(body: str, front: str = "") -> str:
    return f"---\ntitle: Wings\n{front}---\n{body}\n"


def quiz(body: str, front: str = "") -> str:
    return f"---\ntitle: Check\nkind: quiz\n{front}---\n{body}\n"


def survey(body: str, front: str = "", kind: str = "survey") -> str:
    return f"---\ntitle: Asked\nkind: {kind}\n{front}---\n{body}\n"


def course(front: str) -> str:
    return f"---\ntitle: Bees\n{front}---\n"


A, C, Q, M = "01-wings.md", "course.md", "02-check.md", "media/bee.gif"
CHOICE = "\n\nHow many?\n\n- [x] Four\n    > Yes.\n- [ ] Two\n    > No.\n"

CALL = """---
title: Call
kind: scenario
seat: agent
channel: phone
start: heat 3, trust 1, effort 4
---

Somebody rings.

## She wants your manager {#open}

> **Caller:** Your manager, please.

- [I have it now.](#end) {heat=-1 trust=+1 shows="ack"}
    > Warm.
- [Wait.](#end) {heat=+1 .critical}
    > Cold.


## She thanks you {#end .ending outcome=solved}

She does.
"""

# Each case: the code, the files that have it, file with line and column, the severity.
CASES = [
    ("no-front-matter", {A: "Hello"}, (A, 1, 1), "error"),
    ("unclosed-front-matter", {A: "---\ntitle: A\n"}, (A, 1, 1), "error"),
    ("bad-line", {A: lesson("x", "  minutes\n")}, (A, 3, 3), "error"),
    ("key-twice", {A: lesson("x", "title: B\n")}, (A, 3, 1), "error"),
    ("unknown-key", {A: lesson("x", "minuts: 3\n")}, (A, 3, 1), "error"),
    ("unknown-key", {A: lesson("x", "pass: 80\n")}, (A, 3, 1), "error"),
    ("unknown-key", {C: course("kind: quiz\n")}, (C, 3, 1), "error"),
    ("no-title", {A: "---\nminutes: 3\n---\nx"}, (A, 1, 1), "error"),
    ("bad-value", {A: lesson("x", "minutes: soon\n")}, (A, 3, 10), "error"),
    ("bad-value", {A: lesson("x", "kind: quizz\n")}, (A, 3, 7), "error"),
    ("bad-value", {Q: quiz("## A" + CHOICE, "shuffle: maybe\n")}, (Q, 4, 10), "error"),
    ("bad-value", {Q: quiz("## A" + CHOICE, "attempts: many\n")}, (Q, 4, 11), "error"),
    ("bad-value", {Q: quiz("## A" + CHOICE, "review: always\n")}, (Q, 4, 9), "error"),
    ("bad-value", {C: course("language: english\n")}, (C, 3, 11), "error"),
    ("bad-value", {C: course("valid-for: long\n")}, (C, 3, 12), "error"),
    ("bad-value", {C: course("cpd-hours: half\n")}, (C, 3, 12), "error"),
    ("nothing-to-renew", {C: course("renew: 30 days\n")}, (C, 3, 8), "error"),
    ("bad-renewal", {C: course("valid-for: 2 years\nrenew: in spring\n")}, (C, 4, 8), "error"),
    ("bad-renewal", {C: course("valid-for: 2 years\nrenew: 1 March to 31 April\n")}, (C, 4, 8), "error"),
    ("bad-renewal", {C: course("valid-for: 2 years\nrenew-with:\n")}, (C, 4, 12), "error"),
    ("unknown-activity", {C: course("valid-for: 2 years\nrenew-with: scenario none\n")}, (C, 4, 13), "error"),
    ("bad-test-out", {C: course("test-out: quiz\n")}, (C, 3, 11), "error"),
    ("unknown-activity", {C: course("test-out: quiz none 90\n")}, (C, 3, 11), "error"),
    ("bad-id", {A: lesson("x", "id: My Lesson\n")}, (A, 3, 5), "error"),
    ("open-with-list", {Q: survey("## Us {#us .open}\n\n- Say.")}, (Q, 7, 1), "error"),
    ("no-own-word", {Q: CALL}, (Q, 8, 1), "note"),
    ("hard-to-read",
     {Q: CALL.replace("Somebody rings.", "Considerable organisational responsibility accumulates. " * 30)},
     (Q, 8, 1), "warning"),
    ("no-value", {Q: CALL.replace("seat: agent\n", "")}, (Q, 1, 1), "error"),
    ("bad-value", {Q: CALL.replace("phone", "fax")}, (Q, 5, 10), "error"),
    ("bad-start", {Q: CALL.replace("heat 3, ", "")}, (Q, 6, 8), "error"),
    ("bad-start", {Q: CALL.replace("heat 3", "heat 6")}, (Q, 6, 8), "error"),
    ("no-moments", {Q: CALL[: CALL.index("##")]}, (Q, 1, 1), "error"),
    ("no-moment-id", {Q: CALL.replace(" {#open}", "")}, (Q, 11, 1), "error"),
    ("moment-id-twice", {Q: CALL.replace("{#end", "{#open")}, (Q, 21, 1), "error"),
    ("unknown-class", {Q: CALL.replace("{#open}", "{#open .moment}")}, (Q, 11, 1), "error"),
    ("unknown-attribute", {Q: CALL.replace("{#open}", "{#open heat=hot}")}, (Q, 11, 1), "error"),
    ("bad-outcome", {Q: CALL.replace("outcome=solved", "outcome=good")}, (Q, 21, 1), "error"),
    ("bad-choice", {Q: CALL.replace("- [Wait", "- Wait")}, (Q, 17, 3), "error"),
    ("bad-effect", {Q: CALL.replace("heat=+1", "heat=hot")}, (Q, 17, 18), "error"),
    ("bad-effect", {Q: CALL.replace("heat=+1", "mood=+1")}, (Q, 17, 18), "error"),
    ("bad-bound", {Q: CALL.replace("heat=+1", 'if="hot"')}, (Q, 17, 18), "error"),
    ("not-a-choice", {Q: CALL.replace("    > Cold.", "\nCold.")}, (Q, 19, 1), "error"),
    ("one-variant", {Q: CALL.replace("{#open}", "{#open .draw}")}, (Q, 11, 1), "error"),
    ("no-such-moment", {Q: CALL.replace("](#end) {heat=-1", "](#nowhere) {heat=-1")}, (Q, 15, 1), "error"),
    ("no-way-out", {Q: CALL.replace("](#end)", "](#open)")}, (Q, 11, 1), "error"),
    ("unreached", {Q: CALL + "\n## Never {#never .ending outcome=lost}\n\nX.\n"}, (Q, 25, 1), "warning"),
    ("unknown-behaviour",
     {Q: CALL.replace('"ack"', '"akc"'), "../behaviours.md": BEHAVIOURS},
     (Q, 15, 1), "error"),
    ("no-answers", {Q: survey("## How {#how}\n\nSay.")}, (Q, 5, 1), "error"),
    ("no-ends", {Q: survey("## How {#how .scale}\n\n- Fine. {#fine}")}, (Q, 5, 1), "error"),
    ("no-id", {Q: survey('## How {#how .scale low="no" high="yes"}\n\n- Fine.')}, (Q, 7, 1), "warning"),
    ("bad-value", {Q: survey("## How {#how .open}", "anonymous: maybe\n")}, (Q, 4, 12), "error"),
    ("statement-id-twice",
     {Q: survey('## How {#how .scale low="no" high="yes"}\n\n- Fine. {#fine}\n- Well. {#fine}')},
     (Q, 8, 1), "error"),
    ("no-behaviour", {Q: survey("## Ready", kind="checklist")}, (Q, 5, 1), "error"),
    ("bad-anchors",
     {Q: survey("## Ready {behaviour=ack}\n\n- 0: No.\n- 2: Yes.", kind="checklist")},
     (Q, 5, 1), "error"),
    ("no-owner", {A: lesson("x", "kind: policy\n")}, (A, 1, 1), "warning"),
    ("bad-value", {A: lesson("x", "kind: policy\nowner: Head\nreview-by: soon\n")}, (A, 5, 12), "error"),
    ("unknown-key", {A: lesson("x", "owner: Head\n")}, (A, 3, 1), "error"),
    ("all-of-the-above", {Q: quiz("## A" + CHOICE.replace("Two", "All of the above"))}, (Q, 5, 1), "warning"),
    ("hard-to-read",
     {A: lesson("Considerable organisational responsibility accumulates. " * 30)},
     (A, 4, 1), "warning"),
    ("bad-value", {Q: quiz("## A" + CHOICE, "opens-after: a week\n")}, (Q, 4, 14), "error"),
    ("bad-forms", {Q: quiz("## A" + CHOICE, "forms: A and B\n")}, (Q, 4, 8), "error"),
    ("bad-forms", {Q: quiz("## A" + CHOICE, "forms: A/A\n")}, (Q, 4, 8), "error"),
    ("forms-and-draw",
     {Q: quiz("## A {form=A}" + CHOICE + "\n## B {form=B}" + CHOICE, "forms: A/B\ndraw: 1 from b\n")},
     (Q, 4, 8), "error"),
    ("unknown-form",
     {Q: quiz("## A {form=C}" + CHOICE + "\n## B {form=B}" + CHOICE, "forms: A/B\n")},
     (Q, 6, 1), "error"),
    ("unknown-form", {Q: quiz("## A {form=A}" + CHOICE)}, (Q, 5, 1), "error"),
    ("empty-form", {Q: quiz("## A {form=A}" + CHOICE, "forms: A/B\n")}, (Q, 4, 8), "error"),
    ("uneven-forms",
     {Q: quiz(f"## A {{form=A}}{CHOICE}\n## B {{form=A}}{CHOICE}\n## C {{form=B}}{CHOICE}", "forms: A/B\n")},
     (Q, 4, 8), "warning"),
    ("never-drawn",
     {Q: quiz(f"## A {{form=A}}{CHOICE}\n## B {{form=B}}{CHOICE}\n## C{CHOICE}", "forms: A/B\n")},
     (Q, 24, 1), "warning"),
    ("bad-condition", {C: course("pass: all lesson\n")}, (C, 3, 7), "error"),
    ("bad-condition", {C: course("pass: all lessons, quiz 180\n")}, (C, 3, 20), "error"),
    ("bad-condition", {C: course("pass: all lessons, all lessons\n")}, (C, 3, 20), "error"),
    ("bad-condition", {C: course("pass:\n")}, (C, 3, 6), "error"),
    ("condition-without-scenario", {C: course("pass: all lessons, scenario 70\n")}, (C, 3, 7), "error"),
    ("bad-condition", {C: course("pass: all lessons, scenario 170\n")}, (C, 3, 20), "error"),
    ("bad-weight", {Q: CALL.replace("seat:", "weights: ack 3, own\nseat:")}, (Q, 4, 17), "error"),
    ("condition-not-yet", {C: course("pass: acknowledged refunds\n")}, (C, 3, 7), "error"),
    ("bad-condition", {C: course("pass: all lessons, observed\n")}, (C, 3, 20), "error"),
    ("unknown-behaviour",
     {C: course("pass: all lessons, observed ack levitate\n"), "../behaviours.md": BEHAVIOURS},
     (C, 3, 7), "error"),
    ("bad-weight", {Q: survey("## Ready {behaviour=ack weight=10}", kind="checklist")}, (Q, 5, 1), "error"),
    ("condition-without-quiz", {C: course("pass: quiz 80\n")}, (C, 3, 7), "error"),
    ("condition-without-quiz", {C: course("pass: all lessons, retained 80 after 7 days\n")}, (C, 3, 7), "error"),
    ("condition-without-quiz",
     {C: course("pass: all lessons, retained 80 after 7 days\n"),
      Q: quiz("## A" + CHOICE, "opens-after: 6 days\n")},
     (C, 3, 7), "error"),
    ("condition-without-quiz",
     {C: course("pass: quiz 80\n"), Q: quiz("## A" + CHOICE, "opens-after: 7 days\n")},
     (C, 3, 7), "error"),
    ("nothing-to-retain",
     {C: course("pass: retained 80 after 7 days\n"), Q: quiz("## A" + CHOICE, "opens-after: 7 days\n")},
     (C, 3, 7), "error"),
    ("bad-condition", {C: course("pass: all lessons, retained 80\n")}, (C, 3, 20), "error"),
    ("condition-without-lesson", {A: quiz("## A" + CHOICE)}, (C, 4, 7), "error"),
    ("unknown-course", {C: course("requires: wasps\n")}, (C, 3, 11), "error"),
    ("no-course-file", {C: b"\xff"}, (C, 1, 1), "error"),
    ("not-utf-8", {A: b"---\ntitle: \xe4\n---\n"}, (A, 2, 8), "error"),
    ("too-large", {A: lesson("x" * 210_000)}, (A, 1, 1), "error"),
    ("not-numbered", {"notes.md": "x"}, ("notes.md", 1, 1), "warning"),
    ("media-type", {"media/tool.exe": b"x"}, ("media/tool.exe", 1, 1), "error"),
    ("empty-lesson", {A: lesson("")}, (A, 4, 1), "error"),
    ("long-lesson", {A: lesson("word " * 700)}, (A, 4, 1), "warning"),
    ("empty-quiz", {Q: quiz("Soon.")}, (Q, 5, 1), "error"),
    ("bad-draw", {Q: quiz("## A" + CHOICE, "draw: 3 of bank\n")}, (Q, 4, 7), "error"),
    ("bad-draw", {Q: quiz("## A {pool=b}" + CHOICE, "draw: 1 from b, 1 from b\n")}, (Q, 4, 17), "error"),
    ("unknown-pool", {Q: quiz("## A {pool=bank}" + CHOICE, "draw: 1 from bnak\n")}, (Q, 4, 7), "error"),
    ("pool-too-small",
     {Q: quiz(f"## A {{form=A}}{CHOICE}\n## B {{form=B}}{CHOICE}\n## C {{pool=end}}{CHOICE}", "forms: A/B\n"),
      "03-end.md": quiz("", "draw: 2 from end\n")},
     ("03-end.md", 4, 7), "error"),
    ("pool-too-small", {Q: quiz("## A {pool=bank}" + CHOICE, "draw: 2 from bank\n")}, (Q, 4, 14), "error"),
    ("never-drawn",
     {Q: quiz(f"## A {{pool=b}}{CHOICE}\n## B{CHOICE}", "draw: 1 from b\n")},
     (Q, 15, 1), "warning"),
    ("question-id-twice", {Q: quiz(f"## A {{#a}}{CHOICE}\n## B {{#a}}{CHOICE}")}, (Q, 14, 1), "error"),
    ("question-id-twice",
     {A: lesson("## A {.question #a}" + CHOICE), Q: quiz("## B {#a}" + CHOICE)},
     (A, 4, 1), "error"),
    ("activity-id-twice", {Q: lesson("x", "id: wings\n")}, (Q, 3, 1), "error"),
    ("no-feedback", {Q: quiz("## A\n\nHow?\n\n- [x] a\n- [ ] b\n    > no\n")}, (Q, 9, 7), "warning"),
    ("key-stands-out",
     {Q: quiz(f"## A\n\nHow?\n\n- [x] {'long ' * 12}\n  > y\n- [ ] short\n  > n\n")},
     (Q, 5, 1), "warning"),
    ("bad-attribute", {A: lesson("## One {moment}\n\nx")}, (A, 4, 9), "error"),
    ("unclosed-attributes", {A: lesson("## One {.moment\n\nx")}, (A, 4, 8), "error"),
    ("unknown-class", {A: lesson("## One {.momnet}\n\nx")}, (A, 4, 9), "warning"),
    ("unknown-attribute", {A: lesson("## One {x=1}\n\nx")}, (A, 4, 9), "warning"),
    ("heading-level", {A: lesson("# One\n\nx")}, (A, 4, 1), "warning"),
    ("stray-answers", {A: lesson("## One\n\n- [ ] a\n- [x] b\n")}, (A, 6, 1), "warning"),
    ("unclosed-code", {A: lesson("```\ncode\n")}, (A, 4, 1), "warning"),
    ("raw-html", {A: lesson("a <script>alert(1)</script>")}, (A, 4, 3), "warning"),
    ("raw-html", {A: lesson("x\n\n<div onclick=a>b</div>")}, (A, 6, 1), "warning"),
    ("tangled", {A: lesson("x\n\n" + "[" * 16_000)}, (A, 6, 1), "error"),
    ("tangled", {A: lesson("ok " + "![" * 8_000)}, (A, 4, 4), "error"),
    ("tangled", {A: lesson("[a](" * 4_000)}, (A, 4, 1), "error"),
    ("tangled", {A: lesson("<![CDATA[" * 1_800)}, (A, 4, 1), "error"),
    ("tangled", {A: lesson("[ a\n" * 60)}, (A, 54, 1), "error"),
    ("too-deep", {A: lesson("> " * 20 + "x")}, (A, 4, 1), "error"),
    ("too-deep", {A: lesson("".join(" " * 2 * n + "- x\n" for n in range(14)))}, (A, 16, 1), "error"),
    ("not-rendered", {A: lesson("## One {.rule}\n\n/// note | Look\n\n## Two {.rule}\n\nx")}, (A, 6, 1), "error"),
    ("broken-link", {A: lesson("See [b](02-two.md).")}, (A, 4, 9), "error"),
    ("broken-link", {A: lesson("![A bee](media/bee.png)")}, (A, 4, 10), "error"),
    ("broken-anchor", {A: lesson("See [b](#there).\n\n## Here")}, (A, 4, 9), "error"),
    ("broken-anchor", {A: lesson("x\n\nSee [b](01-wings.md#there).")}, (A, 6, 9), "error"),
    ("media-elsewhere", {A: lesson("![A](https://example.org/a.png)")}, (A, 4, 6), "error"),
    ("no-alt", {A: lesson("![](media/bee.gif)"), M: PIXEL}, (A, 4, 5), "warning"),
    ("no-captions", {A: lesson("[Call](media/call.mp3)"), "media/call.mp3": b"x"}, (A, 4, 8), "warning"),
    ("unknown-behaviour",
     {A: lesson("x", "behaviours: ack, akc\n"), "../behaviours.md": BEHAVIOURS},
     (A, 3, 18), "error"),
    (
        "unknown-behaviour",
        {Q: quiz("## A {behaviour=ak}" + CHOICE), "../behaviours.md": BEHAVIOURS},
        (Q, 5, 17),
        "error",
    ),
    ("no-behaviours-file", {A: lesson("x", "behaviours: ack\n")}, (A, 3, 13), "warning"),
    ("unset-variable", {A: lesson("Up to {{ org.limit }}.")}, (A, 4, 7), "warning"),
    ("variable-in-heading", {A: lesson("## Up to {{ org.limit }}\n\nx")}, (A, 4, 10), "error"),
    ("variable-in-heading", {C: course("summary: By {{ org.name }}\n")}, (C, 3, 13), "error"),
    ("empty-course", {A: "---\ntitle: A\nkind: survey\n---\n"}, (C, 1, 1), "error"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "files", "place", "severity"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_problem_names_its_place(
    tmp_path: Path, code: str, files: dict[str, str | bytes], place: tuple[str, int, int], severity: str
) -> None:
    write_course(tmp_path, files)
    found = checked(tmp_path, variables=frozenset())
    file, line, column = place
    same = [problem for problem in found.problems if problem.code == code]
    assert (f"bees/{file}", line, column) in [(problem.file, problem.line, problem.column) for problem in same], (
        found
    )
    assert {problem.severity.value for problem in same} == {severity}
    assert all(problem.what.endswith((".", "?")) and problem.cure.endswith((".", "?")) for problem in same)
    assert (found.course is None) is (severity == "error")


def test_a_check_takes_what_the_other_quizzes_keep_for_it(tmp_path: Path) -> None:
    letter = "## {0} one {{form=A}}{1}\n## {0} two {{form=B}}{1}\n## {0} kept {{#{0}-kept pool=end}}{1}"
    files: dict[str, str | bytes] = {
        f"0{number}-{name}.md": quiz(letter.format(name, CHOICE), "forms: A/B\n")
        for number, name in enumerate(("ants", "bugs"), 2)
    }
    end = quiz("Two at the end.", "draw: 2 from end\nopens-after: 7 days\n")
    write_course(tmp_path, files | {"04-end.md": end, C: course("pass: all lessons, retained 80 after 7 days\n")})
    found = checked(tmp_path, variables=frozenset())
    assert found.problems == () and found.course is not None
    last = found.course.activities[-1]
    assert isinstance(last, Quiz) and last.opens_after_days == 7
    assert [(question.id, question.home) for question in last.questions] == [
        ("ants-kept", "ants"), ("bugs-kept", "bugs")
    ]  # fmt: skip
    assert [(condition.mark, condition.days) for condition in found.course.keys.conditions] == [
        (None, None),
        (0.8, 7),
    ]
    first = found.course.activities[1]
    assert isinstance(first, Quiz) and (first.forms, first.question_count) == (("A", "B"), 1)
    for activity in (first, last):
        assert activity_from_plain(activity_to_plain(activity)) == activity
    conditions = found.course.keys.conditions
    assert conditions_from_plain(conditions_to_plain(conditions)) == conditions


def test_the_good_course_has_nothing_wrong(tmp_path: Path) -> None:
    write_course(tmp_path, {Q: QUIZ})
    found = checked(tmp_path, variables=frozenset())
    assert found.problems == ()
    assert found.course is not None
    assert [activity.id for activity in found.course.activities] == ["wings", "check"]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = write_course(tmp_path / "courses", {})
    (tmp_path / "secret.txt").write_text("key")
    (folder / "media").mkdir()
    (folder / "media" / "a.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "03-a.md").symlink_to(tmp_path / "secret.txt")
    found = checked(tmp_path / "courses")
    assert {(problem.file, problem.code) for problem in found.problems} == {
        ("bees/media/a.txt", "outside"),
        ("bees/03-a.md", "outside"),
    }


def test_a_duplicate_names_both_places(tmp_path: Path) -> None:
    write_course(tmp_path, {A: lesson("## A {.question #a}" + CHOICE), Q: quiz("## B {#a}" + CHOICE)})
    said = [problem.what for problem in checked(tmp_path).problems if problem.code == "question-id-twice"]
    assert any("bees/02-check.md, line 5" in what for what in said)
    assert any("bees/01-wings.md, line 4" in what for what in said)


def test_the_cure_knows_what_was_meant(tmp_path: Path) -> None:
    write_course(
        tmp_path, {A: lesson("## Herre {#here}\n\n[a](#heer) [b](media/beee.gif)", "minuts: 3\n"), M: PIXEL}
    )
    cures = {problem.code: problem.cure for problem in checked(tmp_path).problems}
    assert cures["unknown-key"] == "Did you mean “minutes”?"
    assert cures["broken-anchor"] == "Did you mean #here?"
    assert cures["broken-link"] == "Did you mean media/bee.gif?"


def test_surveys_and_checklists_are_activities_and_behaviours_lend_their_anchors(tmp_path: Path) -> None:
    statements = survey('## Us {#us .scale low="no" high="yes"}\n\n- We laugh. {#laugh}\n    > Laugh first.')
    criterion = survey(
        "## Ready {#ready behaviour=ack}\n\nWas it?\n\n- 0: No.\n- 1: *Partly*.\n- 2: Yes.\n\n"
        "## First {#first behaviour=ack}\n\nSaid {{ org.name }}?\n\n## Notes {.trainer}\n\nQuiet.",
        kind="checklist",
    )
    anchors = BEHAVIOURS + "\n- 0: Process.\n- 1: The problem.\n- 2: Both *first*.\n"
    write_course(
        tmp_path,
        {Q: CALL, "03-us.md": statements, "04-seen.md": criterion, "../behaviours.md": anchors},
    )
    found = checked(tmp_path)
    assert not [problem for problem in found.problems if problem.severity is Severity.ERROR]
    assert [(each.kind.value, each.measured.choices, each.measured.statements) for each in found.files] == [
        ("lesson", 0, 0), ("scenario", 2, 0), ("survey", 0, 1), ("checklist", 0, 2)
    ]  # fmt: skip
    assert found.course is not None
    *_, us, seen = found.course.activities
    assert isinstance(us, Survey) and isinstance(seen, Checklist)
    part = us.parts[0]
    assert (part.id, part.kind, part.low, part.high, us.is_anonymous) == ("us", AskKind.SCALE, "no", "yes", False)
    assert part.statements == (Statement("laugh", "We laugh.", "<p>Laugh first.</p>"),)
    ready, first = seen.criteria
    assert ready.html == "<p>Was it?</p>" and ready.anchors_html == ("No.", "<em>Partly</em>.", "Yes.")
    assert first.anchors_html == ("Process.", "The problem.", "Both <em>first</em>.")
    assert "Quiet." in seen.trainer_html and "Quiet." not in repr(seen.criteria)


def test_a_policy_is_read_like_a_lesson_and_says_who_answers_for_it(tmp_path: Path) -> None:
    text = lesson("## Why\n\nSo that.", "kind: policy\nowner: Head of Service\nreview-by: 2027-05-31\n")
    write_course(tmp_path, {A: text})
    found = checked(tmp_path)
    assert found.problems == () and found.course is not None
    (policy,) = found.course.activities
    assert isinstance(policy, Lesson) and policy.policy == Policy("Head of Service", date(2027, 5, 31))
    assert activity_from_plain(activity_to_plain(policy)) == policy


@given(front=HOSTILE, body=HOSTILE, kind=st.sampled_from(["course", *Kind]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_makes_the_compiler_fall(front: str, body: str, kind: str) -> None:
    name = "bees/course.md" if kind == "course" else "bees/01-a.md"
    for text in (f"---\ntitle: A\nkind: {kind}\n{front}\n---\n{body}", front + body):
        compiled = compile_file(name, text)
        assert from_line(to_line(compiled)) == compiled
        lines = len(text.replace("\r", "\n").split("\n")) + 1
        assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in compiled.problems)


def test_every_severity_is_used() -> None:
    assert {case[3] for case in CASES} == {severity.value for severity in Severity}
    assert COURSE and LESSON


def test_media_too_large_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lms.content.reading import files

    monkeypatch.setattr(files, "MAX_MEDIA_BYTES", 3)
    write_course(tmp_path, {"media/a.txt": b"four"})
    assert [(problem.file, problem.code) for problem in checked(tmp_path).problems] == [
        ("bees/media/a.txt", "too-large")
    ]
