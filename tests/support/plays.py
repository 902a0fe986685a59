"""A small scenario to play: its text as an author writes it, and the activity it becomes.

From `angry` a good answer and a critical one; `lift` is a draw; `calm` has a condition; four endings.
"""

from typing import Any

from lms.content.course import Play
from lms.content.reading.compiling import compile_file

CALL = """---
title: The second call
kind: scenario
minutes: 4
seat: agent
channel: phone
start: heat 3, trust 1, effort 2
---

What you know before it begins. You may credit {{ org.credit_limit }}.

## She wants your manager {#angry}

> **Ms Ade:** Again! Get me your manager.

- [Twice for our mistake. I have it now.](#lift) {heat=-1 trust=+1 shows="ack own"}
    > “Hm.” You named it and took it on.
- [A manager would tell you the very same.](#shouting) {heat=+1 trust=-1 misses="ack" .critical}
    > “Oh, would they?” Now she has to push.
- [May I have your number first?](#lift) {effort=+1 misses="ack"}
    > “You have it.” Fair, one breath early.

## She shouts {#shouting}

> **Ms Ade:** It is the SAME every time!

- [Twice, and it was your rent. That is serious.](#calm) {heat=-2 shows="ack"}
    > “It IS.” Late, and still true.
- [One more word like that and I hang up.](#gone) {heat=+1 trust=-2 misses="ack"}
    > Now there are two quarrels.

## Somebody comes in {#lift .draw}

### A colleague waves {#colleague}

- [Wave back, and stay on the line.](#calm) {heat=-1 shows="own"}
    > She hears that you stay.
- [Ask her to hold for a moment.](#calm) {effort=+1 misses="own"}
    > More music.

### The line crackles {#crackle}

- [Say what you heard, and ask.](#calm) {heat=-1 trust=+1 shows="explore"}
    > She says it in her own words.
- [Ask her to say it all again.](#calm) {effort=+2 misses="explore"}
    > “A THIRD time?”

## She listens {#calm}

> **Ms Ade:** So who does something?

- [I book {{ org.credit_limit }} now; here is your reference.](#warm) {trust=+1 shows="close"}
    > She writes it down.
- [Somebody will ring you.](#tired) {misses="close"}
    > “Somebody.”
- [May I also check next month?](#warm) {effort=-1 shows="close explore" if="trust>=3"}
    > The call she need not make.

## She thanks you {#warm .ending outcome=solved}

The money is there in the morning.

## Paid, and watching {#tired .ending outcome=tired}

She rings again on the first.

## The line is dead {#gone .ending outcome=lost}

Her rent is still missing.

## The customer's card {.customer-card}

You are Ms Ade. The secret is your rent.

## The observer's card {.observer-card}

Count the sentences with I.

## For the huddle {.trainer}

Play it in threes.
"""


def a_play(text: str = CALL, **more: Any) -> Play:
    """Return the activity of this scenario's text; `more` are fields of Play."""
    compiled = compile_file("bees/03-second-call.md", text)
    assert isinstance(compiled.activity, Play), compiled.problems
    return Play(**{**vars(compiled.activity), **more})
