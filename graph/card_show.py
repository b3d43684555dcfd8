"""A card on the terminal: as it was understood, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..agents.cards import Card, Finding
from ..agents.cards.models import StyleLine
from ..agents.cards.models import Text as Prose
from ..agents.noise import noise_profile
from ..agents.temper import temper_of
from .terminal import plain


def show_card(out: Console, card: Card, findings: Sequence[Finding]) -> None:
    """Every section, every step with its lines and their conditions, every question and answer; then the findings."""
    caller, callee = card.caller, card.callee
    limits = card.settings.limits
    out.print(
        Text.assemble(("card ", "bold"), plain(card.name), plain(f"  {card.file} · sha256 {card.sha256[:12]}", "dim"))
    )
    out.print(
        Text(f"  limits: {limits.seconds:g} s, {limits.turns} turns, {limits.characters} characters a turn", "dim")
    )
    _part(out, "caller")
    _prose(out, "role", caller.role)
    _prose(out, "task", caller.task)
    _prose(out, "customer", caller.profile)
    if caller.opening is not None:
        _head(out, "opening")
        _line(out, caller.opening.line, f"“{caller.opening.text}”")
    _head(out, f"script, {len(caller.steps)} steps")
    for step in caller.steps:
        _line(out, step.line, plain(f"{step.number}. {step.title}", "bold"))
        for line in step.lines:
            condition = plain(f"   {line.condition}: " if line.condition else "   always: ", "cyan")
            _line(out, line.line, condition.append_text(plain(f"“{line.text}”")))
        for note in step.notes:
            _line(out, note.line, plain(f"   {note.text}", "dim"))
    _head(out, f"knowledge base, {len(caller.knowledge)} entries")
    for entry in caller.knowledge:
        _line(out, entry.line, f"Q  {entry.asked}")
        _line(out, entry.answer_line, f"A  {entry.answer}")
    _prose(out, "exit conditions", caller.exit_conditions)
    _head(out, "closing")
    for closing in caller.closings:
        _line(out, closing.line, f"“{closing.text}”")
    _part(out, "callee")
    _prose(out, "role", callee.role)
    _prose(out, "background", callee.background)
    _prose(out, "concerns, first", callee.concerns.primary)
    _prose(out, "concerns, second", callee.concerns.secondary)
    _prose(out, "concerns, hidden", callee.concerns.latent)
    _head(out, f"behaviour, {len(callee.behaviours)} patterns")
    for pattern in callee.behaviours:
        _line(out, pattern.line, pattern.text)
    _temper(out, card)
    _style(out, "talks like this", callee.imitate)
    _style(out, "never like this", callee.avoid)
    _prose(out, "endings", callee.endings)
    show_findings(out, findings)


def show_findings(out: Console, findings: Sequence[Finding]) -> None:
    """What is wrong with a card, by line."""
    violations = [finding for finding in findings if finding.severity == "violation"]
    out.print()
    if not findings:
        out.print(Text("nothing is wrong with it", style="green"))
        return
    for (line, place, text), found in groupby(findings, key=lambda f: (f.line, f.place, f.text)):
        words = plain(f"  “{text}”" if text else "")
        where = plain(f"  said {place}" if place else "", "dim")
        out.print(Text.assemble((f"line {line}", "bold"), words, where))
        for finding in found:
            style = "red" if finding.severity == "violation" else "yellow"
            kind = plain(f"    {finding.rule or finding.severity}  ", style)
            out.print(Text.assemble(kind, plain(finding.message)))
    broken = len({violation.line for violation in violations})
    out.print(f"\nlines that break a rule: {broken}; warnings: {len(findings) - len(violations)}")


def _part(out: Console, name: str) -> None:
    out.print(Text.assemble("\n── ", (name, "bold"), " ──"))


def _head(out: Console, title: str) -> None:
    out.print(Text(title, style="bold"))


def _line(out: Console, number: int, text: str | Text) -> None:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=5, style="dim", justify="right")
    grid.add_column(overflow="fold")
    grid.add_row(str(number), plain(text) if isinstance(text, str) else text)
    out.print(grid)


def _prose(out: Console, title: str, texts: Iterable[Prose]) -> None:
    texts = tuple(texts)
    _head(out, title if texts else f"{title}: none")
    for text in texts:
        _line(out, text.line, text.text)


def _style(out: Console, title: str, samples: Iterable[StyleLine]) -> None:
    _head(out, title)
    for sample in samples:
        stage = f"（{sample.stage}）" if sample.stage else ""
        _line(out, sample.line, f"{stage}“{sample.text}”")


def _temper(out: Console, card: Card) -> None:
    """What he is like in a rehearsal, where that comes from, and what is around him."""
    temper, own = temper_of(card), card.settings.callee.model_dump(exclude_none=True)
    _head(out, "in a rehearsal")
    numbers = temper.model_dump(exclude={"sources", "triggers"}) | {"longest": own.get("longest", "-")}
    told = [f"{name} {value if isinstance(value, str) else f'{value:g}'}" for name, value in numbers.items()]
    out.print(plain(f"        {' · '.join(told)}"))
    out.print(
        plain(f"        set by the front matter: {', '.join(own) or 'none'}; the rest as the prose has it", "dim")
    )
    if temper.sources:
        moved = " · ".join(f"{what} {line}" for what, line in sorted(temper.sources.items(), key=lambda each: each[1]))
        out.print(plain(f"        moved by (line): {moved}", "dim"))
    out.print(plain(f"        noise: {noise_profile(card.settings.noise or 'quiet').label}"))
