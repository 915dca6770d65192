"""Bytes to text, once: the only place that guesses how a file was written.

UTF-8 and the byte order marks are certain. The Chinese double-byte encodings overlap nearly whole, so they are told
apart by how common the characters are that they give; what is neither is left to charset-normalizer.
"""

import codecs
import re

from charset_normalizer import from_bytes

from index.errors import ReaderError, Reason

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF-", "a-pdf"),
    (b"PK\x03\x04", "a-zip"),
    (b"\x89PNG", "a-png"),
    (b"\xff\xd8\xff", "a-jpeg"),
    (b"GIF8", "a-gif"),
    (b"\x7fELF", "a-program"),
    (b"MZ\x90", "a-program"),
    (b"\x1f\x8b", "a-gzip"),
    (b"\xd0\xcf\x11\xe0", "an-old-office-file"),
    (b"SQLite format 3", "a-database"),
)
_SAMPLE = 1 << 16
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_EVERYDAY = frozenset(
    "的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過"
    "发發后後作里裡用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心"
    "她本前开開但因只从從想实實日军軍者意无無力它与與长長把机機十民第公此已工使情明性知全三又关關点點正业業外将將两兩高间間"
    "由问問很最重并並物手应應战戰向头頭文体體政美相见見被利什二等产產或新己制身果加西斯月话話合回特代内內信表化老给給世位次"
    "度门門任常先海通教儿兒原东東声聲提立及比员員解水名真论論处處走义義各入几幾口认認条條平系气氣题題活尔爾更别別打女变變四"
    "电電話請请您天氣今營营時市區区城"
)
_OTHERS = ["cp1252", "cp1251", "cp1253", "shift_jis", "euc_jp", "euc_kr", "gb18030", "big5"]


def decode(data: bytes) -> str:
    """The text of a file, without byte order mark and with line feeds for newlines; ReaderError where it is none."""
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise ReaderError("not-text", what=Reason(what))
    text = _decoded(data)
    if len(_CONTROL.findall(text[:_SAMPLE])) > len(text[:_SAMPLE]) // 200:
        raise ReaderError("binary")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], name)
    wide = _without_mark(data)
    if wide:
        return _strict(data, wide)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        broken = error
    legacy = _legacy(data)
    if legacy:
        return _strict(data, legacy)
    if broken.start > _SAMPLE or (broken.reason == "unexpected end of data" and broken.start > 3):
        raise ReaderError("text-cut", place=broken.start)
    raise ReaderError("encoding-unknown")


def _strict(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise ReaderError("text-damaged", place=error.start, name=name) from error


def _without_mark(data: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Latin text and of newlines is zero."""
    sample = data[:_SAMPLE]
    if b"\x00" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    for name, here, there in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if here > 4 * there and len(data) % 2 == 0:
            text = sample[: len(sample) // 2 * 2].decode(name, "replace")
            if sum(map(_likely, text)) > 0.9 * len(text):
                return name
    raise ReaderError("binary")


def _likely(char: str) -> bool:
    return char in "\n\r\t" or " " <= char <= "\u024f" or "\u2010" <= char <= "\u2027" or _chinese(char)


def _chinese(char: str) -> bool:
    return "\u3000" <= char <= "\u303f" or "\u4e00" <= char <= "\u9fff" or "\uff00" <= char <= "\uff65"


def _legacy(data: bytes) -> str | None:
    """Name of a double-byte Chinese encoding, or what charset-normalizer takes it for."""
    sample = _whole_lines(data)
    ranked = sorted(((_commonness(sample, name), name) for name in ("gb18030", "big5hkscs")), reverse=True)
    score, name = ranked[0]
    if score > 0.55 and _decodes(data, name):
        return name
    best = from_bytes(sample, cp_isolation=_OTHERS, enable_fallback=False).best()
    return best.encoding if best and _decodes(data, best.encoding) else None


def _whole_lines(data: bytes) -> bytes:
    if len(data) <= _SAMPLE:
        return data
    end = data.rfind(b"\n", 0, _SAMPLE)
    # A cut inside a character would make the sample undecodable, so a text of one line is judged whole.
    return data[:end] if end > 0 else data


def _decodes(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeDecodeError:
        return False
    return True


def _commonness(data: bytes, name: str) -> float:
    """0 to 1: how much of the text beyond ASCII are characters that Chinese is made of, when read as `name`."""
    try:
        wide = [c for c in data.decode(name) if c > "\x7f"]
    except UnicodeDecodeError:
        return 0.0
    if not wide:
        return 0.0
    points = sum(1.0 if c in _EVERYDAY else _LEVEL[name](c) for c in wide)
    return points / len(wide) + 0.1 * sum(c in _EVERYDAY for c in wide) / len(wide)


def _simplified(char: str) -> float:
    """Level 1 of GB 2312 holds the 3755 characters of daily use, sorted before all others."""
    try:
        lead = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return 0.3 if "\u4e00" <= char <= "\u9fff" and _traditional(char) > 0.5 else 0.0
    if _chinese(char) or char in "“”‘’…—·":
        return 0.8 if 0xB0 <= lead <= 0xD7 or lead in (0xA1, 0xA3) else 0.2
    return 0.1


def _traditional(char: str) -> float:
    """Level 1 of Big5 holds the 5401 characters of daily use."""
    try:
        code = char.encode("big5")
    except UnicodeEncodeError:
        return 0.0
    if _chinese(char) or char in "“”‘’…—·":
        return 0.8 if 0xA4 <= code[0] <= 0xC6 or code[0] == 0xA1 else 0.2
    return 0.1


_LEVEL = {"gb18030": _simplified, "big5hkscs": _traditional}
