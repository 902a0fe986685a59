"""Scenarios written at random: whole ones, and ones with a single fault at a line known beforehand."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.support.pages_written import Page

Change = Callable[["Draft"], None]


@dataclass
class Line:
    """One choice; `tail` stands after its words, `codes` are what its line is to be given."""

    words: str
    goal: str
    tail: str
    feedback: bool = True
    codes: tuple[str, ...] = ()


@dataclass
class Part:
    """One moment as it will be written; an ending has no choices."""

    key: str
    braces: str = ""
    text: tuple[str, ...] = ("> **Caller:** Again!",)
    choices: list[Line] = field(default_factory=list)
    variants: list["Part"] = field(default_factory=list)
    codes: tuple[str, ...] = ()
    after: tuple[tuple[str, str], ...] = ()


@dataclass
class Draft:
    """A scenario before it is written: its moments, its front matter, and what the front is to be given."""

    parts: list[Part]
    start: str = "heat 3, trust 1, effort 2"
    seat: str = "agent"
    front_codes: dict[str, str] = field(default_factory=dict)

    @property
    def first(self) -> Part:
        """Return the moment it begins with."""
        return self.parts[0]

    @property
    def middle(self) -> Part:
        """Return a moment after the first."""
        return self.parts[1]


def scenario(page: Page, change: Change | None = None, moments: int = 0) -> None:
    """Write a scenario of some moments, changed by what makes it faulty."""
    draft = _whole(page, moments or page.chance.randint(4, 6))
    if change:
        change(draft)
    _write(page, draft)


def _whole(page: Page, count: int) -> Draft:
    parts: list[Part] = []
    for number in range(count):
        goal = f"m{number + 1}" if number + 1 < count else "warm"
        good = Line("I have it now.", goal, '{heat=-1 trust=+1 shows="ack own"}')
        poor = Line(f"Well then, {page.words(5)}.", goal if number + 1 < count else "gone", "{heat=+1 misses=ack}")
        # Neither always first nor always the longest.
        choices = [good, poor] if number % 2 else [poor, good]
        if page.chance.random() < 0.3:
            choices.append(Line(f"So: {page.words(5)}.", goal, "{trust=-1}"))
        parts.append(Part(f"m{number}", choices=choices))
    if page.chance.random() < 0.3:
        turn = parts[1]
        turn.variants = [
            Part("v1", choices=turn.choices),
            Part("v2", choices=[replace(each) for each in turn.choices]),
        ]
        turn.braces, turn.choices = " .draw", []
    if page.chance.random() < 0.3:
        parts[2].choices[0].tail = parts[2].choices[0].tail.replace("}", ' if="heat<=5"}')
    parts += [Part("warm", " .ending outcome=solved"), Part("gone", " .ending outcome=lost")]
    return Draft(parts)


def _write(page: Page, draft: Draft) -> None:
    page.put("---", f"title: {page.words(4)}", "kind: scenario")
    for key, value in (("seat", draft.seat), ("channel", "phone"), ("start", draft.start)):
        if value:
            code = draft.front_codes.get(key)
            page.wrong(code, f"{key}: {value}") if code else page.put(f"{key}: {value}")
    page.put("---", "", page.words(20) + ".", "")
    page.faults += [(1, code) for key, code in draft.front_codes.items() if key.startswith("no-")]
    for part in draft.parts:
        _write_part(page, part, "##")
    page.put("## The customer’s card {.customer-card}", "", page.words() + ".", "")


def _write_part(page: Page, part: Part, marks: str) -> None:
    page.faults += [(page.next_line, code) for code in part.codes]
    page.put(f"{marks} {page.words(4)} {{{f'#{part.key}' if part.key else ''}{part.braces}}}", "", *part.text, "")
    for choice in part.choices:
        page.faults += [(page.next_line, code) for code in choice.codes]
        page.put(f"- [{choice.words}](#{choice.goal}) {choice.tail}")
        if choice.feedback:
            page.put(f"    > {page.words()}.")
    for code, line in part.after:
        page.wrong(code, line)
    page.put("")
    for variant in part.variants:
        _write_part(page, variant, "###")


def _spoken(draft: Draft) -> Part:
    """Return a moment after the first that has choices of its own."""
    return draft.middle.variants[0] if draft.middle.variants else draft.middle


def _no_such_moment(draft: Draft) -> None:
    choice = draft.first.choices[0]
    choice.goal, choice.codes = "nowhere", ("no-such-moment",)


def _bad_effect(draft: Draft) -> None:
    choice = _spoken(draft).choices[0]
    choice.tail, choice.codes = "{mood=+1}", ("bad-effect",)


def _bad_bound(draft: Draft) -> None:
    choice = _spoken(draft).choices[0]
    choice.tail, choice.codes = '{if="hot"}', ("bad-bound",)


def _not_a_choice(draft: Draft) -> None:
    _spoken(draft).after = (("not-a-choice", "Stray words."),)


def _bad_choice(draft: Draft) -> None:
    _spoken(draft).after = (("bad-choice", "- No link at all"),)


def _no_id(draft: Draft) -> None:
    draft.parts.insert(1, Part("", " .ending outcome=safe", codes=("no-moment-id",)))


def _twice(draft: Draft) -> None:
    draft.parts.append(Part("warm", " .ending outcome=tired", codes=("moment-id-twice",)))


def _unknown_class(draft: Draft) -> None:
    draft.first.braces, draft.first.codes = " .moment", ("unknown-class",)


def _unknown_attribute(draft: Draft) -> None:
    draft.first.braces, draft.first.codes = " mood=1", ("unknown-attribute",)


def _bad_outcome(draft: Draft) -> None:
    draft.parts[-1].braces, draft.parts[-1].codes = " .ending outcome=bad", ("bad-outcome",)


def _one_variant(draft: Draft) -> None:
    draft.parts.insert(
        1, Part("alone", " .draw", variants=[Part("only", choices=_two("warm"))], codes=("one-variant",))
    )


def _unreached(draft: Draft) -> None:
    draft.parts.append(Part("never", " .ending outcome=tired", codes=("unreached",)))


def _no_way_out(draft: Draft) -> None:
    draft.first.choices.append(Line("One more.", "trap", "{heat=+1}"))
    draft.parts.append(Part("trap", choices=_two("trap"), codes=("no-way-out",)))


def _no_choices(draft: Draft) -> None:
    draft.first.choices.append(Line("One more.", "pit", "{heat=+1}"))
    draft.parts.append(Part("pit", codes=("no-choices", "no-way-out")))


def _ending_with_choices(draft: Draft) -> None:
    draft.parts[-1].choices, draft.parts[-1].codes = _two("warm"), ("ending-with-choices",)


def _idle_loop(draft: Draft) -> None:
    part = _spoken(draft)
    part.choices.append(Line("Again?", part.key, "{shows=explore}"))
    part.codes = ("idle-loop",)


def _never_shown(draft: Draft) -> None:
    _spoken(draft).choices.append(Line("Late.", "warm", '{heat=-1 if="clock>=9"}', codes=("never-shown",)))


def _no_feedback(draft: Draft) -> None:
    choice = _spoken(draft).choices[0]
    choice.feedback, choice.codes = False, ("no-feedback",)


def _long_choice(draft: Draft) -> None:
    choice = next(each for each in _spoken(draft).choices if "misses" in each.tail)
    choice.words, choice.codes = "word " * 30, ("long-choice",)


def _long_moment(draft: Draft) -> None:
    part = _spoken(draft)
    part.text, part.codes = ("word " * 130,), ("long-moment",)


def _no_behaviour(draft: Draft) -> None:
    part = draft.parts[2]
    for choice in part.choices:
        choice.tail = "{heat=+1}" if "heat=+1" in choice.tail else "{heat=-1 trust=+1}"
    part.codes = ("no-behaviour",)


def _one_choice(draft: Draft) -> None:
    part = draft.parts[2]
    part.choices = [next(each for each in part.choices if "shows" in each.tail)]
    part.codes = ("number-of-choices",)


def _no_recovery(draft: Draft) -> None:
    for choice in draft.first.choices:
        if "shows" not in choice.tail:
            choice.goal = "gone"
    draft.first.codes = ("no-recovery",)


def _bad_start(draft: Draft) -> None:
    draft.start, draft.front_codes = "heat 9", {"start": "bad-start"}


def _no_seat(draft: Draft) -> None:
    draft.seat, draft.front_codes = "", {"no-seat": "no-value"}


def _bad_seat(draft: Draft) -> None:
    draft.seat, draft.front_codes = "driver", {"seat": "bad-value"}


def _akc(draft: Draft) -> None:
    choice = _spoken(draft).choices[0]
    choice.tail, choice.codes = choice.tail.replace("ack", "akc"), ("unknown-behaviour",)


def _two(goal: str) -> list[Line]:
    return [Line("I see.", goal, "{heat=-1 shows=ack}"), Line("Well, no, not that.", goal, "{heat=+1}")]


FAULTS: tuple[Change, ...] = (
    _no_such_moment, _bad_effect, _bad_bound, _not_a_choice, _bad_choice, _no_id, _twice, _unknown_class,
    _unknown_attribute, _bad_outcome, _one_variant, _unreached, _no_way_out, _no_choices, _ending_with_choices,
    _idle_loop, _never_shown, _no_feedback, _long_choice, _long_moment, _no_behaviour, _one_choice, _no_recovery,
    _bad_start, _no_seat, _bad_seat, _akc,
)  # fmt: skip


def long_way(page: Page) -> None:
    """Write a scenario of more decisions than anybody keeps in mind."""

    def mark(draft: Draft) -> None:
        draft.first.codes = ("long-way",)

    scenario(page, mark, moments=page.chance.randint(9, 11))


def best_first(page: Page) -> None:
    """Write a scenario whose best choice always stands first."""

    def mark(draft: Draft) -> None:
        for part in [each for one in draft.parts for each in (one, *one.variants)]:
            part.choices.sort(key=lambda choice: "shows" not in choice.tail)
        draft.first.codes = ("best-always-first",)

    scenario(page, mark, moments=5)
