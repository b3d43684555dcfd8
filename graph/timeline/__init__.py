"""One call as a picture: who speaks when, what cut in, the noise, the mood, what was sent back, and the exit."""

from __future__ import annotations

from pathlib import Path

from ...evaluators.errors import InputError
from ..records import Record, Turn
from .drawing import Sheet, clean
from .head import head, legend
from .lanes import exit_mark, ruler, speech
from .room import mood, noise
from .scale import Scale
from .transcript import transcript


def timeline(record: Record) -> str:
    """The call as a standalone SVG document: time from left to right, the transcript below. The same record gives the
    same document."""
    record = record.model_copy(update={"turns": tuple(map(_whole, record.turns))})
    sheet = Sheet(clean(f"{record.card.name}, seed {record.seed}: {record.ending.how}", 200))
    scale = Scale(record)
    top = head(sheet, record) + 52
    lanes = Sheet("")
    # The lines of the ruler lie under the lanes, whose height is known when they are drawn.
    y = speech(lanes, record, scale, top + 8)
    y = noise(lanes, record, scale, y + 8)
    y = mood(lanes, record, scale, y + 8)
    ruler(sheet, scale, top, y)
    sheet.take(lanes)
    exit_mark(sheet, record, scale, top, y)
    y = legend(sheet, record, y + 50)
    return sheet.done(transcript(sheet, record, y + 14) + 24)


def _whole(turn: Turn) -> Turn:
    """A turn that was cut off with all that its draft would have said: what nobody heard is drawn as that."""
    if turn.speaker == "callee" or not turn.cut_off or not turn.drafts:
        return turn
    return turn.model_copy(update={"said": turn.drafts[-1].text})


def save_timeline(record: Record, path: str | Path) -> None:
    """Writes the picture. Raises InputError where the file cannot be written or is not named .svg."""
    file = Path(path)
    if file.suffix.lower() != ".svg":
        raise InputError("a picture of a call is an SVG: give a file that ends in .svg", file=str(path))
    try:
        file.write_text(timeline(record), encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"the picture cannot be written: {reason}", file=str(path)) from error
