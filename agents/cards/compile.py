"""From a card to the policy that the judge knows it by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ...evaluators.language import read_caller
from ...evaluators.patterns import compiled
from ...evaluators.policy import LineKind, OwnLine, Policy, RuleId, Source
from .contact import facts_of, fill, order_answer
from .identity import callee_names, caller_names, companies
from .models import Card, ScriptLine
from .situations import situations_of

NO_CONTACT: Mapping[str, str] = MappingProxyType({})

ORDER_QUESTIONS = ("哪个订单？", "哪一单？", "什么订单？", "哪个订单来着？")

_SOURCES: dict[RuleId, str] = {
    "one-question": r"只问一次|仅问一次|只问一个|一个问题|一次提问|问一句",
    "exit-on-refusal": r"立即响应.*(挂断|拒绝)|(拒绝|挂断|不愿|抗拒).*(立即|立刻|马上|就此)(结束|挂断|退出|收)",
    "no-retention": r"绝不重复追问|不再挽留|不挽留|不(再)?追问|不强求|不劝说|抗拒底线",
    "no-promotion": r"不会推销|不推销|绝不是推销|不做推销|非推销|不(卖|推荐)(产品|商品|东西)",
    "closing-stays-closed": r"不引发更多(对话|话题)|不(再)?开启(新)?话题|最后一句",
    "stay-on-topic": r"不延伸|主线以外|不跑题|不偏离|不谈其他|只谈",
    "brief": r"一分钟即可|极高效率|简短|不超过.*(字|秒|分钟)|一分钟|最短",
}


def question_of(card: Card) -> ScriptLine | None:
    """The line that asks for feedback: the opening if it does, else the script's first one; None where none asks."""
    candidates = [line for line in card.caller.script if line.condition is None]
    if card.caller.opening is not None:
        candidates.insert(0, card.caller.opening)
    return next((line for line in candidates if read_caller(line.text).questions), None)


def exit_line_of(card: Card) -> ScriptLine:
    """What is said when the call must end now."""
    if card.settings.exit_line is not None:
        return card.settings.exit_line
    lines = card.caller.script
    for wanted in (("interrupted",), ("wants_end",)):
        for line in lines:
            if line.condition is not None and set(wanted) & set(situations_of(line.condition)):
                return line
    for step in card.caller.steps:
        if re.search(r"(拒绝|挂断|打断|反感)", step.title) and step.lines and not re.search(r"底线", step.title):
            return step.lines[0]
    return card.caller.closing


def policy_of(card: Card, contact: Mapping[str, str] = NO_CONTACT) -> Policy:
    """The card as the judge sees it, its placeholders filled from `contact`.

    Raises `InputError` where a line that must be said has a placeholder that nobody knows.
    """
    filled = fill(card, contact)
    facts = facts_of(filled)
    caller = filled.caller
    topic = (*caller.role, *caller.task, *caller.profile)
    return Policy(
        card=card.name,
        own_lines=tuple(_own_lines(filled, facts)),
        exit_line=exit_line_of(filled).text,
        caller_names=caller_names(filled),
        callee_names=callee_names(filled, facts),
        companies=companies(filled),
        facts=facts,
        topic=(*(piece.text for piece in topic), *(f"{entry.asked} {entry.answer}" for entry in caller.knowledge)),
        max_characters=card.settings.limits.characters,
        language=card.settings.language,
        disabled_rules=frozenset(card.settings.rules.off),
        forbidden=card.settings.rules.forbidden,
        required_in_opening=card.settings.rules.required_in_opening,
        required_in_closing=card.settings.rules.required_in_closing,
        sources=sources_of(filled),
    )


def _own_lines(card: Card, facts: Mapping[str, str]) -> Iterator[OwnLine]:
    caller = card.caller
    exit_line, question = exit_line_of(card), question_of(card)
    openings = [line for line in (caller.opening, *caller.other_openings) if line is not None]
    # The first line of the script is the opening's alternative.
    openings += [line for line in caller.script[:1] if line.condition is None]
    seen: set[tuple[str, LineKind]] = set()

    def own(line: ScriptLine, kind: LineKind) -> Iterator[OwnLine]:
        if (line.text, kind) not in seen:
            seen.add((line.text, kind))
            yield OwnLine(text=line.text, line=line.line, kind=kind)

    for line in openings:
        yield from own(line, "opening")
    for line in caller.script:
        if line == exit_line:
            yield from own(line, "exit")
        elif line == question or (line.condition is None and read_caller(line.text).questions):
            yield from own(line, "question")
        elif line.condition is None and line not in openings and read_caller(line.text).ends_call:
            yield from own(line, "closing")
        elif line not in openings:
            yield from own(line, "step")
    for line in caller.closings:
        yield from own(line, "closing")
    if card.settings.exit_line is not None or exit_line == caller.closing:
        yield from own(exit_line, "exit")
    for entry in caller.knowledge:
        yield OwnLine(text=entry.answer, line=entry.answer_line, kind="answer", answers=entry.questions)
    order = order_answer(facts)
    if order is not None:
        yield OwnLine(text=order, line=_order_line(card), kind="answer", answers=ORDER_QUESTIONS)


def _order_line(card: Card) -> int:
    """The line of the profile that says what is known of an order, else the role's."""
    known = (piece for piece in card.caller.profile if re.search(r"订单|单号|配送时间", piece.text))
    return next(known, card.caller.role[0]).line


def sources_of(card: Card) -> dict[RuleId, Source]:
    """For each rule the line of the card that it stands on, where the card's words show one."""
    lines = list(_grounds(card))
    found: dict[RuleId, Source] = {}
    for rule, words in _SOURCES.items():
        pattern = compiled(words)
        line = next((source for source in lines if pattern.search(source.text)), None)
        if line is not None:
            found[rule] = line
    heading = next((s for s in card.sections if s.party == "caller" and s.key == "knowledge"), None)
    if heading is not None:
        found["faithful-to-card"] = Source(line=heading.line, text=heading.heading)
    return found


def _grounds(card: Card) -> Iterator[Source]:
    """The card's sentences that a rule may stand on: titles of steps first, for they are instructions."""
    caller = card.caller
    for step in caller.steps:
        yield Source(line=step.line, text=step.title)
        yield from (Source(line=note.line, text=note.text) for note in step.notes)
    yield from (Source(line=line.line, text=line.text) for line in card.spoken())
    yield from (Source(line=entry.answer_line, text=entry.answer) for entry in caller.knowledge)
    for piece in (*caller.task, *caller.exit_conditions, *caller.role, *caller.profile, *card.callee.endings):
        yield Source(line=piece.line, text=piece.text)
