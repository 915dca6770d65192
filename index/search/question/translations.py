"""What a term is in the other language, for finding passages that share no letter with the question.

Vectors find what means the same, names and rare words they miss. Each term of the question is looked for by any of its
translations (`index/text/words/translations.tsv`, made by `training/translations.py`): only the best of them counts in
a passage, so that a word with many translations weighs no more than one with a single one (Pirkola, SIGIR 1998).
"""

from collections.abc import Callable, Sequence
from functools import cache

from index.search.question.query import Query
from index.text.pieces import WORDS

LANGUAGES = frozenset({"en", "zh"})


def other_languages(query: Query, languages: frozenset[str]) -> bool:
    """Whether a corpus in these `languages` has documents in another one than the question's, that can be looked up."""
    return query.lang in LANGUAGES and bool((languages & LANGUAGES) - {query.lang})


def translated(query: Query, frequency: Callable[[str], int]) -> list[Sequence[str]]:
    """For each term of `query` that has some, its translations that stand in the corpus.

    `frequency` is the number of passages that a term stands in.
    """
    found = ([word for word in shipped().get(term.text, "").split() if frequency(word)] for term in query.content)
    return [words for words in found if words]


@cache
def shipped() -> dict[str, str]:
    """The translations of each term of the table, with blanks between."""
    lines = (WORDS / "translations.tsv").read_text(encoding="utf-8").splitlines()
    return {term: others for term, _, others in (line.partition("\t") for line in lines)}
