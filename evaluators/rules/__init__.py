"""The hard rules, each in a small home of its own, in the order in which they are explained."""

from ..verdicts import Rule
from .brief import Brief
from .closing_stays_closed import ClosingStaysClosed
from .exit_on_refusal import ExitOnRefusal
from .faithful_to_card import FaithfulToCard
from .forbidden_phrase import ForbiddenPhrase
from .no_promotion import NoPromotion
from .no_retention import NoRetention
from .one_question import OneQuestion
from .required_phrase import RequiredPhrase
from .spoken_form import SpokenForm
from .stay_on_topic import StayOnTopic

BUILT_IN: tuple[Rule, ...] = (
    OneQuestion(),
    ExitOnRefusal(),
    NoRetention(),
    NoPromotion(),
    ClosingStaysClosed(),
    StayOnTopic(),
    FaithfulToCard(),
    Brief(),
    SpokenForm(),
    ForbiddenPhrase(),
    RequiredPhrase(),
)
"""Every built-in rule, in the order of the table of rules; a card may switch some off."""
