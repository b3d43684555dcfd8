"""From Markdown to a flat run of lines that know their heading level, list depth and number.

Block structure is CommonMark's, read by markdown-it-py. Left out on purpose, so that a team's text is read as it was
meant: code (a deeply indented list stays a list, a fenced card stays a card), links, and reference definitions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ...evaluators.patterns import compiled

_BLOCKS = ("blockquote", "hr", "list", "html_block", "heading", "lheading", "paragraph")
_INLINES = ("text", "escape", "emphasis", "entity")
# A pasted bullet, or one that is indented so deeply that CommonMark takes it for the paragraph's next line.
_BULLET = compiled(r"\s*(?:([•●○▪◦·])\s*|[-*+]\s+)(?=\S)")
_FENCE = compiled(r"\s*(`{3,}|~{3,})[\w-]*\s*")
_BOLD = compiled(r"\s*(\*\*|__)(.+?)\1")
_MARKS = compiled(r"\*\*|__(?=\W|$)|(?<!\w)__|`+")
_MARKS_A_LINE = 80
"""With more than that on one line, nobody meant emphasis."""
_PIPES = 12
"""Columns of a table; a line with more bars than that is no table but an attack on the time it takes."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the document that holds text."""

    number: int
    text: str
    level: int = 0
    """Of the heading that this is, else 0."""
    underlined: bool = False
    """A heading by `---` under it, which may just as well be a paragraph above a rule."""
    depth: int = 0
    """How many lists this stands in."""
    ordinal: int | None = None
    """The number of the ordered list item that begins here."""
    begins_item: bool = False
    begins_block: bool = True
    bold: str = ""
    """The text in bold that it begins with."""
    cell: int | None = None
    """The column, in a table."""
    is_html: bool = False


def _parser(*, tables: bool) -> MarkdownIt:
    md = MarkdownIt("zero", {"html": True, "maxNesting": 40})
    md.block.ruler.enableOnly([*_BLOCKS, "table"] if tables else list(_BLOCKS))
    md.inline.ruler.enableOnly(list(_INLINES))
    md.inline.ruler2.enableOnly(["balance_pairs", "emphasis", "fragments_join"])
    md.core.ruler.enableOnly(["normalize", "block"])
    return md


_PLAIN, _TABLES = _parser(tables=False), _parser(tables=True)


def lines_of(text: str) -> Iterator[Line]:
    """The lines of a Markdown text, in order. Pure, and linear in the length of the text."""
    rows = text.split("\n")
    text = "\n".join("" if _FENCE.fullmatch(row) else row for row in rows)
    with_tables = "|" in text and max(row.count("|") for row in rows) <= _PIPES
    reader = _Reader()
    for token in (_TABLES if with_tables else _PLAIN).parse(text):
        yield from reader.feed(token)


class _Reader:
    """Where in the document the tokens have come to."""

    def __init__(self) -> None:
        self.depth = 0
        self.numbers: list[int | None] = []
        self.heading = 0
        self.underlined = False
        self.item_begins = False
        self.cell: int | None = None
        self.row = 0

    def feed(self, token: Token) -> Iterator[Line]:
        kind = token.type
        if kind == "inline":
            yield from self._inline(token)
        elif kind == "html_block":
            number = (token.map or [0])[0] + 1
            yield Line(number, token.content.strip(), is_html=True)
        elif kind in ("bullet_list_open", "ordered_list_open"):
            self.depth += 1
            # The item's own number stands in its `info`.
            self.numbers.append(None)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self.depth -= 1
            self.numbers.pop()
        elif kind == "list_item_open":
            self.numbers[-1] = int(token.info) if token.info.isascii() and token.info.isdigit() else None
            self.item_begins = True
        elif kind == "heading_open":
            self.heading, self.underlined = int(token.tag[1:]), token.markup == "-"
        elif kind == "heading_close":
            self.heading, self.underlined = 0, False
        elif kind == "tr_open":
            self.row, self.cell = (token.map or [self.row])[0], -1
        elif kind in ("th_open", "td_open"):
            self.cell = 0 if self.cell is None else self.cell + 1
        elif kind == "tr_close":
            self.cell = None

    def _inline(self, token: Token) -> Iterator[Line]:
        first = token.map[0] if token.map else self.row
        begins_block, begins_item, self.item_begins = True, self.item_begins, False
        depth = self.depth
        for offset, row in enumerate(token.content.split("\n")):
            bullet = _BULLET.match(row) if not self.heading and self.cell is None else None
            if bullet and (bullet[1] or not begins_block):
                row, depth = row[bullet.end() :], self.depth + 1
                begins_block = begins_item = True
            plain = plain_text(row)
            if not plain:
                continue
            bold = _BOLD.match(row)
            yield Line(
                number=first + offset + 1,
                text=plain,
                level=self.heading,
                underlined=self.underlined,
                depth=depth,
                ordinal=self.numbers[-1] if begins_item and self.numbers and depth == self.depth else None,
                begins_item=begins_item,
                begins_block=begins_block,
                bold=plain_text(bold[2]) if bold else "",
                cell=self.cell,
            )
            begins_block = begins_item = False


def plain_text(markdown: str) -> str:
    """One line of Markdown as it reads aloud: without emphasis and escapes.

    CommonMark takes no emphasis where Chinese text touches it (**注意：**后面), so what is left of it goes as well.
    """
    markdown = _SPACES.sub(" ", markdown).strip()
    marks = len(_SPECIAL.findall(markdown))
    if not marks:
        return markdown
    if marks > _MARKS_A_LINE:
        return _MARKS.sub("", markdown).strip()
    children = _PLAIN.inline.parse(markdown, _PLAIN, {}, [])
    return _MARKS.sub("", "".join(child.content for child in children)).strip()


_SPACES = compiled(r"\s{2,}")
_SPECIAL = compiled(r"[*_`\\&]")
