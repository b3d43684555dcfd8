"""What the README shows is run, and what the examples print is seen."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from waihu.graph.cli import cli

ROOT = Path(__file__).parent.parent


def blocks(language: str, readme: str = "README.md") -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
async def test_the_readmes_python_runs(readme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block, from the project's root; the tests in it are run as well."""
    monkeypatch.chdir(ROOT)
    assert len(blocks("python", readme)) >= 2
    for block in blocks("python", readme):
        names: dict[str, object] = {}
        lines = "".join(f"    {line}\n" for line in block.splitlines())
        exec(f"async def block():\n{lines}    return locals()", names)
        found = await names["block"]()  # type: ignore[operator]
        for name, value in found.items():
            if name.startswith("test_"):
                await value()


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readmes_commands_are_commands(readme: str) -> None:
    """Every `waihu` line is parsed by the command line itself: command, options, files that exist."""
    lines = [line for block in blocks("console", readme) for line in block.splitlines() if line.startswith("$ waihu")]
    assert len(lines) >= 6
    for line in lines:
        words = line.removeprefix("$ waihu ").split("#")[0].split()
        help_text = CliRunner().invoke(cli, [words[0], "--help"]).output
        for word in words[1:]:
            if word.startswith("--"):
                assert word in help_text, line
            elif word.startswith("examples/"):
                assert (ROOT / word).is_file(), line


def test_both_readmes_show_the_same() -> None:
    """The same commands and the same Python, comments aside."""

    def bare(readme: str) -> list[str]:
        code = [*blocks("console", readme), *blocks("python", readme)]
        return [line.split("#")[0].rstrip() for block in code for line in block.splitlines()]

    assert bare("README.md") == bare("README.zh-CN.md")


def test_the_bot_with_the_guard_speaks() -> None:
    """`python examples/bot_with_guard.py` holds a call."""
    run = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "bot_with_guard.py")],
        capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert run.stdout.startswith("李明：您好，请问张强先生在吗？")
    assert "再见" in run.stdout or "不再打扰" in run.stdout or "马上结束" in run.stdout


async def test_langgraph_json_names_graphs() -> None:
    """Each graph that the dev server would load is there, and runs."""
    from waihu.agents.bots import load_object

    named = json.loads((ROOT / "langgraph.json").read_text())["graphs"]
    for name, place in named.items():
        file, _, attribute = place.rpartition(":")
        graph = load_object(f"{ROOT / file}:{attribute}")
        given = {"seed": 1} if name == "call" else {"messages": []}
        assert await graph.ainvoke(given)


async def test_the_picture_in_the_readme_is_of_that_call() -> None:
    """`examples/call.svg` is what `make call` would draw today: waihu call … --seed 33 --plot examples/call.svg."""
    from waihu import Rehearsal, timeline

    seed = re.search(r"^SEED \?= (\d+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert seed is not None
    bot = f"python:{ROOT / 'examples' / 'hasty_bot.py'}:reply"
    record = await Rehearsal(ROOT / "examples" / "changjiang.md", caller=bot, noise="workshop").run(int(seed[1]))
    shown = record.model_copy(
        update={"caller": record.caller.model_copy(update={"who": "python:examples/hasty_bot.py:reply"})}
    )
    assert timeline(shown) == (ROOT / "examples" / "call.svg").read_text(encoding="utf-8")
