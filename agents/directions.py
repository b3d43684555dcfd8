"""The callee's state in the words of a stage direction, for a model that plays him."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from .persona import Mood, Persona, Stimulus

_MOOD: Final[Mapping[Mood, str]] = {
    "急躁": "急躁，说话冲，恨不得马上挂",
    "冷漠": "冷淡，只回几个字",
    "倦怠": "累了，懒得说，有气无力",
    "讽刺": "冷嘲，顶一句",
    "缓和": "口气软了一点，但还是只说一句",
}
_CAUSE: Final[Mapping[Stimulus, str]] = {
    "official": "刚听到一套官腔",
    "promise": "又听到许诺，不信",
    "pledge": "听他说不推销",
    "apology": "听他说打扰，想顺势挂了",
    "again": "同一个问题又问一遍",
    "pressed": "已经说了不想谈还在说",
    "long": "他说得太长",
    "unheard": "没听清他说什么",
}
_DISTRACTED: Final = 0.5
_WARY: Final = 0.6


def direction(persona: Persona, *, around: Sequence[str] = (), cut_in: bool = False) -> str:
    """How he is now, for the end of the conversation."""
    told = [f"你此刻{_MOOD[persona.mood]}"]
    told += [_CAUSE[cause.what] for cause in persona.causes if cause.what in _CAUSE]
    if cut_in:
        told.append("你没等他说完就打断了")
    if around:
        told.append(f"旁边：{'、'.join(around)}")
    if persona.attention < _DISTRACTED:
        told.append("你在走神，可能没听清")
    if persona.suspicion > _WARY and "primary" not in persona.raised:
        told.append("你怀疑是推销")
    if persona.patience <= 1:
        told.append("耐心用完了，这句就了结")
    return f"（{'；'.join(told)}。只写你说出口的一句话，十几个字以内。）"
