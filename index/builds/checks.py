"""A new snapshot on trial, before anybody is answered from it: does it hold together, does it find what it holds, and
does it still answer what was answered before?
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from index.answer import Answer
from index.documents.corpus import QUESTIONS
from index.errors import Reason, SnapshotError
from index.snapshots.snapshot import Snapshot

_SAMPLE = 24
_NEAR = 50
"""Its own terms must bring a passage back among this many; longer ones may share them all."""

_ALIKE = 0.7
"""Share of characters, in their order, that a sentence and its edited form have in common (Ratcliff, Obershelp)."""

Asker = Callable[[Snapshot], Callable[[str], Answer]]
"""Makes a snapshot able to answer: how that is done is the affair of `index.search`, which builds on this package."""


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A question that is asked again at each reindex. With `gold`, a right first quote holds one of these strings."""

    question: str
    gold: tuple[str, ...] = ()
    quote: str = ""
    """A quote that somebody confirmed: a right first quote holds it, or is what it was edited to."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A question that the live snapshot answers and the new one does not."""

    question: str
    before: str
    """The first quote then."""
    after: str
    """The first quote now, "" for an abstention."""
    withdrawn: bool = False
    """A confirmed quote that no document holds any more: its author took it back."""


def saved_questions(corpus: Path) -> tuple[tuple[SavedQuestion, ...], str]:
    """The questions in the corpus folder's own file, if there is one; and what is wrong with it, "" if nothing."""
    try:
        lines = (corpus / QUESTIONS).read_text("utf-8-sig").splitlines()
    except FileNotFoundError:
        return (), ""
    except (OSError, ValueError):
        return (), Reason("questions-not-utf8")
    found, wrong = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(_question(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            wrong.append(number)
    problem = Reason("questions-line", number=wrong[0]) if wrong else ""
    return tuple(found), problem


def _question(content: dict[str, object]) -> SavedQuestion:
    question, gold = content["question"], content.get("gold") or []
    if not isinstance(question, str) or not isinstance(gold, list):
        raise TypeError
    return SavedQuestion(question, tuple(map(str, gold)))


def lost_answers(before: Snapshot, after: Snapshot, ask: Asker, questions: Sequence[SavedQuestion]) -> tuple[Lost, ...]:
    """Questions whose right answer (any answer, where none is given as right) is there before and not after."""
    if not questions:
        return ()
    then, now = ask(before), ask(after)
    lost = []
    for saved in questions:
        old = then(saved.question)
        if not right(old, saved):
            continue
        new = now(saved.question)
        if not right(new, saved):
            withdrawn = bool(saved.quote) and not any(saved.quote in document.text for document in after.documents)
            lost.append(Lost(saved.question, _shown(old), _shown(new), withdrawn))
    return tuple(lost)


def right(answer: Answer, saved: SavedQuestion) -> bool:
    """Whether the first quote of an answer is right; any is, where it is not known which are."""
    if not answer.answered:
        return False
    if saved.quote:
        return saved.quote in _shown(answer) or _edited(saved.quote, _shown(answer))
    return not saved.gold or any(gold in _shown(answer) for gold in saved.gold)


def _edited(before: str, after: str) -> bool:
    """Whether a quote is another one with some words changed, wherever it stands now."""
    return SequenceMatcher(None, before, after, autojunk=False).ratio() >= _ALIKE


def _shown(answer: Answer) -> str:
    return answer.quotes[0].text if answer.quotes else ""


def examine(snapshot: Snapshot) -> None:
    """SnapshotError unless sampled passages stand in their documents and are found by what they hold."""
    count = len(snapshot.passages)
    for position in sorted({round(one) for one in np.linspace(0, count - 1, min(count, _SAMPLE))}):
        _stands(snapshot, position)
        _finds_itself(snapshot, position)


def _stands(snapshot: Snapshot, position: int) -> None:
    passage = snapshot.passages[position]
    text = snapshot.documents[passage.document].text
    encoded, offset = snapshot.text(position)
    # Either way the record is read, and its checksum with it; pieces have no spans that could be wrong.
    stored = snapshot.manifest.token_dimensions
    spans = snapshot.token_vectors(position).spans if stored else snapshot.pieces(position)[:0]
    borders = [passage.start, *(border for span in passage.sentences for border in span), passage.end]
    sane = borders == sorted(borders) and 0 <= passage.start < passage.end <= len(text)
    if not sane or len(encoded) - offset != passage.end - passage.start or (len(spans) and spans.max() > len(encoded)):
        raise SnapshotError("unsound-place", place=position)


def _finds_itself(snapshot: Snapshot, position: int) -> None:
    vector = snapshot.vector(position)
    scores, ids = snapshot.store.search(vector[None], 1)
    # Another passage with the very same words may come first, with the same score.
    near = ids[0, 0] == position or abs(float(scores[0, 0]) - float(vector @ vector)) < 1e-3
    terms = list(dict.fromkeys(snapshot.terms(position)))[:_NEAR]
    found = snapshot.lexical.search(terms, _NEAR) if terms else [(position, 0.0)]
    if not near or not found:
        raise SnapshotError("unsound-search", place=position)
