"""An operator's own questions, answered at any confidence and judged: the data of a calibration.

Each question that the documents answer is asked a second time with those documents passed over: then whatever is found
is wrong. Operators write down what should be answered, and seldom what should not.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index.answer import Quote
from index.document import Document, Source, originals
from index.errors import Reason
from index.search.calibration import Calibration, GoldQuestion, Judged, broken, load, save
from index.search.index import Index
from index.search.pipeline import SearchResult
from index.search.question.query import parse

Skip = Callable[[Source], bool]


def judge(index: Index, cases: Sequence[GoldQuestion]) -> Iterator[Judged]:
    """Each case as it would be answered, then each answerable one with its documents taken away."""
    asked = index.with_thresholds(0.0, 0.0)
    for case in cases:
        answer, found = asked.ask(case.question), index.pipeline.find(parse(case.question))
        right = bool(answer.quotes) and holds(answer.quotes[0], case)
        yield Judged(answer.confidence, right, _cross(found))
    for case, skip in zip(cases, without(index.documents(), cases), strict=True):
        if case.gold:
            found = index.pipeline.find(parse(case.question), skip)
            yield Judged(found.confidence, right=False, cross=_cross(found))


def _cross(found: SearchResult) -> bool:
    return bool(found.stretches) and bool(found.stretches[0].candidate.cross)


def holds(quote: Quote, case: GoldQuestion) -> bool:
    """Whether a quote holds every string of one group, white space and case aside."""
    return _says(_bare(quote.text), case)


def without(documents: Sequence[Document], cases: Sequence[GoldQuestion]) -> list[Skip]:
    """For each case, which sources to pass over: the documents that answer it, and their translations."""
    original = originals(document.source for document in documents)
    answering: list[set[str]] = [set() for _ in cases]
    for document in documents:
        text = _bare(document.text)
        for case, found in zip(cases, answering, strict=True):
            if document.source.path in case.paths or _says(text, case):
                found.add(original[document.source.path])
    return [lambda source, found=found: original[source.path] in found for found in answering]  # type: ignore[misc]


def _says(bare: str, case: GoldQuestion) -> bool:
    return any(all(_bare(each) in bare for each in group) for group in case.gold)


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def recheck(data: Path, index: Index) -> tuple[str, ...]:
    """Tests the promises kept in the folder `data` over another snapshot, and keeps what became of them.

    The reasons to calibrate again; empty where all is well, or nothing was promised.
    """
    calibration = load(data)
    if calibration is None:
        return ()
    if calibration.fingerprint != index.models:
        return (Reason("calibration-models"),)
    found = broken(calibration, list(judge(index, calibration.cases)))
    tested = replace(calibration, checked=index.snapshot.id, broken=found)
    save(data, tested)
    return failures(tested, index.snapshot.id)


def failures(calibration: Calibration, snapshot: str) -> tuple[str, ...]:
    """A reason for each promise that did not hold when it was tested over this snapshot."""
    if calibration.checked != snapshot:
        return ()
    risk = f"{calibration.risk:.0%}"
    return tuple(
        Reason("calibration-broken", risk=risk, shown=p.shown, wrong=p.wrong) for p in calibration.broken.values()
    )
