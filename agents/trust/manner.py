"""Words that such a customer does not say, whatever was said before: service speech, the caller's role, warmth.

The patterns are written for folded text (`evaluators.language.text`): 您 reads 你, traditional reads simplified.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ...evaluators.language.cues import cues
from ...evaluators.patterns import compiled

_VERY = r"(?:非常|十分|特别|极其|相当|万分|由衷|衷心|真诚|诚挚|真是太|实在是?太|太)(?:的|地)?"
_NOBODY = r"(?<![不没谁])"
_YOUR_HOUSE = (
    r"(?<![太很好真么更嫌偏涨死够])贵(?:平台|公司|院|店铺?(?=[的对能会])|校|方(?=的)|单位|诊所|医院|酒店|机构)"
)

SERVICE: Final = cues(
    thanks_for_the_call=r"感谢(?:你们?|各位)?(?:的|能)?(?:来电|致电|回访|关注|关心|理解|支持|配合|耐心|来访|咨询)|"
    r"感谢贵|谢谢你们?的(?:来电|致电|支持|理解与?|配合)",
    # 事不过三，贵司已打四通 is a joke about the calls.
    your_house=_YOUR_HOUSE + r"|贵司(?![^。!?]{0,8}(?:打|电|名单))",
    comforts=r"请你?放心|敬请|望(?:予以|你)?谅解|请(?:你)?(?:谅解|理解)|深表|造成.{0,4}不便|带来.{0,6}不便|深感抱歉",
    serves=r"欢迎你?再次光临|如果你(?:还)?有(?:任何|其他|什么)(?:问题|疑问|需要)|(?:更好|更优质|优质)的服务|"
    r"(?:为|给)你(?:提供)?(?:服务|效劳)|竭诚|(?:可以|能|能够)(?:为|帮(?:到|助)?)你(?:服务|做|解决|的|[吗?]|$)",
    cannot_take_it=r"(?:抱歉|对不起)[^。!?]{0,14}接听|(?:非常|十分|很)抱歉.{0,3}(?:目前|暂|无法|给你|不能)|(?:抱歉|对不起),?我?(?:目前|"
    r"暂时)|稍后再[拨播]|请在.{0,8}留言",
    wishes=r"祝(?:你们?|贵.{1,3}|大家)?(?:工作|生活|生意|一切|身体|早日|天天|万事|顺[利心]|愉快|开心|健康|幸福|商祺|好运|业绩)|"
    r"生意兴隆",
    cooperates=r"(?<!不)会(?:继续|全力|积极|尽量)?配合(?:你|贵|工作|调查|回访|$|[,。!])|(?:尽力|积极|全力)配合",
    written=r"如有(?:任何|其他|疑问|需要|问题)|请随时|随时与我|尊敬的|(?:目前|暂时?)暂?无(?:其他|任何|相关)|总体(?:而言|来说|符合)|"
    r"符合预期|此次(?:回访|来电|配送|服务|调查|体验)|不便(?:参与|透露|回答)|(?:十分|非常|完全|充分)理解你|"
    r"没有其[他它]问题(?:需要|了,?(?:感谢|谢谢))|如实反馈",
)

OUT_OF_ROLE: Final = cues(
    a_machine=r"作为(?:一个|一名|一款|你的)?(?:ai|人工智能|语言模型|大语言|大模型|智能|虚拟|机器人)|"
    r"我(?:只)?是(?:一个|一名|一款|个)(?:ai|人工智能|语言模型|大语言|大模型|智能助手|虚拟|聊天机器人)|语言模型",
    about_the_role=r"(?:扮演|模拟)(?:的)?(?:客户|角色|张|用户|接听)|角色(?:设定|扮演)|提示词|(?:以下|下面)是.{0,12}(?:回复|回答|台词|对话)|"
    r"根据(?:你的|上述|以上|角色)(?:设定|要求|指示|资料)",
    tells_of_himself=r"[(\[][^()\[\]\n]{0,20}[我你他][^()\[\]\n]{2,30}[)\]]",
    acts=r"[(\[*][^()\[\]*\n]{0,12}(?:不耐烦|皱|叹(?:了|口|气)|语气|冷冷|无奈|生气|微笑|苦笑|冷笑|表情|心想|内心|停顿|沉吟|翻白眼|摇头|"
    r"点头|思考|犹豫)[^()\[\]*\n]{0,16}[)\]*]",
)
# Of the text as it was given.
_FORM = compiled(
    r"```|\*\*|^ {0,3}#{1,6}\s|^ {0,3}[-*•]\s+\S|^ {0,3}\{\s*\"|^ {0,3}\[\s*\{|</?[a-z]{2,12}>", re.MULTILINE
)
_LATIN = compiled(r"[A-Za-z']++")
_HAN = compiled(r"[\u3400-\u9fff]")
_FEWEST_WORDS: Final = 5
"""Words of Latin letters, without any Han, that make a sentence of another language; ok bye and no thanks are his."""

CALLER: Final = cues(
    follow_up=r"(?:给|为|跟|向)你(?:们)?(?:打(?:个)?电话|来电|致电|做)[^。!?]{0,8}(?:回访|调查|了解)|(?:我们|就是|只是)[^。!?]{0,10}例行回访(?![吗?啊吧])|"
    r"我们(?:都|只)?是(?:来|为了|想)?.{0,6}(?:做|回访|了解)|(?:只|仅)(?:做|需|占用|耽误)(?:你)?.{0,4}(?:一分钟|回访)|不(?:会)?占用你|"
    r"不会推销|绝对不是推销|打扰了,?请问|不打扰你了",
    asks_him=r"请问你(?:对|有(?:什么|没有|哪些)[^。!?]{0,14}(?:意见|建议|不满|问题|需要|可以帮)|(?:现在)?(?:是否)?方便|需要|还有|收到)|"
    r"请问你的?(?:包裹|货|快递|订单)[^。!?]{0,6}(?:收|到)|请你对|你对(?:这次|本次|我们|此次)[^。!?]{0,10}(?:满意|意见|建议|评价)|"
    r"有(?:什么|哪些)(?:可以|能)(?:为|帮)(?:到|助)?你|你觉得(?:哪里|哪些|有什么)[^。!?]{0,10}(?:改进|不满|不足)|(?<!谁)需要我(?:帮助|协助|为)你",
    disturbs=r"(?:对不起|抱歉|不好意思),?我?(?:打扰|打搅)(?:到)?(?:你)?了|请问有什么(?:问题|需要)(?!吗?你)",
    understands=r"我(?:完全|十分|非常|很)?(?:明白|理解)你(?:需要|的(?:心情|意思|情况|感受|处境))",
    helps=r"(?:帮|替|为)你(?:查(?:询|一下)|核实|处理|登记|反馈|解决)(?![吗了])|请(?:你)?提供(?:一下)?(?:你的)?(?:订单|姓名|手机|联系|详细|具体)|"
    r"我们(?:非常|十分|高度|很)重视|我们的(?:服务|团队|平台|工作人员|配送员)|(?:抱歉|遗憾)(?:听到|让你)",
    takes_it_down=r"(?:将|把|会|已)[^。!?,]{0,6}你的(?:反馈|意见|建议|问题|情况|想法|诉求)|"
    r"你的(?:反馈|意见|建议)[^。!?,]{0,6}(?:重要|宝贵|已|会|将)|已(?:经)?(?:为你)?记录,?|(?:我们|我这边|这边)(?:会|将|已)[^。!?]{0,6}(?:尽快|"
    r"安排|处理|改进|优化|补发|记录|反馈|跟进)|耐心等待|(?:感|谢)谢你们?的(?:反馈|时间|评价|接听|回复|意见|建议)|后续.{0,4}优化",
)

KIND: Final = cues(
    very_pleased=rf"(?:你们?|贵.{{1,3}}|平台)[^。!?,]{{0,8}}{_VERY}满意|{_VERY}满意你们",
    great_thanks=rf"(?:{_VERY}|很)(?:感谢|感激|感恩)|(?:非常|十分|万分)谢谢|谢谢你们?的(?:用心|耐心|贴心|周到)|"
    r"谢谢你们?(?:这么|那么)(?:用心|耐心|贴心|细心|关心)|感谢你(?:们)?(?:百忙|的关心)|麻烦你(?:们)?了",
    welcomes=r"(?:高兴|荣幸)(?:能|可以)?(?:接到|收到|为你|配合|回答|参与|与你)|欢迎(?:你们?|随时|再次)?(?:来电|致电|打来|再打)|"
    r"随时欢迎|期待(?:与|和|跟|你|下次|再次)",
    willing=_NOBODY
    + rf"(?:{_VERY}|很|当然)(?:愿意|乐意|乐于)|"
    + _NOBODY
    + r"(?:愿意|乐意|乐于)(?:全力)?(?:配合你?|回答你的|提供|参与)|尽管(?:问|吩咐)|我一定(?:如实|认真|好好|积极)|"
    r"(?:需要|要)我配合",
    effusive=rf"{_VERY}棒|值得信赖|完美|无微不至|精湛|赞不绝口|热情周到|(?:强烈|会|一定)(?:会)?推荐(?:给)?|给你们?点赞|"
    r"会(?:继续|一直)(?:支持|信赖|选择|在你们)|再接再厉|想得真周到|非常愉快|(?:^|[,。!])你?们?加油(?=$|[!,。~])",
)


def out_of_form(text: str) -> str:
    """Markdown, JSON, tags, or a sentence of another language; the words that show it, or nothing."""
    found = _FORM.search(text)
    if found:
        return found.group().strip()
    if _HAN.search(text):
        return ""
    words = _LATIN.findall(text)
    return " ".join(words[:_FEWEST_WORDS]) if len(words) >= _FEWEST_WORDS else ""


def label_of(names: Iterable[str]) -> re.Pattern[str]:
    """The name of a role with a colon, before the line: 张强：…"""
    known = _any_of((*names, "客户", "接听方", "用户", "回复", "回答"))
    return compiled(rf"^\s*+(?:{known})\s*+[:：]")


def introduction_of(names: Iterable[str]) -> re.Pattern[str]:
    """That he is one of the caller's, by the card's `names` (folded) or by his job; a customer of theirs is not."""
    known = _any_of(names)
    named = rf"(?:{known})(?!的?.{{0,2}}(?:客户(?!经理)|用户|会员|商家|卖家|推荐|[吗?]))|" if known else ""
    return compiled(
        rf"(?<![不问])(?:我是|我叫|这里是|这边是|我们是)(?:{named}"
        r"[^,。!?]{0,10}(?:客户经理|客户关系经理|客服(?:专员|中心|代表)|的客服|回访(?:员|专员)|服务中心)(?![吗?推让叫说介]))"
    )


def addressed_of(names: Iterable[str]) -> re.Pattern[str]:
    """What is said to him and not by him: 请问是张强先生吗, 张先生你好."""
    known = _any_of(names)
    if not known:
        return compiled(r"(?!)")
    return compiled(rf"(?:请问|你好|喂).{{0,4}}(?:{known}).{{0,3}}(?:吗|在)|(?:{known})(?:先生|女士|小姐)?,?你好")


def _any_of(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in names if name)
