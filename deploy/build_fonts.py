"""Make the site's fonts from Debian's files: small subsets, and fallbacks with the same measures.

    apt-get install fonts-vollkorn fonts-inter-variable
    python deploy/build_fonts.py [folder of the fonts] [where to write]

The package fonts-inter does as well (two files instead of a variable one, some 6 kB more a first visit).
Writes static/fonts/*.woff2 and static/fonts/fonts.css. Without them the site shows Georgia and the system's
own interface font; nothing else changes.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

SOURCES = Path("/usr/share/fonts")
TARGET = Path(__file__).resolve().parent.parent / "static" / "fonts"

# What an English or German page needs comes first; the rest of Latin comes only when a page has it.
_ENGLISH = [
    *range(0x20, 0x7F),
    0xA0,
    0xA3,
    0xA7,
    0xA9,
    0xAB,
    0xB0,
    0xB1,
    0xB7,
    0xBB,
    0xBD,
    0xD7,
    0xF7,
    0xE9,
    0xE8,
    0xE7,
    0xF1,
]
_GERMAN = [ord(letter) for letter in "äöüÄÖÜß"]
_MARKS = [
    *(0x2010, 0x2011, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2022, 0x2026),
    *(0x2032, 0x2033, 0x20AC, 0x2190, 0x2192, 0x2212, 0x2009, 0x202F),
]
BASE = frozenset([*_ENGLISH, *_GERMAN, *_MARKS])
MORE = frozenset([*range(0xA0, 0x180), 0x218, 0x219, 0x21A, 0x21B, 0x1E9E, 0x2039, 0x203A]) - BASE


@dataclass(frozen=True)
class Face:
    """One font of the site: the file it comes from, its name here, family and weight as CSS says them."""

    file: str
    name: str
    family: str
    weight: str
    features: tuple[str, ...]


READING = (
    Face("truetype/vollkorn/Vollkorn-Regular.ttf", "vollkorn-400", "Vollkorn", "400", ("kern", "liga")),
    Face("truetype/vollkorn/Vollkorn-SemiBold.ttf", "vollkorn-600", "Vollkorn", "600", ("kern",)),
)
ACTING = (Face("truetype/inter-vf/Inter-roman.var.ttf", "inter", "Inter", "400 650", ("kern", "tnum")),)
ACTING_APART = (
    Face("opentype/inter/Inter-Regular.otf", "inter-400", "Inter", "400", ("kern", "tnum")),
    Face("opentype/inter/Inter-SemiBold.otf", "inter-600", "Inter", "600", ("kern", "tnum")),
)
# What stands in until ours is there, or for good: two local names and how wide they run, see `average_advance`.
FALLBACKS = {"Vollkorn": ("Georgia", "Gelasio", 0.4573), "Inter": ("Arial", "Liberation Sans", 0.4612)}
# How often letters stand in English text, to compare the widths of two fonts.
_FREQUENCIES = {
    " ": 18.0, "e": 10.4, "t": 7.4, "a": 6.6, "o": 6.2, "n": 5.7, "i": 5.6, "s": 5.1, "r": 4.9, "h": 4.9, "l": 3.3,
    "d": 3.4, "u": 2.3, "c": 2.3, "m": 2.0, "f": 1.9, "w": 1.7, "g": 1.6, "p": 1.5, "y": 1.4, "b": 1.2, "v": 0.8,
}  # fmt: skip


def faces(sources: Path = SOURCES) -> tuple[Face, ...]:
    """Return the site's fonts, Inter from its variable file where that is installed."""
    has_variable = (sources / ACTING[0].file).is_file()
    return READING + (ACTING if has_variable else ACTING_APART)


def build(sources: Path = SOURCES, target: Path = TARGET) -> dict[str, int]:
    """Write the fonts and their sheet; returns each file's size in bytes."""
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("*.woff2"):
        old.unlink()
    rules: list[str] = []
    sizes: dict[str, int] = {}
    families: dict[str, Face] = {}
    for face in faces(sources):
        families.setdefault(face.family, face)
        for part, characters in (("base", BASE), ("more", MORE)):
            name = f"{face.name}-{part}.woff2"
            _subset(_opened(sources / face.file), characters, face.features).save(target / name)
            sizes[name] = (target / name).stat().st_size
            rules.append(_face_rule(face, name, characters))
    rules.extend(_fallback_rule(family, _opened(sources / face.file)) for family, face in families.items())
    sheet = "\n".join(rules) + "\n"
    (target / "fonts.css").write_text(sheet, "utf-8")
    return {**sizes, "fonts.css": len(sheet)}


def _opened(path: Path) -> TTFont:
    font = TTFont(path)
    if "fvar" not in font:
        return font
    limits: dict[str, float | tuple[float, float]] = {
        axis.axisTag: axis.defaultValue for axis in font["fvar"].axes
    }
    return instantiateVariableFont(font, {**limits, "wght": (400, 650)})


def _subset(font: TTFont, characters: Iterable[int], features: tuple[str, ...]) -> TTFont:
    options = Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = list(features)
    options.name_IDs = [13, 14]  # the licence and its address
    options.notdef_outline = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = "woff2"
    return font


def _face_rule(face: Face, name: str, characters: Iterable[int]) -> str:
    return (
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; font-display: swap;'
        f' src: url("../fonts/{name}") format("woff2"); unicode-range: {_ranges(characters)}; }}'
    )


def _ranges(characters: Iterable[int]) -> str:
    """Return the characters as CSS ranges: `U+20-7E, U+A0`."""
    spans: list[tuple[int, int]] = []
    for code in sorted(characters):
        if spans and code == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], code)
        else:
            spans.append((code, code))
    return ", ".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in spans)


def average_advance(font: TTFont) -> float:
    """Return how wide typical English text runs, in em a letter."""
    glyphs = font.getBestCmap()
    widths = font["hmtx"]
    total = sum(widths[glyphs[ord(letter)]][0] * weight for letter, weight in _FREQUENCIES.items())
    return float(total / sum(_FREQUENCIES.values()) / font["head"].unitsPerEm)


def _fallback_rule(family: str, font: TTFont) -> str:
    """Return a face that is a local font scaled to run as wide and stand as tall as ours."""
    local, other, advance = FALLBACKS[family]
    scale = average_advance(font) / advance
    units = font["head"].unitsPerEm * scale
    height = font["hhea"]
    return (
        f'@font-face {{ font-family: "{family} fallback"; src: local("{local}"), local("{other}");'
        f" size-adjust: {scale:.2%}; ascent-override: {height.ascent / units:.2%};"
        f" descent-override: {-height.descent / units:.2%}; line-gap-override: {height.lineGap / units:.2%}; }}"
    )


def main(arguments: list[str]) -> int:
    """Build the fonts; returns the exit status."""
    places = [Path(argument) for argument in arguments]
    sources = places[0] if places else SOURCES
    target = places[1] if len(places) > 1 else TARGET
    missing = [face.file for face in faces(sources) if not (sources / face.file).is_file()]
    if missing:
        sys.stderr.write(
            f"No fonts at {sources}: {', '.join(missing)}.\n"
            "Install them with: apt-get install fonts-vollkorn fonts-inter-variable\n"
        )
        return 1
    for name, size in build(sources, target).items():
        sys.stdout.write(f"{size:7d}  {name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
