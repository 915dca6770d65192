"""`verbatim eval`: questions whose answers are known, asked one by one and counted.

A question is right when a quote holds every gold string, is no longer than a quote may be, and stands letter for
letter in its document. One with an empty gold is right when it is refused.
"""

import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cards.answerer import Answerer
from bot.cli.question_files import question_lines
from bot.cli.session import Session
from bot.cli.terminal.console import Console
from bot.cli.terminal.table import columns
from index.answer import MAX_QUOTE, Answer, Quote
from index.errors import QuoteError

KINDS = ("answerable", "unanswerable")


@dataclass(frozen=True, slots=True)
class EvalQuestion:
    """One line of the file."""

    id: str
    lang: str
    question: str
    gold: tuple[str, ...]

    @property
    def kind(self) -> str:
        return KINDS[0] if self.gold else KINDS[1]


@dataclass(frozen=True, slots=True)
class Result:
    """How one case went. `first` and `within`: right at the first quote, right within the quotes asked for."""

    case: EvalQuestion
    answer: Answer
    first: bool
    within: bool
    altered: int
    seconds: float


def run(session: Session) -> int:
    """Asks every question of the file and prints how many were right."""
    args, console = session.args, session.console
    cases = read(args.questions, console)
    index = session.index()
    results = [score(case, index, args.top) for case in cases]
    if args.json:
        console.json(_report(results))
        return 0
    if args.misses:
        for result in results:
            if not result.first:
                console.print(_miss(result, console))
        console.print()
    console.print(_table(results, args.top, console))
    return 0


def read(path: Path, console: Console) -> list[EvalQuestion]:
    """The cases of a file. Raises UsageError with the line that is wrong."""
    return question_lines(path, console, _case)


def _case(number: int, value: Any) -> EvalQuestion:
    if not isinstance(value, dict) or not isinstance(value.get("question"), str):
        raise ValueError('"question" is missing or no text')
    gold = value.get("gold")
    if not isinstance(gold, list) or not all(isinstance(each, str) for each in gold):
        raise ValueError('"gold" is missing or no list of texts')
    return EvalQuestion(str(value.get("id", number)), str(value.get("lang", "und")), value["question"], tuple(gold))


def score(case: EvalQuestion, index: Answerer, top: int) -> Result:
    """Asks one question."""
    begun = time.perf_counter()
    answer = index.ask(case.question, top=top)
    seconds = time.perf_counter() - begun
    right = [_right(quote, case.gold) for quote in answer.quotes]
    refused = not case.gold and not answer.answered
    altered = sum(not _stands(quote, index) for quote in answer.quotes)
    return Result(case, answer, refused or right[:1] == [True], refused or any(right), altered, seconds)


def _right(quote: Quote, gold: tuple[str, ...]) -> bool:
    return bool(gold) and len(quote.text) <= MAX_QUOTE and all(each in quote.text for each in gold)


def _stands(quote: Quote, index: Answerer) -> bool:
    try:
        index.verify(quote)
    except QuoteError:
        return False
    return True


def _tally(results: Iterable[Result]) -> dict[str, int]:
    results = list(results)
    return {
        "questions": len(results),
        "first": sum(result.first for result in results),
        "within": sum(result.within for result in results),
        "refused": sum(not result.answer.answered for result in results),
    }


def _report(results: list[Result]) -> dict[str, Any]:
    """Everything that was counted; a kind without questions has no rate."""
    report: dict[str, Any] = {}
    for kind in KINDS:
        of_kind = [result for result in results if result.case.kind == kind]
        tally = _tally(of_kind)
        report[kind] = tally | {
            "rate": round(tally["first"] / tally["questions"], 4) if of_kind else None,
            "languages": {
                lang: _tally(result for result in of_kind if result.case.lang == lang)
                for lang in sorted({result.case.lang for result in of_kind})
            },
        }
    lengths = [len(result.answer.quotes[0].text) for result in results if result.answer.quotes]
    return report | {
        "altered": sum(result.altered for result in results),
        "quote_length": round(statistics.mean(lengths), 1) if lengths else None,
        "took_ms": round(statistics.median(result.seconds for result in results) * 1000, 1),
        "missed": [result.case.id for result in results if not result.first],
    }


def _table(results: list[Result], top: int, console: Console) -> str:
    report = _report(results)
    rows = [[console.say(key, top=top) for key in ("kind", "questions", "first", "within", "refused")]]
    for kind in KINDS:
        tallies = report[kind]
        for lang, tally in tallies["languages"].items():
            rows.append([f"{console.say(kind)} {lang}", *(str(count) for count in tally.values())])
        if tallies["questions"]:
            rate = f"{tallies['first']} ({tallies['rate']:.0%})"
            rows.append(
                [console.say(kind), str(tallies["questions"]), rate, str(tallies["within"]), str(tallies["refused"])]
            )
    lengths = console.say("lengths", length=report["quote_length"], milliseconds=report["took_ms"])
    return "\n".join([columns(rows, console), "", console.say("altered", count=report["altered"]), lengths])


def _miss(result: Result, console: Console) -> str:
    answer = result.answer
    got = repr(answer.quotes[0].text) if answer.answered else console.say("abstention")
    gold = " + ".join(result.case.gold) if result.case.gold else console.say("abstention")
    return console.say("miss", id=result.case.id, question=result.case.question, gold=gold, got=got)
