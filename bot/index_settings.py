"""The settings that a question needs, read without pydantic, whose import is a fifth of what a cold question costs.

From the environment and the command line alone: where there is a `.env`, or a value that may be wrong, `bot.settings`
reads and checks everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """Which index is asked, and by which models; names and defaults are those of `bot.settings.Settings`."""

    corpus_dir: Path = Path("corpus")
    data_dir: Path = Path("data")
    encoder: str = "bundled"
    reranker: str = ""
    vector_store: str = "faiss"


def quick(
    environment: Mapping[str, str], *, corpus: Path | None, data: Path | None, env_file: Path = Path(".env")
) -> IndexSettings | None:
    """The settings of this process, as `load` gives them; None where `load` has to be asked."""
    names = {field.name for field in fields(IndexSettings)}
    # Names count in any case; an empty value is none.
    given = [(name.lower(), value) for name, value in environment.items() if value and name.lower() in names]
    found = dict(given)
    if any(name.lower() == "collections" and value for name, value in environment.items()):
        return None
    if env_file.exists() or len(found) < len(given) or found.get("vector_store", "faiss") not in ("faiss", "exact"):
        return None
    plain = IndexSettings()
    return IndexSettings(
        corpus or Path(found.get("corpus_dir", plain.corpus_dir)),
        data or Path(found.get("data_dir", plain.data_dir)),
        found.get("encoder", plain.encoder),
        found.get("reranker", plain.reranker),
        found.get("vector_store", plain.vector_store),
    )
