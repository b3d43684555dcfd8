"""Rules that other packages bring: entry points of the group `waihu.rules`.

A package names a rule, or something that makes one, in its pyproject.toml:

    [project.entry-points."waihu.rules"]
    no-slang = "ourbot.rules:NoSlang"
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import Any, Final

from ..errors import InputError
from ..verdicts import Rule
from . import BUILT_IN

GROUP: Final = "waihu.rules"


@cache
def every_rule() -> tuple[Rule, ...]:
    """The built-in rules, and behind them the installed ones in the order of their names.

    Raises InputError for an entry that cannot be loaded, is no rule, or takes the id of another.
    """
    known: list[Rule] = [*BUILT_IN]
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        where = f"the rule {entry.name} = {entry.value} of the entry points {GROUP}"
        try:
            loaded: Any = entry.load()
            made = loaded() if isinstance(loaded, type) else loaded
        except Exception as error:
            raise InputError(f"{where} cannot be loaded: {type(error).__name__}: {error}") from error
        if not isinstance(made, Rule):
            raise InputError(f"{where} is no rule: it needs `id` and `check(turn, moment, policy)`")
        if any(made.id == rule.id for rule in known):
            raise InputError(f"{where} takes the id {made.id!r}, which another rule has: choose another")
        known.append(made)
    return tuple(known)
