"""A corpus in editions: what each sentence says depends on the edition, so that every quote tells where it is from."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace

from index.answer import Answer
from tests.shelf import Shelf, document

TOPICS = 6
DEADLY = "deadly"
"""A question with this word ends the process that looks for its answer."""


def question(topic: int) -> str:
    """The last topic is one that no edition knows about."""
    return f"How many cranes has harbour {topic}?"


QUESTIONS = [question(topic) for topic in range(TOPICS)]


def sentence(topic: int, edition: int) -> str:
    return f"Harbour {topic} had {edition * 10 + topic} cranes in the year {1900 + edition}."


def knows(topic: int, edition: int) -> bool:
    """Every edition leaves another topic out, and none has the last."""
    return topic != TOPICS - 1 and topic != edition % TOPICS


def written(edition: int) -> str:
    """The one document of an edition."""
    return "Harbours\n" + "".join(f"{sentence(topic, edition)}\n" for topic in range(TOPICS) if knows(topic, edition))


class Library(Shelf):
    """One edition. `search` is called within each search for an answer, with the question."""

    def __init__(self, edition: int, search: Callable[[str], None]) -> None:
        known = [topic for topic in range(TOPICS) if knows(topic, edition)]
        answers: dict[str, Sequence[str]] = {question(topic): [sentence(topic, edition)] for topic in known}
        super().__init__([document("harbours.txt", written(edition), lang="en")], answers)
        self.edition = edition
        self.snapshot = SimpleNamespace(id=f"edition-{edition}", documents=1, passages=len(known))
        self._search = search

    def ask(self, question: str, *, top: int = 1, before: Sequence[str] = ()) -> Answer:
        self._search(question)
        answer = super().ask(question, top=top, before=before)
        self.asked.clear()
        return answer
