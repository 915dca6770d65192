"""Names in a question: Chinese ones are those of CC-CEDICT that are no common word as well, in Latin letters a capital
in mid-sentence makes a name.
"""

from functools import cache

from index.search.query import Query
from index.text import pinyin
from index.text.pieces import START, vocabulary
from index.text.terms import WORDS, Term, encode

LONGEST = 6


@cache
def called_in_pinyin() -> dict[str, str]:
    """The Chinese names; the pinyin of those that are called by it in English, in one word, "" for the others."""
    lines = (WORDS / "names.txt").read_text(encoding="utf-8").splitlines()
    return {name: called for name, _, called in (line.partition("\t") for line in lines)}


def chinese_names(text: str) -> list[str]:
    """Names in folded `text`, the longest at each place, left to right; none within a word (人行 in 没有人行道)."""
    words = encode([text])[0].spans.tolist()
    ends = {end for _, end in words}
    found, done = [], 0
    for at, _ in words:
        sizes = range(LONGEST, 1, -1) if at >= done else ()
        if size := next((n for n in sizes if at + n in ends and text[at : at + n] in called_in_pinyin()), 0):
            found.append(text[at : at + size])
            done = at + size
    return found


@cache
def _known_in_pinyin() -> frozenset[str]:
    readings = pinyin.readings()
    return frozenset(
        "".join(readings[char][0] for char in name) for name in called_in_pinyin() if all(map(readings.get, name))
    )


def chinese_in_latin(word: str) -> bool:
    """Whether a folded Latin word is the pinyin of a Chinese name: of a known one, or syllables that are no English
    word. "California" and "Lane" can be cut into syllables as well, and a Chinese text writes 加州 and 莱恩.
    """
    if word in _known_in_pinyin():
        return True
    syllables = pinyin.split(word)
    return bool(syllables) and min(map(len, syllables)) > 1 and vocabulary().number(START + word) is None


def named(query: Query, term: Term) -> bool:
    """Whether a term has a capital that does not merely begin the question."""
    return term.start > 0 and query.text[term.start].isupper()


def latin_names(query: Query) -> list[Term]:
    """Content terms that are `named`, by a letter without an accent."""
    return [term for term in query.content if named(query, term) and query.text[term.start].isascii()]
