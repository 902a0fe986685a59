"""The templates of mails, in `templates/mail/<kind>.<language>.md`."""

from functools import lru_cache

from lms.settings import ROOT

_FOLDER = ROOT / "templates" / "mail"


@lru_cache(maxsize=64)
def template_of(kind: str, language: str, otherwise: str = "en") -> tuple[str, str]:
    """Return the template of this kind and the language it is in: hers, hers without the region, or the other."""
    for each in (language, language.split("-", maxsplit=1)[0], otherwise):
        path = _FOLDER / f"{kind}.{each}.md"
        if each.replace("-", "").isalnum() and path.is_file():
            return path.read_text(), each
    return (_FOLDER / f"{kind}.en.md").read_text(), "en"


def languages_of(kind: str) -> tuple[str, ...]:
    """Return the languages that there is a template of this kind in."""
    return tuple(sorted(path.name.split(".")[1] for path in _FOLDER.glob(f"{kind}.*.md")))
