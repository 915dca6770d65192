"""What an assistant can do with the corpus: ask, find, show, verify, sources. Built on the official SDK.

Tools return the same plain values as the HTTP interface. No question is written down: an assistant is no asker.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from bot.cards.answerer import Answerer
from bot.cards.links import Links
from bot.cards.render import verified
from bot.web.api.shapes import answer_json, checked_json, quote_json
from index.answer import Answer, Quote
from index.errors import QuoteError
from index.search.quoting.verify import verify

INSTRUCTIONS = (
    "A corpus of documents that is only ever quoted letter for letter. Use `ask` for questions; cite quotes as they"
    " stand, with their source. Hold your own text to the corpus with `verify` before you send it: a sentence that is"
    " `nowhere` is not in the documents."
)
MOST_QUOTES = 10
LONGEST_STRETCH = 20_000
"""Characters that `show` returns at once."""
Values = dict[str, Any]


Run = Callable[..., Awaitable[Any]]
"""Calls a function that blocks, with its arguments, where it blocks nobody."""
TOOLS = ("ask", "find", "show", "verify", "sources")


def mcp_server(index: Answerer, links: Links | None = None) -> MCPServer:
    """A server over one opened index; `run()` it, or give it to a client of the SDK."""
    return server_of(Tools(lambda: index, links or Links()), TOOLS)


def server_of(tools: "Tools", names: Iterable[str]) -> MCPServer:
    """A server with the tools of these names and no others."""
    server = MCPServer("verbatim", instructions=INSTRUCTIONS)
    for name in names:
        server.tool()(getattr(tools, name))
    return server


class Tools:
    """The docstrings are what an assistant reads. `index` gives the live one, None before anything is indexed."""

    def __init__(
        self,
        index: Callable[[], Answerer | None],
        links: Links,
        run: Run = asyncio.to_thread,
        alarm: Callable[[Quote, QuoteError], None] | None = None,
    ) -> None:
        self._live = index
        self._links = links
        self._run = run
        self._alarm = alarm or _unseen

    @property
    def _index(self) -> Answerer:
        index = self._live()
        if index is None:
            raise ToolError("Nothing is indexed yet.")
        return index

    async def ask(self, question: str, before: list[str] | None = None) -> Values:
        """The sentences that answer a question, letter for letter, or that the documents do not answer it.

        `before`: earlier questions of the conversation, oldest first, so that a follow-up is understood.
        """
        index = self._index
        answer = await self._run(self._answered, index, question, before or [], 3)
        return answer_json(answer, self._link(index))

    async def find(self, words: str, count: int = 5) -> Values:
        """Passages near some words, whether or not they answer anything; best first."""
        index = self._index
        answer = await self._run(self._answered, index, words, [], max(1, min(count, MOST_QUOTES)))
        link = self._link(index)
        return {"passages": [quote_json(quote, link) for quote in answer.quotes or answer.nearest]}

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
        index = self._index
        checked = await self._run(verify, index, text)
        link = self._link(index)
        return {"sentences": [checked_json(one, link) for one in checked]}

    async def sources(self) -> Values:
        """The documents: id, title, publisher, date, language."""
        return {"documents": [{"id": one.id, **asdict(one.source)} for one in self._index.documents()]}

    def _answered(self, index: Answerer, question: str, before: list[str], top: int) -> Answer:
        return verified(index.ask(question, top=top, before=before), index, self._alarm)

    def _link(self, index: Answerer) -> Callable[[Quote], str]:
        return lambda quote: self._links.to(quote, index.document(quote.document), index.snapshot.id)


def _unseen(quote: Quote, error: QuoteError) -> None:
    """A quote that does not stand in its document is left out by `verified`; nobody watches here."""
