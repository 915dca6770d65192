"""`python -m training --data DIR`: everything that ships, from the data folder on, in one go: `make encoder`.

Vocabulary, both encoders, how foreign names sound, the span reader, and what is fitted on top of them; then what they
find. Each step is a program of its own that says what it does; a run that was stopped goes on where it was.
"""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.encoders.protocol import MODELS
from index.text.sound_alike import COUNTED
from index.text.terms import WORDS

STEPS, SECOND_MINUTES, READER_MINUTES, QUESTIONS = 2000, 90, 190, 1000
"""Of the first stage, the second, the reader; and how many questions the ranking is fitted on."""
MEASURED = 250
"""Questions of each benchmark that the reader is measured on."""
LEAST_FAST = 0.35
"""No threshold of `bundled-fast` lies below this."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a name, and a program with its options or something to do here."""

    name: str
    does: list[str] | Callable[[], None]


def steps(data: Path, out: Path, share: float) -> list[Step]:
    """All steps in order; `share` of the usual time is given to each training."""
    first, second, reader = (out / "work" / name for name in ("first", "second", "reader"))
    frequency, read = first / "frequency.npy", reader / "reader.pt"

    def part(whole: float) -> int:
        return max(20, round(share * whole))

    minutes = {"second": round(share * SECOND_MINUTES, 2), "reader": round(share * READER_MINUTES, 2)}
    fitted = {"data": data, "encoders": out, "questions": part(QUESTIONS)}
    start = {"start": first / "student" / "student.pt", "encoder": out / "bundled", "frequency": frequency}
    rarity = out / "words" / "rarity.npy"
    written = {"frequency": frequency, "out": out / "reader", "rarity": rarity, "table": out / "bundled"}
    return [
        Step("first stage", _program("training.encoder", data=data, out=first, steps=part(STEPS))),
        Step(
            "second stage",
            _program(
                "training.encoder.second", data=data, start=first / "bundled", out=second, minutes=minutes["second"]
            ),
        ),
        Step("files of both encoders", lambda: gather(first, second, out)),
        Step("names by sound", _program("training.transliteration", data=data, out=out / "words" / COUNTED.name)),
        Step("reader", _program("training.spans", data=data, out=reader, minutes=minutes["reader"], **start)),
        Step("files of the reader", _program("training.spans_export", reader=read, **written)),
        Step("ranking", _program("training.ranking", **fitted)),
        Step(
            "ranking of bundled-fast",
            _program("training.ranking", encoder="bundled-fast", least=LEAST_FAST, **fitted),
        ),
        Step(
            "what the encoders find",
            _program("training.encoder.report", data=data, frequency=frequency, encoders=out),
        ),
        Step(
            "what the reader finds",
            _program("training.spans_measure", data=data, reader=out / "reader", limit=part(MEASURED)),
        ),
    ]


def _program(module: str, **options: object) -> list[str]:
    return [module, *(word for name, value in options.items() for word in (f"--{name}", str(value)))]


def gather(first: Path, second: Path, out: Path) -> None:
    """The encoders' folders side by side, as they ship. The rankings are the shipped ones until they are fitted."""
    for name, source in (("words", first), ("bundled", second), ("bundled-fast", first)):
        shutil.copytree(source / name, out / name, dirs_exist_ok=True)
    for name in ("bundled", "bundled-fast"):
        shutil.copy(MODELS / name / "ranking.json", out / name)


def begun(out: Path, share: float) -> Path:
    """The folder of marks of what is done; SystemExit where it is done for another share, and would be passed over."""
    done = out / "work" / "done"
    done.mkdir(parents=True, exist_ok=True)
    noted = done / "share"
    if not noted.exists():
        noted.write_text(f"{share}\n", encoding="utf-8")
    if (before := float(noted.read_text(encoding="utf-8"))) != share:
        raise SystemExit(f"{out} was begun with --share {before}, not {share}: remove it, or name another with --out.")
    return done


def main() -> None:
    """Run what is not done yet."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the data folder: cedict.txt.gz, parallel/, reading/")
    parser.add_argument("--out", type=Path, default=Path("build/encoders"), help="as index/encoders, when all is done")
    parser.add_argument("--share", type=float, default=1.0, help="of the usual time, for a trial of all steps")
    chosen = parser.parse_args()
    done = begun(chosen.out, chosen.share)
    planned = steps(chosen.data, chosen.out, chosen.share)
    for number, step in enumerate(planned, 1):
        mark = done / step.name.replace(" ", "-")
        if mark.exists():
            continue
        print(f"== {number} of {len(planned)}: {step.name}", flush=True)
        began = time.monotonic()
        if isinstance(step.does, list):
            subprocess.run([sys.executable, "-m", *step.does], check=True)
        else:
            step.does()
        mark.write_text(f"{time.monotonic() - began:.0f} s\n", encoding="utf-8")
    print(f"To ship them: cp -r {chosen.out}/{{bundled,bundled-fast,reader}} {MODELS}; cp {chosen.out}/words/* {WORDS}")


if __name__ == "__main__":
    main()
