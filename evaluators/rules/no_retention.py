"""The rule `no-retention`."""

from __future__ import annotations

from dataclasses import dataclass

from ..language.cues import Cue, first
from ..language.text import folded
from ..moment import Moment
from ..patterns import compiled
from ..policy import Policy, RuleId
from ..verdicts import Turn, Violation
from .learned import Sign, suspicion
from .shared import violation

_MOMENT = (
    r"(?:一|1|几|两|半|三|十|30|60|二十|三十)(?:两|几)?(?:个)?(?:秒钟?|分钟|句话?|下|小会儿?|会儿|点时间|问题|件事)"
)
# Holding him on the line: 您先别挂, 等一下.
_HOLDS = compiled(
    r"(?:先|请|千万)?(?:别|不要|不急着?|不用急着?|先不)(?:急着?|着急|忙着?)?(?:挂|走|拒绝|生气|激动|这么|急|"
    r"误会)|(?:稍等|等等|等(?:一)?下|慢着|且慢|留步)(?!再)|"
    r"听我(?:说|讲|解释|把)|容我|让我(?:说|把|再|解释)|挂(?:电话)?(?:之)?前|给(?:我|我们|个)(?:一?次?个?)?机会"
)
# Bargaining for a little more: 就耽误您一秒.
_BARGAINS = compiled(
    rf"(?:就|只|仅|再|最多|只需|只要|只用|耽误|占用|打扰|借|给我|用)(?:要|用|需|再|就|是|占|问|说|讲|你|耽误|"
    rf"占用|打扰|借用|给我|时间|这){{0,4}}{_MOMENT}|最后(?:一|"
    rf"再|问)|{_MOMENT}(?:就(?:好|行|够|可以|完|结束)|即可|的事)|"
    r"(?:很快|马上)就?(?:好|问完|说完|讲完)|一会儿?就(?:好|完)|(?:不会|不)(?:耽误|占用|打扰)(?:你|太|多|很|多少|"
    r"多长|什么|几){1,4}(?:久|时间|多)|(?:说|问|答|回答|"
    r"评|讲)完(?:了)?(?:我|就|马上|立刻)|"
    r"(?:没有|没问题|有没有|如果没).{0,3}(?:的话)?(?:我)?(?:就|立刻|马上|便)(?:立刻|马上)?(?:挂|结束)|(?:只要|"
    r"你(?:只|就))(?:要|需|用)?(?:你)?(?:说|讲|回|"
    r"答|表|告诉|选|点|评|打|给)|(?:至少|起码|好歹|哪怕)(?:你|说|给|让|告)?"
)
# Persuading: his opinion matters so much, please cooperate.
_PERSUADES = compiled(
    r"(?:意见|反馈|建议|评价|声音|看法|配合|支持).{0,6}(?:对|真的|非常|很|十分|特别|至关|尤其|太)+.{0,6}(?:重要|"
    r"宝贵|关键|有用|有帮助|需要)|(?:希望|请|麻烦|恳请|还望|"
    r"拜托|求)(?:你|能|还是|再|多|务必|一定){0,4}(?:配合|支持|再考虑|考虑|想想|通融|体谅|耐心|理解我|帮(?:个|下|"
    r"我|忙)|抽|花|说)|"
    r"再(?:考虑|想想|想一想|斟酌|给|聊|坚持|说两|说一|问|确认)|(?:难道|怎么(?:会|能|可能)|为(?:什么|何|啥)|"
    r"干嘛)(?:你)?(?:会|就|连|不|没|真)|真的(?:不|没|就|一点|只|"
    r"很快|没有)(?:再|考虑|想|用|会|有|一)?|(?:帮|支持)(?:个|一下|我们|我)(?:忙|工作|一下|业绩|完成)|完成(?:任务|"
    r"指标|考核)|考核|业绩|也是为(?:了)?你(?:好)?|"
    r"对你(?:也|来说)?(?:有|没有|没|是)(?:好处|坏处|利|帮助)|"
    r"您?何必|不(?:妨|如)(?:你|先|就|再|说|听)|(?:总|多少|肯定)(?:得|该|会)?有(?:点|些|一)|随便说(?:一|两|几|点|"
    r"个|句)|其实(?:很|只|就|我们)"
)
# Pressing: 不回答会影响您的信用.
_PRESSES = compiled(
    r"(?:不|没|拒绝|否则|不然|要是|如果)[^,。]{0,16}?(?:,[^,。]{0,6}?)?(?:会|将|就|要|可能|"
    r"恐怕)[^,。]{0,4}(?:影响|降低|暂停|取消|限制|扣|停|列入|记入|投诉|上报|封|冻结|追究|承担|处理不了|没法|无法|"
    r"继续打|一直打|天天打|再打)|影响(?:你|到你)(?:的)?|信用|后果|"
    r"必须(?:回答|配合|完成|说|接|做)|有(?:义务|责任)(?:配合|回答)|规定(?:要|必须)|不(?:说|回答|配合|评价)(?:我|"
    r"就|可)?不(?:能|行|可以|好|挂|让)|起诉|法院|律师"
)
_KINDS = (Cue("挽留", _HOLDS), Cue("讨价还价", _BARGAINS), Cue("劝说", _PERSUADES), Cue("施压", _PRESSES))


@dataclass(frozen=True)
class NoRetention:
    """After a demand to exit nobody is talked round. Stands on the seed: 拨打方不再挽留即终止通话."""

    id: RuleId = "no-retention"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        if not moment.must_exit:
            return None
        found = suspicion(self.id, turn, policy, lambda: _by_words(turn.text))
        if found is None:
            return None
        message = f"对方已要求结束，“{found.words}”是在{found.what}：删掉它，只致谢道别。"
        return violation(self.id, message, found.evidence, "terminate")


def _by_words(text: str) -> Sign:
    normal = folded(text)
    hit = first(_KINDS, normal.text)
    return Sign(hit.name, normal.span(hit.start, hit.end)) if hit else Sign("挽留")
