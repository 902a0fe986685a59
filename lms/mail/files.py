"""The templates of mails, in `templates/mail/<kind>.<language>.md`."""

from functools import lru_cache

from lms.settings import ROOT

_FOLDER = ROOT / "templates" / "mail"


@lru_cache(maxsize=64)
def template_of(kind: str, language: str) -> tuple[str, str]:
    """Return the template of this kind and the language it is in: hers, hers without the region, or English."""
    for each in (language, language.split("-", maxsplit=1)[0]):
        path = _FOLDER / f"{kind}.{each}.md"
        if each.replace("-", "").isalnum() and path.is_file():
            return path.read_text(), each
    return (_FOLDER / f"{kind}.en.md").read_text(), "en"
