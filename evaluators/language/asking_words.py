"""Which clauses of a caller's turn ask, by the words alone: one of the things that `asking.py` goes by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, zip_longest
from typing import Literal

from ..patterns import compiled
from . import questions as q
from .cues import TITLE
from .text import Clause, clauses

Kind = Literal["feedback", "other", "identity", "tag", "invitation", "lead-in", "none"]

# Places where an unpunctuated clause ends: after a final particle, and before words that begin a new request.
_SOFT_PAUSE = compiled(
    r"(?<=[吗呢吧])(?=[\u4e00-\u9fff]{2})(?!吗|啊|呀|的话|台|务|[?])|(?=(?:另外|还有就是|顺便|对了|请问|那么请|麻烦你|"
    r"那你|那(?:你)?[\u4e00-\u9fff]{1,7}呢$))(?<=[\u4e00-\u9fff])(?<!对)(?<!想)(?<!先)(?<!再)|"
    r"(?<=再见|拜拜|挂了|兴隆|顺利)(?=[\u4e00-\u9fff]{3})(?!啊|呀|哈|吧|了)|(?=(?:也想知道|也说说|再说说|再问问|哎对了))"
    r"(?<=[\u4e00-\u9fff])|"
    # 包装好不好|速度快不快, but not 能不能|说说: behind what asks about a quality, not behind a verb of can and will.
    r"(?<=怎么样|咋样了)(?=[\u4e00-\u9fff]{3})(?![才能都的了呢啊呀])|"
    r"(?<=好不好|快不快|慢不慢|牢不牢|稳不稳|大不大|多不多|齐不齐|全不全|准不准|行不行|对不对|破不破|坏不坏|"
    r"难不难|早不早|晚不晚|松不松|够不够|满不满|乱不乱|脏不脏|顺不顺|严不严)(?=[\u4e00-\u9fff]{3})"
    r"(?![意时心便楚利错确齐全整当得了的就都或还和及也说讲给])"
)
_SOFT_PAUSES = 12
"""So many are looked for in one clause: nobody has breath for more."""
# What asks at the end of its clause, so that behind it another begins: 速度怎么样|态度怎么样, 结不结实|搬运小不小心 …
_ENDS_ASKING = compiled(
    r"怎么样|咋样|怎样(?!的)|怎么看|(?:打|给)?几分|[打评]个分|是(?:否|不是)满意|([\u4e00-\u9fff]{2})不\1|"
    r"([好快慢大多齐全准行破坏早松够脏牢稳])不\2|(?![是有能可要会想])([\u4e00-\u9fff])[不没]\3[\u4e00-\u9fff]"
)
# … and what begins a question that is put again: 有没有遇到延误|有没有遇到破损.
_BEGINS_ASKING = compiled(r"(有没有|有什么|有啥)(?=[\u4e00-\u9fff]{2,12}?(\1)[\u4e00-\u9fff]{2})")
_TWO_QUESTIONS = 6
"""Characters that two of them have at least."""
_JOINS = compiled(r"或|还是|以?及|和|与|跟|、|都|也")
_NO_SOFT_PAUSE = compiled(r"(?:酒吧|网吧|贴吧|干吗|吗啡|呢绒|好吧|行吧|对吧你)$")


def pieces_of(text: str) -> Iterator[Clause]:
    """Clauses, cut at marks, at the places where speech pauses without one, and between questions put alike."""
    for clause in _at_pauses(text):
        begin = 0
        for place in _between_questions(clause.text):
            yield Clause(clause.text[begin:place], clause.start + begin, "")
            begin = place
        yield _behind(clause, begin)


def _behind(clause: Clause, begin: int) -> Clause:
    return Clause(clause.text[begin:], clause.start + begin, clause.mark) if begin else clause


def _between_questions(words: str) -> list[int]:
    """Where one question ends and the next begins, in one breath; those that are joined by a word are one."""
    if len(words) < _TWO_QUESTIONS:
        return []
    ends = [found.end() for found in islice(_ENDS_ASKING.finditer(words), _SOFT_PAUSES)]
    places = [end for end in ends[:-1] if not _JOINS.match(words, end)]
    for found in islice(_BEGINS_ASKING.finditer(words), _SOFT_PAUSES) if not ends else ():
        if not _JOINS.search(words, found.end(), found.start(2)):
            places.append(found.start(2))
    return places


def _at_pauses(text: str) -> Iterator[Clause]:
    for clause in clauses(text):
        begin = 0
        for pause in islice(_SOFT_PAUSE.finditer(clause.text), _SOFT_PAUSES):
            head = clause.text[begin : pause.start()]
            if not head or _NO_SOFT_PAUSE.search(head) or len(clause.text) - pause.start() < 2:
                continue
            yield Clause(head, clause.start + begin, "")
            begin = pause.start()
        yield _behind(clause, begin)


class Asked:
    """A question found: its kind and stretch."""

    __slots__ = ("end", "kind", "start")

    def __init__(self, kind: Kind, start: int, end: int) -> None:
        self.kind, self.start, self.end = kind, start, end


def kind_of(clause: Clause) -> tuple[Kind, int]:
    """What one clause asks, and how many times (包装好不好速度快不快 asks twice in one breath)."""
    return _kind_of(clause.text.strip(" 、-"), "?" in clause.mark)


@lru_cache(maxsize=4096)
def _kind_of(words: str, marked: bool) -> tuple[Kind, int]:
    if not words:
        return "none", 0
    if q.BACKCHANNEL.search(words):
        return "invitation", 0
    if q.TAG.search(words) and (marked or q.TAG_ASKS.search(words)):
        return "tag", 1
    if (
        q.IDENTITY.search(words) or ((marked or q.ASKS_POLITELY.search(words)) and q.IDENTITY_PLAIN.search(words))
    ) and not q.ABOUT_FEEDBACK.search(re.sub(TITLE, "", words).replace("收货人", "")):
        return "identity", 1
    if marked and q.NAME_ONLY.search(words):
        return "identity", 1
    if q.IDLE_CLAUSE.search(words) or (not marked and _tells(words)):
        return "none", 0
    if not marked and q.LEAD_IN.search(words) and not q.POLAR.search(words):
        return "lead-in", 0
    if q.HINT.search(words) and not marked and not q.POLAR.search(words) and not q.OFFER.search(words):
        return "none", 0
    if q.INVITATION.search(words):
        return "invitation", 0
    asks = _times_asking(words, marked)
    if not asks:
        return "none", 0
    return ("feedback" if _seeks_feedback(words) else "other"), asks


def _tells(words: str) -> bool:
    """The caller tells something himself, and asks nothing behind it: speech has no marks to part the two."""
    told = q.WHATEVER.search(words) or q.SPEAKER_TELLS.search(words)
    if told is None:
        return False
    behind = words[told.end() :]
    asks = q.POLAR.search(words) or q.A_NOT_A.search(behind) or q.IMPERATIVE.search(behind) or q.INDIRECT.search(behind)
    return not (asks or _asks_with_a_word(behind))


def _seeks_feedback(words: str) -> bool:
    if q.ABOUT_OTHER.search(words):
        return False
    return q.about_feedback(words) or bool(q.IMPERATIVE.search(words) or q.INDIRECT.search(words))


def _times_asking(words: str, marked: bool) -> int:
    if q.IF_ANY_TELL.search(words):
        return 1
    if q.INDIRECT.search(words):
        return 1
    thanks = q.THANKS.search(words)
    if q.IMPERATIVE.search(words) and not thanks:
        return 1
    if not marked and q.CONDITION.search(words):
        return 0
    pairs = _alternatives(words)
    if pairs:
        return pairs
    if q.POLAR.search(words) or q.CHOICE.search(words):
        return 1
    if q.BA.search(words) and (marked or (not q.BA_STATEMENT.search(words) and not thanks)):
        return 1 if marked or q.about_feedback(words) else 0
    if _asks_with_a_word(words) and (marked or not thanks):
        return 1
    return 1 if marked else 0


def _alternatives(words: str) -> int:
    """How many 好不好 the clause holds; those joined by 、 or 或 are one."""
    found = [
        match
        for match in q.A_NOT_A.finditer(words)
        if not q.NOT_A_NOT_A.search(words[max(0, match.start() - 8) : match.end()])
    ]
    times = 0
    last = 0
    for match in found:
        between = words[last : match.start()]
        if not times or not re.search(r"、|或|还是|和|及", between):
            times += 1
        last = match.end()
    # 能不能说说好不好: a leading 能不能 or 是不是 carries the question behind it.
    if (
        times > 1
        and re.match(r"能|可|是不|是否|方|愿|有没", found[0].group())
        and not words[: found[0].start()].strip("你请问那就")
    ):
        times -= 1
    return times


def _asks_with_a_word(words: str) -> bool:
    rest = q.WH_IDLE.sub("", words)
    return q.WH.search(rest) is not None


def asked_by_words(pieces: Sequence[Clause], kinds: Sequence[tuple[Kind, int]]) -> list[Asked]:
    """The questions that the words alone make out; `kinds` is what `kind_of` says of each piece."""
    asked: list[Asked] = []
    before: Clause | None = None
    before_kind: Kind = "none"
    for (kind, times), (clause, behind) in zip(kinds, zip_longest(pieces, pieces[1:]), strict=True):
        if kind in ("feedback", "other") and behind is not None and _whatever(clause, behind):
            kind = "none"
        follows = before_kind in ("feedback", "other", "identity") and bool(asked)
        if kind == "tag":
            kind = _tag(clause, before, before_kind, asked)
        elif follows and "?" not in (before.mark if before else "") and _continues(clause, kind):
            asked[-1].end = clause.end
            kind = before_kind
        elif kind in ("feedback", "other", "identity"):
            bare = before is not None and before_kind == "feedback" and bool(asked) and _bare_request(before)
            if kind == "feedback" and bare and "?" not in (before.mark if before else ""):
                # 您说说，哪里不好: the request and its object are one.
                asked[-1].end = clause.end
            else:
                asked.extend(Asked(kind, clause.start, clause.end) for _ in range(times))
        before, before_kind = clause, ("none" if kind == "lead-in" else kind)
    return asked


def _whatever(clause: Clause, behind: Clause) -> bool:
    """几点送的，我这儿都能查到: the clause behind answers for every case, so nothing was asked."""
    if "?" in clause.mark or q.POLAR.search(clause.text) or q.ADDRESSED.search(clause.text):
        return False
    if q.IMPERATIVE.search(clause.text) or q.INDIRECT.search(clause.text):
        return False
    open_ended = q.A_NOT_A.search(clause.text) or q.CHOICE.search(clause.text) or _asks_with_a_word(clause.text)
    return bool(open_ended) and q.FOR_EVERY_CASE.search(behind.text) is not None


def _tag(clause: Clause, before: Clause | None, before_kind: Kind, asked: list[Asked]) -> Kind:
    """可以吗 belongs to the request before it; alone it is a question of its own."""
    if before is not None and before_kind in ("feedback", "other", "identity", "invitation") and asked:
        asked[-1].end = clause.end
        return before_kind
    if before is not None and q.NAME_ONLY.search(before.text) and re.match(r"^(?:你)?[对是]", clause.text):
        asked.append(Asked("identity", before.start, clause.end))
        return "identity"
    if before is not None and re.match(r"^(?:你)?[对是]", clause.text) and q.about_feedback(before.text):
        # 您是说箱子破了，对吗: the tag asks about what was said.
        asked.append(Asked("feedback", before.start, clause.end))
        return "feedback"
    if before is None and "?" not in clause.mark and re.search(r"^(?:好|行|对|是)吧?$", clause.text):
        return "none"
    kind: Kind = "feedback" if re.search(r"觉得|怎么样|如何|说呢", clause.text) else "other"
    asked.append(Asked(kind, clause.start, clause.end))
    return kind


def _continues(clause: Clause, kind: Kind) -> bool:
    """Whether a clause goes on with the question before it: 或觉得该改进的细节, 比如包装."""
    if not q.CONTINUES.search(clause.text):
        return False
    if not q.OR_AGAIN.search(clause.text):
        return True
    return kind not in ("feedback", "other") or not _own_form(clause.text)


def _own_form(words: str) -> bool:
    return bool(_alternatives(words) or q.POLAR.search(words) or _asks_with_a_word(words))


def _bare_request(clause: Clause) -> bool:
    """您说说 or 请您评价一下 without saying what about."""
    return (
        re.search(
            r"^(?:那|就|请|麻烦|你|能|方便|可以|再|先|简单|随便|帮忙)*(?:说说|说一下|说下|讲讲|谈谈|评价一下|"
            r"评价下|说一说|告诉我|反馈一下|反馈下)(?:看|吧|嘛)?$",
            clause.text,
        )
        is not None
    )
