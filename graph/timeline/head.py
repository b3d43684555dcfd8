"""What stands above and below the lanes: who calls whom, how it ended, what came of it, and what the marks mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..records import Record
from ..wording import ended_by
from .drawing import (
    FADED,
    FAINT,
    GREEN,
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
    width,
    wrapped,
)
from .lanes import BOLT, CROSS, DIAMOND, HUES, TICK, ending_words, prepared
from .words import seconds, stretches

_SIZE: Final = 13.0
_STEP: Final = 19.0
_MOST_LINES: Final = 6
_BETWEEN: Final = 16.0

Words = list[list[Run]]


def head(sheet: Sheet, record: Record) -> float:
    """Draws who calls whom and three boxes below, and gives where they end."""
    whole = RIGHT - MARGIN
    sheet.text(MARGIN, 50, fitted(f"{record.caller.name} → {record.callee.name}", whole, 24), 24, Ink(bold=True))
    judge = f" · second judge {record.judge.who}" if record.judge else ""
    told = (
        f"card {record.card.name} · seed {record.seed} · noise {record.noise} · "
        f"{record.caller.who} calls {record.callee.who}{judge}"
    )
    sheet.text(MARGIN, 74, fitted(told, whole, _SIZE), _SIZE, Ink(FADED))
    boxes = (
        ("how it ended", _ended(record)),
        ("what came of it", _learned(record)),
        ("the caller's rules", _rules(record)),
    )
    room = (whole - 2 * _BETWEEN) / 3
    laid = [(title, _laid(words, room - 2 * 14)) for title, words in boxes]
    high = 34 + _STEP * max(len(lines) for _, lines in laid) + 6
    for number, (title, lines) in enumerate(laid):
        x = MARGIN + number * (room + _BETWEEN)
        sheet.rect(x, 92, room, high, "#f9fafb", stroke=PALE, radius=8)
        sheet.text(x + 14, 92 + 20, title, 11, Ink(FADED))
        for row, line in enumerate(lines):
            sheet.text(x + 14, 92 + 41 + _STEP * row, line, _SIZE)
    return 92 + high


def _laid(words: Words, room: float) -> list[Line]:
    lines: list[Line] = []
    for runs in words:
        if len(lines) < _MOST_LINES:
            lines.extend(wrapped(runs, room, _SIZE, _MOST_LINES - len(lines)))
    return lines


def _ended(record: Record) -> Words:
    last = record.turns[-1].end if record.turns else 0.0
    asked = f"{record.questions} question{'' if record.questions == 1 else 's'} asked"
    blame = [[Run("to blame: "), Run(record.blame, Ink(RED, bold=True))]] if record.blame else []
    return [
        [Run(ending_words(record), Ink(bold=True)), Run(f", by the {ended_by(record.ending)}")],
        *blame,
        [Run(clean(record.ending.why, 160), Ink(FADED))],
        [Run(f"{seconds(last)} of the customer's {record.limits.seconds:g} s, {asked}", Ink(FADED))],
    ]


def _learned(record: Record) -> Words:
    outcome = record.outcome
    words: Words = []
    if outcome.reached:
        words.append([Run("reached", Ink(GREEN, bold=True))])
    else:
        why = f": {outcome.why_not.replace('_', ' ')}" if outcome.why_not else ""
        words.append([Run("not reached", Ink(RED, bold=True)), Run(why)])
    for item in outcome.feedback[:_MOST_LINES]:
        kind = {"positive": GREEN, "negative": RED}.get(item.kind, FADED)
        said = Run(f" “{clean(item.words, 80)}” ")
        words.append(
            [
                Run("nothing to say:" if item.kind == "none" else f"{item.kind}:", Ink(kind, bold=True)),
                said,
                Run(f"({item.turn + 1})", Ink(FAINT)),
            ]
        )
    wishes = (
        ("wrong person", outcome.wrong_person),
        (f"prefers {outcome.preferred_channel}", outcome.preferred_channel is not None),
        ("does not want to be called again", outcome.do_not_call),
    )
    words.extend([Run(text)] for text, so in wishes if so)
    return words


def _rules(record: Record) -> Words:
    names = {
        state: [rule for rule, is_ in record.rules.items() if is_ == state] for state in ("kept", "broken", "untested")
    }
    words: Words = []
    if names["broken"]:
        words.append([Run(f"broken: {clean(', '.join(names['broken']), 200)}", Ink(RED, bold=True))])
    words.append([Run(f"{len(names['kept'])} kept", Ink(GREEN, bold=True))])
    if names["untested"]:
        words.append([Run(f"not put to the test: {clean(', '.join(names['untested']), 200)}", Ink(FADED))])
    drafts = f"{record.judged} draft{'' if record.judged == 1 else 's'}"
    words.append([Run(f"{drafts} judged, {len(record.sent_back)} not passed", Ink(FADED))])
    return words


def legend(sheet: Sheet, record: Record, top: float) -> float:
    """Draws what the marks mean, as far as the call has them, and gives where that ends."""
    x, y = MARGIN, top + 6
    for so, label, draw in _marks(sheet, record):
        if not so:
            continue
        room = 30 + width(label, 11.5) + 18
        if x + room > RIGHT:
            x, y = MARGIN, y + 20
        draw(x + 10, y)
        sheet.text(x + 26, y + 4, label, 11.5, Ink(FADED))
        x += room
    return y + 12


def _marks(sheet: Sheet, record: Record) -> tuple[tuple[bool, str, Callable[[float, float], None]], ...]:
    turns = record.turns
    blue = HUES["caller"]

    def bar(x: float, y: float) -> None:
        sheet.rect(x - 10, y - 6, 20, 12, blue.fill, stroke=blue.edge, radius=3)

    def dashed(x: float, y: float) -> None:
        sheet.rect(x - 10, y - 6, 20, 12, PAPER, stroke=blue.edge, dash="4 3", radius=3)

    def strip(x: float, y: float) -> None:
        sheet.rect(x - 10, y - 2, 20, 4, RED)

    def tick(x: float, y: float) -> None:
        sheet.dot(x, y, 7, GREEN)
        sheet.shape(TICK, x, y, stroke=PAPER)

    def shaped(d: str, *, filled: bool = False) -> Callable[[float, float], None]:
        return lambda x, y: sheet.shape(d, x, y, fill=RED if filled else PAPER, stroke=None if filled else RED)

    return (
        (any(turn.origin == "draft" for turn in turns), "the caller's own words", bar),
        (any(prepared(turn) for turn in turns), "words of the card, in place of the caller's", dashed),
        (
            any(piece.fate == "lost" for turn in turns for piece in stretches(turn)),
            "did not arrive (red words: heard instead)",
            strip,
        ),
        (any(turn.cut_off for turn in turns), "cut off", shaped(BOLT, filled=True)),
        (bool(record.sent_back), "draft that the judge did not pass", shaped(CROSS)),
        (bool(record.outcome.feedback), "feedback", tick),
        (any(turn.stood_in for turn in turns), "a scripted line stood in", shaped(DIAMOND)),
    )
