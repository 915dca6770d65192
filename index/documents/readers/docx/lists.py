"""Lists of a DOCX file: its numbering definitions say which items are numbered, how, and from where."""

from dataclasses import dataclass

from docx.document import Document as Package
from lxml.etree import _Element as Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 9
_CHINESE = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands: depth from 1, its list, and its mark as shown ("" for a bullet)."""

    level: int = 0
    group: int = 0
    number: str = ""


@dataclass(frozen=True, slots=True)
class _Level:
    format: str = "bullet"
    pattern: str = ""
    start: int = 1


class Lists:
    """Follows the paragraphs of one document and counts the items of its lists as Word does."""

    def __init__(self, package: Package) -> None:
        self._levels = _levels(package)
        self._styles = _style_lists(package)
        self._counts: dict[str, dict[int, int]] = {}
        """For each numbering how far each of its levels has come."""
        self._groups = 0
        self._inside = False
        self._last = ""
        """The numbering of the list before, as long as that may go on behind a paragraph."""

    def next_group(self) -> int:
        """A number for another list or table."""
        self.end()
        self._groups += 1
        return self._groups

    def end(self) -> None:
        """Ends the list for good, as a heading does."""
        self._inside, self._last = False, ""

    def outside(self) -> Place:
        """The place of a paragraph that is no item: the list ends before it, unless its numbers go on behind it."""
        self._inside = False
        return Place()

    def place(self, paragraph: Element) -> Place:
        """The place of the next item."""
        numbering, depth = self._numbering(paragraph)
        mark = self._mark(numbering, depth)
        goes_on = mark and numbering == self._last and (depth or self._counts[numbering][depth] > 1)
        if not self._inside and not goes_on:
            self.next_group()
        self._inside, self._last = True, numbering
        return Place(depth + 1, self._groups, mark)

    def _numbering(self, paragraph: Element) -> tuple[str, int]:
        found = paragraph.find(f"{_W}pPr/{_W}numPr")
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        numbering, depth = self._styles.get(style.get(f"{_W}val", "") if style is not None else "", ("", 0))
        if found is not None:
            numbering = _value(found, "numId") or numbering
            level = _value(found, "ilvl")
            depth = int(level) if level.isdigit() else depth
        return numbering, min(depth, _DEEPEST)

    def _mark(self, numbering: str, depth: int) -> str:
        levels = self._levels.get(numbering, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(numbering, {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        if level.format in ("bullet", "none"):
            return ""
        mark = level.pattern
        for one in range(depth + 1):
            shown = levels.get(one, _Level("decimal"))
            mark = mark.replace(f"%{one + 1}", written(counts.get(one, shown.start), shown.format))
        return mark.strip()


def _levels(package: Package) -> dict[str, dict[int, _Level]]:
    """For each numbering its levels."""
    try:
        root = package.part.numbering_part.element
    except (KeyError, NotImplementedError, AttributeError):
        # None, or one whose type the package does not say: it has no element then.
        return {}
    abstract = {
        one.get(f"{_W}abstractNumId", ""): {
            int(level.get(f"{_W}ilvl", "0")): _Level(
                _value(level, "numFmt") or "decimal", _value(level, "lvlText"), _integer(_value(level, "start"))
            )
            for level in one.findall(f"{_W}lvl")
        }
        for one in root.findall(f"{_W}abstractNum")
    }
    numberings = root.findall(f"{_W}num")
    return {one.get(f"{_W}numId", ""): abstract.get(_value(one, "abstractNumId"), {}) for one in numberings}


def _style_lists(package: Package) -> dict[str, tuple[str, int]]:
    """For a style the numbering and the depth that it gives to its paragraphs."""
    found: dict[str, tuple[str, int]] = {}
    for style in package.styles.element.findall(f"{_W}style"):
        numbering = style.find(f"{_W}pPr/{_W}numPr")
        if numbering is not None:
            depth = _value(numbering, "ilvl")
            found[style.get(f"{_W}styleId", "")] = _value(numbering, "numId"), int(depth) if depth.isdigit() else 0
    return found


def _value(element: Element, name: str) -> str:
    child = element.find(f"{_W}{name}")
    return child.get(f"{_W}val", "") if child is not None else ""


def _integer(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() else 1


def written(number: int, format: str) -> str:
    """A number as Word writes it: "3", "c", "iii", "三"."""
    if format in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * (1 + (number - 1) // 26) if 0 < number < 1000 else str(number)
        return letter if format == "lowerLetter" else letter.upper()
    if format in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman.lower() if format == "lowerRoman" else roman
    if format.startswith(("chineseCounting", "japaneseCounting", "ideographDigital", "taiwaneseCounting")):
        return _chinese(number)
    return str(number)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    out = ""
    for value, mark in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        out += mark * (number // value)
        number %= value
    return out


def _chinese(number: int) -> str:
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    front = "" if not tens else "十" if tens == 1 else f"{_CHINESE[tens]}十"
    return front + (_CHINESE[ones] if ones else "")
