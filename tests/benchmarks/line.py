"""What the line does to words, and what the judge then makes of them: `python -m tests.benchmarks.line`.

For each place and level: the share of characters that arrive unchanged in each direction, the share of turns of which
no word arrives, and how often the judge reads the turn in another way than as it was said. Nothing is asserted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import click

from waihu.agents.noise import PROFILES, Carried, Line
from waihu.evaluators.language import read_caller
from waihu.evaluators.moment import read_lines
from waihu.evaluators.utterances import Speaker

from .judge import texts

LEVELS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
SIDES: Final[tuple[Speaker, Speaker]] = ("caller", "callee")
COLOURS: Final = ("#6b7280", "#b45309", "#1d4ed8", "#047857")


@dataclass(frozen=True)
class Damage:
    """What one place at one level does to the turns of one side, as shares from 0 to 1."""

    unchanged: float
    lost: float
    missed: float
    """Of the turns that ask or demand an exit as they were said: it is not read from what was heard."""
    added: float
    """Of the others: it is read from what was heard."""


def must_exit(text: str) -> int:
    return any(act.must_exit for act in read_lines(text, last_caller="", question_asked=False))


def questions(text: str) -> int:
    return read_caller(text).questions


READ: Final = {"caller": questions, "callee": must_exit}


def arrived(text: str, carried: Carried) -> int:
    """Characters of `text` in what was heard, without what was said around it."""
    around = {event.text for event in carried.events if event.text.startswith("（")}
    heard = "\n".join(line for line in carried.heard.split("\n") if line not in around)
    return sum(match.size for match in SequenceMatcher(None, text, heard, autojunk=False).get_matching_blocks())


def damage(line: Line, speaker: Speaker, said: Mapping[str, int]) -> Damage:
    """What `line` does to all of these turns, each with the judge's reading of it as it was said."""
    carried = {text: line.carry(text, speaker, seed, 0) for seed, text in enumerate(said)}
    heard = {text: READ[speaker]("" if one.lost else one.heard) for text, one in carried.items()}
    some = [text for text, found in said.items() if found]
    none = [text for text, found in said.items() if not found]
    return Damage(
        unchanged=sum(arrived(text, one) for text, one in carried.items()) / sum(map(len, said)),
        lost=sum(one.lost for one in carried.values()) / len(said),
        missed=sum(heard[text] < said[text] for text in some) / len(some),
        added=sum(heard[text] > 0 for text in none) / len(none),
    )


def measured() -> dict[str, dict[float, dict[Speaker, Damage]]]:
    """All places, levels and sides."""
    said = {side: {text: READ[side](text) for text in texts(side)} for side in SIDES}
    return {
        name: {
            level: {side: damage(Line(profile.model_copy(update={"level": level})), side, said[side]) for side in SIDES}
            for level in LEVELS
        }
        for name, profile in PROFILES.items()
    }


def printed(found: Mapping[str, Mapping[float, Mapping[Speaker, Damage]]]) -> None:
    for side, what in zip(SIDES, ("a question", "a demand to exit"), strict=True):
        count = len(texts(side))
        print(
            f"a {side}'s turns ({count}): characters unchanged, turns lost, {what} missed, {what} where there is none"
        )
        for name, levels in found.items():
            for level, sides in levels.items():
                one = sides[side]
                shares = "".join(f"{share:9.1%}" for share in (one.unchanged, one.lost, one.missed, one.added))
                print(f"  {name:10} {level:4.2f} {shares}")
        print()


def drawn(lines: Mapping[str, Sequence[tuple[float, float]]]) -> ElementTree.Element:
    """A line chart of points (level, share of characters damaged), one line for each name."""
    width, height, left, top, right, bottom = 640, 400, 64, 56, 96, 56
    highest = max(0.1, max(share for points in lines.values() for _, share in points)) * 1.05

    def x(level: float) -> str:
        return f"{left + level * (width - left - right):.1f}"

    def y(share: float, down: float = 0) -> str:
        return f"{height - bottom - share / highest * (height - top - bottom) + down:.1f}"

    root = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "font-family": "system-ui, sans-serif",
            "font-size": "13",
            "fill": "#1f2937",
        },
    )

    def add(tag: str, text: str = "", **attributes: str) -> None:
        names = {name.replace("_", "-"): value for name, value in attributes.items()}
        ElementTree.SubElement(root, tag, names).text = text or None

    add("rect", width="100%", height="100%", fill="#ffffff")
    add("text", "Characters that do not arrive as they were said", x=str(left), y="30", font_size="16")
    step = 0.05 if highest < 0.4 else 0.1
    for number in range(int(highest / step) + 1):
        share = number * step
        add("line", x1=x(0), x2=x(1), y1=y(share), y2=y(share), stroke="#e5e7eb")
        add("text", f"{share:.0%}", x=str(left - 8), y=y(share, 4), text_anchor="end")
    for level in LEVELS:
        add("text", f"{level:g}", x=x(level), y=y(0, 20), text_anchor="middle")
    add("text", "level of the noise", x=x(0.5), y=str(height - 12), text_anchor="middle")
    lowest = float("inf")
    ends = sorted(zip(lines.items(), COLOURS, strict=True), key=lambda line: line[0][1][-1][1])
    for (name, points), colour in ends:
        path = " ".join(f"{x(level)},{y(share)}" for level, share in points)
        add("polyline", points=path, fill="none", stroke=colour, stroke_width="2.5", stroke_linejoin="round")
        # Names of lines that end close together stand clear of each other.
        lowest = min(float(y(points[-1][1], 4)), lowest - 16)
        add("text", name, x=f"{float(x(1)) + 10:.1f}", y=f"{lowest:.1f}", fill=colour, font_weight="600")
    return root


@click.command(help=__doc__)
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw damage over level into this SVG.")
def main(plot: Path | None) -> None:
    found = measured()
    printed(found)
    if plot is not None:
        lines = {
            name: [(level, 1 - sum(one.unchanged for one in sides.values()) / 2) for level, sides in levels.items()]
            for name, levels in found.items()
        }
        root = drawn(lines)
        ElementTree.indent(root)
        plot.write_text(ElementTree.tostring(root, encoding="unicode") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
