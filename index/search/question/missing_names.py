"""Names in a question that a document never mentions: a sign that it is about another place or person.

"上海有多少个智能工厂?" shares every other word with a sentence about Chengdu, and to an encoder one city is much like
another.
"""

import re
from collections.abc import Collection, Sequence

from index.document import Document
from index.search.question.names import (
    called_in_chinese,
    called_in_english,
    chinese_in_latin,
    chinese_names,
    latin_phrases,
    spelled,
    whole,
)
from index.search.question.names_by_sound import sounds_in, written_as
from index.search.question.query import Query
from index.text import occurrences as occurrence
from index.text.terms import Term, fold

CHINESE_WEIGHT = 2.0
"""What a missing name counts that is Chinese: one of the list, or a Latin one in a Chinese document. Another in an
English document counts 1: abbreviations and common nouns have capitals too. See `docs/decisions/silence.md`."""
FOREIGN_WEIGHT = 0.5
"""What a missing foreign name counts in a text of the other language, which may call it otherwise."""
LOOKED_AT = 20_000
"""Code points of a document, from its beginning, in which a name is looked for beside the passage."""
FEWEST = 4
"""Letters of a name that is looked for within words; a shorter one has to be a word of its own: US, U.S."""
LONG = 6
"""Letters of a name whose last one an adjective may have otherwise: Canada, Canadian."""
SHORTENED = 2
"""Characters that stand for a longer name: 诺贝 for 诺贝尔奖."""
_WORD = re.compile(r"[a-z]+")


def unknown_names(query: Query, document: Document, passage: str) -> float:
    """Share of the question's names that neither `passage` nor its document mentions, each times what it counts; 0
    where it names nothing.

    Across languages only those count of which it is known what the other language calls them; one that is not there
    so is listened for, too (Prometheus, 普罗米修斯).
    """
    names, phrases = chinese_names(fold(query.text)), latin_phrases(query)
    if not names and not phrases:
        return 0.0
    around = f"{document.source.title}\n{passage}\n{document.text[:LOOKED_AT]}"
    if document.source.lang == "zh":
        missing = _in_chinese(query, names, phrases, around)
    else:
        missing = _in_another(query, names, phrases, around)
    return sum(missing) / len(missing) if missing else 0.0


def _in_chinese(query: Query, names: Sequence[str], phrases: Sequence[Sequence[Term]], text: str) -> list[float]:
    """What each name of the question counts that a Chinese text lacks, 0 for one that it has."""
    folded = fold(text)
    missing = [CHINESE_WEIGHT * (name not in folded and not _heard(name, text)) for name in names]
    for terms in phrases:
        words = [fold(query.text[term.start : term.end]) for term in terms]
        if known := called_in_chinese().get("".join(words)):
            there = any(name[:SHORTENED] in folded for name in known) or _stands(terms, text)
            weight = CHINESE_WEIGHT if any(chinese_in_latin(word) for word in words) else FOREIGN_WEIGHT
            missing.append(weight * (not there and not all(sounds_in(word, folded) for word in words)))
        else:
            of_chinese = (term for term, word in zip(terms, words, strict=True) if chinese_in_latin(word))
            missing += [CHINESE_WEIGHT * (not _stands([term], text)) for term in of_chinese]
    return missing


def _in_another(query: Query, names: Sequence[str], phrases: Sequence[Sequence[Term]], text: str) -> list[float]:
    """The same for a text in another language."""
    asked, folded = fold(query.text), fold(text)
    known = {name: called_in_english()[name] for name in names if whole(name, asked)}
    letters, words = "".join(filter(str.isalpha, folded)), set(_WORD.findall(f"{folded} {folded.replace('.', '')}"))
    missing = [
        (CHINESE_WEIGHT if spelled(name, forms[0]) else FOREIGN_WEIGHT)
        * (not any(_called(form, letters, words) for form in forms) and not _heard(name, text))
        for name, forms in known.items()
        if forms
    ]
    return missing + [float(not _stands([term], text)) for terms in phrases for term in terms]


def _called(form: str, letters: str, words: Collection[str]) -> bool:
    """Whether a text has a name as English has it, an adjective of it, or the first of its words: Nobel, Grammy."""
    first, _, rest = form.partition("-")
    if len(form) < FEWEST:
        return form in words
    if rest:
        return first + rest.replace("-", "") in letters or (len(first) >= LONG - 1 and first in words)
    return (form[:-1] if len(form) >= LONG else form) in letters


def _heard(name: str, text: str) -> bool:
    """Whether a text writes a Chinese name in Latin letters by its sound."""
    return written_as(name, [text]) != [None]


def _stands(terms: Sequence[Term], text: str) -> bool:
    return any(occurrence.places(terms, [text])[0])
