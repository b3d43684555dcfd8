"""Makes evaluators/language/tables/characters.json: how characters are spelled simply, and how they sound.

Taken from OpenCC's dictionary (Apache-2.0) and from pypinyin's (MIT), so that neither has to be loaded at run time:
pypinyin alone takes 0.2 s, and a judge must be ready in 0.3.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

from opencc import OpenCC  # type: ignore[import-untyped]
from pypinyin import lazy_pinyin

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "evaluators" / "language" / "tables" / "characters.json"
HAN = [chr(code) for code in range(0x4E00, 0x9FFF)]


def common() -> list[str]:
    """The 6,763 characters of GB 2312: all that a recogniser of Mandarin writes."""
    pairs = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return [char for pair in pairs if (char := pair.decode("gb2312", errors="ignore"))]


def sound(char: str) -> str:
    """A toneless syllable, with what telephones and accents blur made one: zh and z, l and n, -ng and -n."""
    syllable = lazy_pinyin(char)[0]
    syllable = re.sub(r"^([zcs])h", r"\1", syllable)
    syllable = re.sub(r"^l(?=.)", "n", syllable)
    return re.sub(r"(?<=[aeiou]n)g$", "", syllable)


def main() -> None:
    simplify = OpenCC("t2s").convert
    twins = [(char, simple) for char in HAN if len(simple := simplify(char)) == 1 and simple != char]
    sounds: dict[str, str] = defaultdict(str)
    for char in common():
        sounds[sound(char)] += char
    table = {
        "traditional": "".join(char for char, _ in twins),
        "simplified": "".join(simple for _, simple in twins),
        "sounds": dict(sorted(sounds.items())),
    }
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
