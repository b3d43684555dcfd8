"""The house stands: imports point one way, importing is light, the links are whole."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("evaluators", "agents", "graph")
"""From the ground up: a room imports from itself and from the rooms before it."""


def imported(file: Path, package: tuple[str, ...]) -> set[str]:
    """Absolute names of all modules that a file imports, relative ones resolved."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *([node.module] if node.module else [])))
            names |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return names


def files(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_no_import_runs_upward(room: str) -> None:
    """graph -> agents -> evaluators, and never back."""
    above = ROOMS[ROOMS.index(room) + 1 :]
    assert files(room), "the walk must find the room"
    for file in files(room):
        package = ("waihu", *file.relative_to(ROOT).parent.parts)
        for name in imported(file, package):
            parts = name.split(".")
            assert parts[0] not in ROOMS, f"{file}: {name} makes a second copy of every class"
            assert not (parts[0] == "waihu" and len(parts) > 1 and parts[1] in above), f"{file} imports {name}"


@pytest.mark.parametrize("folder", ["waihu/__init__.py", "waihu/__main__.py", "tests", "examples"])
def test_nobody_imports_a_room_by_its_bare_name(folder: str) -> None:
    """Run from the root, `import agents` makes a second copy of every class; ruff's ban cannot tell it from `.`."""
    place = ROOT / folder
    for file in [place] if place.is_file() else place.rglob("*.py"):
        for name in imported(file, ("waihu_tests",)):
            assert name.split(".")[0] not in ROOMS, f"{file} imports {name}"


def test_the_language_layer_knows_no_card() -> None:
    """What an utterance does is read from text alone."""
    for file in (ROOT / "evaluators" / "language").rglob("*.py"):
        for name in imported(file, ("waihu", "evaluators", "language")):
            assert "policy" not in name, f"{file} imports {name}"
            assert "verdicts" not in name, f"{file} imports {name}"


@pytest.mark.parametrize("statement", ["import waihu", "from waihu import read_card, check_card, Judge, Moment"])
def test_importing_loads_no_langchain(statement: str) -> None:
    """LangGraph and LangChain take seconds; who reads a card or judges a turn does not pay for them."""
    heavy = "('langgraph', 'langchain_core', 'openai')"
    code = f"import sys; {statement}; print([m for m in sys.modules if m.split('.')[0] in {heavy}])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    """`__all__`, the lazy table and what can be fetched agree."""
    import waihu

    for name in waihu.__all__:
        assert getattr(waihu, name) is not None
    assert set(waihu.__all__) == set(waihu._HOME)
    assert set(waihu.__all__) <= set(dir(waihu))
    with pytest.raises(AttributeError, match="no attribute"):
        _ = waihu.nothing


@pytest.mark.parametrize(
    ("enable", "heard"), [("", False), ("from loguru import logger; logger.enable('waihu'); ", True)]
)
def test_the_library_is_silent(enable: str, heard: bool) -> None:
    """A failing rule is logged, and heard once the user enables the log."""
    code = f"{enable}import tests.test_house as t; t.fail_a_rule()"
    code = code.replace("import tests", "import waihu; import tests")
    if enable:
        code = f"import waihu; {code}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert bool(run.stderr) is heard


class Failing:
    """A rule that cannot answer."""

    id = "failing"

    def check(self, turn: object, moment: object, policy: object) -> None:
        raise RuntimeError("no answer")


def fail_a_rule() -> None:
    from waihu import Judge, Moment
    from waihu.evaluators.policy import Policy

    policy = Policy(card="x", own_lines=(), exit_line="再见。")
    assert Judge(policy, [Failing()]).judge("您好。", Moment()).failed
