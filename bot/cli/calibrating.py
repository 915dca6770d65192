"""`verbatim calibrate`: from which confidence on answers are given, so that a stated share of them at most is wrong.

The questions are the operator's own. What is found is kept with the index, used for every answer, shown by
`verbatim status`, and tested again at each reindex.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.cli.question_files import question_lines
from bot.cli.session import Session
from bot.cli.terminal.console import Console
from bot.serving.live_index import open_index
from bot.serving.publishing import publishing_of
from bot.settings import Settings
from index.errors import Reason, VerbatimError
from index.search.calibration import DIRECTIONS, Calibration, GoldQuestion, Promise, promises
from index.search.own_questions import failures, judge

NOT_PROMISED = 1


def run(session: Session) -> int:
    """Asks every question of the file and keeps the thresholds; exit 1 where neither direction can be promised."""
    args, console, settings = session.args, session.console, session.settings
    cases = question_lines(args.questions, console, _case)
    index = open_index(settings)
    found = promises(list(judge(index, cases)), args.risk)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    calibration = Calibration(index.models, args.risk, now, found, tuple(cases), index.snapshot.id)
    publishing_of(settings).promise(calibration)
    console.json(shape(calibration)) if args.json else console.print(
        f"{lines(calibration, console)}\n{console.say('calibrated', count=len(cases))}"
    )
    return 0 if any(one.threshold is not None for one in found.values()) else NOT_PROMISED


def _case(_number: int, value: Any) -> GoldQuestion:
    """A line with "question" and "gold": strings that stand in the answer together, or a list of such lists."""
    if not isinstance(value, dict) or not isinstance(value.get("question"), str):
        raise ValueError('"question" is missing or no text')
    gold, paths = value.get("gold"), value.get("in", [])
    if not isinstance(gold, list):
        raise ValueError('"gold" is missing or no list of texts')
    groups = [gold] if gold and all(isinstance(each, str) for each in gold) else gold
    if not all(isinstance(group, list) and group and all(isinstance(each, str) for each in group) for group in groups):
        raise ValueError('"gold" is no list of texts')
    if not isinstance(paths, list) or not all(isinstance(each, str) for each in paths):
        raise ValueError('"in" is no list of paths')
    return GoldQuestion(value["question"], tuple(map(tuple, groups)), tuple(paths))


def shape(calibration: Calibration) -> dict[str, Any]:
    """A calibration for programs, without its questions."""
    shown = asdict(calibration)
    return shown | {"cases": len(calibration.cases)}


def lines(calibration: Calibration, console: Console) -> str:
    """A line for each direction: what is promised, or what is missing for it."""
    said = (promised(calibration.promises[name], calibration.risk, console) for name in DIRECTIONS)
    return "\n".join(f"{console.say(f'direction-{name}')}: {one}" for name, one in zip(DIRECTIONS, said, strict=True))


def problems(calibration: Calibration, settings: Settings) -> tuple[str, ...]:
    """Why a calibration is not used, or does not hold any more; empty where all is well."""
    try:
        index = open_index(settings)
    except VerbatimError:
        return (Reason("calibration-models"),)
    return (
        (Reason("calibration-models"),)
        if calibration.fingerprint != index.models
        else failures(calibration, index.snapshot.id)
    )


def promised(one: Promise, risk: float, console: Console) -> str:
    """What can be said of one direction, in a sentence."""
    key = "promise-kept" if one.threshold is not None else "promise-missing" if one.missing else "promise-none"
    values = asdict(one) | {"risk": f"{risk:.0%}", "bound": f"{one.bound:.1%}"}
    return console.say(key, **values)
