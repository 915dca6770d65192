"""Names in a question: Chinese ones are those of CC-CEDICT that are no common word as well, in Latin letters a capital
in mid-sentence makes a name.
"""

import re
from functools import cache
from itertools import filterfalse

from index.search.question.query import Query
from index.text import pinyin
from index.text.pieces import START, vocabulary
from index.text.sound_alike import model
from index.text.terms import WORDS, Term, encode

LONGEST = 6
SPELLED = 1.2
"""How much a character says for a name written by its sound (`index.text.sound_alike`), above which the name that
stands beside it is probably a part of a longer one: 弗雷 of 弗雷斯诺."""
_OF_A_PEOPLE = re.compile(
    r"(?:i|afric|americ|mexic|rom|kore|europe|cub)an$|(?:german|ish|ese|french|dutch|welsh|greek|swiss|thai|czech)$"
)


@cache
def called_in_english() -> dict[str, tuple[str, ...]]:
    """The Chinese names; what English calls each, in small letters with hyphens, () where that is not known."""
    lines = (WORDS / "names.txt").read_text(encoding="utf-8").splitlines()
    return {name: tuple(called.split()) for name, _, called in (line.partition("\t") for line in lines)}


@cache
def called_in_chinese() -> dict[str, tuple[str, ...]]:
    """By what English calls them, in one word, the Chinese names; without what is rather of a people or a language, of
    which there are more words: 德国, 德语, 德军."""
    found: dict[str, list[str]] = {}
    for name, called in called_in_english().items():
        for word in filterfalse(_OF_A_PEOPLE.search, called):
            found.setdefault(word.replace("-", ""), []).append(name)
    return {word: tuple(names) for word, names in found.items()}


def chinese_names(text: str) -> list[str]:
    """Names in folded `text`, the longest at each place, left to right; none within a word (人行 in 没有人行道)."""
    words = encode([text])[0].spans.tolist()
    ends = {end for _, end in words}
    found, done = [], 0
    for at, _ in words:
        sizes = range(LONGEST, 1, -1) if at >= done else ()
        if size := next((n for n in sizes if at + n in ends and text[at : at + n] in called_in_english()), 0):
            found.append(text[at : at + size])
            done = at + size
    return found


@cache
def _known_in_pinyin() -> frozenset[str]:
    readings = pinyin.readings()
    return frozenset(
        "".join(readings[char][0] for char in name) for name in called_in_english() if all(map(readings.get, name))
    )


def chinese_in_latin(word: str) -> bool:
    """Whether a folded Latin word is the pinyin of a Chinese name: of a known one, or syllables that are no English
    word. "California" and "Lane" can be cut into syllables as well, and a Chinese text writes 加州 and 莱恩.
    """
    if word in _known_in_pinyin():
        return True
    syllables = pinyin.split(word)
    return bool(syllables) and min(map(len, syllables)) > 1 and vocabulary().number(START + word) is None


def spelled(name: str, word: str) -> bool:
    """Whether a word of small letters is the pinyin of a folded Chinese name."""
    left = {word}
    for char in name:
        left = {one[len(read) :] for one in left for read in pinyin.readings().get(char, ()) if one.startswith(read)}
    return "" in left


def whole(name: str, text: str) -> bool:
    """Whether `name`, which stands in folded `text`, is hardly a part of a longer foreign name."""
    start = text.find(name)
    worth = model().counts.worth
    beside = text[max(start - 1, 0) : start] + text[start + len(name) : start + len(name) + 1]
    return not any(char in "·•" or worth.get(char, 0.0) > SPELLED for char in beside)


def named(query: Query, term: Term) -> bool:
    """Whether a term has a capital that does not merely begin the question."""
    return term.start > 0 and query.text[term.start].isupper()


def latin_names(query: Query) -> list[Term]:
    """Content terms that are `named`, by a letter without an accent."""
    return [term for term in query.content if named(query, term) and query.text[term.start].isascii()]


def latin_phrases(query: Query) -> list[list[Term]]:
    """`latin_names`, those together between which there is nothing but a blank: New York."""
    found: list[list[Term]] = []
    for term in latin_names(query):
        if found and not query.text[found[-1][-1].end : term.start].strip(" '"):
            found[-1].append(term)
        else:
            found.append([term])
    return found
