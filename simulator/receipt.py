"""What came out of the receipt printer: as text and as a picture."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import qrcode
from PIL import Image, ImageDraw, ImageFont

WIDTH = 512  # dots of an 80 mm printer with 180 dpi
CELL = (12, 24)  # dots of a character of font A
COLUMNS = WIDTH // CELL[0]
_MARGIN = 24

Align = Literal["left", "center", "right"]

_CORRECTION = {
    48: qrcode.constants.ERROR_CORRECT_L,
    49: qrcode.constants.ERROR_CORRECT_M,
    50: qrcode.constants.ERROR_CORRECT_Q,
    51: qrcode.constants.ERROR_CORRECT_H,
}


@dataclass(frozen=True)
class Style:
    """How characters look; `width` and `height` are factors."""

    bold: bool = False
    underlined: bool = False
    inverted: bool = False
    width: int = 1
    height: int = 1


@dataclass(frozen=True)
class Line:
    """One printed line: pieces of text with their styles."""

    pieces: tuple[tuple[str, Style], ...]
    align: Align

    @property
    def text(self) -> str:
        """The line as plain text: blanks in front place it, enlarged characters count once."""
        text = "".join(piece for piece, _ in self.pieces)
        free = max(0, COLUMNS - len(text))
        indent = {"left": 0, "center": free // 2, "right": free}[self.align]
        return (" " * indent + text).rstrip()

    def image(self) -> Image.Image:
        """The line in black on white."""
        height = CELL[1] * max((style.height for _, style in self.pieces), default=1)
        used = sum(len(piece) * style.width * CELL[0] for piece, style in self.pieces)
        strip = Image.new("L", (max(1, used), height + 6), 255)
        x = 0
        for piece, style in self.pieces:
            for character in piece:
                cell = _glyph(character, style)
                strip.paste(cell, (x, height - cell.height))
                x += cell.width
        return strip


@dataclass(frozen=True)
class Code:
    """A QR code the printer made itself: content, dots per module, level of correction (48 to 51)."""

    content: str
    module: int
    correction: int
    align: Align

    @property
    def text(self) -> str:
        """A stand-in for the code."""
        return Line(((f"[QR {self.content}]", Style()),), self.align).text

    def image(self) -> Image.Image:
        """The code without its quiet zone: the paper around it is white."""
        code = qrcode.QRCode(error_correction=_CORRECTION[self.correction], box_size=self.module, border=0)
        code.add_data(self.content)
        code.make()
        return code.make_image().get_image().convert("L")


@dataclass(frozen=True)
class Picture:
    """A raster picture the computer sent."""

    raster: Image.Image
    align: Align

    @property
    def text(self) -> str:
        """A stand-in for the picture."""
        return Line((("[picture]", Style()),), self.align).text

    def image(self) -> Image.Image:
        """The picture in black on white."""
        return self.raster


@dataclass(frozen=True)
class Receipt:
    """One slip, from the cut before to its own."""

    parts: tuple[Line | Code | Picture, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """The slip as plain text, one line per printed line."""
        return "\n".join(part.text for part in self.parts).strip("\n") + "\n"

    @property
    def codes(self) -> tuple[str, ...]:
        """Contents of the QR codes that the printer was asked to make."""
        return tuple(part.content for part in self.parts if isinstance(part, Code))

    @property
    def image(self) -> Image.Image:
        """The slip as a picture, eight bits per pixel."""
        strips = [(part.image(), part.align) for part in self.parts]
        height = sum(strip.height for strip, _ in strips) + 2 * _MARGIN
        paper = Image.new("L", (WIDTH + 2 * _MARGIN, height), 255)
        y = _MARGIN
        for strip, align in strips:
            free = WIDTH - strip.width
            paper.paste(strip, (_MARGIN + {"left": 0, "center": free // 2, "right": free}[align], y))
            y += strip.height
        return paper

    def png(self) -> bytes:
        """The picture as a PNG file."""
        file = io.BytesIO()
        self.image.save(file, "PNG")
        return file.getvalue()

    def save(self, path: Path) -> None:
        """Write `path` with the suffixes .txt and .png."""
        path.with_suffix(".txt").write_text(self.text, "utf-8")
        path.with_suffix(".png").write_bytes(self.png())


def _glyph(character: str, style: Style) -> Image.Image:
    factor = max(style.width, style.height)
    cell = Image.new("L", (CELL[0] * factor, CELL[1] * factor), 255)
    font = _font("DejaVuSansMono-Bold.ttf" if style.bold else "DejaVuSansMono.ttf", 19 * factor)
    draw = ImageDraw.Draw(cell)
    draw.text((0, 0), character, 0, font)
    if style.underlined:
        draw.line((0, cell.height - factor, cell.width, cell.height - factor), 0, factor)
    if style.inverted:
        cell = cell.point(lambda shade: 255 - shade)
    return cell.resize((CELL[0] * style.width, CELL[1] * style.height))


def _font(name: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return ImageFont.load_default(size)
