"""The scripted callee: his card's lines, by mood, seeded; and what a model's answer becomes."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from waihu import Card, Record, Rehearsal
from waihu.agents.callee import LinesCallee, _reply
from waihu.agents.casting import scripted_callee
from waihu.agents.lines import _AFTER_A_SOUND, _OF_GOODS, _STOCK, kind_of
from waihu.agents.persona import Persona
from waihu.agents.roles import CalleeView
from waihu.evaluators.language import read_callee
from waihu.evaluators.utterances import Utterance

QUESTION = "您刚收完咱们平台送的货，是否有任何配送上不满意？"
STOCK = [(kind, line) for stock in (_STOCK, _OF_GOODS) for kind, lines in stock.items() for line in lines]
OPENING = Utterance(speaker="caller", text="您好，请问张强先生在吗？")


@pytest.fixture(scope="module")
def records(card: Card) -> tuple[Record, ...]:
    """Many calls of the scripted customer."""
    return asyncio.run(Rehearsal(card).run_many(range(300)))


def test_he_speaks_his_cards_lines(card: Card, records: tuple[Record, ...]) -> None:
    """Every sample to imitate is heard in some call, no counter-example in any, and no line twice in one."""
    said = Counter(turn.said for record in records for turn in record.turns if turn.speaker == "callee")
    for sample in card.callee.imitate:
        assert sample.is_background or said[sample.text], sample.text
    for sample in card.callee.avoid:
        assert not said[sample.text]
    for record in records:
        lines = [turn.said for turn in record.turns if turn.speaker == "callee" and turn.said]
        assert len(lines) == len(set(lines)), record.seed


def test_his_mood_moves(records: tuple[Record, ...]) -> None:
    """Over many calls every mood of the seed occurs, and irony is rare."""
    moods = Counter(turn.mood for record in records for turn in record.turns if turn.mood)
    assert set(moods) == {"急躁", "冷漠", "倦怠", "讽刺", "缓和"}
    assert moods["讽刺"] < moods["急躁"]


async def test_he_answers_only_what_he_heard(card: Card) -> None:
    """A turn that the line swallowed is asked for again."""
    view = CalleeView(call_id="x", seed=1, history=[OPENING.model_copy(update={"text": "……"})], persona=Persona())
    reply = await scripted_callee(card).reply(view)
    assert kind_of(reply.text) == "repeat"


@pytest.mark.parametrize(("kind", "line"), STOCK)
def test_the_stock_does_what_it_is_sorted_under(kind: str, line: str) -> None:
    """The judge reads each stock line as what the callee means by it."""
    if kind not in ("push", "trouble", "confide", "mutter"):
        assert kind_of(line) == kind


@pytest.mark.parametrize(("kind", "line"), STOCK)
def test_the_stock_demands_an_end_where_its_kind_does(kind: str, line: str) -> None:
    """After the question too: a doubt or a complaint about the goods is to be answered."""
    if kind not in ("go_on", "mutter"):
        act = read_callee(line, last_caller=QUESTION, question_asked=True)
        goes_on = ("doubt", "repeat", "negative", "positive", "sales", "push", "trouble")
        assert act.must_exit == (kind not in goes_on)
        assert (act.feedback is not None) == (kind in ("negative", "positive"))


@pytest.mark.parametrize(
    ("written", "said", "hangs_up"),
    [
        ("没事。", "没事。", False),
        ("别打了！[挂断]", "别打了！", True),
        ("挂断", "", True),
        ("问题是：箱子破了", "问题是：箱子破了", False),
        ("[沉默]", "", False),
        ("", "", False),
        ("“行吧。”", "行吧。", False),
    ],
)
def test_what_a_model_wrote_becomes_an_utterance(written: str, said: str, hangs_up: bool) -> None:
    """Quotes and marks are nothing that he says; nothing at all is silence."""
    reply = _reply(written, Persona())
    assert (reply.text, reply.hangs_up) == (said, hangs_up)


async def test_written_lines_are_said_in_order() -> None:
    """And after the last one he hangs up without a word."""
    callee = LinesCallee(["嗯。", "没有。"])
    history = [OPENING]
    for line, hangs_up in (("嗯。", False), ("没有。", False), ("", True)):
        reply = await callee.reply(CalleeView(call_id="x", seed=1, history=history, persona=Persona()))
        assert (reply.text, reply.hangs_up) == (line, hangs_up)
        history = [*history, Utterance(speaker="callee", text=line), OPENING]


@pytest.mark.parametrize("sound", ["嗯", "哦", "行吧"])
@pytest.mark.parametrize(("kind", "line"), [(kind, line) for kind, line in STOCK if kind in _AFTER_A_SOUND])
def test_a_sound_before_a_line_changes_nothing_of_what_it_does(sound: str, kind: str, line: str) -> None:
    """嗯，没有 is what 没有 is."""
    bare = read_callee(line, last_caller=QUESTION, question_asked=True)
    with_sound = read_callee(f"{sound}，{line}", last_caller=QUESTION, question_asked=True)
    assert (with_sound.must_exit, with_sound.feedback) == (bare.must_exit, bare.feedback)


def test_he_begins_with_the_sounds_of_his_card(records: tuple[Record, ...]) -> None:
    """Now and then, and none of them all the time."""
    said = [turn.said for record in records for turn in record.turns if turn.speaker == "callee" and not turn.source]
    begun = [line for line in said if line.startswith(("嗯，", "哦，", "行吧，"))]
    assert 0.02 < len(begun) / len(said) < 0.4
