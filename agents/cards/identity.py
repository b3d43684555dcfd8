"""Who the card says is calling, for whom, and who picks up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ...evaluators.patterns import compiled
from .models import Card

_SURNAMES = (
    "欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|夏侯|"
    "[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛范彭郎鲁韦马苗方俞任袁柳史唐费廉岑薛雷贺倪汤滕罗毕郝邬安常乐于"
    "傅皮卞齐康伍余卜顾孟黄穆萧尹姚邵汪祁毛狄米明臧计成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季麻贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万柯卢莫房裘丁"
    "邓郁单洪包左石崔吉龚程邢裴陆荣翁甄曲封靳段焦巴牧谷车侯全班仰秋仲伊宫宁仇甘厉祖武符刘景詹束龙叶幸司黎白蒲赖卓蔺蒙池乔谭申冉桑桂牛尚温庄晏柴瞿阎"
    "连习艾容向古易慎戈廖终居衡步都耿满文寇广东欧沃利隆师聂晁关荆游权楚闫肖代邸冼岳]"
)
_JOB = (
    r"(客户关系|客户服务|客户|大客户|服务|区域|销售|产品|健康|口腔|咨询|回访)?"
    r"(经理|专员|客服|顾问|助理|主管|代表|护士长?|医生|老师|管家|店长|前台|坐席|座席|回访员|工作人员|人员)"
)
_NAME = rf"(?:{_SURNAMES})[一-龥]{{1,2}}"
_NAMED_BY_JOB = compiled(rf"{_JOB}[：:，、\s]*(?P<name>{_NAME})(?=[（(，,。、；;\s]|$)")
_NAMED_FIRST = compiled(rf"\s*(?:姓名|名字|我是|我叫|你是|名叫)?[：:\s]*(?P<name>{_NAME})(?=[（(，,。、；;\s]|$)")
_NAMED_BY_SEX = compiled(rf"(?P<name>{_NAME})(?=[（(][男女])")
_INTRODUCTION = compiled(r"(?:我是|我叫|这里是|这边是|我们是)(?P<who>[^，,。！!？?；;]{2,40})")
_COMPANY_PREFIX = compiled(
    r"[一-龥A-Za-z0-9·]{1,12}?(平台|公司|集团|银行|医院|诊所|口腔|门诊|商城|超市|学校|物流|快递|保险|证券|酒店|科技|中心|旗舰店|4S店)"
)
_ADDRESSED = compiled(
    r"(?:请问|您好|你好|喂)[，,]?(?:请问)?(?:您?是)?"
    r"(?P<called>(?P<name>[一-龥·]{1,8}?)(?:先生|女士|小姐|老板|师傅))(?=在|吗|方便|[，,。？?！!])"
)


def caller_names(card: Card) -> tuple[str, ...]:
    """What the caller is called."""
    names = list(card.settings.names.caller)
    for piece in card.caller.role:
        for pattern in (_NAMED_BY_SEX, _NAMED_BY_JOB):
            names.extend(match["name"] for match in pattern.finditer(piece.text))
        first = _NAMED_FIRST.match(piece.text)
        if first:
            names.append(first["name"])
    for line in _opening_texts(card):
        for intro in _INTRODUCTION.finditer(line):
            tail = re.search(rf"(?P<name>{_NAME})$", intro["who"])
            head = intro["who"][: tail.start()] if tail else ""
            if tail and (not head or re.search(rf"{_JOB}$|的$|[\s·]$", head)):
                names.append(tail["name"])
    return _unique(names)


def companies(card: Card) -> tuple[str, ...]:
    """What the caller may call his company: the words before his job and name, and the company's own name in them."""
    found = list(card.settings.names.companies)
    own = caller_names(card)
    texts = [intro["who"] for line in _opening_texts(card) for intro in _INTRODUCTION.finditer(line)]
    texts += [re.split(r"[，,。（(]", piece.text)[0] for piece in card.caller.role]
    for text in texts:
        unnamed = text
        for name in own:
            unnamed = unnamed.removesuffix(name)
        employer = re.sub(rf"((的)?{_JOB})+$", "", unnamed).strip().removesuffix("的")
        if employer == text:
            continue  # neither a name nor a job behind it: no introduction
        core = _COMPANY_PREFIX.match(employer)
        if core:
            found.append(core[0])
        if 2 <= len(employer) <= 16:
            found.append(employer)
    return _unique(found)


def callee_names(card: Card, facts: Mapping[str, str]) -> tuple[str, ...]:
    """What the callee may be called: by his card, by the contact, and as the script's lines address him."""
    names = list(card.settings.names.callee)
    names += [facts[key] for key in ("name", "title") if key in facts]
    for piece in card.callee.role[:1]:
        first = _NAMED_FIRST.match(piece.text) or _NAMED_BY_SEX.search(piece.text)
        if first:
            names.append(first["name"])
    for line in _opening_texts(card):
        match = _ADDRESSED.search(line)
        if match:
            names += [match["called"], match["name"] if len(match["name"]) > 1 else ""]
    forms = ["先生", "女士", "小姐", "老板", "总", "师傅"]
    said = "".join([*names, *(piece.text for piece in card.callee.role)])
    used = [form for form in forms if form in said and (len(form) > 1 or "总经理" in said)]
    if not set(used) & {"先生", "女士", "小姐"}:
        used += ["先生", "女士"]
    addressed = [f"{name[0]}{form}" for name in names if re.fullmatch(_NAME, name) for form in used]
    return _unique([*names, *addressed])


def _opening_texts(card: Card) -> tuple[str, ...]:
    lines = [card.caller.opening, *card.caller.other_openings]
    lines += [line for step in card.caller.steps[:1] for line in step.lines]
    return tuple(line.text for line in lines if line is not None)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip() and "{" not in name))
