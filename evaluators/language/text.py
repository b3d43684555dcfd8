"""Text as the patterns want it: folded to one spelling, with the way back to the characters as they were given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ..utterances import Span

READ_LIMIT = 2000
"""Of a longer text only the first and the last half of this many characters are read: nobody says more in one breath,
and work must not grow with the input. The tail is read so that nothing hides there."""

# Common traditional characters and their simplified twins, position by position.
_TRADITIONAL = (
    "們說話電這個為會來時間過還沒問題買賣貨單號訊簡點錢務員經總給請謝對開關無並樣後從頭學"
    "車東長門見覺聽講誰話麼嗎壞爛髒濕裝錯誤遲慢晚準確應該歡讓記錄認識張強劉陳楊黃趙吳孫鄭"
    "馮蔣韓楓許鄧蕭葉蘇盧鐘譚陸賈鄒萬龍賀賴龔錢湯價實幾數據興趣業辦醫趕緊進現備線網絡發與"
    "將當條處體戶歲廣產係聯絡絕訂購評價顧機訴煩惱擾禮貌態滿願顯氣熱愛歷機構師傅願結級紅約"
    "組終統續維綠績編罵馬駕驗騙貴費資質賓贊跡轉輕輸違遠選邊郵鄉釋錄鍵鎖響頁項順預領頻顏餘"
    "館鬧麗寫寶將專導層屬幫廠廳彈徑復憶懷戰擔擇擊據擴擺搶損撥斷樂樓權歸歐減準溫濟灣滅燈爭"
    "牽獎獲環異療盡監盤碼禁稱種積穩窮筆節築籤紀細紹紙練羅義習聲聰職腦臉腳臨舉舊莊華葯蓋藝"
    "補裡裏規視親觀觸訓託試詢詳誠調談證議護讀變負財責貼賠賬賺購趨軟較載輔輛輪農遞適遷鄰醬"
    "銀銷鋪錶鐵閉閒閱陣陰陽隊階際隨難雙雜離雲需靈靜頂頓飛飯飲餐驚鬆點齊齡喫妳臺週箇佔喚啟"
)
_SIMPLIFIED = (
    "们说话电这个为会来时间过还没问题买卖货单号讯简点钱务员经总给请谢对开关无并样后从头学"
    "车东长门见觉听讲谁话么吗坏烂脏湿装错误迟慢晚准确应该欢让记录认识张强刘陈杨黄赵吴孙郑"
    "冯蒋韩枫许邓萧叶苏卢钟谭陆贾邹万龙贺赖龚钱汤价实几数据兴趣业办医赶紧进现备线网络发与"
    "将当条处体户岁广产系联络绝订购评价顾机诉烦恼扰礼貌态满愿显气热爱历机构师傅愿结级红约"
    "组终统续维绿绩编骂马驾验骗贵费资质宾赞迹转轻输违远选边邮乡释录键锁响页项顺预领频颜余"
    "馆闹丽写宝将专导层属帮厂厅弹径复忆怀战担择击据扩摆抢损拨断乐楼权归欧减准温济湾灭灯争"
    "牵奖获环异疗尽监盘码禁称种积稳穷笔节筑签纪细绍纸练罗义习声聪职脑脸脚临举旧庄华药盖艺"
    "补里里规视亲观触训托试询详诚调谈证议护读变负财责贴赔账赚购趋软较载辅辆轮农递适迁邻酱"
    "银销铺表铁闭闲阅阵阴阳队阶际随难双杂离云需灵静顶顿飞饭饮餐惊松点齐龄吃你台周个占唤启"
)
# One spelling for what sounds the same or differs in politeness only.
_ALIKE = dict(zip("您噢喔欸诶咹俺嗳掛別甭兩傳幹聊係嘅", "你哦哦哎哎啊我哎挂别别两传干聊系的", strict=True))
_QUOTES = "\"“”„‟‘’'「」『』《》«»`"
_MARKS = {"、": "、", "。": "。", "【": "[", "】": "]", "〔": "[", "〕": "]", "〈": "<", "〉": ">", "—": "—", "～": "~"}


class _Fold(dict[str, str]):
    """One character to its folded form, worked out when first met."""

    def __missing__(self, char: str) -> str:
        folded = _MARKS.get(char)
        if folded is None:
            folded = _fold(char)
        self[char] = folded
        return folded


def _fold(char: str) -> str:
    if char in _QUOTES:
        return '"'
    if char.isspace():
        return "\n" if char in "\n\r\x0b\x0c\u2028\u2029" else " "
    if unicodedata.category(char) in {"Cf", "Cc", "Mn", "Cs"}:
        return ""
    folded = unicodedata.normalize("NFKC", char).lower()
    return "".join(_SIMPLER.get(part, part) for part in folded if not part.isspace())


_SIMPLER = dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)) | _ALIKE
_FOLD = _Fold()
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
# A single Han character between blanks: the mark of a recogniser that writes 不 用 了.
_LONE_HAN = re.compile(r"(?:^| )[\u4e00-\u9fff](?= |$)")
# A blank that only sets off Latin words or digits (在 App 留言), or stands beside a mark.
_IDLE_BLANK = re.compile(r"(?<=[a-z0-9]) (?=[^a-z0-9])|(?<=[^a-z0-9]) (?=[a-z0-9])|(?<=[^\w]) | (?=[^\w])")


class Normal:
    """A folded text and, for each of its characters, where it came from."""

    __slots__ = ("offsets", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        chars: list[str] = []
        offsets: list[int] = []
        for start, piece in _pieces(original):
            for index, char in enumerate(piece, start):
                folded = _FOLD[char]
                if len(folded) == 1:
                    chars.append(folded)
                    offsets.append(index)
                elif folded:
                    chars.extend(folded)
                    offsets.extend([index] * len(folded))
        self.text, self.offsets = _without_idle_blanks("".join(chars), offsets)

    def span(self, start: int, end: int) -> Span | None:
        """The piece `text[start:end]` in characters of the original; None for an empty piece."""
        if start >= end:
            return None
        first, last = self.offsets[start], self.offsets[end - 1] + 1
        return Span(start=first, end=last, text=self.original[first:last])


def folded(text: str) -> Normal:
    """`Normal(text)`, made once for the readers and the rules that look at the same turn."""
    # A text beyond the limit is rare, and too large to be kept.
    return _folded(text) if len(text) <= READ_LIMIT else Normal(text)


_folded = lru_cache(maxsize=512)(Normal)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    if len(text) <= READ_LIMIT:
        yield 0, text
        return
    half = READ_LIMIT // 2
    yield 0, text[:half]
    yield len(text) - half, "\n" + text[len(text) - half + 1 :]


def _without_idle_blanks(text: str, offsets: list[int]) -> tuple[str, list[int]]:
    if " " not in text:
        return text, offsets
    lone = len(_LONE_HAN.findall(text))
    spelled_out = lone >= 2 and lone * 2 > text.count(" ")
    idle = {match.start() for match in _IDLE_BLANK.finditer(text)}
    keep = [
        index
        for index, char in enumerate(text)
        if char != " " or not (spelled_out or index in idle or text[index - 1 : index] in ("", " "))
    ]
    return "".join(text[index] for index in keep), [offsets[index] for index in keep]


class Clause(NamedTuple):
    """A stretch of folded text without a pause, where it starts, and the marks that end it."""

    text: str
    start: int
    mark: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


# Pauses that a writer marks. 、 joins the parts of one clause and is none; a point within a number is none.
_PAUSE = re.compile(
    r'[,。!?;:\n"…—~|]+|\.(?!\d)|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])|[()\[\]{}<>]',
)


def clauses(text: str, start: int = 0) -> list[Clause]:
    """`text` cut at its pauses; `start` is where it lies in the folded whole."""
    found: list[Clause] = []
    begin = 0
    for pause in _PAUSE.finditer(text):
        piece = text[begin : pause.start()]
        if piece.strip():
            found.append(Clause(piece, start + begin, pause.group()))
        elif found:
            last = found[-1]
            found[-1] = Clause(last.text, last.start, last.mark + pause.group())
        begin = pause.end()
    if text[begin:].strip():
        found.append(Clause(text[begin:], start + begin, ""))
    return found


def has_words(text: str) -> bool:
    """Whether anything in `text` could be said aloud."""
    return any(char.isalnum() for char in text)


def count_characters(text: str) -> int:
    """Letters, digits and Han characters: what a card's limit counts."""
    return sum(map(str.isalnum, text))
