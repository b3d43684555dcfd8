"""The customer in a call: barge-in, noise that ends it, replies that nobody believes, and who is to blame."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from waihu import Card, Moment, Record, Rehearsal, read_contact, run_call
from waihu.agents.cards import parse_card
from waihu.agents.noise import PROFILES, NoiseProfile
from waihu.agents.roles import CalleeView, Reply
from waihu.evaluators.language.text import has_words

from ..conftest import CHANGJIANG

SERVICE = "您好，感谢您的来电，我对贵平台的服务非常满意，祝您工作顺利。"


def played(*lines: str) -> object:
    """A customer of the user's own who says these, whatever is asked again."""
    left = list(lines)

    async def customer(messages: list[dict[str, str]]) -> str:
        return left.pop(0) if left else "没有，挂了。"

    return customer


async def test_a_barge_in_cuts_the_turn(card: Card) -> None:
    """What was said up to then is what was heard; he begins before the caller has ended; nobody knows the rest."""
    record = await run_call(card, callee=["（打断）什么事？短说。", "箱子破了。"])
    opening, push = record.turns[:2]
    assert opening.cut_off
    assert opening.said.startswith(opening.heard)
    assert len(opening.heard) < len(opening.said)
    assert opening.start < push.start < opening.end <= push.end
    assert push.said == "什么事？短说。"
    assert record.ending.how == "feedback"


@pytest.mark.parametrize(("at", "asked"), [(8, False), (30, True)])
async def test_a_question_cut_off_before_it_was_one_has_not_been_asked(card: Card, at: int, asked: bool) -> None:
    """您刚收完咱们平台 asks nothing, and the question may come again; heard up to 不满意 it has been asked."""

    class CutsIn:
        who, prompt, trusted = "cuts in", None, True

        def cuts_in(self, view: CalleeView) -> int | None:
            return at if view.heard.startswith("您刚收完") and len(view.history) == 3 else None

        async def reply(self, view: CalleeView) -> Reply:
            return Reply(text="行，你说。" if len(view.history) < 5 else "没有。", persona=view.persona)

    record = await run_call(card, callee=CutsIn())
    assert record.turns[2].cut_off
    moment = Moment.of([turn.known_to("caller") for turn in record.turns[:4]])
    assert moment.question_asked is asked
    assert record.questions == 1
    assert sum("不满意" in turn.said for turn in record.turns if turn.speaker == "caller") == (1 if asked else 2)


async def test_the_second_barge_in_is_a_demand_to_stop(card: Card) -> None:
    """The seed: 被中断/打断. The card answers, and no caller is asked."""
    record = await run_call(card, callee=["（打断）啥事？", "（打断）哪个？", "还没完？"])
    assert [turn.cut_off for turn in record.turns if turn.speaker == "caller"] == [True, True, False]
    assert record.turns[-1].origin == "reflex"
    assert record.turns[-1].drafts[-1].verdict.act.ends_call


async def test_he_talks_over_some_calls_and_leaves_others(card: Card) -> None:
    """The scripted customer does so by seed, and hangs up in mid-sentence now and then."""
    records = await Rehearsal(card).run_many(range(120))
    cut = [record for record in records if any(turn.cut_off for turn in record.turns)]
    assert 12 < len(cut) < 70
    assert any(record.turns[-1].hung_up and record.turns[-2].cut_off for record in cut)


async def test_noise_that_swallows_everything_ends_the_call(card: Card) -> None:
    """Nobody can talk, so nobody goes on; the line is to blame, and no side."""
    deaf = NoiseProfile(name="storm", dropout=1.0, deletion=1.0)
    records = await Rehearsal(card, noise=deaf).run_many(range(40))
    lost = [record for record in records if record.ending.how == "noise"]
    assert lost
    for record in lost:
        assert (record.blame, record.ending.by) == ("line", "line")
        assert record.kept
        assert record.turns[-1].speaker == "caller"


async def test_a_reply_that_nobody_believes_is_asked_for_again(card: Card) -> None:
    """The second one counts; the first is in the record and was never said."""
    seen: list[CalleeView] = []

    class Twice:
        who, prompt = "twice", None

        async def reply(self, view: CalleeView) -> Reply:
            seen.append(view)
            return Reply(text="没有，挂了。" if view.rejected else SERVICE, persona=view.persona)

    record = await run_call(card, callee=Twice())
    turn = record.turns[1]
    assert turn.said == "没有，挂了。"
    assert [reply.text for reply in turn.doubtful] == [SERVICE]
    assert "service_speech" in {doubt.kind for doubt in turn.doubtful[0].doubts}
    assert not turn.stood_in
    assert record.believable
    assert seen[1].rejected[0].messages


async def test_a_customer_who_cannot_be_believed_is_replaced(card: Card) -> None:
    """A scripted line stands in, the call carries the mark, and the caller is not blamed for it."""

    async def bad(messages: list[dict[str, str]]) -> str:
        return "您好，配送满意吗？包装好吗？小哥态度怎么样？"

    record = await run_call(card, callee=played(*[SERVICE] * 20), caller=bad)
    assert record.turns[1].stood_in
    assert len(record.turns[1].doubtful) == 2
    assert SERVICE not in [turn.said for turn in record.turns]
    assert not record.believable
    assert not record.kept
    assert record.blame == "callee"


async def test_everybody_who_can_fail_is_named(card: Card) -> None:
    """Caller, callee, judge; and nobody for a call that went well."""

    async def broken(messages: list[dict[str, str]]) -> str:
        raise LookupError("gone")

    class Deaf:
        id = "deaf"

        def check(self, turn: object, moment: object, policy: object) -> None:
            raise RuntimeError("no answer")

    lines = ["嗯，你说。", "没有。"]
    assert (await run_call(card, callee=lines)).blame is None
    assert (await run_call(card, callee=lines, caller=broken)).blame == "caller"
    assert (await run_call(card, callee=broken)).blame == "callee"
    assert (await run_call(card, callee=lines, rules=[Deaf()])).blame == "judge"


async def test_written_lines_are_believed(card: Card) -> None:
    """Who writes a test's lines means them."""
    record = await run_call(card, callee=[SERVICE])
    assert record.turns[1].said == SERVICE
    assert not record.turns[1].doubtful


async def test_the_scripted_customer_is_believable(card: Card) -> None:
    """No reply of his is doubted, on either example card, in a loud place; and no line comes twice in a call."""
    for name, contact in (("changjiang", None), ("dentist", "dentist-contact.yaml")):
        known = None if contact is None else read_contact(CHANGJIANG.parent / contact)
        records = await Rehearsal(CHANGJIANG.parent / f"{name}.md", noise="workshop:1", contact=known).run_many(
            range(100)
        )
        for record in records:
            said = [turn.said for turn in record.turns if turn.speaker == "callee" and turn.said]
            assert len(said) == len(set(said)), record.seed
            assert record.believable, record.seed


def _orderly(record: Record) -> None:
    """Time never runs backwards, and what was heard is what the noise left of what was said."""
    assert record.seconds <= record.limits.seconds
    for before, after in pairwise(record.turns):
        assert before.start <= after.start
        assert before.end <= after.end
        assert after.start >= before.end or before.cut_off
    for turn in record.turns:
        assert turn.start <= turn.end
        assert all(turn.start <= event.at <= turn.end for event in turn.noise)
        if turn.cut_off and turn.speaker == "caller":
            assert len(turn.heard) < len(turn.said) + 1
        if turn.lost:
            assert has_words(turn.said)


PROFILES_OF_ALL = st.builds(
    lambda profile, level: PROFILES[profile].model_copy(update={"level": level}),
    st.sampled_from(sorted(PROFILES)),
    st.floats(0, 1),
)


CARDS = {
    (name, front): parse_card(
        (f"---\n{front}\n---\n" if front else "") + (CHANGJIANG.parent / f"{name}.md").read_text(encoding="utf-8"),
        file=f"{name}.md",
    ).filled(read_contact(CHANGJIANG.parent / "dentist-contact.yaml") if name == "dentist" else None)
    for name, front in (
        ("changjiang", ""),
        ("changjiang", "callee: {cut_in: 0.4}"),
        ("changjiang", "callee: {patience: 1, mood: 缓和}"),
        ("dentist", ""),
    )
}


@given(st.integers(0, 2**31), PROFILES_OF_ALL, st.sampled_from(list(CARDS)))
@settings(max_examples=25, deadline=None)
async def test_what_each_side_knows_follows_from_what_was_said_and_the_noise(
    seed: int, profile: NoiseProfile, which: tuple[str, str]
) -> None:
    """For any card, seed, place and level: the same call again; orderly in time; nobody is shown what he did not
    hear."""
    card = CARDS[which]
    rehearsal = Rehearsal(card, noise=profile)
    record = await rehearsal.run(seed)
    _orderly(record)
    assert record.comparable() == (await Rehearsal(card, noise=profile).run(seed)).comparable()
    for turn in record.turns:
        known = turn.known_to("callee" if turn.speaker == "caller" else "caller")
        assert known.said is None
        assert known.text == turn.heard
    if profile.level == 0:
        assert all(turn.heard == turn.said for turn in record.turns if not turn.cut_off)


async def test_nobody_reacts_to_what_he_did_not_hear(card: Card) -> None:
    """Two turns that arrive alike get the same reply, whatever had been said."""
    replies = []
    for secret in ("绝不推销，抱歉打扰，", "您的反馈很重要，"):

        async def caller(messages: list[dict[str, str]], secret: str = secret) -> str:
            return f"您好，张强先生吗？我是长江平台的李明，{secret}"[: 20 + len(secret)]

        class CutsEarly:
            who, prompt, trusted = "cuts early", None, True

            def __init__(self, inner: object) -> None:
                self._inner = inner

            def cuts_in(self, view: CalleeView) -> int | None:
                return 9

            async def reply(self, view: CalleeView) -> Reply:
                return await self._inner.reply(view)  # type: ignore[attr-defined,no-any-return]

        scripted = Rehearsal(card).setup.customer.callee
        record = await run_call(card, caller=caller, callee=CutsEarly(scripted), seed=5)
        assert record.turns[0].heard == "您好，张强先生吗？"
        replies.append((record.turns[1].said, record.turns[1].persona))
    assert replies[0] == replies[1]


async def test_a_soft_caller_gets_more_than_an_official_one(card: Card) -> None:
    """Paired by seed: more answers and more softened turns; who begs pardon loses more calls before an answer."""
    from ..benchmarks.customer import answered, bot, left_early, softened

    seeds = range(120)
    ways = {
        way: await Rehearsal(card, caller=bot(way), noise="workshop").run_many(seeds)
        for way in ("soft", "official", "sorry")
    }
    assert sum(map(answered, ways["soft"])) > 1.25 * sum(map(answered, ways["official"]))
    assert sum(map(softened, ways["soft"])) > sum(map(softened, ways["official"])) + 30
    assert sum(map(left_early, ways["sorry"])) > 1.2 * sum(map(left_early, ways["soft"]))


@pytest.mark.parametrize("broken", [lambda view: 1 / 0, lambda view: 10**9, lambda view: "soon", lambda view: -1])
async def test_who_cannot_say_when_he_cuts_in_does_not(card: Card, broken: object) -> None:
    """A bot of the user's that fails there lets the caller finish."""

    class Odd:
        who, prompt, trusted = "odd", None, True
        cuts_in = staticmethod(broken)  # type: ignore[arg-type]

        async def reply(self, view: CalleeView) -> Reply:
            return Reply(text="没有。", persona=view.persona)

    record = await run_call(card, callee=Odd())
    assert not record.turns[0].cut_off
