"""From the bytes of a file to its text: encodings, byte order marks, line ends, and what no text may hold."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from ...evaluators.errors import InputError
from ...evaluators.patterns import compiled

MAX_BYTES = 256 * 1024
MAX_LINES = 5_000
MAX_LINE = 4_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# Control characters, lone surrogates, and invisible marks that reorder or hide text; tab and newline stay.
_UNSPEAKABLE = compiled(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_LINE_END = compiled("\r\n|\r|\u2028|\u2029")


@dataclass(frozen=True, slots=True)
class Document:
    """A file as text: `\\n` ends a line, so that line numbers are those of an editor."""

    text: str
    file: str
    sha256: str
    encoding: str


def read_bytes(source: str | Path, *, error: type[InputError], what: str) -> tuple[bytes, str]:
    """The bytes of a file that the user named, and the name for messages; `error` where it cannot be had."""
    file = repr(str(source)) if "\x00" in str(source) else str(source)
    try:
        with Path(source).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise error(f"there is no such file: give the path of {what}", file=file) from None
    except IsADirectoryError:
        raise error(f"this is a folder: give the path of {what} in it", file=file) from None
    except (OSError, ValueError) as problem:
        raise error(f"it cannot be read ({problem}): give the path of {what}", file=file) from None
    return data, file


def decode(data: bytes | str, *, file: str, error: type[InputError]) -> Document:
    """The text of `data`, whatever the encoding; `error` where it is too large or no text."""
    raw = data if isinstance(data, bytes) else data[: MAX_BYTES + 1].encode("utf-8", "surrogatepass")
    if len(raw) > MAX_BYTES:
        raise error(f"it is larger than {MAX_BYTES // 1024} KB: cut it down to what a call needs", file=file)
    text, encoding = (data, "UTF-8") if isinstance(data, str) else _decode(data, file, error)
    text = _UNSPEAKABLE.sub("", _LINE_END.sub("\n", text))
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        raise error(f"it has more than {MAX_LINES} lines: cut it down to what a call needs", file=file)
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_LINE:
            raise error(
                f"the line has {len(line)} characters, more than {MAX_LINE}: break it up", file=file, line=number
            )
    return Document(text=text, file=file, sha256=hashlib.sha256(raw).hexdigest(), encoding=encoding)


def _decode(data: bytes, file: str, error: type[InputError]) -> tuple[str, str]:
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(codec), name
            except UnicodeDecodeError:
                raise error(f"it begins as {name} but is none throughout: save it as UTF-8", file=file) from None
    if b"\x00" in data:  # Neither UTF-8 text nor GB18030 text has NUL bytes; UTF-16 has, in its line ends.
        codecs_ = (
            ("utf-16-le", "utf-16-be") if data[1::2].count(0) >= data[::2].count(0) else ("utf-16-be", "utf-16-le")
        )
        candidates = [(codec, "UTF-16") for codec in codecs_]
    else:
        candidates = [("utf-8", "UTF-8"), ("gb18030", "GB18030")]
    for codec, name in candidates:
        try:
            return data.decode(codec), name
        except UnicodeDecodeError:
            continue
    raise error("it is no text in UTF-8, UTF-16 or GB18030: save it as UTF-8", file=file)
