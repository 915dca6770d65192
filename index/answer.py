"""What a question comes back with: quotes, or an abstention with the nearest passages. Never both."""

from collections.abc import Iterable
from dataclasses import dataclass

from index.document import Source, Span

MAX_QUOTE = 240
"""Code points of the longest quote, and of the longest sentence; longer than this is not a quote but a page."""
NEAREST = 3
"""Passages that an abstention shows at most."""


@dataclass(frozen=True, slots=True)
class Part:
    """A further stretch of a quote's document that the quote needs to be understood, as exact as the quote."""

    role: str
    """"lead-in", "heading", "header", "item" or "more"."""
    text: str
    start: int
    end: int
    shown: str = ""
    """`text` without markup, as a person reads it."""

    @property
    def before(self) -> bool:
        """Whether it is shown above the quote."""
        return self.role in ("lead-in", "heading", "header")


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of one document that is shown, letter for letter.

    Built by `Index` alone; `text == document.text[start:end]` is checked again when it is sent.
    """

    document: str
    """`Document.id`."""
    source: Source
    text: str
    start: int
    end: int
    section: str = ""
    page: int | None = None
    highlights: tuple[Span, ...] = ()
    """Offsets into `text` of the words that answer."""
    score: float = 0.0
    """0 to 1, comparable within one answer only."""
    shown: str = ""
    """`text` as a person reads it: without marks of Markdown, HTML or templates; see `index.text.shown`."""

    shape: str = "sentence"
    """"sentence", "list", "steps", "row" or "code"."""
    parts: tuple[Part, ...] = ()
    """What it is shown with, in the order in which it is shown."""
    row: str = ""
    """The number of the row that it is of, in a spreadsheet."""

    answers: int | None = None
    """Which of `Answer.question_parts` it answers, where there are such."""

    def repeats(self, other: "Quote") -> bool:
        """Whether the two overlap in one document, or say the same but for white space."""
        overlap = self.document == other.document and self.start < other.end and other.start < self.end
        return overlap or self.text.split() == other.text.split()


def without_repeats(quotes: Iterable[Quote], most: int) -> tuple[Quote, ...]:
    """The first `most` of `quotes` of which none repeats another; no more of them are made than that takes."""
    kept: list[Quote] = []
    remaining = iter(quotes)
    while len(kept) < most and (quote := next(remaining, None)) is not None:
        if not any(quote.repeats(other) for other in kept):
            kept.append(quote)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Places:
    """How many documents or sections have what a question wants every place of; the quotes are of the first of them."""

    count: int
    of: str
    """"documents" or "sections"."""
    more: bool = False
    """Whether there may be more: so many passages have the words that not all were looked at."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`quotes` is empty exactly when the corpus does not answer; `nearest` is empty otherwise."""

    question: str
    quotes: tuple[Quote, ...]
    confidence: float
    """Probability that the first quote answers (of the best candidate, when abstained)."""
    nearest: tuple[Quote, ...] = ()
    snapshot: str = ""
    read_as: str = ""
    """What was read instead of the question, where that was answered only with its misspelled words mended."""

    doubtful: bool = False
    """Whether it is given although it is hardly probable: who shows it should say so."""

    question_parts: tuple[str, ...] = ()
    """The questions that the question was taken apart into: the quotes answer one each. Empty where it asks one."""

    places: Places | None = None
    """The number of all places, where the question wants all of something; the quotes are of one place each."""

    @property
    def together(self) -> bool:
        """Whether its quotes are one answer, which is shown at once: one for each question, or one for each place."""
        return bool(self.question_parts or self.places)

    @property
    def answered(self) -> bool:
        return bool(self.quotes)
