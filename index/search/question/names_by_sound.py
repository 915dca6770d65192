"""Names that a question writes in one script and a text in the other, by their sound: "Norman" and 诺曼.

Terms do not meet across scripts, and to an encoder the characters of a foreign name are a few words that mean something
else. A name that is found by its sound counts like a term that stands there. Chinese texts write some foreign names in
Latin letters, too: 普罗米修斯 is a name of the list, and Prometheus in the manual.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, islice

from index.search.question.names import chinese_names, named
from index.search.question.query import Query
from index.text.chinese import HAN_CHARACTER
from index.text.sound_alike import SoundMatch, sound_matches
from index.text.terms import encode, fold, fold_all, general_rarity

ALIKE = 7.0
"""Nats: how much a word must sound like the characters to be taken for them. Of 1 000 words with a capital in news, 45
in a hundred are found in the translation of their sentence at this, and two or three in eight other sentences."""
COMMON = 2.0
"""More nats, for a word that is common or has no capital: it is rather put into Chinese by its meaning."""
BEHIND = 4.0
"""Nats that one text may be behind another in how it sounds like a name: the name stands in the other."""
RARE, NAME_LIKE = 0.95, 0.985
"""`general_rarity` below which a word is common, and of a word that may be a name without a capital."""
SHORTEST = 3
MOST_NAMES = 400
"""Words of texts that are listened for: about as many as there are in all that is looked at for one question."""
MOST_ASKED = 8
"""Names of a question that are listened for: a page of capitals would take the memory of a small machine."""
_LATIN = re.compile(r"[^\W\d_]+")


def places(query: Query, texts: Sequence[str]) -> list[dict[int, int]]:
    """For each text the numbers of those content terms that are found in it by their sound, and at which offset."""
    found: list[dict[int, int]] = [{} for _ in texts]
    chinese = [n for n, text in enumerate(texts) if HAN_CHARACTER.search(text)]
    other = sorted(set(range(len(texts))) - set(chinese))
    # Of texts in other languages alone nothing of this is needed.
    asked, foreign = (_asked_names(query), chinese_names(fold(query.text))) if chinese else ({}, [])
    if asked or foreign:
        folded = fold_all(texts)
        _in_chinese(_not_written(query, asked, folded), [folded[n] for n in chinese], [found[n] for n in chinese])
        for name in foreign:
            left = [n for n in chinese if name not in folded[n]]
            _as_foreign(query, name, [texts[n] for n in left], [found[n] for n in left])
    if other and HAN_CHARACTER.search(query.text):
        _in_latin(query, [texts[n] for n in other], [found[n] for n in other])
    return found


def _asked_names(query: Query) -> dict[int, tuple[str, float]]:
    """Numbers of the content terms that may be names in Latin letters, with the word and what it must sound like."""
    found = {}
    for n, term in enumerate(query.content):
        word = query.text[term.start : term.end]
        least = _least(word, named(query, term))
        if least is not None:
            found[n] = fold(word), least
    return found


def _not_written(
    query: Query, names: dict[int, tuple[str, float]], texts: Sequence[str]
) -> dict[int, tuple[str, float]]:
    """The first of `names`, without the words without a capital that one of the folded `texts` writes as they are:
    these are found there, and are hardly names."""
    content = query.content
    left = (n for n in names if named(query, content[n]) or not any(content[n].text in text for text in texts))
    return {n: names[n] for n in islice(left, MOST_ASKED)}


@lru_cache(maxsize=8192)
def _least(word: str, named: bool) -> float | None:
    """How much `word` must sound like characters to be taken for them; None where it is no name."""
    if len(word) < SHORTEST or not fold(word).isascii() or not word.isalpha():
        return None
    # What the vocabulary does not hold is in pieces, each of which may be common.
    rarity = general_rarity(fold(word)) if len(encode([fold(word)])[0].ids) == 1 else 1.0
    if not named and rarity < NAME_LIKE:
        return None
    return ALIKE if named and rarity >= RARE else ALIKE + COMMON


def _in_chinese(names: dict[int, tuple[str, float]], texts: Sequence[str], found: Sequence[dict[int, int]]) -> None:
    matches = sound_matches([word for word, _ in names.values()], texts)
    for (n, (_, least)), ways in zip(names.items(), matches, strict=True):
        most = max((way.score for way in ways if way), default=0.0)
        for way, own in zip(ways, found, strict=True):
            if way and way.score >= max(least, most - BEHIND):
                own[n] = way.start


def _as_foreign(query: Query, name: str, texts: Sequence[str], found: Sequence[dict[int, int]]) -> None:
    """The terms of a Chinese name of the question are found where a text writes it in Latin letters."""
    start = fold(query.text).find(name)
    inside = [n for n, term in enumerate(query.content) if start <= term.start and term.end <= start + len(name)]
    for own, at in zip(found, written_as(name, texts), strict=True):
        if at is not None:
            own.update(dict.fromkeys(inside, at))


def written_as(name: str, texts: Sequence[str]) -> list[int | None]:
    """Where each text has a word with a capital that sounds like the whole of a folded Chinese name, None: nowhere."""
    capitalised = [_capitalised(text) for text in texts]
    ways = _heard(capitalised, name)
    whole = [word for word, way in ways.items() if (way.start, way.end) == (0, len(name))]
    return [next((own[word] for word in whole if word in own), None) for own in capitalised]


def sounds_in(word: str, text: str) -> bool:
    """Whether a folded Chinese text has characters that sound like a folded name in Latin letters."""
    ((way,),) = sound_matches([word], [text])
    return way is not None and _enough(word, way)


def _in_latin(query: Query, texts: Sequence[str], found: Sequence[dict[int, int]]) -> None:
    """Words with a capital that sound like some characters of the question: the terms of these are found where they
    stand."""
    capitalised = [_capitalised(text) for text in texts]
    ways = _heard(capitalised, fold(query.text))
    for own, stand in zip(found, capitalised, strict=True):
        for word, way in ways.items():
            for n, term in enumerate(query.content):
                if word in stand and way.start <= (term.start + term.end - 1) / 2 < way.end:
                    own.setdefault(n, stand[word])


def _capitalised(text: str) -> dict[str, int]:
    """The words with a capital, folded, and where each first stands."""
    words = reversed(list(_LATIN.finditer(text)))
    return {fold(word.group()): word.start() for word in words if word.group()[0].isupper()}


def _heard(capitalised: Sequence[dict[str, int]], chinese: str) -> dict[str, SoundMatch]:
    """The first of these words that sound enough like some of the characters of a folded text, and like which."""
    words = [word for word in dict.fromkeys(chain(*capitalised)) if _least(word, True) is not None][:MOST_NAMES]
    ways = sound_matches(words, [chinese])
    return {word: way for word, (way,) in zip(words, ways, strict=True) if way and _enough(word, way)}


def _enough(word: str, way: SoundMatch) -> bool:
    least = _least(word, True)
    return least is not None and way.score >= least
