"""The rules of tables and the places of pictures on one page, out of what pdfium finds drawn on it."""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from index.documents.readers.pdf.page import Bounds, Box, Rule, turned_box

_MOST = 20_000
"""Drawn things of one page that are looked at; a map has more, and no table."""
_DEEPEST = 4
_THIN = 3.0
"""Points: what is no higher lies as a rule, what is no wider stands as one."""
_SHORT = 6.0
_LARGE = 0.3
"""Of a page: what pictures take that may be a scan of it."""
_OUTLINES = 100
"""Small drawings on one page that may be letters."""
_WHITE = 250
_RECTANGLE, _MOST_LINES = 6, 2000
"""Segments of a path: up to so many it is one line or one rectangle, and above so many no table."""
Box4 = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]
_CURVES, _SHADE = -1, -2
"""Kinds of our own: a path that is neither a line nor a rectangle, and the shade behind a word."""
_LOW = 17.0
"""Points: how high a shade is at most."""
_SAME: Matrix = (1, 0, 0, 1, 0, 0)


def drawings(
    page: pypdfium2.PdfPage, bounds: Bounds, turn: int
) -> tuple[tuple[Rule, ...], tuple[Rule, ...], tuple[Box, ...], bool]:
    """Rules that lie, rules that stand, and pictures, on the page as `turn` turns it; and `Page.pictured`."""
    across: list[Rule] = []
    down: list[Rule] = []
    pictures: list[Box] = []
    pictured = 0.0
    area = (bounds[2] - bounds[0]) * (bounds[1] - bounds[3])
    for kind, found in _drawn(page):
        box = turned_box(turn, bounds, found)
        wide, high = box.right - box.left, box.bottom - box.top
        # A scan may be cut into strips.
        pictured += wide * high if kind == pdfium.FPDF_PAGEOBJ_IMAGE else 0
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE or (kind == _CURVES and wide > _SHORT and high > _SHORT):
            if wide * high < 0.9 * area:
                pictures.append(box)
        elif high <= _THIN and wide > _SHORT:
            across.append(Rule((box.top + box.bottom) / 2, box.left, box.right))
        elif wide <= _THIN and high > _SHORT:
            down.append(Rule((box.left + box.right) / 2, box.top, box.bottom))
        elif kind != _SHADE and wide > _SHORT and high > _SHORT and wide * high < 0.9 * area:
            across += [Rule(box.top, box.left, box.right), Rule(box.bottom, box.left, box.right)]
            down += [Rule(box.left, box.top, box.bottom), Rule(box.right, box.top, box.bottom)]
    outlined = sum(box.bottom - box.top < _LOW for box in pictures) > _OUTLINES
    return tuple(across), tuple(down), tuple(pictures), outlined or pictured > _LARGE * area


def _drawn(page: pypdfium2.PdfPage) -> Iterator[tuple[int, Box4]]:
    """The kind of each thing drawn, and its left, bottom, right and top; those within forms too."""
    handle = page.raw
    pending = [(iter(_objects(pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, handle)), _SAME)]
    left = _MOST
    while pending and left:
        objects, matrix = pending[-1]
        thing = next(objects, None)
        if thing is None:
            pending.pop()
            continue
        left -= 1
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and len(pending) < _DEEPEST:
            inner = _objects(pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, thing)
            pending.append((iter(inner), _times(_matrix(thing), matrix)))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            yield from ((kind, _moved(box, matrix)) for kind, box in _path(thing))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            yield kind, _moved(_bounds(thing), matrix)


def _objects(count: Callable[[Any], int], get: Callable[[Any, int], Any], holder: Any) -> Iterator[Any]:
    return (get(holder, number) for number in range(count(holder)))


def _path(path: Any) -> Iterator[tuple[int, Box4]]:
    """A line or a rectangle whole, the straight lines of a grid one by one, and anything else as curves."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    box = _bounds(path)
    thin = min(box[2] - box[0], box[3] - box[1]) <= _THIN
    if not (stroke.value or (fill.value and (thin or _coloured(path)))):
        return
    count = pdfium.FPDFPath_CountSegments(path)
    if count <= _RECTANGLE or (not stroke.value and box[3] - box[1] < _LOW):
        yield (pdfium.FPDF_PAGEOBJ_PATH if stroke.value or box[3] - box[1] >= _LOW else _SHADE), box
        return
    matrix = _matrix(path)
    lines = [_moved(line, matrix) for line in _lines(path, count)] if count <= _MOST_LINES else []
    straight = [line for line in lines if min(line[2] - line[0], line[3] - line[1]) < 0.5]
    if len(straight) < 0.8 * len(lines) or not lines:
        yield _CURVES, box
    else:
        yield from ((pdfium.FPDF_PAGEOBJ_PATH, line) for line in straight)


def _lines(path: Any, count: int) -> Iterator[Box4]:
    """From point to point; a curve is taken as the straight line between its ends."""
    x, y = ctypes.c_float(), ctypes.c_float()
    at = start = (0.0, 0.0)
    for number in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, number)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (x.value, y.value)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        else:
            yield _between(at, point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield _between(point, start)
        at = point


def _between(a: tuple[float, float], b: tuple[float, float]) -> Box4:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


def _coloured(path: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPageObj_GetFillColor(path, red, green, blue, alpha)
    return alpha.value > 0 and min(red.value, green.value, blue.value) < _WHITE


def _bounds(thing: Any) -> Box4:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _matrix(thing: Any) -> Matrix:
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, found):
        return _SAME
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does what `first` does, and then what `then` does."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _moved(box: Sequence[float], matrix: Matrix) -> Box4:
    if matrix is _SAME:
        return box[0], box[1], box[2], box[3]
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in (box[0], box[2]) for y in (box[1], box[3])]
    ys = [b * x + d * y + f for x in (box[0], box[2]) for y in (box[1], box[3])]
    return min(xs), min(ys), max(xs), max(ys)
