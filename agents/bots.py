"""`python:module:object`: the bot that a team already has, rehearsed as it is.

It is called with the whole conversation each time, as voice platforms call it, and keeps no state between turns that
waihu would have to undo: a draft that was sent back was never said.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from ..evaluators.errors import AgentError, InputError
from .conversation import Message
from .models import text_of

Ask = Callable[[list[Message]], Coroutine[Any, Any, str]]
"""Messages to the words of the answer."""


def load_object(reference: str) -> Any:
    """The object that `module:object` or `path/to/file.py:object` names. Raises InputError with the cure."""
    module_name, _, path = reference.rpartition(":")
    if not module_name or not path:
        raise InputError(f"python:{reference}: write python:module:object, or python:path/to/file.py:object")
    try:
        module = _module(module_name)
    except InputError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        cure = "; run from the folder that holds it, or install it" if isinstance(error, ImportError) else ""
        raise InputError(
            f"python:{reference}: importing {module_name} failed: {type(error).__name__}: {error}{cure}"
        ) from error
    found: Any = module
    for name in path.split("."):
        if not hasattr(found, name):
            raise InputError(f"python:{reference}: {module_name} has no {path!r}")
        found = getattr(found, name)
    return found


def _module(name: str) -> Any:
    if name.endswith(".py"):
        file = Path(name)
        if not file.is_file():
            raise InputError(f"python:{name}: no such file")
        # The file's own folder comes first, as when Python runs it.
        _importable(str(file.parent.resolve()))
        spec = importlib.util.spec_from_file_location(file.stem, file.resolve())
        assert spec is not None
        assert spec.loader is not None
        known = sys.modules.get(file.stem)
        if known is not None and getattr(known, "__file__", None) == str(file.resolve()):
            return known
        module = importlib.util.module_from_spec(spec)
        name = file.stem if known is None else f"{file.stem}_{uuid4().hex[:8]}"
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
        return module
    _importable(str(Path.cwd()))
    return importlib.import_module(name)


def _importable(folder: str) -> None:
    if folder not in sys.path:
        sys.path.insert(0, folder)


def bot(found: Any, reference: str) -> Ask:
    """How to ask `found`: an async callable, a LangChain runnable, or a LangGraph graph, compiled or not."""
    if not hasattr(found, "ainvoke") and hasattr(found, "compile") and hasattr(found, "add_node"):
        found = found.compile()
    if hasattr(found, "ainvoke"):
        return _graph(found) if hasattr(found, "aget_state") else _runnable(found)
    if inspect.isclass(found) or not callable(found):
        raise InputError(
            f"python:{reference} is a {type(found).__name__}: an async callable, a LangChain runnable or a LangGraph "
            "graph is expected"
        )
    if not (inspect.iscoroutinefunction(found) or inspect.iscoroutinefunction(found.__call__)):
        raise InputError(
            f"python:{reference} is not async: write `async def`, and put a blocking call into asyncio.to_thread"
        )

    call = cast(Callable[[list[Message]], Coroutine[Any, Any, Any]], found)

    async def ask(messages: list[Message]) -> str:
        return _words(await call(messages))

    return ask


def _words(answer: Any) -> str:
    if answer is None:
        # A forgotten `return` must not pass for a customer who says nothing.
        raise AgentError("the bot returned None: return its words, or an empty string for silence")
    return text_of(answer)


def _graph(graph: Any) -> Ask:
    async def ask(messages: list[Message]) -> str:
        # A thread of its own for each question: the conversation is given whole, and what a graph with a checkpointer
        # remembered of drafts that nobody heard would count twice.
        config = {"configurable": {"thread_id": uuid4().hex}, "recursion_limit": 100}
        return _words(await graph.ainvoke({"messages": messages}, config))

    return ask


def _runnable(runnable: Any) -> Ask:
    async def ask(messages: list[Message]) -> str:
        return _words(await runnable.ainvoke(messages))

    return ask
