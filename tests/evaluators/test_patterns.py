"""Patterns that were compiled by an earlier process are the ones that `re` compiles."""

from __future__ import annotations

import json
import marshal
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waihu.evaluators import patterns
from waihu.evaluators.patterns import compiled

KNOWN = sorted(patterns._used)
SETS = Path(__file__).parents[1] / "sets"
TEXTS = [
    json.loads(line)["text"]
    for kind in ("caller", "callee")
    for line in (SETS / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()[::60]
]


@pytest.fixture
def afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """As a process that has compiled nothing yet, with a place of its own for what it keeps."""
    place = tmp_path / "__pycache__" / "patterns.codes"
    monkeypatch.setattr(patterns, "_place", lambda: place)
    monkeypatch.setattr(patterns, "_used", {})
    monkeypatch.setattr(patterns, "_new", set())
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    patterns._kept.cache_clear()
    yield place
    patterns._kept.cache_clear()


def in_another_process() -> None:
    """What this one has compiled is forgotten; what it has written is there."""
    patterns._used.clear()
    patterns._kept.cache_clear()


def test_every_pattern_of_the_package_finds_the_same(afresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the file, without compiling anything, and on the texts that people wrote."""
    assert len(KNOWN) > 150
    for place in KNOWN:
        compiled(*place)
    patterns.keep()
    in_another_process()
    monkeypatch.setattr(patterns, "re", None)
    for pattern, flags in KNOWN:
        kept, plain = compiled(pattern, flags), re.compile(pattern, flags)
        assert (kept.pattern, kept.flags, kept.groups) == (plain.pattern, plain.flags, plain.groups)
        assert kept.groupindex == plain.groupindex
        for text in TEXTS:
            assert [m.span() for m in kept.finditer(text)] == [m.span() for m in plain.finditer(text)], pattern
    assert not patterns._new


@given(st.from_regex(r"\A(?P<a>[ab]{1,2}|c*?)(?:(?P=a)|[^d\u4e00-\u9fff])+\Z"))
def test_names_and_references_survive(text: str) -> None:
    """Groups by name, and what refers to them."""
    pattern = r"(?P<first>.)(?P<again>(?P=first))?(.)"
    for kept, plain in zip(compiled(pattern).finditer(text), re.finditer(pattern, text), strict=True):
        assert (kept.groupdict(), kept.groups()) == (plain.groupdict(), plain.groups())


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", marshal.dumps(7), marshal.dumps(("another Python", {})), marshal.dumps((1, 2, 3))]
)
def test_a_spoilt_file_is_written_anew(afresh: Path, content: bytes) -> None:
    """Nothing depends on what was kept."""
    afresh.parent.mkdir()
    afresh.write_bytes(content)
    assert compiled("您?好").fullmatch("您好")
    patterns.keep()
    in_another_process()
    assert ("您?好", 0) in patterns._kept()


def test_spoilt_code_is_compiled_anew(afresh: Path) -> None:
    """`re` refuses code that it did not make itself."""
    afresh.parent.mkdir()
    afresh.write_bytes(marshal.dumps((patterns._VERSION, {("好", 0): (32, b"\xff\xff\xff\xff", 0, {}, (None,))})))
    assert compiled("好").fullmatch("好")


def test_where_nothing_may_be_written_nothing_is(afresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with bytecode: PYTHONDONTWRITEBYTECODE, or a folder that is somebody else's."""
    compiled("您好")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    patterns.keep()
    assert not afresh.exists()
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    afresh.parent.write_text("no folder")
    patterns.keep()
    assert compiled("您好").fullmatch("您好")


def test_a_wrong_pattern_is_refused_as_ever() -> None:
    """With the error of `re`."""
    with pytest.raises(re.error, match="unterminated"):
        compiled("(您好")


def test_patterns_of_edited_sources_are_dropped_in_the_end(afresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the file does not grow for ever."""
    monkeypatch.setattr(patterns, "_MOST", 3)
    for number in range(3):
        compiled(f"旧{number}")
    patterns.keep()
    in_another_process()
    compiled("新")
    patterns.keep()
    in_another_process()
    assert list(patterns._kept()) == [("新", 0)]
