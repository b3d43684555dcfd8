"""From a draft to what may be said: passed, sent back, or replaced by the card's own line.

Rehearsal and production decide here, with the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loguru import logger

from ..agents.asking import draft_of
from ..agents.roles import Caller, CallerView, Rejected, Usage
from ..agents.script import Spoken
from ..evaluators.errors import AgentError, ModelServerError
from ..evaluators.moment import Moment
from ..evaluators.verdicts import Violation
from .panel import Ruled
from .records import JudgedDraft, Origin
from .setup import REWRITES, Guarded
from .state import Drafted, Speech

Fits = Callable[[str, bool], bool]
"""Whether a text can still be said in the call's time; the flag says that the text ends the call."""

_CUT_OFF = Violation(rule="spoken-form", action="rewrite", message="这句可能没有说完就断了：用一句短而完整的话说。")


def always(text: str, ends_call: bool) -> bool:
    """For a live call, whose clock is the platform's."""
    return True


@dataclass(frozen=True, slots=True)
class SentBack:
    """A draft that has to be written again."""

    judged: tuple[JudgedDraft, ...]
    rejected: tuple[Rejected, ...]


async def drafted(caller: Caller, view: CallerView, seconds: float) -> tuple[Drafted, Usage | None]:
    """The caller's next draft. Whatever goes wrong is in the result, never raised."""
    try:
        draft = await draft_of(caller, view, seconds)
    except (AgentError, ModelServerError) as error:
        logger.debug("no draft: {!r}", error)
        return Drafted(text="", failure=str(error), server=isinstance(error, ModelServerError)), None
    return Drafted(text=draft.text, source=draft.source, complete=draft.complete), draft.usage


class Rulings:
    """Where the judge sits: it knows the card's lines, and nothing is said that it has not passed."""

    def __init__(self, guarded: Guarded) -> None:
        self._judge, self._script, self._panel = guarded.judge, guarded.script, guarded.panel

    async def ruled(self, draft: Drafted, moment: Moment, seconds: float) -> Ruled | None:
        """The verdict on a draft, with what a second judge says within `seconds`; None where there is no draft.

        Only drafts are shown to a second judge. The lines that are said in their place are the card's own, and the
        exit line must be sayable whatever a model thinks of it.
        """
        if draft.failure is not None:
            return None
        if draft.complete:
            return await self._panel.judge(draft.text, moment, seconds)
        verdict = self._judge.judge(draft.text, moment)
        if verdict.action == "terminate":
            return Ruled(verdict)
        return Ruled(verdict.model_copy(update={"action": "rewrite", "violations": (*verdict.violations, _CUT_OFF)}))

    def decide(
        self,
        draft: Drafted,
        ruled: Ruled | None,
        moment: Moment,
        judged: Sequence[JudgedDraft],
        rejected: Sequence[Rejected],
        fits: Fits = always,
    ) -> Speech | SentBack:
        """What becomes of a draft: it is said, something of the card is said in its place, or it goes back."""
        if ruled is None:
            return self._say(moment, self._script.exit, "exit_line", judged, draft)
        verdict = ruled.verdict
        judged = (
            *judged,
            JudgedDraft(
                text=draft.text,
                origin="draft",
                verdict=verdict,
                source=draft.source,
                after_demand=moment.must_exit,
                second=ruled.second,
            ),
        )
        if verdict.action == "pass":
            ends = verdict.act.ends_call
            if not fits(draft.text, ends):
                return self.time_is_up(moment, judged, fits)
            return Speech(text=draft.text, origin="draft", drafts=judged, ends_call=ends, source=draft.source)
        if verdict.action == "terminate":
            return self._say(moment, self._script.exit, "exit_line", judged)
        if len(rejected) < REWRITES:
            sent = Rejected(text=draft.text, messages=tuple(v.message for v in verdict.violations))
            return SentBack(judged=judged, rejected=(*rejected, sent))
        line = self._script.line_for(moment)
        if line == self._script.exit:
            return self._say(moment, line, "exit_line", judged)
        if not fits(line.text, self._judge.judge(line.text, moment).act.ends_call):
            return self.time_is_up(moment, judged, fits)
        return self._say(moment, line, "script", judged)

    def exit(self, moment: Moment) -> Speech:
        """The exit line, whatever the moment."""
        return self._say(moment, self._script.exit, "exit_line", ())

    def answer(self, moment: Moment, fits: Fits = always) -> Speech:
        """The card's answer to a demand to exit, for which no caller is asked."""
        line = self._script.line_for(moment)
        return self._say(moment, line if fits(line.text, True) else self._script.exit, "reflex", ())

    def time_is_up(self, moment: Moment, judged: Sequence[JudgedDraft] = (), fits: Fits = always) -> Speech:
        """A closing, now."""
        line = self._script.closing_for(moment)
        return self._say(moment, line if fits(line.text, True) else self._script.exit, "time", judged)

    def _say(
        self,
        moment: Moment,
        line: Spoken,
        origin: Origin,
        judged: Sequence[JudgedDraft],
        draft: Drafted | None = None,
    ) -> Speech:
        """A line of the card. It was judged when the card was loaded, and is judged here, in its place."""
        verdict = self._judge.judge(line.text, moment)
        if verdict.action != "pass" and line != self._script.exit:
            line, origin = self._script.exit, "exit_line"
            verdict = self._judge.judge(line.text, moment)
        entry = JudgedDraft(
            text=line.text, origin=origin, verdict=verdict, source=line.line, after_demand=moment.must_exit
        )
        return Speech(
            text=line.text,
            origin=origin,
            drafts=(*judged, entry),
            ends_call=verdict.act.ends_call or line == self._script.exit,
            source=line.line,
            failure=draft.failure if draft else None,
            server=draft.server if draft else False,
        )
