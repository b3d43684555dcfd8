"""The judge, and a second one beside it where the user wants one: two looks at a draft, one verdict."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import get_args

from loguru import logger
from typing_extensions import TypedDict

from ..agents.asking import given_up, opinion_begun, opinion_of
from ..agents.casting import cast_judge
from ..agents.models import Method
from ..agents.roles import Usage
from ..agents.second import ModelJudge
from ..evaluators.errors import AgentError, InputError, ModelServerError
from ..evaluators.judge import Judge
from ..evaluators.language.text import READ_LIMIT
from ..evaluators.moment import Moment
from ..evaluators.second import JudgePolicy, NoOpinion, SecondJudge, SecondOpinion, rules_to_ask, with_opinion
from ..evaluators.verdicts import Verdict


class JudgeOptions(TypedDict, total=False):
    """A second judge beside the rules. All optional; without `judge` there is none."""

    judge: str | SecondJudge | None
    """`openai:NAME`, `python:module:object`, or anything with the `SecondJudge` protocol. It adds semantic cases of
    no-retention, no-promotion, stay-on-topic and faithful-to-card, and takes no violation away."""
    judge_method: Method | None
    """How a model is made to answer in JSON: `json_schema` (default), `function_calling` or `json_mode`."""
    judge_policy: JudgePolicy | None
    """What becomes of a draft where it is undecided, late, unreadable or failing: `closed` (default) ends the call with
    the exit line, `open` leaves the verdict of the rules."""
    judge_base_url: str | None


@dataclass(frozen=True, slots=True)
class Second:
    """A second judge, cast, and what becomes of a draft on which it gives no answer."""

    judge: SecondJudge
    policy: JudgePolicy

    @property
    def method(self) -> Method | None:
        """How its answers are asked for, where it is a model."""
        return self.judge.method if isinstance(self.judge, ModelJudge) else None


def cast_second(options: JudgeOptions, timeout: float) -> Second | None:
    """The second judge that the options ask for, if any.

    Raises InputError for options that cannot be used, ModelServerError for a model without key and address.
    """
    who, policy = options.get("judge"), options.get("judge_policy")
    method, base_url = options.get("judge_method"), options.get("judge_base_url")
    if policy is not None and policy not in get_args(JudgePolicy):
        raise InputError(f"no judge policy is named {policy!r}: use {' or '.join(get_args(JudgePolicy))}")
    if who is None:
        if policy is not None or method is not None or base_url is not None:
            raise InputError("a judge's method, policy or address needs a judge: choose one, such as openai:NAME")
        return None
    return Second(cast_judge(who, method=method, base_url=base_url, timeout=timeout), policy or "closed")


@dataclass(frozen=True, slots=True)
class Ruled:
    """A verdict, what the second judge said where it was asked, and what that took."""

    verdict: Verdict
    second: SecondOpinion | NoOpinion | None = None
    seconds: float = 0.0
    usage: Usage | None = None


class Panel:
    """The judge with a second one beside it, or alone."""

    def __init__(self, judge: Judge, second: Second | None = None) -> None:
        self._judge, self.second = judge, second
        self._enabled = frozenset(rule.id for rule in judge.rules)

    async def judge(self, text: str, moment: Moment, seconds: float) -> Ruled:
        """The verdict on `text`, said at `moment`; `seconds` are what the second judge may take."""
        rules = rules_to_ask(self._enabled, moment)
        # What nobody reads to its end is never said, so that nobody need be asked about it.
        if self.second is None or not rules or not text.strip() or len(text) > READ_LIMIT:
            return Ruled(self._judge.judge(text, moment))
        policy, began = self._judge.policy, time.monotonic()
        task = opinion_begun(self.second.judge, text, moment, policy, rules)
        try:
            # The request leaves before the rules take the event loop for themselves.
            await asyncio.sleep(0)
            verdict = self._judge.judge(text, moment)
            if verdict.action == "terminate":
                return Ruled(verdict)
            left = max(0.0, seconds - (time.monotonic() - began))
            opinion, usage = await self._opinion(self.second.judge, task, round(left, 2))
        finally:
            given_up(task)
        verdict = with_opinion(
            verdict,
            opinion,
            text=text,
            moment=moment,
            rules=rules,
            policy=self.second.policy,
            sources=policy.sources,
        )
        return Ruled(verdict, opinion, time.monotonic() - began, usage)

    async def _opinion(
        self, second: SecondJudge, task: asyncio.Task[SecondOpinion], seconds: float
    ) -> tuple[SecondOpinion | NoOpinion, Usage | None]:
        try:
            return await opinion_of(second, task, seconds)
        except (AgentError, ModelServerError) as error:
            logger.warning("no second opinion: {}", error)
            return NoOpinion(why=str(error), server=isinstance(error, ModelServerError)), None
