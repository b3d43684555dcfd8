"""Other teams' documents vary: the same card in other clothes is the same card."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from waihu.agents.cards import Card, parse_card, policy_of, read_card
from waihu.evaluators.errors import CardError

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "examples" / "changjiang.md").read_text(encoding="utf-8")
PLAIN = parse_card(TEXT)


def without_lines(card: Card) -> dict[str, object]:
    """The two sides of a card without what a change of clothes may change: line numbers."""

    def strip(value: object) -> object:
        if isinstance(value, dict):
            return {key: strip(inner) for key, inner in value.items() if key not in ("line", "answer_line")}
        return [strip(item) for item in value] if isinstance(value, list | tuple) else value

    return {side: strip(getattr(card, side).model_dump()) for side in ("caller", "callee")}


def shift(levels: int) -> Callable[[str], str]:
    def change(text: str) -> str:
        return re.sub(r"^#+", lambda match: "#" * (len(match[0]) + levels), text, flags=re.MULTILINE)

    return change


def straight(text: str) -> str:
    return text.replace("“", '"').replace("”", '"')


SAME: dict[str, Callable[[str], str | bytes]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "BOM": lambda text: text.encode("utf-8-sig"),
    "UTF-8": lambda text: text.encode(),
    "GB18030": lambda text: text.encode("gb18030"),
    "UTF-16 with BOM": lambda text: text.encode("utf-16"),
    "UTF-16 LE": lambda text: text.encode("utf-16-le"),
    "UTF-16 BE": lambda text: text.encode("utf-16-be"),
    "one level up": shift(-1),
    "one level down": shift(1),
    "sides at the level of sections": lambda text: re.sub("^### ", "## ", text, flags=re.MULTILINE),
    "no remark behind headings": lambda text: re.sub(r"^(#+ [^（\n]+)（.*）$", r"\1", text, flags=re.MULTILINE),
    "half-width remarks": lambda text: re.sub(r"^(#+ [^（\n]+)（(.*)）$", r"\1 (\2)", text, flags=re.MULTILINE),
    "closed headings": lambda text: re.sub(r"^(#+) (.*)$", r"\1 \2 \1", text, flags=re.MULTILINE),
    "numbered headings": lambda text: re.sub(r"^### ", "### 一、", text, flags=re.MULTILINE),
    "bold headings": lambda text: re.sub(r"^(#+) (.*)$", r"\1 **\2**", text, flags=re.MULTILINE),
    "half-width colons": lambda text: (
        re.sub("^( +- [^：\n]*)：“", r"\1: “", text.split("\n---\n")[0], flags=re.M)
        + "\n---\n"
        + text.split("\n---\n")[1]
    ),
    "问 and 答": lambda text: text.replace("- Q: ", "- 问：").replace("- A: ", "- 答："),
    "Q1 and A1": lambda text: text.replace("- Q: ", "- Q1：").replace("- A: ", "- A1："),
    "bold Q and A": lambda text: text.replace("- Q: ", "- **Q:** ").replace("- A: ", "- **A：**"),
    "Q and A in paragraphs": lambda text: text.replace("- Q: ", "Q: ").replace("  - A: ", "A: "),
    "starred lists": lambda text: re.sub(r"^( *)- ", r"\1* ", text, flags=re.MULTILINE),
    "deep indents": lambda text: re.sub(r"^( +)- ", lambda m: m[1] * 2 + "- ", text, flags=re.MULTILINE),
    "pasted bullets": lambda text: re.sub(r"^( *)- (?![QA“*])", r"\1• ", text, flags=re.MULTILINE),
    "blank lines between items": lambda text: re.sub(r"^( +- .*)$", r"\1\n", text, flags=re.MULTILINE),
    "trailing spaces": lambda text: text.replace("\n", "  \n"),
    "in a fence": lambda text: f"```markdown\n{text}\n```\n",
    "a title": lambda text: "# 长江平台回访（拨打方与接听方）\n\n" + text,
    "the callee first": lambda text: "\n\n".join(reversed(text.split("\n---\n"))),
    "no rule between the sides": lambda text: text.replace("\n---\n", "\n"),
    "a rule right under the closing": lambda text: text.replace("再见！\n\n---", "再见！\n---"),
    "其他 names": lambda text: (
        text.replace("## 电话拨打方", "## 外呼方")
        .replace("## 电话接听方", "## 被叫方")
        .replace("### 问答知识库", "### FAQ")
        .replace("### 分步流程和话术", "### 话术脚本")
        .replace("### 核心任务", "### 任务目标")
        .replace("### 核心关切点", "### 客户顾虑")
        .replace("### 开场白", "### 开场话术")
    ),
    "closing in its own section": lambda text: text.replace("\n结束语示例：\n", "\n### 结束语\n").replace(
        "### 结束条件与结束语\n\n结束条件：\n", "### 结束条件\n"
    ),
    "closing in quotes": lambda text: text.replace("感谢您的时间，祝工作顺利", "“感谢您的时间，祝工作顺利").replace(
        "再次感谢，再见！", "再次感谢，再见！”"
    ),
    "no blank line before 结束语示例": lambda text: text.replace("直接挂了\n\n结束语示例", "直接挂了\n结束语示例"),
}


@pytest.mark.parametrize("clothes", list(SAME))
def test_the_same_card_in_other_clothes(clothes: str) -> None:
    """Encodings, line ends, heading levels, remarks, list marks and names of sections change nothing."""
    card = parse_card(SAME[clothes](TEXT))
    assert without_lines(card) == without_lines(PLAIN)
    assert policy_of(card).own_lines
    assert not card.extra


@pytest.mark.parametrize(("opening", "closing"), ['""', "「」", "『』", "＂＂", "““"])
def test_any_quotes_will_do(opening: str, closing: str) -> None:
    """Straight, corner and mistyped quotes give the same lines."""
    card = parse_card(TEXT.replace("“", opening).replace("”", closing))
    assert [line.text for line in card.caller.script] == [line.text for line in PLAIN.caller.script]
    assert [len(step.lines) for step in card.caller.steps] == [2, 2, 2, 2, 1, 1]
    assert [sample.text for sample in card.callee.imitate] == [sample.text for sample in PLAIN.callee.imitate]
    assert [b.says for b in card.callee.behaviours] == [b.says for b in PLAIN.callee.behaviours]


@pytest.mark.parametrize("word", ["如", "如果", "若", "当", "假如", "一旦", "要是", "倘若"])
@pytest.mark.parametrize("colon", ["：", ":", "：\u3000", " : "])
def test_any_word_for_if_will_do(word: str, colon: str) -> None:
    """The condition is everything in front of the colon, as it is written."""
    card = parse_card(TEXT.replace("如客户起疑或防备：", f"{word}客户起疑或防备{colon}"))
    line = card.caller.steps[0].lines[1]
    assert (line.condition, line.text) == (f"{word}客户起疑或防备", "不会推销商品，就是一句话收意见，马上结束。")


def script(body: str) -> list[tuple[str | None, str]]:
    """The script of a card whose script is `body`."""
    start, end = TEXT.index("### 分步流程"), TEXT.index("### 问答知识库")
    card = parse_card(f"{TEXT[:start]}### 分步流程\n\n{body}\n\n{TEXT[end:]}")
    return [(line.condition, line.text) for line in card.caller.script]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("“您好。”\n\n若客户忙：“打扰了。”", [(None, "您好。"), ("若客户忙", "打扰了。")]),
        ("1. 开场：“您好。”\n2. 结束：“再见。”", [(None, "您好。"), (None, "再见。")]),
        ("1. 开场\n   “您好。”\n   如忙：“打扰了。”", [(None, "您好。"), ("如忙", "打扰了。")]),
        ("第一步：开场\n- “您好。”\n\n第二步：结束\n- “再见。”", [(None, "您好。"), (None, "再见。")]),
        ("#### 1. 开场\n您好。\n#### 2. 结束\n如果忙：打扰了。", [(None, "您好。"), ("如果忙", "打扰了。")]),
        ("- **开场**\n  - 您好。\n- **结束**\n  - 如果忙：打扰了。", [(None, "您好。"), ("如果忙", "打扰了。")]),
        ("- “您好。”或“你好。”", [(None, "您好。"), (None, "你好。")]),
        ("- 若客户忙：“打扰了。”“再见。”", [("若客户忙", "打扰了。"), ("若客户忙", "再见。")]),
        ("- 若客户忙：“打扰了。”；若客户沉默：“再见。”", [("若客户忙", "打扰了。"), ("若客户沉默", "再见。")]),
        ("- 若客户说“没空”或“在忙”：“打扰了。”", [("若客户说“没空”或“在忙”", "打扰了。")]),
        ("- （客户忙）“打扰了。”", [("客户忙", "打扰了。")]),
        ("- “打扰了。”（客户忙时）", [("客户忙时", "打扰了。")]),
        ("- 话术：“您好。”", [(None, "您好。")]),
        ("- “您好，我是‘长江’的小李。”", [(None, "您好，我是‘长江’的小李。")]),
        ("- “您好，没有收尾的引号。", [(None, "您好，没有收尾的引号。")]),
        ("- “您好。”\n- 语气要轻，不说“必须”这类词。", [(None, "您好。")]),
        ("> “您好。”", [(None, "您好。")]),
    ],
)
def test_scripts_are_written_in_many_ways(body: str, lines: list[tuple[str | None, str]]) -> None:
    """Lists, headings, plain paragraphs, several lines in one item, with quotes or without."""
    assert script(body) == lines


def test_steps_as_headings_keep_their_titles() -> None:
    """A heading inside the script is a step, even one that sounds like another section."""
    start, end = TEXT.index("### 分步流程"), TEXT.index("### 问答知识库")
    body = "### 流程\n\n#### 1. 开场与身份确认\n- “您好。”\n\n#### 2. 任务说明\n- “几句话。”\n\n"
    card = parse_card(TEXT[:start] + body + TEXT[end:])
    assert [(step.number, step.title) for step in card.caller.steps] == [(1, "开场与身份确认"), (2, "任务说明")]
    assert card.caller.task == parse_card(TEXT).caller.task


@pytest.mark.parametrize(
    "body",
    [
        "Q: 谁？\nA: 我。\n\nQ: 啥事？\nA: 回访。",
        "- 问：谁？ 答：我。\n- 问：啥事？ 答：回访。",
        "#### 谁？\n我。\n#### 啥事？\n回访。",
        "- 谁？\n  - 我。\n- 啥事？\n  - 回访。",
        "1. **谁？**\n   我。\n2. **啥事？**\n   回访。",
        "| 问题 | 回答 |\n| --- | --- |\n| 谁？ | 我。 |\n| 啥事？ | 回访。 |",
        "- Q：“谁？”\n  - A：“我。”\n- Q：“啥事？”\n  - A：“回访。”",
    ],
)
def test_questions_and_answers_are_written_in_many_ways(body: str) -> None:
    """Marked, by heading, by depth, in a table."""
    start, end = TEXT.index("### 问答知识库"), TEXT.index("### 开场白")
    card = parse_card(f"{TEXT[:start]}### 常见问答\n\n{body}\n\n{TEXT[end:]}")
    assert [(e.questions, e.answer) for e in card.caller.knowledge] == [(("谁？",), "我。"), (("啥事？",), "回访。")]


def cut(heading: str, side: int = 0) -> str:
    """The card without one section, of the caller (0) or the callee (1)."""
    parts = TEXT.split("\n---\n")
    parts[side] = re.sub(rf"^### {heading}.*?(?=^### |\Z)", "", parts[side], flags=re.MULTILINE | re.DOTALL)
    text = "\n---\n".join(parts)
    assert text != TEXT
    return text


@pytest.mark.parametrize(
    ("heading", "side"),
    [
        *[(name, 0) for name in ("核心任务", "目标客户画像", "分步流程和话术", "问答知识库", "开场白")],
        *[(name, 1) for name in ("背景信息", "核心关切点", "对话中的典型行为模式", "回复风格示例", "结束条件")],
    ],
)
def test_what_is_optional_may_be_absent(heading: str, side: int) -> None:
    """A card without this section is a card, and everything else in it is read as before."""
    card = parse_card(cut(heading, side))
    assert policy_of(card).exit_line
    before, after = without_lines(PLAIN), without_lines(card)
    changed = [
        key
        for part in ("caller", "callee")
        for key, value in before[part].items()  # type: ignore[attr-defined]
        if after[part][key] != value  # type: ignore[index]
    ]
    assert len(changed) == (2 if heading == "回复风格示例" else 1)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (cut("角色", 0), "电话拨打方: 角色"),
        (cut("角色", 1), "电话接听方: 角色"),
        (cut("结束条件与结束语", 0), "结束语"),
        (cut("开场白", 0).replace("### 分步流程和话术", "### 天气"), "开场白"),
        (TEXT.split("\n---\n")[0], "电话接听方"),
        (TEXT.split("\n---\n")[1], "电话拨打方"),
        (re.sub(r"结束语示例：\n.*\n", "结束语示例：\n", TEXT), "结束语"),
        ("", "电话拨打方"),
        ("只是一段话。", "电话接听方"),
    ],
)
def test_what_a_call_cannot_do_without_is_named(text: str, named: str) -> None:
    """One error: it names the section, the file and what is expected."""
    with pytest.raises(CardError) as caught:
        parse_card(text, file="某卡.md")
    assert named in caught.value.message
    assert "missing" in caught.value.message
    assert caught.value.file == "某卡.md"


def test_all_that_is_missing_is_named_at_once() -> None:
    """Two holes, one error, with a line to look at."""
    with pytest.raises(CardError) as caught:
        parse_card("## 拨打方\n\n## 接听方\n")
    assert all(word in str(caught.value) for word in ("角色", "开场白", "结束语"))
    assert caught.value.line == 1


def test_a_section_of_both_without_labels_takes_its_last_paragraph_as_closing() -> None:
    """结束条件与结束语 without 结束语示例： still has the words that end the call."""
    card = parse_card(TEXT.replace("结束条件：\n", "").replace("结束语示例：\n", ""))
    assert card.caller.closing.text == PLAIN.caller.closing.text
    assert [piece.text for piece in card.caller.exit_conditions] == [p.text for p in PLAIN.caller.exit_conditions]


def test_a_side_may_have_its_role_right_under_its_heading() -> None:
    """Prose under 电话接听方 is his role where no heading 角色 follows."""
    text = TEXT.split("\n---\n")[0] + "\n## 接听方\n\n张强，开五金店。\n"
    assert parse_card(text).callee.role[0].text == "张强，开五金店。"


def test_a_wrong_encoding_is_named() -> None:
    """A text that is read as GB18030 and has no known heading says how it was read."""
    with pytest.raises(CardError, match="GB18030"):
        parse_card(TEXT.encode() + b"\xe4\xb8")


def test_the_file_is_read_as_its_bytes(tmp_path: Path) -> None:
    """The hash is that of the file's bytes, whatever the encoding."""
    path = tmp_path / "卡 片.md"
    path.write_bytes(TEXT.encode("gb18030"))
    assert read_card(path).sha256 != PLAIN.sha256
    assert read_card(str(path)).name == "卡 片"
    assert parse_card(TEXT.encode()).sha256 == PLAIN.sha256


@pytest.mark.parametrize(
    "text",
    [
        "# 客服\n## 人设\n李明\n## 开场白\n您好。\n## 结束语\n再见。\n# 客户\n## 人设\n张强",
        "**电话拨打方**\n\n**角色**\n\n李明\n\n**开场白**\n\n您好。\n\n**结束语**\n\n再见。\n\n**电话接听方**\n\n**角色**\n\n张强",
        "拨打方：\n\n角色：李明\n\n开场白：您好。\n\n结束语：再见。\n\n接听方：\n\n角色：张强",
        "拨打方\n=====\n\n角色\n---\n李明\n\n开场白\n---\n您好。\n\n结束语\n---\n再见。\n\n接听方\n===\n角色\n---\n张强",
        "# 一、外呼方（李明）\n## 1.1 角色\n李明\n## 1.2 开场白\n“您好。”\n"
        "## 1.3 结束条件和结束语\n- 结束条件：拒绝\n- 结束语：“再见。”\n"
        "# 二、被叫方：张强\n## 2.1 角色\n张强",
        "# Caller\n## Role\n李明\n## Opening\n您好。\n## Closing\n再见。\n# Callee\n## Role\n张强",
    ],
    ids=["客服 and 客户", "bold", "labels", "underlined", "numbered", "English"],
)
def test_headings_are_written_in_many_ways(text: str) -> None:
    """Weak names, bold paragraphs, labels with a colon, underlines, numbers, English."""
    card = parse_card(text)
    assert card.caller.opening is not None
    assert (card.caller.opening.text, card.caller.closing.text) == ("您好。", "再见。")
    assert (card.caller.role[0].text, card.callee.role[0].text) == ("李明", "张强")
