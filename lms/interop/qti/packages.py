"""QTI as it arrives: a package with its manifest, a heap of items in an archive, or one file."""

import posixpath
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from lms.interop.brought import Brought, BroughtQuiz, left_out
from lms.interop.draft import MOST_DRAFTS, Draft, Loss
from lms.interop.qti.assessments import Assessment, read_assessment
from lms.interop.qti.items import read_item
from lms.interop.qti.vocabulary import ITEM, TEST, normal
from lms.interop.refusing import RefusedFileError
from lms.interop.safe_xml import Element, read_xml
from lms.interop.safe_zip import Archive
from lms.interop.shelf import Shelf

FORMAT = "qti"
MANIFEST = "imsmanifest.xml"


@dataclass
class _Package:
    """What was found so far, by the file it stands in."""

    shelf: Shelf
    items: dict[str, Draft | None] = field(default_factory=dict)
    assessments: dict[str, Assessment] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)

    def take(self, file: str, root: Element) -> None:
        """Take an item or a test; anything else is no matter of ours."""
        if root.name == ITEM:
            draft, losses = read_item(root, lambda url: self.shelf.address_of(url, file), file)
            self.items[file] = draft
            self.losses += [replace(loss, place=f"{file} {loss.place}".strip()) for loss in losses]
        elif root.name == TEST:
            self.assessments[file] = read_assessment(root)
            self.losses += self.assessments[file].losses


def is_qti(root: Element) -> bool:
    """Return whether this document is an item or a test of QTI 2 or 3."""
    return normal(Element(root.name, root.namespace, {}, root.line)).name in (ITEM, TEST)


def read_package(archive: Archive) -> Brought:
    """Return what an archive with QTI in it brought. Raises RefusedFileError when there is none."""
    package = _Package(Shelf(archive))
    for file in _files(archive, package):
        try:
            package.take(file, normal(read_xml(archive.read(file))))
        except RefusedFileError as error:
            package.losses.append(left_out(file, error.what, line=error.line))
        if len(package.items) > MOST_DRAFTS:
            raise RefusedFileError(f"There are more than {MOST_DRAFTS} questions in it.", "Split it in two.")
    return _brought(package)


def read_file(body: bytes, file: str) -> Brought:
    """Return what one XML file brought. Raises RefusedFileError when it is neither an item nor a test."""
    package = _Package(Shelf(None))
    package.take(file, normal(read_xml(body)))
    return _brought(package)


def _files(archive: Archive, package: _Package) -> list[str]:
    """Return the XML files in the manifest's order, then those that it does not name."""
    xml = [name for name in archive.names if name.lower().endswith(".xml")]
    manifests = [name for name in xml if posixpath.basename(name) == MANIFEST]
    named: list[str] = []
    for manifest in manifests:
        try:
            root = read_xml(archive.read(manifest))
        except RefusedFileError as error:
            package.losses.append(left_out(manifest, error.what, line=error.line))
            continue
        for resource in root.all("resource"):
            path = _beside(manifest, resource.get("href"))
            if path in archive and path not in named:
                named.append(path)
            elif path.lower().endswith(".xml") and path not in archive:
                what = f"The manifest names “{resource.get('href')}”, which is not in the archive."
                package.losses.append(left_out(resource.get("identifier"), what, "<resource>", resource.line))
    rest = [name for name in xml if name not in named and name not in manifests]
    return [name for name in named if name.lower().endswith(".xml")] + rest


def _beside(file: str, href: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(href)))


def _brought(package: _Package) -> Brought:
    if not package.items and not package.assessments:
        raise RefusedFileError("There is no QTI item or test in it.", "Export it as QTI 2.1, 2.2 or 3.0.")
    quizzes, asked = [], set[str]()
    for file, assessment in package.assessments.items():
        drafts = []
        for place in assessment.places:
            path = _beside(file, place.href)
            if path not in package.items:
                what = f"The test asks “{place.href}”, which is not in the file."
                package.losses.append(left_out(place.href, what, "<assessmentItemRef>"))
            asked.add(path)
            draft = package.items.get(path)
            if draft is not None:
                drafts.append(
                    replace(
                        draft,
                        category=place.section,
                        pool=place.pool,
                        points=place.points if place.points is not None else draft.points,
                    )
                )
        quizzes.append(_quiz(assessment, drafts))
    rest = tuple(draft for file, draft in package.items.items() if draft is not None and file not in asked)
    if rest:
        quizzes.append(BroughtQuiz("", rest))
    title = next((each.title for each in package.assessments.values()), "")
    return Brought(FORMAT, title, tuple(quizzes), media=package.shelf.media(), losses=tuple(package.losses))


def _quiz(assessment: Assessment, drafts: list[Draft]) -> BroughtQuiz:
    has = {pool: sum(draft.pool == pool for draft in drafts) for _, pool in assessment.draws}
    return BroughtQuiz(
        assessment.title,
        tuple(drafts),
        draws=tuple((min(count, has[pool]), pool) for count, pool in assessment.draws if has[pool]),
        shuffle=assessment.shuffle,
        attempts=assessment.attempts,
        minutes_allowed=assessment.minutes_allowed,
    )
