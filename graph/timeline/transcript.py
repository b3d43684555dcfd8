"""The transcript below the lanes: every turn by its number, with the drafts that nobody heard and the noise."""

from __future__ import annotations

from typing import Final

from ..records import JudgedDraft, Record, Turn
from ..wording import ORIGINS
from .drawing import (
    FADED,
    FAINT,
    MAGENTA,
    MARGIN,
    PALE,
    PAPER,
    RED,
    RIGHT,
    Ink,
    Line,
    Run,
    Sheet,
    clean,
    fitted,
    wrapped,
)
from .lanes import CROSS, HUES
from .room import MOODS, noise_words
from .words import seconds, spoken

_SIZE: Final = 14.0
_SMALL: Final = 12.0
_STEP: Final = 21.0
_WORDS: Final = 226.0
_NOTES: Final = 960.0
_MOST_LINES: Final = 260
"""Of the whole transcript: a call has a few dozen, and no record makes a picture that cannot be opened."""
_MOST_DRAFTS: Final = 4


def transcript(sheet: Sheet, record: Record, top: float) -> float:
    """Draws it and gives where it ends."""
    y, lines = top, 0
    for number, turn in enumerate(record.turns):
        if lines >= _MOST_LINES:
            rest = f"… and {len(record.turns) - number} more turns, which the record has"
            sheet.text(_WORDS, y + 16, rest, _SIZE, Ink(FADED))
            return y + _STEP
        before = y
        sheet.line(MARGIN, y, RIGHT, y, PALE)
        y = _drafts(sheet, turn, y + 4)
        y = _turn(sheet, record, turn, y) + 4
        lines += round((y - before) / _STEP)
    return y


def _drafts(sheet: Sheet, turn: Turn, y: float) -> float:
    """What was sent back before the turn, or could not be believed."""
    refused = [draft for draft in turn.drafts if draft.origin == "draft" and draft.verdict.action != "pass"]
    for draft in refused[:_MOST_DRAFTS]:
        y = _crossed(sheet, draft.text, _reasons(draft), y)
    for reply in turn.doubtful[:_MOST_DRAFTS]:
        doubts = [Run("not believed: ", Ink(RED, bold=True))]
        doubts.append(Run(", ".join(doubt.kind.replace("_", " ") for doubt in reply.doubts[:5]), Ink(FADED)))
        y = _crossed(sheet, reply.text, doubts, y)
    more = max(0, len(refused) - _MOST_DRAFTS) + max(0, len(turn.doubtful) - _MOST_DRAFTS)
    return _lines(sheet, [[Run(f"and {more} more", Ink(FADED))]], y) if more else y


def _reasons(draft: JudgedDraft) -> list[Run]:
    reasons: list[Run] = []
    for violation in draft.verdict.violations[:4]:
        reasons.append(Run(f"{clean(violation.rule, 40)} ", Ink(RED, bold=True)))
        reasons.append(Run(f"{clean(violation.message, 120)}  ", Ink(FADED)))
    return reasons


def _crossed(sheet: Sheet, text: str, reasons: list[Run], y: float) -> float:
    sheet.shape(CROSS, _WORDS - 14, y + 12, stroke=RED)
    words = clean(text, 160) if text.strip() else "(nothing)"
    y = _lines(sheet, wrapped([Run(words, Ink(FAINT, struck=True))], _NOTES - _WORDS - 24, _SMALL, 3), y)
    return _lines(sheet, wrapped(reasons, RIGHT - _WORDS - 24, _SMALL, 3), y)


def _turn(sheet: Sheet, record: Record, turn: Turn, y: float) -> float:
    hue = HUES[turn.speaker]
    name = record.caller.name if turn.speaker == "caller" else record.callee.name
    foot = y + 16
    sheet.rect(MARGIN, y + 2, 30, 18, hue.edge, radius=9)
    sheet.text(MARGIN + 15, foot - 1, str(turn.index + 1), 11, Ink(PAPER, bold=True), anchor="middle")
    sheet.text(MARGIN + 92, foot, seconds(turn.start), _SMALL, Ink(FADED), anchor="end")
    sheet.text(MARGIN + 104, foot, fitted(name, _WORDS - MARGIN - 112, 13), 13, Ink(hue.text, bold=True))
    notes = wrapped(_notes(turn), RIGHT - _NOTES - _SMALL, _SMALL, 3)
    for number, line in enumerate(notes):
        sheet.text(_NOTES, foot + 17 * number, line, _SMALL)
    words = wrapped(spoken(turn, Ink()), _NOTES - _WORDS - 24, _SIZE, 8)
    return max(_around(sheet, turn, _lines(sheet, words, y, _SIZE)), y + 17 * len(notes) + 4)


def _notes(turn: Turn) -> list[Run]:
    notes = [ORIGINS[turn.origin]] if turn.origin is not None and turn.origin in ORIGINS else []
    if turn.source is not None:
        notes.append(f"card line {turn.source}")
    flags = (
        ("stands in for a reply that nobody could believe", turn.stood_in),
        ("cut off", turn.cut_off),
        ("nothing of it arrived", turn.lost),
        ("hangs up", turn.hung_up),
    )
    notes += [text for text, so in flags if so]
    mood = [Run(f"{turn.mood} ", Ink(MOODS[turn.mood][1], bold=True))] if turn.mood else []
    return [*mood, Run(", ".join(notes), Ink(FADED))]


def _around(sheet: Sheet, turn: Turn, y: float) -> float:
    """The noise of the turn."""
    if not turn.noise:
        return y
    noises = " · ".join(clean(noise_words(event), 60) for event in turn.noise[:12])
    return _lines(sheet, wrapped([Run(f"♪ {noises}", Ink(MAGENTA))], RIGHT - _WORDS - 24, _SMALL, 3), y)


def _lines(sheet: Sheet, lines: list[Line], y: float, size: float = _SMALL) -> float:
    step = _STEP if size == _SIZE else 17.0
    for number, line in enumerate(lines):
        sheet.text(_WORDS, y + 16 + step * number - (0 if size == _SIZE else 2), line, size)
    return y + step * len(lines)
