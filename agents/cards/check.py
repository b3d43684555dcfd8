"""What is wrong with a card: every line that it prescribes is judged in the place where it would be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ...evaluators.judge import Judge
from ...evaluators.language import read_caller
from ...evaluators.moment import Moment
from ...evaluators.policy import RuleId
from ...evaluators.utterances import Frozen
from .compile import NO_CONTACT, exit_line_of, policy_of, question_of
from .contact import canonical, facts_of, fill, placeholders_in
from .models import Card, ScriptLine
from .quotes import quotes_of
from .situations import REPRESENTATIVE, situations_of


class Finding(Frozen):
    """One thing that is wrong with a card."""

    line: int
    severity: Literal["violation", "warning"]
    rule: RuleId | None = None
    """The hard rule that a violation breaks."""
    text: str = ""
    """The words of the card that it is about."""
    place: str = ""
    """Where in the call the words would be said."""
    message: str


@dataclass(frozen=True, slots=True)
class _Place:
    """A line and one moment of the call at which it is said."""

    line: ScriptLine
    moment: Moment
    words: str


def check_card(card: Card, contact: Mapping[str, str] = NO_CONTACT) -> tuple[Finding, ...]:
    """Everything that is wrong with a card, in the order of its lines.

    A placeholder that nobody knows is a warning here (a call may bring its own contact) and 某某 stands for it.
    """
    unknown = tuple(_unknown(card, contact))
    found = [_unfilled(name, line) for name, line in unknown]
    contact = {**{canonical(name): _STANDS_IN for name, _ in unknown}, **facts_of(card, contact)}
    judge = Judge(policy_of(card, contact))
    filled = fill(card, contact)
    found += _violations(filled, judge)
    found += _warnings(filled)
    return tuple(sorted(found, key=lambda finding: (finding.line, finding.severity != "violation")))


_STANDS_IN = "某某"
"""For a value that nobody knows yet, so that the rest of its line can be judged."""


def _unknown(card: Card, contact: Mapping[str, str]) -> Iterator[tuple[str, ScriptLine]]:
    facts = facts_of(card, contact)
    for line in card.spoken():
        for name in placeholders_in(line.text):
            if canonical(name) not in facts:
                yield name, line


def _unfilled(name: str, line: ScriptLine) -> Finding:
    so = "a call cannot be held" if line.condition is None else "this line is left out"
    cure = f"without {name} {so}: give it in --contact FILE or under contact: in the front matter"
    return _warning(line.line, line.text, cure)


def _violations(card: Card, judge: Judge) -> Iterator[Finding]:
    seen: set[tuple[int, str, RuleId]] = set()
    for place in _places(card):
        verdict = judge.judge(place.line.text, place.moment)
        for violation in verdict.violations:
            key = (place.line.line, place.line.text, violation.rule)
            if key in seen:
                continue
            seen.add(key)
            yield Finding(
                line=place.line.line,
                severity="violation",
                rule=violation.rule,
                text=place.line.text,
                place=place.words,
                message=violation.message,
            )


def _places(card: Card) -> Iterator[_Place]:
    """Every spoken line with every moment at which it would be said."""
    caller, question, first = card.caller, question_of(card), card.first_line
    opening = first.text if first else ""
    asked_by = question.text if question else opening
    openings = [line for line in (caller.opening, *caller.other_openings) if line is not None]
    openings += [line for line in caller.script[:1] if line.condition is None]
    for line in openings:
        yield _Place(line, Moment.after(""), "as the first words of the call")
    # A question in the opening turn is asked before the script begins.
    asked = question is not None and question in openings
    for line in caller.script:
        if line.condition is not None:
            yield from _conditional(line, asked=asked, last=asked_by if asked else opening)
        elif line not in openings:
            yield _unconditional(line, asked=asked, last=asked_by if asked else opening)
        asked = asked or line == question
    for entry in caller.knowledge:
        line = ScriptLine(text=entry.answer, line=entry.answer_line)
        for asked, last in ((False, opening), (True, asked_by)):
            yield _after(line, entry.asked, asked=asked, last=last, why="its own question")
    for line in caller.closings:
        for callee in REPRESENTATIVE["no_feedback"]:
            yield _after(line, callee, asked=True, last=asked_by, why="no feedback")
    for callee in REPRESENTATIVE["refusal"]:
        for asked, last in ((False, opening), (True, asked_by)):
            yield _after(exit_line_of(card), callee, asked=asked, last=last, why="refusal")


def _conditional(line: ScriptLine, *, asked: bool, last: str) -> Iterator[_Place]:
    for situation in situations_of(line.condition):
        for callee in REPRESENTATIVE[situation]:
            yield _after(line, callee, asked=asked, last=last, why=situation.replace("_", " "))
    for quote in quotes_of(line.condition or ""):
        yield _after(line, quote.inner, asked=asked, last=last, why="the words of its condition")


def _unconditional(line: ScriptLine, *, asked: bool, last: str) -> _Place:
    if not asked:
        return _after(line, REPRESENTATIVE["none"][0], asked=False, last=last, why="he said who he is")
    if read_caller(line.text).ends_call:
        return _after(line, REPRESENTATIVE["no_feedback"][0], asked=True, last=last, why="no feedback")
    return _after(line, REPRESENTATIVE["feedback"][0], asked=True, last=last, why="feedback")


def _after(line: ScriptLine, callee: str, *, asked: bool, last: str, why: str) -> _Place:
    moment = Moment.after(callee, question_asked=asked, last_caller=last)
    return _Place(line, moment, f"after “{callee}” ({why}), the question {'asked' if asked else 'not yet asked'}")


def _warnings(card: Card) -> Iterator[Finding]:
    """What no rule forbids and still is hardly meant."""
    yield from _unread(card)
    script = card.caller.script
    asking = [line for line in script if line.condition is None and read_caller(line.text).questions]
    opening = card.caller.opening
    if opening is not None and read_caller(opening.text).questions:
        asking.insert(0, opening)
    if not asking:
        at = card.caller.steps[0].line if card.caller.steps else card.caller.role[0].line
        yield _warning(
            at, "", "no line of the script asks for feedback: add the one question, or the call learns nothing"
        )
    for line in asking[1:]:
        yield _warning(line.line, line.text, f"a second question (the first is on line {asking[0].line}): keep one")
    if card.settings.exit_line is None and exit_line_of(card) == card.caller.closing:
        yield _warning(
            card.caller.closing.line,
            card.caller.closing.text,
            "no line for being refused or interrupted: the closing is said then; add exit_line to the front matter, "
            "or a line such as 被打断：“我这边马上结束，谢谢。” to the script",
        )
    for line in script:
        if situations_of(line.condition) == ("other",):
            yield _warning(
                line.line, line.text, f"it is not clear when this is said: reword the condition {line.condition}"
            )


def _unread(card: Card) -> Iterator[Finding]:
    for section in card.sections:
        if section.is_side or (section.key is None and section.party is None and section.is_empty):
            continue
        if section.key is None:
            yield _warning(
                section.line, section.heading, "this heading is not read: name it as one of the known sections"
            )
        elif section.is_empty:
            yield _warning(section.line, section.heading, "this section is empty")
    for piece in card.ignored:
        yield _warning(
            piece.line, piece.text, "this is not read: put it under a known heading, a question with its answer"
        )


def _warning(line: int, text: str, message: str) -> Finding:
    return Finding(line=line, severity="warning", text=text, message=message)
