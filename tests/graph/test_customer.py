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
from waihu.agents.trust import Trust
from waihu.evaluators.language.text import count_characters, has_words
from waihu.evaluators.utterances import Utterance

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
    assert opening.said == opening.heard
    assert opening.drafts[-1].text.startswith(opening.said)
    assert len(opening.said) < len(opening.drafts[-1].text)
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
    begun = [turn for turn in record.turns if turn.said.startswith("您刚收完咱们平台")]
    assert len(begun) == (1 if asked else 2)
    assert sum("不满意" in turn.said for turn in begun) == 1


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


SELLS = "您好，我们会员日有优惠，办一张会员卡吧。"


@pytest.mark.parametrize(
    ("sells_at", "blame", "rule"), [(0, "caller", "broken"), (1, "callee", "kept"), (9, None, "kept")]
)
async def test_a_customer_who_cannot_be_believed_is_replaced(
    card: Card, sells_at: int, blame: str | None, rule: str
) -> None:
    """A scripted line stands in, and the call carries the mark. What the caller did before it counts; what he does
    from then on is not held against him."""

    async def caller(messages: list[dict[str, str]]) -> str:
        turn = sum(message["role"] == "user" for message in messages) - 1
        return SELLS if turn >= sells_at else "您好，请问张强先生在吗？我是长江平台的李明。"

    record = await run_call(card, callee=played(*[SERVICE] * 20), caller=caller, seed=2)
    assert record.turns[1].stood_in
    assert len(record.turns[1].doubtful) == 2
    assert SERVICE not in [turn.said for turn in record.turns]
    assert not record.believable
    assert record.rules["no-promotion"] == rule
    assert record.blame == blame


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


@pytest.mark.parametrize("name", ["changjiang", "dentist"])
async def test_the_scripted_customer_is_believable(name: str) -> None:
    """No reply of his would be doubted, on either example card, in a loud place; and no line comes twice in a call."""
    card = CARDS[name, ""]
    trust = Trust(card)
    for record in await Rehearsal(card, noise="workshop:1").run_many(range(100)):
        said = [turn.said for turn in record.turns if turn.speaker == "callee" and turn.said]
        assert len(said) == len(set(said)), record.seed
        for turn in record.turns:
            if turn.speaker == "callee" and turn.persona is not None:
                history = [before.known_to("callee") for before in record.turns[: turn.index]]
                view = CalleeView(call_id="x", seed=record.seed, history=history, persona=turn.persona)
                hangs_up = turn.hung_up and record.ending.how == "hung_up"
                reply = Reply(text=turn.said, hangs_up=hangs_up, persona=turn.persona)
                assert not trust.doubts(reply, view), (record.seed, turn.said)


@pytest.mark.parametrize("longest", [5, 8])
async def test_a_card_with_short_replies_has_a_customer_who_keeps_to_them(longest: int) -> None:
    """The scripted one chooses lines that fit, and says nothing where none does."""
    text = CHANGJIANG.read_text(encoding="utf-8")
    card = parse_card(f"---\ncallee: {{longest: {longest}}}\n---\n{text}", file="short.md")
    for record in await Rehearsal(card).run_many(range(30)):
        assert all(count_characters(t.said) <= longest for t in record.turns if t.speaker == "callee")


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
            assert turn.drafts[-1].text.startswith(turn.said)
            assert len(turn.said) < len(turn.drafts[-1].text)
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


async def test_what_he_would_cut_off_does_not_make_him_cut_in(card: Card) -> None:
    """Two turns that begin alike are cut at the same place, whatever follows on it."""
    begins = "您好，张强先生吗？我是长江平台的李明，来问一下您这次收到的货，送得怎么样，东西全不全，"
    places: list[list[int | None]] = []
    for ends in ("送货的人还客气吧，箱子还好吧，就这些。", "您的反馈对我们非常重要，希望您能配合我们。"):
        customer = Rehearsal(card).setup.customer
        heard = Utterance(speaker="caller", text=begins + ends)
        views = (CalleeView(call_id="x", seed=seed, history=[heard], persona=customer.persona) for seed in range(300))
        places.append([customer.cuts_in(view) for view in views])
    early = [(one, other) for one, other in zip(*places, strict=True) if min(one or 99, other or 99) < len(begins)]
    assert len(early) > 20
    assert all(one == other for one, other in early)
    assert sum(at is not None for at in places[1]) > sum(at is not None for at in places[0])


async def test_his_mistakes_are_told_with_their_place(card: Card) -> None:
    """A bot that crashes, with its line; one that forgot to return."""

    async def crashes(messages: list[dict[str, str]]) -> str:
        return {}["x"]  # type: ignore[no-any-return]

    async def forgets(messages: list[dict[str, str]]) -> None:
        return None

    assert "test_customer.py:" in (await run_call(card, callee=crashes)).ending.why
    assert "returned None" in (await run_call(card, callee=forgets)).ending.why


async def test_the_caller_does_not_learn_what_the_line_swallowed(card: Card) -> None:
    """Talked over on a bad line, it sees its own words as far as it spoke them, without the holes."""
    seen: list[str] = []

    async def caller(messages: list[dict[str, str]]) -> str:
        seen.extend(message["content"] for message in messages if message["role"] == "assistant")
        return "您好，请问张强先生在吗？我是长江平台的李明，做个送货回访，很快就好。"

    holes = 0
    for seed in range(20):
        record = await run_call(card, caller=caller, callee=["（打断）什么事？"], noise="car:1", seed=seed)
        assert record.turns[0].cut_off
        holes += "…" in record.turns[0].heard
    assert holes > 3
    assert len(seen) == 20
    assert not any("…" in words for words in seen)
