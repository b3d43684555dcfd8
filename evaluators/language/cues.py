"""A cue: a named pattern over folded text. The name is what people see as the reason of a reading."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..patterns import compiled


class Cue(NamedTuple):
    name: str
    pattern: re.Pattern[str]


class Hit(NamedTuple):
    """A cue that was found, and where."""

    name: str
    start: int
    end: int


def cues(**patterns: str) -> tuple[Cue, ...]:
    """Named patterns, in the order in which they are tried."""
    return tuple(Cue(name.replace("_", "-"), compiled(pattern)) for name, pattern in patterns.items())


def first(known: tuple[Cue, ...], text: str) -> Hit | None:
    """The first cue, in the order of the table, that `text` holds."""
    for name, pattern in known:
        found = pattern.search(text)
        if found:
            return Hit(name, found.start(), found.end())
    return None


# Family names that begin a Chinese name; enough to tell 张强是谁 from 你是谁.
SURNAME = (
    "[欧上司诸夏皇尉公令慕东赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹喻苏潘葛范彭鲁韦马苗方俞任袁柳史唐费薛雷贺倪汤罗毕郝邬安常于傅齐康伍余顾孟黄"
    "穆萧尹姚邵汪祁毛狄米贝戴宋庞熊纪舒屈项祝董梁杜阮蓝闵贾路江童颜郭梅盛林钟徐邱骆高蔡田樊胡凌霍万柯管卢莫房丁邓洪包左石崔吉龚程邢裴陆翁段侯焦谷车全班秋仲宫宁仇甘厉"
    "祖武符刘叶白蒲赖卓屠池乔闻党谭申冉桑桂牛边燕尚温庄晏柴瞿阎习艾容向古易廖耿匡文寇广聂关荆游权益桓岳帅丘肖覃辛饶曾简龙代涂占]"
)
TITLE = "(?:先生|女士|小姐|老板|师傅|经理|老师|大哥|大姐|总|哥|姐|太太|同学|阿姨|叔叔|店长|主任|老师傅)"
