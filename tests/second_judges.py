"""Second judges for tests: one that says what it is told to, and the bodies of a chat server that is one."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from waihu import Moment, RuleOpinion, SecondOpinion
from waihu.evaluators.policy import Policy, RuleId

NONE = {"quote": "", "reason": "", "ruling": "none"}


def opinion(**findings: str | tuple[str, str]) -> SecondOpinion:
    """An opinion by rule (`no_promotion="none"`), a violation with its quotation (`("violation", "会员")`)."""
    given = {rule.replace("_", "-"): (f, "") if isinstance(f, str) else f for rule, f in findings.items()}
    return SecondOpinion(
        findings={
            rule: RuleOpinion.model_validate({"ruling": ruling, "quote": quote})
            for rule, (ruling, quote) in given.items()
        }
    )


class Says:
    """Says `given`, and `none` of each other rule that it is asked about; raises what is an error.

    It waits for `waits` first, where it `hangs` for ever. What it was asked is in `asked`.
    """

    who = "says"

    def __init__(
        self,
        given: SecondOpinion | BaseException | None = None,
        *,
        waits: asyncio.Event | None = None,
        hangs: bool = False,
    ) -> None:
        self.given, self.waits, self.hangs = given, waits, hangs
        self.asked: list[tuple[str, tuple[RuleId, ...]]] = []
        self.cancelled = 0

    async def look(self, text: str, moment: Moment, policy: Policy, rules: tuple[RuleId, ...]) -> SecondOpinion:
        self.asked.append((text, rules))
        if self.waits is not None or self.hangs:
            try:
                await (self.waits or asyncio.Event()).wait()
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        if isinstance(self.given, BaseException):
            raise self.given
        given = {} if self.given is None else self.given.findings
        return SecondOpinion(findings={**{rule: RuleOpinion(ruling="none") for rule in rules}, **given})


def rulings(body: dict[str, Any], **broken: str) -> dict[str, Any]:
    """What a model would fill in: `none` for each rule asked about but those in `broken`, with their quotations."""
    given = {rule.replace("_", "-"): quote for rule, quote in broken.items()}
    return {
        rule: {"quote": given[rule], "reason": "换了个说法", "ruling": "violation"} if rule in given else NONE
        for rule in asked_about(body)
    }


def asked_about(body: dict[str, Any]) -> list[str]:
    """The rules of a request, whichever way it asks for them."""
    prompt = body["messages"][0]["content"]
    return [line.removeprefix("### ") for line in prompt.splitlines() if line.startswith("### ")]


def shown(body: dict[str, Any]) -> Any:
    """The call and the draft, as a request shows them."""
    return json.loads(body["messages"][-1]["content"])


def chat_body(content: str | None = None, *, arguments: str | None = None, finish: str = "stop") -> dict[str, Any]:
    """An answer with words, or with the arguments of a call."""
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if arguments is not None:
        call = {"id": "1", "type": "function", "function": {"name": "rulings", "arguments": arguments}}
        message["tool_calls"] = [call]
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    choice = {"index": 0, "finish_reason": finish, "message": message}
    return {"id": "x", "object": "chat.completion", "created": 1, "model": "fake", "choices": [choice], "usage": usage}
