"""The callee's state: what moves him, where the card says so, and that nothing else does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waihu import Card, CardError, read_card
from waihu.agents.cards import parse_card
from waihu.agents.directions import direction
from waihu.agents.persona import MOODS, Persona
from waihu.agents.roles import CalleeView
from waihu.agents.stimuli import stimuli_of
from waihu.agents.temper import cut_in_at, moved, temper_of
from waihu.evaluators.utterances import Utterance

from ..conftest import CHANGJIANG

Q = "您刚收完咱们平台送的货，是否有任何配送上不满意、或觉得该改进的细节？"
OFFICIAL = "您的反馈对我们非常重要，希望您配合，我们会持续优化。"
PLEDGE = "您好，绝不推销，就一句话。"
SEEDS = range(300)


def view(*texts: str, seed: int = 0, persona: Persona | None = None, around: Sequence[str] = ()) -> CalleeView:
    """The caller's and the callee's turns, one after the other; the last is the caller's."""
    speakers = ("caller", "callee")
    history = [Utterance(speaker=speakers[n % 2], text=text) for n, text in enumerate(texts)]  # type: ignore[arg-type]
    return CalleeView(call_id="x", seed=seed, history=history, persona=persona or Persona(), around=around)


@pytest.mark.parametrize(
    ("heard", "what"),
    [
        (OFFICIAL, "official"),
        (PLEDGE, "pledge"),
        ("不好意思打扰您了。", "apology"),
        (Q, "question"),
        ("我们保证下次准时送到。", "promise"),
        ("您好，" + "我是长江平台配送服务的客户关系经理，想跟您说一下这次送货的情况，" * 2, "long"),
        ("您好。", "short"),
        ("……", "unheard"),
    ],
)
def test_what_a_turn_does_to_him(card: Card, heard: str, what: str) -> None:
    """Each thing of the seed's behaviour patterns is noticed, and nothing that is not there."""
    found = stimuli_of(view(heard), temper_of(card).triggers)
    assert what in found
    others = {"official", "pledge", "apology", "promise", "unheard"} - {what}
    assert not (others - ({"promise"} if what == "official" else set())) & set(found)


def test_what_the_call_so_far_does_to_him(card: Card) -> None:
    """The same question again, and going on after he had enough; noise around him."""
    triggers = temper_of(card).triggers
    assert "again" in stimuli_of(view(Q, "你们问再多也没用吧？", Q), triggers)
    # What he wished to hear once more does not anger him.
    assert "again" not in stimuli_of(view(Q, "啥？没听清，再说一遍。", Q), triggers)
    assert "again" not in stimuli_of(view("您好。", "啥？", Q), triggers)
    assert "pressed" in stimuli_of(view("您好。", "没空，别打了。", "您先别挂。"), triggers)
    assert "pressed" not in stimuli_of(view("您好。", "没空，别打了。", "好的，再见。"), triggers)
    assert "noise" in stimuli_of(view("您好。", around=("打印机在响",)), triggers)


def test_a_cards_own_phrases_set_him_off(card: Card) -> None:
    """What the card puts in quotes as another's words is a trigger, by what the line says that it does."""
    assert any("绝不推销" in phrase for phrase in temper_of(card).triggers["pledge"])
    assert any("抱歉打扰" in phrase for phrase in temper_of(card).triggers["apology"])
    assert any("反馈很重要" in phrase for phrase in temper_of(card).triggers["official"])


def test_every_cause_names_its_line(card: Card) -> None:
    """The line of the card that says that this moves him speaks of it."""
    rows = CHANGJIANG.read_text(encoding="utf-8").split("\n")
    temper = temper_of(card)
    for what, word in (
        ("official", "反馈很重要"),
        ("pledge", "绝不推销"),
        ("apology", "抱歉打扰"),
        ("time", "情绪"),
        ("promise", "雷声大"),
        ("noise", "背景"),
    ):
        assert word in rows[temper.sources[what] - 1]  # type: ignore[index]
    persona = moved(view(OFFICIAL), temper)
    assert {cause.what for cause in persona.causes} >= {"time", "official"}
    assert all(cause.line == temper.sources.get(cause.what) for cause in persona.causes)


def share(card: Card, heard: str, mood: str) -> float:
    temper = temper_of(card)
    return sum(moved(view(heard, seed=seed), temper).mood == mood for seed in SEEDS) / len(SEEDS)


def test_he_softens_at_a_pledge_and_bristles_at_official_talk(card: Card) -> None:
    """The seed: 声明“绝不推销”，不排除态度转缓; 对“反馈很重要”立刻冷嘲. Irony stays rare."""
    assert share(card, PLEDGE, "缓和") > 0.35
    assert share(card, "您好。", "缓和") == 0
    assert share(card, OFFICIAL, "讽刺") > 3 * share(card, "您好。", "讽刺")
    assert share(card, "您好。", "讽刺") < 0.06


def test_length_and_repetition_cost_patience(card: Card) -> None:
    """A long turn costs more than a short one, the same question again more than either."""
    temper = temper_of(card)
    short, long = moved(view("您好。"), temper), moved(view("您好，" + "这是例行的回访，" * 12), temper)
    again = moved(view(Q, "你们问再多也没用吧？", Q), temper)
    assert again.patience < long.patience < short.patience
    assert long.attention < short.attention


def test_a_card_sets_its_own_numbers() -> None:
    """The front matter beats the prose; another card gets what its prose gives away."""
    text = CHANGJIANG.read_text(encoding="utf-8")
    assert not text.startswith("---")
    front = "---\ncallee: {mood: 冷漠, patience: 9, cut_in: 0.5, longest: 30}\n---\n"
    temper = temper_of(parse_card(front + text, file="own.md"))
    assert (temper.mood, temper.patience, temper.cut_in) == ("冷漠", 9, 0.5)
    dentist = temper_of(read_card(CHANGJIANG.parent / "dentist.md"))
    assert dentist != temper_of(read_card(CHANGJIANG))
    with pytest.raises(CardError, match=r"callee.mood knows no '生气'"):
        parse_card("---\ncallee: {mood: 生气}\n---\n" + text, file="own.md")
    with pytest.raises(CardError, match="number from 0 to 1"):
        parse_card("---\ncallee: {irony: 3}\n---\n" + text, file="own.md")


def test_he_talks_over_long_turns(card: Card) -> None:
    """Sheer length makes it likelier, a soft mood less so; a short turn is never talked over."""
    temper = temper_of(card)

    def cuts(heard: str, mood: str = "急躁") -> int:
        persona = Persona(mood=mood)  # type: ignore[arg-type]
        return sum(cut_in_at(view(heard, seed=seed, persona=persona), temper) is not None for seed in SEEDS)

    long = "您好，我是长江平台的客户经理，" + "这次的送货情况想跟您了解一下，" * 2
    assert cuts("您好，张强先生吗？") == 0
    assert 0 < cuts(long) < cuts(long * 2)
    assert cuts(long, "缓和") < cuts(long)
    for seed in SEEDS:
        at = cut_in_at(view(long, seed=seed), temper)
        assert at is None or 0 < at < len(long)


PERSONAS = st.builds(
    Persona,
    mood=st.sampled_from(MOODS),
    patience=st.floats(0, 10),
    suspicion=st.floats(0, 1),
    attention=st.floats(0, 1),
    load=st.floats(0, 1),
)


@given(st.lists(st.text(max_size=80), min_size=1, max_size=6), st.integers(), PERSONAS)
@settings(deadline=None)
def test_his_state_is_a_function_of_what_he_heard(texts: list[str], seed: int, persona: Persona) -> None:
    """Whatever is said: within its bounds, the same again, and blind to what was said but not heard."""
    temper = temper_of(read_card(CHANGJIANG))
    seen = view(*texts[: len(texts) - (len(texts) + 1) % 2], seed=seed, persona=persona)
    after = moved(seen, temper)
    assert after == moved(seen, temper)
    assert 0 <= after.suspicion <= 1
    assert 0 <= after.attention <= 1
    assert after.patience >= 0
    assert direction(after, around=("打印机在响",), cut_in=True)
    at = cut_in_at(seen, temper)
    assert at is None or 0 < at < len(seen.heard)
