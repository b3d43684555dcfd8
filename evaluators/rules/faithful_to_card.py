"""The rule `faithful-to-card`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..language.cues import SURNAME, TITLE
from ..language.text import Clause, Normal, folded
from ..moment import Moment
from ..patterns import compiled
from ..policy import Policy, RuleId
from ..utterances import Span
from ..verdicts import Turn, Violation
from .learned import Sign, suspicion
from .shared import Prepared, found_in, not_the_cards_words, prepared, violation

_MONEY = compiled(
    r"赔(?:偿|付|你|钱)?|补偿|退款|退钱|退(?:你|一半|运费|差价)|返(?:你|还)(?:钱|运费|一)|补发|补寄|补差|换新|"
    r"换货|重新(?:发|送|寄|给你)|重发|免单|免(?:这|一)单|(?:给|"
    r"帮)你(?:补|换|退|重发|免)"
)
_SOON = (
    r"(?:今天|今晚|明天|后天|当天|本周|这周|下周|马上|立刻|立即|很快|尽快|下午|上午|晚上|"
    r"(?<!过)(?:[一二两三四五六七八九十半\d]{1,3}|几)(?:个)?(?:工作)?(?:小时|天|日|周|"
    r"分钟|钟头)(?:之)?内?|24小时|48小时)"
)
_CALL_BACK = compiled(
    rf"{_SOON}[^,。]{{0,10}}?(?:回电|回(?:复|拨|访)(?:给)?你|联系你|致电|给你(?:个)?(?:打(?!这|个电话是|电话是)|"
    rf"回|答复|回复|结果|处理|解决|说法|交代|联系|反馈|"
    rf"电话)|答复|打(?:电话)?给你(?!是)|与你联系|跟你联系)|"
    rf"(?:会|将|让|请|安排|派)(?:有)?(?:专人|专员|客服|同事|经理|主管|领导|相关人员|售后|"
    rf"技术)[^,。]{{0,6}}(?:联系|回电|致电|回复|打给|跟进|上门|回访|处理|给你)|"
    rf"(?:{_SOON})[^,。]{{0,6}}(?:解决|处理好|处理完|整改|改好|办好|修好|搞定|落实)"
)
_CALLS = r"(?:打(?!扰|开|印)(?:给你|电话|来|过来|了)?|来电|致电|拨打|联系|回访|骚扰|给你(?:打|来|拨)|接到|收到)"
_NEVER = compiled(
    rf"(?:再也|永远|永不|从此|以后|今后|往后|下次|后续|保证|绝对|肯定|一定|承诺)[^,。]{{0,8}}?(?:不|没|别|绝不|"
    rf"不会)[^,。]{{0,3}}(?:再|会|给你|让你|有|被|接|收|"
    rf"来){{0,4}}(?:{_CALLS}|打扰|有电话|有人打)|(?:不会|不)再(?:给你|会|向你|让你|往|接到|有)?{_CALLS}|(?:再也|"
    rf"永远|永久|绝对)不(?:会)?(?:再)?(?:打扰|"
    rf"来烦|有人)|"
    r"(?:删除|删掉|移除|注销|抹掉|清除|拉黑|拉入|加入|列入)[^,。]{0,6}(?:号码|电话|信息|资料|名单|档案|免打扰|"
    r"黑名单)|(?:号码|电话|信息|资料)[^,。]{0,6}(?:删除|删掉|"
    r"移除|注销|拉黑|停掉)|(?:彻底|完全|永久|立刻|马上|已经?)(?:帮你|给你|为你)?(?:停止|取消|关闭|停掉)(?:所有|"
    r"一切|全部)?[^,。]{0,4}(?:回访|电话|来电)"
)
_GUARANTEE = compiled(
    r"(?:我|我们|平台)?(?:敢|可以|向你|跟你|给你)?(?:保证|承诺|担保|打包票|保准|发誓)(?!金|书)|百分(?:之)?百|"
    r"100%|(?:绝对|肯定|一定|绝)不会(?:再)?(?:出现|发生|有|"
    r"这样|坏|破|晚|慢|错|犯)|(?:严肃|严厉|从严)(?:处理|处罚|批评)|处罚|开除|辞退|罚款|扣(?:他|师傅|骑手|配送员|"
    r"小哥)?(?:的)?(?:工资|奖金|钱|分)|(?:一定|肯定|必定|"
    r"务必)(?:会)?(?:解决|处理|改|整改|换|给你|让|严)"
)
_THREAT = compiled(
    r"信用|征信|起诉|法院|律师|追究|(?:承担|自负|严重)(?:的)?后果|后果自负|(?:停止|暂停|取消|冻结|限制|封)(?:你|"
    r"你的|掉)[^,。]{0,4}(?:服务|配送|账号|账户|订单|权益|资格|"
    r"下单)?|封号|(?<!不)(?<!不会)影响(?:到)?你(?:的)?(?:后续|以后|下次|正常)?(?:下单|权益|账户|账号|信誉|配送|"
    r"发货|购物|等级|使用|收货)|列入[^,。]{0,4}黑名单|"
    r"不(?:给|再给)你(?:送|发|配)"
)
_HUMAN = compiled(
    r"我(?:可|就|真|当然|确实|肯定|绝对|真的|本人|其实)*(?:是|不是假的)?(?:个)?(?:真人|活人|大活人|真的人|"
    r"真实的人|有血有肉)|我(?:可|就|当然|确实|肯定|"
    r"真的)*是(?:个)?人(?:$|[,。!啊呀类](?!工))|我(?:可|就|当然)*是人工(?!智能)|(?:我|这边|这)?(?:可|真|绝对|"
    r"肯定|并)?(?:不是|并非|不是什么|哪是)(?:什么|个|"
    r"一个)?(?:机器|ai|人工智能|录音|智能|语音助手|电脑|程序|自动|虚拟|假人)|(?:真人|人工)(?:客服|坐席|服务|打的|"
    r"来电|拨打|为你)|(?:这|我)(?:里|边)?是真人"
)
_CHANNELS = r"(?:短信|留言|app|微信|邮件|邮箱|网上|线上|文字|平台)"
_DENIES_CHANNEL = compiled(
    # 不能发短信; but 赔偿我不能承诺，请您找平台客服 denies something else, and 没有什么留言 nothing at all.
    rf"(?:不能|无法|不可以|不支持|(?<!有)没有(?!什么|消息)|没法|不提供|不接受|不方便|做不到|暂不|还不能|不行|"
    rf"暂时没)(?:(?!找|问|联系|请|可以|承诺|答应|保证)[^,。]){{0,6}}(?:{_CHANNELS})(?!.{{0,2}}(?:打扰|问题))|"
    rf"{_CHANNELS}[^,。]{{0,6}}(?:不(?:行|支持|可以|能|接受|通|受理|算|好使)|(?<!有)没(?:法|用|开通|人看|有(?:这|开通|功能|"
    rf"渠道|入口|人看|办法))|无法|"
    rf"收不到|关闭)|(?:只能|只支持|必须|只有|只接受|"
    rf"一定要)(?:通过|用|打|走|在|接)?(?:电话|接听|语音)"
)
_OFFERS_CHANNEL = compiled(r"(?:可以|支持|能|改|用|发|通过|给你|到)[^,。不没]{0,5}(微信|邮件|邮箱|qq|钉钉|抖音|微博)")

_SAYS_WHO = compiled(
    r"(?:我(?:这边|这里)?(?:是|叫|姓|名叫)|这(?:里|边)(?:是)|我们是|本人(?:是|叫)|敝姓|免贵姓|我谨?代表)([^,。!?]{1,24})"
)
_ORG = compiled(
    r"([\u4e00-\u9fffa-z]{0,8}?)(平台|公司|集团|商城|快递|物流|科技|银行|保险|电信|移动|联通|超市|电商|官方|旗舰店)"
)
_GENERIC = compiled(
    r"^(?:咱们?|我们|本|贵|你们?|这个?|该|此|配送|送货|购物|采购|电商|客户|服务|回访|物流|相关|送货的|某|一家|的|"
    r"是|正规|来自|之前|下单的?|购买的?|那个|第三方|快递|您用的|各|其他|别的|"
    r"来)*+$"
)
_WELL_KNOWN = compiled(
    r"京东|淘宝|天猫|拼多多|美团|饿了么|顺丰|中通|圆通|韵达|申通|德邦|菜鸟|抖音|快手|苏宁|唯品会|阿里|亚马逊|"
    r"滴滴|极兔|黄河(?=平台|公司)|珠江(?=平台|公司)"
)
_ROLE_WORDS = compiled(
    r"客户|关系|经理|专员|客服|配送|服务|回访|平台|公司|负责|人员|代表|部门|部|中心|团队|主管|的|这边|工作|同事|"
    r"售后|来|做|给|打|专职|是|叫|一名|一个|那边|你|小(?=$)"
)
_OWN_NAME = compiled(rf"(?P<name>{SURNAME}[\u4e00-\u9fff]{{1,2}}|[小老]{SURNAME}|{SURNAME})$")
# 谢谢大哥, 没关系先生, 五金店老板 and 那包装总还行 address nobody by a name.
_FAMILY = (
    r"(?:(?<![谢多感道致答])谢(?!谢)|(?<![五现押奖资基])金|(?<!多)占|"
    rf"(?![谢金占])(?!关系|包装){SURNAME})"
)
_GIVEN = r"(?:(?![嘛吗呢吧了的店系得就是不有在我你他大老])[\u4e00-\u9fff]){0,2}?"
_ADDRESS = compiled(
    rf"{_FAMILY}{_GIVEN}(?:先生|女士|小姐|太太|老板|总(?!是|体|结|共|之|部|算|得|会|能|有|在|的|"
    rf"要|还)|哥|姐)|(?:(?<=^)|"
    rf"(?<=[是喂好问]))(?:{SURNAME})(?:师傅(?=$|你)|经理|老师)"
)
_IS_HE = compiled(
    rf"(?:你)?(?:是|是不是|找)(?P<name>{SURNAME}(?:(?![的子])[\u4e00-\u9fff]){{1,2}}?)(?:先生|女士|小姐)?(?:本人)?(?:吗|吧|么|"
    rf"对吧|对吗|在吗)"
)
_ORDER = compiled(r"(?:订单|单号|运单|快递单|编号)(?:号)?[^,。\d]{0,6}?([a-z]{0,4}\d{4,})")
_PROMISES = (
    ("赔偿或补换", _MONEY, True),
    ("回电或限时处理的承诺", _CALL_BACK, True),
    ("“再也不打”之类的承诺", _NEVER, False),
    ("台词之外的保证", _GUARANTEE, True),
    ("威胁", _THREAT, False),
    ("自称真人", _HUMAN, False),
)


@dataclass(frozen=True)
class FaithfulToCard:
    """Nothing beyond the card. Stands on the seed's step 4: 已记录，会直接反馈到相关部门, and no word more."""

    id: RuleId = "faithful-to-card"

    def check(self, turn: Turn, moment: Moment, policy: Policy) -> Violation | None:
        normal, ours = not_the_cards_words(turn.text, policy)
        card, heard = prepared(policy), folded(moment.last_callee).text
        for clause in ours:
            for what, span in _contradicts(normal, clause, card, heard):
                return violation(self.id, f"“{span.text}”是{what}，卡片没有这样说：改用卡片上的。", span)
        found = suspicion(self.id, turn, policy, lambda: _promised(normal, ours))
        if found is None:
            return None
        message = f"“{found.words}”是{found.what}，卡片没有这样说：删掉，或改用台词原话。"
        return violation(self.id, message, found.evidence)


def _promised(normal: Normal, clauses: Iterable[Clause]) -> Sign:
    """A promise, a threat or a claim, which no card makes in these words."""
    for clause in clauses:
        for what, pattern, deniable in _PROMISES:
            span = found_in(normal, clause, pattern, deniable=deniable)
            if span:
                return Sign(what, span)
    return Sign("台词之外的说法")


def _contradicts(normal: Normal, clause: Clause, card: Prepared, heard: str) -> Iterator[tuple[str, Span]]:
    """What the card says otherwise: channels, names, companies, orders. What the callee has named may be named."""
    span = found_in(normal, clause, _DENIES_CHANNEL)
    if span and re.search(r"短信|留言|app", card.prose):
        yield "否认了卡片支持的渠道", span
    offered = _OFFERS_CHANNEL.search(clause.text)
    if offered and offered.group(1) not in card.prose:
        yield from _at(normal, clause, "卡片没有的渠道", offered)
    yield from _wrong_names(normal, clause, card, heard)


def _at(normal: Normal, clause: Clause, what: str, hit: re.Match[str]) -> Iterator[tuple[str, Span]]:
    span = normal.span(clause.start + hit.start(), clause.start + hit.end())
    if span:
        yield what, span


def _wrong_names(normal: Normal, clause: Clause, card: Prepared, heard: str) -> Iterator[tuple[str, Span]]:
    companies, callers = card.companies, card.callers
    says_who = _SAYS_WHO.search(clause.text)
    if says_who:
        if companies and _other_company(says_who.group(1), companies, card.prose):
            yield from _at(normal, clause, "错误的公司", says_who)
        if callers and _other_name(says_who.group(1), callers, companies):
            yield from _at(normal, clause, "错误的姓名", says_who)
    rival = _WELL_KNOWN.search(clause.text)
    if (
        rival
        and companies
        and rival.group() not in card.prose + heard
        and re.search(r"我|咱|这里|这边|平台|客服|代表", clause.text)
    ):
        yield from _at(normal, clause, "错误的公司", rival)
    if card.callees:
        for hit in (*_ADDRESS.finditer(clause.text), *_IS_HE.finditer(clause.text)):
            named = hit.groupdict().get("name") or hit.group()
            known = _is_known(named, (*card.callees, *callers))
            if not (known or any(name and name in named for name in card.mentioned) or _has_named(heard, named[0])):
                yield from _at(normal, clause, "错误的称呼", hit)
    order = _ORDER.search(clause.text)
    if order and order.group(1) not in card.prose:
        yield from _at(normal, clause, "卡片没有的订单号", order)


def _other_company(words: str, companies: Sequence[str], prose: str) -> bool:
    if any(name and name in words for name in companies):
        return False
    org = None if "还是" in words else _ORG.search(words)
    return org is not None and not _GENERIC.match(org.group(1)) and org.group() not in prose


def _other_name(words: str, callers: Sequence[str], companies: Sequence[str]) -> bool:
    if any(name and (name in words or name[0] == words[0]) for name in callers):
        return False
    for company in companies:
        words = words.replace(company, "")
    rest = _ROLE_WORDS.sub(" ", words).split()
    hit = _OWN_NAME.match(rest[-1]) if rest and len(rest[-1]) <= 4 else None
    if hit is None:
        return False
    named = hit.group("name")
    return not any(
        name and (name[0] == named.lstrip("小老")[:1]) and len(named.lstrip("小老")) == 1 for name in callers
    )


def _has_named(heard: str, family: str) -> bool:
    """Whether the callee has spoken of somebody of this family name: 我姓陈, 那个王师傅."""
    return re.search(rf"[姓是叫找]{family}|{family}{TITLE}", heard) is not None


def _is_known(named: str, known: Sequence[str]) -> bool:
    """Whether 张强, 张强先生, 张先生 or 小张 is somebody that the card knows."""
    bare = re.sub(r"^[你是找不小老]*|(?:先生|女士|小姐|太太|老板|师傅|经理|老师|总|哥|姐)$", "", named)
    return any(name and (name in named or bare in (name, name[0], name[:2])) for name in known)
