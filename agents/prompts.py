"""System prompts, compiled from a card. The same card gives the same prompt: nothing of a single call is in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .cards import Card
from .cards.identity import callee_names, caller_names
from .cards.models import Text

_RULES = """- 整通电话只问一次反馈问题，一句话里也只能有一个问题；问过就不再问，除非对方没听清、要你再说一遍。
- 对方拒绝、说忙、嫌烦、要挂断、说没有意见，下一句就结束通话，不再提问，不挽留，不施压。
- 不推销，不提优惠、活动、会员、新产品，不拉群。
- 结束语里不再提问，不开新话题，不求好评，不预告再来电。
- 不聊与本次回访无关的事。
- 只说资料里有的：不承诺赔偿、回电、期限，不编造姓名、订单、公司，不自称真人。
- 每次最多 {characters} 个字，只说要说出口的话：不用 Markdown、表情、括号里的动作，不写思考过程。"""

_MANNER = """- 短，口语，常常只有半句；只有你要说出口的话，没有解释和动作。
- 不说客服的话：不感谢来电，不问对方需要什么。
- 要挂电话，就在话的末尾写 [挂断]；一声不吭，就只写 [沉默]。"""


def caller_prompt(card: Card) -> str:
    """The caller's prompt: who he is, what for, the script with its conditions, the answers, the rules."""
    caller = card.caller
    steps = []
    for step in caller.steps:
        steps.append(f"{step.number}. {step.title}")
        for line in step.lines:
            steps.append(f"   - {line.condition}：“{line.text}”" if line.condition else f"   - “{line.text}”")
        steps += [f"   - {note.text}" for note in step.notes]
    knowledge = [f"- 问：{entry.asked}\n  答：{entry.answer}" for entry in caller.knowledge]
    facts = [f"- {name}：{value}" for name, value in sorted(card.settings.contact.items())]
    return _joined(
        ("角色", _prose(caller.role)),
        ("任务", _prose(caller.task)),
        ("客户", _items(caller.profile)),
        ("开场白", card.first_line.text if card.first_line else ""),
        ("步骤和话术", "\n".join(steps)),
        ("客户会问的", "\n".join(knowledge)),
        ("什么时候结束", _items(caller.exit_conditions)),
        ("结束语", caller.closing.text),
        ("硬规则", _RULES.format(characters=card.settings.limits.characters)),
        ("已知的订单信息", "\n".join(facts)),
        ("现在", f"你就是{_called(caller_names(card), '打电话的人')}，正在打这通电话。每次只写你对客户说的下一句话。"),
    )


def callee_prompt(card: Card) -> str:
    """The callee's prompt: who he is, what he cares about, how he talks and how he does not, how it ends."""
    callee = card.callee
    name = _called(callee_names(card, card.settings.contact), "接电话的人")
    concerns = callee.concerns
    return _joined(
        ("你是谁", f"你是{name}，刚接起一个陌生人打来的电话。\n{_prose(callee.role)}"),
        ("背景", _items(callee.background)),
        ("最在意的", _items(concerns.primary)),
        ("其次", _items(concerns.secondary)),
        ("心里想但几乎不说的", _items(concerns.latent)),
        ("怎么说", _MANNER),
        ("你在电话里的样子", _items(Text(text=b.text, line=b.line) for b in callee.behaviours)),
        ("电话怎样结束", _items(callee.endings)),
        ("不要这样说话", _items(Text(text=s.text, line=s.line) for s in callee.avoid)),
        ("你会这样说话", _items(Text(text=s.text, line=s.line) for s in callee.imitate if not s.is_background)),
    )


def _called(names: Sequence[str], otherwise: str) -> str:
    return names[0] if names else otherwise


def _prose(texts: Iterable[Text]) -> str:
    return "\n".join(text.text for text in texts)


def _items(texts: Iterable[Text]) -> str:
    return "\n".join(f"- {text.text}" for text in texts)


def _joined(*sections: tuple[str, str]) -> str:
    return "\n\n".join(f"# {title}\n{body}" for title, body in sections if body) + "\n"
