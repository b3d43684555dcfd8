"""How Chinese characters are spelled simply, and how they sound. The table is made by tests/training/characters.py."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final


def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(
        files(__package__ or "").joinpath("tables", "characters.json").read_text("utf-8")
    )
    return table


_TABLE: Final = _table()
SIMPLIFIED: Final[dict[str, str]] = dict(zip(_TABLE["traditional"], _TABLE["simplified"], strict=True))
"""A traditional character to its simplified twin."""
SOUND: Final[dict[str, str]] = {char: sound for sound, chars in _TABLE["sounds"].items() for char in chars}
"""A character to its toneless syllable, with what telephones blur made one (zh and z, l and n, -ng and -n)."""
