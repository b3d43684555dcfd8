"""Turns put together from parts: what belongs to a question, and what is another one.

速度呢，快不快 is one question, 速度快不快包装好不好 are two; no author writes enough turns of each build. Here are the
builds, with the counts that the rules give them (rules.md, `questions`); around them stand clauses of labelled turns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from random import Random
from typing import Any, Final, Literal, NamedTuple

from .train import unmarked

_ROWS: Final = 6000


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


class Aspect(NamedTuple):
    """Something about a delivery that can be asked after: how it is called, and what of it."""

    names: tuple[str, ...]
    either: tuple[str, ...]
    """正反."""
    whether: tuple[str, ...]
    """是非."""
    good: tuple[str, ...]
    bad: tuple[str, ...]


_ASPECTS: Final = (
    Aspect(
        ("速度", "送货速度", "送货", "时效", "配送", "到货", "这趟货送得", "货到得", "路上走得"),
        (
            "快不快",
            "慢不慢",
            "准不准时",
            "及不及时",
            "晚没晚",
            "按没按点",
            "拖没拖",
            "有没有耽误",
            "是不是准点",
            "有没有晚到",
        ),
        ("快吗", "准时吗", "及时不", "还行吗", "赶得上吗", "误事没有", "顺利吗", "晚了没"),
        ("准时", "按点到", "快", "上午到的", "当天就到"),
        ("晚了", "拖了两天", "慢", "下午才到", "误了点"),
    ),
    Aspect(
        ("包装", "箱子", "外箱", "纸箱", "打包", "盒子", "封口"),
        (
            "好不好",
            "牢不牢",
            "结不结实",
            "破没破",
            "严不严实",
            "烂没烂",
            "湿没湿",
            "有没有破",
            "有没有压坏",
            "是不是完好",
        ),
        ("完好吗", "结实吗", "过关吗", "破了没", "还行不", "有破的没有", "进水没"),
        ("完好", "结实", "一点没破", "包得严"),
        ("破了", "瘪了", "湿了", "散了架"),
    ),
    Aspect(
        ("师傅", "配送员", "小哥", "司机", "送货师傅", "师傅态度", "送货的人", "快递员", "师傅说话"),
        (
            "客不客气",
            "好不好",
            "冲不冲",
            "礼不礼貌",
            "耐不耐烦",
            "和不和气",
            "有没有乱扔",
            "帮没帮您搬",
            "有没有提前打电话",
        ),
        ("客气吗", "周到吗", "有礼貌不", "送上楼了吗", "还行吗", "给您打电话了没", "守规矩吗"),
        ("客气", "提前打了电话", "送上了楼", "手脚轻"),
        ("不耐烦", "没打招呼", "放在楼下就走", "甩脸子"),
    ),
    Aspect(
        ("货", "东西", "数量", "件数", "货品", "零件", "里头的货", "单子跟货"),
        ("齐不齐", "对不对", "全不全", "少没少", "缺没缺", "够不够数", "有没有磕着", "有没有漏的", "是不是都在"),
        ("齐吗", "对得上吗", "够数吗", "都好着吗", "少件没有", "点清了没", "没磕坏吧"),
        ("齐", "数目对", "一件不少"),
        ("少了", "磕坏了", "发错了"),
    ),
    Aspect(
        ("签收", "验货", "卸货", "搬运", "预约", "上门", "交接"),
        ("顺不顺", "麻不麻烦", "费不费事", "方不方便", "顺不顺利", "有没有卡壳", "乱不乱"),
        ("顺利吗", "麻烦吗", "方便不", "省心吗", "顺当不"),
        ("顺利", "省事", "一次弄完"),
        ("麻烦", "折腾了半天", "等了好久"),
    ),
)
_WHICH: Final = _words(
    """
    怎么样 如何 咋样 有什么要改的 哪里不好 有啥毛病 有什么问题 哪儿不称心 有什么不满意的地方
    """
)
_OPENERS: Final = _words(
    """
    您说说 您给说说 您讲讲 麻烦您讲讲 麻烦您说一下 能不能跟我说说 能不能麻烦您说一说 能给我讲讲 可不可以讲讲
    方便的话讲一下 想问问您 想问一下 跟您打听一下 请教您一句 跟您核实一下 不知道 不晓得 也不知道 您评评
    请您评价一下 请问 您觉得 您看 您感觉 我想了解一下 想听您说说 就问您一句 最后问一下 劳您讲一句 您告诉我
    """
)
_REQUESTS: Final = 9
"""So many of the openers, the first ones, ask for something to be told."""
_INVITED: Final = _words(
    """
    您讲一声 您说 您直说 您说说呗 随便讲两句 讲两句呗 一句话就行 一个字就行 说一声就成 我记一下就好 有啥说啥
    好的坏的都行 您照实说就好 挑一样说就行 简单说就可以 说完就结束 不满意的也能讲 您尽管说 我听着 随意说即可
    """
)
_TAGS: Final = ("好吗", "好吧", "可以吗", "行吗", "行不行", "成不成", "成不", "好不好", "行吧", "可以不", "中不中")
_BELONGING: Final = ("呢", "方面呢", "这块儿呢", "这一块呢", "上呢", "那头呢", "这边呢", "啊", "嘛", "这方面")
_ASKED_OF: Final = _words(
    """
    哪里不满意 哪里要改 哪儿不顺手 哪里做得不好 送货的感受 收货的感受 您的意见 对配送的看法 最不满意的一样
    什么地方让您不舒服 对师傅的印象 心里的实话 哪一步最费事 有哪些要改进的
    """
)
_HAVE: Final = ("有什么", "有啥", "要是有", "有", "要有", "但凡有", "如果有什么")
_MATTER: Final = _words(
    """
    意见 建议 不满意的 不称心的 要改的 想让我们改的 不顺手的 毛病 想说的 觉得不对的
    """
)
_TELL: Final = ("您讲一句", "您直说", "您就说", "您告诉我", "就跟我讲", "您提一提", "请您讲", "您吱一声", "就讲")
_ELSE: Final = ("没有就算", "没有就说没有", "没有我就挂", "没有也没关系", "没有您就挂", "没有也行")
_SCORES: Final = _words(
    """
    您给打个分 您从一到五里挑个数 五颗星您给几颗 您打几分 满分十分您给几分 请您打个分 就从五颗星里挑一颗
    您按一到五分评一下 您评个星 您给师傅评一评 您给个准话好还是不好 满意您就嗯一声 您说一声满意不满意
    您就讲一声有没有问题 您回一个好或者不好 您就说满意还是不满意 您给句评价 您挑个毛病
    您挑一样最不满意的说给我听 您给配送挑个错
    """
)
_HEARD: Final = _words(
    """
    想听听您对送货的意见 就想听一句您的看法 想知道您收货顺不顺 盼着听您说句实话 想收一句您的反馈
    特意来听您的意见
    """
)
_TELLS: Final = _words(
    """
    只做例行回访看看送货有没有问题 有没有意见都不要紧 好不好您心里有数 怎么送的我们都记着 有问题您联系平台客服
    什么都不用您做 哪天方便您自己定 有什么事找客服就行 您说的哪一条我都照写 不问您满不满意了 多少分都无所谓
    谁送的我们查得到 快不快慢不慢都已经过去了 就是确认送货没问题 您怎么说我就怎么记 要不要反馈由您
    我知道您忙不忙都不爱接电话 我把您说的快慢都记上
    """
)
_ELSEWHERE: Final = _words(
    """
    您找平台客服 您打客服电话 您给平台留言 您发短信就行 您在App上提 随时联系我们客服 客服都能办 您跟客服讲 您到平台上写
    留言也收
    短信告诉我们也行 直接联系平台客服即可 以后找客服说
    """
)
_LISTENING: Final = _words(
    """
    您说我记着 您慢慢说 您接着讲我听着 您说您说 您讲我在记 您说完我再写 嗯您继续 您讲着我记着 您尽管骂我都记
    您先说完 您别急慢慢讲
    """
)
_PLEADING: Final = _words(
    """
    就耽误您一秒 您先别挂 再给我十秒 就一句话说完就挂 您听我说完 一分钟都用不了 您等我把话讲完 就两句马上完 我话还没说呢
    您别急着挂 说完我立刻挂断 我就讲一句 真的就一句话 您就当帮帮我 您再听我一句 我保证不啰嗦 您给我个机会
    """
)
_THANKED: Final = _words(
    """
    谢谢您的评价 感谢您给的意见 您的打分我收到了 您的意见我原样写上 您给的建议我报上去 您的心情我懂 多谢您肯讲
    您说的我都写下了
    您的反馈对我们很要紧 您这句评价我记下了 每条意见都有人看 您不满意的地方我记了 您满意我们就放心 没意见就好 没问题就好
    """
)
_COMPLAINTS: Final = (
    "箱子破了",
    "送得太慢",
    "少了两件",
    "师傅态度差",
    "货磕坏了",
    "包装湿透了",
    "晚到了一天",
    "扔楼下就走了",
)
_FOLLOWED: Final = _words(
    """
    严重吗 多吗 厉害吗 多不多 严不严重 要紧吗 大不大 什么时候的事 是哪一天 几回了 有多久了 什么样的 谁呀
    破得厉害吗 少了几件 几点到的 磕在哪儿了 湿得多不多 晚了多久 他怎么说的 坏了几个 伤着里头的货没有 有没有打过电话
    """
)
_OF_ANYTHING: Final = 13
"""So many, the first ones, may be about anything."""
_WHICHES: Final = (
    _words("哪天送的 哪天到的 几号收到的 几点到的 几点送来的 什么时候送的 啥时候到的 是上午还是下午送的 星期几到的"),
    _words("谁签的字 谁签收的 谁收的 谁接的货 是哪位收的 谁卸的货 谁点的数 谁送的 是哪个师傅送的"),
    _words("放哪儿了 放在哪里的 搁哪儿了 送到哪个门 卸在什么地方 送到几楼 停在哪头"),
    _words("哪儿破了 哪里坏了 磕在哪儿 少了哪样 缺了什么 少了几件 破了几箱 坏了多少 丢了啥"),
    _words("他怎么说的 师傅说了什么 为啥晚 怎么会晚 为什么没上楼 怎么弄破的 咋摔的 是怎么放的"),
    _words("哪里好 哪里不好 好在哪里 差在哪儿 慢在哪里 哪一步最慢 哪一样最要紧 要怎么改 想让我们改什么"),
)
"""特指 about a delivery, by what they want to know."""


class Part(NamedTuple):
    """Pieces that a mark may stand behind: together one question, of this kind, or, where it has none, no question."""

    pieces: list[str]
    kind: Literal["q", "o", ""] = "q"


def composed(labelled: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows as the labelled sets hold them, every second one without marks."""
    draw = Random(_ROWS)
    around = _around(labelled)
    for number in range(_ROWS):
        build = draw.choices([*_OFTEN], [*_OFTEN.values()])[0]
        asked = build(draw)
        before, behind = (draw.sample(around, draw.choice(often)) for often in ((0, 0, 1, 1, 2), (0, 0, 0, 1)))
        if not (before or asked):
            before = draw.sample(around, 2)
        parts = [*(Part([each], "") for each in before), *asked, *(Part([each], "") for each in behind)]
        row = _row(parts, _marked(draw, parts) if number % 2 else repeat(""))
        told = build in (_followed, _said, _noted)
        yield row | {"last_callee": draw.choice(_COMPLAINTS)} if told else row


def _around(labelled: Sequence[dict[str, Any]]) -> list[str]:
    """Clauses of turns that ask nothing."""
    telling = (row["text"] for row in labelled if row.get("asking") == [])
    clauses = (clause for text in telling for clause in re.split(r"[，。！；,!;、\s]", text))
    return sorted({unmarked(clause) for clause in clauses if 2 <= len(clause) <= 14})


def _marked(draw: Random, parts: Sequence[Part]) -> Iterator[str]:
    """The mark behind each piece."""
    for part in parts:
        yield from (draw.choice("，，，。") for _ in part.pieces[1:])
        yield draw.choice("？？，。" if part.kind else "，，。")


def _row(parts: Sequence[Part], marks: Iterator[str]) -> dict[str, Any]:
    text = ""
    asking: list[list[str]] = []
    for part in parts:
        said = "".join(piece + mark for piece, mark in zip(part.pieces, marks, strict=False))
        text += said
        if part.kind:
            asking.append([part.kind, said.rstrip("，。？")])
    kinds = [part.kind for part in parts]
    counts = {"questions": kinds.count("q"), "other_questions": kinds.count("o"), "identity_question": False}
    return {"text": text, "asking": asking, **counts}


def _clause(draw: Random, aspect: Aspect | None = None, *, named: float = 0.8) -> str:
    """包装牢不牢."""
    aspect = aspect or draw.choice(_ASPECTS)
    how = draw.choice((aspect.either, aspect.either, aspect.either, aspect.whether, aspect.whether, _WHICH))
    name = draw.choice(aspect.names) if how is _WHICH or draw.random() < named else ""
    return name + draw.choice(how)


def _either(draw: Random, aspect: Aspect) -> str:
    return draw.choice(aspect.names) + draw.choice(aspect.either)


def _row_of_questions(draw: Random) -> list[Part]:
    """速度快不快，包装好不好，师傅客气吗: each counts."""
    named = draw.choice((0.2, 0.9))
    return [
        Part([_clause(draw, aspect, named=named)]) for aspect in draw.sample(_ASPECTS, draw.choice((2, 2, 2, 3, 3, 4)))
    ]


def _one_which_after_another(draw: Random) -> list[Part]:
    """哪天送的，谁签的字."""
    wanted = draw.sample(_WHICHES, draw.choice((1, 2, 2, 2, 3)))
    return [Part([draw.choice(each)]) for each in wanted]


def _joined_in_one(draw: Random) -> list[Part]:
    """速度快不快、包装好不好: one clause, one question."""
    one, other = draw.sample(_ASPECTS, 2)
    joins = draw.choice(("、", "、", "或者", "或", "或是", "还是"))
    return [Part([_either(draw, one) + joins + draw.choice((_either(draw, other), draw.choice(other.either)))])]


def _of_its_topic(draw: Random) -> list[Part]:
    """那包装呢，破没破."""
    aspect = draw.choice(_ASPECTS)
    topic = draw.choice(("那", "", "还有", "那么")) + draw.choice(aspect.names) + draw.choice(_BELONGING)
    return [Part([topic, draw.choice((*aspect.either, *aspect.whether, *_WHICH))])]


def _opened(draw: Random) -> list[Part]:
    """能不能跟我说说，师傅客不客气: the request and what it asks after are one."""
    opener, clause = draw.choice(_OPENERS), _clause(draw)
    return [Part(draw.choice(([opener + clause], [opener, clause])))]


def _opened_twice(draw: Random) -> list[Part]:
    """您给说说送货慢不慢，师傅冲不冲: what follows is another."""
    one, other = draw.sample(_ASPECTS, 2)
    behind = draw.choice(("", "", "再说说", "还有", "另外"))
    return [Part([draw.choice(_OPENERS) + _either(draw, one)]), Part([behind + _either(draw, other)])]


def _invited(draw: Random) -> list[Part]:
    """包装破没破，您讲一声: an invitation behind its question."""
    asked = [Part([_clause(draw, aspect)]) for aspect in draw.sample(_ASPECTS, draw.choice((1, 1, 2)))]
    return [*asked, Part([draw.choice(_INVITED)], kind="")]


def _tagged(draw: Random) -> list[Part]:
    """您说说哪里不满意，可以吗."""
    return [Part([*draw.choice((_requested, _requested, _scored))(draw)[0].pieces, draw.choice(_TAGS)])]


def _alternatives(draw: Random) -> list[Part]:
    """货是准时到的，还是晚了."""
    aspect = draw.choice(_ASPECTS)
    name = draw.choice(("", "您说", "您觉得", "到底")) + draw.choice(aspect.names) + draw.choice(("是", "", "算"))
    said = [name + draw.choice(aspect.good), "还是" + draw.choice(aspect.bad)]
    if draw.random() < 0.2:
        said.append("还是" + draw.choice(draw.choice(_ASPECTS).bad))
    said = [each + draw.choice(("", "", "呢")) for each in said]
    return [Part(draw.choice((said, ["".join(said)])))]


def _on_condition(draw: Random) -> list[Part]:
    """有什么要改的您讲一句，没有就算."""
    condition = draw.choice(("", "配送上", "对师傅", "包装上", "这趟货")) + draw.choice(_HAVE) + draw.choice(_MATTER)
    tells = draw.choice(_TELL)
    asked = Part(draw.choice(([condition + tells], [condition, tells])))
    return draw.choice(([asked], [asked, Part([draw.choice(_ELSE)], kind="")]))


def _scored(draw: Random) -> list[Part]:
    """您给打个分."""
    return [Part([draw.choice(_SCORES)])]


def _requested(draw: Random) -> list[Part]:
    """麻烦您讲讲哪里做得不好."""
    return [Part([draw.choice(_OPENERS[:_REQUESTS]) + draw.choice(_ASKED_OF)])]


def _to_be_heard(draw: Random) -> list[Part]:
    """就想听一句您的看法."""
    return [Part([draw.choice(_HEARD)])]


def _told(draw: Random) -> list[Part]:
    """有没有意见都不要紧, and perhaps a question behind it."""
    tells = Part([draw.choice(_TELLS)], kind="")
    return draw.choice(([tells], [tells, Part([_clause(draw, named=1)])]))


def _nothing(draw: Random) -> list[Part]:
    """What stands around questions, by itself."""
    return []


def _hinted(draw: Random) -> list[Part]:
    """有什么要改的您给平台留言: a hint for later."""
    condition = draw.choice(("", "以后", "后面", "配送上", "过后")) + draw.choice(_HAVE) + draw.choice(_MATTER)
    hint = draw.choice(_ELSEWHERE)
    return [Part(draw.choice(([condition + hint], [condition, hint])), "")]


def _said(draw: Random) -> list[Part]:
    """您说我记着, 您先别挂, 谢谢您的评价."""
    return [Part([draw.choice(draw.choice((_LISTENING, _PLEADING, _THANKED)))], "")]


def _noted(draw: Random) -> list[Part]:
    """箱子破了我记下了."""
    aspect = draw.choice(_ASPECTS)
    of_him = draw.choice(("", "您说的", "您反映的", "您讲")) + draw.choice(aspect.names) + draw.choice(aspect.bad)
    return [
        Part([of_him + draw.choice(("我记下了", "已记录", "这条我写上了", "我照实报上去", "我们会改", "都记着呢"))], "")
    ]


def _followed(draw: Random) -> list[Part]:
    """严重吗, behind his complaint: more of it is asked for."""
    return [Part([draw.choice(_FOLLOWED)])]


def _about_anything(draw: Random) -> list[Part]:
    """严重吗, by itself."""
    return [Part([draw.choice(_FOLLOWED[:_OF_ANYTHING])], "o")]


_OFTEN: Final[dict[Callable[[Random], list[Part]], int]] = {
    _row_of_questions: 5,
    _one_which_after_another: 3,
    _joined_in_one: 2,
    _of_its_topic: 3,
    _opened: 4,
    _opened_twice: 3,
    _invited: 3,
    _tagged: 3,
    _alternatives: 3,
    _on_condition: 3,
    _scored: 2,
    _requested: 1,
    _to_be_heard: 1,
    _told: 3,
    _nothing: 10,
    _hinted: 3,
    _said: 6,
    _noted: 3,
    _followed: 2,
    _about_anything: 1,
}
"""How often each build comes, beside the others."""
