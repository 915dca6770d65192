"""A threshold that keeps a promise: of what is shown, at most this share is wrong.

An operator's own questions are answered whatever their confidence, and judged. Learn-Then-Test (Angelopoulos and
others, 2021) then goes down a fixed list of thresholds from the surest, and stops before the first at which the exact
binomial bound (Clopper and Pearson, 1934) of the share of wrong answers is above the risk. A list that is fixed before
and left at the first failure needs no correction for the number of thresholds that were looked at.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from index.snapshots.files import sync

CERTAINTY = 0.95
"""Probability, over the draw of questions, that the promise of one direction holds."""
GRID = tuple(step / 200 for step in range(199, 0, -1))
"""Thresholds, from the surest down."""
FILE = "calibration.json"
SAME, CROSS = "same", "cross"
DIRECTIONS = (SAME, CROSS)
"""The question is in the language of the document that answers, or in another one."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One question with the answer that it would get: how sure, in which direction, and whether that is right."""

    confidence: float
    right: bool
    cross: bool = False


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """One of the operator's questions. `gold`: alternatives, each a group of strings that stand in a right answer."""

    question: str
    gold: tuple[tuple[str, ...], ...] = ()
    """Empty where the documents do not answer."""
    paths: tuple[str, ...] = ()
    """Documents that are known to answer; others are told by their text."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What can be said of one direction."""

    threshold: float | None
    """None where nothing can be promised."""
    asked: int
    """Questions of this direction, those included from which the answer was taken away."""
    shown: int
    """How many of them are answered at the threshold; where there is none, at the last one that was tested."""
    wrong: int
    """How many of these answers are wrong."""
    bound: float
    """Upper end of the 95 % interval for the share of wrong ones."""
    missing: int = 0
    """How many more questions like these would be enough, 0 where none are missing, or where more would not help."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The promises of both directions, what they were measured with, and the questions, to test them again."""

    fingerprint: str
    """Of the models: with other ones the same confidence means something else (`models_fingerprint`)."""
    risk: float
    created: str
    """ISO 8601, UTC."""
    promises: dict[str, Promise]
    cases: tuple[GoldQuestion, ...] = field(default=(), repr=False)
    checked: str = ""
    """Id of the snapshot over which the promises were tested last."""
    broken: dict[str, Promise] = field(default_factory=dict)
    """What was shown there in the directions in which they did not hold."""

    def thresholds(self, default: tuple[float, float]) -> tuple[float, float]:
        """Those of `SAME` and `CROSS`; the `default` where nothing could be promised."""
        own_thresholds = (self.promises[name].threshold for name in DIRECTIONS)
        same, cross = (usual if own is None else own for own, usual in zip(own_thresholds, default, strict=True))
        return same, cross


def least(risk: float) -> int:
    """Answers without a wrong one that are needed before a risk can be promised: 29 for 0.1."""
    return math.ceil(math.log(1 - CERTAINTY) / math.log(1 - risk))


def tail(wrong: int, shown: int, risk: float) -> float:
    """Probability of `wrong` or fewer wrong ones among `shown`, if each is wrong with the probability `risk`."""
    ways = (math.lgamma(shown + 1) - math.lgamma(k + 1) - math.lgamma(shown - k + 1) for k in range(wrong + 1))
    odds = (way + k * math.log(risk) + (shown - k) * math.log1p(-risk) for k, way in enumerate(ways))
    return min(sum(map(math.exp, odds)), 1.0)


def upper(wrong: int, shown: int) -> float:
    """The share of wrong ones that is not exceeded with `CERTAINTY`, when `wrong` of `shown` are (Clopper-Pearson)."""
    if wrong >= shown:
        return 1.0
    low, high = wrong / shown, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(wrong, shown, middle) > 1 - CERTAINTY else (low, middle)
    return high


def promise(judged: Sequence[Judged], risk: float) -> Promise:
    """The lowest threshold at which the risk is kept, for questions of one direction.

    Testing begins at the surest threshold at which so many are shown that the risk could be promised at all, and at
    least a fifth of them: a single wrong one among the first few would end it otherwise.
    """
    first = max(least(risk), len(judged) // 5)
    best: Promise | None = None
    last = _at(judged, 0.0)
    for tried in _down(judged):
        if tried.shown < first:
            continue
        last = tried
        if tail(tried.wrong, tried.shown, risk) > 1 - CERTAINTY:
            break
        best = tried
    if best is not None:
        return replace(best, bound=upper(best.wrong, best.shown))
    missing, bound = _missing(last, risk), upper(last.wrong, last.shown)
    return Promise(None, len(judged), last.shown, last.wrong, bound, missing)


def _down(judged: Sequence[Judged]) -> Iterator[Promise]:
    """What is shown at each threshold of the list, from the surest down; the bound is left for who needs it."""
    ordered = sorted(judged, key=lambda one: -one.confidence)
    shown = wrong = 0
    for threshold in GRID:
        while shown < len(ordered) and ordered[shown].confidence >= threshold:
            wrong += not ordered[shown].right
            shown += 1
        yield Promise(threshold, len(ordered), shown, wrong, 1.0)


def _at(judged: Sequence[Judged], threshold: float) -> Promise:
    shown = [one for one in judged if one.confidence >= threshold]
    wrong = sum(not one.right for one in shown)
    return Promise(threshold, len(judged), len(shown), wrong, upper(wrong, len(shown)))


def _missing(last: Promise, risk: float) -> int:
    """How many more questions, with as many right among them, would make the risk one that can be promised."""
    if last.shown < least(risk) and last.wrong == 0:
        share = last.shown / last.asked if last.asked else 1.0
        return math.ceil((least(risk) - last.shown) / max(share, 0.1))
    if last.wrong >= risk * last.shown:
        return 0
    times = 1.0
    while tail(math.ceil(times * last.wrong), math.floor(times * last.shown), risk) > 1 - CERTAINTY and times < 100:
        times *= 1.05
    return math.ceil((times - 1) * last.asked) if times < 100 else 0


def promises(judged: Sequence[Judged], risk: float) -> dict[str, Promise]:
    """The promise of each direction."""
    return {name: promise([one for one in judged if one.cross == (name == CROSS)], risk) for name in DIRECTIONS}


def broken(calibration: Calibration, judged: Sequence[Judged]) -> dict[str, Promise]:
    """Directions in which the promise does not hold for `judged`, the same questions over another snapshot."""
    found = {}
    for name, kept in calibration.promises.items():
        if kept.threshold is not None:
            now = _at([one for one in judged if one.cross == (name == CROSS)], kept.threshold)
            if tail(now.wrong, now.shown, calibration.risk) > 1 - CERTAINTY:
                found[name] = now
    return found


def models_fingerprint(ranking: Path, *names: str) -> str:
    """What confidence depends on: the file of fitted numbers, and the fingerprints or names of the models."""
    return hashlib.sha256("\n".join(names).encode() + ranking.read_bytes()).hexdigest()[:16]


def save(data: Path, calibration: Calibration) -> Path:
    """Writes it beside the snapshots of the folder `data`, whole or not at all."""
    path = data / FILE
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(asdict(calibration), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sync(partial)
    partial.replace(path)
    return path


def load(data: Path) -> Calibration | None:
    """What was saved in the folder `data`; None where nothing was, or it cannot be read."""
    try:
        return parse(json.loads((data / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def parse(content: Any) -> Calibration:
    """A calibration as `asdict` made it. ValueError where that is none."""
    try:
        kept = {name: Promise(**content["promises"][name]) for name in DIRECTIONS}
        cases = tuple(
            GoldQuestion(one["question"], tuple(map(tuple, one["gold"])), tuple(one["paths"]))
            for one in content["cases"]
        )
        tested = content["checked"], {name: Promise(**one) for name, one in content["broken"].items()}
        return Calibration(content["fingerprint"], float(content["risk"]), content["created"], kept, cases, *tested)
    except (KeyError, TypeError) as error:
        raise ValueError("no calibration") from error
