"""What a scripted callee can say, sorted by what it does: the card's own samples first, a plain stock behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

from ..evaluators.language import read_callee
from ..evaluators.language.text import count_characters
from ..evaluators.patterns import compiled
from ..evaluators.utterances import Frozen
from .cards.models import CalleeCard

Kind = Literal[
    "go_on", "sales", "doubt", "repeat", "no_feedback", "negative", "positive", "busy", "channel", "complaint",
    "refusal", "hangup", "silence", "push", "trouble", "confide", "mutter",
]  # fmt: skip
"""What a line does in a call. `push`: said over the caller, to make him come to the point; `trouble`: no consequences,
please; `confide`: what he hardly ever says, and takes back; `mutter`: to himself, on the way off the line."""


class StockLine(Frozen):
    """One line, and where it stands in the card; None: from the stock below."""

    text: str
    line: int | None = None


# For cards that give no sample of a kind. Plain on purpose: a card's own samples carry the character.
_STOCK: Final[Mapping[Kind, tuple[str, ...]]] = {
    "go_on": ("嗯，你说。", "咋了？", "说吧，快点。", "有事说事。", "接着说。"),
    "sales": ("卖东西的吧？", "又是推销？", "你是搞推销的吧？", "不会又要推销吧？"),
    "doubt": ("问了也白问。", "打了有什么用？", "哪次不是走个过场。", "打了也白打。"),
    "repeat": ("啥？没听清。", "你再说一遍？", "刚才太吵，你说啥？", "什么问题？"),
    "no_feedback": ("没有。", "没啥。", "没啥意见。", "没意见，都正常。"),
    "negative": ("等了好久。", "有点贵。", "服务有点慢。", "没说清楚，白跑一趟。"),
    "positive": ("挺好的。", "还行，挺满意。", "没毛病，挺满意。", "服务不错。"),
    "busy": ("这会儿正忙。", "手头有事，没空。", "正忙着，没工夫。", "走不开，忙着呢。"),
    "channel": ("要不你发短信吧。", "发我手机上，我回头看。", "有事发微信。", "你们发个短信不就完了。"),
    "complaint": ("一天好几个电话，烦不烦。", "别再给我打了。", "你们电话也太多了。", "能不能别老打？"),
    "refusal": ("不用了。", "没必要。", "算了，不想说。", "改天再说吧。"),
    "push": ("说重点。", "什么事？直接说。", "你就说啥事。", "长话短说。", "讲重点行不行？"),
    "trouble": (
        "说了又得让客服来回找我。",
        "提了还不是我自己麻烦。",
        "说了还得陪你们走流程。",
        "说了你们又要我填这填那。",
    ),
    "confide": (
        "怎么老找我，我是不是被你们盯上了……算了，当我没说。",
        "这几天忙得饭都顾不上……哎，跟你说这个干嘛。",
        "要真能省我点事也行……算了算了，不说了。",
    ),
    "mutter": ("又来……", "天天打……", "烦死了……", "没完了……"),
    "hangup": ("行了，挂了。", "就这样，挂了啊。", "不说了，拜拜。", "好了好了，挂了。"),
}

# For cards that speak of goods.
_OF_GOODS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "negative": ("箱子角压扁了，别的没啥。", "送得有点慢。", "放门口也不打个招呼。", "外包装破了个口子。"),
    "positive": ("送得挺快。", "东西没错，挺满意。", "挺好的。", "小伙子人不错。"),
}
_GOODS = compiled(r"送货|收货|配送|快递|包裹|物流|货物|到货")

_KIND_OF: Final[Mapping[str, Kind]] = {
    "hangup": "hangup",
    "angry": "complaint",
    "busy": "busy",
    "asks_channel": "channel",
    "complaint_about_calls": "complaint",
    "refusal": "refusal",
    "no_feedback": "no_feedback",
    "feedback_negative": "negative",
    "feedback_positive": "positive",
    "asks_if_sales": "sales",
    "asks_repeat": "repeat",
    "identity_confirm": "go_on",
    "other": "go_on",
}

# 又问一遍？, 没啥问题，挂了: nobody says so who has not been asked.
_NOTHING_TO_SAY: Final = compiled(r"没(?:啥|什么|有)?(?:问题|意见)|没事")
_OF_A_QUESTION: Final = compiled(r"又问|再问|要问|什么问题|听见了|没(?:啥|什么|有)?(?:问题|意见)|没事")

_BEFORE_HE_SPEAKS = compiled(r"(?:回答|开口|说话)(?:之)?前")
_AFTER_A_SOUND: Final = frozenset({"no_feedback", "negative", "positive", "busy"})
FILLER_SHARE: Final = 0.3
"""How often he makes a sound before such a line."""
CARD_SHARE: Final = 0.7
"""How often the card's own line is taken where the stock would have one too."""


def kind_of(text: str) -> Kind | None:
    """What a line does in a call, or None for one that no callee can be given to say by chance."""
    act = read_callee(text)
    if act.intent in ("busy", "asks_if_sales") and not act.must_exit:
        return "go_on" if act.intent == "busy" else "sales"
    if act.intent == "complaint_about_calls" and not act.must_exit:
        return "doubt"
    return _KIND_OF.get(act.intent)


def _kinds_of(text: str) -> Iterator[Kind]:
    """Every kind of line that a sample of a card can serve as."""
    kind = kind_of(text)
    if kind is not None:
        yield kind
    # 没啥问题，挂了 answers the question as well as it ends the call.
    if kind in ("hangup", "complaint", "refusal") and _NOTHING_TO_SAY.search(text):
        yield "no_feedback"


def _fillers(card: CalleeCard) -> Iterator[str]:
    """The sounds that he makes before he answers. The seed: 回答前有“嗯、哦、行吧”."""
    for behaviour in card.behaviours:
        if _BEFORE_HE_SPEAKS.search(behaviour.text):
            yield from (part for phrase in behaviour.phrases for part in re.split(r"[、，,]", phrase) if part)


def _short(lines: dict[Kind, list[StockLine]], longest: int | None) -> dict[Kind, list[StockLine]]:
    if longest is None:
        return lines
    return {kind: [line for line in some if count_characters(line.text) <= longest] for kind, some in lines.items()}


class LineStock:
    """The lines of one callee."""

    def __init__(self, card: CalleeCard, about: str = "", longest: int | None = None) -> None:
        """`about`: what the call is about, in the card's words; `longest`: characters of the longest line that he may
        say."""
        own: dict[Kind, list[StockLine]] = {}
        texts_of: dict[Kind, tuple[str, ...]] = {**_STOCK, **(_OF_GOODS if _GOODS.search(about) else {})}
        for text, line in _samples(card):
            for kind in _kinds_of(text):
                own.setdefault(kind, []).append(StockLine(text=text, line=line))
        stock: dict[Kind, list[StockLine]] = {
            kind: [StockLine(text=text) for text in texts] for kind, texts in texts_of.items()
        }
        self._own, self._stock = _short(own, longest), _short(stock, longest)
        self._longest = longest
        self._fillers = tuple(_fillers(card))

    def begun(self, kind: Kind, line: StockLine, draw: float) -> str:
        """The line as he says it: one of the stock now and then behind a sound that his card gives him (嗯，没有)."""
        if line.line is not None or kind not in _AFTER_A_SOUND or not self._fillers or draw >= FILLER_SHARE:
            return line.text
        made = f"{self._fillers[int(draw / FILLER_SHARE * len(self._fillers))]}，{line.text}"
        return line.text if self._longest is not None and count_characters(made) > self._longest else made

    def drawn(self, kind: Kind, used: Iterable[str], draw: float, *, asked: bool = True) -> StockLine:
        """One line of `kind` that he has not said yet, chosen by `draw` in [0, 1).

        Until he has heard the question (`asked`), no line that speaks of one.
        """
        said = set(used)
        own = [line for line in self._own.get(kind, ()) if line.text not in said]
        stock = [line for line in self._stock.get(kind, ()) if line.text not in said]
        if not asked:
            own, stock = ([line for line in lines if not _OF_A_QUESTION.search(line.text)] for lines in (own, stock))
        if not own and not stock:
            # He has nothing new of that kind left to say, so he makes an end.
            rest = [line for line in self._stock["hangup"] if line.text not in said]
            return rest[0] if rest else StockLine(text="")
        if own and (not stock or draw < CARD_SHARE):
            share = CARD_SHARE if stock else 1.0
            return own[int(draw / share * len(own))]
        low = CARD_SHARE if own else 0.0
        return stock[int((draw - low) / (1 - low) * len(stock))]


def voices(card: CalleeCard) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is heard around the callee: other people's voices, and what he calls out to them himself."""
    around = [sample.text for sample in card.imitate if sample.is_background]
    calls = [phrase for pattern in card.behaviours if pattern.is_background for phrase in pattern.phrases]
    return tuple(around + [text for text in calls if "等" not in text]), tuple(t for t in calls if "等" in t)


def _samples(card: CalleeCard) -> list[tuple[str, int]]:
    samples = [(s.text, s.line) for s in card.imitate if not s.is_background]
    samples += [(text, b.line) for b in card.behaviours if not b.is_background for text in b.says]
    return list(dict(samples).items())
