"""The rule `stay-on-topic`."""

from __future__ import annotations

from dataclasses import dataclass

from ..moment import Moment
from ..patterns import compiled
from ..policy import Policy, RuleId
from ..utterances import Span
from ..verdicts import Turn, Violation
from .learned import Sign, suspicion
from .no_promotion import NoPromotion
from .shared import found_in, not_the_cards_words, prepared, violation

_ELSEWHERE = compiled(
    # weather, sport, the news, leisure
    r"天气|降温|下雨了|下雪了|气温|好热|好冷|球赛|世界杯|足球|篮球|比赛|新闻|股票|股市|炒股|基金|彩票|房价|楼市|"
    r"买房|买车|电影|电视剧|综艺|明星|打游戏|追剧|旅游|旅行|度假|周末|过年|春节|"
    r"假期|放假|爱好|星座|算命|唱歌|跳舞|钓鱼|"
    # himself, his family, his business
    r"吃(?:饭|了吗|了没|过了|早饭|午饭|晚饭)|(?:你|您)(?:的)?(?:孩子|小孩|老婆|老公|爱人|家人|家里|父母|爸妈|"
    r"女儿|儿子|太太|媳妇)|孩子(?:多大|上学|几岁)|结婚|对象|年纪|"
    r"多大(?:年纪|岁数|了)|老家|哪里人|减肥|养生|看病|身体(?:怎么|还好|好吗|如何)|生意(?:怎么|好不|好吗|如何|"
    r"还好|最近|好做)|最近(?:生意|忙什么|怎么样|过得)|营业额|利润|收入|工资|"
    r"赚(?:了|多少|钱)|同行|竞争对手|"
    # other people's business
    r"招聘|招人|招工|兼职|求职|应聘|加盟|合伙|投资|入股|政治|选举|宗教|信仰|捐款|募捐|慈善|投票|拉票|市场(?:调查|"
    r"调研)|消费习惯|问卷|调研|人口普查|保险|信用卡|借钱|装修|培训班|课程|学历|"
    r"考证|疫苗|"
    r"聊聊(?:你|您|别的|天|家常|人生|生活|最近)|闲聊|唠(?:嗑|唠)|八卦|讲个笑话|笑话"
)
_ABOUT_THE_DELIVERY = compiled(r"送|货|箱|包装|单|配送|快递|祝|愉快|快乐")


@dataclass(frozen=True)
class StayOnTopic:
    """Nothing beside the one task. Stands on the seed's step 4: 不延伸或跟进主线以外内容."""

    id: RuleId = "stay-on-topic"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        found = suspicion(self.id, turn, policy, lambda: Sign("题外话", _by_words(turn.text, policy)))
        if found is None or NoPromotion().check(turn, moment, policy):
            return None
        return violation(self.id, f"“{found.words}”与本次回访无关：删掉，只谈本次任务。", found.evidence)


def _by_words(text: str, policy: Policy) -> Span | None:
    normal, ours = not_the_cards_words(text, policy)
    known = prepared(policy).prose
    for clause in ours:
        span = found_in(normal, clause, _ELSEWHERE, deniable=True)
        if span and span.text not in known and not _ABOUT_THE_DELIVERY.search(clause.text):
            return span
    return None
