"""Questions that a corpus is likely to answer, made from its own sentences.

A sentence that counts something ("8 smart factories", "8个智能工厂") answers the question how many of it there are.
`Index.suggest` asks each of these and keeps those that are answered.
"""

import re
from collections.abc import Iterator

from index.document import Document
from index.snapshots.snapshot import Snapshot
from index.text.chinese import HAN

_ZH = re.compile(rf"(?<![0-9.第年月])[0-9]{{1,6}}(?:余|多)?([个家项名座所条种])([{HAN}]{{3,9}})(?=[、,，;；。]|$)")
_EN = re.compile(r"(?<![\w.,-])[1-9][0-9,]{0,6} ((?:[a-z][a-z-]+ ){1,2}[a-z-]{3,}(?:s|ies))(?=[,.;:]| and )")
_FORMS = {"zh": (_ZH, "有多少{0}{1}?"), "en": (_EN, "How many {0}?")}
MAX_SUGGESTIONS = 24


def suggest(snapshot: Snapshot, lang: str) -> Iterator[str]:
    """Questions in `lang` over the documents of that language, each once, document by document in turn."""
    form = _FORMS.get(lang)
    if form is None:
        return
    seen: set[str] = set()
    sources = [_counted(document, *form) for document in snapshot.documents if document.source.lang == lang]
    while sources and len(seen) < MAX_SUGGESTIONS:
        for source in list(sources):
            question = next(source, None)
            if question is None:
                sources.remove(source)
            elif question not in seen:
                seen.add(question)
                yield question


def _counted(document: Document, pattern: re.Pattern[str], form: str) -> Iterator[str]:
    for block in document.blocks:
        if block.quotable:
            for found in pattern.finditer(document.plain(block.start, block.end)):
                yield form.format(*found.groups())
