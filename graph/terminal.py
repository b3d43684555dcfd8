"""What may be shown on a terminal: text of cards, bots and records is data, and commands nothing."""

from __future__ import annotations

import re

from rich.text import Text

_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str, style: str = "") -> Text:
    """`text` as it stands: no markup is read in it, and control characters are shown as escapes."""
    return Text(_COMMANDS.sub(lambda match: f"\\u{ord(match[0]):04x}", text), style=style)
