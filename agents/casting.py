"""WHO speaks: from the words of a user (`scripted`, `openai:NAME`, `python:module:object`) to a caller or a callee."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from ..evaluators.errors import InputError
from ..evaluators.second import SecondJudge
from .bots import bot, load_object
from .callee import BotCallee, LinesCallee, ModelCallee
from .caller import BotCaller, ModelCaller, ScriptedCaller
from .cards import Card
from .cards.identity import callee_names
from .lines import LineStock
from .models import ChatServer, Method
from .prompts import callee_prompt, caller_prompt
from .roles import Callee, Caller
from .script import Script
from .scripted import ScriptedCallee
from .second import JUDGE_TOKENS, ModelJudge
from .temper import Temper, temper_of

_EXPECTED = "`scripted`, `openai:NAME` or `python:module:object`"


def cast_caller(
    who: str | Caller | object,
    card: Card,
    script: Script,
    *,
    prompt: str | None = None,
    base_url: str | None = None,
    timeout: float = 120.0,
) -> Caller:
    """The caller that `who` names. `prompt` replaces the one compiled from the card; only a model takes one."""
    if prompt is not None and not (isinstance(who, str) and who.startswith("openai:")):
        raise InputError("a caller prompt goes to a model: choose a caller openai:NAME")
    if not isinstance(who, str):
        return _caller(who, f"python:{_named(who)}")
    kind, _, name = who.partition(":")
    if who == "scripted":
        return ScriptedCaller(script)
    if kind == "openai":
        server = ChatServer(name, "caller", base_url=base_url, timeout=timeout)
        return ModelCaller(server, caller_prompt(card) if prompt is None else prompt)
    if kind == "python":
        return _caller(load_object(name), who)
    raise InputError(f"no caller is named {who!r}: use {_EXPECTED}")


def cast_callee(
    who: str | Callee | Sequence[str] | object,
    card: Card,
    scripted: ScriptedCallee,
    *,
    base_url: str | None = None,
    method: Method | None = None,
    timeout: float = 120.0,
) -> Callee:
    """The callee that `who` names; a list of strings is a callee who says just these lines and then hangs up.

    `scripted` is the card's stand-in: the callee itself where he is asked for, and the temper of any other.
    """
    if method is not None and not (isinstance(who, str) and who.startswith("openai:")):
        raise InputError("a callee method goes to a model: choose a callee openai:NAME")
    temper = scripted.temper
    if isinstance(who, (list, tuple)):
        if not all(isinstance(line, str) for line in who):
            raise InputError("a list for a callee holds his lines: strings")
        return LinesCallee(who)
    if not isinstance(who, str):
        return _callee(who, f"python:{_named(who)}", temper)
    kind, _, name = who.partition(":")
    if who == "scripted":
        return scripted
    if kind == "openai":
        server = ChatServer(name, "callee", base_url=base_url, timeout=timeout)
        names = callee_names(card, card.settings.contact)
        return ModelCallee(server, callee_prompt(card), temper, names, method)
    if kind == "python":
        return _callee(load_object(name), who, temper)
    raise InputError(f"no callee is named {who!r}: use {_EXPECTED}, or in Python a list of his lines")


def cast_judge(
    who: str | SecondJudge, *, method: Method | None = None, base_url: str | None = None, timeout: float = 120.0
) -> SecondJudge:
    """The second judge that `who` names. Only a model takes a method and an address."""
    kind, _, name = who.partition(":") if isinstance(who, str) else ("", "", "")
    if kind == "openai":
        if method is not None and method not in get_args(Method):
            raise InputError(f"no judge method is named {method!r}: use {', '.join(get_args(Method))}")
        server = ChatServer(name, "judge", base_url=base_url, timeout=timeout, temperature=0, max_tokens=JUDGE_TOKENS)
        return ModelJudge(server, method or "json_schema")
    if method is not None or base_url is not None:
        raise InputError("a judge method and a judge address go to a model: choose a judge openai:NAME")
    if isinstance(who, str) and kind != "python":
        raise InputError(f"no second judge is named {who!r}: use `openai:NAME` or `python:module:object`")
    found = load_object(name) if isinstance(who, str) else who
    if isinstance(found, type) or not isinstance(found, SecondJudge):
        raise InputError(
            f"{who if isinstance(who, str) else _named(who)} is no second judge: an object with a name `who` and "
            "`async def look(text, moment, policy, rules)` is expected"
        )
    return found


def _caller(found: object, who: str) -> Caller:
    if isinstance(found, Caller) and not isinstance(found, type):
        return found
    return BotCaller(bot(found, who.removeprefix("python:")), who)


def scripted_callee(card: Card) -> ScriptedCallee:
    """The stand-in that speaks from the card alone."""
    about = "\n".join(text.text for text in (*card.caller.role, *card.caller.task))
    return ScriptedCallee(LineStock(card.callee, about, card.settings.callee.longest), temper_of(card))


def _callee(found: object, who: str, temper: Temper) -> Callee:
    if isinstance(found, Callee) and not isinstance(found, type):
        return found
    return BotCallee(bot(found, who.removeprefix("python:")), who, temper)


def _named(found: object) -> str:
    return str(getattr(found, "__qualname__", None) or getattr(found, "name", None) or type(found).__qualname__)
