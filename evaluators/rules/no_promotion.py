"""The rule `no-promotion`."""

from __future__ import annotations

from dataclasses import dataclass

from ..language.text import clauses, folded
from ..moment import Moment
from ..patterns import compiled
from ..policy import Policy, RuleId
from ..utterances import Span
from ..verdicts import Turn, Violation
from .learned import Sign, suspicion
from .shared import found_in, violation

PROMOTION = compiled(
    # price
    r"优惠|折扣|打[一二三四五六七八九\d.]*折|[一二三四五六七八九]折|促销|大促|满减|立减|特价|特惠|秒杀|返现|返利|"
    r"让利|半价|低价|降价|划算|便宜|包邮|免(?:运费|邮)|首单|体验价|团购|拼团|"
    r"限时|限量|双(?:十一|11|十二|12)|618|大酬宾|清仓|"
    # gifts
    r"券|红包|礼品|礼包|赠品|赠送|好礼|抽奖|福利|送你(?:一|个|两|张|份|点|礼)|送(?:一份|一个|一张|小)?礼|积分|"
    # membership
    r"会员|vip|年卡|月卡|贵宾|套餐|充值|续费|开通|办(?:个|张|理)?卡|升级(?:为|到|成|服务|版)|增值服务|"
    # products
    r"新品|新款|新产品|新推出|新上|上新|新(?:的)?服务(?!流程)|推出了|推荐(?:给)?(?:你|一|几|我们|下单|使用|购买)|"
    r"(?:给你|向你)(?:推荐|介绍|推销)|介绍(?:一)?(?:下|款|"
    r"个)(?:我们|新|一)|了解一下(?:我们|新|一)|主打|爆款|热卖|热销|试用|抢购|选购|订购|下单(?:就|享|立|有|可|送|"
    r"吧)|多(?:下单|采购|订)|再(?:下|订)(?:一)?(?:单|批)|"
    # groups
    r"(?:加|进|入|拉)(?:你|个|入|到|进|我们|的|一下|下){0,4}群|社群|粉丝群|客户群|福利群|公众号|扫(?:个|一下|"
    r"下)?码|关注(?:一下|下)?我们|直播|下载(?:我们|app|一下|个)|"
    r"加(?:个|一下|下|你|我)(?:的|个|一下)?微信|贷款|理财|"
    # the bare word
    r"(?:有|搞|做|参加|参与|新|最近的?|个|大)(?:个)?活动|活动(?:期间|价|力度|很)"
)


def promotion(text: str) -> Span | None:
    """The words that promote something, if any; 绝不推销 and 不办会员 promote nothing."""
    normal = folded(text)
    for clause in clauses(normal.text):
        span = found_in(normal, clause, PROMOTION, deniable=True)
        if span:
            return span
    return None


@dataclass(frozen=True)
class NoPromotion:
    """Nothing is sold. Stands on the seed's step 1: 不会推销商品，就是一句话收意见."""

    id: RuleId = "no-promotion"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        found = suspicion(self.id, turn, policy, lambda: Sign("推销或促销", promotion(turn.text)))
        if found is None:
            return None
        message = f"“{found.words}”是{found.what}，回访中不许出现：删掉，只谈这次服务的反馈。"
        return violation(self.id, message, found.evidence)
