"""Asking an agent for its turn, or a second judge for its opinion: for so long and no longer, and out of the graph
run's sight."""

from __future__ import annotations

import asyncio
import contextvars
import traceback
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from ..evaluators.errors import AgentError, ModelServerError
from ..evaluators.moment import Moment
from ..evaluators.policy import Policy, RuleId
from ..evaluators.second import RuleOpinion, SecondJudge, SecondOpinion
from .callee import LinesCallee, ModelCallee
from .caller import ModelCaller, ScriptedCaller
from .roles import Callee, CalleeView, Caller, CallerView, Draft, Reply, Usage
from .scripted import ScriptedCallee
from .second import ModelJudge, ModelOpinion
from .speech import speakable

T = TypeVar("T")


async def draft_of(caller: Caller, view: CallerView, seconds: float) -> Draft:
    """The caller's draft. Raises AgentError or ModelServerError for everything that can go wrong with it."""
    if isinstance(caller, ScriptedCaller):
        return await _at_once(caller.draft(view), "the caller")
    model = caller.server_name if isinstance(caller, ModelCaller) else None
    draft = await _within(caller.draft(view), seconds, "the caller", model)
    if not isinstance(draft, Draft):
        raise AgentError(f"the caller answered with a {type(draft).__name__}, where a Draft is expected")
    text = speakable(draft.text).strip()
    if not text:
        raise AgentError("the caller answered with no text")
    return draft if text == draft.text else draft.model_copy(update={"text": text})


async def reply_of(callee: Callee, view: CalleeView, seconds: float) -> Reply:
    """The callee's reply. Raises as `draft_of` does."""
    if isinstance(callee, ScriptedCallee | LinesCallee):
        return await _at_once(callee.reply(view), "the callee")
    model = callee.server_name if isinstance(callee, ModelCallee) else None
    reply = await _within(callee.reply(view), seconds, "the callee", model)
    if not isinstance(reply, Reply):
        raise AgentError(f"the callee answered with a {type(reply).__name__}, where a Reply is expected")
    persona = reply.persona
    if persona is not None:
        persona = persona.model_copy(update={"used": tuple(map(speakable, persona.used))})
    return reply.model_copy(update={"text": speakable(reply.text), "persona": persona, "why": speakable(reply.why)})


def opinion_begun(
    second: SecondJudge, text: str, moment: Moment, policy: Policy, rules: tuple[RuleId, ...]
) -> asyncio.Task[SecondOpinion]:
    """The second judge at work; `opinion_of` waits for it, `given_up` does not."""

    async def look() -> SecondOpinion:
        return await second.look(text, moment, policy, rules)

    return _begun(look())


async def opinion_of(
    second: SecondJudge, task: asyncio.Task[SecondOpinion], seconds: float
) -> tuple[SecondOpinion, Usage | None]:
    """Its opinion, and the tokens that it took. Raises as `draft_of` does."""
    model = second.server_name if isinstance(second, ModelJudge) else None
    opinion = await _ended(task, seconds, "the second judge", model)
    if not isinstance(opinion, SecondOpinion):
        raise AgentError(
            f"the second judge answered with a {type(opinion).__name__}, where a SecondOpinion is expected"
        )
    findings = {speakable(rule): _legible(found) for rule, found in opinion.findings.items()}
    return SecondOpinion(findings=findings), opinion.usage if isinstance(opinion, ModelOpinion) else None


_MOST = 200
"""Characters of a quotation and of a reason that are kept: a record must not grow with what a model writes."""


def _legible(found: RuleOpinion) -> RuleOpinion:
    return found.model_copy(
        update={"quote": speakable(found.quote)[:_MOST], "reason": " ".join(speakable(found.reason).split())[:_MOST]}
    )


async def _at_once(work: Coroutine[Any, Any, T], who: str) -> T:
    """Runs an agent of our own, which waits for nothing and calls nobody, where it stands."""
    try:
        return await work
    except Exception as error:
        raise _blamed(who, error) from error


def _blamed(who: str, error: Exception) -> AgentError:
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return AgentError(f"{who} raised {type(error).__name__}: {str(error)[:200]}{where}")


async def _within(work: Coroutine[Any, Any, T], seconds: float, who: str, model: str | None) -> T:
    """Runs `work` in its own task and gives it up when its time is over, whether it lets itself be ended or not."""
    return await _ended(_begun(work), seconds, who, model)


def _begun(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """`work` in a task that knows nothing of the graph's run.

    A model or a graph that is called inside a node inherits the run's callbacks, streams and checkpointer; its tokens,
    which nobody has judged, would then leave on the run's own streams.
    """
    from langchain_core.runnables.config import var_child_runnable_config

    context = contextvars.copy_context()
    context.run(var_child_runnable_config.set, None)
    return asyncio.get_running_loop().create_task(_tamed(work), context=context)


async def _ended(task: asyncio.Task[T], seconds: float, who: str, model: str | None) -> T:
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        given_up(task)
    if not task.done():
        late = f"gave no answer within {seconds:g} s"
        raise ModelServerError(f"{model} {late}") if model else AgentError(f"{who} {late}")
    if task.cancelled():
        raise AgentError(f"{who} cancelled itself")
    try:
        return task.result()
    except (ModelServerError, AgentError):
        raise
    except Exception as error:
        raise _blamed(who, error) from error


def given_up(task: asyncio.Task[Any]) -> None:
    """Ends a task that nobody waits for any more, if it still runs."""
    if not task.done():
        task.cancel()
        task.add_done_callback(_forgotten)


async def _tamed(work: Coroutine[Any, Any, T]) -> T:
    try:
        return await work
    except SystemExit as error:
        # In a task this would end the whole program.
        raise AgentError(f"the agent called sys.exit({error.code!r})") from error


def _forgotten(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()
