"""Text as the patterns want it: folded to one spelling, with the way back to the characters as they were given."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from ..patterns import compiled
from ..utterances import Span
from .characters import SIMPLIFIED

READ_LIMIT: Final = 1000
"""Of a longer text only the first and the last half of this many characters are read: nobody says more in one breath,
and work must not grow with the input. The tail is read so that nothing hides there."""

# One spelling for what sounds the same or differs in politeness only.
_ALIKE: Final = dict(zip("您妳噢喔欸诶咹俺嗳甭係嘅著喫唸", "你你哦哦哎哎啊我哎别系的着吃念", strict=True))
_QUOTES = "\"“”„‟‘’'「」『』《》«»`"
_MARKS = {"、": "、", "。": "。", "【": "[", "】": "]", "〔": "[", "〕": "]", "〈": "<", "〉": ">", "—": "—", "～": "~"}


class _Fold(dict[str, str]):
    """One character to its folded form, worked out when first met."""

    def __missing__(self, char: str) -> str:
        folded = _MARKS.get(char)
        if folded is None:
            folded = _fold(char)
        self[char] = folded
        return folded


def _fold(char: str) -> str:
    if char in _QUOTES:
        return '"'
    if char.isspace():
        return "\n" if char in "\n\r\x0b\x0c\u2028\u2029" else " "
    if unicodedata.category(char) in {"Cf", "Cc", "Mn", "Cs"}:
        return ""
    folded = unicodedata.normalize("NFKC", char).lower()
    # One sign may stand for a whole phrase; what is read must not outgrow what was given.
    return "".join(_SIMPLER.get(part, part) for part in folded[:4] if not part.isspace())


_SIMPLER = SIMPLIFIED | _ALIKE
_FOLD = _Fold()
_HAN = compiled(r"[\u3400-\u4dbf\u4e00-\u9fff]")
# A single Han character between blanks: the mark of a recogniser that writes 不 用 了.
_LONE_HAN = compiled(r"(?:^| )[\u4e00-\u9fff](?= |$)")
# A blank that only sets off Latin words or digits (在 App 留言), or stands beside a mark.
_IDLE_BLANK = compiled(r"(?<=[a-z0-9]) (?=[^a-z0-9])|(?<=[^a-z0-9]) (?=[a-z0-9])|(?<=[^\w]) | (?=[^\w])")


class Normal:
    """A folded text and, for each of its characters, where it came from."""

    __slots__ = ("offsets", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        if len(original) <= READ_LIMIT:
            # Nearly always each character gives one, and none needs to be looked at again.
            plain = [_FOLD[char] for char in original]
            if set(map(len, plain)) <= {1}:
                self.text, self.offsets = _without_idle_blanks("".join(plain), list(range(len(plain))))
                return
        chars: list[str] = []
        offsets: list[int] = []
        for start, piece in _pieces(original):
            for index, char in enumerate(piece, start):
                folded = _FOLD[char]
                if len(folded) == 1:
                    chars.append(folded)
                    offsets.append(index)
                elif folded:
                    chars.extend(folded)
                    offsets.extend([index] * len(folded))
        self.text, self.offsets = _without_idle_blanks("".join(chars), offsets)

    def span(self, start: int, end: int) -> Span | None:
        """The piece `text[start:end]` in characters of the original; None for an empty piece."""
        if start >= end:
            return None
        first, last = self.offsets[start], self.offsets[end - 1] + 1
        return Span(start=first, end=last, text=self.original[first:last])


def folded(text: str) -> Normal:
    """`Normal(text)`, made once for the readers and the rules that look at the same turn."""
    # A text beyond the limit is rare, and too large to be kept.
    return _folded(text) if len(text) <= READ_LIMIT else Normal(text)


_folded = lru_cache(maxsize=512)(Normal)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    if len(text) <= READ_LIMIT:
        yield 0, text
        return
    half = READ_LIMIT // 2
    yield 0, text[:half]
    yield len(text) - half, "\n" + text[len(text) - half + 1 :]


def _without_idle_blanks(text: str, offsets: list[int]) -> tuple[str, list[int]]:
    if " " not in text:
        return text, offsets
    lone = len(_LONE_HAN.findall(text))
    spelled_out = lone >= 2 and lone * 2 > text.count(" ")
    idle = {match.start() for match in _IDLE_BLANK.finditer(text)}
    keep = [
        index
        for index, char in enumerate(text)
        if char != " " or not (spelled_out or index in idle or text[index - 1 : index] in ("", " "))
    ]
    return "".join(text[index] for index in keep), [offsets[index] for index in keep]


class Clause(NamedTuple):
    """A stretch of folded text without a pause, where it starts, and the marks that end it."""

    text: str
    start: int
    mark: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


# Pauses that a writer marks. 、 joins the parts of one clause and is none; a point within a number is none.
_PAUSE = compiled(
    r'[,。!?;:\n"…—~|]+|\.(?!\d)|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])|[()\[\]{}<>]',
)


def clauses(text: str) -> tuple[Clause, ...]:
    """A folded text cut at its pauses; made once for the readers and the rules that look at the same turn."""
    return _cut_once(text) if len(text) <= READ_LIMIT else _cut(text)


def _cut(text: str) -> tuple[Clause, ...]:
    found: list[Clause] = []
    begin = 0
    for pause in _PAUSE.finditer(text):
        piece = text[begin : pause.start()]
        if piece.strip():
            found.append(Clause(piece, begin, pause.group()))
        elif found:
            last = found[-1]
            found[-1] = Clause(last.text, last.start, last.mark + pause.group())
        begin = pause.end()
    if text[begin:].strip():
        found.append(Clause(text[begin:], begin, ""))
    return tuple(found)


_cut_once = lru_cache(maxsize=512)(_cut)


def has_words(text: str) -> bool:
    """Whether anything in `text` could be said aloud."""
    return any(map(str.isalnum, text))


def words_of(text: str) -> str:
    """`text` without marks and blanks."""
    return text if text.isalnum() else "".join(filter(str.isalnum, text))


def count_characters(text: str) -> int:
    """Letters, digits and Han characters: what a card's limit counts."""
    return sum(map(str.isalnum, text))
