"""One callee line under reading: which of its words are said to the caller, and whether any are."""

from __future__ import annotations

from ..patterns import compiled
from .cues import Cue, Hit, first
from .text import folded, has_words

_BRACKET = compiled(r"[(\[<{]([^()\[\]<>{}]{0,60})[)\]>}]")
# A label after which the words go to somebody else: （背景）文件你放这.
# 背景有打印机声 describes a sound and labels nothing.
_ASIDE = compiled(
    r"^(?:电话)?(?:背景|远处|旁白|画外|旁边)(?:音|里|声|远处|中|人声|传来)*(?:有人(?:喊|说|叫))?[:]?$|"
    r"^(?:转头|扭头|捂着?(?:话筒|手机|电话)|侧身|回头)?.{0,4}(?:对|跟|朝|冲|向|和)(?:着)?(?:旁|同事|身边|员工|"
    r"伙计|别人|工人|徒弟|家人|孩子|老婆|客户|小|另|屋里|店里|"
    r"人|外面|里面).{0,10}$|"
    r"^(?:转头|扭头|捂着?(?:话筒|手机|电话)).{0,8}(?:喊|说|叫|道).{0,4}$|^(?:同事|旁人|旁边人|员工|工人|客户|别人)[:]?$"
)
_BACK = compiled(r"(?:对|回到|拿起|转回|重新).{0,4}(?:电话|手机|话筒|听筒)|^(?:电话|正常|回来)$")
# A background label with its words inside the bracket: （背景：文件你放这）.
_ASIDE_INSIDE = compiled(r"^(?:电话)?(?:背景|远处|旁边|旁白|同事|广播|喇叭|电视)")
_SOUND = compiled(r"[声音响]$|沉默|静音|无声|噪|杂音|嘈杂")
_BROKEN_OFF = compiled(r"\n|—+(?=[^\s—\"])")
_NEXT_SENTENCE = compiled(r"[。!?]+(?=[^\s。!?\"])")
_QUOTED = compiled(r'^\s*"[^"]*"?')
# What is left when nobody speaks: 沉默, 持续静音10秒, 沙沙.
_SILENCE = compiled(
    r"^(?:沉默|静默|静音|无声|寂静|无应答|无人应答|无回应|没有回应|不说话|不出声|(?:持续)?(?:静音|沉默|无声|噪音|"
    r"噪声|杂音).{0,8}|.{0,6}(?:噪音|杂音|噪声|嘈杂)(?:声)?|"
    r"[沙滋呲嘶嗡咔哗呼刺啦吱](?:[.…~,。 -]*[沙滋呲嘶嗡咔哗呼刺啦吱])++[.…~,。 -]*+|"
    r"silence|noise|static|inaudible|no ?input|timeout|null|none|听不清|\d+秒|无|"
    r"空白|空|\W|_)++$"
)
_SILENT_LABEL = compiled(
    r"沉默|静音|无声|不说话|没有?(?:说话|回应|出声|声音)|silen|noise|噪|杂音|听不清|模糊|含糊|unintelligible|inaudible"
)


class Line:
    """A folded line, and the part of it that is spoken to the caller."""

    def __init__(self, text: str, last_caller: str, asked: bool) -> None:
        self.normal = folded(text)
        self.last_caller = last_caller
        self.asked = asked
        self.background = False
        self.unclear = ""
        """Sentences behind the first of a background speech, whose speaker nobody names."""
        self.spoken = self._addressed(self.normal.text)

    def _addressed(self, text: str) -> str:
        """`text` with everything blanked out that is not said to the caller; positions stay."""
        out: list[str] = []
        place, aside = 0, False
        for bracket in _BRACKET.finditer(text):
            out.append(self._stretch(text[place : bracket.start()], aside))
            label = bracket.group(1).strip()
            if _ASIDE.search(label):
                aside = True
                self.background = self.background or has_words(text[bracket.end() :])
                following = _NEXT_SENTENCE.search(text, bracket.end())
                quoted = _QUOTED.match(text[bracket.end() :])
                self.unclear = text[following.end() :] if following and not (quoted and quoted.group().strip()) else ""
            elif _ASIDE_INSIDE.search(label) and not _SOUND.search(label):
                self.background = True
                aside = False
            elif _BACK.search(label):
                aside = False
            out.append("\n" * len(bracket.group()))
            place = bracket.end()
        out.append(self._stretch(text[place:], aside))
        return "".join(out)

    @staticmethod
    def _stretch(text: str, aside: bool) -> str:
        if not aside:
            return text
        # Background speech in quotes ends with them; without quotes it ends with the line, or where a dash breaks it.
        ends = _QUOTED.match(text) or _BROKEN_OFF.search(text)
        end = ends.end() if ends else len(text)
        return "\n" * end + text[end:]

    def find(self, *tables: tuple[Cue, ...]) -> Hit | None:
        """The first cue of the tables among the words that are said to the caller."""
        for table in tables:
            hit = first(table, self.spoken)
            if hit:
                return hit
        return None

    def hit_anywhere(self, table: tuple[Cue, ...]) -> Hit | None:
        """The first cue of the table in the whole line, whoever says it."""
        return first(table, self.normal.text)

    @property
    def wordless(self) -> bool:
        """Nobody says anything to the caller."""
        return not has_words(self.spoken) or _SILENCE.match(self.spoken.strip()) is not None

    @property
    def silent(self) -> bool:
        """It is labelled as silence or noise."""
        return _SILENT_LABEL.search(self.normal.text) is not None
