"""The words of one page, out of the characters that pdfium finds on it.

pdfium is asked for every character by itself, which is a million calls for a book. Its functions are therefore called
as plain C functions on numbers, a fifth of the time that the bindings' own types take.
"""

import ctypes
import math
import re
from collections import Counter

import pypdfium2.raw as pdfium

from index.documents.readers.pdf.page import Bounds, Word, turned
from index.documents.readers.pdf.unicode import BULLET_FONT, NO_LETTER, reads_as_words
from index.documents.readers.pdf.words import Builder, Style, once

_POINTER = ctypes.c_void_p


def _plain(name: str, result: type, *arguments: type) -> "ctypes._CFunctionType":
    address = ctypes.cast(getattr(pdfium, name), _POINTER).value
    return ctypes.PYFUNCTYPE(result, *arguments)(address or 0)


_unicode = _plain("FPDFText_GetUnicode", ctypes.c_uint, _POINTER, ctypes.c_int)
_box = _plain("FPDFText_GetLooseCharBox", ctypes.c_int, _POINTER, ctypes.c_int, _POINTER)
_object = _plain("FPDFText_GetTextObject", _POINTER, _POINTER, ctypes.c_int)
_generated = _plain("FPDFText_IsGenerated", ctypes.c_int, _POINTER, ctypes.c_int)
_matrix = _plain("FPDFText_GetMatrix", ctypes.c_int, _POINTER, ctypes.c_int, _POINTER)
_origin = _plain("FPDFText_GetCharOrigin", ctypes.c_int, _POINTER, ctypes.c_int, _POINTER, _POINTER)
_size = _plain("FPDFText_GetFontSize", ctypes.c_double, _POINTER, ctypes.c_int)
_unmapped = _plain("FPDFText_HasUnicodeMapError", ctypes.c_int, _POINTER, ctypes.c_int)
_tight = _plain("FPDFText_GetCharBox", ctypes.c_int, _POINTER, ctypes.c_int, *[_POINTER] * 4)
_hyphen = _plain("FPDFText_IsHyphen", ctypes.c_int, _POINTER, ctypes.c_int)
_font = _plain("FPDFTextObj_GetFont", _POINTER, _POINTER)
_mode = _plain("FPDFTextObj_GetTextRenderMode", ctypes.c_int, _POINTER)
_name = _plain("FPDFFont_GetBaseFontName", ctypes.c_size_t, _POINTER, _POINTER, ctypes.c_size_t)
_flags = _plain("FPDFFont_GetFlags", ctypes.c_int, _POINTER)

_BOLD = re.compile(r"bold|black|heavy|demi|medi\b|cmbx|[-,]bd\b|simhei|-w[6-9]\b", re.IGNORECASE)
_FIXED = re.compile(r"mono|courier|consol|typewriter|cmtt|menlo|fixed|inconsolata|code", re.IGNORECASE)
_FIXED_FLAG = 1
_SLANTED = -1
_SPACE, _HYPHEN = 32, 2
_BLANKS = frozenset((9, 10, 11, 12, 13, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000))
"""Blanks of all kinds are made one; pdfium marks a hyphen at the end of a line by a code of its own."""
_STROKED = 2
"""Letters that are filled and stroked: how a font without a bold face is made bold."""


_UNKNOWN = frozenset((*range(0x7F, 0xA0), 0xFFFD, 0xFFFE, 0xFFFF))


def words(text_page: int, count: int, bounds: Bounds) -> tuple[list[Word], int]:
    """The words of a page in the order in which they were written, and how the page has to be turned to read them.

    `bounds` are the left, top, right and bottom of the page, as pdfium counts: upwards.
    """
    characters = _Characters(text_page, count)
    turn = characters.direction()
    builder = Builder()
    characters.write(builder, turn, bounds)
    builder.end()
    return once(builder.words), turn


class _Characters:
    """All characters of one page."""

    def __init__(self, page: int, count: int) -> None:
        self.page = page
        self.codes = _whole([_unicode(page, at) for at in range(count)])
        # What is blank is asked for nothing more.
        self.objects = [_object(page, at) if code != _SPACE else None for at, code in enumerate(self.codes)]
        first = {written: at for at, written in reversed(list(enumerate(self.objects))) if written}
        self.styles = {written: _style(page, at, written) for written, at in first.items()}
        """How each of the texts on the page is set, by the address of pdfium's object for it."""
        self._trusted = any(style.unmapped for style in self.styles.values()) and reads_as_words(self._numbers())

    def direction(self) -> int:
        """The quarter in which most letters stand."""
        seen: Counter[int] = Counter()
        for written, count in Counter(self.objects).items():
            if written and self.styles[written].quarter != _SLANTED:
                seen[self.styles[written].quarter] += count
        return seen.most_common(1)[0][0] if seen else 0

    def write(self, builder: "Builder", turn: int, bounds: Bounds) -> None:
        """Hands over the letters that stand as most do, each where it is once the page is turned."""
        page, styles = self.page, self.styles
        x, y, box = ctypes.c_double(), ctypes.c_double(), (ctypes.c_float * 4)()
        to_box, to_x, to_y = ctypes.addressof(box), ctypes.addressof(x), ctypes.addressof(y)
        for at, (code, written) in enumerate(zip(self.codes, self.objects, strict=True)):
            if written is None or code < 0:
                if code == _SPACE:
                    builder.space(bool(_generated(page, at)))
                continue
            style = styles[written]
            if style.quarter != turn or not (_box(page, at, to_box) and _origin(page, at, to_x, to_y)):
                continue
            if turn:
                left, right, base = turned(turn, bounds, tuple(box), x.value, y.value)
            else:
                left, right, base = box[0] - bounds[0], box[2] - bounds[0], bounds[1] - y.value
            known = code >= _SPACE and code not in _UNKNOWN and not (style.unmapped and not self._trusted)
            letter = chr(code) if known else self._letter(at, code, style.size)
            builder.add(letter, left, right, base, style)

    def _numbers(self) -> str:
        """The numbers of letters that are not mapped, as if they were letters: in some fonts they are."""
        return "".join(
            chr(code)
            for code, written in zip(self.codes, self.objects, strict=True)
            if written and code > 0 and self.styles[written].unmapped
        )

    def _letter(self, at: int, code: int, size: float) -> str:
        """A letter that the font does not name. One that is flat and hangs above the baseline is a minus."""
        if code == _HYPHEN and _hyphen(self.page, at):
            return "-"
        edges = (ctypes.c_double * 4)()
        left, right, low, high = (ctypes.addressof(edges) + 8 * number for number in range(4))
        _tight(self.page, at, left, right, low, high)
        x, y = ctypes.c_double(), ctypes.c_double()
        _origin(self.page, at, ctypes.addressof(x), ctypes.addressof(y))
        wide, thick, above = edges[1] - edges[0], edges[3] - edges[2], edges[2] - y.value
        return "−" if 0 < thick < 0.15 * size < 0.3 * size < wide and 0.1 * size < above < 0.5 * size else NO_LETTER


def _whole(codes: list[int]) -> list[int]:
    """Codes with surrogate pairs made one character, each half that stands alone unreadable, and one kind of blank.

    The place of a second half holds -1, so that codes and characters keep the same numbers.
    """
    for at, code in enumerate(codes):
        if code in _BLANKS:
            codes[at] = _SPACE
        elif 0xD800 <= code < 0xE000:
            low = codes[at + 1] if at + 1 < len(codes) else 0
            paired = code < 0xDC00 <= low < 0xE000
            codes[at] = 0x10000 + ((code - 0xD800) << 10) + low - 0xDC00 if paired else ord(NO_LETTER)
            if paired:
                codes[at + 1] = -1
        elif code > 0x10FFFF:
            codes[at] = ord(NO_LETTER)
    return codes


def _style(page: int, at: int, written: int) -> Style:
    """How the text that the character `at` is of is set."""
    matrix = (ctypes.c_float * 6)()
    _matrix(page, at, ctypes.addressof(matrix))
    along, up = math.hypot(matrix[0], matrix[1]), math.hypot(matrix[2], matrix[3])
    angle = math.degrees(math.atan2(matrix[1], matrix[0])) / 90
    quarter = round(angle) % 4 if abs(angle - round(angle)) < 0.05 and along else _SLANTED
    font = _font(written)
    name = ctypes.create_string_buffer(200)
    length = _name(font, ctypes.addressof(name), 200) if font else 0
    said = name.value.decode("latin-1") if length else ""
    return Style(
        size=round(abs(_size(page, at) * up), 1) or 1.0,
        quarter=quarter,
        bold=bool(_BOLD.search(said)) or _mode(written) == _STROKED,
        fixed=bool(_FIXED.search(said)) or bool(font and _flags(font) & _FIXED_FLAG),
        # The letters before the plus are another name for each subset of one font.
        face=said.partition("+")[2] or said,
        unmapped=_unmapped(page, at) == 1,
        bullets=bool(BULLET_FONT.search(said)),
    )
