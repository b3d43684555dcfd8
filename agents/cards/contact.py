"""Placeholders in braces, and the contact that fills them: one pass over the text, no format language."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...evaluators.errors import InputError
from ...evaluators.patterns import compiled
from .decode import decode, read_bytes
from .frontmatter import Value, load
from .models import QA, Card, ScriptLine, Step, Text

ALIASES: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "客户姓名", "收货人", "收货人姓名", "客户名", "客户", "customer", "customer_name"),
    "title": ("称呼", "尊称", "客户称呼", "先生女士", "salutation"),
    "order_number": ("订单号", "订单编号", "单号", "订单", "order", "order_id", "order_no"),
    "delivery_time": ("配送时间", "送达时间", "收货时间", "送货时间", "到货时间", "时间", "delivered_at"),
    "courier": ("派送员", "配送员", "派送员姓名", "配送员姓名", "快递员", "骑手", "送货员"),
}
"""The placeholders that waihu itself knows, and what else they are called; a team may add its own."""

MAX_VALUE = 80
MAX_KEYS = 100
_PLACEHOLDER = compiled(r"\$?(?:\{\{|\{|｛)[ \t]*([^{}｛｝\s][^{}｛｝\n]{0,39}?)[ \t]*(?:\}\}|\}|｝)")
_CANONICAL = {alias: name for name, aliases in ALIASES.items() for alias in (name, *aliases)}
_CONTROL = compiled("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_KEY = compiled(r"[\w][\w .\-]{0,39}")


def canonical(name: str) -> str:
    """The one name of a placeholder: {姓名} is {name}."""
    key = name.strip()
    return _CANONICAL.get(key) or _CANONICAL.get(key.lower().replace(" ", "_").replace("-", "_")) or key


def placeholders_in(text: str) -> tuple[str, ...]:
    """The placeholders of a text as they are written, without braces."""
    return tuple(match[1] for match in _PLACEHOLDER.finditer(text))


def facts_of(card: Card, contact: Mapping[str, str] | None = None) -> dict[str, str]:
    """What is known of this customer and order: the contact over the front matter's defaults."""
    return {
        **{canonical(key): value for key, value in card.settings.contact.items()},
        **{canonical(key): value for key, value in (contact or {}).items()},
    }


def fill_text(text: str, facts: Mapping[str, str]) -> str:
    """`text` with its known placeholders filled; what a value holds is never filled again."""
    return _PLACEHOLDER.sub(lambda match: facts.get(canonical(match[1]), match[0]), text)


def unknown_in(text: str, facts: Mapping[str, str]) -> str | None:
    """The first placeholder of a text that nobody knows."""
    return next((name for name in placeholders_in(text) if canonical(name) not in facts), None)


def fill(card: Card, contact: Mapping[str, str]) -> Card:
    """The card with every placeholder filled.

    A line that must be said and cannot be filled is an `InputError`. A conditional line or an answer of the knowledge
    base that cannot be filled is left out: the customer is sent to customer service then. Prose may keep a placeholder.
    """
    if card.is_filled and not contact:
        return card
    facts = facts_of(card, _clean(contact))
    filler = _Filler(card.file, facts)
    caller, callee, settings = card.caller, card.callee, card.settings
    return card.model_copy(
        update={
            "is_filled": True,
            "settings": settings.model_copy(
                update={
                    "exit_line": filler.must(settings.exit_line) if settings.exit_line else None,
                    "contact": {**settings.contact, **facts},
                }
            ),
            "caller": caller.model_copy(
                update={
                    "role": filler.prose(caller.role),
                    "task": filler.prose(caller.task),
                    "profile": filler.prose(caller.profile),
                    "steps": tuple(filler.step(step) for step in caller.steps),
                    "knowledge": filler.answers(caller.knowledge),
                    "opening": filler.must(caller.opening) if caller.opening else None,
                    "other_openings": filler.lines(caller.other_openings, optional=True),
                    "exit_conditions": filler.prose(caller.exit_conditions),
                    "closing": filler.must(caller.closing),
                    "other_closings": filler.lines(caller.other_closings, optional=True),
                }
            ),
            "callee": callee.model_copy(
                update={
                    "role": filler.prose(callee.role),
                    "background": filler.prose(callee.background),
                    "endings": filler.prose(callee.endings),
                }
            ),
        }
    )


class _Filler:
    def __init__(self, file: str, facts: Mapping[str, str]) -> None:
        self.file, self.facts = file, facts

    def prose(self, pieces: tuple[Text, ...]) -> tuple[Text, ...]:
        return tuple(piece.model_copy(update={"text": fill_text(piece.text, self.facts)}) for piece in pieces)

    def must(self, line: ScriptLine) -> ScriptLine:
        unknown = unknown_in(line.text, self.facts)
        if unknown is not None:
            raise InputError(
                f"nobody knows what {{{unknown}}} stands for in a line that must be said: "
                f"give {canonical(unknown)} in --contact FILE, or under contact: in the card's front matter",
                file=self.file,
                line=line.line,
            )
        return line.model_copy(update={"text": fill_text(line.text, self.facts)})

    def lines(self, lines: tuple[ScriptLine, ...], *, optional: bool = False) -> tuple[ScriptLine, ...]:
        found = []
        for line in lines:
            if (optional or line.condition is not None) and unknown_in(line.text, self.facts) is not None:
                continue
            found.append(self.must(line))
        return tuple(found)

    def step(self, step: Step) -> Step:
        return step.model_copy(
            update={
                "title": fill_text(step.title, self.facts),
                "lines": self.lines(step.lines),
                "notes": self.prose(step.notes),
            }
        )

    def answers(self, entries: tuple[QA, ...]) -> tuple[QA, ...]:
        return tuple(
            entry.model_copy(
                update={
                    "questions": tuple(fill_text(question, self.facts) for question in entry.questions),
                    "answer": fill_text(entry.answer, self.facts),
                }
            )
            for entry in entries
            if unknown_in(entry.answer, self.facts) is None
        )


def order_answer(facts: Mapping[str, str]) -> str | None:
    """What answers 哪个订单, from what is known of the order; None where nothing is."""
    known = {canonical(key): value for key, value in facts.items()}
    number, time, courier = known.get("order_number"), known.get("delivery_time"), known.get("courier")
    parts = [
        f"{time}送到的" if time else "",
        f"由{courier}配送的" if courier else "",
        f"单号{number}的" if number else "",
    ]
    said = "、".join(part for part in parts if part)
    return f"是{said}那一单。" if said else None


def read_contact(path: str | Path) -> dict[str, str]:
    """The contact in a JSON or YAML file: one value for each placeholder, all of them read as text."""
    data, file = read_bytes(path, error=InputError, what="a JSON or YAML file such as {name: 张强}")
    document = decode(data, file=file, error=InputError)
    # A JSON text goes by JSON's rules; {name: 张强} is YAML.
    if Path(path).suffix.lower() == ".json" or re.match(r'\s*\{\s*"', document.text):
        return clean_contact(_json(document.text, file), file=file)
    value = load(document.text, file=file, error=InputError)
    if value is None:
        raise InputError("it is empty: give at least one value such as name: 张强", file=file)
    return clean_contact(value, file=file)


def _json(text: str, file: str) -> Value:
    try:
        found = json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as problem:
        raise InputError(f"this is no JSON ({problem.msg}): correct it", file=file, line=problem.lineno) from None
    except (RecursionError, ValueError):
        raise InputError("it is nested too deep: give one flat object", file=file) from None
    if isinstance(found, _Pairs) and len(dict(found)) < len(found):
        raise InputError("a key stands twice: keep one of them", file=file)
    return _plain(found, text)


class _Pairs(list[tuple[str, Any]]):
    """An object of a JSON file, its keys in order and double ones not lost."""


def _plain(found: object, text: str) -> Value:
    """What JSON gave, as YAML would have given it. A number is text in the words of the file: 1e5 stays 1e5."""
    if isinstance(found, _Pairs):
        return Value(1, {key: _inner(value, _line_of(key, text)) for key, value in found}, "map")
    return _inner(found, 1)


def _inner(value: object, line: int) -> Value:
    if isinstance(value, str):
        return Value(line, value, "str")
    if isinstance(value, list):
        return Value(line, [], "list")
    return Value(line, "", "null" if value is None else "bool")


def _line_of(key: str, text: str) -> int:
    at = max(text.find(json.dumps(key, ensure_ascii=False)), 0)
    return text.count("\n", 0, at) + 1


def clean_contact(value: Value, *, file: str, error: type[InputError] = InputError) -> dict[str, str]:
    """The values of a contact under their one name each; `error` for what cannot be spoken."""
    if not isinstance(value.content, dict):
        raise error("a contact must be keys with values, such as name: 张强", file=file, line=value.line)
    if len(value.content) > MAX_KEYS:
        raise error(f"a contact holds at most {MAX_KEYS} values", file=file, line=value.line)
    found: dict[str, str] = {}
    for key, inner in value.content.items():
        if not _KEY.fullmatch(key):
            raise error(
                f"the key {key[:40]!r} is no name of a placeholder: use letters, digits and _",
                file=file,
                line=inner.line,
            )
        name = canonical(key)
        if name in found:
            raise error(f"{key} says again what {name} is: keep one of them", file=file, line=inner.line)
        if inner.tag == "null":
            continue
        if not isinstance(inner.content, str):
            raise error(f"{key} must be one value, not a list or a group of values", file=file, line=inner.line)
        if inner.tag == "bool":
            raise error(
                f"{key} is true or false, which nobody says aloud: put the words in quotes", file=file, line=inner.line
            )
        found[name] = _spoken(inner.content, key, file, inner.line, error)
    return {name: text for name, text in found.items() if text}


def _clean(contact: Mapping[str, object]) -> dict[str, str]:
    """A contact that was given in Python, held to the same as one from a file."""
    inner = {str(key): _given(value) for key, value in contact.items() if value is not None}
    return clean_contact(Value(0, inner, "map"), file="contact")


def _given(value: object) -> Value:
    if isinstance(value, bool):
        return Value(0, str(value), "bool")
    if isinstance(value, (str, int, float)):
        return Value(0, str(value), "str")
    return Value(0, [], "list")


def _spoken(text: str, key: str, file: str, line: int, error: type[InputError]) -> str:
    text = text.strip()
    if _CONTROL.search(text):
        raise error(f"{key} holds a line break or a control character: give one line of text", file=file, line=line)
    if len(text) > MAX_VALUE:
        raise error(
            f"{key} is longer than {MAX_VALUE} characters: it is said aloud, so keep it short", file=file, line=line
        )
    return text
