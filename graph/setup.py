"""Everything that is fixed before a call begins: the card, who speaks, the judge, the line, the limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path, PurePath

from typing_extensions import Unpack

from ..agents.caller import ScriptedCaller
from ..agents.cards import Card, policy_of, read_card
from ..agents.cards.models import Limits
from ..agents.casting import cast_callee, cast_caller, scripted_callee
from ..agents.lines import voices
from ..agents.models import Method
from ..agents.noise import Line, NoiseProfile, noise_profile
from ..agents.roles import Callee, Caller
from ..agents.script import Script
from ..agents.speech import THINKING_SECONDS, speakable, speech_seconds
from ..agents.trust import Trust
from ..evaluators.errors import CardError
from ..evaluators.judge import Judge
from ..evaluators.moment import Moment
from ..evaluators.policy import Policy, RuleId
from ..evaluators.rules.installed import every_rule
from ..evaluators.verdicts import Rule
from .customer import Customer
from .panel import JudgeOptions, Panel, Second, cast_second
from .records import AgentRef, CardRef, JudgeRef

REHEARSAL_TIMEOUT = 120.0
"""Seconds that an agent may think in a rehearsal: a small model on a laptop needs them."""
REWRITES = 2
"""How often a draft is sent back before the card's own line is said instead."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """The half that rehearsal and production share: the card, the judge, the script behind it."""

    card: Card
    policy: Policy
    judge: Judge
    script: Script
    panel: Panel

    @property
    def limits(self) -> Limits:
        return self.card.settings.limits


@dataclass(frozen=True, slots=True)
class CallSetup:
    """One card, cast. Holds nothing of any single call: it serves any number of them at once."""

    guarded: Guarded
    caller: Caller
    customer: Customer
    line: Line
    reflex: bool
    timeout: float
    card_ref: CardRef
    caller_ref: AgentRef
    callee_ref: AgentRef
    judge_ref: JudgeRef | None
    contact_sha256: str | None
    rule_ids: tuple[str, ...]

    def call_id(self, seed: int) -> str:
        """The name of the call with that seed: the same card and seed, the same name."""
        return f"{self.card_ref.sha256[:12]}-{seed}"


def guarded(
    card: Card | str | Path,
    contact: Mapping[str, str] | None = None,
    rules: Sequence[Rule] | None = None,
    second: Second | None = None,
) -> Guarded:
    """A card, read and filled, with the judge that it compiles into.

    Raises CardError for a card that no call can be held from, or whose exit line breaks the rules itself.
    """
    card = (card if isinstance(card, Card) else read_card(card)).filled(contact)
    policy = policy_of(card)
    judge = Judge(policy, every_rule() if rules is None else rules)
    _check_exit_line(card, policy, judge)
    _check_limits(card, policy)
    script = Script(card, policy, judge)
    return Guarded(card=card, policy=policy, judge=judge, script=script, panel=Panel(judge, second))


class CallOptions(JudgeOptions, total=False):
    """What a call is cast with, beside its card. All optional."""

    caller: str | Caller | object
    """`scripted` (default), `openai:NAME`, `python:module:object`, or the bot itself: an async callable, a LangChain
    runnable, a LangGraph graph, or anything with the `Caller` protocol."""
    callee: str | Callee | Sequence[str] | object
    """The same for the other side; a list of strings is a callee who says these lines and then hangs up."""
    noise: str | NoiseProfile | None
    """A profile, or its name; None takes the card's, else `quiet`."""
    contact: Mapping[str, str] | None
    """What is known of this customer; fills the card's placeholders."""
    rules: Sequence[Rule] | None
    """What the judge checks; unless given, the built-in rules and those that installed packages bring."""
    reflex: bool
    """Answer a demand to exit from the card without asking the caller (default). False asks it even then, to see
    whether it would have ended the call by itself."""
    timeout: float
    """Seconds that either side, or a second judge, may think, in real time."""
    caller_prompt: str | None
    """A system prompt for a model caller instead of the one compiled from the card."""
    caller_base_url: str | None
    callee_base_url: str | None
    callee_method: Method | None
    """How a model callee is made to answer in JSON: `json_schema`, `function_calling`, `json_mode`; None (default): it
    answers in plain words, with marks for hanging up and for silence."""


def setup_call(card: Card | str | Path, **options: Unpack[CallOptions]) -> CallSetup:
    """Casts a call.

    Raises InputError or CardError for what cannot be used, ModelServerError for a model without key and address.
    """
    contact = options.get("contact")
    rules = options.get("rules")
    timeout = options.get("timeout", REHEARSAL_TIMEOUT)
    second = cast_second(options, timeout)
    half = guarded(card, contact, rules, second)
    profile = noise_profile(options.get("noise") or half.card.settings.noise or "quiet")
    around, asides = voices(half.card.callee)
    caller = cast_caller(
        options.get("caller", "scripted"),
        half.card,
        half.script,
        prompt=options.get("caller_prompt"),
        base_url=options.get("caller_base_url"),
        timeout=timeout,
    )
    scripted = scripted_callee(half.card)
    callee = cast_callee(
        options.get("callee", "scripted"),
        half.card,
        scripted,
        base_url=options.get("callee_base_url"),
        method=options.get("callee_method"),
        timeout=timeout,
    )
    if isinstance(caller, ScriptedCaller):
        _check_opening(half)
    policy = half.policy
    return CallSetup(
        guarded=half,
        caller=caller,
        customer=Customer(callee, Trust(half.card, longest=half.card.settings.callee.longest), scripted, timeout),
        line=Line(profile, voices=around, asides=asides),
        reflex=options.get("reflex", True),
        timeout=timeout,
        card_ref=CardRef(
            name=speakable(half.card.name), file=speakable(PurePath(half.card.file).name), sha256=half.card.sha256
        ),
        caller_ref=_ref(caller, policy.caller_names, "caller"),
        callee_ref=_ref(callee, policy.callee_names, "callee"),
        judge_ref=None
        if second is None
        else JudgeRef(who=second.judge.who, policy=second.policy, method=second.method),
        contact_sha256=_digest("\n".join(f"{k}={v}" for k, v in sorted(contact.items()))) if contact else None,
        rule_ids=tuple(rule.id for rule in half.judge.rules if _has_work(rule.id, policy)),
    )


def _has_work(rule: RuleId, policy: Policy) -> bool:
    """Whether a rule can be broken at all with this card."""
    if rule == "forbidden-phrase":
        return bool(policy.forbidden)
    return rule != "required-phrase" or bool(policy.required_in_opening or policy.required_in_closing)


def _ref(agent: Caller | Callee, names: Sequence[str], role: str) -> AgentRef:
    return AgentRef(who=agent.who, name=names[0] if names else role, prompt_sha256=_digest(agent.prompt))


@cache
def package_version() -> str:
    return version("waihu")


def _digest(text: str | None) -> str | None:
    return None if text is None else sha256(text.encode()).hexdigest()


def _check_opening(half: Guarded) -> None:
    """A scripted caller must have something to open the call with."""
    first = half.card.first_line
    if first is not None and half.script.line_for(Moment()) == half.script.exit:
        verdict = half.judge.judge(first.text, Moment())
        if verdict.failed:
            return
        broken = verdict.violations[0]
        raise CardError(
            f"the opening “{first.text}” breaks {broken.rule}: {broken.message} Correct the line, or the contact that "
            "fills it",
            file=half.card.file,
            line=first.line,
        )


def _check_limits(card: Card, policy: Policy) -> None:
    """The opening, an answer and the exit line must fit into the call."""
    limits = card.settings.limits
    opening = "" if card.first_line is None else card.first_line.text
    least = sum(THINKING_SECONDS.values()) + THINKING_SECONDS["caller"] + speech_seconds(opening)
    least += speech_seconds(policy.exit_line)
    if limits.seconds < least or limits.turns < 2:
        raise CardError(
            f"the limits of {limits.seconds:g} s and {limits.turns} turns leave no room for a call: opening and exit "
            f"line alone take {least:.0f} s and 2 turns; raise limits in the front matter, or shorten the lines",
            file=card.file,
        )


def _check_exit_line(card: Card, policy: Policy, judge: Judge) -> None:
    """The exit line must be sayable wherever a call can end: it is what everything else falls back to."""
    for moment in (Moment(), Moment.after("别打了，不需要。"), Moment.after("没有。", question_asked=True)):
        verdict = judge.judge(policy.exit_line, moment)
        if verdict.violations and not verdict.failed:
            broken = verdict.violations[0]
            line = next((own.line for own in policy.own_lines if own.text == policy.exit_line), None)
            raise CardError(
                f"the exit line “{policy.exit_line}” breaks {broken.rule}: {broken.message} "
                "Set exit_line in the front matter to words that end the call and ask nothing",
                file=card.file,
                line=line,
            )
