"""Which entry of the knowledge base answers a customer's question, or that none does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .cards.models import QA

_WORD = re.compile(r"[^\W_]")
# What a question is made of, whatever it asks about.
_EMPTY: Final = frozenset("的了吗呢啊吧呀嘛是我你您们这那个就也都还在有")
_SAME: Final = 0.34
"""Likeness from which two questions are taken for the same."""

# What customers ask outbound callers about, in the words that they use for it.
_SUBJECTS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"推销|营销|促销|卖(?:东西|课|保险)|广告|拉(?:人|群)|骗",
        r"为什么|为啥|干嘛|干什么|什么事|啥事|什么目的",
        r"意义|有(?:什么|啥)?用|没用|白(?:问|打|说)|改(?:了|过|没|什么|啥)|没见.{0,4}改|走过场|做样子",
        r"短信|微信|留言|app|邮件|网上|线上|发(?:个)?(?:消息|信息)",
        r"停掉|停了|别(?:再|老)?打|不要(?:再)?打|少打|取消|太多|老打|天天打|拉黑|删(?:掉|了)",
        r"忙|没空|没时间|下次",
        r"没(?:有)?(?:任何)?(?:什么)?意见|没问题|不用问|没啥",
        r"隐私|信息.{0,4}泄|号码.{0,6}(?:哪|怎么)|怎么(?:知道|有)我",
        r"发票|专票|开票",
        r"多少钱|收费|价格|费用|退款|赔",
    )
)


class Knowledge:
    """The knowledge base of one card, indexed once."""

    def __init__(self, entries: Sequence[QA]) -> None:
        self._entries = tuple((entry, _subjects(entry.asked), _pieces(entry.asked)) for entry in entries)

    def find(self, question: str) -> QA | None:
        """The entry that answers `question`, or None."""
        asked, about = _pieces(question), _subjects(question)
        best: tuple[float, QA] | None = None
        for entry, subjects, pieces in self._entries:
            shared = len(about & subjects) / len(about | subjects) if about & subjects else 0.0
            likeness = _likeness(asked, pieces) + shared
            if likeness >= _SAME and (best is None or likeness > best[0]):
                best = (likeness, entry)
        return best[1] if best else None


def _subjects(text: str) -> frozenset[int]:
    return frozenset(number for number, subject in enumerate(_SUBJECTS) if subject.search(text))


def _pieces(text: str) -> frozenset[str]:
    words = "".join(_WORD.findall(text.lower()))
    return frozenset(
        words[i : i + 2] for i in range(len(words) - 1) if not (words[i] in _EMPTY and words[i + 1] in _EMPTY)
    )


def _likeness(asked: frozenset[str], entry: frozenset[str]) -> float:
    """Overlap over the shorter of the two: people ask in fewer words than a card does."""
    if not asked or not entry:
        return 0.0
    return len(asked & entry) / max(4, min(len(asked), len(entry)))
