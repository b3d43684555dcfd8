"""The card check: lines that break the hard rules in the place where they would be said, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from waihu.agents.cards import REPRESENTATIVE, Finding, check_card, parse_card, read_card, read_contact
from waihu.evaluators.language import read_callee

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT.parent / "shared" / "seed" / "changjiang-callback.md"
EXAMPLE = ROOT / "examples" / "changjiang.md"
CARDS = [EXAMPLE, pytest.param(SEED, marks=pytest.mark.skipif(not SEED.exists(), reason="the seed is not at hand"))]
TEXT = EXAMPLE.read_text(encoding="utf-8")


def of(text: str, severity: str) -> list[Finding]:
    return [finding for finding in check_card(parse_card(text)) if finding.severity == severity]


@pytest.mark.parametrize("path", CARDS, ids=["example", "seed"])
def test_the_seed_s_fallback_is_found_and_no_other_line(path: Path) -> None:
    """完全理解，不强求… asks again after a refusal, once Q was asked: three rules broken, all on line 28."""
    findings = check_card(read_card(path))
    assert {finding.line for finding in findings} == {28}
    assert {finding.rule for finding in findings} == {"exit-on-refusal", "no-retention", "one-question"}
    assert all(finding.severity == "violation" for finding in findings)
    assert all("asked" in finding.place and finding.message for finding in findings)


def test_the_second_example_is_without_fault() -> None:
    """Nothing is wrong with the dentist's card, with its contact."""
    card = read_card(ROOT / "examples" / "dentist.md")
    assert check_card(card, read_contact(ROOT / "examples" / "dentist-contact.yaml")) == ()


def test_without_a_contact_the_placeholders_are_named() -> None:
    """A call may bring its own contact, so what nobody knows yet is a warning."""
    findings = check_card(read_card(ROOT / "examples" / "dentist.md"))
    assert {finding.severity for finding in findings} == {"warning"}
    assert [finding.message.split()[1] for finding in findings] == ["name", "visit_time", "doctor"]
    assert "left out" in findings[-1].message


@pytest.mark.parametrize(
    ("old", "new", "line", "rule"),
    [
        ("祝工作顺利，", "您还有别的意见吗？", 78, "closing-stays-closed"),
        ("很简短，您随意说即可。", "包装好不好？", 27, "one-question"),
        ("明白，我这边马上结束，感激您的时间。", "您先别挂，就耽误您一秒。", 32, "no-retention"),
        ("您的想法我们照实记录，", "给您一张优惠券，", 36, "no-promotion"),
        ("我这边马上结束，给您添麻烦了，谢谢，祝顺利。", "好的，我稍后再打给您。", 39, "closing-stays-closed"),
        ("不会推销商品，", "**不会**推销😀，", 24, "spoken-form"),
    ],
)
def test_a_line_that_breaks_a_rule_is_found_where_it_stands(old: str, new: str, line: int, rule: str) -> None:
    """Each rule, on a line of its own; the place tells after which words of the customer."""
    assert old in TEXT
    found = {(finding.line, finding.rule) for finding in of(TEXT.replace(old, new), "violation")}
    assert (line, rule) in found


def test_an_exit_line_of_the_settings_is_judged_too() -> None:
    """exit_line is said when an exit is demanded, so it may not ask."""
    text = "---\nexit_line: 好的，那您觉得哪里不满意？\n---\n" + TEXT
    assert (2, "one-question") in {(finding.line, finding.rule) for finding in of(text, "violation")}


def test_a_rule_that_is_off_is_not_checked() -> None:
    """A card may switch a rule off; the check follows."""
    text = "---\nrules: {off: [no-retention]}\n---\n" + TEXT
    assert "no-retention" not in {finding.rule for finding in of(text, "violation")}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TEXT.replace("### 开场白\n", "### 天气\n\n晴。\n\n### 开场白\n"), "not read"),
        (TEXT.replace("## 电话接听方", "## 电话接听方\n\n### 背景信息\n"), "is empty"),
        ("前言。\n\n" + TEXT, "not read"),
        (
            TEXT.replace("是否有任何配送上不满意、或觉得该改进的细节？很简短，您随意说即可。", "谢谢您。"),
            "no line of the script asks",
        ),
        (TEXT.replace("“感谢您的回复，", "“您觉得包装怎么样？”\n   - “感谢您的回复，"), "a second question"),
        (TEXT.replace("话被中断/打断：", "").replace("若客户急着要求结束：", "如果下雨："), "not clear when"),
        (TEXT.replace("  - A: 绝对不是推销，仅做服务例行回访，确保送货没问题，不会占用时间。", ""), "with its answer"),
    ],
)
def test_what_is_hardly_meant_is_a_warning(text: str, words: str) -> None:
    """Ignored, empty, without a question, with two, without a condition that anybody understands."""
    assert any(words in finding.message for finding in of(text, "warning"))


def test_no_line_for_a_refusal_is_a_warning() -> None:
    """Where the script has nothing for being refused, the closing is said, and the team is told."""
    start, end = TEXT.index("### 分步流程"), TEXT.index("### 问答知识库")
    text = TEXT[:start] + "### 话术\n\n- “您对配送有什么不满意吗？”\n\n" + TEXT[end:]
    assert any("no line for being refused" in finding.message for finding in of(text, "warning"))


def test_the_representative_lines_do_what_they_stand_for() -> None:
    """The lines behind which a script line is judged demand an exit exactly where their situation does."""
    demanding = {"busy", "refusal", "no_feedback", "silence", "wants_end", "interrupted", "wrong_person", "angry"}
    opening, question = "您好，请问张强先生在吗？", "有什么不满意吗？"
    for situation, lines in REPRESENTATIVE.items():
        for line in lines:
            asked = situation != "none"
            act = read_callee(line, last_caller=question if asked else opening, question_asked=asked)
            assert act.must_exit == (situation in demanding), (situation, line)
            assert not act.hung_up
