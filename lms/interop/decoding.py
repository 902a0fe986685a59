"""A file's bytes as text without signs that no page can show, whatever wrote it."""

import codecs
import re

from lms.problem import Problem, Severity

MOST_BYTES = 5_000_000
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f\ue000-\uf8ff\ufeff\ufffe\uffff\ud800-\udfff]")


def text_of(content: bytes, file: str) -> tuple[str, list[Problem]]:
    """Return the text as `shown` makes it, "" when the file is too large, and what is wrong with it."""
    if len(content) > MOST_BYTES:
        what = f"The file has {len(content) // 1_000_000} MB; the most is {MOST_BYTES // 1_000_000} MB."
        return "", [Problem(file, 1, 1, "too-large", what, "Split it into several files.")]
    mark, encoding = next((each for each in _BOMS if content.startswith(each[0])), (b"", "utf-8"))
    problems: list[Problem] = []
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        text = content[len(mark) :].decode("cp1252" if encoding == "utf-8" else encoding, "replace")
        line = content.count(b"\n", 0, error.start) + 1
        what, cure = "The file is not UTF-8; it was read as Windows-1252.", "Look whether its accents are right."
        problems.append(Problem(file, line, 1, "not-utf-8", what, cure, Severity.WARNING))
    return shown(text), problems


def shown(text: str) -> str:
    """Return text without signs that no page can show, a plain line break at every line end."""
    text = re.sub("\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return _UNWANTED.sub("", text)
