"""Other words for what is asked: people type "小时工" or "days off", documents write 非全日制用工 or "annual leave".

A table of the project's own (`index/text/words/other-words.tsv`) says what documents may write for a word. The question
stays as it is: where such a word stands in a passage, the question's own word counts as met there, and the reader is
told of it. So a word that means something else elsewhere does no harm, since it is not looked for by itself
(Pirkola's structured queries, SIGIR 1998). `docs/decisions/other-words.md` has the numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice

from index.document import Span
from index.search.question.query import Query
from index.text import occurrences as occurrence
from index.text.chinese import HAN_CHARACTER
from index.text.pieces import WORDS
from index.text.terms import Term, fold, stem, terms

MOST = 40
"""Other words of a question that are looked for at most."""
COMMON = 0.05
"""Share of the passages beyond which a word stands for nothing in particular."""
LONGEST_PHRASE = 5
"""English words of the longest phrase that is looked up."""
GAP = 3
"""Characters between two words of a phrase at most."""


@dataclass(frozen=True, slots=True)
class OtherWords:
    """The table: for each word, Chinese or English, those that documents write for it."""

    lines: Sequence[str] = ()
    at: dict[str, list[int]] = field(default_factory=dict)
    """In which lines a word stands: a folded Chinese word, or the stems of an English phrase with blanks between."""
    longest: int = 0
    """Characters of the longest Chinese word."""

    @classmethod
    def of(cls, text: str) -> "OtherWords":
        """The table from its file."""
        lines = [line for line in text.split("\n") if line and line[0] != "#"]
        at: dict[str, list[int]] = {}
        longest = 0
        for number, line in enumerate(fold("\n".join(lines)).split("\n")):
            for word in line.replace("\t", ", ").split(", "):
                if not word:
                    continue
                if not word.isascii():
                    longest = max(longest, len(word))
                at.setdefault(_key(word), []).append(number)
        return cls(lines, at, longest)

    def written(self, key: str) -> tuple[str, ...]:
        """What documents may write for a word of the table."""
        return tuple(dict.fromkeys(self._words(key, 1)))

    def typed(self, key: str) -> bool:
        """Whether it is a word that people type and documents hardly write."""
        return any(_key(fold(word)) == key for word in self._words(key, 0))

    def _words(self, key: str, first: int) -> Iterator[str]:
        """The words of every other field, from the field numbered `first` on, of the lines that `key` stands in."""
        fields = (self.lines[number].split("\t")[first::2] for number in self.at[key])
        return (word for one in fields for part in one for word in part.split(", ") if word)

    def places(self, text: str) -> Iterator[tuple[str, Span]]:
        """Words of the table in `text` with their spans, the longest at each place.

        A single character, or a single English word, means too many things.
        """
        folded, last = fold(text), 0
        for start in range(len(folded)):
            sizes = range(min(self.longest, len(folded) - start), 1, -1) if start >= last else ()
            size = next((size for size in sizes if folded[start : start + size] in self.at), 0)
            if size and HAN_CHARACTER.match(folded[start]):
                yield folded[start : start + size], (start, start + size)
                last = start + size
        latin, last = [term for term in terms(text) if not HAN_CHARACTER.search(term.text)], 0
        for first in range(len(latin)):
            runs = (latin[first : first + size] for size in range(LONGEST_PHRASE, 1, -1)) if first >= last else ()
            for run in runs:
                key = " ".join(term.text for term in run)
                if len(run) > 1 and key in self.at:
                    yield key, (run[0].start, run[-1].end)
                    last = first + len(run)
                    break


@cache
def shipped() -> OtherWords:
    """The table that ships."""
    return OtherWords.of((WORDS / "other-words.tsv").read_text(encoding="utf-8"))


def _key(word: str) -> str:
    """Of a folded word."""
    return " ".join(map(stem, word.replace("-", " ").replace("'", " ").split())) if word.isascii() else word


@lru_cache(maxsize=8192)
def _terms(word: str) -> tuple[Term, ...]:
    return tuple(terms(word))


@dataclass(frozen=True, slots=True)
class Rewording:
    """A word of a question, by its span there, and what documents may write for it."""

    span: Span
    written: tuple[str, ...]


def rewordings(
    query: Query, frequency: Callable[[str], int], passages: int, table: OtherWords | None = None
) -> tuple[Rewording, ...]:
    """The words of `query` with what documents may write for them, as far as some of the `passages`, and not many, do.

    `frequency` is the number of passages that a term stands in. A word that documents write, and these do, stays alone.
    """
    table = table or shipped()
    found: list[Rewording] = []
    left = MOST
    for key, (start, end) in table.places(query.text):
        own = [term for term in query.content if start <= term.start < end]
        if not own or (not table.typed(key) and all(frequency(term.text) for term in own)):
            continue
        asked = fold(query.text[start:end])
        able = (
            word
            for word in table.written(key)
            if fold(word) not in asked
            and asked not in fold(word)
            and 0 < min((frequency(term.text) for term in _terms(word)), default=0) <= max(passages * COMMON, 2)
        )
        if written := tuple(islice(able, left)):
            found.append(Rewording((start, end), written))
            left -= len(written)
    return tuple(found)


def search_terms(reworded: Sequence[Rewording]) -> list[str]:
    """What BM25 is asked for beside the question's own terms."""
    return [term.text for one in reworded for word in one.written for term in _terms(word)]


def places_of(reworded: Sequence[Rewording], texts: Sequence[str]) -> list[list[tuple[int, Span]]]:
    """For each text: the number of the rewording, and the span, of each other word's first place there."""
    words = list(dict.fromkeys(word for one in reworded for word in one.written))
    flat = [term for word in words for term in _terms(word)]
    found = []
    for at in occurrence.places(flat, texts) if words else [[] for _ in texts]:
        places = iter(at)
        spans = {word: _phrase(_terms(word), list(islice(places, len(_terms(word))))) for word in words}
        found.append([(n, span) for n, one in enumerate(reworded) for word in one.written if (span := spans[word])])
    return found


def _phrase(words: Sequence[Term], places: Sequence[Sequence[int]]) -> Span | None:
    """The first place where `words` stand one after the other; `places` has the offsets of each."""
    for start in places[0]:
        end = start + words[0].end - words[0].start
        for word, at in zip(words[1:], places[1:], strict=True):
            after = next((place for place in at if end <= place <= end + GAP), None)
            if after is None:
                break
            end = after + word.end - word.start
        else:
            return start, end
    return None
