"""Names in a question that a document never mentions: a sign that it is about another place or person.

"上海有多少个智能工厂?" shares every other word with a sentence about Chengdu, and to an encoder one city is much like
another. Chinese names are those of CC-CEDICT that are no common word as well; in Latin letters a capital in
mid-sentence makes a name.
"""

from functools import cache

from index.document import Document
from index.search.query import Query
from index.text import occurrences as occurrence
from index.text import pinyin
from index.text.pieces import START, vocabulary
from index.text.terms import WORDS, Term, encode, fold

LONGEST = 6
CHINESE_WEIGHT = 2.0
"""What a missing name counts that is Chinese: one of the list, or a Latin one in a Chinese document. Another in an
English document counts 1: abbreviations and common nouns have capitals too. See `docs/decisions/silence.md`."""
LOOKED_AT = 20_000
"""Code points of a document, from its beginning, in which a name is looked for beside the passage."""


@cache
def _known() -> dict[str, str]:
    """The names; the pinyin of those that are called by it in English, in one word, "" for the others."""
    lines = (WORDS / "names.txt").read_text(encoding="utf-8").splitlines()
    return {name: called for name, _, called in (line.partition("\t") for line in lines)}


def chinese_names(text: str) -> list[str]:
    """Names in folded `text`, the longest at each place, left to right; none within a word (人行 in 没有人行道)."""
    words = encode([text])[0].spans.tolist()
    ends = {end for _, end in words}
    found, done = [], 0
    for at, _ in words:
        sizes = range(LONGEST, 1, -1) if at >= done else ()
        if size := next((n for n in sizes if at + n in ends and text[at : at + n] in _known()), 0):
            found.append(text[at : at + size])
            done = at + size
    return found


@cache
def _known_in_pinyin() -> frozenset[str]:
    readings = pinyin.readings()
    return frozenset("".join(readings[char][0] for char in name) for name in _known() if all(map(readings.get, name)))


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


def unknown_names(query: Query, document: Document, passage: str) -> float:
    """Share of the question's names that neither `passage` nor its document mentions, a Chinese one times
    `CHINESE_WEIGHT`; 0 where it names nothing.

    A Latin name counts against a Chinese text only if it is the pinyin of a name, and a Chinese one against an English
    text only if it is called by its pinyin there: of others one cannot tell what they are called.
    """
    chinese = document.source.lang == "zh"
    names = chinese_names(fold(query.text))
    if not chinese:
        names = list(filter(None, map(_known().get, names)))
    latin = [t for t in latin_names(query) if not chinese or chinese_in_latin(fold(query.text[t.start : t.end]))]
    if not names and not latin:
        return 0.0
    around = f"{document.source.title}\n{passage}\n{document.text[:LOOKED_AT]}"
    folded = fold(around) if chinese else _in_one_word(around)
    weight = CHINESE_WEIGHT if chinese else 1.0
    missing = [CHINESE_WEIGHT * (name not in folded) for name in names]
    missing += [weight * (not places) for places in occurrence.places(latin, [around])[0]] if latin else []
    return sum(missing) / len(missing)


def _in_one_word(text: str) -> str:
    """Folded `text` without marks and blanks: Xi'an, Mao Zedong."""
    return "".join(filter(str.isalpha, fold(text)))
