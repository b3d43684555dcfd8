"""Asking an agent for its turn: for so long and no longer, and out of the graph run's sight."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any, TypeVar

from ..evaluators.errors import AgentError, ModelServerError
from .callee import LinesCallee, ModelCallee, ScriptedCallee
from .caller import ModelCaller, ScriptedCaller
from .roles import Callee, CalleeView, Caller, CallerView, Draft, Reply
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
    text = speakable(reply.text)
    return reply if text == reply.text else reply.model_copy(update={"text": text})


async def _at_once(work: Coroutine[Any, Any, T], who: str) -> T:
    """Runs an agent of our own, which waits for nothing and calls nobody, where it stands."""
    try:
        return await work
    except Exception as error:
        raise _blamed(who, error) from error


def _blamed(who: str, error: Exception) -> AgentError:
    return AgentError(f"{who} raised {type(error).__name__}: {str(error)[:200]}")


async def _within(work: Coroutine[Any, Any, T], seconds: float, who: str, model: str | None) -> T:
    """Runs `work` in a task of its own, and gives it up when its time is over, whether it lets itself be ended or not.

    A model or a graph that is called inside a node inherits the run's callbacks, streams and checkpointer; its tokens,
    which nobody has judged, would then leave on the run's own streams. The task knows nothing of the run.
    """
    from langchain_core.runnables.config import var_child_runnable_config

    context = contextvars.copy_context()
    context.run(var_child_runnable_config.set, None)
    task = asyncio.get_running_loop().create_task(_tamed(work), context=context)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
            task.add_done_callback(_forgotten)
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


async def _tamed(work: Coroutine[Any, Any, T]) -> T:
    try:
        return await work
    except SystemExit as error:
        # In a task this would end the whole program.
        raise AgentError(f"the agent called sys.exit({error.code!r})") from error


def _forgotten(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()
