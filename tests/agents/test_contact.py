"""Placeholders and the contact that fills them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.agents.cards import Card, fill_text, order_answer, parse_card, placeholders_in, policy_of, read_contact
from waihu.evaluators.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
CARD = """\
---
contact:
  courier: 老周
---
## 拨打方
### 角色
长江平台客服李明，联系{name}。
### 话术
1. 开场
   - “您好，{ 称呼 }，我是{{客服}}李明。”
   - 若客户疑惑：“是{店名}那一单。”
2. 提问
   - “{配送时间}由{派送员}送的货，有什么不满意吗？”
### 知识库
- Q：哪一单？
  A：单号是{订单号}。
- Q：谁送的？
  A：{courier}送的。
### 结束语
“再见，{称呼}。”
## 接听方
### 角色
{name}，开店的。
"""


def card(text: str = CARD) -> Card:
    return parse_card(text, file="c.md")


def test_chinese_and_english_names_are_one() -> None:
    """{称呼} is {title}; the team's own names stand for themselves; defaults come from the front matter."""
    filled = card().filled({"title": "张先生", "客服": "客服", "delivery_time": "昨天", "店名": "旺铺"})
    assert [line.text for line in filled.caller.script] == [
        "您好，张先生，我是客服李明。",
        "是旺铺那一单。",
        "昨天由老周送的货，有什么不满意吗？",
    ]
    assert filled.caller.closing.text == "再见，张先生。"
    assert filled.caller.script[0].line == 10


def test_what_the_call_can_do_without_is_left_out() -> None:
    """A conditional line or an answer with a placeholder that nobody knows is dropped, and prose keeps it."""
    filled = card().filled({"title": "张先生", "客服": "客服", "时间": "昨天"})
    assert len(filled.caller.script) == 2
    assert [entry.answer for entry in filled.caller.knowledge] == ["老周送的。"]
    assert filled.callee.role[0].text == "{name}，开店的。"


def test_a_line_that_must_be_said_needs_its_placeholder() -> None:
    """The error names the placeholder, the file, the line, and the cure."""
    with pytest.raises(InputError, match=r"\{称呼\}.*--contact") as caught:
        policy_of(card(), {"客服": "客服"})
    assert (caught.value.file, caught.value.line) == ("c.md", 10)


def test_a_contact_beats_the_default_of_the_card() -> None:
    """What a call brings along is nearer to the truth than the front matter."""
    facts = {"title": "张先生", "客服": "客服", "时间": "昨天", "骑手": "小吴"}
    assert "小吴送的" in card().filled(facts).caller.knowledge[-1].answer
    assert policy_of(card(), facts).facts["courier"] == "小吴"


def test_a_value_is_never_filled_again() -> None:
    """A value with braces stays as it is, whatever it names."""
    assert fill_text("{name}{title}", {"name": "{title}", "title": "{name}"}) == "{title}{name}"
    assert fill_text("{name.__class__}{0}{}{name!r}", {"name": "x"}) == "{name.__class__}{0}{}{name!r}"


@given(st.text(max_size=60), st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=8), max_size=4))
def test_filling_never_fails(text: str, facts: dict[str, str]) -> None:
    """Any text, any facts: a text; without placeholders, the same text."""
    filled = fill_text(text, facts)
    assert isinstance(filled, str)
    if not placeholders_in(text):
        assert filled == text


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({}, None),
        ({"name": "张强"}, None),
        ({"order_number": "A7"}, "是单号A7的那一单。"),
        ({"时间": "昨天下午", "courier": "老周"}, "是昨天下午送到的、由老周配送的那一单。"),
        (
            {"delivery_time": "昨天下午", "courier": "老周", "订单号": "A7"},
            "是昨天下午送到的、由老周配送的、单号A7的那一单。",
        ),
    ],
)
def test_which_order_is_answered_from_what_is_known(facts: dict[str, str], answer: str | None) -> None:
    """哪个订单 gets one sentence, or None where nothing is known of the order."""
    assert order_answer(facts) == answer


def test_the_answer_about_the_order_is_a_line_of_the_card_s_own() -> None:
    """The judge knows the sentence, so that it costs no characters and is no invention."""
    policy = policy_of(card(), {"title": "张先生", "客服": "客服", "时间": "昨天", "订单号": "A7"})
    own = next(line for line in policy.own_lines if "哪个订单？" in line.answers)
    assert own.text == "是昨天送到的、由老周配送的、单号A7的那一单。"


@pytest.mark.parametrize(
    ("name", "text", "contact"),
    [
        ("a.yaml", "姓名: 张强\norder_number: 0071\n", {"name": "张强", "order_number": "0071"}),
        ("a.yml", "{name: 张强, 时间: 2024-05-01 10:00:00}", {"name": "张强", "delivery_time": "2024-05-01 10:00:00"}),
        ("a.json", '{"姓名": "张强", "订单号": 71, "x": null}', {"name": "张强", "order_number": "71"}),
        ("a.json", '{\n\t"name": "张\\u5f3a"\n}', {"name": "张强"}),
        ("a.txt", '{\n\t"name": "张强"\n}', {"name": "张强"}),
    ],
)
def test_a_contact_is_json_or_yaml(tmp_path: Path, name: str, text: str, contact: dict[str, str]) -> None:
    """Either way every value is text in the words of the file: an order number keeps its zeros."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_contact(tmp_path / name) == contact


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("a.yaml", "name: 张强\nx: [1, 2]", 2, "one value"),
        ("a.yaml", "name: 张强\nx: {a: 1}", 2, "one value"),
        ("a.yaml", 'name: "a\\nb"', 1, "line break"),
        ("a.yaml", 'name: "a\\u0007b"', 1, "control character"),
        ("a.yaml", "name: " + "长" * 200, 1, "80 characters"),
        ("a.yaml", "name: 张强\n姓名: 李四", 2, "says again"),
        ("a.yaml", "name: yes", 1, "quotes"),
        ("a.yaml", "- 张强", 1, "keys with values"),
        ("a.yaml", "a{b: 1", 1, "no name of a placeholder"),
        ("a.yaml", "name: &x 1\ntitle: *x", 1, "anchors"),
        ("a.yaml", "", None, "empty"),
        ("a.json", '{"name": "张强",}', 1, "no JSON"),
        ("a.json", '{\n"name": "a",\n"x": [1]}', 3, "one value"),
        ("a.json", '{"a": 1, "a": 2}', None, "twice"),
        ("a.json", "[" * 3900, None, "nested|JSON"),
        ("a.json", "[1]", 1, "keys with values"),
    ],
)
def test_a_contact_that_cannot_be_spoken_is_an_error(
    tmp_path: Path, name: str, text: str, line: int | None, words: str
) -> None:
    """Lists, line breaks, control characters, long values and double keys name file, line and cure."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words) as caught:
        read_contact(tmp_path / name)
    assert caught.value.file is not None
    assert caught.value.file.endswith(name)
    if line is not None:
        assert caught.value.line == line


@given(st.one_of(st.binary(max_size=80), st.text("{}[]:&*!?|>-\"' \n\tab1", max_size=60).map(str.encode)))
def test_any_contact_file_is_a_contact_or_one_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever the bytes: values to speak, or an InputError."""
    for name in ("any.yaml", "any.json"):
        path = tmp_path_factory.getbasetemp() / name
        path.write_bytes(data)
        try:
            contact = read_contact(path)
        except InputError:
            continue
        assert all(isinstance(value, str) for value in contact.values())


def test_a_contact_that_is_not_there_is_an_error() -> None:
    """A missing file, a folder, a name that no file can have."""
    for path in ("nowhere.yaml", "/", "a\x00b"):
        with pytest.raises(InputError, match=r"contact|path"):
            read_contact(path)


def test_the_contact_of_the_example_fits_its_card() -> None:
    """examples/dentist-contact.yaml fills every line of examples/dentist.md that must be said."""
    dentist = parse_card((ROOT / "examples" / "dentist.md").read_bytes(), file="dentist.md")
    filled = dentist.filled(read_contact(ROOT / "examples" / "dentist-contact.yaml"))
    assert not any(placeholders_in(line.text) for line in filled.spoken())
    assert len(filled.caller.knowledge) == 3
