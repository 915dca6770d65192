"""What an assistant can do with the corpus: ask, find, show, verify, sources. Built on the official SDK.

Tools return the same plain values as the HTTP interface. Nothing is written down: an assistant is no asker.
"""

import asyncio
from dataclasses import asdict
from typing import Any

from mcp.server.mcpserver import MCPServer

from bot.cards.answerer import Answerer
from bot.cards.links import Links
from bot.cards.render import verified
from bot.web.api.shapes import answer_json, checked_json, quote_json
from index.answer import Answer, Quote
from index.errors import QuoteError
from index.search.verify import verify

INSTRUCTIONS = (
    "A corpus of documents that is only ever quoted letter for letter. Use `ask` for questions; cite quotes as they"
    " stand, with their source. Hold your own text to the corpus with `verify` before you send it: a sentence that is"
    " `nowhere` is not in the documents."
)
MOST_QUOTES = 10
LONGEST_STRETCH = 20_000
"""Characters that `show` returns at once."""
Values = dict[str, Any]


def mcp_server(index: Answerer, links: Links | None = None) -> MCPServer:
    """A server over one opened index; `run()` it, or give it to a client of the SDK."""
    server = MCPServer("verbatim", instructions=INSTRUCTIONS)
    tools = _Tools(index, links or Links())
    for tool in (tools.ask, tools.find, tools.show, tools.verify, tools.sources):
        server.tool()(tool)
    return server


class _Tools:
    """The docstrings are what an assistant reads."""

    def __init__(self, index: Answerer, links: Links) -> None:
        self._index = index
        self._links = links

    async def ask(self, question: str, before: list[str] | None = None) -> Values:
        """The sentences that answer a question, letter for letter, or that the documents do not answer it.

        `before`: earlier questions of the conversation, oldest first, so that a follow-up is understood.
        """
        answer = await asyncio.to_thread(self._answered, question, before or [], 3)
        return answer_json(answer, self._link)

    async def find(self, words: str, count: int = 5) -> Values:
        """Passages near some words, whether or not they answer anything; best first."""
        answer = await asyncio.to_thread(self._answered, words, [], max(1, min(count, MOST_QUOTES)))
        return {"passages": [quote_json(quote, self._link) for quote in answer.quotes or answer.nearest]}

    async def show(self, document: str, start: int = 0) -> Values:
        """A document's text by its id, from the character `start` on; `next` is where the rest begins."""
        found = self._index.document(document)
        if found is None:
            return {"error": "There is no such document; `sources` lists them."}
        start = max(0, start)
        end = min(len(found.text), start + LONGEST_STRETCH)
        more = end if end < len(found.text) else None
        return {"source": asdict(found.source), "start": start, "text": found.text[start:end], "next": more}

    async def verify(self, text: str) -> Values:
        """Says of each sentence of a text whether the documents say it.

        `exact`: letter for letter. `close`: in other words, compare the quote. `nowhere`: they do not say it.
        """
        checked = await asyncio.to_thread(verify, self._index, text)
        return {"sentences": [checked_json(one, self._link) for one in checked]}

    async def sources(self) -> Values:
        """The documents: id, title, publisher, date, language."""
        return {"documents": [{"id": one.id, **asdict(one.source)} for one in self._index.documents()]}

    def _answered(self, question: str, before: list[str], top: int) -> Answer:
        return verified(self._index.ask(question, top=top, before=before), self._index, _unseen)

    def _link(self, quote: Quote) -> str:
        return self._links.to(quote, self._index.document(quote.document), self._index.snapshot.id)


def _unseen(quote: Quote, error: QuoteError) -> None:
    """A quote that does not stand in its document is left out by `verified`; nobody watches here."""
