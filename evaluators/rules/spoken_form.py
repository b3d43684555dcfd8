"""The rule `spoken-form`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..language.text import READ_LIMIT, has_words
from ..moment import Moment
from ..patterns import compiled
from ..policy import Policy, RuleId
from ..utterances import Span
from ..verdicts import Turn, Violation
from .learned import Sign, suspicion
from .shared import violation

_EMOJI = compiled(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2190-\u21ff\u23e9-\u23fa\u200d\ufe0f\U000e0020-\U000e007f]|"
    "[:;][-']?[)(dp](?![a-z])|\\^_\\^|qaq|orz",
    re.I,
)
_MARKDOWN = compiled(
    r"\*\*|__\w|(?<!\w)\*[^*\s][^*\n]*\*|```|`[^`\n]+`|^\s{0,3}#{1,6}\s*\S|^\s{0,3}(?:[-*+•·]|\d{1,2}[.)])\s+\S|"
    r"^\s{0,3}>\s|\[[^\]\n]{1,80}\]\([^)\n]{0,200}\)|\|[^|\n]+\|[^|\n]*\||^-{3,}\s*$|(?<!\w)~~[^\s~][^~\n]{0,80}~~|https?://|www\.",
    re.M,
)
_REASONING = compiled(
    r"</?(?:think|thinking|reasoning|analysis|reflection|scratchpad)\b|(?:^|\n|"
    r"[。!！])[ \t]{0,4}[（(\[【]?(?:思考(?:过程)?|分析|"
    r"推理(?:过程)?|理由|内心(?:独白|活动)?|策略|备注|注释|注|解释|说明|思路|心理活动|旁白|动作|回复|答复|输出|"
    r"台词|客户经理|拨打方|李明|坐席|客服|ai|assistant|caller|"
    r"reasoning|thought|analysis|note|output|response|user|system|callee)[ \t]{0,4}[:：]|"
    r"(?:^|[。\n])[ \t]{0,4}(?:好的[，,])?(?:我需要(?:先|根据|考虑|遵守|按照)|我应该(?:先|按|根据|遵)|根据(?:规则|台词|"
    r"脚本|卡片|系统提示|提示词|要求|设定)|按照(?:规则|脚本|"
    r"流程要求|系统)|作为(?:一个|一名)?(?:ai|人工智能|语言模型|大模型|助手)|首先[，,]?(?:用户|客户(?:表示|说|"
    r"已经)|我(?:应该|需要|得))|用户(?:说|表示|想|要求|明确|已经|似乎|问|希望|可能|拒绝|的)|作为[^，。]{1,8}(?:角色|身份)|接下来(?:按|我(?:应该|需要|要))|"
    r"(?:合适|恰当|最终)的?(?:回复|回答|话术)|客户(?:说|表示|"
    r"已经)[^，。]{0,12}[，,](?:所以|因此|我(?:应该|需要|要)))",
    re.I,
)
_TAG = compiled(
    r"</?[a-z_|][^<>\n]{0,80}>|<\|[^<>]{0,40}|\{\{[^{}]{0,60}|\[/?(?:inst|sys|end|eos|bos|hangup|pause|laugh|"
    r"silence|break)\b|%[a-z]+%|\\n|\$\{",
    re.I,
)
_JSON = compiled(
    r"^\s*[\[{]\s*[\"'{\[]|[\"'][\w\u4e00-\u9fff]{1,30}[\"']\s*[:：]|^\s*\{[^{}]*\}\s*$|\bnull\b|\{\s*\w+\s*:", re.I
)
_BRACKETS = compiled(r"[(（\[【〔{〈][^()（）\[\]【】]{0,80}[)）\]】〕}〉]|[（(【\[][^）)】\]]{0,80}$")
_STAGE_STARS = compiled(r"(?<!\*)\*[^*\n]{1,20}\*(?!\*)")
# Control characters, marks of writing direction, half characters: nobody can say them, and a terminal may obey them.
_UNSPEAKABLE = compiled(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ue000-\uf8ff"
    "\ufeff\ufff9-\uffff]"
)
_OTHER_SCRIPT = compiled(
    r"[\u3040-\u30ff\uac00-\ud7af\u0400-\u04ff\u0600-\u06ff\u0e00-\u0e7f\u0370-\u03ff\u0590-\u05ff\u0900-\u097f]{1,}"
)
_WORDS = compiled(r"[A-Za-z']{2,20}(?:[\s,.!?]{1,3}[A-Za-z']{1,20}){2}")
_LATIN = compiled(r"[A-Za-z]")
_HAN = compiled(r"[\u4e00-\u9fff]")
_NARROW = str.maketrans("＜＞｛｝／", "<>{}/")
# Of sentences in nothing but Han, digits and their marks, all that cannot be said is reasoning.
_EVERYDAY = compiled(r"[\u4e00-\u9fff0-9，。？！、,?!…]*")
_REASONS = ("推理或角色标注", _REASONING, "只写要说出口的话")
_KINDS = (
    ("看不见的控制字符", _UNSPEAKABLE, "删掉"),
    _REASONS,
    ("控制标签", _TAG, "删掉标签"),
    ("结构化数据", _JSON, "只写要说出口的话"),
    ("Markdown 或网址", _MARKDOWN, "改成能念出来的话"),
    ("舞台提示", _STAGE_STARS, "删掉"),
    ("括号里的提示", _BRACKETS, "删掉括号和其中内容"),
    ("表情符号", _EMOJI, "删掉"),
)


@dataclass(frozen=True)
class SpokenForm:
    """Only what can be said aloud. Stands on the seed's opening, a plain spoken line: 您好，请问张强先生在吗？"""

    id: RuleId = "spoken-form"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        found = by_patterns(turn.text, policy)
        if found is not None:
            return violation(self.id, *found)
        learned = suspicion(self.id, turn, policy, lambda: Sign("不像说出口的话"))
        if learned is None:
            return None
        message = f"“{learned.words[:20]}”{learned.what}：只写要对客户说的那一句。"
        return violation(self.id, message, learned.evidence)


def by_patterns(text: str, policy: Policy) -> tuple[str, Span | None] | None:
    """What no voice can say, by its signs: the message and the place."""
    # Both ends of an over-long text are enough here; `brief` refuses it anyway.
    text = text[:READ_LIMIT]
    if not has_words(text):
        return ("这一轮没有可说的话：写一句要说出口的话。", None)
    if "＜" in text or "｛" in text:
        # Full-width forms of a tag are read as tags by some speech engines.
        text = text.translate(_NARROW)
    everyday = policy.language == "zh" and _EVERYDAY.fullmatch(text) is not None
    for name, pattern, mend in (_REASONS,) if everyday else _KINDS:
        hit = pattern.search(text)
        if hit:
            span = Span(start=hit.start(), end=hit.end(), text=hit.group())
            return (f"“{_visible(span.text[:20])}”是{name}，念不出来：{mend}。", span)
    foreign = None if everyday else _foreign(text, policy.language)
    if foreign:
        return (
            f"“{foreign.text[:20]}”不是本卡的语言：改用{'中文' if policy.language == 'zh' else '英文'}说。",
            foreign,
        )
    return None


def _foreign(text: str, language: str) -> Span | None:
    """Words of a language other than the card's; App, OK, 5G and order numbers are everyday Chinese."""
    if language == "en":
        hit = _HAN.search(text)
        return Span(start=hit.start(), end=hit.end(), text=hit.group()) if hit else None
    hit = _OTHER_SCRIPT.search(text) or _WORDS.search(text)
    if hit:
        return Span(start=hit.start(), end=hit.end(), text=hit.group())
    latin, han = _LATIN.findall(text), len(_HAN.findall(text))
    if len(latin) > max(8, han):
        first = _LATIN.search(text)
        assert first is not None
        return Span(start=first.start(), end=len(text), text=text[first.start() :])
    return None


def _visible(text: str) -> str:
    return _UNSPEAKABLE.sub(lambda match: f"U+{ord(match[0]):04X}", text)
