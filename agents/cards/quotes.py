"""Which words of a line of the card are spoken, and on what condition: 如果客户…：“…”。"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...evaluators.patterns import compiled
from .situations import CONDITION_WORD, is_condition

_PAIRS = {"「": "」", "『": "』", "“": "”"}
_SAME = '"＂'
_SINGLE = {"‘": "’", "'": "'"}
_COLON_END = compiled(r"[:：]\s*[（(]?[^:：]{0,12}?[）)]?\s*$")
_PAUSE_END = compiled(r"[，,。；;]\s*(则|就|可|可以|请|应|再)?(说|答|回答|回复|回应|告知)?\s*$")
_MENTION_END = compiled(r"(说|称|问|答|表示|回复|回答|如|像|类似|喊|道|句|声明|提到)\s*$")
_REST = compiled(r"[\s。，,；;、.！!？?…—）)（(]*")
_BRACKET = compiled(r"\s*[（(【\[]([^（）()【】\[\]]{1,30})[）)】\]]\s*")
_LABELLED = compiled(r"\s*([^:：，,。？?！!“”\"]{1,40})\s*[:：]\s*(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Quote:
    """A quoted piece: `text[start:end]` with its marks, `inner` without."""

    start: int
    end: int
    inner: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words to be said, and when."""

    text: str
    condition: str | None


def quotes_of(text: str) -> list[Quote]:
    """The outermost quoted pieces, whatever the marks; one that is never closed runs to the end."""
    closing = _closings(text)
    found: list[Quote] = []
    position = 0
    while position < len(text):
        mark = text[position]
        if mark in _PAIRS:
            # An unmatched mark is a slip: the next mark of its kind, closing or not, ends the piece.
            end = closing.get(position) or max(text.find(_PAIRS[mark], position + 1), text.find(mark, position + 1))
        elif mark in _SAME:
            end = text.find(mark, position + 1)
        elif mark in _SINGLE and (position == 0 or text[position - 1] in ":：，, "):
            end = text.find(_SINGLE[mark], position + 1)
            if end < 0:
                break
        else:
            position += 1
            continue
        stop = len(text) if end < 0 else end
        inner = text[position + 1 : stop].strip()
        if inner:
            found.append(Quote(position, min(stop + 1, len(text)), inner))
        position = stop + 1
    return found


def _closings(text: str) -> dict[int, int]:
    """For each opening mark that is matched, the place of its closing one."""
    matched: dict[int, int] = {}
    open_marks: dict[str, list[int]] = {closing: [] for closing in _PAIRS.values()}
    for position, mark in enumerate(text):
        if mark in _PAIRS:
            open_marks[_PAIRS[mark]].append(position)
        elif open_marks.get(mark):
            matched[open_marks[mark].pop()] = position
    return matched


def has_quotes(text: str) -> bool:
    return bool(quotes_of(text))


def spoken_in(text: str) -> tuple[str, tuple[Spoken, ...]]:
    """What is said in a line of a script: the label before it that is no condition, and the words in quotes."""
    quotes = quotes_of(text)
    if not quotes:
        return "", ()
    label, spoken = "", []
    for number, segment in enumerate(_segments(text, quotes)):
        first, lines = _segment(text, segment, start=0 if number == 0 else segment[0][0])
        label = label or first
        spoken.extend(lines)
    return label, tuple(spoken)


def unquoted(text: str) -> tuple[str, Spoken]:
    """A line of a script that uses no quotes: 如客户没时间：好的，不打扰了。"""
    match = _LABELLED.fullmatch(text)
    if match and is_condition(match[1]):
        return "", Spoken(match[2].strip(), match[1].strip())
    if match and is_label(match[1]):
        return match[1].strip(), Spoken(match[2].strip(), None)
    bracket = _BRACKET.match(text)
    if bracket and is_condition(bracket[1]) and text[bracket.end() :].strip():
        return "", Spoken(text[bracket.end() :].strip(), bracket[1].strip())
    return "", Spoken(text.strip(), None)


def is_label(text: str) -> bool:
    """A word in front of a colon that only says that speech follows."""
    return _LABEL.fullmatch(text.strip()) is not None


_LABEL = compiled(
    r"(标准|参考|推荐|示例|首选|备选|主)?(话术|说法|用语|示例|例句|台词|说辞|开场白?|结束语|问题|提问|回应|回复|回答|说|可说|例如|如下|版本)(\s*[一二三\d]+)?"
    r"|(客服|坐席|座席|拨打方|外呼方|主叫|机器人|agent|caller)(\s*说)?",
    re.IGNORECASE,
)


def _segments(text: str, quotes: list[Quote]) -> list[list[tuple[int, Quote]]]:
    """The quotes in runs that share one condition, each with the place where the text before it begins."""
    segments: list[list[tuple[int, Quote]]] = []
    previous = 0
    for quote in quotes:
        gap = text[previous : quote.start].lstrip(" 　；;，,。、")
        begins = bool(segments) and CONDITION_WORD.match(gap) is not None and _COLON_END.search(gap) is not None
        if begins or not segments:
            segments.append([])
        segments[-1].append((previous, quote))
        previous = quote.end
    return segments


def _segment(text: str, pieces: list[tuple[int, Quote]], *, start: int) -> tuple[str, list[Spoken]]:
    gaps = [text[begin : quote.start] for begin, quote in pieces]
    colons = [index for index, gap in enumerate(gaps) if _COLON_END.search(gap)]
    pauses = [index for index, gap in enumerate(gaps) if _PAUSE_END.search(gap) or not gap.strip()]
    first = pieces[0][1]
    prefix = text[start : first.start].strip(" 　；;，,。、")
    rest = text[pieces[-1][1].end :]
    if colons:
        begin = colons[-1]
    elif pauses:
        begin = pauses[0]
    elif CONDITION_WORD.match(prefix) and _MENTION_END.search(prefix):
        return "", []  # 客户只说“没问题” tells when, and nothing to say.
    elif not _REST.fullmatch(rest) and not _BRACKET.fullmatch(rest):
        return "", []  # A word in quotes within a sentence.
    else:
        begin = 0
    condition_text = text[start : pieces[begin][1].start].strip(" 　；;，,。、:：")
    bracket = _BRACKET.fullmatch(condition_text)
    if bracket:
        condition_text = bracket[1].strip()
    tail = _BRACKET.match(rest)
    if not condition_text and tail and is_condition(tail[1]):
        condition_text = tail[1].strip()
    condition = condition_text if is_condition(condition_text) else None
    label = "" if condition else condition_text
    return label, [Spoken(quote.inner, condition) for _, quote in pieces[begin:]]
