"""What a picture is made of: a sheet, colours, and text that is measured and wrapped. Nothing here knows a call."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple
from xml.etree import ElementTree

WIDTH: Final = 1280.0
MARGIN: Final = 32.0
RIGHT: Final = WIDTH - MARGIN

INK, FADED, FAINT, PALE, PAPER = "#1f2937", "#6b7280", "#9ca3af", "#e5e7eb", "#ffffff"
RED, GREEN, MAGENTA = "#dc2626", "#15803d", "#a21caf"

_FONTS: Final = "'Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
# What XML 1.0 forbids, what no reader can see, and what would turn the text around it about.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_BLANKS = re.compile(r"\s+")
# What is not torn apart where a line ends: a short Latin word with the blank after it.
_PIECES = re.compile(r"[!-~]{1,24} ?|.", re.DOTALL)
_STACKED: Final = 0.3
"""Ems that a mark on another character counts for: none to a reader, but no line holds thousands of them."""
_HANGING: Final = frozenset("，。！？；：、…”’）》」,.!?;:)")
"""May stand past the end of a line, one of them, rather than begin the next."""


class Ink(NamedTuple):
    """How text looks."""

    fill: str = INK
    bold: bool = False
    struck: bool = False


PLAIN: Final = Ink()


class Run(NamedTuple):
    """Text in one ink."""

    text: str
    ink: Ink = PLAIN


Line = list[Run]


def clean(text: str, most: int) -> str:
    """`text` on one line, at most `most` characters and a mark for the rest, of characters that XML can hold."""
    kept = text if len(text) <= most else f"{text[:most]}…"
    return _BLANKS.sub(" ", _UNSEEN.sub("\ufffd", kept))


def width(text: str, size: float) -> float:
    """About how wide `text` stands, in pixels."""
    return size * sum(map(_em, text))


def fitted(text: str, room: float, size: float) -> str:
    """As much of `text` as stands in `room`, with a mark where that is not all."""
    (line,) = wrapped([Run(clean(text, 200))], room, size, 1)
    return "".join(run.text for run in line)


@lru_cache(maxsize=4096)
def _em(character: str) -> float:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return _STACKED
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    if character in "mwMW@%":
        return 0.9
    return 0.55 if character.isascii() and not character.isupper() else 0.7


def wrapped(runs: Iterable[Run], room: float, size: float, most: int) -> list[Line]:
    """`runs` over at most `most` lines, none wider than `room` but for one mark that hangs over; … where more is."""
    lines: list[Line] = [[]]
    used = 0.0
    for piece in _pieces(runs, room, size):
        wide = width(piece.text, size)
        if used and used + wide > room and not (piece.text.strip() in _HANGING and used <= room):
            if len(lines) == most:
                _ended(lines[-1], room, size)
                break
            lines.append([])
            used = 0.0
            if piece.text == " ":
                continue
        lines[-1].append(piece)
        used += wide
    return [_joined(line) for line in lines]


def _ended(line: Line, room: float, size: float) -> None:
    """Puts … behind as many pieces of a full line as leave room for it."""
    ink = line[-1].ink
    while len(line) > 1 and width("".join(run.text for run in line), size) > room - size:
        ink = line.pop().ink
    line.append(Run("…", ink))


def _pieces(runs: Iterable[Run], room: float, size: float) -> Iterator[Run]:
    for run in runs:
        for word in _PIECES.findall(run.text):
            if width(word, size) <= room:
                yield Run(word, run.ink)
            else:
                yield from (Run(character, run.ink) for character in word)


def _joined(line: Line) -> Line:
    joined: Line = []
    for run in line:
        if joined and joined[-1].ink == run.ink:
            joined[-1] = Run(joined[-1].text + run.text, run.ink)
        else:
            joined.append(run)
    return joined


def packed(spans: Iterable[tuple[float, float]], rows: int) -> list[int | None]:
    """For each span from left to right its row, so that none covers another; None where every row is taken."""
    taken = [float("-inf")] * rows
    places: list[int | None] = []
    for left, right in spans:
        row = next((row for row, end in enumerate(taken) if end <= left), None)
        if row is not None:
            taken[row] = right
        places.append(row)
    return places


class Sheet:
    """An SVG that grows downwards."""

    def __init__(self, title: str) -> None:
        self._root = ElementTree.Element(
            "svg", {"xmlns": "http://www.w3.org/2000/svg", "font-family": _FONTS, "fill": INK, "role": "img"}
        )
        self._title = ElementTree.SubElement(self._root, "title")
        self._title.text = title
        self._paper = self.rect(0, 0, WIDTH, 0, PAPER)

    def rect(
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        fill: str,
        *,
        stroke: str | None = None,
        dash: str | None = None,
        radius: float = 0,
        opacity: float = 1,
        tip: str | None = None,
    ) -> ElementTree.Element:
        """A box; `tip` is shown by browsers when the pointer rests on it."""
        box = self._add("rect", fill, stroke, dash, opacity, x=x, y=y, width=wide, height=high, rx=radius)
        if tip is not None:
            ElementTree.SubElement(box, "title").text = tip
        return box

    def line(self, x: float, y: float, to_x: float, to_y: float, stroke: str, *, dash: str | None = None) -> None:
        self._add("line", "none", stroke, dash, 1, x1=x, y1=y, x2=to_x, y2=to_y)

    def dot(self, x: float, y: float, radius: float, fill: str, *, stroke: str | None = None) -> None:
        self._add("circle", fill, stroke, None, 1, cx=x, cy=y, r=radius)

    def shape(self, d: str, x: float, y: float, *, fill: str = "none", stroke: str | None = None) -> None:
        """A path around (0, 0), put at (x, y)."""
        path = self._add("path", fill, stroke, None, 1)
        path.set("d", d)
        path.set("transform", f"translate({_number(x)} {_number(y)})")

    def curve(self, points: Sequence[tuple[float, float]], stroke: str) -> None:
        """Straight from point to point."""
        path = self._add("polyline", "none", stroke, None, 1)
        path.set("points", " ".join(f"{_number(x)},{_number(y)}" for x, y in points))

    def text(
        self,
        x: float,
        y: float,
        line: Line | str,
        size: float,
        ink: Ink = PLAIN,
        *,
        anchor: Literal["start", "middle", "end"] = "start",
    ) -> None:
        """One line with its foot at y. `ink` is for a plain string."""
        runs = [Run(line, ink)] if isinstance(line, str) else line
        if not any(run.text.strip() for run in runs):
            return
        element = self._add("text", None, None, None, 1, x=x, y=y)
        element.set("font-size", _number(size))
        if anchor != "start":
            element.set("text-anchor", anchor)
        for run in runs:
            part = element if len(runs) == 1 else ElementTree.SubElement(element, "tspan")
            part.text = run.text
            part.set("fill", run.ink.fill)
            if run.ink.bold:
                part.set("font-weight", "700")
            if run.ink.struck:
                part.set("text-decoration", "line-through")

    def take(self, other: Sheet) -> None:
        """Everything that was drawn on `other`, on top."""
        self._root.extend(element for element in other._root if element not in (other._title, other._paper))

    def done(self, height: float) -> str:
        """The document."""
        for name, value in (("width", WIDTH), ("height", height)):
            self._root.set(name, _number(value))
        self._root.set("viewBox", f"0 0 {_number(WIDTH)} {_number(height)}")
        self._paper.set("height", _number(height))
        return ElementTree.tostring(self._root, encoding="unicode") + "\n"

    def _add(
        self, tag: str, fill: str | None, stroke: str | None, dash: str | None, opacity: float, **numbers: float
    ) -> ElementTree.Element:
        element = ElementTree.SubElement(self._root, tag, {name: _number(value) for name, value in numbers.items()})
        if fill is not None:
            element.set("fill", fill)
        if stroke is not None:
            element.set("stroke", stroke)
            element.set("stroke-width", "1.5")
        if dash is not None:
            element.set("stroke-dasharray", dash)
        if opacity != 1:
            element.set("opacity", _number(opacity))
        element.tail = "\n"
        return element


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
