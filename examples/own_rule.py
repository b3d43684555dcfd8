"""A rule of your own: here, that nobody is called 亲.

Give it to `Rehearsal(..., rules=[*every_rule(), NoDear()])` or to `build_guard`, or let every card have it: name it in
the pyproject.toml of your package.

    [project.entry-points."waihu.rules"]
    no-dear = "ourbot.rules:NoDear"
"""

from __future__ import annotations

from dataclasses import dataclass

from waihu import Moment, Policy, Turn, Violation


@dataclass(frozen=True)
class NoDear:
    """What the house style forbids. The message tells a caller model how to mend its draft."""

    id: str = "no-dear"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        if "亲，" not in turn.text and "亲爱的" not in turn.text:
            return None
        return Violation(rule=self.id, action="rewrite", message="不要称呼“亲”：用“您”或“张先生”。")
