"""The knowledge base: the entry that a customer's question asks for, on cards that the code has never seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import pytest

from waihu import read_card
from waihu.agents.cards.models import QA
from waihu.agents.concepts import CIRCUMSTANCES, FORMS, KIN, MATTERS, THINGS
from waihu.agents.knowledge import Knowledge
from waihu.agents.plain import plain
from waihu.agents.topics import spellings, topics

ROOT = Path(__file__).parents[2]
TABLES = (MATTERS, FORMS, THINGS, CIRCUMSTANCES)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (ROOT / f"tests/sets/{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@cache
def entries(card: str) -> tuple[QA, ...]:
    return read_card(ROOT / f"examples/{card}.md").caller.knowledge


@cache
def knowledge(card: str) -> Knowledge:
    return Knowledge(entries(card))


def asked(base: Knowledge, text: str) -> str | None:
    entry = base.find(text)
    return None if entry is None else entry.asked


def test_every_label_is_one() -> None:
    """Rows of known cards, labelled with their entries, no row twice, the held-out part included."""
    all_rows = rows("knowledge") + rows("knowledge_b") + rows("heldout_knowledge")
    assert len({row["id"] for row in all_rows}) == len(all_rows)
    for row in all_rows:
        assert row["answer"] in {None, *(entry.asked for entry in entries(row["card"]))}


@pytest.mark.parametrize(("name", "right", "too_much"), [("knowledge", 0.98, 0.02), ("knowledge_b", 0.97, 0.02)])
def test_the_sets_are_answered_no_worse_than_they_were(name: str, right: float, too_much: float) -> None:
    """Of all rows so many are right, and of those that no entry answers at most so many are answered."""
    found = [(row["answer"], asked(knowledge(row["card"]), row["text"])) for row in rows(name)]
    assert sum(wanted == got for wanted, got in found) >= right * len(found)
    unanswered = [got for wanted, got in found if wanted is None]
    assert sum(got is not None for got in unanswered) <= too_much * len(unanswered)


def test_the_lines_of_every_trade_find_their_entries() -> None:
    """On 35 imaginary cards: how many lines are answered right, and how many near-misses answered at all."""
    right: list[bool] = []
    answered: list[bool] = []
    for _, group in groupby(rows("topics"), key=lambda row: row["card"]):
        topics = list(group)
        base = Knowledge(
            [QA(questions=(row["question"],), answer=row["answer"], line=1, answer_line=1) for row in topics]
        )
        right += [asked(base, line) == row["question"] for row in topics for line in row["lines"]]
        answered += [asked(base, line) is not None for row in topics for line in row["near"]]
    assert sum(right) >= 0.85 * len(right)
    assert sum(answered) <= 0.05 * len(answered)


PURPOSE, STOP = "这电话为什么打来？推销吗？", "电话太多了，能不能停掉回访？"
NUMBER = "我那次的医保单据号是多少？"


@pytest.mark.parametrize(
    ("card", "text", "entry"),
    [
        ("changjiang", "你找我啥事儿", PURPOSE),
        ("changjiang", "又是推銷嗎", PURPOSE),
        ("changjiang", "推消的吧", PURPOSE),
        ("changjiang", "喂我这会儿正装车呢你有话快说是不是又要卖我东西", PURPOSE),
        ("changjiang", "天天打 回访给我取消了吧", STOP),
        ("changjiang", "推销员一个月工资多少", None),
        ("changjiang", "没意见，就是问下发票怎么开", None),
        ("changjiang", "短信里的链接打不开", None),
        ("dentist", "医保单剧的编号给我报一下", NUMBER),
        ("dentist", "医保能报多少", None),
    ],
)
def test_what_he_means_is_found_however_he_says_it(card: str, text: str, entry: str | None) -> None:
    """Homophones, traditional characters, a long line around the question, and near-misses."""
    assert asked(knowledge(card), text) == entry


TELECOM = (
    "我的套餐什么时候到期？",
    "流量用完了怎么办？",
    "怎么携号转网？",
    "宽带多少钱一个月？",
    "能不能给我便宜点？",
    "我家那边有信号吗？",
    "你们营业厅几点关门？",
)


@pytest.fixture(scope="module")
def telecom() -> Knowledge:
    """A card of another trade, invented here."""
    return Knowledge([QA(questions=(text,), answer="好的。", line=1, answer_line=2) for text in TELECOM])


@pytest.mark.parametrize("text", TELECOM)
def test_an_entry_answers_its_own_question(telecom: Knowledge, text: str) -> None:
    """As the card writes it, and as a recogniser does: without marks."""
    assert asked(telecom, text) == text
    assert asked(telecom, "喂你好我想问一下" + text.removesuffix("？")) == text


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("我那个套餐啥时候到期啊", TELECOM[0]),
        ("我這個套餐幾時到期", TELECOM[0]),
        ("这个月流量不够用了咋整", TELECOM[1]),
        ("流亮用完咋办", TELECOM[1]),
        ("号码不变换个运营商，携号转网咋办理", TELECOM[2]),
        ("装个宽带咋收费", TELECOM[3]),
        ("能打折不", TELECOM[4]),
        ("晚上几点关门", TELECOM[6]),
        ("套餐里包含多少分钟通话", None),
        ("宽带密码忘了", None),
        ("流量能转给我老婆用吗", None),
        ("携号转网要多久", None),
        ("你怎么知道我号码的", None),
        ("今天天气怎么样", None),
        ("嗯，你说", None),
        ("", None),
    ],
)
def test_a_card_of_another_trade(telecom: Knowledge, text: str, entry: str | None) -> None:
    """Nothing is made for the two examples: an invented card is answered, and its near-misses are not."""
    assert asked(telecom, text) == entry


def test_a_card_without_a_knowledge_base_answers_nothing() -> None:
    """No entry, no answer."""
    assert Knowledge(()).find("推销吗？") is None


def test_a_line_in_plain_words() -> None:
    """Dialect becomes Mandarin, light words and lead-ins go, and what asks is marked."""
    assert [tuple(clause) for clause in plain("喂我问一下恁这是弄啥嘞，中不中？")] == [("是干什么", True), ("行", True)]


def test_a_word_within_a_longer_one_is_not_meant() -> None:
    """信用卡 is no card of the shop's, and 没意见 no opinion to be told."""
    assert {found.concept for found in topics("信用卡")} == {"credit_card"}
    assert {found.concept for found in topics("没意见")} == {"no_opinion", "opinion"}


def phrases() -> Iterator[tuple[str, str]]:
    return ((concept, phrase) for table in TABLES for concept, said in table.items() for phrase in said.split())


def test_every_phrase_of_the_lexicon_says_something() -> None:
    """Both parts of it are left when light words are gone, and no concept stands in two tables."""
    for concept, phrase in phrases():
        for first, second in spellings(phrase):
            assert first, f"{concept}: {phrase}"
            assert second or "~" not in phrase, f"{concept}: {phrase}"
            assert len(phrase) == 1 or len(first + second) > 1, f"{concept}: {phrase} is heard in {first}"
    names = list(chain(*TABLES))
    assert len(set(names)) == len(names)
    assert {name for group in KIN for name in group.split()} <= set(names)
