"""From the lines of one section to its typed pieces. Pure functions; a piece that cannot be read is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ...evaluators.patterns import compiled
from .markdown import Line
from .models import QA, Behaviour, Concerns, ScriptLine, Step, StyleLine, Text
from .quotes import has_quotes, is_label, quotes_of, spoken_in, unquoted

_STEP = compiled(
    r"\s*(第[一二三四五六七八九十\d]+[步阶段环节]+|步骤\s*[一二三四五六七八九十\d]+|[Ss]tep\s*\d+|\d+[.、．)）]|[一二三四五六七八九十]+、)[:：.、\s]*"
)
_QUESTION = compiled(r"\s*(Q|问题?|提问|客户(问|说)?|用户)\s*\d*\s*[:：.、．]\s*|\s*Q\d+\s*", re.IGNORECASE)
_ANSWER = compiled(r"\s*(A|答案?|回答|回复|应答|客服(答|说)?|话术)\s*\d*\s*[:：.、．]\s*|\s*A\d+\s*", re.IGNORECASE)
_INLINE_ANSWER = compiled(r"(?:^|[\s？?。；;/|—-])(?:A|答|回答|答案)\s*\d*\s*[:：]\s*", re.IGNORECASE)
_QUESTION_SENTENCE = compiled(r"[^？?]*[？?]+[”\"』」]?|[^？?]+$")
_STAGE = compiled(r"\s*[（(【\[]([^（）()【】\[\]]{1,40})[）)】\]]\s*")
_BACKGROUND = compiled(r"背景|远处|旁边|身旁|对(同事|旁人|别人)|环境音|画外")
_TIERS = (
    ("latent", compiled(r"潜在|隐性|隐藏|深层|潜意识")),
    ("secondary", compiled(r"次要|其次|次级|第二|一般")),
    ("primary", compiled(r"首要|主要|核心|最关心|第一|首先")),
)
_AVOID = compiled(r"反面|反例|负面|不要|避免|禁止|禁忌|别这样|错误")
_IMITATE = compiled(r"正面|正例|模仿|推荐|应该|要这样|参考")


def texts(lines: Iterable[Line]) -> tuple[Text, ...]:
    """Prose: one piece a paragraph or list item; the lines of one paragraph are joined."""
    found: list[Text] = []
    for line in lines:
        if not line.begins_block and found:
            found[-1] = Text(text=_join(found[-1].text, line.text), line=found[-1].line)
        else:
            found.append(Text(text=line.text, line=line.number))
    return tuple(found)


def _join(first: str, second: str) -> str:
    """Two lines of a paragraph as one: a space only between words of a language that has spaces."""
    spaced = (first[-1:] + second[:1]).isascii() and first[-1:].isalnum() and second[:1].isalnum()
    return f"{first} {second}" if spaced else first + second


def speeches(lines: Sequence[Line]) -> tuple[ScriptLine, ...]:
    """Lines to be spoken in a section that holds nothing else: 开场白, 结束语."""
    blocks = texts(line for line in lines if not is_label(line.text.rstrip("：: ")))
    found: list[ScriptLine] = []
    for block in blocks:
        _, quoted = spoken_in(block.text)
        if quoted:
            found.extend(ScriptLine(text=s.text, line=block.line, condition=s.condition) for s in quoted)
        else:
            _, said = unquoted(block.text)
            found.append(ScriptLine(text=said.text, line=block.line, condition=said.condition))
    return tuple(found)


def steps(lines: Sequence[Line]) -> tuple[Step, ...]:
    """The script: a title begins a step, what is in quotes below it is spoken."""
    quoted = any(has_quotes(line.text) for line in lines)
    headed = any(line.level for line in lines)
    top = min((line.depth for line in lines if line.begins_item and line.depth), default=0)
    found: list[_StepSoFar] = []
    for line in lines:
        number, rest = _step_number(line)
        label, said = spoken_in(line.text if line.level or not number else rest)
        if _is_title(line, number is not None, top=top, headed=headed, speaks=bool(said), quoted=quoted):
            title = line.bold or label or (rest if not said else "")
            title = _STEP.sub("", title, count=1).strip(" ：:") if title != rest else title.strip(" ：:")
            found.append(_StepSoFar(number or len(found) + 1, title, line.number))
            if not said and line.bold and len(rest) > len(line.bold) + 1 and not quoted:
                _add_unquoted(found[-1], rest[len(line.bold) :].strip(" ：:"), line.number)
        elif not found:
            found.append(_StepSoFar(1, "", line.number))
        step = found[-1]
        if said:
            step.lines.extend(ScriptLine(text=s.text, line=line.number, condition=s.condition) for s in said)
        elif line.number != step.line or not step.title:
            if quoted:
                step.notes.append(Text(text=line.text, line=line.number))
            else:
                _add_unquoted(step, line.text, line.number)
    # What stands before the first title and holds no speech is an introduction, not a step.
    return tuple(step.done() for step in found if step.title or step.lines)


class _StepSoFar:
    def __init__(self, number: int, title: str, line: int) -> None:
        self.number, self.title, self.line = number, title, line
        self.lines: list[ScriptLine] = []
        self.notes: list[Text] = []

    def done(self) -> Step:
        return Step(
            number=self.number, title=self.title, line=self.line, lines=tuple(self.lines), notes=tuple(self.notes)
        )


def _add_unquoted(step: _StepSoFar, text: str, number: int) -> None:
    _, said = unquoted(text)
    if said.text and not is_label(said.text.rstrip("：: ")):
        step.lines.append(ScriptLine(text=said.text, line=number, condition=said.condition))


def _step_number(line: Line) -> tuple[int | None, str]:
    """The step's number where the line has one, and the line without it."""
    if line.ordinal is not None:
        return line.ordinal, line.text
    match = _STEP.match(line.text)
    if not match:
        return None, line.text
    digits = re.sub(r"\D", "", match[0])
    chinese = next((c for c in match[0] if c in "一二三四五六七八九十"), "")
    number = int(digits[:6]) if digits else "一二三四五六七八九十".index(chinese) + 1 if chinese else 1
    return number, line.text[match.end() :]


def _is_title(line: Line, numbered: bool, *, top: int, headed: bool, speaks: bool, quoted: bool) -> bool:
    if line.level:
        return True
    if headed or line.depth > max(top, 1) or (line.depth and not line.begins_item):
        return False
    if line.bold:
        return True
    if numbered:
        return quoted or bool(top and line.depth == top)
    return quoted and not speaks and line.depth == top and line.begins_item


def knowledge(lines: Sequence[Line]) -> tuple[tuple[QA, ...], tuple[Text, ...]]:
    """Questions with answers, by Q:/A: or 问：/答：, or told apart by heading, depth or order; and the unanswered."""
    reader = _Knowledge()
    marked = any(_QUESTION.match(line.text) for line in lines)
    for line in lines:
        if not (
            marked and line.level and not _QUESTION.match(line.text)
        ):  # a heading above marked questions sorts them
            reader.feed(line)
    reader.close()
    return tuple(reader.found), tuple(reader.unanswered)


class _Knowledge:
    def __init__(self) -> None:
        self.questions: list[str] = []
        self.question_line = 0
        self.question_depth = 0
        self.answer = ""
        self.answer_line = 0
        self.found: list[QA] = []
        self.unanswered: list[Text] = []

    def feed(self, line: Line) -> None:
        text = line.text
        inline = _INLINE_ANSWER.search(text)
        if inline and inline.start() > 0:
            self._question(_QUESTION.sub("", text[: inline.start() + 1], count=1).rstrip(" /|—-；;"), line)
            self._answer(text[inline.end() :], line)
        elif _ANSWER.match(text) and self.questions:
            self._answer(_ANSWER.sub("", text, count=1), line)
        elif _QUESTION.match(text):
            self._question(_QUESTION.sub("", text, count=1), line)
        elif line.cell is not None:
            if line.cell == 0 and not re.fullmatch(r"(客户)?(常见)?(问题|提问|问|Q)(示例)?", text, re.IGNORECASE):
                self._question(text, line)
            elif line.cell == 1 and self.questions:
                self._answer(text, line)
        elif not line.begins_block and self.answer:
            self.answer = _join(self.answer, text)
        elif line.level or not self.questions or (self.answer and line.depth <= self.question_depth):
            self._question(text, line)
        else:
            self._answer(text, line)

    def _question(self, text: str, line: Line) -> None:
        # Several questions right under each other have one answer; a new item is a new question.
        if self.answer or line.begins_block:
            self.close()
        if not self.questions:
            self.question_line, self.question_depth = line.number, line.depth
        sentences = [m[0].strip().strip('“”"「」') for m in _QUESTION_SENTENCE.finditer(text)]
        self.questions.extend(sentence for sentence in sentences if sentence)

    def _answer(self, text: str, line: Line) -> None:
        quotes = quotes_of(text)
        if len(quotes) == 1 and quotes[0].end - quotes[0].start >= len(text.strip()) - 1:
            text = quotes[0].inner
        if not self.answer:
            self.answer_line = line.number
        self.answer = _join(self.answer, text.strip())

    def close(self) -> None:
        asked, line = tuple(self.questions), self.question_line
        if asked and self.answer:
            self.found.append(QA(questions=asked, answer=self.answer, line=line, answer_line=self.answer_line))
        elif asked:
            self.unanswered.append(Text(text="".join(asked), line=line))
        self.questions, self.answer = [], ""


def concerns(lines: Sequence[Line]) -> Concerns:
    """Three tiers, told by the titles above them; what stands under none is the first tier."""
    tiers: dict[str, list[Text]] = {"primary": [], "secondary": [], "latent": []}
    tier = "primary"
    for line in lines:
        title, rest = _title(line)
        name = next((name for name, pattern in _TIERS if pattern.search(title)), None)
        if name is not None:
            tier = name
        if name is None or rest:
            tiers[tier].extend(texts([line]) if name is None else [Text(text=rest, line=line.number)])
    return Concerns(**{name: tuple(found) for name, found in tiers.items()})


def _title(line: Line) -> tuple[str, str]:
    """The title that a line is or begins with (heading, bold, or up to a colon), and what follows it."""
    if line.level:
        return line.text, ""
    if line.bold:
        return line.bold, _after(line.text, line.bold)
    head, colon, rest = line.text.replace(":", "：", 1).partition("：")
    if colon and len(head) <= 16:
        return head, rest.strip()
    return (line.text, "") if len(line.text) <= 16 and not has_quotes(line.text) else ("", line.text)


def _after(text: str, title: str) -> str:
    rest = text[text.find(title) + len(title) :].strip() if title in text else ""
    rest = _STAGE.sub("", rest, count=1) if rest.startswith(("（", "(")) else rest
    return rest.strip(" ：:")


def behaviours(lines: Sequence[Line]) -> tuple[Behaviour, ...]:
    """Patterns of behaviour, with the words that they quote."""
    found = []
    for piece in texts(lines):
        quotes = quotes_of(piece.text)
        own = [quote for quote in quotes if "：" in piece.text[: quote.start] or ":" in piece.text[: quote.start]]
        lead = piece.text[: quotes[0].start] if quotes else ""
        found.append(
            Behaviour(
                text=piece.text,
                line=piece.line,
                phrases=tuple(quote.inner for quote in quotes),
                says=tuple(quote.inner for quote in own),
                is_background=bool(quotes) and not own and _BACKGROUND.search(lead) is not None,
            )
        )
    return tuple(found)


def style_lines(lines: Sequence[Line]) -> tuple[StyleLine, ...]:
    """Samples of speech, each with its stage direction."""
    return tuple(sample for line in lines for sample in _samples(line))


def _samples(line: Line) -> tuple[StyleLine, ...]:
    stage, text = "", line.text
    direction = _STAGE.match(text)
    if direction:
        stage, text = direction[1].strip(), text[direction.end() :]
    quotes = quotes_of(text)
    said = [quote.inner for quote in quotes] if quotes else [text.strip()]
    if not quotes and direction is None and re.search(r"[：:]\s*$", text):
        return ()
    if quotes and not stage:
        after = _STAGE.match(text[quotes[-1].end :])
        stage = after[1].strip() if after else ""
    background = _BACKGROUND.search(stage) is not None
    return tuple(StyleLine(text=s, line=line.number, stage=stage, is_background=background) for s in said if s)


def style(lines: Sequence[Line]) -> tuple[tuple[StyleLine, ...], tuple[StyleLine, ...]]:
    """The samples to avoid and those to imitate; under no title, a sample is one to imitate."""
    avoid: list[StyleLine] = []
    imitate: list[StyleLine] = []
    into = imitate
    for line in lines:
        title, rest = _title(line)
        is_title = bool(title) and (bool(line.level or line.bold) or not rest or has_quotes(rest))
        if is_title and _AVOID.search(title):
            into = avoid
        elif is_title and _IMITATE.search(title):
            into = imitate
        elif not line.level:
            into.extend(_samples(line))
            continue
        if rest and has_quotes(rest):
            into.extend(StyleLine(text=quote.inner, line=line.number) for quote in quotes_of(rest))
    return tuple(avoid), tuple(imitate)
