"""How we find it: documents become passages, a snapshot, and quotes.

A library without chat, event loop, clock or environment: usable from a notebook. Documents go into `build`, questions
into `Index.ask`; everything else is for those who work on it. `docs/library.md` shows it in ten lines.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.answer import Answer, Quote
    from index.builds.build import build
    from index.errors import VerbatimError
    from index.search.index import Index

__all__ = ["Answer", "Index", "Quote", "VerbatimError", "build"]

_HOMES = {
    "Answer": "index.answer",
    "Index": "index.search.index",
    "Quote": "index.answer",
    "VerbatimError": "index.errors",
    "build": "index.builds.build",
}


def __getattr__(name: str) -> Any:
    # Imported when it is asked for: whoever only answers should not wait for what reads documents.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
