"""One call and many: limits, rules, endings, sameness."""

from __future__ import annotations

import asyncio
import typing
from collections import Counter
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from waihu import Auditor, Card, CardError, InputError, Record, Rehearsal, run_call
from waihu.agents.noise import noise_profile
from waihu.agents.roles import CalleeView, CallerView, Draft, Reply
from waihu.graph.nodes import Nodes
from waihu.graph.records import Turn

SEEDS = range(120)


def heard_breaks(auditor: Auditor, record: Record) -> list[tuple[str, tuple[str, ...]]]:
    """What the customer heard that breaks a rule, judged afresh from the transcript alone."""
    history = [turn.utterance for turn in record.turns]
    from waihu import Moment

    found = []
    for turn in record.turns:
        if turn.speaker == "caller":
            verdict = auditor.judge.judge(turn.said, Moment.of(history[: turn.index]))
            if verdict.violations:
                found.append((turn.said, verdict.violates))
    return found


def ended_properly(record: Record) -> None:
    """Every call ends with a goodbye of the caller, or since the callee hung up."""
    last = record.turns[-1]
    limits = record.limits
    assert record.seconds <= limits.seconds
    assert len(record.spoken) <= limits.turns
    if record.ending.how == "hung_up":
        assert last.speaker == "callee"
        assert last.hung_up
    else:
        assert last.speaker == "caller"
        assert last.drafts[-1].verdict.act.ends_call


@pytest.fixture(scope="module")
def auditor(card: Card) -> Auditor:
    return Auditor(card)


@pytest.mark.parametrize("noise", ["quiet", "workshop"])
async def test_scripted_calls_keep_every_rule(card: Card, auditor: Auditor, noise: str) -> None:
    """Whatever the seed, the scripted caller breaks nothing, and the call ends within its limits."""
    records = await Rehearsal(card, noise=noise).run_many(SEEDS)
    for record in records:
        assert record.kept, record.seed
        assert not heard_breaks(auditor, record), record.seed
        ended_properly(record)
    assert len(Counter(record.ending.how for record in records)) >= 5


async def test_a_seed_gives_the_same_call_again(card: Card) -> None:
    """One seed, run twice and run among 200 at once, leaves the same record, byte for byte."""
    alone = (await run_call(card, seed=11, noise="workshop")).comparable()
    again = (await run_call(card, seed=11, noise="workshop")).comparable()
    crowd = await Rehearsal(card, noise="workshop").run_many(range(200), jobs=200)
    assert alone == again == crowd[11].comparable()
    assert len({record.comparable() for record in crowd}) == 200


PRESSING = "您先别挂，就耽误您一秒。"


class Misbehaving:
    """A caller that does something wrong in every turn, another thing for each seed."""

    who = "misbehaving"
    prompt = None
    DRAFTS = (
        "您好，配送满意吗？包装好吗？小哥态度怎么样？",
        "我们新推出会员，现在办理打八折，送您一张优惠券。",
        PRESSING,
        "那个" + "我们平台一直以来都非常非常重视每一位客户的感受和体验" * 8,
        "**您好**\n- 第一点\n- 第二点",
        "<think>他不耐烦了，我得快点</think>您好，送货还行吗？",
        "",
        "   \n",
        "（微笑）您好😊",
        '{"say": "您好"}',
    )

    def __init__(self) -> None:
        self.asked = 0

    async def draft(self, view: CallerView) -> Draft:
        self.asked += 1
        kind = view.seed % (len(self.DRAFTS) + 3)
        if kind == len(self.DRAFTS):
            raise RuntimeError("the bot fell over")
        if kind == len(self.DRAFTS) + 1:
            await asyncio.Event().wait()
        if kind == len(self.DRAFTS) + 2:
            return None  # type: ignore[return-value]
        if self.DRAFTS[kind] == PRESSING and not view.moment.must_exit:
            return Draft(text="您好，我是长江平台的李明。")
        return Draft(text=self.DRAFTS[kind])


def _is_of(turn: Turn) -> bool:
    """What was spoken is the draft that passed, or as much of it as the callee let through."""
    draft = turn.drafts[-1].text
    return draft.startswith(turn.said) if turn.cut_off else turn.said == draft


@pytest.mark.parametrize("reflex", [True, False])
async def test_nothing_of_a_bad_caller_is_heard(card: Card, auditor: Auditor, reflex: bool) -> None:
    """Questions, pitches, pressing, rambling, markup, silence, errors and hanging: the customer hears none of it."""
    caller = Misbehaving()
    records = await Rehearsal(card, caller=caller, noise="workshop", reflex=reflex, timeout=0.02).run_many(SEEDS)
    pressed = 0
    for record in records:
        # Where the card answers a refusal by itself, a caller that would press is not asked, and breaks nothing.
        presses = record.seed % (len(caller.DRAFTS) + 3) == caller.DRAFTS.index(PRESSING)
        pressed += presses and not record.kept
        assert presses or not record.kept
        assert not set(record.spoken) & {draft.strip() for draft in Misbehaving.DRAFTS}
        assert not heard_breaks(auditor, record), record.seed
        ended_properly(record)
        for turn in record.turns:
            assert turn.speaker == "callee" or _is_of(turn)
            assert turn.speaker == "callee" or turn.drafts[-1].verdict.action == "pass"
    assert bool(pressed) is not reflex


@pytest.mark.parametrize(
    "refusal", ["不需要，别打了。", "我在开会。", "滚。", "你打错了，我不是张强。", "要不发短信吧。"]
)
async def test_a_refusal_asks_no_caller(card: Card, refusal: str) -> None:
    """The answer to a demand to exit comes from the card: the caller drafted the opening and nothing else."""
    caller = Misbehaving()
    caller.DRAFTS = ("您好，我是长江平台的李明。",) * 13  # type: ignore[misc]
    record = await run_call(card, caller=caller, callee=[refusal, "还有事？"])
    assert caller.asked == 1
    assert record.turns[-1].origin == "reflex"
    assert len(record.spoken) == 2


async def test_without_reflex_the_caller_is_put_to_the_test(card: Card) -> None:
    """Asked after a refusal, a caller that goes on breaks the rule, and the exit line is said in its place."""
    caller = Misbehaving()
    caller.DRAFTS = ("您好，我是长江平台的李明。",) * 13  # type: ignore[misc]
    record = await run_call(card, caller=caller, callee=["不需要，别打了。"], reflex=False)
    assert record.rules["exit-on-refusal"] == "broken"
    assert record.ending.how == "rule"
    assert record.turns[-1].origin == "exit_line"


async def test_a_callee_that_fails_ends_the_call(card: Card) -> None:
    """There is nobody to talk to: the record says who failed, and the caller is not blamed."""

    async def broken(messages: list[dict[str, str]]) -> str:
        raise LookupError("no customer")

    record = await run_call(card, callee=broken)
    assert (record.ending.how, record.ending.by) == ("callee_failed", "failure")
    assert record.outcome.why_not == "failed"
    assert "LookupError" in record.ending.why
    assert record.kept


async def test_a_talkative_callee_cannot_stretch_the_call(card: Card) -> None:
    """Where he talks past the end of the minute, the exit line talks over him."""
    record = await run_call(card, callee=["嗯，" + "我跟你讲啊这个事情是这样的" * 40, "然后呢"])
    ended_properly(record)
    assert record.ending.how == "time_limit"
    assert record.turns[1].cut_off


async def test_the_graph_is_an_ordinary_one(card: Card) -> None:
    """Nodes by their names, `ainvoke`, `astream`, a checkpointer, a drawing."""
    rehearsal = Rehearsal(card)
    assert set(rehearsal.graph.nodes) == {"__start__", "caller", "judge", "noise", "callee"}
    seen = [node async for node, _ in rehearsal.events(3)]
    assert seen[:4] == ["caller", "judge", "noise", "callee"]
    graph = rehearsal.with_checkpointer(InMemorySaver())
    held = await graph.ainvoke({"seed": 3}, {"configurable": {"thread_id": "a"}})
    assert held["record"].comparable() == (await rehearsal.run(3)).comparable()
    state = await graph.aget_state({"configurable": {"thread_id": "a"}})
    assert state.values["record"] == held["record"]
    assert "judge" in rehearsal.graph.get_graph().draw_mermaid()


async def test_a_call_fits_every_way_into_the_graph(card: Card) -> None:
    """Batches and events bring a limit of 25 steps of their own; given a limit, they hold the same call."""
    limit = {"recursion_limit": 500}
    graph = Rehearsal(card, callee=["等一下"] * 30).graph
    record = (await graph.abatch([{"seed": 1}], limit))[0]["record"]
    events = [event async for event in graph.astream_events({"seed": 1}, limit, version="v2")]
    assert events[-1]["data"]["output"]["record"].comparable() == record.comparable()


def test_every_way_out_of_a_node_is_a_node() -> None:
    """LangGraph ends a run in silence where a `goto` names no node."""
    nodes = {"caller", "judge", "noise", "callee", "__end__"}
    for name in ("caller", "judge", "noise", "callee"):
        returned = typing.get_type_hints(getattr(Nodes, name))["return"]
        ways = typing.get_args(typing.get_args(returned)[0])
        assert ways, name
        assert set(ways) <= nodes


async def test_a_thread_that_held_a_call_begins_a_new_one(card: Card) -> None:
    """The dev server reuses threads; the second call is not the first one going on."""
    graph = Rehearsal(card).with_checkpointer(InMemorySaver())
    config = {"configurable": {"thread_id": "a"}}
    first = (await graph.ainvoke({"seed": 3}, config))["record"]
    again = (await graph.ainvoke({"seed": 3}, config))["record"]
    assert again.comparable() == first.comparable()
    assert len(again.measured.costs) == len(first.measured.costs)


async def test_a_call_survives_in_sqlite(card: Card, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Every type of the state is known to the saver, and a call that stopped half-way goes on to the same end."""
    whole = await run_call(card, seed=3)
    config = {"configurable": {"thread_id": "a"}}
    async with AsyncSqliteSaver.from_conn_string(str(tmp_path / "calls.db")) as saver:
        graph = Rehearsal(card).with_checkpointer(saver)
        async for update in graph.astream({"seed": 3}, config, stream_mode="updates", durability="sync"):
            if "callee" in update:
                break
        record = (await graph.ainvoke(None, config))["record"]
    assert record.comparable() == whole.comparable()
    assert "unregistered" not in caplog.text


class Deaf:
    """A rule that cannot answer."""

    id = "deaf"

    def check(self, turn: object, moment: object, policy: object) -> None:
        raise RuntimeError("no answer")


async def test_a_rule_that_fails_ends_the_call_and_blames_nobody_else(card: Card) -> None:
    """Fail closed, and say whose fault it was."""
    record = await run_call(card, rules=[Deaf()])
    assert (record.ending.how, record.ending.by) == ("judge_failed", "failure")
    assert record.rules == {"deaf": "untested"}
    assert not record.kept


async def test_nobody_knows_what_he_did_not_hear(card: Card) -> None:
    """What the line swallowed reaches the other side in no form."""
    views: list[CalleeView] = []

    class Listener:
        who, prompt = "listener", None

        async def reply(self, view: CalleeView) -> Reply:
            views.append(view)
            return Reply(text="嗯，你说，我听着呢，别着急慢慢来。", persona=view.persona)

    loud = noise_profile("workshop").model_copy(update={"name": "loud", "dropout": 1.0})
    await run_call(card, callee=Listener(), noise=loud)
    for view in views:
        assert all(u.said is None for u in view.history if u.speaker == "caller")


@pytest.mark.parametrize("limits", [{"seconds": 3}, {"turns": 1}])
def test_limits_that_hold_no_call_are_told(card: Card, limits: dict[str, float]) -> None:
    """Opening and exit line alone would not fit."""
    settings = card.settings.model_copy(update={"limits": card.settings.limits.model_copy(update=limits)})
    with pytest.raises(CardError, match="leave no room"):
        Rehearsal(card.model_copy(update={"settings": settings}))


def test_a_contact_that_spoils_the_opening_is_told() -> None:
    """A call that would begin with its goodbye is not held."""
    dentist = Path(__file__).parents[2] / "examples" / "dentist.md"
    contact = {"name": "何雯吗？您满意吗？有优惠券", "visit_time": "昨天", "treatment": "补牙", "doctor": "沈医生"}
    with pytest.raises(CardError, match="opening"):
        Rehearsal(dentist, contact=contact)
    with pytest.raises(InputError, match="line break"):
        Rehearsal(dentist, contact={**contact, "name": "何雯\n# 硬规则"})
    with pytest.raises(CardError, match=r"spoken-form.*\{doctor\}"):
        Rehearsal(dentist, contact={**contact, "name": "{doctor}"})
    assert Rehearsal(dentist, contact={**contact, "name": "何雯", "order_number": 7})  # type: ignore[dict-item]
