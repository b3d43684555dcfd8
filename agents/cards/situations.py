"""What the condition of a script line means: in which situation the line is said."""

from __future__ import annotations

import re
from typing import Literal

from ...evaluators.patterns import compiled

Situation = Literal[
    "none",
    "doubt",
    "busy",
    "refusal",
    "no_feedback",
    "silence",
    "wants_end",
    "feedback",
    "displeased",
    "angry",
    "interrupted",
    "wrong_person",
    "asks_channel",
    "other",
]

_PATTERNS: tuple[tuple[Situation, str], ...] = (
    ("doubt", r"疑惑|疑问|疑虑|怀疑|防备|戒备|警惕|推销|诈骗|骗子|不信任|是谁|哪里来的|什么(电话|事)|身份存疑"),
    ("wrong_person", r"不是本人|非本人|打错|错号|机主不是|接错|(别人|他人|家人|同事)接|不认识|本人不在|号码(错|有误)"),
    ("busy", r"没时间|没空|忙|开会|开车|不方便|无暇|赶时间|在外面"),
    ("refusal", r"不愿|不想|拒绝|拒访|抗拒|不配合|不接受|不需要|没兴趣|婉拒|推脱|无意交流"),
    (
        "no_feedback",
        r"没问题|没有问题|没意见|没有意见|无意见|无反馈|没有?反馈|没啥|一切(都)?(正常|好|顺利)|没有不满|无异议|没什么",
    ),
    ("silence", r"沉默|不说话|无声|无人应答|没有?回应|无回应|不作声|不吭声|听不清|噪音"),
    (
        "wants_end",
        r"要求(结束|挂断|挂机|停止)|(急促|急于|急着|想|要|马上|立刻|立即)(要)?(结束|挂断|挂|挂机)|挂断|挂电话|先挂|挂了",
    ),
    ("displeased", r"质疑|反感|不耐烦|抱怨电话|嘲讽|讽刺|情绪"),
    ("angry", r"恼|生气|愤怒|发火|激动|激烈|骂"),
    ("interrupted", r"打断|中断|插话|抢话"),
    ("feedback", r"(有|提出|给出|表达|反映|反馈).{0,6}(反馈|意见|建议|问题|不满)|满意|投诉|吐槽|提意见|有话说"),
    ("asks_channel", r"短信|微信|留言|App|其他(方式|渠道)|换(个)?(方式|渠道)"),
)
_COMPILED: tuple[tuple[Situation, re.Pattern[str]], ...] = tuple(
    (situation, compiled(pattern, re.IGNORECASE)) for situation, pattern in _PATTERNS
)
# Phrases that hold the word of another situation.
_MASKS: tuple[tuple[Situation, re.Pattern[str]], ...] = (
    ("feedback", compiled(r"不满意|不太满意|不够满意")),
    ("refusal", compiled(r"不愿意?(接受|回答|交流|多说|配合)?")),
    ("no_feedback", compiled(r"(没有?|无)(任何|什么|其他)?(反馈|意见|建议|问题|不满)")),
)

REPRESENTATIVE: dict[Situation, tuple[str, ...]] = {
    "doubt": ("你谁啊？搞推销的吧？", "哪儿打来的，什么事？"),
    "busy": ("我这会儿忙着呢，没空。", "正开车呢，不方便。"),
    "refusal": ("不用了，我不想说这些。",),
    "no_feedback": ("没有，都挺正常的。", "没问题。"),
    "silence": ("……",),
    "wants_end": ("先这样吧，我要挂了。",),
    "feedback": ("别的还行，就是等得太久了。", "包装破了，东西都磕坏了。"),
    "displeased": ("问了这么多回，也没见你们改过什么。",),
    "angry": ("烦不烦啊，老打电话！",),
    "interrupted": ("得了得了，就到这儿吧。",),
    "wrong_person": ("你打错了，我不是他。",),
    "asks_channel": ("能发个短信吗？",),
    "other": ("嗯，你说。",),
    "none": ("嗯，我是。",),
}
"""What a callee may say in each situation: a script line is judged behind these."""

CONDITION_WORD = compiled(
    r"\s*(如果|如|若|当|假如|假使|倘若|要是|一旦|万一|遇到?|被|(客户|对方|用户|患者|顾客|接听人|机主|他|她)(如果|如|若|要是|一旦|表|说|问|有|沉|没|急|质|反|不|只|要|打|挂|明|提))"
)


def situations_of(condition: str | None) -> tuple[Situation, ...]:
    """The situations that a condition speaks of, in the order of the words; `("none",)` for no condition."""
    if not condition:
        return ("none",)
    found: list[tuple[int, Situation]] = []
    text = condition
    for situation, mask in _MASKS:
        for match in mask.finditer(text):
            found.append((match.start(), situation))
        text = mask.sub(lambda m: "〇" * len(m[0]), text)
    for situation, pattern in _COMPILED:
        match_ = pattern.search(text)
        if match_:
            found.append((match_.start(), situation))
    ordered: dict[Situation, None] = {}
    for _, named in sorted(found, key=lambda pair: pair[0]):
        ordered[named] = None
    return tuple(ordered) or ("other",)


def is_condition(text: str) -> bool:
    """Whether the words before a quoted line say when it is spoken (and are no mere label such as 话术)."""
    bare = text.strip(" 　（）()[]【】:：，,")
    return bool(bare) and (CONDITION_WORD.match(bare) is not None or situations_of(bare) != ("other",))
