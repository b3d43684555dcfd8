"""The card's own line for a moment of the call: the scripted caller says it, and a failed draft falls back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import Final

from ..evaluators.judge import Judge
from ..evaluators.language import read_caller
from ..evaluators.moment import Moment
from ..evaluators.patterns import compiled
from ..evaluators.policy import Policy
from ..evaluators.utterances import Frozen
from .cards import Card, order_answer, question_of, situations_of
from .cards.models import ScriptLine
from .knowledge import Knowledge


class Spoken(Frozen):
    """Words from the card, and the line that they stand on."""

    text: str
    line: int | None = None


# What a call cannot do without and no card prescribes: a word for "hold on", and the hint at customer service.
_HOLDING: Final = Spoken(text="好的，不着急。")
_ASK_SERVICE: Final = Spoken(text="这个我这边查不到，您可以直接联系客服。")

# Two questions that need no knowledge base: what is it about (the question says it), and who is calling.
_WHAT_FOR = compiled(r"(?:什么|啥|何|有)事|干嘛|干啥|干什么|怎么了|咋了|咋啦|怎么啦")
_WHO = compiled(r"谁|哪位|哪里(?:的|打)?|哪儿|哪家|什么人|什么平台")

# Which conditions of the card cover a line that demands an exit, best first.
_EXITS: Final[Mapping[str, tuple[str, ...]]] = {
    "no_feedback": ("no_feedback",),
    "silence_or_noise": ("silence",),
    "hangup": ("wants_end",),
    "wrong_person": ("wrong_person",),
}


class Script:
    """Walks a card. Pure: the same moment gives the same line, one that passes the judge, or else the exit line."""

    def __init__(self, card: Card, policy: Policy, judge: Judge) -> None:
        self._card, self._judge, self._facts = card, judge, policy.facts
        self._question = question_of(card)
        self._lines = tuple((line, situations_of(line.condition or "")) for line in card.caller.script)
        self._introduction = Spoken(text=_introduction(policy))
        self.exit: Spoken = Spoken(text=policy.exit_line, line=_line_of(policy, policy.exit_line))

    @cached_property
    def _knowledge(self) -> Knowledge:
        return Knowledge(self._card.caller.knowledge)

    def warm(self) -> None:
        """Reads the knowledge base now, so that no live call waits for it at the first question."""
        self._knowledge.find(self.exit.text)

    def line_for(self, moment: Moment) -> Spoken:
        """The first of the card's lines for `moment` that keeps the rules there; the exit line where none does."""
        said = "".join(u.text if u.said is None else u.said for u in moment.history if u.speaker == "caller")
        seen: set[str] = set()
        for candidate in self._candidates(moment, lambda text: text in said):
            if candidate.text in seen:
                continue
            seen.add(candidate.text)
            verdict = self._judge.judge(candidate.text, moment)
            if verdict.failed:
                break
            if verdict.action == "pass":
                return candidate
        return self.exit

    def closing_for(self, moment: Moment) -> Spoken:
        """A line that ends the call now: the card's closing, or the exit line where the closing would not do."""
        demanded = self._demanded(moment) if moment.must_exit else iter(())
        for candidate in chain(demanded, self._closings()):
            verdict = self._judge.judge(candidate.text, moment)
            if verdict.action == "pass" and verdict.act.ends_call:
                return candidate
        return self.exit

    def _candidates(self, moment: Moment, said: Callable[[str], bool]) -> Iterator[Spoken]:
        if moment.must_exit:
            yield from self._demanded(moment)
            return
        if not moment.last_caller:
            yield from self._openings()
            return
        heard = moment.act
        intent = moment.intent
        if heard is not None and (heard.holds or heard.reason == "background-speech") and not said(_HOLDING.text):
            yield _HOLDING
        elif heard is not None and heard.feedback is not None:
            for line in self._when("feedback"):
                yield from ((_joined(line, end)) for end in self._closings())
                yield line
            yield from self._closings()
        elif intent == "asks_repeat" or moment.asks_again:
            yield from self._again(moment, said)
        elif intent == "asks_if_sales":
            yield from (line for line in self._when("doubt") if not said(line.text))
            yield from (answer for answer in self._answers(moment) if not said(answer.text))
        elif heard is not None and _WHAT_FOR.search(moment.last_callee) and not moment.question_asked:
            yield from self._ask()
        elif heard is not None and _WHO.search(moment.last_callee) and not said(self._introduction.text):
            if not moment.question_asked:
                yield from (_joined(self._introduction, line) for line in self._ask())
            yield self._introduction
        elif intent in ("complaint_about_calls", "asks_channel", "angry") or (heard is not None and heard.asks):
            answers = [answer for answer in self._answers(moment) if not said(answer.text)]
            yield from answers
            if intent in ("complaint_about_calls", "angry"):
                yield from (line for line in self._when("displeased") if not answers and not said(line.text))
            elif heard is not None and heard.asks and not answers and not said(_ASK_SERVICE.text):
                yield _ASK_SERVICE
        if not moment.question_asked:
            yield from self._ask()
        yield from self._closings()

    def _demanded(self, moment: Moment) -> Iterator[Spoken]:
        """Lines that answer a demand to exit, the closest first; the exit line answers every one."""
        asked = any(act.asks for act in moment.acts)
        if asked or moment.intent in ("complaint_about_calls", "asks_channel"):
            for answer in self._answers(moment):
                # An answer that says no goodbye would leave him waiting for one.
                yield answer if read_caller(answer.text).ends_call else _joined(answer, self.exit)
        for situation in _EXITS.get(moment.intent, ()):
            yield from self._when(situation)
        if asked and moment.intent in ("refusal", "no_feedback"):
            yield _joined(_ASK_SERVICE, self.exit)
        yield self.exit

    def _openings(self) -> Iterator[Spoken]:
        if self._card.first_line is not None:
            yield _spoken(self._card.first_line)
        yield from (_spoken(line) for line in self._card.caller.script[:1])

    def _again(self, moment: Moment, said: Callable[[str], bool]) -> Iterator[Spoken]:
        """What he asked to hear once more: which order it is, then the question, or who calls."""
        about = order_answer(self._facts) if "单" in moment.last_callee else None
        if about is not None:
            if moment.question_asked:
                yield from (Spoken(text=about + line.text, line=line.line) for line in self._ask())
            if not said(about):
                yield Spoken(text=about)
        elif "单" in moment.last_callee and not moment.question_asked and not said(_ASK_SERVICE.text):
            yield _ASK_SERVICE
        if moment.question_asked:
            yield from self._ask()
        elif read_caller(moment.last_caller).identity_question and "单" not in moment.last_callee:
            yield from (_spoken(line) for line in self._card.caller.script[:1])

    def _ask(self) -> Iterator[Spoken]:
        if self._question is not None:
            yield _spoken(self._question)

    def _answers(self, moment: Moment) -> Iterator[Spoken]:
        entry = self._knowledge.find(moment.last_callee)
        if entry is not None:
            yield Spoken(text=entry.answer, line=entry.answer_line)

    def _when(self, situation: str) -> Iterator[Spoken]:
        yield from (_spoken(line) for line, situations in self._lines if situation in situations)

    def _closings(self) -> Iterator[Spoken]:
        """The script's last word, then the card's closings."""
        last = self._card.caller.steps[-1].lines if self._card.caller.steps else ()
        yield from (_spoken(line) for line in last if line.condition is None and line is not self._question)
        yield from (_spoken(line) for line in self._card.caller.closings)


def _spoken(line: ScriptLine) -> Spoken:
    return Spoken(text=line.text, line=line.line)


def _joined(first: Spoken, then: Spoken) -> Spoken:
    return Spoken(text=first.text + then.text, line=first.line)


def _line_of(policy: Policy, text: str) -> int | None:
    return next((own.line for own in policy.own_lines if own.text == text), None)


def _introduction(policy: Policy) -> str:
    """Who calls, in the card's own names, as far as it gives them."""
    company = next(iter(policy.companies), "")
    name = next(iter(policy.caller_names), "")
    if not name:
        return f"我是{company}的。" if company else _ASK_SERVICE.text
    return f"我是{company}的{name}。" if company else f"我是{name}。"
