"""No words stall the judge: neither repetitions of what its expressions look for, nor marks and brackets without end.

Beside the two tests of endless lines (test_callee.py, test_caller.py), which are long and dull, these are as long as
is read in full and made for harm. Budgets are multiples of what plain words of the same length cost in the same run.
Where Python does the work its calls are counted, which comes out the same on every machine; inside an expression
nothing can be counted, so there it is time, on the processor's clock, which stands still while others run.
"""

from __future__ import annotations

import re
import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from importlib import import_module
from itertools import chain, count
from pkgutil import walk_packages
from random import Random
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import waihu.evaluators
from waihu import read_card
from waihu.agents.knowledge import Knowledge
from waihu.evaluators.judge import Judge
from waihu.evaluators.language import read_callee, read_caller
from waihu.evaluators.language.text import READ_LIMIT
from waihu.evaluators.moment import Moment

from ..benchmarks.judge import CARD, forget, texts
from ..timing import undisturbed
from .changjiang import IDENTITY, policy

GENEROUS = 20
ENDLESS = 100_000
PLAIN = 5
"""So many pieces of plain words are read for one budget."""
TIMES_PLAIN = 4
"""What one expression may cost of what plain words cost the whole judge: what grows without end costs hundreds."""
PAIRS = 10
"""So many pairs of an expression's words are tried, out of all."""

JUDGE = Judge(policy())
KNOWLEDGE = Knowledge(read_card(CARD).caller.knowledge)
# After a demand, in a call that was already ended: no rule has a reason to look away.
# The judge remembers verdicts by the moment, so each turn gets a copy.
MOMENT = Moment(last_callee="别打了。", question_asked=True, must_exit=True, closed=True)

READERS: dict[str, Callable[[str], object]] = {
    "callee": lambda text: read_callee(text, question_asked=True, last_caller=IDENTITY),
    "caller": read_caller,
    "judge": lambda text: JUDGE.judge(text, MOMENT.model_copy()),
    "knowledge": KNOWLEDGE.find,
}


def read_by_all(text: str) -> None:
    """By every reader, and by every rule."""
    forget()
    for read in READERS.values():
        read(text)


class TooSlow(BaseException):
    """No Exception: the judge would take it for a rule that failed, and go on."""


@contextmanager
def within(seconds: float, what: str) -> Iterator[None]:
    """Breaks off what takes longer on the processor. The expressions look out for signals while they search."""

    def break_off(number: int, frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, break_off)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        with undisturbed():
            yield
    except TooSlow:
        raise AssertionError(f"{what}: more than {seconds:.2f} s") from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@cache
def plain_texts(length: int) -> tuple[str, ...]:
    """What people wrote, as pieces of `length` characters that begin at different places."""
    words = "，".join(chain(texts("caller"), texts("callee")))
    twice = words * (length // len(words) + 2)
    return tuple(twice[start : start + length] for start in range(0, len(words), len(words) // PLAIN))


@cache
def budget(reader: str, length: int) -> float:
    """Seconds for `length` characters: a generous multiple of the plain piece that costs most."""

    def seconds(text: str) -> float:
        forget()
        with undisturbed() as clock:
            READERS[reader](text)
            return clock()

    read_by_all("您好")  # loads what is loaded once
    return GENEROUS * max(seconds(text) for text in plain_texts(length))


def endless(unit: str, length: int = READ_LIMIT) -> str:
    return (unit * (length // len(unit) + 1))[:length]


_UNITS = """\
我 吗 再 都 也 真 还算 好不 好不好好不 是不是 吗吗 吧呢 不 不不 没有 有没有意见 什么 什么都 怎么样都 您说 请 请您说
嗯 嗯， 好的好的 行了 拜 嘟 沙沙 喂？ 都很 真的真的 送得 太慢 没问题 没什么 再说 改天再打 等一下 第一次 一个电话 在忙
正在忙 别打了 张 张先 张先生 是张强 我是 我是张 不是张 李明 谢谢您 再见 挂了 不打扰了 我马上结束 祝您 就耽误您一
保证不会 明天给您打 1 11 １ 1. 1, 一1 a ab A ａ ＡＢ a,b, ok 。 ， 、 ？ ?! … ~ ～ — — ( （） ( ) ([ [( <a <a> { {"
{"a": "a" “ “” 《 ` ** *a |a| [a]( # :)"""
_BOMBS = {
    **{unit: endless(unit) for unit in _UNITS.split()},
    "blanks": endless(" "),
    "wide blanks": endless("\u3000"),
    "lines": endless("\n"),
    "list": endless("- \n"),
    "spelled out": endless("不 要 "),
    "short sentences": endless("不。   "),
    "ligatures": endless("\ufb03"),
    "one sign for many": endless("㍿"),
    "one sign for very many": endless("\ufdfa"),
    "invisible": endless("\u200b"),
    "accents": endless("e\u0301"),
    "halves": endless("\ud800"),
    "faces": endless("\U0001f600"),
    "asides": endless("（背景：别打了）"),
    "labels": endless("（背景）你放这。"),
    "nested": "（" * (READ_LIMIT // 2) + "）" * (READ_LIMIT // 2),
    "nested in turn": "（[{<" * (READ_LIMIT // 8) + ">}]）" * (READ_LIMIT // 8),
    "never closed": "（" + endless("背景", READ_LIMIT - 1),
    "blanks behind a quote": '"a"' + endless(" ", READ_LIMIT - 3),
    "long before the end": endless("我", READ_LIMIT - 2) + "吗？",
}


@pytest.mark.parametrize("name", _BOMBS)
def test_a_bomb_is_read_like_any_words(name: str) -> None:
    """Within the budget of each reader, at the length that is read in full."""
    for reader, read in READERS.items():
        with within(budget(reader, READ_LIMIT), f"{reader}, {name}"):
            read(_BOMBS[name])


@pytest.mark.parametrize(
    "name", ["都", "还算", "好不好好不", "1", "(", "（）", "<a", "blanks", "nested", "one sign for many"]
)
def test_a_bomb_without_end_is_read_like_any_words(name: str) -> None:
    """A hundred thousand characters."""
    text = endless(_BOMBS[name], ENDLESS)
    for reader, read in READERS.items():
        with within(budget(reader, ENDLESS), f"{reader}, {name}"):
            read(text)


def _in(values: Iterable[Any]) -> Iterator[re.Pattern[str]]:
    for value in values:
        if isinstance(value, re.Pattern):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from _in(value)


def _expressions() -> dict[str, list[re.Pattern[str]]]:
    """Every expression of the judge, under the first module that has it."""
    homes: dict[str, tuple[str, re.Pattern[str]]] = {}
    for module in sorted(found.name for found in walk_packages(waihu.evaluators.__path__, "waihu.evaluators.")):
        for expression in _in(vars(import_module(module)).values()):
            homes.setdefault(expression.pattern, (module, expression))
    at_home: dict[str, list[re.Pattern[str]]] = defaultdict(list)
    for module, expression in homes.values():
        at_home[module].append(expression)
    return at_home


_EXPRESSIONS = _expressions()
_WORD = re.compile(r"[\u4e00-\u9fff]+|[a-z]{2,}")


@pytest.mark.parametrize("module", _EXPRESSIONS)
def test_no_expression_is_stalled_by_its_own_words(module: str) -> None:
    """Its words again and again, alone and two by two, cost one expression little more than plain words the judge."""
    allowed = TIMES_PLAIN * budget("judge", READ_LIMIT) / GENEROUS
    for expression in _EXPRESSIONS[module]:
        words = sorted({*_WORD.findall(expression.pattern)})
        draw = Random(PAIRS)
        pairs = ["".join(draw.choices(words, k=2)) for _ in range(PAIRS)] if words else []
        for unit in words + pairs:
            with within(allowed, f"{unit} again and again in {expression.pattern[:60]}"):
                expression.search(endless(unit))


def calls(work: Callable[[], object]) -> int:
    """How often `work` calls anything, in Python or in C."""
    numbers = count()

    def counted(frame: FrameType, event: str, argument: object) -> None:
        if event in ("call", "c_call"):
            next(numbers)

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return next(numbers)


@cache
def plain_calls() -> int:
    return max(calls(partial(read_by_all, text)) for text in plain_texts(READ_LIMIT))


_ALL_WORDS = sorted({word for found in chain(*_EXPRESSIONS.values()) for word in _WORD.findall(found.pattern)})
_PIECES = st.one_of(
    st.sampled_from(_ALL_WORDS),
    st.sampled_from(_UNITS.split()),
    st.sampled_from([*'，。？！、 \n（）()[]<>{}"“”|*`~—…0１']),
    st.text(max_size=3),
)


# The same texts in every run: who writes an expression is told of it, not whoever comes after him.
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_PIECES, min_size=1, max_size=5).map("".join).filter(bool), st.text(max_size=3), st.text(max_size=3))
def test_nothing_repeated_costs_much_more_than_plain_words(unit: str, head: str, tail: str) -> None:
    """A head, something again and again, and a tail: calls are counted, and the clock is only there to end it."""
    text = head + endless(unit, READ_LIMIT - len(head) - len(tail)) + tail
    allowed = GENEROUS * plain_calls()  # Before the clock runs: the first time, it takes as long as a bomb may.
    with within(2 * budget("judge", READ_LIMIT), f"{head!r} + {unit!r} again and again + {tail!r}"):
        assert calls(partial(read_by_all, text)) <= allowed
