"""A customer's line in plain words: clauses of standard Mandarin, without what only carries the talk."""

from __future__ import annotations

from typing import Final, NamedTuple

from ..evaluators.language.text import folded
from ..evaluators.patterns import compiled

# What dialects, and recognisers, say otherwise. A word that stands for itself holds a shorter one that must not match.
_OTHER_WORDS: Final = """
    什么=什么 舍么=什么 什莫=什么 甚么=什么 神马=什么 啥子=什么 啥玩意=什么 啥=什么 么子=什么 乜嘢=什么 乜=什么 咩=什么
    哪样=什么 么事=什么事 做甚=干什么 弄啥子=干什么 弄啥=干什么 整啥=干什么 搞啥=干什么 干啥子=干什么 干啥=干什么
    做啥=干什么 干嘛=干什么 干么=干什么 做什么=干什么 搞什么=干什么 做咩=干什么
    为何=为什么 何故=为什么 为哪样=为什么 为啥子=为什么 为啥=为什么 为么子=为什么 为嘛=为什么 点解=为什么
    咋个=怎么 咋子=怎么 咋样=怎么样 咋=怎么 如何=怎么 咋整=怎么办 怎么整=怎么办 怎么弄到=怎么弄到 怎么弄=怎么办
    咋弄=怎么办 咋搞=怎么办 咋办=怎么办
    哪儿=哪里 边度=哪里 哪嘎达=哪里 哪疙瘩=哪里 哪旮瘩=哪里 哪哈=哪里 边个=谁
    几时=什么时候 啥时候=什么时候 啥时=什么时候 多咱=什么时候 多会儿=什么时候 何时=什么时候
    几多=多少 好多钱=多少钱 几钱=多少钱 几块钱=多少钱
    莫得=没有 冇得=没有 没得=没有 木有=没有 有冇=有 冇有=没有 冇=没有
    莫名=莫名 莫非=莫非 莫=别 唔好=别 甭=别 休要=别 勿要=别 勿=别 覅=别 唔使=不用 唔系=不是 唔该=请 唔=不
    得不得行=行 得不得=会 要不要得=行 晓得不=知道 晓得=知道 不得行=不行 要得=行 成不成=行 中不中=行 成不=行 中不=行
    而家=现在 依家=现在 听日=明天 明儿=明天 寻日=昨天 昨儿=昨天 今儿=今天
    娃娃=孩子 娃儿=孩子 娃=孩子 小孩=孩子 细路=孩子 牙巴=牙 脑壳=头 佢=他 恁们=你们 恁=你 侬=你 你哋=你 伲=我
    阿拉=我 我哋=我 揾=找 畀=给 俾=给 喺=在 讲=说 话我知=告诉我 简讯=短信 整完=做完 弄完=做完 搞完=做完
"""
_STANDARD: Final[dict[str, str]] = {
    word: standard for word, _, standard in (pair.partition("=") for pair in _OTHER_WORDS.split())
}
_OTHER_WORD: Final = compiled("|".join(sorted(_STANDARD, key=len, reverse=True)))
# A question by its positive and its negative half is one half: 能不能 is 能, 行不行 is 行, 有没有 is 有.
_EITHER: Final = compiled(r"([一-鿿]{1,2})(?:不|没)\1")
# Who the caller is, asked by 你: the word must be saved, for pronouns fall away.
_WHO: Final = compiled(r"你们?(?:那边|这边)?(?:到底)?是?(?:谁|哪位|哪里的?$|哪里打)")
# He announces that he asks or tells something, and then does.
_LEAD_IN: Final = compiled(
    r"(?:(?:[我还就先再正]*(?:想|要|得)[再先]?(?:请问|问问|问|了解|咨询|打听|请教)|[我先再就]+(?:请问|问问|问)"
    r"|(?<![别用])问一下|请问|请教|麻烦问|顺便问)(?:一下|一句|一声|问|下|你们|你)*"
    r"|我?[跟和给]你们?直?说(?:一下|一声|啊|吧)?|你就?直说|你听我说|我就?想知道|告诉我|我的意思是|是这样)"
)
# Marks and blanks, and the particles that end a sentence: recognised speech often has nothing else.
_PAUSE: Final = compiled(r"[^\w]+|[吗吧呗呢啊啦咯嘞呀喽哟]+")
# A bare 不 or 没 behind a sentence asks: 签收了没. So does 没有 behind 了 or 过.
_TAG: Final = compiled(r"(?<=[^有])[不没]$|(?<=[了过])没有$")
# What asks, and what turns to another matter: 没意见，就是包装太薄.
_ASKS: Final = compiled(
    r"什么|怎么|多少|几|哪|谁|能|可以|多[久长远大]|[会有是要]没?不|[一-鿿][不没]$|行$"
    r"|^(?:就是|不过|但是|可是|只是|另外|还有|顺便)"
)
# Light words, behind the words that only look as though they held one.
_LIGHT: Final = compiled(
    r"(着急|还款|还钱|还车|归还|退还|偿还|还贷|还剩|还是|个人|个税|了解|了结|真人|真假|真的假|真品|就诊|就医|就业|申请|请假"
    r"|成都|首都|都市|这样|那样|被子|个体|给付|供给|把握|把手|是非|目的|的士|打的|[那这]单|你们的人|其他)"
    r"|麻烦(?=[你帮给问请])|一下子?|一点儿?|到底|究竟|其实|反正|已经|真的|真|千万|哦|喂|哎|嗯|呃|唉|诶|嘿|哼|噢|哈|嘛|喏"
    r"|那个|这个|这么|那么|那边|这边|还(?=[有能要在没不会得可想用需挺算])|(?<![女幼少婴孤])儿(?![子童女])"
    r"|(?<![一二两三四五六七八九十几多好半0-9])个|[我你您他她它们咱这那的了着就都也又给把被帮请啊]"
)


class Clause(NamedTuple):
    """A stretch of a line, bare of what carries no meaning, and whether it asks."""

    text: str
    asks: bool


def plain(line: str) -> list[Clause]:
    """The clauses of `line` in plain words; those that say nothing are left out."""
    text = _OTHER_WORD.sub(lambda found: _STANDARD[found[0]], folded(line).text.replace(" ", ","))
    text = _LEAD_IN.sub(",", text)
    clauses: list[Clause] = []
    begin = 0
    for pause in _PAUSE.finditer(text):
        _add(clauses, text[begin : pause.start()], "吗" in pause[0] or "?" in pause[0])
        begin = pause.end()
    _add(clauses, text[begin:], False)
    return clauses


def bare(words: str) -> str:
    """`words` without the light ones."""
    return _LIGHT.sub(r"\1", words)


def _add(clauses: list[Clause], text: str, marked: bool) -> None:
    if not text:
        return
    words = bare(_EITHER.sub(r"\1", _WHO.sub("哪位", _TAG.sub("", text))))
    if words:
        clauses.append(Clause(words, marked or _ASKS.search(text) is not None))
