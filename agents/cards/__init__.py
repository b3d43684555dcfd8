"""Cards: role documents in Chinese Markdown, read into frozen typed models and compiled for the judge.

`read_card` reads a file, `check_card` says what is wrong with it, `policy_of` compiles it, `read_contact` reads what is
known of one customer.
"""

from .check import Finding, check_card
from .compile import exit_line_of, policy_of, question_of, sources_of
from .contact import facts_of, fill, fill_text, order_answer, placeholders_in, read_contact
from .models import (
    QA,
    Behaviour,
    CalleeCard,
    CalleeSettings,
    CallerCard,
    Card,
    Concerns,
    Limits,
    NameSettings,
    RuleSettings,
    ScriptLine,
    Section,
    Settings,
    Step,
    StyleLine,
    Text,
)
from .reading import parse_card, read_card
from .situations import REPRESENTATIVE, Situation, situations_of

__all__ = [
    "QA",
    "REPRESENTATIVE",
    "Behaviour",
    "CalleeCard",
    "CalleeSettings",
    "CallerCard",
    "Card",
    "Concerns",
    "Finding",
    "Limits",
    "NameSettings",
    "RuleSettings",
    "ScriptLine",
    "Section",
    "Settings",
    "Situation",
    "Step",
    "StyleLine",
    "Text",
    "check_card",
    "exit_line_of",
    "facts_of",
    "fill",
    "fill_text",
    "order_answer",
    "parse_card",
    "placeholders_in",
    "policy_of",
    "question_of",
    "read_card",
    "read_contact",
    "situations_of",
    "sources_of",
]
