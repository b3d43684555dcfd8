"""The lanes of who speaks when: drafts sent back, the caller, the callee, and where one cuts the other off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ...evaluators.utterances import Speaker
from ..records import Record, Turn
from .drawing import (
    FADED,
    FAINT,
    GREEN,
    INK,
    MARGIN,
    PAPER,
    RED,
    RIGHT,
    Ink,
    Line,
    Sheet,
    clean,
    fitted,
    packed,
    width,
    wrapped,
)
from .scale import LEFT, Scale
from .words import seconds, spoken, stretches

SIZE: Final = 12.0
_LINE: Final = 16.0
_MOST_LINES: Final = 5
_GAP: Final = 18.0
"""Between the two lanes, where somebody is cut off."""
_NUMBERS: Final = 16.0
_MARK_ROWS: Final = 4

CROSS: Final = "M-4 -4L4 4M-4 4L4 -4"
BOLT: Final = "M2 -9L-6 2L-1 2L-2 9L6 -2L1 -2Z"
TICK: Final = "M-3 0L-1 2.5L3 -2.5"
DIAMOND: Final = "M0 -6L6 0L0 6L-6 0Z"


class Hue(NamedTuple):
    """The colours of one side."""

    fill: str
    edge: str
    text: str


HUES: Final[dict[Speaker, Hue]] = {
    "caller": Hue("#dbeafe", "#3b82f6", "#1e3a8a"),
    "callee": Hue("#fef3c7", "#f59e0b", "#78350f"),
}


def prepared(turn: Turn) -> bool:
    """The card or the judge put the words there, not the caller."""
    return turn.origin not in (None, "draft")


def speech(sheet: Sheet, record: Record, scale: Scale, top: float) -> float:
    """Draws both lanes and gives where they end."""
    top = _sent_back(sheet, record, scale, top)
    sides: dict[Speaker, list[Turn]] = {"caller": [], "callee": []}
    for turn in record.turns:
        sides[turn.speaker].append(turn)
    upper = top + _NUMBERS
    lower = upper + _lane(sheet, sides["caller"], record, scale, upper) + _GAP
    bottom = lower + _lane(sheet, sides["callee"], record, scale, lower)
    lane_name(sheet, (upper + lower - _GAP) / 2, record.caller.name, "caller", HUES["caller"].text)
    lane_name(sheet, (lower + bottom) / 2, record.callee.name, "callee", HUES["callee"].text)
    _numbers(sheet, sides["caller"], scale, upper - 5)
    _numbers(sheet, sides["callee"], scale, bottom + 13)
    for turn in record.turns:
        if turn.cut_off:
            at = scale.x(scale.spoken_until(turn))
            _cut(sheet, at, scale.x(turn.end), upper, lower, bottom, turn.speaker)
    return bottom + _NUMBERS


def lane_name(sheet: Sheet, y: float, name: str, below: str, fill: str = INK) -> None:
    """What a lane shows, before it."""
    room = LEFT - MARGIN - 12
    sheet.text(MARGIN, y, fitted(name, room, 13), 13, Ink(fill, bold=True))
    sheet.text(MARGIN, y + 15, fitted(below, room, 11), 11, Ink(FADED))


def _sent_back(sheet: Sheet, record: Record, scale: Scale, top: float) -> float:
    """A cross with the rules where each draft was sent back; gives where the row ends."""
    marks: list[tuple[float, str]] = []
    for turn in record.turns:
        for draft in turn.drafts:
            if draft.origin == "draft" and draft.verdict.action != "pass":
                label = clean(", ".join(dict.fromkeys(draft.verdict.violates)), 48)
                marks.append((min(scale.x(turn.start), RIGHT - 20 - width(label, 11)), label))
    rows = packed([(x, x + 28 + width(label, 11)) for x, label in marks], _MARK_ROWS)
    for (x, label), row in zip(marks, rows, strict=True):
        if row is not None:
            sheet.shape(CROSS, x + 5, top + 8 + 15 * row, stroke=RED)
            sheet.text(x + 14, top + 12 + 15 * row, label, 11, Ink(RED))
    used = max((row + 1 for row in rows if row is not None), default=0)
    if used:
        sheet.text(MARGIN, top + 12, "sent back", 11, Ink(RED))
    return top + 15 * used


def _inside(turn: Turn, scale: Scale) -> list[Line]:
    """The words in a bar, before the place where it is cut off; one too narrow for two characters leaves them to the
    transcript."""
    room = scale.x(scale.spoken_until(turn)) - scale.x(turn.start) - 10
    ink = Ink(HUES[turn.speaker].text)
    return wrapped(spoken(turn, ink), room, SIZE, _MOST_LINES) if room >= 2 * SIZE else [[]]


def _lane(sheet: Sheet, turns: Sequence[Turn], record: Record, scale: Scale, top: float) -> float:
    """Draws one side's bars and gives their height."""
    told = {item.turn for item in record.outcome.feedback}
    inside = [_inside(turn, scale) for turn in turns]
    high = _LINE * max(map(len, inside), default=1) + 14
    for turn, lines in zip(turns, inside, strict=True):
        left, right = scale.x(turn.start), max(scale.x(turn.end), scale.x(turn.start) + 2)
        hue = HUES[turn.speaker]
        sheet.rect(
            left, top, right - left, high,
            PAPER if prepared(turn) else hue.fill,
            stroke=hue.edge,
            dash="4 3" if prepared(turn) else None,
            radius=min(6, (right - left) / 2),
            tip=f"{turn.index + 1} · {seconds(turn.start)} · {clean(turn.said, 60)}",
        )  # fmt: skip
        _swallowed(sheet, turn, left, min(right, scale.x(scale.spoken_until(turn))), top + high - 5)
        foot = top + (high - _LINE * len(lines)) / 2 + 12
        for number, line in enumerate(lines):
            sheet.text(left + 5, foot + _LINE * number, line, SIZE)
        corner = right - 2
        if turn.index in told:
            sheet.dot(corner, top, 7, GREEN, stroke=PAPER)
            sheet.shape(TICK, corner, top, stroke=PAPER)
            corner -= 16
        if turn.stood_in:
            sheet.shape(DIAMOND, corner, top, fill=PAPER, stroke=RED)
    return high


def _swallowed(sheet: Sheet, turn: Turn, left: float, right: float, y: float) -> None:
    """A strip at the foot of a bar under the words that did not arrive; those behind a cut were never spoken."""
    pieces = [piece for piece in stretches(turn) if piece.fate != "misheard"]
    if turn.cut_off and pieces and pieces[-1].fate == "lost":
        del pieces[-1]
    at, wide = 0, (right - left) / max(1, sum(len(piece.text) for piece in pieces))
    for text, fate in pieces:
        if fate == "lost":
            sheet.rect(left + wide * at, y, wide * len(text), 4, RED)
        at += len(text)


def _numbers(sheet: Sheet, turns: Sequence[Turn], scale: Scale, y: float) -> None:
    """Each bar's number of the transcript, as far as there is room."""
    free = 0.0
    for turn in turns:
        label = str(turn.index + 1)
        x = scale.x(turn.start) + 1
        if x >= free:
            sheet.text(x, y, label, 11, Ink(HUES[turn.speaker].edge, bold=True))
            free = x + width(label, 11) + 5


def _cut(sheet: Sheet, x: float, end: float, upper: float, lower: float, foot: float, whose: Speaker) -> None:
    """Somebody talks over the end of the other's turn: a bolt between the lanes, and what nobody listened to pales."""
    top, bottom = (upper, lower - _GAP) if whose == "caller" else (lower, foot)
    sheet.rect(x, top, max(0.0, end - x), bottom - top, PAPER, opacity=0.55)
    sheet.line(x, top - 3, x, bottom + 3, RED)
    sheet.shape(BOLT, x, lower - _GAP / 2, fill=RED, stroke=PAPER)


def exit_mark(sheet: Sheet, record: Record, scale: Scale, top: float, bottom: float) -> None:
    """A line through every lane where the call ended, with how and by whom at its foot."""
    x = scale.x(scale.last)
    by = "" if record.ending.by in ("limit", "failure") else f" · by the {record.ending.by}"
    label = f"{ending_words(record)}{by} · {seconds(scale.last)}"
    wide = width(label, 12) + 20
    left = min(max(LEFT, x - wide + 8), RIGHT - wide)
    sheet.line(x, top, x, bottom + 6, INK)
    sheet.rect(left, bottom + 6, wide, 22, INK, radius=11)
    sheet.text(left + wide / 2, bottom + 21, label, 12, Ink(PAPER, bold=True), anchor="middle")


def ending_words(record: Record) -> str:
    """How the call ended."""
    return record.ending.how.replace("_", " ")


def ruler(sheet: Sheet, scale: Scale, top: float, bottom: float) -> None:
    """Round seconds as fine lines, and the call's limit."""
    for time in scale.ticks():
        x = scale.x(time)
        sheet.line(x, top, x, bottom, "#f0f1f3")
        sheet.text(x, top - 6, f"{time:g} s", 11, Ink(FAINT), anchor="start" if time == 0 else "middle")
    label = f"limit {scale.limit:g} s"
    if scale.shows_limit:
        x = scale.x(scale.limit)
        sheet.line(x, top - 14, x, bottom, RED, dash="2 3")
        sheet.text(x - 4, top - 20, label, 11, Ink(RED), anchor="end")
    else:
        sheet.text(RIGHT, top - 20, f"{label} →", 11, Ink(FADED), anchor="end")
