"""A simulated customer is believed where a real one would talk so, and doubted where a model slips out of the role."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu import read_card
from waihu.agents.lines import _STOCK
from waihu.agents.persona import Persona
from waihu.agents.roles import CalleeView, Reply
from waihu.agents.trust import LONGEST, Doubt, DoubtKind, Trust
from waihu.evaluators.language.learned import table
from waihu.evaluators.utterances import Utterance

from ..timing import undisturbed

ROOT = Path(__file__).parent.parent.parent
OPENING = "您好，请问张强先生在吗？我是长江平台配送客户经理李明，仅做订单服务快速回访，不打扰您操作，一分钟即可。"
QUESTION = "您刚收完咱们平台送的货，是否有任何配送上不满意、或觉得该改进的细节？很简短，您随意说即可。"
TAKEN = "已记录，会直接反馈到相关部门，不占用您时间。"
HELLO = "您好，请问是张强先生吗？"
NAMED = "喂，您好，我是长江平台的李明。"


@cache
def trust(card: str = "changjiang") -> Trust:
    return Trust(read_card(ROOT / "examples" / f"{card}.md"))


def view(heard: list[str], said: list[str], patience: float = 4.0) -> CalleeView:
    """He heard `heard[0]`, said `said[0]`, heard `heard[1]`…"""
    history: list[Utterance] = []
    for number, turn in enumerate(heard):
        history.append(Utterance(speaker="caller", text=turn))
        if number < len(said):
            history.append(Utterance(speaker="callee", text=said[number]))
    return CalleeView(call_id="c", seed=1, history=history, persona=Persona(patience=patience))


def doubted(
    text: str,
    *heard: str,
    said: str = "嗯，你说。",
    hangs_up: bool = False,
    patience: float = 4.0,
    card: str = "changjiang",
) -> tuple[Doubt, ...]:
    seen = view(list(heard), [said] * (len(heard) - 1), patience)
    return trust(card).doubts(Reply(text=text, hangs_up=hangs_up, persona=seen.persona), seen)


def kinds(doubts: tuple[Doubt, ...]) -> set[str]:
    return {doubt.kind for doubt in doubts}


@pytest.mark.parametrize(
    "text", ["不用了谢谢。", "您说。", "还行吧，谢谢。", "挺满意的。", "送得挺快。", "谁啊？", "你们哪个平台？"]
)
def test_plain_politeness_and_plain_praise_are_believed(text: str) -> None:
    """He may say 您 and 谢谢, and that all is well."""
    assert not doubted(text, OPENING, QUESTION)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("贵平台对我们店铺的持续关注，我很感谢，没有配送问题。", "counter_example"),
        ("感谢您的来电，再见。", "service_speech"),
        ("作为一个AI，我没有收过货。", "service_speech"),
        ("Thank you for calling, everything was fine.", "service_speech"),
        ("张强：没空。", "service_speech"),
        ("（叹气）行吧。", "service_speech"),
        ("- 包装破了\n- 送得慢", "service_speech"),
        ("您好！您在吗？我们都是为了做订单服务例行回访，不耽误您时间。", "caller_role"),
        ("我是长江平台的客户经理。", "caller_role"),
        ("请问您有什么具体的问题需要我帮助您解决吗？", "caller_role"),
        ("好的，我会将您的反馈转达给相关部门。", "caller_role"),
        ("感谢您的时间，有任何建议欢迎联系平台客服。", "caller_role"),
        ("我非常愿意配合。", "too_kind"),
        ("你们的服务我非常满意！", "too_kind"),
        ("太感谢了。", "too_kind"),
    ],
)
def test_what_small_models_say_is_doubted(text: str, kind: DoubtKind) -> None:
    """Each for what is wrong with it."""
    assert kind in kinds(doubted(text, OPENING, QUESTION))


@pytest.mark.parametrize(
    "text",
    [
        "配送？还行吧。",
        "订单服务快速回访？又来。",
        "你是长江平台的客户经理？",
        "我是你们长江平台的老客户了。",
        "我又不是客服。",
        "事不过三，贵司已打四通。",
    ],
)
def test_speaking_of_the_caller_is_not_being_him(text: str) -> None:
    """Echoes, questions to the caller and jokes about him."""
    assert not doubted(text, OPENING, QUESTION)


def test_the_caller_introduces_himself_only() -> None:
    """To give back 我是清禾口腔的客服, just heard, is no echo."""
    heard = "您好，我是清禾口腔的客服周晓岚，来做个回访。"
    assert "caller_role" in kinds(doubted("我是清禾口腔的客服。", heard, card="dentist"))


def test_a_long_reply_is_doubted() -> None:
    """From one character above the limit; a card with longer samples, or the user, moves it."""
    assert not doubted("忙" * LONGEST, OPENING)
    assert kinds(doubted("忙" * (LONGEST + 1), OPENING)) == {"too_long"}
    card = read_card(ROOT / "examples" / "changjiang.md")
    long_sample = card.callee.imitate[0].model_copy(update={"text": "货" * 40})
    callee = card.callee.model_copy(update={"imitate": (long_sample,)})
    seen = view([OPENING], [])
    reply = Reply(text="忙" * 60, persona=seen.persona)
    assert not Trust(card.model_copy(update={"callee": callee})).doubts(reply, seen)
    assert Trust(card, longest=59).doubts(reply, seen)
    assert not Trust(card, longest=60).doubts(reply, seen)


@pytest.mark.parametrize("text", ["喂？", "啥？听不见。", "说话！", "……", "", "没声，挂了。", "我正忙，一会儿再打。"])
def test_where_nothing_arrived_he_may_ask_again_or_lose_patience(text: str) -> None:
    """Silence too."""
    assert not doubted(text, OPENING, "……")


@pytest.mark.parametrize("heard", ["…", "", HELLO, "喂，您好，能听见吗？"])
def test_nobody_answers_what_he_has_not_heard(heard: str) -> None:
    """Neither a lost turn nor a question that has not been put."""
    assert "unheard" in kinds(doubted("送得太慢，箱子也破了。", heard))
    assert "unheard" in kinds(doubted("没什么意见。", heard))


@pytest.mark.parametrize(
    ("heard", "text", "card"),
    [
        (NAMED, "送得太慢了你们！", "changjiang"),
        ("您好，请问是何女士吗？我是清禾口腔的周晓岚。", "补得挺好。", "dentist"),
        ("您好，您上周保养的车开着还正常吗？", "挺好，没毛病。", "changjiang"),
    ],
)
def test_the_subject_may_be_told_in_any_way(heard: str, text: str, card: str) -> None:
    """By the company's name, by a question, by the words of the card's task."""
    assert not doubted(text, heard, card=card)


@pytest.mark.parametrize(
    ("text", "heard"), [("嗯，你说。", OPENING), ("", NAMED), ("是我，什么事？", HELLO), ("什么订单？", NAMED)]
)
def test_a_hang_up_wants_a_reason(text: str, heard: str) -> None:
    """To invite the caller, or to say nothing at all, is none."""
    assert kinds(doubted(text, heard, hangs_up=True)) == {"no_reason"}
    assert not doubted(text, heard)


@pytest.mark.parametrize(
    ("text", "heard", "patience"),
    [
        ("忙着呢，挂了。", NAMED, 4.0),
        ("", NAMED, 1.0),
        ("", "……", 4.0),
        ("哦。", "抱歉打扰您了。", 4.0),
        ("嗯。", "感谢您的回复，祝生意兴隆，再见。", 4.0),
        ("啧。", QUESTION, 4.0),
    ],
)
def test_a_reason_may_be_his_or_the_callers(text: str, heard: str, patience: float) -> None:
    """His words, his patience, silence on the line, an apology, a goodbye, the question."""
    assert not doubted(text, heard, hangs_up=True, patience=patience)


def test_the_same_line_again_is_doubted() -> None:
    """Marks do not make it another; short words anybody says twice."""
    line = "包装太薄了，压坏一角。"
    assert kinds(doubted("包装太薄了 压坏一角", QUESTION, TAKEN, said=line)) == {"repeats"}
    assert not doubted("没有。", QUESTION, TAKEN, said="没有。")


def test_he_says_it_again_where_he_is_asked_again_or_was_not_heard() -> None:
    """The caller's words come again, or nothing of his own arrived."""
    line = "包装太薄了，压坏一角。"
    assert not doubted(line, QUESTION, QUESTION, said=line)
    history = (
        Utterance(speaker="caller", text=QUESTION),
        Utterance(speaker="callee", text="…", said=line),
        Utterance(speaker="caller", text=TAKEN),
    )
    seen = CalleeView(call_id="c", seed=1, history=history, persona=Persona())
    reply = Reply(text=line, persona=seen.persona)
    assert not trust().doubts(reply, seen)
    half = history[1].model_copy(update={"text": "包装……"})
    seen = CalleeView(call_id="c", seed=1, history=(history[0], half, history[2]), persona=Persona())
    assert kinds(trust().doubts(reply, seen)) == {"repeats"}


@pytest.mark.parametrize("name", ["changjiang", "dentist"])
def test_the_cards_own_samples(name: str) -> None:
    """What the card says to imitate is believed; what it says not to is doubted, by its line."""
    callee = read_card(ROOT / "examples" / f"{name}.md").callee
    heard = [OPENING, QUESTION] if name == "changjiang" else ["您好，清禾口腔回访。", "这次治疗哪里还可以改进？"]
    for sample in callee.imitate:
        assert not doubted(sample.text, *heard, card=name), sample.text
    for behaviour in callee.behaviours:
        for text in behaviour.says:
            assert not doubted(text, *heard, card=name), text
    for sample in callee.avoid:
        found = {doubt.kind: doubt for doubt in doubted(sample.text, *heard, card=name)}
        assert found["counter_example"].line == sample.line


def test_the_scripted_lines_are_believed() -> None:
    """Where they fit: after the question, and hanging up with those that say so."""
    for kind, lines in _STOCK.items():
        for text in lines:
            assert not doubted(text, OPENING, QUESTION, hangs_up=kind == "hangup", said="嗯。"), text


def test_a_doubt_tells_how_to_mend_it() -> None:
    """In Chinese, with the words as they were given."""
    [doubt] = doubted("没有。感谢您的來電！", OPENING, QUESTION)
    assert doubt.evidence == "感谢您的來電"
    assert "客服腔" in doubt.message


def rows(name: str) -> list[dict[str, Any]]:
    lines = (ROOT / "tests" / "sets" / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_labelled_replies() -> None:
    """Floors for each kind over both parts of the set; a kind in `open` may be found or not."""
    right: Counter[str] = Counter()
    extra: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    believable = wronged = 0
    for row in rows("trust.jsonl"):
        seen = view(row["heard"], row["said"], row["patience"])
        reply = Reply(text=row["text"], hangs_up=row["hangs_up"], persona=seen.persona)
        found = kinds(trust(row.get("card", "changjiang")).doubts(reply, seen))
        wanted, open_ = set(row["doubts"]), set(row.get("open", ()))
        right.update(found & wanted)
        extra.update(found - wanted - open_)
        missed.update(wanted - found)
        if not wanted and not open_:
            believable += 1
            wronged += bool(found)
    for kind in get_args(DoubtKind):
        assert right[kind] >= 0.95 * (right[kind] + extra[kind]), f"{kind}: precision"
        assert right[kind] >= 0.9 * (right[kind] + missed[kind]), f"{kind}: recall"
    assert wronged <= 0.02 * believable


def test_lines_of_real_customers_are_hardly_ever_doubted() -> None:
    """Under 1 % of the lines of customers of all trades, answering machines included; one line in three is tried."""
    tried = rows("callee.jsonl")[::3]
    wronged = 0
    for row in tried:
        last = row["last_caller"] or (QUESTION if row["question_asked"] else OPENING)
        heard = ([QUESTION] if row["question_asked"] and last != QUESTION else []) + [last]
        wronged += bool(doubted(row["text"], *heard, said="嗯。"))
    assert wronged <= 0.01 * len(tried)


_WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "…", "嗯，你说。", "没意见", "感谢您的来电", OPENING, QUESTION, "（背景）放这", "\ud800", "﷽"]
    ),
)
_HISTORY = st.lists(
    st.builds(
        Utterance,
        speaker=st.sampled_from(["caller", "callee"]),
        text=_WORDS,
        said=st.none() | _WORDS,
        lost=st.booleans(),
    ),
    max_size=5,
)


@given(_WORDS, st.booleans(), _HISTORY, st.floats(0, 9))
def test_any_reply_in_any_call_is_read(text: str, hangs_up: bool, history: list[Utterance], patience: float) -> None:
    """No error, the same doubts every time, one of a kind."""
    seen = CalleeView(call_id="c", seed=1, history=history, persona=Persona(patience=patience))
    reply = Reply(text=text, hangs_up=hangs_up, persona=seen.persona)
    found = trust().doubts(reply, seen)
    assert found == trust().doubts(reply, seen)
    assert len(found) == len(kinds(found))
    assert all(doubt.message for doubt in found)


@pytest.mark.parametrize(
    "unit",
    [
        "嗯",
        " ",
        "\n",
        "(",
        "*",
        "- \n",
        '{"',
        "a ",
        "'",
        "感谢",
        "我是",
        "非常",
        "祝",
        "您的意见",
        "请问您",
        "（叹气",
        "张强",
        "﷽",
        "不。",
    ],
)
def test_no_reply_is_slow(unit: str) -> None:
    """A hundred thousand characters, as a reply and as what he heard, within a multiple of 50 ms."""
    text = (unit * 100_000)[:100_000]
    seen = view([text, text], [text])
    with undisturbed() as clock:
        trust().doubts(Reply(text=text, hangs_up=True, persona=seen.persona), seen)
        took = clock()
    # Where nobody compiled the judge's inner loops (setup.py), what they read takes some times as long.
    assert took < (3 if table.__file__.endswith(".py") else 0.5)
