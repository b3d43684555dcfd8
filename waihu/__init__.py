"""waihu (外呼): rehearse outbound calls before dialling, guard them while they run.

Importing this loads neither LangGraph nor LangChain: each name is fetched when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from loguru import logger

if TYPE_CHECKING:
    from .agents.cards import Card, check_card, read_card, read_contact
    from .agents.noise import NoiseProfile
    from .agents.persona import Persona
    from .agents.roles import Callee, CalleeView, Caller, CallerView, Draft, Reply
    from .evaluators.errors import AgentError, CardError, InputError, ModelServerError, WaihuError
    from .evaluators.judge import Judge
    from .evaluators.moment import Moment
    from .evaluators.policy import Policy
    from .evaluators.rules.installed import every_rule
    from .evaluators.scores import wilson
    from .evaluators.second import RuleOpinion, SecondJudge, SecondOpinion
    from .evaluators.verdicts import Rule, Turn, Verdict, Violation
    from .graph.audit import Auditor, judge_turn
    from .graph.guard import build_guard
    from .graph.records import Record, read_records
    from .graph.rehearsal import Rehearsal, build_call, run_call
    from .graph.timeline import timeline

# A library is silent until its user says otherwise: `loguru.logger.enable("waihu")`.
logger.disable("waihu")

_HOME = {
    "AgentError": "evaluators.errors",
    "Auditor": "graph.audit",
    "Callee": "agents.roles",
    "CalleeView": "agents.roles",
    "Caller": "agents.roles",
    "CallerView": "agents.roles",
    "Card": "agents.cards",
    "CardError": "evaluators.errors",
    "Draft": "agents.roles",
    "InputError": "evaluators.errors",
    "Judge": "evaluators.judge",
    "ModelServerError": "evaluators.errors",
    "Moment": "evaluators.moment",
    "NoiseProfile": "agents.noise",
    "Persona": "agents.persona",
    "Policy": "evaluators.policy",
    "Record": "graph.records",
    "Rehearsal": "graph.rehearsal",
    "Reply": "agents.roles",
    "Rule": "evaluators.verdicts",
    "RuleOpinion": "evaluators.second",
    "SecondJudge": "evaluators.second",
    "SecondOpinion": "evaluators.second",
    "Turn": "evaluators.verdicts",
    "Verdict": "evaluators.verdicts",
    "Violation": "evaluators.verdicts",
    "WaihuError": "evaluators.errors",
    "build_call": "graph.rehearsal",
    "build_guard": "graph.guard",
    "check_card": "agents.cards",
    "every_rule": "evaluators.rules.installed",
    "judge_turn": "graph.audit",
    "read_card": "agents.cards",
    "read_contact": "agents.cards",
    "read_records": "graph.records",
    "run_call": "graph.rehearsal",
    "timeline": "graph.timeline",
    "wilson": "evaluators.scores",
}

__all__ = [
    "AgentError",
    "Auditor",
    "Callee",
    "CalleeView",
    "Caller",
    "CallerView",
    "Card",
    "CardError",
    "Draft",
    "InputError",
    "Judge",
    "ModelServerError",
    "Moment",
    "NoiseProfile",
    "Persona",
    "Policy",
    "Record",
    "Rehearsal",
    "Reply",
    "Rule",
    "RuleOpinion",
    "SecondJudge",
    "SecondOpinion",
    "Turn",
    "Verdict",
    "Violation",
    "WaihuError",
    "build_call",
    "build_guard",
    "check_card",
    "every_rule",
    "judge_turn",
    "read_card",
    "read_contact",
    "read_records",
    "run_call",
    "timeline",
    "wilson",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'waihu' has no attribute {name!r}")
    value = getattr(import_module(f"waihu.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
