"""What the desk needs of an index: the real `index.search.Index`, or a tiny one in tests."""

from collections.abc import Sequence
from typing import Protocol

from index.answer import Answer, Quote
from index.document import Document


class Edition(Protocol):
    """Which snapshot is live: a part of `index.snapshot.SnapshotInfo`."""

    @property
    def id(self) -> str: ...

    @property
    def documents(self) -> int: ...

    @property
    def passages(self) -> int: ...

    @property
    def problems(self) -> tuple[str, ...]:
        """Why it serves, and not the one that was made live last."""


class Answerer(Protocol):
    """Blocking and thread-safe. Quotes come from here alone, and are checked here before they are sent."""

    @property
    def snapshot(self) -> Edition: ...

    def ask(self, question: str, *, top: int = 1, before: Sequence[str] = ()) -> Answer:
        """The best `top` quotes, or an abstention. `before`: earlier questions of this conversation, oldest first."""
        ...

    def locate(self, text: str) -> tuple[Quote, ...]:
        """Where `text` stands in the corpus, letter for letter or nearly; empty where it stands nowhere."""
        ...

    def documents(self) -> Sequence[Document]: ...

    def document(self, id: str) -> Document | None: ...

    def context(self, quote: Quote, paragraphs: int = 1) -> Quote:
        """The stretch around `quote`: its paragraph, and with more `paragraphs` its neighbours."""
        ...

    def verify(self, quote: Quote) -> None:
        """Raises `QuoteError` where `quote` is not what stands in its document."""
        ...

    def suggest(self, lang: str, count: int, near: str = "") -> tuple[str, ...]:
        """Up to `count` questions that this corpus answers, those about what `near` asks first."""
        ...
