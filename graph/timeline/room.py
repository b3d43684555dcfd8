"""The lanes of what nobody says: the noise around the callee and on the line, his mood, and what stands behind it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Final

from ...agents.noise import NoiseEvent, NoiseKind
from ...agents.persona import Mood, Persona
from ..records import Record, Turn
from .drawing import FADED, FAINT, MAGENTA, MARGIN, PALE, PAPER, RED, RIGHT, Ink, Sheet, clean, packed, width
from .lanes import lane_name
from .scale import LEFT, Scale

_SPEAKS, _SPEAKS_AWAY = "M-6 -5H6V3H0L-3 6V3H-6Z", "M6 -5H-6V3H0L3 6V3H6Z"

NOISES: Final[dict[NoiseKind, tuple[str, str, str]]] = {
    "colleague": ("voice", _SPEAKS, MAGENTA),
    "passerby": ("passer-by", _SPEAKS, MAGENTA),
    "navigation": ("navigator", "M0 -6L5 5L0 2L-5 5Z", MAGENTA),
    "aside": ("aside", _SPEAKS_AWAY, MAGENTA),
    "printer": ("printer", "M-4 -1V-6H4V-1M-6 -1H6V4H-6ZM-3 2H3", MAGENTA),
    "papers": ("papers", "M-5 -3H2V6H-5ZM-2 -3V-6H5V3H2", MAGENTA),
    "traffic": ("traffic", "M-6 3V-1H-3L-1 -4H3L5 -1H6V3ZM-4 3V5M4 3V5", MAGENTA),
    "engine": ("engine", "M-6 0L-3 -5L0 5L3 -5L6 0", MAGENTA),
    "dropout": ("dropout", "M-7 0H-3M3 0H7M-2 -4L2 4", RED),
    "homophone": ("misheard", "M-6 -2L-3 -4L0 -2L3 -4L6 -2M-6 3L-3 1L0 3L3 1L6 3", RED),
    "deletion": ("missed", "M-5 -5H5V5H-5ZM-2 0H2", RED),
}
"""For each kind a word, a picture and a colour: the room's is not that of the line and the recogniser."""
_COVER: Final = frozenset({"printer", "traffic", "engine"})
"""Their words are those that they drowned."""
_STAGE = re.compile(r"^（[^）]{0,10}）")
_ROWS: Final = 3
_ROW: Final = 20.0

MOODS: Final[dict[Mood, tuple[str, str]]] = {
    "急躁": ("irritated", "#ea580c"),
    "冷漠": ("cold", "#64748b"),
    "倦怠": ("weary", "#8b6fb0"),
    "讽刺": ("sarcastic", "#a16207"),
    "缓和": ("softened", "#4d9a5e"),
}
_BAND: Final = 22.0
_CURVES: Final = 60.0


def noise(sheet: Sheet, record: Record, scale: Scale, top: float) -> float:
    """Draws every noise at its time and gives where the lane ends."""
    events = sorted(((e.at, e) for turn in record.turns for e in turn.noise), key=lambda pair: pair[0])
    labels = [_label(event) for _, event in events]
    # A label stands before the line of the exit, where there is room.
    last = max(scale.x(scale.last) - 28, LEFT + 200)
    places = [min(scale.x(at), last - width(label, 11)) for (at, _), label in zip(events, labels, strict=True)]
    spans = [(x, x + 26 + width(label, 11)) for x, label in zip(places, labels, strict=True)]
    rows = packed(spans, _ROWS)
    for (at, event), label, x, row in zip(events, labels, places, rows, strict=True):
        if row is None:
            continue
        _, picture, colour = NOISES[event.kind]
        y = top + 12 + _ROW * row
        lasts = scale.x(at + event.seconds) - scale.x(at)
        if lasts > 0:
            sheet.rect(scale.x(at), y - 9, lasts, 18, colour, radius=3, opacity=0.15)
        sheet.shape(picture, x + 8, y, fill=PAPER, stroke=colour)
        sheet.text(x + 19, y + 4, label, 11, Ink(colour))
    used = max((row + 1 for row in rows if row is not None), default=1)
    lane_name(sheet, top + 12, "noise", clean(record.noise, 14))
    return top + max(34.0, 6 + _ROW * used)


def _label(event: NoiseEvent) -> str:
    return clean(noise_words(event), 26)


def noise_words(event: NoiseEvent) -> str:
    """A noise in words."""
    name = NOISES[event.kind][0]
    words = _STAGE.sub("", event.text[:60]).strip()
    if not words:
        return name
    return f"{name} over {words}" if event.kind in _COVER else f"{name} {words}"


def mood(sheet: Sheet, record: Record, scale: Scale, top: float) -> float:
    """Draws the band of moods with the curves below it and gives where the lane ends."""
    states = [(turn, turn.persona) for turn in record.turns if turn.persona is not None]
    if not states:
        return top
    lane_name(sheet, top + 12, "mood", "")
    steps: list[tuple[Turn, Mood]] = [
        (turn, persona.mood)
        for number, (turn, persona) in enumerate(states)
        if not number or states[number - 1][1].mood != persona.mood
    ]
    ends = [*(scale.x(turn.start) for turn, _ in steps[1:]), scale.x(scale.last)]
    sheet.rect(LEFT, top, scale.x(scale.last) - LEFT, _BAND, "#f3f4f6", radius=4)
    for (turn, name), right in zip(steps, ends, strict=True):
        left = scale.x(turn.start)
        word, colour = MOODS[name]
        sheet.rect(left, top, max(1.0, right - left), _BAND, colour, radius=4, stroke=PAPER)
        room = right - left - 10
        label = next((text for text in (f"{name} {word}", name) if width(text, 12) <= room), "")
        sheet.text(left + 6, top + 15.5, label, 12, Ink(PAPER, bold=True))
    _curves(sheet, states, scale, top + _BAND + 10)
    return top + _BAND + 10 + _CURVES + 6


def _curves(sheet: Sheet, states: list[tuple[Turn, Persona]], scale: Scale, top: float) -> None:
    most = max((persona.patience for _, persona in states if math.isfinite(persona.patience)), default=1.0)
    curves: tuple[tuple[str, str, Callable[[Persona], float]], ...] = (
        (f"patience, of {most:.3g}", "#0f766e", lambda persona: persona.patience / most if most > 0 else 0.0),
        ("suspicion", "#be123c", lambda persona: persona.suspicion),
        ("attention", "#4338ca", lambda persona: persona.attention),
    )
    for y in (top, top + _CURVES / 2, top + _CURVES):
        sheet.line(LEFT, y, RIGHT, y, "#f0f1f3" if y != top + _CURVES else PALE)
    for number, (label, colour, value) in enumerate(curves):
        points = [(scale.x(turn.start), top + _CURVES * (1 - _share(value(persona)))) for turn, persona in states]
        sheet.curve([*points, (max(points[-1][0], scale.x(scale.last)), points[-1][1])], colour)
        if len(points) <= 60:
            for x, y in points:
                sheet.dot(x, y, 2.5, colour)
        sheet.line(MARGIN, top + 18 + 17 * number, MARGIN + 12, top + 18 + 17 * number, colour)
        sheet.text(MARGIN + 17, top + 22 + 17 * number, label, 11, Ink(FADED))
    sheet.text(LEFT - 6, top + 4, "1", 10, Ink(FAINT), anchor="end")
    sheet.text(LEFT - 6, top + _CURVES + 4, "0", 10, Ink(FAINT), anchor="end")


def _share(value: float) -> float:
    return min(1.0, max(0.0, value)) if math.isfinite(value) else 0.0
