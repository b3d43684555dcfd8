"""From a file to a card: the headings make sections, the sections make pieces, and what a call needs must be there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePath

from ...evaluators.errors import CardError
from ...evaluators.patterns import compiled
from . import frontmatter, sections
from .decode import Document, decode, read_bytes
from .headings import PARTY_NAMES, exact_section_of, party_of, section_of
from .markdown import Line, lines_of
from .models import CalleeCard, CallerCard, Card, Party, Section, SectionKey, Text
from .quotes import has_quotes

_LABEL = compiled(r"\s*([^:：，,。？?！!“”\"]{2,24})\s*[:：]\s*(.*)")
_LABEL_LEVEL = 9
_IN_CLOSING: tuple[SectionKey, ...] = ("ending", "exit_conditions", "closing")


def read_card(source: str | Path) -> Card:
    """The card in a file. Whatever is wrong with the file is a `CardError` that says what to do."""
    data, file = read_bytes(source, error=CardError, what="a card in Markdown")
    return parse_card(data, file=file)


def parse_card(data: bytes | str, *, file: str = "<card>") -> Card:
    """The card in the bytes or the text of a file; `file` is named in messages."""
    document = decode(data, file=file, error=CardError)
    front, body = frontmatter.split(document.text, file=file)
    settings = frontmatter.settings_of(front, file=file)
    outline = _Outline()
    for line in lines_of(body):
        outline.feed(line)
    maker = _Maker(document, outline)
    caller, callee = maker.caller(), maker.callee()
    maker.complain()
    assert caller is not None
    assert callee is not None
    return Card(
        name=settings.name or outline.title or PurePath(file).stem or file,
        file=file,
        sha256=document.sha256,
        settings=settings,
        caller=caller,
        callee=callee,
        sections=tuple(found.section() for found in outline.sections),
        ignored=tuple(outline.ignored),
    )


@dataclass(slots=True)
class _Found:
    """A section under construction."""

    heading: str
    line: int
    level: int
    party: Party | None
    key: SectionKey | None
    lines: list[Line] = field(default_factory=list)
    has_parts: bool = False
    is_side: bool = False
    by_label: bool = False

    def section(self) -> Section:
        return Section(
            heading=self.heading,
            line=self.line,
            party=self.party,
            key=self.key,
            level=0 if self.by_label else self.level,
            is_side=self.is_side,
            is_empty=not self.lines and not self.has_parts,
            body=sections.texts(self.lines) if self.key is None and not self.is_side else (),
        )


class _Outline:
    """Gives every line of the document to the section that it belongs to."""

    def __init__(self) -> None:
        self.title = ""
        self.party: Party | None = None
        self.sections: list[_Found] = []
        self.open: list[_Found] = []
        self.ignored: list[Text] = []
        self.parties: dict[Party, _Found] = {}

    def feed(self, line: Line) -> None:
        if line.is_html:
            self.ignored.append(Text(text=line.text[:200], line=line.number))
        elif line.level and not (line.underlined and self._is_unknown(line)):
            self._heading(line)
        elif not self._label(line):
            self._text(line)

    def _is_unknown(self, line: Line) -> bool:
        return party_of(line.text) is None and (self.party is None or section_of(line.text, self.party) is None)

    def _heading(self, line: Line) -> None:
        while self.open and self.open[-1].level >= line.level:
            self.open.pop()
        inside = next((found for found in reversed(self.open) if found.key), None)
        party = party_of(line.text, inside_section=inside is not None)
        if party is not None:
            self._begin_party(party, line)
            return
        if self.party is None:
            self.title = self.title or (line.text if line.level == 1 else "")
            self._begin(line, None)
        elif inside is None:
            self._begin(line, section_of(line.text, self.party))
        else:
            key = exact_section_of(line.text, self.party)
            part_of_closing = inside.key in _IN_CLOSING and section_of(line.text, self.party) in _IN_CLOSING
            if part_of_closing:
                key = section_of(line.text, self.party)
            if key is not None and key != inside.key and not (inside.key == "style" and key in ("avoid", "imitate")):
                inside.has_parts = True
                self._begin(line, key)
            else:
                inside.lines.append(line)

    def _begin_party(self, party: Party, line: Line) -> None:
        self.party = party
        self.open.clear()
        found = _Found(line.text, line.number, line.level, party, None)
        found.has_parts = found.is_side = True
        self.sections.append(found)
        self.parties.setdefault(party, found)

    def _begin(self, line: Line, key: SectionKey | None, *, level: int | None = None, by_label: bool = False) -> None:
        found = _Found(line.text, line.number, line.level if level is None else level, self.party, key)
        found.by_label = by_label
        self.sections.append(found)
        self.open.append(found)

    def _label(self, line: Line) -> bool:
        """A line such as 结束语示例： or **角色**, which is a heading in all but its marks."""
        current = self.open[-1].key if self.open else None
        stands_free = line.depth == 0 or not line.begins_block
        match = _LABEL.fullmatch(line.text)
        whole = bool(line.bold) and line.bold == line.text
        name = line.text if whole else match[1] if match else ""
        rest = match[2] if match and not whole else ""
        if not name or line.cell is not None or not (stands_free or current in _IN_CLOSING):
            return False
        party = None if rest or line.depth else party_of(name, inside_section=current is not None)
        if party is not None:
            self._begin_party(party, line)
            return True
        key = self._labelled(name, line, current, stands_free=stands_free)
        if key is None or key == current:
            return False
        if self.open:
            self.open[-1].has_parts = True
        # It ends where the section around it would end.
        level = self.open[-1].level if self.open else _LABEL_LEVEL
        if self.open and self.open[-1].by_label:
            self.open.pop()
        self._begin(Line(line.number, name), key, level=level, by_label=True)
        if rest:
            self._text(Line(line.number, rest))
        return True

    def _labelled(self, name: str, line: Line, current: SectionKey | None, *, stands_free: bool) -> SectionKey | None:
        """The section that a label may begin here: within another section, only where it can be no part of that."""
        if self.party is None:
            return None
        key = exact_section_of(name, self.party)
        if current in _IN_CLOSING:
            key = key or (section_of(name, self.party) if stands_free else None)
            return key if key in _IN_CLOSING or (self.open[-1].by_label and line.begins_block) else None
        if current is None or (self.open[-1].by_label and line.begins_block and line.depth == 0):
            return key
        return None

    def _text(self, line: Line) -> None:
        if self.open:
            self.open[-1].lines.append(line)
        elif self.party is not None:
            self.parties[self.party].lines.append(line)
        else:
            self.ignored.append(Text(text=line.text[:200], line=line.number))

    def lines(self, party: Party, *keys: SectionKey) -> list[Line]:
        return [line for found in self.sections if found.party == party and found.key in keys for line in found.lines]


class _Maker:
    """Makes the two cards of the sections and gathers what is missing."""

    def __init__(self, document: Document, outline: _Outline) -> None:
        self.document, self.outline = document, outline
        self.missing: list[str] = []
        self.line: int | None = None

    def caller(self) -> CallerCard | None:
        if not self._has("caller"):
            return None
        lines = self.outline.lines
        role = self._role("caller")
        steps = sections.steps(lines("caller", "steps"))
        openings = sections.speeches(lines("caller", "opening"))
        if not openings and not any(step.lines for step in steps):
            self._miss(
                "caller", "steps", "开场白 (what is said first) or 分步流程和话术 (the script, its lines in quotes)"
            )
        exit_lines, closing_lines = self._endings()
        closings = sections.speeches(closing_lines)
        if not closings:
            self._miss("caller", "closing", "结束语, the words that end the call, such as 感谢您的时间，再见！")
        if not role or not closings:
            return None
        knowledge, unanswered = sections.knowledge(lines("caller", "knowledge"))
        self.outline.ignored.extend(unanswered)
        return CallerCard(
            role=role,
            task=sections.texts(lines("caller", "task")),
            profile=sections.texts(lines("caller", "profile")),
            steps=steps,
            knowledge=knowledge,
            opening=openings[0] if openings else None,
            other_openings=openings[1:],
            exit_conditions=sections.texts(exit_lines),
            closing=closings[0],
            other_closings=closings[1:],
        )

    def _endings(self) -> tuple[list[Line], list[Line]]:
        """The conditions and the words of the end; in a section of both without labels, the last paragraph is said."""
        conditions, closing = self.outline.lines("caller", "exit_conditions"), self.outline.lines("caller", "closing")
        mixed = [line for line in self.outline.lines("caller", "ending") if not line.level]
        if not closing and mixed:
            said = [line for line in mixed if has_quotes(line.text)]
            if not said:
                free = [line for line in mixed if line.depth == 0]
                said = free[-1:] if free else []
            closing = said
            mixed = [line for line in mixed if line not in said]
        return conditions + mixed, closing

    def callee(self) -> CalleeCard | None:
        if not self._has("callee"):
            return None
        lines = self.outline.lines
        role = self._role("callee")
        if not role:
            return None
        avoid, imitate = sections.style(lines("callee", "style"))
        return CalleeCard(
            role=role,
            background=sections.texts(lines("callee", "background")),
            concerns=sections.concerns(lines("callee", "concerns")),
            behaviours=sections.behaviours(lines("callee", "behaviours")),
            avoid=avoid + sections.style_lines(lines("callee", "avoid")),
            imitate=imitate + sections.style_lines(lines("callee", "imitate")),
            endings=sections.texts(lines("callee", "endings")),
        )

    def _has(self, party: Party) -> bool:
        if party in self.outline.parties:
            return True
        side = "who calls, with his role, script and closing" if party == "caller" else "who picks up, with his role"
        self.missing.append(f"{PARTY_NAMES[party]} ({side})")
        return False

    def _role(self, party: Party) -> tuple[Text, ...]:
        """The role; a party whose heading is followed by plain prose has it there."""
        role = sections.texts(self.outline.lines(party, "role")) or sections.texts(self.outline.parties[party].lines)
        if not role:
            self._miss(party, "role", "角色, one paragraph on who this is")
        return role

    def _miss(self, party: Party, key: SectionKey, expected: str) -> None:
        """Notes what is missing, with the line of the empty section or of the side that it belongs to."""
        empty = [found for found in self.outline.sections if found.party == party and found.key == key]
        self.line = self.line or (empty[0] if empty else self.outline.parties[party]).line
        self.missing.append(f"{'an empty' if empty else 'no'} section under {PARTY_NAMES[party]}: {expected}")

    def complain(self) -> None:
        """One error for everything that is missing."""
        if not self.missing:
            return
        read_as = "" if self.document.encoding == "UTF-8" else f" (read as {self.document.encoding})"
        raise CardError(
            f"no call can be held from this{read_as}; missing: {'; '.join(self.missing)}. "
            "Add it under a Markdown heading of that name",
            file=self.document.file,
            line=self.line,
        )
