"""Text as Markdown that reads as that text and nothing else."""

import re

# Signs that stand for a gap; see `lms.interop.writing`.
GAP = "\ue0f0"
_VARIABLE = re.compile("\ue000([a-z0-9_]+)\ue001")

_SPECIAL = re.compile(
    r"""
      \\(?=[\\`*_{}\[\]()>#+\-.!\n]|$|[\ue000-\uf8ff])  # a backslash that would be read as an escape
    | [*`\[\]{]
    | _(?![^\W_])|(?<![^\W_])_                          # an underscore within a word is only itself
    | &(?=[\#\w])
    | <
    | ~(?=~)|(?<=~)~
    | !(?=\[)
    | [^\S \n]                                          # spaces that a line would lose
    """,
    re.VERBOSE,
)
_ENTITIES = {"&": "&amp;", "<": "&lt;", "~": "&#126;", "\xa0": "&nbsp;"}
_CODE = re.compile(r"((?<!\\)(`+)(?!`).+?(?<!`)\2(?!`))")
# What begins a block, a hint's end or an answer at the start of a line, with what keeps it from doing so.
_STARTS = re.compile(
    r"""^(?P<indent>[ ]*)(?:
        (?P<escaped>\#|>|[+-](?=[\s+-]|$))
      | (?P<coded>=|\||:(?=\s|$)|/(?=//))
      | (?P<digits>\d{1,9})(?P<dot>[.)])(?=\s|$)
    )""",
    re.VERBOSE | re.MULTILINE,
)


def text(plain: str) -> str:
    """Return plain text as running Markdown; line starts are `line_starts`' matter."""
    return _SPECIAL.sub(_escaped, plain)


def _escaped(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in _ENTITIES:
        return _ENTITIES[sign]
    if sign == "\\" and found.end() == len(found.string):
        return "&#92;"
    if sign == "\\" and "\ue000" <= found.string[found.end()] <= "\uf8ff":
        return "&#92;"
    return f"&#{ord(sign)};" if sign.isspace() else f"\\{sign}"


def line_starts(markdown: str) -> str:
    """Return a paragraph of Markdown none of whose lines begins a list, a heading, a quote, an answer or a box."""
    return _STARTS.sub(_harmless, markdown)


def _harmless(found: re.Match[str]) -> str:
    indent = found["indent"]
    if found["digits"]:
        return f"{indent}{found['digits']}\\{found['dot']}"
    if found["coded"]:
        return f"{indent}&#{ord(found['coded'])};"
    return f"{indent}\\{found['escaped']}"


def in_cell(markdown: str) -> str:
    """Return a line for a cell of a table: a bar outside code would divide it."""
    pieces = _CODE.split(markdown)
    return "".join(
        piece if place % 3 else piece.replace("|", "&#124;") for place, piece in enumerate(pieces) if place % 3 < 2
    )


def code(plain: str) -> str:
    """Return text as code in a line."""
    longest = max((len(run) for run in re.findall("`+", plain)), default=0)
    fence = "`" * (longest + 1)
    room = " " if plain[:1] == "`" or plain[-1:] == "`" else ""
    return f"{fence}{room}{plain}{room}{fence}"


def variables(markdown: str) -> str:
    """Return the Markdown with the organisation's words as authors write them."""
    return _VARIABLE.sub(r"{{ org.\1 }}", markdown)
