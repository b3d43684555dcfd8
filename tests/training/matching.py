"""Trains matching.safetensors: what a customer says, and the entry of a knowledge base that answers it.

Taught by the topics of many imaginary cards (tests/sets/topics.jsonl) and by the lines to the example cards. A card's
lines are read together: each is to find its entry among those of its card, or none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from random import Random
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy, embedding_bag, normalize

from waihu import read_card
from waihu.agents.cards.models import QA
from waihu.agents.knowledge import Knowledge
from waihu.agents.matching import features
from waihu.evaluators.language.learned.table import Seen

from .tables import Parts
from .train import EXAMPLES, IN, labelled, named, scaled
from .vectors import vectors

_NETS = 2
_DIMENSIONS = 48
_EPOCHS = 60
_RATE = 0.003
_DROPPED = 0.7
_LEAST = 2
"""A feature counts from so many texts on."""
_UNTOLD = 0.4
"""The share of lines that are read without what the words say, anew each time."""
_TAKEN_AWAY, _HALF_AS_MUCH = 0.15, 0.5
"""The share of lines whose entry is taken out of the card, so that none answers, and what such a line counts."""
_AS_IT_STANDS = 2
"""How often the question of an entry itself is among the lines."""
_UNANSWERED = 0.3
"""How often a card is read without its answers: some say nothing that another would not."""
_MANY = 10
"""Entries, from which on a card serves by halves too."""
_NOT_ASKED = ("feedback_negative", "feedback_positive", "asks_repeat", "identity_confirm")
"""Intents of callee lines to which no entry is an answer …"""
_LINES_OF_THEM = 300
"""… so many of which teach each example card to leave them alone."""


class Card(NamedTuple):
    """The entries of a card, and lines with the number of the entry that answers each; none is one past the last."""

    entries: tuple[QA, ...]
    lines: tuple[str, ...]
    answers: tuple[int, ...]


def cards() -> Iterator[Card]:
    """The imaginary cards, and the example cards with the rows to work on."""
    for _, group in groupby(labelled("topics"), key=lambda row: row["card"]):
        topics = list(group)
        entries = [QA(questions=(row["question"],), answer=row["answer"], line=1, answer_line=1) for row in topics]
        lines = [(line, number) for number, row in enumerate(topics) for line in row["lines"]]
        lines += [(line, len(topics)) for row in topics for line in row["near"]]
        # Nobody who was asked for lines that are hard to tell writes the question as the card does.
        lines += [(row["question"], number) for number, row in enumerate(topics) for _ in range(_AS_IT_STANDS)]
        yield _card(entries, lines)
        if len(topics) > _MANY:
            yield from (_half(entries, lines, which) for which in range(2))
    rows = [*labelled("knowledge"), *labelled("knowledge_b")]
    idle = [row["text"] for row in labelled("callee") if row["intent"] in _NOT_ASKED and not row["must_exit"]]
    for name in sorted({row["card"] for row in rows}):
        found = read_card(EXAMPLES / f"{name}.md").caller.knowledge
        number = {entry.asked: place for place, entry in enumerate(found)}
        told = [(row["text"], number.get(row["answer"], len(found))) for row in rows if row["card"] == name]
        yield _card(found, [*told, *((text, len(found)) for text in Random(name).sample(idle, _LINES_OF_THEM))])


def _half(entries: Sequence[QA], lines: Sequence[tuple[str, int]], which: int) -> Card:
    """Every other entry, with all the lines: what the rest would answer, none does."""
    kept = range(which, len(entries), 2)
    number = {place: new for new, place in enumerate(kept)}
    return _card([entries[place] for place in kept], [(line, number.get(place, len(kept))) for line, place in lines])


def _card(entries: Sequence[QA], lines: Sequence[tuple[str, int]]) -> Card:
    return Card(tuple(entries), tuple(line for line, _ in lines), tuple(answer for _, answer in lines))


class Places(nn.Module):
    """Puts texts into the space: by features of its own, and by what is known of words anywhere."""

    def __init__(self, features: int, words: torch.Tensor) -> None:
        super().__init__()
        self._words = words
        self.own = nn.EmbeddingBag(features, _DIMENSIONS, mode="sum", include_last_offset=True)
        self.alike = nn.Linear(words.shape[1], _DIMENSIONS, bias=False)
        nn.init.normal_(self.own.weight, std=0.05)
        nn.init.normal_(self.alike.weight, std=words.shape[1] ** -0.5)

    def forward(self, own: Bags, words: Bags) -> torch.Tensor:
        known = embedding_bag(words[0], self._words, words[1], mode="sum", include_last_offset=True)
        return normalize(self.own(*own) + self.alike(known), dim=1)

    def rows(self) -> tuple[Any, Any]:
        """What a feature weighs by itself, and what each word adds."""
        return self.own.weight.detach().numpy(), self.alike(self._words).detach().numpy()


Bags = tuple[torch.Tensor, torch.Tensor]


class Network(nn.Module):
    """One of the networks of `Matcher`."""

    def __init__(self, features: int, words: torch.Tensor) -> None:
        super().__init__()
        self.asked, self.answered = Places(features, words), Places(features, words)
        self.none = nn.Linear(_DIMENSIONS, 1)
        self.of_answer, self.by_words, self.alike = (nn.Parameter(torch.tensor(each)) for each in (0.5, 4.0, 10.0))

    def forward(self, lines: Any, questions: Any, answers: Any, by_words: torch.Tensor) -> torch.Tensor:
        line = self.asked(*lines)
        entry = normalize(self.asked(*questions) + self.of_answer * self.answered(*answers), dim=1)
        return torch.cat([line @ entry.T * self.alike + by_words * self.by_words, self.none(line)], dim=1)


class Index:
    """Texts as the numbers of their features and of their words."""

    def __init__(self, seen: Iterable[Seen], words: Sequence[str]) -> None:
        counts = Counter(name for each in seen for name in named(each))
        self.names = sorted(name for name, times in counts.items() if times >= _LEAST)
        self._own = {name: place for place, name in enumerate(self.names)}
        self._words = {IN + word: place for place, word in enumerate(words)}

    def bags(self, texts: Sequence[Seen], draw: Random, dropped: float) -> tuple[Bags, Bags]:
        """The texts one after another, without the features that are dropped."""
        kept = [[name for name in sorted(named(each)) if draw.random() >= dropped] for each in texts]
        return _bags(self._own, kept), _bags(self._words, kept)


def _bags(places: dict[str, int], texts: Sequence[Sequence[str]]) -> Bags:
    found = [[places[name] for name in names if name in places] for names in texts]
    ends = np.cumsum([0, *map(len, found)])
    return torch.tensor([place for each in found for place in each], dtype=torch.long), torch.from_numpy(ends)


class Lesson(NamedTuple):
    """A card as the networks see it."""

    lines: list[Seen]
    questions: list[Seen]
    answers: list[Seen]
    by_words: torch.Tensor
    wanted: torch.Tensor


def lesson(card: Card) -> Lesson:
    knowledge = Knowledge(card.entries)
    by_words = torch.zeros(len(card.lines), len(card.entries))
    for place, line in enumerate(card.lines):
        found = knowledge.by_words(line)
        for number, entry in enumerate(card.entries):
            by_words[place, number] = entry is found
    questions, answers = ([features(text) for text in texts] for texts in zip(*map(_texts, card.entries), strict=True))
    return Lesson([features(line) for line in card.lines], questions, answers, by_words, torch.tensor(card.answers))


def _texts(entry: QA) -> tuple[str, str]:
    return entry.asked, entry.answer


def fitted(lessons: Sequence[Lesson], index: Index, words: torch.Tensor, seed: int) -> Network:
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    draw = Random(seed)
    network = Network(len(index.names), words)
    optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=1e-4)
    steps = _EPOCHS * len(lessons)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2 * _RATE, total_steps=steps + 1)
    for _ in range(_EPOCHS):
        for each in draw.sample(lessons, len(lessons)):
            told = each.by_words * (torch.rand(len(each.lines), 1) >= _UNTOLD)
            half = _DROPPED / 2
            of_answers = 1.0 if draw.random() < _UNANSWERED else half
            parts = ((each.lines, _DROPPED), (each.questions, half), (each.answers, of_answers))
            bags = (index.bags(texts, draw, dropped) for texts, dropped in parts)
            scores = network(*bags, told)
            none = len(each.questions)
            away = (torch.rand(len(each.lines)) < _TAKEN_AWAY) & (each.wanted < none)
            hidden = torch.zeros_like(scores)
            hidden[away, each.wanted[away]] = -torch.inf
            wanted = torch.where(away, none, each.wanted)
            costs = cross_entropy(scores + hidden, wanted, reduction="none")
            optimizer.zero_grad()
            (costs * torch.where(away, _HALF_AS_MUCH, 1.0)).mean().backward()
            optimizer.step()
            schedule.step()
    return network


def model(lessons: Sequence[Lesson]) -> Parts:
    known = vectors()
    words = torch.from_numpy(known.rows)
    index = Index((seen for each in lessons for seen in (*each.lines, *each.questions, *each.answers)), known.words)
    networks = [fitted(lessons, index, words, seed) for seed in range(_NETS)]
    parts = Parts({}, {})
    weights: dict[str, Any] = {
        name: np.array([float(getattr(network, name).detach()) for network in networks], np.float32)
        for name in ("of_answer", "by_words", "alike")
    }
    weights["none"] = np.vstack([network.none.weight.detach().numpy() for network in networks])
    weights["none_bias"] = np.hstack([network.none.bias.detach().numpy() for network in networks])
    for kind in ("asked", "answered"):
        own, more = (np.hstack(each) for each in zip(*(getattr(net, kind).rows() for net in networks), strict=True))
        found = scaled(*_joined(index.names, own, known.words, more), kind)
        parts = parts.with_(found.words, **found.arrays)
    return parts.with_({}, **weights)


def _joined(names: Sequence[str], own: Any, words: Sequence[str], more: Any) -> tuple[list[str], Any]:
    """The rows of all features, and of the words that are none yet."""
    rows = {name: row.copy() for name, row in zip(names, own, strict=True)}
    for word, row in zip(words, more, strict=True):
        rows[IN + word] = rows[IN + word] + row if IN + word in rows else row
    return list(rows), np.vstack(list(rows.values()))


if __name__ == "__main__":
    model([lesson(card) for card in cards()]).write("matching.safetensors")
