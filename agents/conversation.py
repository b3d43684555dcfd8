"""A call as chat messages: the prompt first, then what was said and heard, then what changes from turn to turn.

The order is what a provider's prompt cache wants: everything that was sent before is sent again unchanged, and only
the end grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ..evaluators.utterances import Speaker, Utterance
from .roles import Rejected

Message = dict[str, str]
"""`{"role": "system" | "user" | "assistant", "content": text}`, as chat servers and LangChain both take it."""

PICKED_UP = "（电话接通了，对方拿起了电话。请说开场白。）"
SILENCE = "（沉默）"
HUNG_UP = "[挂断]"


def conversation(history: Iterable[Utterance], me: Speaker, *, prompt: str | None = None) -> list[Message]:
    """The call as `me` knows it: own words as far as they were spoken; the other's as heard.

    The call begins with `PICKED_UP` from the other side for the caller, who speaks first, since many servers refuse a
    conversation without a user message.
    """
    messages: list[Message] = [] if prompt is None else [{"role": "system", "content": prompt}]
    if me == "caller":
        messages.append({"role": "user", "content": PICKED_UP})
    for utterance in history:
        own = utterance.speaker == me
        words = utterance.said if own and utterance.said is not None else utterance.text
        role = "assistant" if own else "user"
        words = words.strip() or SILENCE
        if messages and messages[-1]["role"] == role:
            messages[-1] = {"role": role, "content": f"{messages[-1]['content']}\n{words}"}
        else:
            messages.append({"role": role, "content": words})
    return messages


_AGAIN: Final[dict[Speaker, str]] = {
    "caller": "（对方没有听到这句话。问题：{why} 请重新说这一句：只写你对客户说的那句话。）",
    "callee": "（这句不算，他不会这样。问题：{why} 重新来：只写他在电话里说出口的那一句。）",
}


def sent_back(rejected: Sequence[Rejected], role: str, me: Speaker = "caller") -> list[Message]:
    """The drafts of this turn that were refused, each followed by what is wrong with it."""
    messages: list[Message] = []
    for draft in rejected:
        messages.append({"role": "assistant", "content": draft.text})
        why = "；".join(draft.messages)
        messages.append({"role": role, "content": _AGAIN[me].format(why=why)})
    return messages
