"""All checks of one reply, with the card's words prepared once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ...evaluators.language.cues import Cue, first
from ...evaluators.language.text import Clause, Normal, clauses, count_characters, folded
from ...evaluators.rules.shared import key
from ..cards.compile import question_of
from ..cards.identity import callee_names, caller_names, companies
from ..cards.models import Card
from ..roles import CalleeView, Reply
from . import course, manner
from .doubts import Doubt, DoubtKind
from .likeness import Lines, pairs

LONGEST: Final = 40
"""Letters, digits and Han characters that such a customer says in one breath, where the card's samples are short: of
the 11,492 lines of `tests/sets/callee.jsonl`, 11 are longer."""
_BEYOND_THE_SAMPLES: Final = 1.5
"""So many times as long as the longest sample that the card gives is still his way to speak."""
_SHOWN: Final = 30
"""Characters of a long text that are shown as evidence."""
_LONGEST_ECHO: Final = 12
"""Characters of the caller's words that he gives back as a question; a whole question of the caller's is none."""
# Pairs that any call is opened with: they tell nothing of what it is about.
_ANY_OPENING: Final = (
    "您好你好喂请问是在吗先生女士小姐方便接听电话吗听得到吗能听到听见一下打扰时间"
    "客户我是我们这里是为您给您有没有什么一个一句"
)
_MESSAGES: Final[dict[DoubtKind, str]] = {
    "counter_example": "这正是不要说的那种话：换成他平时的口气，只说半句。",
    "service_speech": "这是客服腔或书面客套，他不会这么说：换成大白话，不要客套。",
    "caller_role": "这是打电话那一方的话：你是接电话的客户，不介绍、不回访、不替谁记录。",
    "too_long": "太长了：他最多说一两个短句。",
    "too_kind": "太热情了：他不夸人、不道谢、不巴结，冷淡一点，短一点。",
    "unheard": "他没听到对方说这件事，答不上来：没听清就说“喂？”或让对方再说。",
    "no_reason": "没来由就挂了：要么先听着、回一句，要么说出挂断的缘由（忙、烦、没意见）。",
    "repeats": "这句刚说过：换个说法，或者更短、更不耐烦。",
}
_OUT_OF_ROLE: Final = "只写他嘴里说出的那句中文：不要格式、标签、动作和外语，也不要跳出角色。"


class Trust:
    """Tells whether a reply can be taken for that of one card's customer. Pure."""

    def __init__(self, card: Card, *, longest: int | None = None) -> None:
        """`longest`: characters that he may say at once; None: `LONGEST`, or 1.5 times the card's longest sample."""
        callee, caller = card.callee, card.caller
        own = [(sample.text, sample.line) for sample in callee.imitate]
        own += [(text, behaviour.line) for behaviour in callee.behaviours for text in behaviour.says]
        samples = max((count_characters(text) for text, _ in own), default=0)
        self._longest = longest if longest is not None else max(LONGEST, int(samples * _BEYOND_THE_SAMPLES))
        self._own = Lines(own)
        self._avoid = Lines((sample.text, sample.line) for sample in callee.avoid)
        spoken = [(line.text, line.line) for line in card.spoken()]
        spoken += [(entry.answer, entry.answer_line) for entry in caller.knowledge]
        his = callee_names(card, card.settings.contact)
        theirs = [name for name in (*caller_names(card), *companies(card)) if name not in his]
        self._callers = Lines(spoken, names=(*his, *theirs))
        self._label = manner.label_of((*his, *caller_names(card)))
        self._introduces = (Cue("introduces", manner.introduction_of(folded(name).text for name in theirs)),)
        self._asks_for_him = Cue("asks-for-him", manner.addressed_of(folded(name).text for name in his))
        question = question_of(card)
        subject = [piece.text for piece in caller.task] + ([question.text] if question else [])
        told = frozenset(pair for text in subject for pair in pairs(key(text))) - pairs(key(_ANY_OPENING))
        self._subject = told | {key(name) for name in companies(card) if key(name)}

    def doubts(self, reply: Reply, view: CalleeView) -> tuple[Doubt, ...]:
        """Everything that speaks against `reply` at this point of the call; nothing where it can be believed."""
        return tuple(self._found(reply, view))

    def _found(self, reply: Reply, view: CalleeView) -> Iterator[Doubt]:
        heard = course.heard_by_him(view.history)
        said = key(reply.text)
        if not self._own.has(said):
            yield from self._in_manner(reply.text, said, heard)
        if course.answers_nothing(reply.text, heard, self._subject):
            yield _doubt("unheard", reply.text)
        if reply.hangs_up and course.hangs_up_for_nothing(reply, heard, view.persona, cut_in=view.cut_in):
            yield _doubt("no_reason", reply.text)
        again = course.said_before(reply.text, view.history)
        if again:
            yield _doubt("repeats", again)

    def _in_manner(self, text: str, said: str, heard: Sequence[str]) -> Iterator[Doubt]:
        """What he would not say at any point of a call."""
        normal = folded(text)
        avoided = self._avoid.near(said)
        if avoided:
            yield _doubt("counter_example", text, avoided.line)
        shape = manner.out_of_form(text) or self._labelled(text) or _words(manner.OUT_OF_ROLE, normal)
        service = _words(manner.SERVICE, normal)
        if shape or service:
            message = _OUT_OF_ROLE if shape else _MESSAGES["service_speech"]
            yield _doubt("service_speech", shape or service).model_copy(update={"message": message})
        taken = self._in_callers_words(normal, said, heard)
        if taken:
            yield taken
        if count_characters(text) > self._longest:
            yield _doubt("too_long", text)
        kind = _words(manner.KIND, normal)
        if kind:
            yield _doubt("too_kind", kind)

    def _labelled(self, text: str) -> str:
        label = self._label.match(text)
        return label.group().strip() if label else ""

    def _in_callers_words(self, normal: Normal, said: str, heard: Sequence[str]) -> Doubt | None:
        introduced = _words(self._introduces, normal)
        if introduced:
            return _doubt("caller_role", introduced)
        known = "\n".join(map(key, heard))
        words = _words((*manner.CALLER, self._asks_for_him), normal)
        if words and not (key(words) != said and key(words) in known):
            return _doubt("caller_role", words)
        line = self._callers.near(_beside_echoes(normal, known))
        return _doubt("caller_role", normal.original, line.line) if line else None


def _beside_echoes(normal: Normal, known: str) -> str:
    """The key of what he says of his own. 订单服务快速回访？又来。 first gives back what he has heard (`known`)."""
    said = ((_bare(clause), clause.mark) for clause in clauses(normal.text))
    return "".join(made for made, mark in said if not ("?" in mark and len(made) <= _LONGEST_ECHO and made in known))


def _bare(clause: Clause) -> str:
    return "".join(filter(str.isalnum, clause.text))


def _words(table: tuple[Cue, ...], normal: Normal) -> str:
    """The words that a cue of the table finds, as they were given."""
    hit = first(table, normal.text)
    span = normal.span(hit.start, hit.end) if hit else None
    return span.text if span else ""


def _doubt(kind: DoubtKind, words: str, line: int | None = None) -> Doubt:
    words = words.strip()
    shown = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
    return Doubt(kind=kind, message=_MESSAGES[kind], evidence=shown, line=line)
