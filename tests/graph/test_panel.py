"""The second judge beside the rules: in a call, in the guard, over calls that were already made."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_stream_writer

from waihu import (
    Auditor,
    Card,
    InputError,
    Judge,
    Moment,
    Rehearsal,
    RuleOpinion,
    SecondOpinion,
    build_guard,
    read_records,
    run_call,
)
from waihu.agents.cards import policy_of
from waihu.agents.cards.models import RuleSettings
from waihu.evaluators.policy import Policy, RuleId
from waihu.evaluators.second import SEMANTIC, JudgePolicy, NoOpinion
from waihu.evaluators.verdicts import Turn
from waihu.graph.panel import Panel, Second
from waihu.graph.records import JudgeRef, Record
from waihu.graph.show import second_words

from ..chat_server import ChatServerFake
from ..second_judges import Says, chat_body, opinion, rulings, shown

OPENING = "您好，请问张强先生在吗？"
GOODBYE = "好的，谢谢您，再见。"
PITCH = "您好，我是长江平台的李明。"
"""Stands for a draft that the rules pass and the second judge does not, however well the rules come to read."""
SELLS = opinion(no_promotion=("violation", "长江平台"))
REFUSED = Moment.after("别打了，不需要。")
MODES: Any = ["values", "updates", "custom", "messages", "tasks", "debug"]


def panel(card: Card, second: Any, policy: JudgePolicy = "closed", rules: Any = None) -> Panel:
    judge = Judge(policy_of(card)) if rules is None else Judge(policy_of(card), rules)
    return Panel(judge, Second(second, policy))


class Bot:
    """Says its lines in order, the last one over and over."""

    who, prompt = "bot", None

    def __init__(self, *lines: str) -> None:
        self.lines = [*lines]

    async def __call__(self, messages: Any) -> str:
        return self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]


async def test_a_draft_that_it_objects_to_is_written_again(card: Card) -> None:
    """The rules pass it, the second judge does not; the record has what it said, and how long it took."""

    class Picky(Says):
        async def look(self, text: str, moment: Moment, policy: Policy, rules: tuple[RuleId, ...]) -> SecondOpinion:
            self.given = SELLS if text == PITCH else None
            return await super().look(text, moment, policy, rules)

    judge = Picky()
    record = await run_call(card, caller=Bot(OPENING, PITCH, GOODBYE), callee=["嗯，你说。"], judge=judge)
    assert record.spoken == (OPENING, GOODBYE)
    (refused,) = record.sent_back
    assert (refused.text, refused.verdict.violates) == (PITCH, ("no-promotion",))
    assert isinstance(refused.second, SecondOpinion)
    assert refused.second.findings["no-promotion"].ruling == "violation"
    assert record.rules["no-promotion"] == "broken"
    assert record.judge == JudgeRef(who="says", policy="closed")
    assert [cost.role for cost in record.measured.costs if cost.turn == 2] == ["caller", "judge", "caller", "judge"]
    assert [text for text, _ in judge.asked] == [OPENING, PITCH, GOODBYE]


async def test_what_the_card_says_in_a_drafts_place_is_not_shown_to_it(card: Card) -> None:
    """It objects to everything; the card's own lines are said all the same, and the call comes to its end."""
    judge = Says(SELLS)
    record = await run_call(card, caller=Bot(PITCH), callee=["嗯，你说。", "没啥。"], judge=judge)
    assert {text for text, _ in judge.asked} == {PITCH}
    assert [turn.origin for turn in record.turns if turn.origin] == ["script", "script", "reflex"]
    assert all(draft.second is None for turn in record.turns for draft in turn.drafts if draft.origin != "draft")


async def test_none_clears_nothing(card: Card) -> None:
    """A draft that the rules refuse is refused, and its violations are the same."""
    text = "现在有会员优惠券送您。"
    alone = Judge(policy_of(card)).judge(text, Moment())
    ruled = await panel(card, Says()).judge(text, Moment(), 1)
    assert "no-promotion" in alone.violates
    assert ruled.verdict == alone
    assert isinstance(ruled.second, SecondOpinion)


@dataclass
class Notices:
    """A rule that tells when it is at work, and remembers whether the second judge was."""

    second: Says
    seen: list[bool]
    id: RuleId = "notices"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> None:
        self.seen.append(bool(self.second.asked))
        assert self.second.waits is not None
        self.second.waits.set()


async def test_it_works_beside_the_rules_and_not_after_them(card: Card) -> None:
    """It is asked before the rules look, and answers only once they have."""
    second = Says(waits=asyncio.Event())
    rule = Notices(second, [])
    judged = Panel(Judge(policy_of(card), [rule, *Judge(policy_of(card)).rules]), Second(second, "closed"))
    ruled = await judged.judge(OPENING, Moment(), 60)
    assert rule.seen == [True]
    assert ruled.verdict.action == "pass"
    assert ruled.second == opinion(no_promotion="none", stay_on_topic="none", faithful_to_card="none")


async def test_where_the_rules_end_the_call_nobody_waits_for_it(card: Card) -> None:
    """The request is given up, and nothing of it is in the verdict."""
    second = Says(hangs=True)
    text = "您先别挂，就耽误您一分钟。"
    ruled = await panel(card, second).judge(text, REFUSED, 60)
    assert (ruled.verdict.action, ruled.second) == ("terminate", None)
    await asyncio.sleep(0)
    assert second.asked == [(text, SEMANTIC)]
    assert second.cancelled == 1


FAILURES = [
    (Says(hangs=True), "within"),
    (Says(LookupError("no model")), "LookupError: no model"),
    (Says(SystemExit(0)), "sys.exit"),
    (Says(asyncio.CancelledError()), "cancelled itself"),
]


@pytest.mark.parametrize(("second", "why"), FAILURES, ids=["late", "raises", "exits", "cancels"])
async def test_where_it_gives_no_answer_the_policy_decides(card: Card, second: Says, why: str) -> None:
    """Late, raising, leaving the program: closed ends the call, open leaves what the rules said."""
    alone = Judge(policy_of(card)).judge(OPENING, Moment())
    closed = await panel(card, second).judge(OPENING, Moment(), 0.01)
    assert (closed.verdict.action, closed.verdict.violates) == ("terminate", ("second-judge",))
    left = await panel(card, second, "open").judge(OPENING, Moment(), 0.01)
    assert left.verdict == alone
    for ruled in (closed, left):
        assert isinstance(ruled.second, NoOpinion)
        assert why in ruled.second.why


async def test_what_is_no_opinion_is_none(card: Card) -> None:
    """A judge of the user's own that answers with something else."""

    class Mumbles(Says):
        async def look(self, *given: Any) -> Any:
            return {"no-promotion": "none"}

    class Blocks(Says):
        def look(self, *given: Any) -> Any:
            return SELLS

    for second in (Mumbles(), Blocks()):
        assert (await panel(card, second).judge(OPENING, Moment(), 1)).verdict.violates == ("second-judge",)


@pytest.mark.parametrize(("policy", "how"), [("closed", "judge_failed"), ("open", "closed")])
async def test_a_call_on_which_it_is_undecided(card: Card, policy: JudgePolicy, how: str) -> None:
    """Closed: the exit line, and nobody blames the caller. Open: the call goes on, and the record says it."""
    judge = Says(opinion(stay_on_topic="undecided"))
    bot = Bot(OPENING, GOODBYE)
    record = await run_call(card, caller=bot, callee=["嗯，你说。"], judge=judge, judge_policy=policy)
    assert record.ending.how == how
    assert record.kept is (policy == "open")
    assert record.rules["stay-on-topic"] == ("untested" if policy == "closed" else "kept")
    first = record.turns[0].drafts[0].second
    assert isinstance(first, SecondOpinion)
    assert first.findings["stay-on-topic"].ruling == "undecided"


async def test_who_asks_nothing_of_it_does_not_ask(card: Card) -> None:
    """Rules that the card switched off, an empty turn, one that nobody reads to its end."""
    settings = card.settings.model_copy(update={"rules": RuleSettings(off=SEMANTIC[1:])})
    second = Says(SELLS)
    quiet = panel(card.model_copy(update={"settings": settings}), second)
    assert (await quiet.judge(PITCH, Moment(), 1)).second is None
    for text in ("", " ", "好" * 2001):
        assert (await panel(card, second).judge(text, Moment(), 1)).second is None
    assert second.asked == []
    assert (await quiet.judge(GOODBYE, REFUSED, 1)).second is not None
    assert second.asked == [(GOODBYE, ("no-retention",))]


class Talkative(Says):
    """Calls a model that streams, and writes to the stream, while it looks."""

    async def look(self, text: str, moment: Moment, policy: Policy, rules: tuple[RuleId, ...]) -> SecondOpinion:
        get_writer: Any = get_stream_writer
        with contextlib.suppress(RuntimeError):
            get_writer()({"content": "机密"})
        async for _ in GenericFakeChatModel(messages=iter([AIMessage("机密 机密")])).astream("hi"):
            pass
        return await super().look(text, moment, policy, rules)


async def test_nothing_of_it_is_on_any_stream(card: Card) -> None:
    """Neither its model's tokens nor what it writes, in guard and call; of the guard its opinion is on none either."""
    judge = Talkative(SecondOpinion(findings={"no-promotion": RuleOpinion(ruling="violation", reason="秘而不宣")}))
    guard = build_guard(card, caller=Bot(PITCH), judge=judge)
    call = Rehearsal(card, caller=Bot(OPENING), callee=["嗯。"], judge=judge).graph
    for graph, given in ((guard, {"messages": [AIMessage(OPENING), HumanMessage("嗯，你说。")]}), (call, {"seed": 0})):
        stream = graph.astream(given, stream_mode=MODES, subgraphs=True, version="v2")  # type: ignore[call-overload]
        parts = [part async for part in stream]
        assert judge.asked
        assert "机密" not in repr(parts)
        assert ("秘而不宣" in repr(parts)) is (graph is call)
        judge.asked.clear()


async def test_a_model_judges_a_live_call(card: Card, chat_server: ChatServerFake) -> None:
    """The guard sends back what the model objects to; the customer hears the next draft; no stream has a word of it."""
    chat_server.answer = lambda body: chat_body(
        json.dumps(rulings(body, **({"no_promotion": "李明"} if shown(body)["要判断的话"] == PITCH else {})))
    )
    guard = build_guard(
        card, caller=Bot(PITCH, GOODBYE), judge="openai:fake", judge_base_url=chat_server.url, timeout=60
    )
    heard: list[AnyMessage] = [AIMessage(OPENING), HumanMessage("嗯，你说。")]
    stream = guard.astream({"messages": heard}, stream_mode=MODES, subgraphs=True, version="v2")
    parts = [part async for part in stream]
    assert len(chat_server.requests) == 2
    assert "".join(part["data"]["content"] for part in parts if part["type"] == "custom") == GOODBYE
    assert PITCH not in repr(parts)
    assert "换了个说法" not in repr(parts)


async def test_in_a_live_call_it_has_the_time_that_is_left(card: Card, chat_server: ChatServerFake) -> None:
    """It hangs; the exit line is said when the turn's time is over."""
    chat_server.answer = lambda body: None
    options: dict[str, Any] = {"judge": "openai:fake", "judge_base_url": chat_server.url}
    out = await build_guard(card, timeout=0.05, **options).ainvoke({"messages": []})
    assert out["ends_call"]
    assert out["messages"][0].text == policy_of(card).exit_line
    out = await build_guard(card, timeout=0.05, judge_policy="open", **options).ainvoke({"messages": []})
    assert not out["ends_call"]


@pytest.fixture
async def record(card: Card) -> Record:
    return await run_call(card, caller=Bot(PITCH), callee=["嗯。"], judge=Says(SELLS))


def test_records_without_it_are_still_read(record: Record, tmp_path: Path) -> None:
    """Written before there was a second judge; written with one, nothing is lost."""
    record.save(tmp_path / "new.json")
    assert read_records(tmp_path / "new.json") == (record,)
    old = json.loads(record.json_text())
    del old["judge"]
    for turn in old["turns"]:
        for draft in turn["drafts"]:
            del draft["second"]
    (tmp_path / "old.json").write_text(json.dumps(old))
    (read,) = read_records(tmp_path / "old.json")
    assert read.judge is None
    assert read.spoken == record.spoken


async def test_an_opinion_survives_a_checkpointer(card: Card) -> None:
    """A saver knows its types."""
    cast = Rehearsal(card, caller=Bot(OPENING), callee=["嗯。"], judge=Says(SELLS))
    config: Any = {"configurable": {"thread_id": "1"}}
    graph = cast.with_checkpointer(InMemorySaver())
    held = await graph.ainvoke({"seed": 0}, config)
    assert (await graph.aget_state(config)).values["record"] == held["record"]


def test_it_is_told_in_a_short_line() -> None:
    """What it objects to, where it is undecided, why it gave no answer."""
    assert second_words(opinion(no_promotion="none", stay_on_topic="none")) == "second judge: no violation of 2 rules"
    assert second_words(SELLS) == "second judge: no-promotion violation"
    assert second_words(NoOpinion(why="it is late")) == "second judge: no answer: it is late"


def test_calls_that_were_already_made(card: Card) -> None:
    """Turns and whole calls, with the same verdicts."""
    auditor = Auditor(card, judge=Says(SELLS))
    assert auditor.turn(PITCH, last_callee="嗯").violates == ("no-promotion",)
    ((place, verdict),) = auditor.call([("callee", "喂？"), ("caller", PITCH)])
    assert (place, verdict.violates) == (1, ("no-promotion",))


async def test_on_an_event_loop_it_is_awaited(card: Card) -> None:
    """What cannot wait says what can."""
    auditor = Auditor(card, judge=Says(SELLS))
    with pytest.raises(InputError, match="rule_turn"):
        auditor.turn(PITCH)
    ruled = await auditor.rule_turn(PITCH)
    assert (ruled.verdict.violates, ruled.verdict.violations[0].message) == (
        ("no-promotion",),
        "“长江平台”是推销或促销，回访中不许出现：删掉，只谈这次服务的反馈。",
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"judge": "nobody"}, "openai:NAME"),
        ({"judge": Says(), "judge_policy": "ajar"}, "closed or open"),
        ({"judge_policy": "open"}, "needs a judge"),
        ({"judge_method": "json_mode"}, "needs a judge"),
        ({"judge_base_url": "http://x"}, "needs a judge"),
    ],
)
def test_options_that_cannot_be_used_are_told(card: Card, options: Any, says: str) -> None:
    """Before anything is held, guarded or read."""
    for build in (Rehearsal, build_guard, Auditor):
        with pytest.raises(InputError, match=says):
            build(card, **options)
