"""What several rules need: the card's words prepared once, and clauses of a turn with their place in it."""

from __future__ import annotations

import re
from bisect import bisect
from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from ..language import read_callee
from ..language.learned.grams import LAST, Runs, plain
from ..language.learned.table import packed_runs
from ..language.text import Clause, Normal, clauses, folded, words_of
from ..patterns import compiled
from ..policy import OwnLine, Policy, RuleId
from ..utterances import Span
from ..verdicts import Violation


def key(text: str) -> str:
    """`text` as it is compared with a card's line: folded, without marks."""
    return words_of(folded(text).text)


class Prepared(NamedTuple):
    """A policy's words, ready for comparison."""

    lines: dict[str, str]
    """Own lines by their keys, the longest first: of several with one key, the text of the first."""
    ending: tuple[str, ...]
    """Keys of the lines that end a call, whatever their words."""
    all_lines: str
    """Keys of every own line, one after another: what stands in it, the card says."""
    prose: str
    """Everything that the card says, folded."""
    runs: memoryview
    """Its runs of two and three characters, as the learned rules see text, packed and sorted."""
    companies: tuple[str, ...]
    callers: tuple[str, ...]
    """The caller's names."""
    callees: tuple[str, ...]
    mentioned: tuple[str, ...]
    """What is known of this one call."""


_KEPT = 512
_prepared: OrderedDict[int, tuple[Policy, Prepared]] = OrderedDict()


def prepared(policy: Policy) -> Prepared:
    """The policy's prepared words; remembered for the policies seen last (the policy is kept, so its id is its own)."""
    found = _prepared.get(id(policy))
    if found is not None and found[0] is policy:
        return found[1]
    made = _prepare(policy)
    _prepared[id(policy)] = (policy, made)
    while len(_prepared) > _KEPT:
        _prepared.popitem(last=False)
    return made


def _prepare(policy: Policy) -> Prepared:
    lines = tuple((key(line.text), line) for line in policy.own_lines)
    first = {made: line.text for made, line in reversed(lines) if made}
    ending = [made for made, line in lines if line.kind in ("exit", "closing") or _answers_a_stop(line)]
    said = [made for made, _ in lines] + [key(policy.exit_line)]
    prose = "\n".join(
        [*(line.text for line in policy.own_lines), policy.exit_line, *policy.topic, *policy.facts.values()]
    )
    folded_prose = "\n".join(folded(part).text for part in prose.split("\n"))
    said_runs = packed_runs(Runs(tuple(plain(clause.text) for clause in clauses(folded_prose)), 3))
    return Prepared(
        lines=dict(sorted(first.items(), key=lambda item: -len(item[0]))),
        ending=tuple(made for made in {key(policy.exit_line), *ending} if made),
        all_lines="\n".join(said),
        prose=folded_prose,
        runs=memoryview(said_runs)[bisect(said_runs, LAST) :],
        companies=_all_folded(policy.companies),
        callers=_all_folded(policy.caller_names),
        callees=_all_folded(policy.callee_names),
        mentioned=_all_folded(policy.facts.values()),
    )


def _all_folded(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(folded(name).text for name in names)


def _answers_a_stop(line: OwnLine) -> bool:
    """Whether a knowledge-base answer replies to a demand to stop, so that saying it ends the call."""
    return line.kind == "answer" and any(read_callee(question).must_exit for question in line.answers)


_SHORTEST_QUOTE = 4


def not_the_cards_words(text: str, policy: Policy) -> tuple[Normal, tuple[Clause, ...]]:
    """The clauses of a turn that no own line of the card contains."""
    normal, said = folded(text), prepared(policy).all_lines
    return normal, _outside(normal.text, said)


@lru_cache(maxsize=256)
def _outside(text: str, said: str) -> tuple[Clause, ...]:
    return tuple(clause for clause in clauses(text) if not _quoted(clause.text, said))


def _quoted(clause: str, said: str) -> bool:
    made = words_of(clause)
    return len(made) >= _SHORTEST_QUOTE and made in said


# A denial reaches to the end of its clause: 不推销、不办会员. 不错, 不仅, 不知道 deny nothing.
DENIED = compiled(
    r"(?:不(?!错|少|仅|但|妨|管|知|过|论|同|如|只|要(?:错过|忘))|没|无(?!论)|非|别(?!忘|错|的)|绝不|并非|"
    r"未)[^,。!?]{0,10}$"
)


def found_in(normal: Normal, clause: Clause, pattern: re.Pattern[str], *, deniable: bool = False) -> Span | None:
    """The first hit of `pattern` in the clause, skipping denied ones where that makes a difference."""
    for hit in pattern.finditer(clause.text):
        if deniable and DENIED.search(clause.text[: hit.start()]):
            continue
        return normal.span(clause.start + hit.start(), clause.start + hit.end())
    return None


def violation(
    rule: RuleId, message: str, evidence: Span | None, action: Literal["rewrite", "terminate"] = "rewrite"
) -> Violation:
    return Violation(rule=rule, action=action, message=message, evidence=evidence)
