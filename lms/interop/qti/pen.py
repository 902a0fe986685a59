"""What the versions of QTI write differently: names, namespaces, addresses; one pen a version."""

import html
from dataclasses import dataclass

from lms.interop.qti.vocabulary import dashed

_XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True)
class Pen:
    """Writes elements under the names of 2.1, or as 3.0 spells them."""

    version: str
    namespace: str
    schema: str
    manifest_namespace: str
    manifest_schema: str
    package_schema: str
    package_version: str
    kind: str
    templates: str
    template_ending: str

    def element(self, name: str, given: dict[str, str] | None = None, *content: str) -> str:
        """Return an element of QTI; its content is XML already."""
        shown = given or {}
        if self.version == "3.0":
            name, shown = f"qti-{dashed(name)}", {dashed(key): value for key, value in shown.items()}
        inside = "".join(content)
        start = f"<{name}{attributes(shown)}"
        return f"{start}>{inside}</{name}>" if inside else f"{start}/>"

    def document(self, name: str, given: dict[str, str], *content: str) -> bytes:
        """Return a whole file with its namespace and where its schema lies."""
        written = self.element(name, given, *content)
        at = written.index(" ")
        spaces = (
            f' xmlns="{self.namespace}" xmlns:xsi="{_XSI}" xsi:schemaLocation="{self.namespace} {self.schema}"'
        )
        return _file(written[:at] + spaces + written[at:])

    def manifest(self, identifier: str, resources: str) -> bytes:
        """Return the package's manifest."""
        return _file(
            f'<manifest identifier="{html.escape(identifier)}"'
            f' xmlns="{self.manifest_namespace}" xmlns:xsi="{_XSI}"'
            f' xsi:schemaLocation="{self.manifest_namespace} {self.manifest_schema}"><metadata>'
            f"<schema>{self.package_schema}</schema><schemaversion>{self.package_version}</schemaversion>"
            f"</metadata><organizations/><resources>{resources}</resources></manifest>"
        )

    def spoken(self, xml: str) -> str:
        """Return running text as feedback and rubrics hold it: 3.0 wraps it once more."""
        return self.element("contentBody", None, xml) if self.version == "3.0" else xml

    def template(self, name: str) -> str:
        """Return response processing by a standard template."""
        return self.element("responseProcessing", {"template": f"{self.templates}{name}{self.template_ending}"})


def attributes(given: dict[str, str]) -> str:
    """Return attributes as a tag holds them."""
    return "".join(f' {name}="{html.escape(value)}"' for name, value in given.items())


def _file(xml: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}\n'.encode()


PENS = {
    "2.1": Pen(
        version="2.1",
        namespace="http://www.imsglobal.org/xsd/imsqti_v2p1",
        schema="http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
        manifest_namespace="http://www.imsglobal.org/xsd/imscp_v1p1",
        manifest_schema="http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd",
        package_schema="QTIv2.1 Package",
        package_version="1.0.0",
        kind="xmlv2p1",
        templates="http://www.imsglobal.org/question/qti_v2p1/rptemplates/",
        template_ending="",
    ),
    "3.0": Pen(
        version="3.0",
        namespace="http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
        schema="https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
        manifest_namespace="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
        manifest_schema="https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd",
        package_schema="QTI Package",
        package_version="3.0.0",
        kind="xmlv3p0",
        templates="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
        template_ending=".xml",
    ),
}
