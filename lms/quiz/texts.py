"""How typed words are compared: what a hurried thumb changes does not count, what changes the word does."""

import unicodedata

# For str.translate: quotes and dashes of every shape to the plain ones, invisible signs to nothing.
STRAIGHT = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼ´`", "'"),
        **dict.fromkeys("“”„‟«»", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200e\u200f\ufeff", None),
    }
)


def tidied(text: str) -> str:
    """Return the text in NFKC with straight quotes and dashes, single spaces and none at the ends.

    Phones type curly quotes and no-break spaces by themselves; nobody means anything by them.
    """
    # Before and after: NFKC makes a space of an acute accent alone, and a minus of a superscript one.
    plain = unicodedata.normalize("NFKC", text.translate(STRAIGHT)).translate(STRAIGHT)
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def folded(text: str) -> str:
    """Return what two answers must share to count as the same: tidied, without case or a final full stop.

    Accents are kept: `résumé` is not `resume`. Case follows Unicode, so `STRASSE` is `Straße`. The four
    Turkish i's are one, because a Turkish keyboard's capital of i is İ and an English one's is I.
    """
    tidy = tidied(text)
    bare = tidy.rstrip(".").rstrip() or tidy
    without_case = bare.replace("İ", "i").casefold().replace("ı", "i").replace("i\u0307", "i")
    return unicodedata.normalize("NFKC", without_case)
