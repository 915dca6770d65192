"""What is known of a source since the last look: which file came from where, and how to ask whether it changed."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from index.documents.download import Validators

FOLDER = "sources"
"""In the data folder."""


@dataclass(frozen=True, slots=True)
class Held:
    """One file of the corpus that came from a source. `digest` is of what came, before anything was noted in it."""

    file: str
    digest: str = ""
    validators: Validators = field(default_factory=Validators)


@dataclass(slots=True)
class State:
    """`looked`: when, in seconds since 1970; 0 never. `held`: by address, or by path in a repository."""

    looked: float = 0.0
    held: dict[str, Held] = field(default_factory=dict)


def load(data: Path, name: str) -> State:
    """The state of a source; that of a new one where there is none, or none that can be read: all is fetched again."""
    try:
        content = json.loads((data / FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        held = {
            where: Held(str(one["file"]), str(one["digest"]), Validators(**one["validators"]))
            for where, one in content["held"].items()
        }
        return State(float(content["looked"]), held)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return State()


def save(data: Path, name: str, state: State) -> None:
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{name}.json"
    content = {"looked": state.looked, "held": {where: asdict(one) for where, one in state.held.items()}}
    unfinished.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(unfinished, folder / f"{name}.json")
