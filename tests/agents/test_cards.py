"""Reading a card: the seed, the examples, and whatever else somebody may hand in."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from waihu.agents.cards import (
    Card,
    exit_line_of,
    parse_card,
    policy_of,
    question_of,
    read_card,
    situations_of,
)
from waihu.evaluators.errors import CardError, InputError

from ..timing import undisturbed

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "changjiang.md"
SEED = ROOT.parent / "shared" / "seed" / "changjiang-callback.md"
CARDS = [EXAMPLE, pytest.param(SEED, marks=pytest.mark.skipif(not SEED.exists(), reason="the seed is not at hand"))]
QUESTION = "您刚收完咱们平台送的货，是否有任何配送上不满意、或觉得该改进的细节？很简短，您随意说即可。"
SMALL = "## 拨打方\n### 角色\n某平台客服李明\n### 开场白\n您好。\n### 结束语\n再见。\n## 接听方\n### 角色\n张强"


@pytest.fixture(params=CARDS, ids=["example", "seed"])
def card(request: pytest.FixtureRequest) -> Card:
    return read_card(request.param)


def test_the_script_is_read_whole(card: Card) -> None:
    """Six steps, ten lines, each on its own line of the file, with its condition but without the colon."""
    assert [step.number for step in card.caller.steps] == [1, 2, 3, 4, 5, 6]
    assert [len(step.lines) for step in card.caller.steps] == [2, 2, 2, 2, 1, 1]
    assert [line.line for line in card.caller.script] == [23, 24, 27, 28, 31, 32, 35, 36, 39, 42]
    assert [line.condition is None for line in card.caller.script] == [
        *(True, False, True, False, False),
        *(False, False, False, False, True),
    ]
    assert all(line.condition is None or line.condition[-1] not in "：:，," for line in card.caller.script)
    assert not any(mark in line.text for line in card.caller.script for mark in "“”")


def test_a_quoted_word_in_a_condition_is_not_spoken(card: Card) -> None:
    """只说“没问题”，“好的…” has one spoken line; 没问题 belongs to its condition."""
    line = card.caller.steps[2].lines[0]
    assert line.text == "好的，了解您的意思，非常感谢，我不再打扰。"
    assert line.condition is not None
    assert line.condition.endswith("只说“没问题”")


def test_the_knowledge_base_is_read_whole(card: Card) -> None:
    """Six entries; a question of two sentences is two questions with one answer."""
    assert [entry.line for entry in card.caller.knowledge] == [46, 49, 52, 55, 58, 61]
    assert card.caller.knowledge[0].questions == ("这电话为什么打来？", "推销吗？")
    assert card.caller.knowledge[4].answer.startswith("可以，全程支持短信或平台留言")


def test_opening_conditions_and_closing_are_read(card: Card) -> None:
    """结束条件与结束语 holds both, told apart by the lines that name them."""
    caller = card.caller
    assert caller.opening is not None
    assert (caller.opening.line, caller.closing.line) == (66, 78)
    assert caller.opening.text.startswith("您好，请问张强先生在吗？")
    assert caller.closing.text.endswith("再次感谢，再见！")
    assert [piece.line for piece in caller.exit_conditions] == [71, 72, 73, 74, 75]
    assert not caller.other_closings


def test_the_callee_is_read_whole(card: Card) -> None:
    """Three tiers of concerns, ten behaviours, three samples to avoid, ten to imitate, five endings."""
    callee = card.callee
    tiers = (callee.concerns.primary, callee.concerns.secondary, callee.concerns.latent)
    assert [len(tier) for tier in tiers] == [2, 3, 3]
    assert (len(callee.background), len(callee.behaviours), len(callee.endings)) == (10, 10, 5)
    assert (len(callee.avoid), len(callee.imitate)) == (3, 10)
    assert callee.behaviours[0].says == ("什么事？短说。",)
    assert callee.behaviours[2].phrases[0] == "反馈很重要、希望您配合"
    assert callee.behaviours[2].says == ("你们问再多也没用吧？",)
    assert [b.is_background for b in callee.behaviours].index(True) == 1


def test_a_stage_direction_is_taken_off_the_words(card: Card) -> None:
    """（电话背景远处）“哎，…” is said in the background, and its direction is nobody's words."""
    (background,) = [sample for sample in card.callee.imitate if sample.is_background]
    assert background.stage == "电话背景远处"
    assert background.text == "哎，文件你放这，快点——"


def test_the_question_and_the_exit_line_are_found(card: Card) -> None:
    """Q is the one line that asks for feedback; the exit line is the script's for being interrupted."""
    question = question_of(card)
    assert question is not None
    assert (question.text, question.line) == (QUESTION, 27)
    assert exit_line_of(card).line == 39


def test_the_policy_knows_the_card(card: Card) -> None:
    """Names, companies, kinds of lines and the line that each rule stands on come of the card alone."""
    policy = policy_of(card)
    assert policy.exit_line == "我这边马上结束，给您添麻烦了，谢谢，祝顺利。"
    assert policy.caller_names == ("李明",)
    assert {"张强", "张强先生", "张先生"} <= set(policy.callee_names)
    assert not {"张", "请问张强"} & set(policy.callee_names)
    assert {"长江平台", "长江平台配送"} <= set(policy.companies)
    kinds = {line.line: line.kind for line in policy.own_lines}
    assert {kinds[66], kinds[23]} == {"opening"}
    assert (kinds[27], kinds[39], kinds[42], kinds[78], kinds[47]) == (
        *("question", "exit", "closing", "closing", "answer"),
    )
    lines = {rule: source.line for rule, source in policy.sources.items()}
    assert lines["one-question"] == lines["no-retention"] == 30
    assert lines["exit-on-refusal"] == 38
    assert lines["closing-stays-closed"] == 41
    assert lines["stay-on-topic"] == 34
    assert lines["faithful-to-card"] == 44
    assert lines["no-promotion"] == 24
    assert "spoken-form" not in lines


def test_the_example_speaks_the_seed_s_words() -> None:
    """The example card has every line of the seed that is spoken, and none of its prose."""
    if not SEED.exists():
        pytest.skip("the seed is not at hand")
    seed, ours = read_card(SEED), read_card(EXAMPLE)
    assert [line.text for line in seed.spoken()] == [line.text for line in ours.spoken()]
    assert [(e.questions, e.answer) for e in seed.caller.knowledge] == [
        (e.questions, e.answer) for e in ours.caller.knowledge
    ]
    assert [s.text for s in (*seed.callee.avoid, *seed.callee.imitate)] == [
        s.text for s in (*ours.callee.avoid, *ours.callee.imitate)
    ]
    assert [b.phrases for b in seed.callee.behaviours] == [b.phrases for b in ours.callee.behaviours]
    prose = {p.text for p in (*seed.caller.role, *seed.caller.task, *seed.caller.profile, *seed.callee.background)}
    assert not prose & {p.text for p in (*ours.caller.role, *ours.caller.profile, *ours.callee.background)}


def test_another_trade_is_read_with_its_settings() -> None:
    """Other heading levels, straight quotes, steps as headings, two more tiers of lists, and front matter."""
    card = read_card(ROOT / "examples" / "dentist.md")
    assert card.name == "复诊满意度回访"
    assert (card.settings.limits.seconds, card.settings.limits.turns, card.settings.limits.characters) == (75, 10, 55)
    assert [step.title for step in card.caller.steps] == ["报明身份", "只问一次", "收下意见，不延伸"]
    assert [situations_of(line.condition) for line in card.caller.steps[1].lines] == [
        *(("none",), ("busy",), ("silence",)),
    ]
    assert len(card.caller.knowledge) == 4
    assert [len(tier) for tier in (card.callee.concerns.primary, card.callee.concerns.latent)] == [1, 1]
    assert (len(card.callee.avoid), len(card.callee.imitate)) == (1, 7)
    assert not card.extra
    assert not card.ignored
    assert exit_line_of(card).line == 8


@pytest.mark.parametrize(
    ("condition", "situations"),
    [
        (None, ("none",)),
        ("如果客户表现疑惑/防备", ("doubt",)),
        ("若客户表示没时间或不愿意", ("busy", "refusal")),
        ("客户如持续沉默或只说“没问题”", ("silence", "no_feedback")),
        ("若客户急促要求结束", ("wants_end",)),
        ("客户如有简单反馈", ("feedback",)),
        ("如果客户表达质疑或反感", ("displeased",)),
        ("被中断/打断", ("interrupted",)),
        ("若对方没有意见", ("no_feedback",)),
        ("满意", ("feedback",)),
        ("客户发火或骂人", ("angry",)),
        ("若对方不满意", ("feedback",)),
        ("如果不是本人", ("wrong_person",)),
        ("如果下雨", ("other",)),
    ],
)
def test_a_condition_names_its_situations(condition: str | None, situations: tuple[str, ...]) -> None:
    """What a condition means is read from its words, in their order."""
    assert situations_of(condition) == situations


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nowhere.md", "no such file"),
        ("", "folder"),
        ("a\x00b.md", "cannot be read"),
        ("x" * 5000, "cannot be read"),
        ("utf8.md", "UTF-8, UTF-16 or GB18030"),
        ("large.md", "256 KB"),
    ],
)
def test_a_file_that_is_no_card_is_one_error(tmp_path: Path, path: str, words: str) -> None:
    """Missing, a folder, unreadable, no text, too large: a CardError that names the file and the cure."""
    (tmp_path / "utf8.md").write_bytes("您好".encode() + b"\xff\xff")
    (tmp_path / "large.md").write_bytes(b"x" * 2_000_000)
    with pytest.raises(CardError, match=words):
        read_card(tmp_path / path)


@pytest.mark.parametrize(
    ("front", "line", "words"),
    [
        ("limit:\n  turns: 3", 2, "did you mean limits"),
        ("limits:\n  turn: 3", 3, "did you mean turns"),
        ("limits:\n  turns: many", 3, "whole number"),
        ("limits:\n  turns: 2.5", 3, "whole number"),
        ("limits:\n  seconds: .inf", 3, "number from 1 to 3600"),
        ("limits: 3", 2, "seconds, turns, characters"),
        ("name: x\nname: y", 3, "twice"),
        ("rules:\n  off: [one-questions]", 3, "did you mean one-question"),
        ("rules:\n  forbidden: {a: b}", 3, "list of texts"),
        ("noise: worksop", 2, "did you mean workshop"),
        ("language: fr", 2, "known: zh"),
        ("contact:\n  name: [a]", 3, "one value"),
        ("contact:\n  name: true", 3, "quotes"),
        ("exit_line: |\n  a\n  b", 2, "one line"),
        ("name: &a x\ncontact: {name: *a}", 2, "anchors"),
        ("name: !!python/object:os.system x", 2, "tag"),
        ("name: 'x", 2, "no YAML"),
        ("name: [[[[[[[[[1]]]]]]]]]", 2, "deeper"),
    ],
)
def test_front_matter_that_is_not_understood_is_an_error_with_its_line(front: str, line: int, words: str) -> None:
    """Unknown keys and wrong types name the line, the known keys, and the one that was meant."""
    with pytest.raises(CardError, match=words) as caught:
        parse_card(f"---\n{front}\n---\n{SMALL}", file="my.md")
    assert caught.value.file == "my.md"
    assert caught.value.line == line


def test_front_matter_sets_what_it_says() -> None:
    """Every key arrives; an order number keeps its zeros, and lines below keep their numbers."""
    card = parse_card(
        "---\nname: 甲\nlanguage: zh\nlimits: {seconds: 90.5, turns: 4}\nexit_line: “打扰了，再见。”\nnoise: workshop\n"
        "rules:\n  off: [brief]\n  forbidden: 绝对最低价\nnames: {caller: [小李], companies: [某平台]}\n"
        "contact: {订单号: 007, 时间: 2024-05-01}\n---\n" + SMALL
    )
    settings_ = card.settings
    assert (card.name, settings_.noise, settings_.rules.off) == ("甲", "workshop", ("brief",))
    assert settings_.rules.forbidden == ("绝对最低价",)
    assert settings_.contact == {"order_number": "007", "delivery_time": "2024-05-01"}
    assert settings_.exit_line is not None
    assert (settings_.exit_line.text, settings_.exit_line.line) == ("打扰了，再见。", 5)
    assert (card.caller.role[0].line, card.caller.role[0].text) == (15, "某平台客服李明")
    policy = policy_of(card)
    assert policy.exit_line == "打扰了，再见。"
    assert policy.disabled_rules == {"brief"}
    assert policy.caller_names == ("小李", "李明")


def test_front_matter_must_be_closed() -> None:
    """Front matter without its second rule is an error, not a card without settings."""
    with pytest.raises(CardError, match="never closed"):
        parse_card("---\nname: x\n\n" + SMALL)


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    """A document may begin with a thematic break."""
    assert parse_card("---\n\n" + SMALL.replace("## 接听方", "---\n## 接听方")).caller.closing.text == "再见。"


def test_nothing_is_lost_in_silence() -> None:
    """An unknown heading, text above the first heading, HTML and an unanswered question are kept, with their lines."""
    card = parse_card("前言。\n\n<!-- x -->\n\n" + SMALL + "\n### 天气\n下雨\n### 行为\n- 急")
    assert [piece.line for piece in card.ignored] == [1, 3]
    assert [(section.heading, section.body[0].text) for section in card.extra] == [("天气", "下雨")]
    asked = parse_card(SMALL.replace("## 接听方", "### 常见问答\n- Q：谁？\n- Q：啥事？\n## 接听方"))
    assert [piece.text for piece in asked.ignored] == ["谁？", "啥事？"]


_PIECES = """\
## 电话拨打方|## 电话接听方|### 角色|### 开场白|### 结束语|### 分步流程和话术|### 问答知识库|### 回复风格示例
### 核心关切点|#### |- “您好。”|1. **一**|   - 如果客户忙：“好的。”|- Q: 谁？|  - A: 我。|- **反面教材**：|---|name: x
limits:|  turns: 3|> |\t|{name}|“|”|：|（远处）|<think>|```|**|[x]: y|李明|张强，35岁|\x00|\ud800|\u2028|&#x0;
结束语示例：|我是长江平台的李明|接听方：|结束语：再见。"""
_WORDS = st.sampled_from(["| a | b |", *(piece for row in _PIECES.split("\n") for piece in row.split("|"))])
_DOCUMENTS = st.lists(st.one_of(_WORDS, st.text(max_size=12)), max_size=40).map("\n".join)


@settings(max_examples=300, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(_DOCUMENTS, st.text(), st.binary(), _DOCUMENTS.map(lambda text: SMALL + "\n" + text)))
@example(b"\xff\xfe")
@example("")
@example("---\n---")
@example("---\na: 2001-99-99\n---")
@example("\r\r---\r\n? a\n---")
def test_anything_is_a_card_or_one_error(data: str | bytes) -> None:
    """Whatever the input: a Card that compiles to a policy, or a CardError."""
    try:
        card = parse_card(data)
    except CardError:
        return
    assert isinstance(card, Card)
    assert card == Card.model_validate_json(card.model_dump_json())
    with suppress(InputError):  # a placeholder that nobody knows
        assert policy_of(card).exit_line


@pytest.mark.parametrize("piece", ["[", ">", "*", "- ", "“", "`", "{", "如果：“a”", "<", "&", "#", "|"])
@pytest.mark.parametrize("shape", ["one line", "many lines", "as large as may be"])
def test_a_bomb_takes_less_than_a_second(piece: str, shape: str) -> None:
    """A 2 MB line and the worst that fits the limits are a card or an error in under a second."""
    if shape == "one line":
        text = piece * (2_000_000 // len(piece))
    elif shape == "many lines":
        text = SMALL + "\n" + (piece + "x\n\n") * 4_900
    else:
        row = (piece * 4_000)[:3_900]
        text = "## 拨打方\n### 分步流程\n- " + "\n- ".join([row] * (250_000 // len(row.encode())))
    with undisturbed() as clock:
        with suppress(CardError):
            parse_card(text)
        assert clock() < 1


def test_lists_in_lists_in_lists_end() -> None:
    """Nesting a thousand deep is cut off, not followed."""
    nested = "\n".join(" " * (2 * depth) + "- x" for depth in range(450))
    quotes = "\n".join(">" * depth + " x" for depth in range(600))
    with undisturbed() as clock:
        for text in (nested, quotes):
            assert parse_card(SMALL + "\n" + text)
        assert clock() < 1
