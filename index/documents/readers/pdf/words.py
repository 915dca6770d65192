"""Letters, one by one, put together into words: by spaces, by gaps, by their baselines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.documents.readers.pdf.page import Word
from index.documents.readers.pdf.unicode import BULLET, UNMAPPED, accented, readable, superscript

_WORD_GAP, _GUESSED, _LEVEL, _SMALLER = 0.25, 0.08, 0.1, 0.9
"""Of the size of the letters: a gap this wide parts words, this much up or down is another baseline."""


@dataclass(frozen=True, slots=True)
class Style:
    size: float
    quarter: int
    """Turns of 90 degrees, against the clock, that the letters stand at; -1 for a slant."""
    bold: bool
    fixed: bool
    face: str
    unmapped: bool
    """Its font does not say which letters it shows; pdfium then gives their numbers in the font."""
    bullets: bool
    """A font of pictures, whose letters mean none."""


@dataclass(slots=True)
class _Run:
    """Letters of one word in one style."""

    letters: list[str]
    style: Style
    base: float


class Builder:
    """Takes letters one by one and puts words together."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self._runs: list[_Run] = []
        self._left = self._last = self._right = 0.0
        self._gap = _WORD_GAP
        self._spaced = True

    def space(self, guessed: bool) -> None:
        """A space stands here, or pdfium guesses that one is meant, as it does before every raised letter."""
        self._gap = min(self._gap, _GUESSED if guessed else -1.0)

    def add(self, letter: str, left: float, right: float, base: float, style: Style) -> None:
        if letter.isspace():
            self.space(guessed=False)
            return
        if style.bullets and (letter.isascii() or UNMAPPED.match(letter)):
            letter = readable(letter) if readable(letter) != letter else BULLET
        last = self._runs[-1] if self._runs else None
        if last is not None and self._accented(last, letter, left, right):
            return
        if last is None or not self._touches(left, base, style, last):
            size = style.size if last else 0.0
            self.end()
            # Letters that are moved by hand may touch those before a space.
            self._spaced = self._gap < _WORD_GAP or not 0 <= left - self._right < 0.05 * size
            self._left, last = left, None
        if last is not None and last.style is style and abs(base - last.base) < _LEVEL * style.size:
            last.letters.append(letter)
        else:
            self._runs.append(_Run([letter], style, base))
        self._last, self._right, self._gap = left, right, _WORD_GAP

    def _accented(self, last: _Run, letter: str, left: float, right: float) -> bool:
        """An accent that stands over the letter before it, or after it in the file, is one with it."""
        overlap = min(right, self._right) - max(left, self._last)
        if overlap < 0.5 * min(right - left, self._right - self._last):
            return False
        whole = accented(last.letters[-1], letter)
        if whole is None:
            return False
        last.letters[-1] = whole
        self._last, self._right = min(left, self._last), max(right, self._right)
        return True

    def _touches(self, left: float, base: float, style: Style, last: _Run) -> bool:
        """Whether a letter belongs to the word before it; raised and lowered ones do too, if they are smaller."""
        small, large = sorted((style.size, last.style.size))
        # The letters of a ligature stand at one place.
        if left < self._last - 0.05 * large or left - self._right > self._gap * large or self._gap < 0:
            return False
        return abs(base - last.base) < (0.6 if small < _SMALLER * large else _LEVEL) * large

    def end(self) -> None:
        """The word is whole."""
        runs, self._runs = self._runs, []
        if not runs:
            return
        main = _main(runs)
        text = readable("".join(_said(run, main) for run in runs))
        if text:
            style, spaced = main.style, self._spaced
            word = Word(
                text, self._left, self._right, main.base, style.size, style.bold, style.fixed, style.face, spaced
            )
            self.words.append(word)


def _main(runs: list[_Run]) -> _Run:
    """The run whose size and place are the word's: the largest, but for a letter that opens a chapter."""
    main = max(runs, key=lambda run: run.style.size)
    rest = [run for run in runs if run is not main]
    if rest and len(main.letters) == 1 and rest[0].style.size < 0.6 * main.style.size and rest[0].letters[0].islower():
        return rest[0]
    return main


def _said(run: _Run, main: _Run) -> str:
    text = "".join(run.letters)
    raised = run.style.size < _SMALLER * main.style.size and main.base - run.base > _LEVEL * main.style.size
    return superscript(text) if raised else text


def once(words: Sequence[Word]) -> list[Word]:
    """The words, those that are drawn over themselves once and bold: that is how some programs make bold letters."""
    found: list[Word] = []
    seen: dict[tuple[str, float], list[int]] = {}
    for word in words:
        places = seen.setdefault((word.text, word.size), [])
        over = next((at for at in places if _is_over(word, found[at])), None)
        if over is None:
            places.append(len(found))
            found.append(word)
        else:
            found[over] = replace(found[over], bold=True)
    return found


def _is_over(word: Word, other: Word) -> bool:
    near = 0.2 * word.size
    return abs(word.left - other.left) < near and abs(word.base - other.base) < near
