"""The settings that a card may carry in YAML front matter. Nothing but plain scalars, lists and mappings is read."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from ...evaluators.errors import CardError, InputError
from ...evaluators.patterns import compiled
from ...evaluators.rules.installed import every_rule
from ..noise import PROFILES, NoiseProfile
from ..persona import MOODS
from .models import CalleeSettings, Limits, NameSettings, RuleSettings, ScriptLine, Settings
from .quotes import quotes_of

MAX_CHARACTERS = 16_384
_MAX_DEPTH = 6
_KEY = compiled(r"\s*[\"']?[^\W\d][\w -]*[\"']?\s*[:：](\s|$)")


@dataclass(frozen=True, slots=True)
class Value:
    """A YAML value with the line that it stands on. A scalar keeps its words: an order number 007 is no 7."""

    line: int
    content: str | list[Value] | dict[str, Value]
    tag: str = ""


def split(text: str, *, file: str) -> tuple[str, str]:
    """The front matter and the rest; the rest keeps its line numbers. A card may also begin with a mere rule."""
    rows = text.split("\n")
    start = next((n for n, row in enumerate(rows) if row.strip()), 0)
    if rows[start].rstrip() != "---":
        return "", text
    end = next((n for n in range(start + 1, len(rows)) if rows[n].rstrip() in ("---", "...")), None)
    body = rows[start + 1 : end]
    said = [row for row in body if row.strip() and not row.lstrip().startswith("#")]
    if said and not _KEY.match(said[0]) and said[0].lstrip()[:1] not in ("{", "&", "?", "!"):
        return "", text
    if end is None:
        if not said or not any(_KEY.match(row) for row in said):
            return "", text
        raise CardError("the front matter is never closed: put a line --- behind it", file=file, line=start + 1)
    if not said and any(row.lstrip().startswith("##") for row in body):
        return "", text
    front = "\n" * (start + 1) + "\n".join(body)
    return front, "\n" * (end + 1) + "\n".join(rows[end + 1 :])


def load(text: str, *, file: str, error: type[InputError] = CardError) -> Value | None:
    """One YAML document as plain values; `error` with the line for anything that is more than that."""
    if len(text) > MAX_CHARACTERS:
        raise error(f"the YAML is longer than {MAX_CHARACTERS} characters: keep to what a call needs", file=file)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else None
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise error(
                    "anchors and aliases (& and *) are not read here: write the value out", file=file, line=line
                )
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _MAX_DEPTH:
                raise error(f"nested deeper than {_MAX_DEPTH} levels: keep it flat", file=file, line=line)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        what = problem.problem or "it cannot be read"
        raise error(
            f"this is no YAML ({what}): correct it, or put the value in quotes",
            file=file,
            line=mark.line + 1 if mark else None,
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        raise error(f"this is no YAML ({problem}): correct it", file=file) from None
    return None if node is None else _value(node, file, error)


def _value(node: yaml.Node, file: str, error: type[InputError]) -> Value:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        tag = node.tag.rsplit(":", 1)[-1] if node.tag.startswith("tag:yaml.org,2002:") else node.tag
        if tag not in ("str", "int", "float", "bool", "null", "timestamp"):
            raise error(f"the tag {node.tag[:40]} is not read here: write a plain value", file=file, line=line)
        return Value(line, str(node.value), tag)
    if isinstance(node, yaml.SequenceNode):
        return Value(line, [_value(item, file, error) for item in node.value], "list")
    found: dict[str, Value] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise error("a key must be a word", file=file, line=at)
        name = str(key.value).strip()
        if name in found:
            raise error(f"the key {name[:40]} stands twice: keep one of them", file=file, line=at)
        inner = _value(value, file, error)
        found[name] = Value(at, inner.content, inner.tag)
    return Value(line, found, "map")


def settings_of(front: str, *, file: str) -> Settings:
    """The settings in a card's front matter."""
    from .contact import clean_contact

    value = load(front, file=file) if front.strip() else None
    if value is None or value.tag == "null":
        return Settings()
    take = _Taker(file)
    given: dict[str, Any] = {}
    top = take.mapping(value, "the front matter", tuple(_TOP))
    for key, inner in top.items():
        given[key] = _TOP[key](take, inner, key)
    if "contact" in top:
        given["contact"] = clean_contact(top["contact"], file=file, error=CardError)
    return Settings(**given)


class _Taker:
    """Takes values of the expected type, or says on which line another one stands."""

    def __init__(self, file: str) -> None:
        self.file = file

    def fail(self, value: Value, message: str) -> NoReturn:
        raise CardError(message, file=self.file, line=value.line)

    def mapping(self, value: Value, what: str, known: tuple[str, ...]) -> dict[str, Value]:
        if not isinstance(value.content, dict):
            self.fail(value, f"{what} must be keys with values; known keys: {', '.join(known)}")
        for key, inner in value.content.items():
            if key not in known:
                close = difflib.get_close_matches(key[:40].lower(), known, 1, 0.6)
                hint = f"did you mean {close[0]}? " if close else ""
                self.fail(inner, f"{what} knows no key {key[:40]!r}: {hint}known keys: {', '.join(known)}")
        return {key: inner for key, inner in value.content.items() if inner.tag != "null"}

    def text(self, value: Value, what: str) -> str:
        if not isinstance(value.content, str) or not value.content.strip():
            self.fail(value, f"{what} must be a text: put it in quotes")
        if "\n" in value.content.strip() or len(value.content) > 500:
            self.fail(value, f"{what} must be one line of at most 500 characters")
        return value.content.strip()

    def number(self, value: Value, what: str, lowest: float, highest: float, *, whole: bool) -> float:
        wanted = f"{what} must be a {'whole ' if whole else ''}number from {lowest:g} to {highest:g}"
        if not isinstance(value.content, str) or value.tag not in ("int", "float"):
            self.fail(value, wanted)
        try:
            number = float(value.content.replace("_", ""))
        except ValueError:
            self.fail(value, wanted)
        if not lowest <= number <= highest or (whole and number != int(number)):
            self.fail(value, wanted)
        return number

    def texts(self, value: Value, what: str) -> tuple[str, ...]:
        if isinstance(value.content, str):
            return (self.text(value, what),)
        if not isinstance(value.content, list):
            self.fail(value, f"{what} must be a list of texts")
        return tuple(self.text(item, what) for item in value.content)

    def choice(self, value: Value, what: str, known: tuple[str, ...]) -> str:
        text = self.text(value, what)
        if text not in known:
            close = difflib.get_close_matches(text[:40].lower(), known, 1, 0.5)
            hint = f"did you mean {close[0]}? " if close else ""
            self.fail(value, f"{what} knows no {text[:40]!r}: {hint}known: {', '.join(known)}")
        return text


def _limits(take: _Taker, value: Value, key: str) -> Limits:
    given = take.mapping(value, key, ("seconds", "turns", "characters"))
    bounds = {"seconds": (1, 3600, False), "turns": (1, 200, True), "characters": (5, 1000, True)}
    found = {
        name: take.number(inner, f"{key}.{name}", bounds[name][0], bounds[name][1], whole=bool(bounds[name][2]))
        for name, inner in given.items()
    }
    return Limits.model_validate(found)


def _rules(take: _Taker, value: Value, key: str) -> RuleSettings:
    given = take.mapping(value, key, ("off", "forbidden", "required"))
    off: list[str] = []
    if "off" in given:
        content = given["off"].content
        items = content if isinstance(content, list) else [given["off"]]
        off = [take.choice(item, f"{key}.off", tuple(rule.id for rule in every_rule())) for item in items]
    forbidden = take.texts(given["forbidden"], f"{key}.forbidden") if "forbidden" in given else ()
    required: dict[str, tuple[str, ...]] = {}
    if "required" in given:
        places = take.mapping(given["required"], f"{key}.required", ("opening", "closing"))
        required = {
            f"required_in_{place}": take.texts(inner, f"{key}.required.{place}") for place, inner in places.items()
        }
    return RuleSettings(off=tuple(off), forbidden=forbidden, **required)


def _callee(take: _Taker, value: Value, key: str) -> CalleeSettings:
    given = take.mapping(value, key, tuple(CalleeSettings.model_fields))
    found: dict[str, Any] = {}
    for name, inner in given.items():
        if name == "mood":
            found[name] = take.choice(inner, f"{key}.mood", MOODS)
        else:
            lowest, highest = {"patience": (0, 100), "longest": (5, 1000)}.get(name, (0, 1))
            found[name] = take.number(inner, f"{key}.{name}", lowest, highest, whole=name == "longest")
    return CalleeSettings.model_validate(found)


def _noise(take: _Taker, value: Value, key: str) -> str | NoiseProfile:
    """A profile's name, with or without a level; or numbers that replace a profile's, if one is named."""
    if not isinstance(value.content, dict):
        name, colon, level = take.text(value, key).partition(":")
        place = take.choice(Value(value.line, name, "str"), key, tuple(PROFILES))
        if colon:
            take.number(Value(value.line, level, "float"), f"{key}: the level behind {place}:", 0, 1, whole=False)
        return f"{place}{colon}{level}"
    numbers = [name for name in NoiseProfile.model_fields if name != "name"]
    given = take.mapping(value, key, ("profile", *numbers))
    profile = NoiseProfile(name="own")
    if "profile" in given:
        profile = PROFILES[take.choice(given.pop("profile"), f"{key}.profile", tuple(PROFILES))]
    found = {name: take.number(inner, f"{key}.{name}", 0, 1, whole=False) for name, inner in given.items()}
    if profile.name == "own" and not set(found) - {"level"}:
        take.fail(value, f"{key} names no place and no number, so that nothing would be heard: add profile: workshop")
    return profile.model_copy(update=found)


def _names(take: _Taker, value: Value, key: str) -> NameSettings:
    given = take.mapping(value, key, ("caller", "callee", "companies"))
    return NameSettings(**{name: take.texts(inner, f"{key}.{name}") for name, inner in given.items()})


def _exit_line(take: _Taker, value: Value, key: str) -> ScriptLine:
    text = take.text(value, key)
    quotes = quotes_of(text)
    whole = len(quotes) == 1 and quotes[0].end - quotes[0].start == len(text)
    return ScriptLine(text=quotes[0].inner if whole else text, line=value.line)


_TOP: dict[str, Callable[[_Taker, Value, str], Any]] = {
    "name": lambda take, value, key: take.text(value, key),
    "language": lambda take, value, key: take.choice(value, key, ("zh",)),
    "limits": _limits,
    "exit_line": _exit_line,
    "noise": _noise,
    "rules": _rules,
    "callee": _callee,
    "names": _names,
    "contact": lambda take, value, key: None,
}
"""The keys of the front matter, each with what takes its value."""
