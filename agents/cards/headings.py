"""Which section a heading begins, whatever a team calls it. This table is the whole of the knowledge about it."""

from __future__ import annotations

import re

from ...evaluators.patterns import compiled
from .models import Party, SectionKey

PARTY_NAMES: dict[Party, str] = {"caller": "电话拨打方", "callee": "电话接听方"}

# The first pattern that is found in a heading names its section, so the narrower ones come first.
_CALLER: tuple[tuple[SectionKey, str], ...] = (
    ("opening", r"开场|开头语|问候语|首句|第一句话|opening|greeting"),
    ("ending", r"(条件|时机).*(结束语|结语|话术|告别)|(结束语|结语|告别语).*条件|^(通话|对话)?(结束|收尾)$|^ending"),
    ("exit_conditions", r"(结束|终止|退出|挂断|停止).*(条件|时机|情形|场景|规则)|何时(结束|挂断)|exit"),
    ("closing", r"结束|结语|收尾|告别|道别|收线|closing|goodbye"),
    ("knowledge", r"知识库|问答|常见问题|常见疑问|应答库|答疑|异议处理|faq|q\s*[&＆]?\s*a$|knowledge"),
    ("profile", r"画像|客户(信息|情况|资料|特征|背景)|目标(客户|人群|对象)|profile"),
    ("steps", r"流程|话术|脚本|步骤|剧本|对话设计|script|steps|flow"),
    ("task", r"任务|目标|目的|使命|task|goal"),
    ("role", r"角色|身份|人设|人物|岗位|你是谁|role|persona"),
)
_CALLEE: tuple[tuple[SectionKey, str], ...] = (
    ("avoid", r"反面|反例|负面示例|不要这样|不要说|禁忌|avoid"),
    ("imitate", r"正面|正例|模仿|这样说|imitate"),
    ("style", r"风格|语气|口吻|口头|说话|示例|例句|话术|style"),
    ("endings", r"结束|挂断|终止|收尾|ending|exit"),
    ("concerns", r"关切|关注|关心|顾虑|痛点|诉求|在意|担心|concern"),
    ("behaviours", r"行为|习惯|表现|反应|模式|behaviou?r"),
    ("background", r"背景|经历|情境|处境|画像|性格|background"),
    ("role", r"角色|身份|人设|人物|基本信息|你是谁|role|persona"),
)
_Table = tuple[tuple[SectionKey, re.Pattern[str]], ...]


def _compiled(table: tuple[tuple[SectionKey, str], ...]) -> _Table:
    return tuple((key, compiled(pattern, re.IGNORECASE)) for key, pattern in table)


_TABLES: dict[Party, _Table] = {"caller": _compiled(_CALLER), "callee": _compiled(_CALLEE)}

_SUFFIX = r"(的?(角色|人物)?(设定|卡片?|档案|说明|资料|提示词|prompt)|的?角色|部分)?"
_CALLER_SIDE = (
    r"(电话)?(拨打|外呼|主叫|呼叫|呼出|拨出|去电|致电|回访|来电)(一)?(方|者|人员?|员|专员|端)|主叫|caller|agent"
)
_CALLEE_SIDE = r"(电话)?(接听|被叫|接电话|受访|被访|被呼叫|受话|接电)(的)?(一)?(方|者|人员?|端)|被叫|callee"
_CALLER_WEAK = r"坐席方?|座席方?|客服(方|人员|专员|代表)?|机器人|销售方?"
_CALLEE_WEAK = r"(模拟)?(客户|用户|顾客|患者|来访者)(方|端)?|customer|user"


def _side(names: str) -> re.Pattern[str]:
    return compiled(f"({names}){_SUFFIX}", re.IGNORECASE)


_PARTIES: tuple[tuple[Party, bool, re.Pattern[str]], ...] = (
    ("caller", False, _side(_CALLER_SIDE)),
    ("callee", False, _side(_CALLEE_SIDE)),
    ("caller", True, _side(_CALLER_WEAK)),
    ("callee", True, _side(_CALLEE_WEAK)),
)
"""The sides' names; the weak ones (True) are words that a heading inside a section may well use."""

_REMARK = compiled(r"\s*[（(【\[][^（）()【】\[\]]*[）)】\]]\s*")
_NUMBER = compiled(
    r"^\s*(第?[一二三四五六七八九十]+(部分|章|节)?[、.．:：\s]|\d+(\.\d+)*[、.．)）\s]|[（(][一二三四五六七八九十\d]+[）)])\s*"
)
_TAIL = compiled(r"\s*([:：]|——|--|-|–|—|[|｜/]).*$")
_NAME_LENGTH = 24


def bare(heading: str) -> str:
    """A heading without its number, its remark in brackets and its colon."""
    text = _REMARK.sub("", _NUMBER.sub("", heading))
    return text.strip(" 　:：#*·、。")


def party_of(heading: str, *, inside_section: bool = False) -> Party | None:
    """The side whose card begins here. 客户 alone begins one only where no section is open."""
    name = bare(heading)
    for text in (name, _TAIL.sub("", name).strip()):
        for party, weak, pattern in _PARTIES:
            if not (weak and inside_section) and pattern.fullmatch(text):
                return party
    return None


def section_of(heading: str, party: Party) -> SectionKey | None:
    """The section of this side that the heading begins."""
    name = bare(heading)
    if not name or len(name) > _NAME_LENGTH:
        return None
    for key, pattern in _TABLES[party]:
        if pattern.search(name):
            return key
    return None


def exact_section_of(heading: str, party: Party) -> SectionKey | None:
    """The section that goes by exactly this name, for places where a word in passing must not begin one."""
    key = section_of(heading, party)
    name = re.sub(r"(示例|举例|例子|列表|清单|如下|内容|信息|和要求)$", "", bare(heading))
    return key if key is not None and _EXACT[party].fullmatch(name) else None


_EXACT: dict[Party, re.Pattern[str]] = {
    "caller": compiled(
        r"开场白|开场话术|开场语|(结束|终止|退出|挂断)(条件|时机)|(结束|结尾|告别|收尾)(语|话术)|结语|结束条件[与和及]结束语|"
        r"(问答)?知识库|常见(问题|问答)|常见问题解答|问答库?|FAQ|Q&A|(目标)?客户画像|(分步)?流程([和与及]话术)?|(分步)?话术|脚本|"
        r"核心任务|任务|(角色|人物|人设|身份)(设定)?",
        re.IGNORECASE,
    ),
    "callee": compiled(
        r"(角色|人物|人设|身份)(设定)?|背景(信息)?|(核心)?(关切点?|关注点|顾虑)|(典型|对话中的典型)?行为(模式|习惯)?|(回复|说话|语言)风格(示例)?|"
        r"反面(教材|示例|例子)|正面(教材|示例|例子)|结束条件",
        re.IGNORECASE,
    ),
}
