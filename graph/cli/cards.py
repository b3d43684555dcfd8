"""`waihu check` and `waihu prompt`: the card as it was understood."""

from __future__ import annotations

import sys
from typing import Any

import click

from ...evaluators.second import SEMANTIC
from .common import console, contact_of, contact_option, dumped, json_option


@click.command()
@click.argument("card")
@contact_option
@json_option("the card and the findings")
def check(card: str, contact: str | None, as_json: bool) -> None:
    """Print CARD as it was understood, and what is wrong with it, by line.

    Exit status 1 where a line of the script breaks a hard rule in the place where it would be said.
    """
    from ...agents.cards import check_card, read_card
    from ..card_show import show_card

    given = read_card(card)
    findings = check_card(given, contact_of(contact) or {})
    if as_json:
        answer: dict[str, Any] = {
            "card": given.model_dump(mode="json"),
            "findings": [finding.model_dump(mode="json") for finding in findings],
        }
        click.echo(dumped(answer))
    else:
        show_card(console(), given, findings)
    sys.exit(1 if any(finding.severity == "violation" for finding in findings) else 0)


@click.command()
@click.argument("card")
@click.option("--role", type=click.Choice(["caller", "callee", "judge"]), required=True)
@contact_option
def prompt(card: str, role: str, contact: str | None) -> None:
    """Print the system prompt that is compiled from CARD for a model in ROLE."""
    from ...agents.cards import policy_of, read_card
    from ...agents.prompts import callee_prompt, caller_prompt, judge_prompt

    filled = read_card(card).filled(contact_of(contact))
    if role == "judge":
        policy = policy_of(filled)
        click.echo(judge_prompt(policy, [rule for rule in SEMANTIC if rule not in policy.disabled_rules]), nl=False)
        return
    click.echo(caller_prompt(filled) if role == "caller" else callee_prompt(filled), nl=False)
