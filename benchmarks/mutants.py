"""How many broken lines the tests notice: a sample of mutants of `index/search`, `index/snapshots` and `bot/desk`.

    python -m benchmarks.mutants [--sample 150] [--seed 1] [--only 'bot.desk*']

mutmut breaks one expression at a time, in a copy of the tree (`mutants/`), and runs the tests that reach the function.
Of the 8 300 mutants, some hours' work, a sample is tried: the same for the same seed and the same code. The rooms and
the tests are named in pyproject.toml, `[tool.mutmut]`. Survivors are listed with what was changed in them.
"""

import argparse
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from mutmut.__main__ import find_mutant, get_diff_for_mutant
from mutmut.stats import status_by_exit_code

COPY = Path("mutants")
LOG = COPY / "mutmut.log"
NOTICED = frozenset({"killed", "timeout", "segfault"})
"""A test failed, or the broken code no longer ended."""


def mutmut(*words: str) -> None:
    """Runs it, its progress shown on a terminal and else kept in LOG."""
    COPY.mkdir(exist_ok=True)
    with LOG.open("ab") as log:
        shown = None if sys.stdout.isatty() else log
        done = subprocess.run([sys.executable, "-m", "mutmut", *words], stdout=shown, stderr=shown, check=False)
    if done.returncode:
        raise SystemExit(f"mutmut stopped with code {done.returncode}; see {LOG}, or run it in a terminal")


def outcomes() -> dict[str, str]:
    """Every mutant by name, and what became of it."""
    found: dict[str, str] = {}
    for file in COPY.rglob("*.meta"):
        codes = json.loads(file.read_text(encoding="utf-8"))["exit_code_by_key"]
        found |= {name: status_by_exit_code[code] for name, code in codes.items()}
    return found


def change(name: str) -> str:
    """What was changed in a mutant, as a diff."""
    return str(get_diff_for_mutant(name, path=find_mutant(name).path)).rstrip()


def report(names: Sequence[str], became: dict[str, str]) -> None:
    """Prints the survivors, then the figure."""
    survivors = [name for name in names if became[name] not in NOTICED]
    for name in survivors:
        print(f"\n# {name}: {became[name]}\n{change(name)}")
    noticed = len(names) - len(survivors)
    counts = ", ".join(f"{count} {status}" for status, count in Counter(became[name] for name in names).most_common())
    print(f"\n{noticed} of {len(names)} mutants noticed: {noticed / len(names):.0%} ({counts})")


def main() -> None:
    """Draws the sample, tries it, and reports."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sample", type=int, default=150, help="how many are tried")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="*", help="names of mutants, as module.function*")
    asked = parser.parse_args()
    print("Making the mutants, and looking which tests reach what: about two minutes", flush=True)
    mutmut("run", "--max-children", "1", "index.search.ranking.fusion.x_fuse__mutmut_1")
    able = sorted(name for name in outcomes() if fnmatch(name, asked.only))
    names = sorted(random.Random(asked.seed).sample(able, min(asked.sample, len(able))))
    if not names:
        raise SystemExit(f"no mutant is named {asked.only}")
    print(f"Trying {len(names)} of {len(able)}: about two seconds each", flush=True)
    mutmut("run", "--max-children", "1", *names)
    report(names, outcomes())


if __name__ == "__main__":
    main()
