"""How a call ended, and the record that it leaves."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from ..evaluators.moment import Moment
from ..evaluators.outcome import answered_by_machine, outcome_of
from ..evaluators.second import NoOpinion
from .records import Ending, How, JudgedDraft, Measured, Record, RuleState, Turn, blame_of, counted
from .setup import CallSetup, package_version
from .state import CallState, Speech

# Rules that only a turn after a demand to exit can break.
_AFTER_DEMAND: Final = frozenset({"exit-on-refusal", "no-retention"})

_HOW: Final[dict[str, How]] = {
    "no_feedback": "no_feedback",
    "busy": "busy",
    "asks_channel": "asks_channel",
    "complaint_about_calls": "complaint_about_calls",
    "angry": "angry",
    "wrong_person": "wrong_person",
    "silence_or_noise": "silence",
}


def record_of(setup: CallSetup, state: CallState, turns: Sequence[Turn], speech: Speech) -> Record:
    """The record of a call that ends now, with `speech` as the last thing on the line."""
    history = [turn.known_to("caller") for turn in turns]
    started = state.get("started")
    limits = setup.guarded.limits
    ending = _ending(setup, state.get("moment") or Moment(), turns, speech)
    rules = _rules(setup.rule_ids, turns)
    return Record(
        waihu=package_version(),
        call_id=setup.call_id(state.get("seed", 0)),
        card=setup.card_ref,
        contact_sha256=setup.contact_sha256,
        seed=state.get("seed", 0),
        noise=setup.line.profile.label,
        caller=setup.caller_ref,
        callee=setup.callee_ref,
        judge=setup.judge_ref,
        limits=limits,
        turns=tuple(turns),
        ending=ending.model_copy(update={"blame": blame_of(turns, rules, ending)}),
        outcome=outcome_of(
            history,
            hung_up=bool(turns) and turns[-1].hung_up,
            failed=speech.failure is not None,
        ),
        rules=rules,
        measured=Measured(wall_seconds=0.0 if started is None else time.time() - started, costs=tuple(state["costs"])),
    )


_TOO_MUCH: Final = 3
"""So many turns one after another of which nothing arrives, and nobody can talk. The seed: 环绕噪音导致无法继续沟通."""


def impossible(turns: Sequence[Turn]) -> bool:
    """Whether the noise has made talk impossible."""
    return len(turns) >= _TOO_MUCH and all(turn.lost for turn in turns[-_TOO_MUCH:])


def _ending(setup: CallSetup, moment: Moment, turns: Sequence[Turn], speech: Speech) -> Ending:
    last = turns[-1] if turns else None
    if speech.origin is None:
        if speech.failure is not None:
            return Ending(how="callee_failed", by="failure", why=speech.failure, server=speech.server)
        words = f" after “{last.said}”" if last and last.said else ""
        return Ending(how="hung_up", by="callee", why=f"the callee hung up{words}")
    if speech.failure is not None:
        return Ending(how="caller_failed", by="failure", why=speech.failure, server=speech.server)
    if speech.origin == "exit_line":
        drafts = [draft for draft in speech.drafts if draft.origin == "draft"]
        failed = next((draft for draft in drafts if draft.verdict.failed), None)
        if failed is not None:
            return _unjudged(failed)
        broken = [violation.rule for draft in drafts for violation in draft.verdict.violations]
        if broken:
            return Ending(how="rule", by="judge", why=f"the judge ended the call: {', '.join(dict.fromkeys(broken))}")
    before = turns[:-1]
    if impossible(before):
        return Ending(how="noise", by="line", why=f"nothing of {_TOO_MUCH} turns in a row arrived")
    if moment.must_exit and moment.intent == "silence_or_noise" and before and before[-1].lost:
        return Ending(how="noise", by="line", why=f"nothing arrived of “{before[-1].said.strip()}”")
    if speech.origin == "time":
        if moment.must_exit is False and (len(turns) + 1) // 2 >= setup.guarded.limits.turns:
            return Ending(how="turn_limit", by="limit", why=f"the call had its {setup.guarded.limits.turns} turns")
        return Ending(how="time_limit", by="limit", why=f"the {setup.guarded.limits.seconds:g} s of the call were up")
    if moment.must_exit:
        said = moment.last_callee.strip() or "silence"
        how = _HOW.get(moment.intent, "refusal")
        if moment.act is not None and answered_by_machine(moment.act):
            return Ending(how="machine", by="callee", why=f"a machine answered: “{said}”")
        return Ending(how=how, by="callee", why=f"“{said}” asked for an end ({moment.intent})")
    if any(act.feedback for act in moment.acts):
        return Ending(how="feedback", by="caller", why="the callee gave his feedback, and the caller closed")
    return Ending(how="closed", by="caller", why="the caller closed the call")


def _unjudged(draft: JudgedDraft) -> Ending:
    """No judge could say that the draft may be said."""
    if isinstance(draft.second, NoOpinion):
        return Ending(how="judge_failed", by="failure", why=draft.second.why, server=draft.second.server)
    rule = next(violation.rule for violation in draft.verdict.violations if violation.failed)
    return Ending(how="judge_failed", by="failure", why=f"the check of {rule} could not answer")


def _rules(ids: Sequence[str], turns: Sequence[Turn]) -> dict[str, RuleState]:
    """What the caller's own drafts did; what the card or the judge put in their place counts for nobody,
    and what follows on a scripted line in place of the customer's neither."""
    drafts = [draft for turn in counted(turns) for draft in turn.drafts if draft.origin == "draft"]
    found = [violation for draft in drafts for violation in draft.verdict.violations]
    broken = {violation.rule for violation in found if not violation.failed}
    failed = {violation.rule for violation in found if violation.failed}
    demanded = any(draft.after_demand for draft in drafts)
    states: dict[str, RuleState] = {}
    for rule in dict.fromkeys((*ids, *sorted(broken))):
        tested = (demanded if rule in _AFTER_DEMAND else bool(drafts)) and rule not in failed
        states[rule] = "broken" if rule in broken else "kept" if tested else "untested"
    return states
