"""A second judge: what it is asked, what it may answer, and what its answer adds to a verdict.

It reads what a list of words cannot: a pitch without the word for one, a promise that no card made. It can add a
violation and never takes one away. No model is known here; the one that asks a model is in `agents.second`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal, Protocol, runtime_checkable

from .moment import Moment
from .policy import Policy, RuleId, Source
from .utterances import Frozen, Span
from .verdicts import Verdict, Violation, action_of

SEMANTIC: Final[tuple[RuleId, ...]] = ("no-retention", "no-promotion", "stay-on-topic", "faithful-to-card")
"""The rules that a second judge is asked about."""

Ruling = Literal["violation", "none", "undecided"]

JudgePolicy = Literal["closed", "open"]
"""What becomes of a draft on which the second judge is undecided, late or silent: `closed` ends the call with the exit
line, `open` leaves the deterministic verdict."""

NO_ANSWER: Final[RuleId] = "second-judge"
"""Stands in for a rule's id where no rule was answered at all."""


class RuleOpinion(Frozen):
    """What the second judge says of one rule."""

    ruling: Ruling
    quote: str = ""
    """The words of the turn that break the rule. Words that are not in the turn are no evidence."""
    reason: str = ""


class SecondOpinion(Frozen):
    """What the second judge says of a turn. A rule that it was asked about and left out is undecided."""

    findings: dict[RuleId, RuleOpinion]


class NoOpinion(Frozen):
    """The second judge gave no answer in time, or none that can be used, and why."""

    why: str
    server: bool = False
    """It was the model server that failed."""


@runtime_checkable
class SecondJudge(Protocol):
    """Looks at a draft beside the rules. Holds no state of a call: one serves many calls at once."""

    @property
    def who(self) -> str:
        """As the user named it: `openai:NAME`, `python:module:object`."""
        ...

    async def look(self, text: str, moment: Moment, policy: Policy, rules: tuple[RuleId, ...]) -> SecondOpinion:
        """Its opinion on `text`, said at `moment`, for each of `rules`. It may raise, or take too long: both are
        handled by the policy that the user chose."""
        ...


def rules_to_ask(enabled: Collection[RuleId], moment: Moment) -> tuple[RuleId, ...]:
    """The semantic rules among `enabled` that a turn at this moment can break at all."""
    return tuple(rule for rule in SEMANTIC if rule in enabled and (rule != "no-retention" or moment.must_exit))


def with_opinion(
    verdict: Verdict,
    opinion: SecondOpinion | NoOpinion,
    *,
    text: str,
    moment: Moment,
    rules: Collection[RuleId] = SEMANTIC,
    policy: JudgePolicy = "closed",
    sources: Mapping[RuleId, Source] = MappingProxyType({}),
) -> Verdict:
    """`verdict` on `text`, said at `moment`, with what the second judge adds to it; it keeps every violation it had.

    `rules` are those that the judge has enabled; what is said of any other is passed over.
    """
    if isinstance(opinion, SecondOpinion):
        added = [*_added(verdict, opinion, text, rules_to_ask(rules, moment), policy)]
    else:
        added = [_unknown(NO_ANSWER)] if policy == "closed" else []
    if not added:
        return verdict
    grounded = (found.model_copy(update={"source": sources.get(found.rule)}) for found in added)
    violations = (*verdict.violations, *grounded)
    return verdict.model_copy(update={"violations": violations, "action": action_of(violations)})


def _added(
    verdict: Verdict, opinion: SecondOpinion, text: str, rules: tuple[RuleId, ...], policy: JudgePolicy
) -> Iterator[Violation]:
    broken = set(verdict.violates)
    for rule in rules:
        if rule in broken or (rule == "stay-on-topic" and "no-promotion" in broken):
            continue
        found = opinion.findings.get(rule, _LEFT_OUT)
        if found.ruling == "violation":
            broken.add(rule)
            yield _violation(rule, found, text)
        elif found.ruling == "undecided" and policy == "closed":
            yield _unknown(rule)


_LEFT_OUT: Final = RuleOpinion(ruling="undecided")
_WHAT: Final[Mapping[RuleId, str]] = MappingProxyType(
    {
        "no-retention": "对方已要求结束，{words}是在挽留或施压：删掉它，只致谢道别。",
        "no-promotion": "{words}是推销或促销，回访中不许出现：删掉，只谈这次服务的反馈。",
        "stay-on-topic": "{words}与本次回访无关：删掉，只谈本次任务。",
        "faithful-to-card": "{words}在资料里没有依据，或与资料不符：删掉，只说资料里有的。",
    }
)


def _violation(rule: RuleId, found: RuleOpinion, text: str) -> Violation:
    span = _span(text, found.quote)
    message = _WHAT[rule].format(words=f"“{span.text}”" if span else "这句话")
    if found.reason:
        message += f"（复核意见：{found.reason}）"
    action: Literal["rewrite", "terminate"] = "terminate" if rule == "no-retention" else "rewrite"
    return Violation(rule=rule, action=action, message=message, evidence=span)


def _unknown(rule: RuleId) -> Violation:
    return Violation(
        rule=rule, action="terminate", message="复核没有结论，无法确认这句话可以说：按台词结束通话。", failed=True
    )


def _span(text: str, quote: str) -> Span | None:
    """Where the quoted words stand in the turn; None for words that are not in it."""
    words = quote.strip()
    start = text.find(words)
    return Span(start=start, end=start + len(words), text=words) if words and start >= 0 else None
