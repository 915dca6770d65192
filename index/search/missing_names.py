"""Names in a question that a document never mentions: a sign that it is about another place or person.

"上海有多少个智能工厂?" shares every other word with a sentence about Chengdu, and to an encoder one city is much like
another.
"""

from index.document import Document
from index.search.names import called_in_pinyin, chinese_in_latin, chinese_names, latin_names
from index.search.names_by_sound import written_as
from index.search.query import Query
from index.text import occurrences as occurrence
from index.text.terms import fold

CHINESE_WEIGHT = 2.0
"""What a missing name counts that is Chinese: one of the list, or a Latin one in a Chinese document. Another in an
English document counts 1: abbreviations and common nouns have capitals too. See `docs/decisions/silence.md`."""
LOOKED_AT = 20_000
"""Code points of a document, from its beginning, in which a name is looked for beside the passage."""


def unknown_names(query: Query, document: Document, passage: str) -> float:
    """Share of the question's names that neither `passage` nor its document mentions, a Chinese one times
    `CHINESE_WEIGHT`; 0 where it names nothing.

    A Latin name counts against a Chinese text only if it is the pinyin of a name, and a Chinese one against an English
    text only if it is called by its pinyin there: of others one cannot tell what they are called. A Chinese text may
    write a foreign name as it is: Prometheus, 普罗米修斯.
    """
    chinese = document.source.lang == "zh"
    names = chinese_names(fold(query.text))
    if not chinese:
        names = list(filter(None, map(called_in_pinyin().get, names)))
    latin = [t for t in latin_names(query) if not chinese or chinese_in_latin(fold(query.text[t.start : t.end]))]
    if not names and not latin:
        return 0.0
    around = f"{document.source.title}\n{passage}\n{document.text[:LOOKED_AT]}"
    folded = fold(around) if chinese else _in_one_word(around)
    weight = CHINESE_WEIGHT if chinese else 1.0
    missing = [CHINESE_WEIGHT * (name not in folded and not (chinese and _foreign(name, around))) for name in names]
    missing += [weight * (not places) for places in occurrence.places(latin, [around])[0]] if latin else []
    return sum(missing) / len(missing)


def _foreign(name: str, text: str) -> bool:
    """Whether a Chinese text writes a foreign name in Latin letters."""
    return written_as(name, [text]) != [None]


def _in_one_word(text: str) -> str:
    """Folded `text` without marks and blanks: Xi'an, Mao Zedong."""
    return "".join(filter(str.isalpha, fold(text)))
