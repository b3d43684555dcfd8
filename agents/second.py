"""A chat model as the second judge: what it is shown, and how its answer is read."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final, get_args

from pydantic import ValidationError

from ..evaluators.errors import ModelServerError
from ..evaluators.moment import Moment
from ..evaluators.policy import Policy, RuleId
from ..evaluators.second import RuleOpinion, Ruling, SecondOpinion
from ..evaluators.utterances import Utterance
from .conversation import SILENCE
from .models import ChatServer, Method, object_in
from .prompts import judge_prompt
from .roles import Usage

JUDGE_TOKENS: Final = 1000
"""More than four rulings need; a model that thinks aloud needs most of it for that."""
_TURNS: Final = 6
_LONGEST: Final = 300
"""How much of the call so far it is shown: turns, and characters of each."""


class ModelOpinion(SecondOpinion):
    """An opinion, and the tokens that it took."""

    usage: Usage | None = None


class ModelJudge:
    """A chat model that fills in a ruling for each rule.

    `together` asks about all rules in one request; else each rule has a request of its own, all at the same time, at
    as many times the prompt tokens. An answer that cannot be read leaves its rules undecided.
    """

    def __init__(self, server: ChatServer, method: Method = "json_schema", *, together: bool = True) -> None:
        self._server, self._together = server, together
        self.method: Method = method
        self.who = f"openai:{server.model}"
        self.server_name = server.name

    async def look(self, text: str, moment: Moment, policy: Policy, rules: tuple[RuleId, ...]) -> ModelOpinion:
        if self._together or len(rules) == 1:
            return await self._asked(text, moment, policy, rules)
        answers = await asyncio.gather(
            *(self._asked(text, moment, policy, (rule,)) for rule in rules), return_exceptions=True
        )
        return _joined(rules, answers)

    async def _asked(self, text: str, moment: Moment, policy: Policy, rules: tuple[RuleId, ...]) -> ModelOpinion:
        messages = [
            {"role": "system", "content": judge_prompt(policy, rules)},
            {"role": "user", "content": _shown(text, moment)},
        ]
        answer, usage = await self._server.structured(messages, _schema(rules), self.method)
        return ModelOpinion(findings=read_answer(answer, rules), usage=usage)


def _shown(text: str, moment: Moment) -> str:
    """The moment and the draft as one JSON object: nothing that stands in a string can close it."""
    shown = {
        "此前的通话": [_line(utterance) for utterance in moment.history[-_TURNS:]],
        "对方刚说的话": moment.last_callee[:_LONGEST],
        "对方已要求结束": moment.must_exit,
        "要判断的话": text,
    }
    return json.dumps(shown, ensure_ascii=False)


def _line(utterance: Utterance) -> dict[str, str]:
    words = utterance.text if utterance.said is None else utterance.said
    return {"拨打方" if utterance.speaker == "caller" else "对方": words.strip()[:_LONGEST] or SILENCE}


def _schema(rules: tuple[RuleId, ...]) -> dict[str, Any]:
    # The ruling comes last: a model that has written down the words and the reason rules better.
    ruling = {
        "type": "object",
        "properties": {
            "quote": {"type": "string"},
            "reason": {"type": "string"},
            "ruling": {"type": "string", "enum": [*get_args(Ruling)]},
        },
        "required": ["quote", "reason", "ruling"],
        "additionalProperties": False,
    }
    return {
        "title": "rulings",
        "description": "A ruling for each rule.",
        "type": "object",
        "properties": dict.fromkeys(rules, ruling),
        "required": [*rules],
        "additionalProperties": False,
    }


_UNREADABLE: Final = RuleOpinion(ruling="undecided", reason="the answer could not be read")


def read_answer(answer: dict[str, Any] | str | None, rules: tuple[RuleId, ...]) -> dict[RuleId, RuleOpinion]:
    """The ruling on each of `rules`; undecided for each one that the answer does not give in the form asked for."""
    given = object_in(answer) if isinstance(answer, str) else answer
    return {rule: _ruling(given.get(rule)) if given else _UNREADABLE for rule in rules}


def _ruling(entry: object) -> RuleOpinion:
    if not isinstance(entry, dict):
        return _UNREADABLE
    try:
        return RuleOpinion(ruling=entry["ruling"], quote=entry.get("quote") or "", reason=entry.get("reason") or "")
    except (KeyError, ValidationError):
        return _UNREADABLE


def _joined(rules: tuple[RuleId, ...], answers: list[ModelOpinion | BaseException]) -> ModelOpinion:
    """One opinion of many. A rule whose server failed is undecided; raises where nothing came of any request."""
    findings: dict[RuleId, RuleOpinion] = {}
    for rule, answer in zip(rules, answers, strict=True):
        if isinstance(answer, ModelOpinion):
            findings |= answer.findings
        elif isinstance(answer, ModelServerError):
            findings[rule] = RuleOpinion(ruling="undecided", reason=str(answer))
        else:
            raise answer
    given = [answer for answer in answers if isinstance(answer, ModelOpinion)]
    if not given:
        raise next(answer for answer in answers if isinstance(answer, BaseException))
    return ModelOpinion(findings=findings, usage=Usage.total(answer.usage for answer in given))
