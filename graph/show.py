"""A call on the terminal: as it happens, and afterwards from its record. Both print the same lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from ..agents.noise import NoiseEvent
from ..agents.trust import Doubtful
from ..evaluators.scores import wilson
from ..evaluators.second import NoOpinion, SecondOpinion
from ..evaluators.verdicts import Violation
from .records import JudgedDraft, Measured, Record, Turn
from .terminal import plain
from .wording import DOUBTS, ORIGINS, ended_by

_NOISE = {
    "colleague": "a voice in the room",
    "aside": "speaks to somebody else",
    "printer": "printer",
    "papers": "papers",
    "dropout": "the line dropped",
    "homophone": "misheard",
    "deletion": "swallowed",
    "passerby": "somebody passes by",
    "navigation": "the navigation speaks",
    "traffic": "traffic",
    "engine": "engine",
}


class CallShow:
    """Prints one call, turn by turn."""

    def __init__(self, console: Console, caller: str, callee: str) -> None:
        self._out = console
        self._names = {"caller": caller, "callee": callee}

    def head(self, card: str, seed: int, caller: str, callee: str, noise: str) -> None:
        """Who calls whom, and from what."""
        who = Text.assemble(
            plain(self._names["caller"], "bold"),
            plain(f" ({caller}) calls "),
            plain(self._names["callee"], "bold"),
            plain(f" ({callee})  card {card} · seed {seed} · noise {noise}\n"),
        )
        self._out.print(who)

    def sent_back(self, draft: JudgedDraft) -> None:
        """A draft that the judge did not pass, and why."""
        action = "ended the call over" if draft.verdict.action == "terminate" else "sent back"
        refused = Text.assemble((f"judge {action} ", "red"), plain(f"“{_short(draft.text)}”", "strike dim"))
        self._line("", "✗", refused)
        for violation in draft.verdict.violations:
            self._line("", "", Text.assemble(plain(violation.rule, "bold red"), plain(f"  {violation.message}")))
            where = _where(violation)
            if where:
                self._line("", "", plain(where, "dim"))
        self._second(draft)

    def turn(self, turn: Turn) -> None:
        """A turn, as it was spoken and as it arrived."""
        for reply in turn.doubtful:
            self._doubtful(reply)
        name = plain(self._names[turn.speaker], "bold yellow" if turn.speaker == "callee" else "bold cyan")
        line = Text.assemble(name, "  ", plain(turn.said.strip() or "（沉默）"))
        notes: list[str] = []
        if turn.mood:
            notes.append(turn.mood)
        if turn.origin is not None and turn.origin in ORIGINS:
            notes.append(ORIGINS[turn.origin])
        if turn.source is not None:
            notes.append(f"card line {turn.source}")
        if turn.cut_off:
            notes.append("cut off")
        if turn.hung_up:
            notes.append("hangs up")
        if turn.why:
            notes.append(f"why: {_short(turn.why, 40)}")
        if turn.stood_in:
            notes.append("a scripted line stands in for him")
        if notes:
            line.append(f"   {' · '.join(notes)}", style="dim italic")
        self._line(_clock(turn.start), "", line)
        if turn.origin == "draft":
            self._second(turn.drafts[-1])
        for event in turn.noise:
            self._line("", "♪", plain(noise_words(event), "magenta"))
        if turn.heard != turn.said:
            heard = turn.heard.strip().replace("\n", " / ") or "（什么都没听到）"
            self._line("", "≠", plain(f"heard: {heard}", "magenta"))

    def drafts(self, turn: Turn) -> None:
        """What the judge made of each draft of a caller's turn."""
        for draft in turn.drafts:
            if draft.verdict.action == "pass":
                act = draft.verdict.act
                does = f"questions {act.questions} · other {act.other_questions} · ends the call {act.ends_call}"
                self._line("", "✓", plain(f"judge passed it: {does}", "green dim"))
                self._second(draft)
            elif draft.origin == "draft":
                self.sent_back(draft)

    def arrived(self, turn: Turn) -> None:
        """A turn as the other side heard it, and nothing that he does not know."""
        name = plain(self._names[turn.speaker], "bold cyan")
        words = turn.heard.strip() or "（什么都没听到）"
        self._line(_clock(turn.start), "", Text.assemble(name, "  ", plain(words)))

    def _doubtful(self, reply: Doubtful) -> None:
        """A reply of the callee that did not count, and why."""
        why = ", ".join(DOUBTS[doubt.kind] for doubt in reply.doubts)
        text = f"“{_short(reply.text)}”{' and hangs up' if reply.hangs_up else ''}"
        words = plain(text if reply.text or not reply.hangs_up else "hangs up", "strike dim")
        self._line("", "?", Text.assemble(("not believed ", "yellow"), words, "  ", plain(why, "yellow")))

    def _second(self, draft: JudgedDraft) -> None:
        if draft.second is not None:
            self._line("", "", plain(second_words(draft.second), "dim"))

    def _line(self, clock: str, mark: str, body: Text) -> None:
        """One line whose body keeps its indent where it wraps."""
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(width=7, style="dim", justify="right")
        grid.add_column(width=1)
        grid.add_column(overflow="fold")
        grid.add_row(clock, mark, body)
        self._out.print(grid)

    def record(self, record: Record) -> None:
        """A whole call, from its record."""
        self.head(record.card.name, record.seed, record.caller.who, record.callee.who, record.noise)
        for turn in record.turns:
            for draft in turn.drafts:
                if draft.origin == "draft" and draft.verdict.action != "pass":
                    self.sent_back(draft)
            self.turn(turn)
        self.summary(record)

    def summary(self, record: Record) -> None:
        """How it ended, what it cost the customer, which rules were kept, what was learned."""
        table = Table.grid(padding=(0, 2))
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        table.add_row("ended", plain(f"{record.ending.how}, by the {ended_by(record.ending)}: {record.ending.why}"))
        if not record.believable:
            table.add_row("customer", "not believed: a scripted line stood in; no rule counts what follows on it")
        if record.blame:
            table.add_row("to blame", plain(record.blame, "bold red"))
        table.add_row("time", f"{record.seconds:.1f} s of the customer's {record.limits.seconds:g} s (simulated)")
        table.add_row("questions", f"{record.questions} asked")
        table.add_row("drafts", f"{record.judged} judged, {len(record.sent_back)} not passed")
        table.add_row("rules", _rules(record))
        table.add_row("learned", plain("\n".join(learned(record))))
        if record.measured.tokens.prompt_tokens:
            table.add_row("models", models_words(record.measured))
        self._out.print()
        self._out.print(Panel(table, title="after the call", title_align="left", expand=False))


def second_words(second: SecondOpinion | NoOpinion) -> str:
    """What a second judge said of a draft, in a short line."""
    if isinstance(second, NoOpinion):
        return f"second judge: no answer: {_short(second.why)}"
    told = [
        f"{rule} {found.ruling}{f': {_short(found.reason, 60)}' if found.reason else ''}"
        for rule, found in second.findings.items()
        if found.ruling != "none"
    ]
    return f"second judge: {' · '.join(told) or f'no violation of {len(second.findings)} rules'}"


def noise_words(event: NoiseEvent) -> str:
    """A noise event in words."""
    return f"{_NOISE[event.kind]}: {event.text}" if event.text else _NOISE[event.kind]


def learned(record: Record) -> list[str]:
    """What the call brought home, a line each."""
    outcome = record.outcome
    lines = [f"{item.kind}: “{item.words}” (at {_clock(record.turns[item.turn].start)})" for item in outcome.feedback]
    if outcome.wrong_person:
        lines.append("wrong person")
    if outcome.preferred_channel:
        lines.append(f"prefers {outcome.preferred_channel}")
    if outcome.do_not_call:
        lines.append("does not want to be called again")
    if not outcome.reached:
        lines.append(f"the question was not put to him: {outcome.why_not}")
    return lines or ["nothing"]


def models_words(measured: Measured) -> str:
    """Tokens and seconds of the models."""
    tokens = measured.tokens
    share = tokens.cached_tokens / tokens.prompt_tokens if tokens.prompt_tokens else 0.0
    return (
        f"{tokens.prompt_tokens} prompt tokens ({share:.0%} from the server's cache), "
        f"{tokens.completion_tokens} written, {measured.wall_seconds:.1f} s of real time"
    )


def many_summary(records: Sequence[Record]) -> dict[str, Any]:
    """How many calls ended, which way, and the rate of every rule with its Wilson interval."""
    rules: dict[str, Any] = {}
    held = [record for record in records if record.ending.how != "callee_failed"]
    for rule in dict.fromkeys(rule for record in held for rule in record.rules):
        states = Counter(record.rules.get(rule, "untested") for record in held)
        rules[rule] = wilson(states["kept"], states["kept"] + states["broken"]).model_dump()
    return {
        "calls": len(records),
        "without_callee": len(records) - len(held),
        "stood_in": sum(any(turn.stood_in for turn in record.turns) for record in records),
        "doubts": dict(Counter(d.kind for r in records for t in r.turns for e in t.doubtful for d in e.doubts)),
        "blame": dict(Counter(record.blame for record in records if record.blame).most_common()),
        "kept": sum(record.kept for record in held),
        "endings": dict(Counter(record.ending.how for record in records).most_common()),
        "rules": rules,
        "seconds": _spread([record.seconds for record in records]),
        "questions": dict(sorted(Counter(record.questions for record in records).items())),
        "reached": sum(record.outcome.reached for record in records),
    }


def show_many(console: Console, records: Sequence[Record]) -> None:
    """The same for a reader."""
    summary = many_summary(records)
    endings = Table(title="how they ended", title_justify="left", box=None)
    for column, justify in (("ending", "left"), ("calls", "right"), ("share", "right")):
        endings.add_column(column, justify=justify)  # type: ignore[arg-type]
    for how, count in summary["endings"].items():
        endings.add_row(plain(how), str(count), f"{count / len(records):.1%}")
    rules = Table(title="\nrules kept by the caller's own drafts", title_justify="left", box=None)
    for column, justify in (("rule", "left"), ("kept", "right"), ("of", "right"), ("rate", "right"), ("95 %", "left")):
        rules.add_column(column, justify=justify)  # type: ignore[arg-type]
    for rule, rate in summary["rules"].items():
        if rate["total"]:
            interval = f"[{rate['low']:.1%}, {rate['high']:.1%}]"
            rules.add_row(plain(rule), str(rate["kept"]), str(rate["total"]), f"{rate['rate']:.1%}", Text(interval))
        else:
            rules.add_row(plain(rule), "-", "0", "-", "not tested: no draft could have broken it")
    console.print(endings)
    console.print(rules)
    spread = summary["seconds"]
    if summary["without_callee"]:
        console.print(f"\n{summary['without_callee']} calls broke down since the callee failed; no rate counts them")
    if summary["stood_in"]:
        console.print(
            f"\nin {summary['stood_in']} calls a scripted line stood in for a customer who could not be believed; "
            "what the caller drafted behind it is in no rule's rate"
        )
    if summary["doubts"]:
        told = ", ".join(f"{DOUBTS[kind]} {count}" for kind, count in summary["doubts"].items())
        console.print(f"\nreplies of the customer that were not believed: {told}")
    if summary["blame"]:
        told = ", ".join(f"{count} the {who}" for who, count in summary["blame"].items())
        console.print(f"\ncalls that failed, by who is to blame: {told}")
    console.print(
        f"\n{summary['calls']} calls, {summary['kept']} with every rule kept, {summary['reached']} reached; "
        f"seconds of the customer's time: median {spread['median']:.1f}, 90th percentile {spread['p90']:.1f}, "
        f"most {spread['most']:.1f}"
    )


def _spread(values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "median": ordered[len(ordered) // 2],
        "p90": ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))],
        "most": ordered[-1],
    }


def _rules(record: Record) -> Text:
    text = Text()
    kept = [rule for rule, state in record.rules.items() if state == "kept"]
    untested = [rule for rule, state in record.rules.items() if state == "untested"]
    for rule, state in record.rules.items():
        if state == "broken":
            text.append_text(plain(f"✗ {rule}  ", "bold red"))
    if kept:
        text.append(f"✓ {len(kept)} kept", style="green")
    if untested:
        text.append(f"  · not put to the test: {', '.join(untested)}", style="dim")
    return text


def _where(violation: Violation) -> str:
    parts = []
    if violation.evidence is not None:
        parts.append(f"words: “{_short(violation.evidence.text)}”")
    if violation.source is not None:
        parts.append(f"card line {violation.source.line}: {_short(violation.source.text)}")
    return " · ".join(parts)


def _short(text: str, most: int = 120) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[:most]}…（{len(text)} characters）"


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
