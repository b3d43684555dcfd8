"""Which concepts of the lexicon a clause speaks of, and where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import Final, NamedTuple

from .concepts import CIRCUMSTANCES, FORMS, MATTERS, THINGS, WORDS
from .plain import bare

_GAP: Final = 4
"""How many characters may stand between the two parts of a phrase."""
_WORDS: Final = {name: [bare(word) or word for word in words.split()] for name, words in WORDS.items()}


class Found(NamedTuple):
    """A concept, from where to where it is spoken of, and the characters between that are not part of its name."""

    concept: str
    start: int
    end: int
    gap: tuple[int, int] = (0, 0)

    def places(self) -> Iterator[int]:
        """The characters that name the concept."""
        return (place for place in range(self.start, self.end) if not self.gap[0] <= place < self.gap[1])


class _Lexicon:
    """The phrases of all concepts, by their first part and, behind a gap, by their second."""

    def __init__(self) -> None:
        self.whole: dict[str, set[str]] = defaultdict(set)
        self.parted: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for concepts in (MATTERS, FORMS, THINGS, CIRCUMSTANCES):
            for concept, phrases in concepts.items():
                for first, second in (spelling for phrase in phrases.split() for spelling in spellings(phrase)):
                    (self.parted[first][second] if second else self.whole[first]).add(concept)
        # How long the phrases are that begin with a character: no others need be looked for.
        lengths: dict[str, set[int]] = defaultdict(set)
        for first in (*self.whole, *self.parted):
            lengths[first[0]].add(len(first))
        self.lengths = {char: sorted(found) for char, found in lengths.items()}
        self.second = max(len(second) for seconds in self.parted.values() for second in seconds)


@cache
def _lexicon() -> _Lexicon:
    return _Lexicon()


def spellings(phrase: str) -> Iterator[tuple[str, str]]:
    """`phrase` with every word of a class in turn, without light words; what stands behind its gap apart."""
    pieces: list[list[str]] = []
    for part in phrase.replace("~", " ~ ").replace("@", " @").split():
        name = next((name for name in _WORDS if part.startswith(f"@{name}")), "")
        pieces += [_WORDS[name], [bare(part[len(name) + 1 :])]] if name else [[bare(part)]]
    for choice in product(*pieces):
        first, _, second = "".join(choice).partition("~")
        yield first, second


@cache
def familiar_pairs() -> frozenset[str]:
    """All pairs of characters within a phrase."""
    lexicon = _lexicon()
    parts = {*lexicon.whole, *lexicon.parted, *(second for seconds in lexicon.parted.values() for second in seconds)}
    return frozenset(part[start : start + 2] for part in parts for start in range(len(part) - 1))


def topics(clause: str) -> list[Found]:
    """The concepts in a bare clause. What lies within a longer phrase is not meant, but for a thing within a matter."""
    lexicon = _lexicon()
    text = f"^{clause}$"
    found: set[Found] = set()
    for start, char in enumerate(text):
        for length in lexicon.lengths.get(char, ()):
            end = start + length
            piece = text[start:end]
            for concept in lexicon.whole.get(piece, ()):
                found.add(_found(concept, start, end, text))
            seconds = lexicon.parted.get(piece)
            if seconds is not None:
                found.update(_behind_a_gap(text, start, end, seconds, lexicon.second))
    begun: dict[int, list[Found]] = defaultdict(list)
    for one in found:
        begun[one.start].append(one)
    # What hides a phrase begins no further before it than the longest is long: nothing else need be looked at.
    longest = max((one.end - one.start for one in found), default=0)

    def hidden(one: Found) -> bool:
        starts = range(one.end - longest, one.start + 1)
        return any(_hides(other, one) for start in starts for other in begun.get(start, ()))

    return [one for one in found if not hidden(one)]


def _behind_a_gap(text: str, start: int, end: int, seconds: dict[str, set[str]], longest: int) -> Iterator[Found]:
    for begin in range(end, min(len(text), end + _GAP + 1)):
        for stop in range(begin + 1, min(len(text), begin + longest) + 1):
            for concept in seconds.get(text[begin:stop], ()):
                yield _found(concept, start, stop, text)._replace(gap=(end - 1, begin - 1))


def _found(concept: str, start: int, end: int, text: str) -> Found:
    """The marks of the ends are no characters of the clause."""
    return Found(concept, max(0, start - 1), min(end - 1, len(text) - 2))


def _hides(longer: Found, shorter: Found) -> bool:
    length = shorter.end - shorter.start
    if longer.end - longer.start <= length or longer.start > shorter.start or longer.end < shorter.end:
        return False
    if longer.concept == shorter.concept or not {*shorter.places()} <= {*longer.places()}:
        return False
    return length == 1 or shorter.concept not in THINGS or longer.concept not in MATTERS.keys() | FORMS.keys()
