"""The moment at which a caller's draft is judged: what of the call so far bears on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .language import read_callee, read_caller
from .utterances import CalleeAct, CallerAct, Frozen, Intent, Told, Utterance


class Moment(Frozen):
    """All that a rule may know of the call when it looks at a draft."""

    last_callee: str = ""
    """The callee's lines since the caller's last turn, as they were heard."""
    last_caller: str = ""
    question_asked: bool = False
    """The callee heard the question, or may have."""
    must_exit: bool = False
    """An exit is demanded, over all of the callee's lines since the caller's last turn."""
    asks_again: bool = False
    """The question may be asked once more: he asked for it again, or the line had dropped it."""
    hung_up: bool = False
    closed: bool = False
    """The caller has already ended the call; whatever was said since, nothing may be opened again."""
    overdue: bool = False
    """An exit was demanded earlier in the call, and no turn of the caller since then has ended it."""
    acts: tuple[CalleeAct, ...] = ()
    history: tuple[Utterance, ...] = ()

    @property
    def act(self) -> CalleeAct | None:
        """What the callee did, in the line that matters most: one that demands an exit, else his last one that does
        anything; voices in the background come last of all."""
        ranked = [
            [act for act in self.acts if act.must_exit][:1],
            [act for act in self.acts if act.intent != "other" or act.asks or act.holds][-1:],
            [*self.acts][-1:],
        ]
        return next((acts[0] for acts in ranked if acts), None)

    @property
    def intent(self) -> Intent:
        """The intent of that line."""
        return self.act.intent if self.act else "other"

    @property
    def told(self) -> Told:
        """The feedback that he gave since the caller's last turn, if any."""
        return told_in(self.acts)

    @classmethod
    def after(cls, last_callee: str, *, question_asked: bool = False, last_caller: str = "") -> Moment:
        """The moment after one callee line, for a turn that is judged out of its call."""
        # A draft that opens the call follows no line at all: an empty text is no silence then.
        opening = not last_callee and not last_caller and not question_asked
        acts = () if opening else read_lines(last_callee, last_caller=last_caller, question_asked=question_asked)
        return cls(
            last_callee=last_callee,
            last_caller=last_caller,
            question_asked=question_asked,
            must_exit=any(act.must_exit for act in acts),
            asks_again=any(act.asks_again for act in acts),
            hung_up=any(act.hung_up for act in acts),
            acts=acts,
        )

    @classmethod
    def of(cls, history: Sequence[Utterance]) -> Moment:
        """The moment after `history`. Pure: the same history gives the same moment."""
        walk = _Walk()
        for utterance in history:
            if utterance.speaker == "caller":
                walk.caller(utterance)
            else:
                walk.callee(utterance)
        demanded = _demanded(walk.acts) or walk.too_silent or walk.cut_off_again
        return cls(
            last_callee="\n".join(walk.lines),
            last_caller=walk.last_caller,
            question_asked=walk.asked,
            must_exit=demanded,
            asks_again=walk.dropped or any(act.asks_again for act in walk.acts),
            hung_up=any(act.hung_up for act in walk.acts),
            closed=walk.closed,
            overdue=walk.overdue,
            acts=tuple(walk.acts),
            history=tuple(history),
        )


def read_lines(text: str, *, last_caller: str, question_asked: bool) -> tuple[CalleeAct, ...]:
    """What each line of a turn does: other people's voices stand on lines of their own in a transcript."""
    if "\n" not in text:
        return (read_callee(text, last_caller=last_caller, question_asked=question_asked),)
    return tuple(read_callee(line, last_caller=last_caller, question_asked=question_asked) for line in text.split("\n"))


def told_in(acts: Iterable[CalleeAct]) -> Told:
    """The feedback in a callee's lines, if any."""
    for act in acts:
        if act.feedback:
            return act.feedback
    return None


def spoken(utterance: Utterance, told: Told) -> CallerAct:
    """What a caller's turn does as it was spoken, after the callee had told so much."""
    return read_caller(utterance.text if utterance.said is None else utterance.said, told)


def asked_and_heard(utterance: Utterance, told: Told) -> bool | None:
    """Whether a caller's turn asked the question so that it counts; None where it asked and is known to be unheard.

    A question that was cut off before it was one has not been asked; one that nobody can prove unheard has.
    """
    return _heard(spoken(utterance, told), utterance, told)


def _heard(act: CallerAct, utterance: Utterance, told: Told) -> bool | None:
    if not act.questions:
        return False
    unheard = utterance.lost or (utterance.cut_off and not read_caller(utterance.text, told).questions)
    return None if unheard else True


def _demanded(acts: Sequence[CalleeAct]) -> bool:
    """Whether one of the callee's lines demands an exit. A loop: a call is walked through for every draft."""
    for act in acts:  # noqa: SIM110
        if act.must_exit:
            return True
    return False


class _Walk:
    """What a call has come to, line by line."""

    def __init__(self) -> None:
        self.answered = True
        self.overdue = False
        self.asked = False
        self.closed = False
        self.dropped = False
        self.last_caller = ""
        self.cut_offs = 0
        self.cut_off_again = False
        self.silences = 0
        self.too_silent = False
        self.lines: list[str] = []
        self.acts: list[CalleeAct] = []

    def caller(self, utterance: Utterance) -> None:
        if not utterance.said and not utterance.text.strip():
            # A platform's empty message (a tool call, a turn that was never spoken) is no turn.
            return
        told = told_in(self.acts)
        act = spoken(utterance, told)
        asked, ends = _heard(act, utterance, told), act.ends_call
        self.overdue = not ends and (self.overdue or self.too_silent or self.cut_off_again or _demanded(self.acts))
        self.dropped = asked is None
        self.asked = self.asked or asked is True
        self.closed = self.closed or ends
        # A platform may give one turn in several pieces.
        self.last_caller = utterance.text if self.answered else self.last_caller + utterance.text
        self.answered = False
        self.cut_offs += utterance.cut_off
        self.cut_off_again = utterance.cut_off and self.cut_offs >= 2
        self.lines, self.acts, self.too_silent = [], [], False

    def callee(self, utterance: Utterance) -> None:
        acts = read_lines(utterance.text, last_caller=self.last_caller, question_asked=self.asked)
        self.answered = True
        for act in acts:
            if act.intent != "silence_or_noise":
                self.silences = 0
                break
        else:
            self.silences += 1
        self.too_silent = self.too_silent or (self.silences >= 2 and not self.asked)
        self.lines.append(utterance.text)
        self.acts.extend(acts)
