"""A QR code as one SVG path; pure."""

from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class QrCode:
    """One QR code: `path` is stroked one unit wide in a square of `size` modules, without the quiet zone."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """Return the QR code of a text, error correction M or better where that costs no size.

    One path, never a shape per module: that would cost three times the whole certificate.
    """
    rows = [bytes(row) for row in segno.make_qr(text, error="m").matrix]
    return QrCode(len(rows), "".join(_strokes(number, row) for number, row in enumerate(rows)))


def _strokes(number: int, row: bytes) -> str:
    strokes, start = [], row.find(1)
    while start >= 0:
        end = row.find(0, start)
        end = len(row) if end < 0 else end
        strokes.append(f"M{start} {number}.5h{end - start}")
        start = row.find(1, end)
    return "".join(strokes)
