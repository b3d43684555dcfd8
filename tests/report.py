"""How well the judge reads what it was not made from: `make judge-report`.

The held-out part of the labelled sets, read through the same doors as anybody's calls, and with PUBLIC the questions
of two public corpora. Nothing is printed of a single row: a fault that is looked at is no longer held out.

Precision, recall and shares come with Wilson's interval, F1 with the middle of a bootstrap over the rows; the
intervals are 95 %. Where nothing was missed and nothing was wrong, every resample is as perfect as the set and the
bootstrap says nothing: go by the other two. Where nothing is labelled there is no F1, only false alarms.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple, get_args

import click
from rich.console import Console
from rich.table import Table

from waihu import Auditor, read_card, wilson
from waihu.agents.knowledge import Knowledge
from waihu.evaluators.language import read_callee, read_caller
from waihu.evaluators.rules import BUILT_IN
from waihu.evaluators.scores import Rate
from waihu.evaluators.utterances import Intent

SETS: Final = Path(__file__).parent / "sets"
CARDS: Final = Path(__file__).parents[1] / "examples"
FIVE: Final = ("one-question", "exit-on-refusal", "closing-stays-closed", "brief", "spoken-form")
"""The rules that can be decided without a model."""
RESAMPLES: Final = 1000
SEED: Final = 20240518
_UNMARKED: Final = str.maketrans("", "", "。？！，、；：?!,.;:")
_FIELD: Final = 20
"""Bits for one count: three of them are summed as one number, which is ten times as quick."""

Row = Mapping[str, Any]


class Interval(NamedTuple):
    """A figure and the bounds it lies between; None where nothing was measured."""

    value: float | None
    low: float | None
    high: float | None


class Outcome(NamedTuple):
    """What came of one row, counted in labels: a row may hold several, or none."""

    hits: int
    extra: int
    missed: int

    @classmethod
    def of(cls, found: Iterable[Any], wanted: Iterable[Any]) -> Outcome:
        """The labels of one row, as read and as labelled."""
        found, wanted = set(found), set(wanted)
        return cls(len(found & wanted), len(found - wanted), len(wanted - found))

    @classmethod
    def yes_or_no(cls, found: bool, wanted: bool) -> Outcome:
        """A row with one label or none."""
        return cls(found and wanted, found and not wanted, wanted and not found)


@dataclass(frozen=True)
class Score:
    """Precision, recall and F1 over the labels of many rows."""

    hits: int
    false_alarms: int
    missed: int
    precision: Interval
    recall: Interval
    f1: Interval


@dataclass(frozen=True)
class Figure:
    """One line of the report. `right` is the share of rows that were read without a fault."""

    group: str
    name: str
    n: int
    right: Interval
    score: Score | None = None


def share(group: str, name: str, right: Sequence[bool]) -> Figure:
    """A share of rows."""
    return Figure(group, name, len(right), _interval(wilson(sum(right), len(right))))


def scored(group: str, name: str, outcomes: Sequence[Outcome]) -> Figure:
    """Precision, recall and F1 over rows."""
    hits, extra, missed = (sum(outcome[field] for outcome in outcomes) for field in range(3))
    score = Score(
        hits,
        extra,
        missed,
        precision=_interval(wilson(hits, hits + extra)),
        recall=_interval(wilson(hits, hits + missed)),
        f1=_bootstrapped(outcomes),
    )
    right = wilson(sum(not (outcome.extra or outcome.missed) for outcome in outcomes), len(outcomes))
    return Figure(group, name, len(outcomes), _interval(right), score)


def _interval(rate: Rate) -> Interval:
    return Interval(rate.rate, rate.low, rate.high)


def _bootstrapped(outcomes: Sequence[Outcome]) -> Interval:
    """F1 of the rows, and the middle 95 % of the F1 of as many rows drawn from them again and again."""
    packed = [(hits << 2 * _FIELD) + (extra << _FIELD) + missed for hits, extra, missed in outcomes]
    value = _f1(sum(packed))
    # Seeded anew for each figure, so that none depends on which others are asked for.
    draw = Random(SEED).choices
    drawn = (_f1(sum(draw(packed, k=len(packed)))) for _ in range(RESAMPLES)) if packed else ()
    known = sorted(f1 for f1 in drawn if f1 is not None)
    if value is None or not known:
        return Interval(value, None, None)
    outside = int(0.025 * len(known))
    return Interval(value, known[outside], known[-1 - outside])


def _f1(packed: int) -> float | None:
    mask = (1 << _FIELD) - 1
    hits, extra, missed = packed >> 2 * _FIELD, packed >> _FIELD & mask, packed & mask
    return 2 * hits / (2 * hits + extra + missed) if hits or missed else None


def callee_figures(rows: Sequence[Row]) -> Iterator[Figure]:
    """Who must be let go, and what each line is."""
    acts = [
        read_callee(row["text"], last_caller=row["last_caller"] or "", question_asked=row["question_asked"])
        for row in rows
    ]
    exits = [Outcome.yes_or_no(act.must_exit, row["must_exit"]) for act, row in zip(acts, rows, strict=True)]
    yield scored("callee", "must exit", exits)
    yield scored("callee", "must exit, new words", new_words(rows, exits, "callee"))
    yield share("callee", "intent", [act.intent == row["intent"] for act, row in zip(acts, rows, strict=True)])
    for tag, tagged in by_tag(rows, exits):
        yield scored("must exit by tag", tag, tagged)
    for intent in get_args(Intent):
        one = [
            Outcome.yes_or_no(act.intent == intent, row["intent"] == intent)
            for act, row in zip(acts, rows, strict=True)
        ]
        yield scored("intent", intent, one)


def caller_figures(rows: Sequence[Row], card: Path) -> Iterator[Figure]:
    """What each turn does, and the rules that it breaks."""
    auditor = Auditor(card)
    verdicts = [
        auditor.turn(row["text"], last_callee=row["last_callee"] or "", question_asked=row["question_asked"])
        for row in rows
    ]
    if any(verdict.failed for verdict in verdicts):
        raise click.ClickException("a rule could not answer on some turn: no figure would mean anything")
    acts = [(verdict.act, row) for verdict, row in zip(verdicts, rows, strict=True)]
    yield share("caller", "questions, exactly as many", [act.questions == row["questions"] for act, row in acts])
    others = [act.other_questions == row["other_questions"] for act, row in acts]
    yield share("caller", "other questions, exactly as many", others)
    for name, field in (("question who he is", "identity_question"), ("ends the call", "ends_call")):
        yield scored("caller", name, [Outcome.yes_or_no(getattr(act, field), row[field]) for act, row in acts])

    broken = [(set(verdict.violates), set(row["violates"])) for verdict, row in zip(verdicts, rows, strict=True)]
    # The card of the set forbids no words and demands none, so the rules about those have nothing to say.
    known = [rule.id for rule in BUILT_IN if any(rule.id in found | wanted for found, wanted in broken)]
    for rule in known:
        yield scored("rule", rule, [Outcome.of(found & {rule}, wanted & {rule}) for found, wanted in broken])
    every = [Outcome.of(found, wanted) for found, wanted in broken]
    five = [Outcome.of(found & {*FIVE}, wanted & {*FIVE}) for found, wanted in broken]
    yield scored("rules", f"all {len(known)}", every)
    yield scored("rules", f"all {len(known)}, new words", new_words(rows, every, "caller"))
    yield scored("rules", "the five that need no model", five)
    yield share("rules", "clean turns passed", [not found for found, wanted in broken if not wanted])
    for tag, tagged in by_tag(rows, every):
        yield scored("rules by tag", tag, tagged)


def new_words(rows: Sequence[Row], outcomes: Sequence[Outcome], side: str) -> list[Outcome]:
    """The outcomes of rows whose words, marks aside, do not stand in the part to work on: people say 嗯 everywhere."""
    worked_on = [file for file in SETS.glob(f"*{side}.jsonl") if not file.name.startswith("heldout")]
    seen = {_words(row["text"]) for file in worked_on for row in read(file)}
    return [outcome for row, outcome in zip(rows, outcomes, strict=True) if _words(row["text"]) not in seen]


def _words(text: str) -> str:
    return re.sub(r"\W", "", text)


def by_tag(rows: Sequence[Row], outcomes: Sequence[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
    """The outcomes of each tag's rows, the most frequent tag first."""
    for tag, _ in Counter(sorted(tag for row in rows for tag in row["tags"])).most_common():
        yield tag, [outcome for row, outcome in zip(rows, outcomes, strict=True) if tag in row["tags"]]


def knowledge_figures(rows: Sequence[Row]) -> Iterator[Figure]:
    """Whether each card finds its answer, and gives none to what it only seems to answer."""
    for name in sorted({row["card"] for row in rows}):
        # As the card is written: filling it would leave out the answers that a contact has no data for.
        entries = read_card(CARDS / f"{name}.md").caller.knowledge
        knowledge = Knowledge(entries)
        right: dict[bool, list[bool]] = {True: [], False: []}
        for row in rows:
            if row["card"] != name:
                continue
            wanted = row["answer"]
            if wanted is not None and wanted not in {entry.asked for entry in entries}:
                raise click.ClickException(f"{name} has no entry {wanted!r}: the labels are for another card")
            found = knowledge.find(row["text"])
            right[wanted is not None].append((found.asked if found else None) == wanted)
        yield share("knowledge", f"{name}: all", right[True] + right[False])
        yield share("knowledge", f"{name}: answered right", right[True])
        yield share("knowledge", f"{name}: near-misses left alone", right[False])


def public_figures(folder: Path) -> Iterator[Figure]:
    """Questions of everyday dialogue without a mark to tell them, as a recogniser writes it."""
    asked: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("crosswoz", lambda label: "Request" in label),
        ("kdconv", lambda label: label == "ends_with_qmark"),
    )
    for name, wanted in asked:
        outcomes = []
        # Every other row serves to train (tests/training/asking.py); the rest is reported.
        for row in read(folder / f"{name}_questions.jsonl")[1::2]:
            act = read_caller(row["text"].translate(_UNMARKED))
            found = act.questions + act.other_questions + act.identity_question > 0
            outcomes.append(Outcome.yes_or_no(found, wanted(row["label"])))
        yield scored("public", f"{name}: questions without marks", outcomes)


def read(file: Path) -> list[Row]:
    """The rows of a file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def figures(public: Path | None = None) -> Iterator[Figure]:
    """Every figure that there are rows for."""
    yield from callee_figures(read(SETS / "heldout_callee.jsonl"))
    yield from caller_figures(read(SETS / "heldout_caller.jsonl"), CARDS / "changjiang.md")
    knowledge = SETS / "heldout_knowledge.jsonl"
    if knowledge.exists():
        yield from knowledge_figures(read(knowledge))
    if public is not None:
        yield from public_figures(public)


def shown(interval: Interval, *, between: str = "  ") -> str:
    """`.914  .891-.934`; a dash where nothing was measured."""
    if interval.value is None:
        return "–"
    bounds = "" if interval.low is None or interval.high is None else f"{_short(interval.low)}-{_short(interval.high)}"
    return f"{_short(interval.value)}{between}{bounds}".rstrip()


def _short(value: float) -> str:
    return re.sub(r"^0", "", f"{value:.3f}")


def as_text(found: Iterable[Figure]) -> str:
    """Everything, a line a figure, as wide as it is."""
    table = Table(box=None, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("", no_wrap=True)
    for name in ("n", "wrong", "right, 95 %", "labelled", "precision", "recall", "F1", "false alarms", "missed"):
        table.add_column(name, justify="right", no_wrap=True)
    group = ""
    for figure in found:
        if group and figure.group != group:
            table.add_row()
        score = figure.score
        wrong = round(figure.n * (1 - figure.right.value)) if figure.right.value is not None else 0
        cells = [figure.group * (figure.group != group), figure.name, str(figure.n), str(wrong), shown(figure.right)]
        if score is not None:
            cells += [str(score.hits + score.missed), shown(score.precision), shown(score.recall), shown(score.f1)]
            cells += [str(score.false_alarms), str(score.missed)]
        table.add_row(*cells)
        group = figure.group
    console = Console(width=400, color_system=None)
    with console.capture() as printed:
        console.print(table)
    return "\n".join(line.rstrip() for line in printed.get().splitlines())


_IN_DETAIL: Final = ("must exit by tag", "intent", "rules by tag")


def as_markdown(found: Iterable[Figure]) -> str:
    """The few lines for the README: what has no precision is a share of rows."""
    lines = ["| | n | precision | recall | F1, or share right |", "|---|--:|---|---|---|"]
    for figure in found:
        if figure.group in _IN_DETAIL:
            continue
        score = figure.score
        # A rule's id says what it is; the others need their group.
        name = f"`{figure.name}`" if figure.group == "rule" else f"{figure.group}: {figure.name}"
        kinds = (score.precision, score.recall, score.f1) if score else (None, None, figure.right)
        cells = (shown(kind, between=" ") if kind else "" for kind in kinds)
        lines.append(f"| {name} | {figure.n} | {' | '.join(cells)} |")
    return "\n".join(lines)


def as_json(found: Iterable[Figure]) -> str:
    """All figures in full; an interval is an object, None where nothing was measured."""

    def plain(value: Any) -> Any:
        if isinstance(value, Interval):
            return value._asdict()
        return {key: plain(part) for key, part in vars(value).items()} if hasattr(value, "__dict__") else value

    about = {"confidence": 0.95, "resamples": RESAMPLES, "seed": SEED}
    return json.dumps({**about, "figures": [plain(figure) for figure in found]}, ensure_ascii=False, indent=2)


@click.command()
@click.option("--public", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The public corpora.")
@click.option("--markdown", "form", flag_value="markdown", help="The table of the README alone.")
@click.option("--json", "form", flag_value="json", help="All figures as data.")
def main(public: Path | None, form: str | None) -> None:
    """What the judge gets right on the held-out part of the labelled sets."""
    found = list(figures(public))
    write = {"markdown": as_markdown, "json": as_json}.get(form or "", as_text)
    click.echo(write(found))


if __name__ == "__main__":
    main()
