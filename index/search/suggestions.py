"""Questions that a corpus is likely to answer, out of its own documents.

First come questions that a document asks itself: a heading, a question of a FAQ. Others are made from a sentence that
counts or defines something, and only where its subject stands at its head: "How many pieces?" is no question that
somebody who has not read the document can understand. `Index.suggest` asks each and keeps those that are answered.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from index.document import Block, BlockKind, Document
from index.snapshots.snapshot import Snapshot
from index.text.chinese import HAN

MAX_SUGGESTIONS = 24
SHORTEST, LONGEST = 5, 80
"""Characters of a suggestion."""
Place = tuple[int, int]
"""A document's number, and an offset in it."""
Question = tuple[int, str]
"""Where in its document a question comes from, and its text."""

_MARKED = re.compile(
    r"^\s*(?:#+|[*\-•]|\d{1,3}[.、)）]|Q\d*\s*[:：.]|问(?:题)?\s*\d*\s*[:：]|[一二三四五六七八九十]+、)\s*"
)
_ASKS = re.compile(rf"[{HAN}A-Za-z][^。.!！?？\n]*[?？]\s*$")
_SENTENCE = re.compile(r"[^。！？!?\n]+?(?:[。！？!?]|\.(?=\s|$)|$)")

_NO_SUBJECT_ZH = (
    "(?!其中|目前|现在|现有|已有|共|全|该|此|这|那|它|他|她|我|你|本|各|每|仅|还|也|并|有|同时|去年|今年|近|截至|其|第|如|若|当"
    "|在|于|以|对|从|由|为)"
)
_COUNTED_ZH = re.compile(
    rf"^({_NO_SUBJECT_ZH}[{HAN}]{{2,12}}?(?:已经|已|现|共)?(?:拥有|建有|建成|设有|培育|生产|聚集|入驻|获得|有))(?:了)?"
    rf"[0-9]{{1,6}}(?:余|多)?([个家项名座所条种台间])([{HAN}]{{2,9}})(?=[、，,；;。和与]|$)"
)
_DEFINED_ZH = re.compile(rf"^({_NO_SUBJECT_ZH}[{HAN}A-Za-z0-9]{{2,14}})(?:是指|是一[种个类项款])")
_NO_SUBJECT_EN = (
    r"(?!(?:It|They|He|She|We|You|I|This|That|These|Those|There|Each|Both|Some|All|One|If|When|In|On|At|Its|Their|His"
    r"|Her|Our|Of|Last|Until|Note|What|Which|Who|Here)\b)"
)
_NOUN_EN = (
    r"(?!million|billion|thousand|hundred|percent|per cent|dozen|times|more|other)((?:[a-z][a-z-]+ ){0,2}[a-z-]{3,}s)\b"
    r"(?=[,.;:]| and | in | of |$)"
)
_SUBJECT_EN = f"^{_NO_SUBJECT_EN}([A-Z][A-Za-z'’-]*(?: [A-Za-z][A-Za-z'’-]*){{0,4}}?)"
_COUNTED_EN = re.compile(
    rf"{_SUBJECT_EN} (has|have) (?:([a-z]+ed|built|made|won) )?(?:about |over |some )?[1-9][0-9,]{{0,6}} {_NOUN_EN}"
)
_DEFINED_EN = re.compile(rf"{_SUBJECT_EN} is an? [a-z]")


class Suggester:
    """Suggestions out of one snapshot. Safe to use from many threads: two may only do the same twice."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._documents = snapshot.documents
        self._anywhere: dict[str, Sequence[str]] = {}

    def suggest(self, lang: str, near: Sequence[Place] = ()) -> Iterator[str]:
        """Up to MAX_SUGGESTIONS questions in `lang` over the documents of that language, each once: those about the
        places `near` first, in their order, then document by document in turn."""
        yield from islice(_distinct(chain(self._about(lang, near), self._in_turn(lang))), MAX_SUGGESTIONS)

    def _about(self, lang: str, near: Sequence[Place]) -> Iterator[str]:
        for number in dict.fromkeys(number for number, _ in near):
            document = self._documents[number]
            if document.source.lang == lang:
                places = [offset for other, offset in near if other == number]
                found = list(questions(document, lang))
                found.sort(key=lambda one: min(abs(one[0] - place) for place in places))
                yield from (one for _, one in found)

    def _in_turn(self, lang: str) -> Iterator[str]:
        """The first questions of the corpus, found once: as many as are ever looked at.

        Whichever of them stand near as well are not needed again.
        """
        if lang not in self._anywhere:
            self._anywhere[lang] = tuple(islice(_distinct(_first_ones(self._documents, lang)), MAX_SUGGESTIONS))
        yield from self._anywhere[lang]


def _distinct(found: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for one in found:
        if one not in seen:
            seen.add(one)
            yield one


def _first_ones(documents: Iterable[Document], lang: str) -> Iterator[str]:
    """The first question of each document, then the second of each, and so on; no document is read before its turn."""
    sources: Iterable[Iterator[Question]] = (questions(one, lang) for one in documents if one.source.lang == lang)
    more = True
    while more:
        left = []
        for source in sources:
            for _, question in islice(source, 1):
                yield question
                left.append(source)
        sources, more = left, bool(left)


def questions(document: Document, lang: str) -> Iterator[Question]:
    """Questions of one document with the offsets they come from: its own ones first, then made ones."""
    for made in (_own, _made):
        for block in document.blocks:
            for question in made(document, block, lang):
                if SHORTEST <= len(question) <= LONGEST:
                    yield block.start, question


def _own(document: Document, block: Block, _: str) -> Iterator[str]:
    """A block that is a question: a heading, or a paragraph of a FAQ."""
    if block.kind is BlockKind.HEADING or block.quotable:
        said = " ".join(document.plain(block.start, block.end).split())
        bare = _MARKED.sub("", said)
        if _ASKS.fullmatch(bare) and (block.kind is BlockKind.HEADING or bare != said):
            yield bare


def _made(document: Document, block: Block, lang: str) -> Iterator[str]:
    if not block.quotable or block.kind is BlockKind.ROW:
        return
    text = " ".join(document.plain(block.start, block.end).split())
    for sentence in _SENTENCE.findall(text):
        question = _FORMS[lang](sentence.strip()) if lang in _FORMS else ""
        if question:
            yield question


def _chinese(sentence: str) -> str:
    """ "龙泉驿区已培育8个智能工厂" asks "龙泉驿区已培育多少个智能工厂？"."""
    if found := _COUNTED_ZH.match(sentence):
        return f"{found[1]}多少{found[2]}{found[3]}？"
    found = _DEFINED_ZH.match(sentence)
    return f"{found[1]}是什么？" if found else ""


def _english(sentence: str) -> str:
    """ "Port Elm has 12 cranes" asks "How many cranes does Port Elm have?"."""
    if found := _COUNTED_EN.match(sentence):
        subject, helper, verb, noun = _inside(found[1]), found[2], found[3], found[4]
        if verb:
            return f"How many {noun} {helper} {subject} {verb}?"
        return f"How many {noun} {'does' if helper == 'has' else 'do'} {subject} have?"
    found = _DEFINED_EN.match(sentence)
    return f"What is {_inside(found[1])}?" if found else ""


def _inside(subject: str) -> str:
    """A subject as it stands inside a sentence: its article is small."""
    return re.sub(r"^(The|A|An)\b", lambda article: article[0].lower(), subject)


_FORMS = {"zh": _chinese, "en": _english}
