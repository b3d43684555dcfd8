"""Chat models behind an OpenAI-compatible server. LangChain is imported when the first model is made, not before."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from loguru import logger

from ..evaluators.errors import InputError, ModelServerError
from ..evaluators.patterns import compiled
from .conversation import Message
from .roles import Usage

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_openai import ChatOpenAI

Role = Literal["caller", "callee", "judge"]
Method = Literal["json_schema", "function_calling", "json_mode"]
"""How a server is made to answer in JSON. They differ: where one refuses `json_schema`, another knows nothing else."""

MAX_TOKENS = 300
"""More than any spoken turn needs; what runs into it is cut off, and a draft that was cut off is never said."""


class ChatServer:
    """One model on one server, for one role.

    Key and address come from the flag, else from `WAIHU_CALLER_API_KEY`, `WAIHU_CALLER_BASE_URL` (and the same for
    `CALLEE` and `JUDGE`), else from `OPENAI_API_KEY`, `OPENAI_BASE_URL`. A server with an address of its own may need
    no key.
    """

    def __init__(
        self,
        model: str,
        role: Role,
        *,
        base_url: str | None = None,
        timeout: float = 120.0,
        retries: int = 1,
        temperature: float | None = None,
        max_tokens: int = MAX_TOKENS,
    ) -> None:
        # Two seconds of import are taken here, before a call, and not out of its first turn.
        import langchain_openai  # noqa: F401

        if not model:
            raise InputError("openai: names no model: write openai:NAME, for example openai:gpt-4o-mini")
        self.model, self.timeout = model, timeout
        self._temperature, self._max_tokens = temperature, max_tokens
        prefix = f"WAIHU_{role.upper()}_"
        self.base_url = base_url or os.environ.get(prefix + "BASE_URL") or os.environ.get("OPENAI_BASE_URL") or None
        key = os.environ.get(prefix + "API_KEY") or os.environ.get("OPENAI_API_KEY")
        if not key and not self.base_url:
            flag = "--judge-base-url" if role == "judge" else "--base-url"
            raise ModelServerError(
                f"openai:{model} has neither key nor address: set OPENAI_API_KEY (or {prefix}API_KEY), "
                f"or give the address of a server of your own with {flag}"
            )
        self._key = key or "none"
        self.name = f"openai:{model} at {self.base_url or 'the default server of OpenAI'}"
        """The model and its address, for messages."""
        self._retries = retries
        # A client belongs to the event loop that it was made in.
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, ChatOpenAI] = WeakKeyDictionary()
        self._lives: list[AsyncGenerator[Any, None]] = []

    async def complete(self, messages: Sequence[Message], *, seed: int) -> tuple[str, Usage, bool]:
        """The model's answer, its tokens, and whether it came to its own end.

        Raises ModelServerError for everything that a server can do wrong.
        """
        client = await self._client()
        try:
            answer = await client.ainvoke(list(messages), seed=seed & 0x7FFFFFFF)
        except Exception as error:
            # A server can fail in ways that no list of classes covers: empty choices come back as an IndexError.
            logger.debug("openai:{} failed: {!r}", self.model, error)
            raise ModelServerError(self._said(error)) from error
        return str(answer.text), _usage(answer), answer.response_metadata.get("finish_reason") == "stop"

    async def structured(
        self, messages: Sequence[Message], schema: dict[str, Any], method: Method
    ) -> tuple[dict[str, Any] | str | None, Usage]:
        """What the model filled in, as it gave it: an object, or the words that should hold one, and its tokens.

        None where it came to no end of its own, or called no function where it had to. Raises as `complete` does.
        """
        from openai import ContentFilterFinishReasonError, LengthFinishReasonError

        client = await self._client()
        # A class as schema would be checked by the client, which gives up on an object in a Markdown fence.
        asked = client.with_structured_output(
            schema, method=method, include_raw=True, strict=True if method == "json_schema" else None
        )
        try:
            answer: AIMessage = (await asked.ainvoke(list(messages)))["raw"]
        except (LengthFinishReasonError, ContentFilterFinishReasonError):
            return None, Usage()
        except Exception as error:
            logger.debug("openai:{} failed: {!r}", self.model, error)
            raise ModelServerError(self._said(error)) from error
        # A call that was forced ends in `stop` on some servers.
        if answer.response_metadata.get("finish_reason") not in ("stop", "tool_calls"):
            return None, _usage(answer)
        called = answer.tool_calls[0]["args"] if answer.tool_calls else None
        return called if called is not None or method == "function_calling" else str(answer.text), _usage(answer)

    async def _client(self) -> ChatOpenAI:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            from langchain_openai import ChatOpenAI

            life = _http_client()
            self._lives.append(life)
            self._clients[loop] = ChatOpenAI(
                model=self.model,
                base_url=self.base_url,
                api_key=lambda: self._key,
                timeout=self.timeout,
                max_retries=self._retries,
                max_completion_tokens=self._max_tokens,
                temperature=self._temperature,
                http_async_client=await anext(life),
            )
        return self._clients[loop]

    def _said(self, error: BaseException) -> str:
        first = next(iter(str(error).splitlines()), "")[:300]
        return (
            f"{self.name} could not be used: {type(error).__name__}: {first}. "
            "Check the address, the key and the model's name"
        )


def _usage(answer: AIMessage) -> Usage:
    tokens = answer.usage_metadata
    if tokens is None:
        return Usage()
    cached = (tokens.get("input_token_details") or {}).get("cache_read") or 0
    return Usage(prompt_tokens=tokens["input_tokens"], cached_tokens=cached, completion_tokens=tokens["output_tokens"])


async def _http_client() -> AsyncGenerator[Any, None]:
    """An HTTP client that lives as long as its event loop: a loop that ends closes its asynchronous generators."""
    from openai import DefaultAsyncHttpxClient

    async with DefaultAsyncHttpxClient() as client:
        yield client


def text_of(answer: Any) -> str:
    """The words in what a bot returned: a string, a message, a dict with `content`, or a graph's final state.

    Returns an empty text for everything that holds none, or whose last message is not the bot's own.
    """
    if isinstance(answer, str):
        return answer
    if isinstance(answer, dict):
        if isinstance(answer.get("messages"), list) and answer["messages"]:
            last = answer["messages"][-1]
            role = last.get("role") if isinstance(last, dict) else getattr(last, "type", None)
            return text_of(last) if role in ("assistant", "ai", "AIMessageChunk") else ""
        return text_of(answer.get("content", answer.get("text")))
    text = getattr(answer, "text", None)
    if isinstance(text, str):
        return str(text)
    content = getattr(answer, "content", None)
    return content if isinstance(content, str) else ""


_FENCED = compiled(r"```(?:json)?\s*(.*?)\s*```", re.DOTALL | re.IGNORECASE)


def object_in(words: str) -> dict[str, Any] | None:
    """The JSON object in a model's words, thoughts and Markdown fence taken off; None where it is not one."""
    words = words.strip()
    if not words.startswith(("{", "`")):
        # Only in front of the answer: inside it the mark is a quotation from the draft.
        words = words.rpartition("</think>")[2].strip()
    fenced = _FENCED.fullmatch(words)
    try:
        found = json.loads(fenced[1] if fenced else words)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
