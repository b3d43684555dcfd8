"""The picture of a call: well-formed whatever the record, and everything that matters can be read in it."""

from __future__ import annotations

import asyncio
import time
import unicodedata
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple, get_args
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waihu import Card, InputError, Record, Rehearsal, run_call
from waihu.agents.noise import NoiseEvent, NoiseKind
from waihu.agents.persona import MOODS, Persona
from waihu.agents.trust import Doubt, Doubtful
from waihu.evaluators.outcome import Outcome
from waihu.evaluators.utterances import CallerAct
from waihu.evaluators.verdicts import Verdict, Violation
from waihu.graph.records import Ending, JudgedDraft, Turn
from waihu.graph.timeline import save_timeline, timeline
from waihu.graph.timeline.drawing import RED
from waihu.graph.timeline.lanes import BOLT, DIAMOND
from waihu.graph.timeline.room import MOODS as MOOD_LOOKS
from waihu.graph.timeline.room import NOISES
from waihu.graph.timeline.words import stretches

IN_LEGEND = 1
SVG = "{http://www.w3.org/2000/svg}"
ODD = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(
    ["", "\x00\x1b[2J", "\ud83d", "😀" * 40, "\u202eabc", "شكرا لك", "a" * 500, "，" * 90, "<b>&\"']]>", "\ufffe\n\t"]
)


class Box(NamedTuple):
    """Where a text stands."""

    words: str
    left: float
    top: float
    right: float
    bottom: float


def drawn(record: Record) -> ElementTree.Element:
    """The picture, parsed."""
    return ElementTree.fromstring(timeline(record))


def em(character: str) -> float:
    """About how wide a character is."""
    if unicodedata.category(character) == "Mn":
        return 0.0
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.5


def boxes(root: ElementTree.Element) -> list[Box]:
    """Every text of a picture, with its size estimated afresh."""
    found = []
    for text in root.iter(f"{SVG}text"):
        words = "".join(text.itertext())
        size = float(text.get("font-size", "0"))
        wide = size * sum(map(em, words))
        start = {"middle": 0.5, "end": 1.0}.get(text.get("text-anchor", ""), 0.0)
        left, y = float(text.get("x", "nan")) - wide * start, float(text.get("y", "nan"))
        found.append(Box(words, left, y - 0.8 * size, left + wide, y + 0.15 * size))
    return found


def inside(root: ElementTree.Element) -> None:
    """No text leaves the canvas."""
    wide, high = float(root.get("width", "0")), float(root.get("height", "0"))
    for box in boxes(root):
        assert box.left >= 0, box
        assert box.right <= wide, box
        assert 0 <= box.top < box.bottom <= high, box


def words(root: ElementTree.Element) -> str:
    """All that can be read, blanks aside."""
    return "".join("".join(box.words.split()) for box in boxes(root))


def struck(root: ElementTree.Element) -> str:
    """All that is struck through."""
    return "".join(part.text or "" for part in root.iter() if part.get("text-decoration") == "line-through")


def shapes(root: ElementTree.Element) -> list[str | None]:
    return [path.get("d") for path in root.iter(f"{SVG}path")]


def with_turns(record: Record, *turns: Turn, **update: Any) -> Record:
    """The same call with other turns."""
    return record.model_copy(update={"turns": turns, "outcome": Outcome(reached=False), **update})


@pytest.fixture(scope="module")
def record(card: Card) -> Record:
    return asyncio.run(run_call(card, seed=3, noise="workshop"))


async def test_an_ordinary_call_can_be_read(card: Card) -> None:
    """Every word that was said stands in the picture, no text leaves the canvas, and none covers another."""
    for noise in ("quiet", "workshop"):
        for record in await Rehearsal(card, noise=noise).run_many(range(25)):
            root = drawn(record)
            inside(root)
            for turn in record.turns:
                assert "".join(turn.said.split()) in words(root) or any(
                    piece.fate == "misheard" for piece in stretches(turn)
                )
            for one, other in combinations(boxes(root), 2):
                apart = one.right <= other.left or other.right <= one.left
                apart = apart or one.bottom <= other.top or other.bottom <= one.top
                assert apart, (record.seed, one, other)


async def test_it_says_who_how_and_why(record: Record) -> None:
    """The head names both sides, card, seed and noise; the ending stands at the exit and above."""
    text = words(drawn(record))
    assert "李明→张强" in text
    assert "cardchangjiang·seed3·noiseworkshop" in text
    assert text.count(record.ending.how.replace("_", "")) >= 2
    assert "".join(record.ending.why.split()) in text


async def test_the_same_record_gives_the_same_picture(card: Card, record: Record) -> None:
    """Byte for byte, the call held anew."""
    assert timeline(record) == timeline(await run_call(card, seed=3, noise="workshop"))


@pytest.mark.parametrize(
    ("said", "heard", "lost", "misheard"),
    [
        ("没啥问题，挂了。", "没啥问题，挂了。", "", ""),
        ("您收的货，哪里不满意吗？", "您收的货，……", "哪里不满意吗？", ""),
        ("您收的货，哪里不满意吗？", "您收的货", "，哪里不满意吗？", ""),
        ("不是推销就讲一句。", "不是推消就讲一句。", "销", "消"),
        ("真没意见，别老打。", "真没意，别老打。", "见", ""),
        ("算了，送到了没事……", "（背景）快点！\n算了，送到了没事……", "", ""),
        ("我忙着呢。", "", "我忙着呢。", ""),
        ("甲" * 400, "乙" * 400, "甲" * 400, "乙" * 400),
    ],
)
def test_what_did_not_arrive_is_told_from_what_did(said: str, heard: str, lost: str, misheard: str) -> None:
    """Swallowed, cut off, misheard, missed by the recogniser; a voice in the room takes nothing away."""
    noise = (NoiseEvent(kind="colleague", text="（背景）快点！"),)
    pieces = stretches(Turn(index=0, speaker="callee", said=said, heard=heard, start=1, end=3, noise=noise))
    assert "".join(piece.text for piece in pieces if piece.fate == "lost") == lost
    assert "".join(piece.text for piece in pieces if piece.fate == "misheard") == misheard
    assert "".join(piece.text for piece in pieces if piece.fate != "misheard") == said


@given(st.text("没问题，…", max_size=12), st.text("没问题，…", max_size=12))
def test_nothing_that_was_said_is_left_out(said: str, heard: str) -> None:
    """The pieces without what was misheard are what was said; without what was lost, all the words that were heard."""
    pieces = stretches(Turn(index=0, speaker="callee", said=said, heard=heard, start=1, end=3))
    assert "".join(piece.text for piece in pieces if piece.fate != "misheard") == said
    arrived = "".join(piece.text for piece in pieces if piece.fate != "lost")
    assert arrived.replace("…", "") == heard.replace("…", "")


def test_a_barge_in_is_marked(record: Record) -> None:
    """A bolt where he begins to speak, and the words that nobody listened to struck through."""
    caller = Turn(
        index=0, speaker="caller", said="您好，我是李明。", heard="您好，", start=0.6, end=2.4, origin="draft"
    )
    callee = Turn(index=1, speaker="callee", said="什么事？", heard="什么事？", start=2.0, end=3.0)
    assert BOLT not in shapes(drawn(with_turns(record, caller, callee)))
    root = drawn(with_turns(record, caller.model_copy(update={"cut_off": True}), callee))
    assert shapes(root).count(BOLT) == 1 + IN_LEGEND
    assert "我是李明。" in struck(root)


def test_a_bar_shows_where_words_were_lost(record: Record) -> None:
    """A strip at its foot, however narrow it is, from where to where nothing arrived."""
    turn = Turn(index=0, speaker="callee", said="甲乙丙丁，戊己庚辛。", heard="甲乙丙丁，……", start=10, end=20)
    strips = [box for box in drawn(with_turns(record, turn)).iter(f"{SVG}rect") if box.get("fill") == RED]
    bar = next(box for box in drawn(with_turns(record, turn)).iter(f"{SVG}rect") if box.find(f"{SVG}title") is not None)
    assert len(strips) == 1 + IN_LEGEND
    left, wide = float(bar.get("x", "nan")), float(bar.get("width", "nan"))
    assert float(strips[0].get("x", "nan")) == pytest.approx(left + wide / 2, abs=0.1)
    assert float(strips[0].get("width", "nan")) == pytest.approx(wide / 2, abs=0.1)


def test_a_draft_that_was_sent_back_is_shown_with_its_reason(record: Record) -> None:
    """Its words struck through, the rule's id at its time and below, and what the judge said."""
    violation = Violation(rule="no-promotion", action="rewrite", message="不要推销。")
    verdict = Verdict(action="rewrite", act=CallerAct(), violations=(violation,))
    turn = record.turns[0].model_copy(
        update={
            "drafts": (JudgedDraft(text="办张会员卡吧。", origin="draft", verdict=verdict), *record.turns[0].drafts)
        }
    )
    root = drawn(with_turns(record, turn))
    assert "办张会员卡吧。" in struck(root)
    assert words(root).count("no-promotion") == 2
    assert "不要推销。" in words(root)


def test_a_reply_that_nobody_believed_is_shown(record: Record) -> None:
    """The reply struck through with its doubts, and a mark on the line that stood in for it."""
    reply = Doubtful(text="非常感谢您的关心！", doubts=(Doubt(kind="too_kind", message="太客气了。"),))
    turn = record.turns[1].model_copy(update={"doubtful": (reply,), "stood_in": True})
    root = drawn(with_turns(record, record.turns[0], turn))
    assert shapes(root).count(DIAMOND) == 1 + IN_LEGEND
    assert "非常感谢您的关心！" in struck(root)
    assert "tookind" in words(root)


def test_feedback_is_quoted_with_its_turn(record: Record) -> None:
    """In his own words, as he was heard."""
    outcome = Outcome.model_validate(
        {"reached": True, "feedback": [{"kind": "negative", "words": "箱子破了。", "turn": 1}]}
    )
    assert "negative:“箱子破了。”(2)" in words(drawn(record.model_copy(update={"outcome": outcome})))


def test_every_noise_and_every_mood_has_its_look() -> None:
    """So that none is missing when one is added."""
    assert set(NOISES) == set(get_args(NoiseKind))
    assert set(MOOD_LOOKS) == set(MOODS)


def test_noise_stands_at_its_time(record: Record) -> None:
    """What is later stands further right, and words that leaked into the line can be read."""
    events = (NoiseEvent(kind="printer", at=2.0), NoiseEvent(kind="colleague", text="（背景）放这儿！", at=7.0))
    turn = Turn(index=0, speaker="callee", said="嗯。", heard="嗯。", start=1.0, end=9.0, noise=events)
    at = {box.words: box.left for box in boxes(drawn(with_turns(record, turn)))}
    assert at["printer"] < at["voice 放这儿！"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_record_gives_a_well_formed_picture(record: Record, data: st.DataObject) -> None:
    """Odd texts, odd times, no state of the callee, nothing said."""
    times = st.floats() | st.floats(0, 100) | st.just(1.79e308)
    turns = []
    for index in range(data.draw(st.integers(0, 3))):
        events = st.builds(NoiseEvent, kind=st.sampled_from(get_args(NoiseKind)), text=ODD, seconds=times, at=times)
        persona = st.none() | st.builds(
            Persona, patience=st.floats(0, 1e300), suspicion=st.floats(0, 1), attention=st.floats(0, 1)
        )
        turns.append(
            Turn(
                index=index, speaker=data.draw(st.sampled_from(["caller", "callee"])),
                said=data.draw(ODD), heard=data.draw(ODD), start=data.draw(times), end=data.draw(times),
                noise=tuple(data.draw(st.lists(events, max_size=4))), persona=data.draw(persona),
                cut_off=data.draw(st.booleans()), stood_in=data.draw(st.booleans()), lost=data.draw(st.booleans()),
            )
        )  # fmt: skip
    odd = {"card": record.card.model_copy(update={"name": data.draw(ODD)}), "noise": data.draw(ODD)}
    for side in ("caller", "callee"):
        odd[side] = record.caller.model_copy(update={"name": data.draw(ODD), "who": data.draw(ODD)})
    odd["ending"] = Ending(how="closed", by="caller", why=data.draw(ODD))
    picture = timeline(with_turns(record, *turns, **odd))
    inside(ElementTree.fromstring(picture.encode("utf-8")))
    assert "nan" not in picture.replace("nan s", "")


@pytest.mark.parametrize("text", ["好" * 20_000, "&" * 20_000, "😀 " * 10_000, "a…" * 10_000, "́" * 20_000])
def test_a_huge_call_gives_a_picture_that_opens(record: Record, text: str) -> None:
    """200 turns of 20,000 characters in an hour: well-formed, less than 400 KB, and what is left out is told."""
    verdict = Verdict(action="rewrite", act=CallerAct(), violations=(_violation(text),) * 9)
    drafts = (JudgedDraft(text=text, origin="draft", verdict=verdict),) * 9
    noise = tuple(NoiseEvent(kind="colleague", text=text, at=18.0 * number) for number in range(50))
    turns = [
        Turn(
            index=index, speaker="callee" if index % 2 else "caller", said=text, heard=text[::3], drafts=drafts,
            start=18.0 * index, end=18.0 * index + 17, noise=noise, persona=Persona(mood=MOODS[index % 5]),
        )
        for index in range(200)
    ]  # fmt: skip
    rules = dict.fromkeys((f"{text[:30]}{number}" for number in range(300)), "broken")
    huge = with_turns(record, *turns, rules=rules)
    began = time.perf_counter()
    picture = timeline(huge)
    assert time.perf_counter() - began < 2
    assert len(picture.encode("utf-8")) < 400_000
    root = ElementTree.fromstring(picture)
    inside(root)
    assert "moreturns" in words(root)


def _violation(text: str) -> Violation:
    return Violation(rule=text, action="rewrite", message=text)


def test_200_short_turns_stay_apart(record: Record) -> None:
    """Numbers that have no room are left to the transcript, which has every turn."""
    turns = [
        Turn(index=i, speaker="callee" if i % 2 else "caller", said="嗯。", heard="嗯。", start=i, end=i + 0.5)
        for i in range(200)
    ]
    root = drawn(with_turns(record, *turns))
    inside(root)
    assert words(root).count("嗯。") >= 200


def test_an_empty_call_is_a_picture_too(record: Record) -> None:
    """Nobody said anything: the head and the exit are there."""
    root = drawn(with_turns(record))
    inside(root)
    assert "李明→张强" in words(root)


def test_it_is_written_where_it_was_asked_for(record: Record, tmp_path: Path) -> None:
    """As UTF-8, the same as the function gives."""
    save_timeline(record, tmp_path / "call.svg")
    assert (tmp_path / "call.svg").read_text(encoding="utf-8") == timeline(record)


@pytest.mark.parametrize(
    ("name", "told"), [("call.png", r"\.svg"), ("call", r"\.svg"), ("no/call.svg", "cannot be written")]
)
def test_where_no_picture_can_be_written_is_told(record: Record, tmp_path: Path, name: str, told: str) -> None:
    """Another kind of file, or a folder that there is not."""
    with pytest.raises(InputError, match=told):
        save_timeline(record, tmp_path / name)
