"""Patterns, compiled once for a machine.

The judge knows some two hundred long expressions, and `re` takes longer to compile them than everything else that it
loads. What `re` made of each is therefore kept beside this module's bytecode, where Python keeps what it makes of
sources, and for the same reason. Nothing depends on it: where the file cannot be written or read, or `re` has changed
inside, they are compiled as ever.
"""

from __future__ import annotations

import contextlib
import importlib.util
import marshal
import os
import re
import sys
import tempfile
from array import array
from functools import cache
from pathlib import Path
from typing import Any, Final

from loguru import logger

_VERSION: Final = f"1 {sys.version}"
_MOST: Final = 2000
"""Entries beyond which those that nobody used this time are dropped: sources that were edited leave theirs behind."""

_Made = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]
"""Flags, the code, the number of groups, their numbers by name and names by number: what `_sre.compile` takes."""
_inside: Any = re
_used: dict[tuple[str, int], _Made] = {}
_new: set[tuple[str, int]] = set()


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """`re.compile(pattern, flags)`, from what was kept of an earlier process where there is any."""
    try:
        place = (pattern, int(flags))
        made = _kept().get(place)
        if made is None:
            made = _make(*place)
            _new.add(place)
        _used[place] = made
        found, code, groups, by_name, by_number = made
        again: re.Pattern[str] = _inside._compiler._sre.compile(
            pattern, found, list(array("I", code)), groups, by_name, by_number
        )
    except Exception:  # noqa: BLE001  nobody has promised any of this; `re` itself says what is wrong with a pattern
        return re.compile(pattern, flags)
    return again


def _make(pattern: str, flags: int) -> _Made:
    # As `re._compiler.compile` does it.
    parsed = _inside._parser.parse(pattern, flags)
    code = _inside._compiler._code(parsed, flags)
    by_name: dict[str, int] = parsed.state.groupdict
    by_number: list[str | None] = [None] * parsed.state.groups
    for name, number in by_name.items():
        by_number[number] = name
    return flags | parsed.state.flags, array("I", code).tobytes(), parsed.state.groups - 1, by_name, tuple(by_number)


def keep() -> None:
    """Writes down what was compiled anew, for the next process. Where bytecode is not written, neither is this."""
    if not _new or sys.dont_write_bytecode:
        return
    every = _kept() | _used
    found = every if len(every) <= _MOST else _used
    _new.clear()
    with contextlib.suppress(OSError):
        place = _place()
        place.parent.mkdir(exist_ok=True)
        # Another process may read it, or write it too, while this one does.
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
            file.write(marshal.dumps((_VERSION, found)))
        os.chmod(file.name, 0o644)  # Whoever may read the sources may read this.
        os.replace(file.name, place)
        logger.debug("kept {} compiled patterns in {}", len(found), place)


@cache
def _kept() -> dict[tuple[str, int], _Made]:
    try:
        version, found = marshal.loads(_place().read_bytes())
    except (OSError, EOFError, ValueError, TypeError):
        return {}
    return found if version == _VERSION and isinstance(found, dict) else {}


def _place() -> Path:
    return Path(importlib.util.cache_from_source(__file__)).with_suffix(".codes")
