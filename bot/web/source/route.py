"""The route of the source page: who holds a link that the bot signed reads that document, with the quote marked.

A link is signed by this installation (`bot.cards.links`). Only who was given one can open its document, for as many
days as links hold, and a page never marks anything but the very text that was quoted.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.cards.links import opened
from bot.desk.desk import Desk
from bot.desk.originals import original
from bot.question import Conversation
from bot.texts.messages import say
from bot.web.pages.visitor import Gate, language
from bot.web.source.page import Opened, document_page, notice_page

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "private, no-cache",
    "Vary": "Cookie, Accept-Language",
}


class SourcePages:
    """`/d/DOCUMENT` with the parameters of `Links.reader_path`; offsets are code points of the document's text.

    `files` is the folder that original files may be fetched from, None where they may not. `gate` tells who a visitor
    of the page to ask is: what not everybody may read opens for those alone who may read it there.
    """

    def __init__(self, desk: Desk, files: Path | None = None, gate: Gate | None = None) -> None:
        self._desk = desk
        self._files = files
        self._gate = gate

    def routes(self) -> Sequence[BaseRoute]:
        return Route("/d/{document}", self._page), Route("/d/{document}/file", self._file)

    async def _page(self, request: Request) -> Response:
        lang = language(request)
        found = await run_in_threadpool(self._opened, request)
        if found is None:
            return HTMLResponse(notice_page(lang, say("gone", lang)), 404, HEADERS)
        return HTMLResponse(await run_in_threadpool(document_page, found, lang), 200, HEADERS)

    async def _file(self, request: Request) -> Response:
        found = await run_in_threadpool(self._opened, request)
        path = self._original(found) if found else None
        if path is None:
            lang = language(request)
            return HTMLResponse(notice_page(lang, say("gone", lang)), 404, HEADERS)
        # Never shown by the browser as a page of ours, whatever is in it.
        return FileResponse(path, headers=HEADERS, media_type="application/octet-stream", filename=path.name)

    def _opened(self, request: Request) -> Opened | None:
        index, id = self._desk.readable(self._place(request)), request.path_params["document"]
        given = request.query_params
        if index is None or not self._desk.links.holds(id, given):
            return None
        document = index.document(id)
        places = opened(document.text, given) if document else None
        if document is None or places is None:
            return None
        turned = given.get("w", "")
        window = int(turned) - 1 if turned.isascii() and turned.isdigit() and len(turned) < 7 else None
        query = "&".join(part for part in str(request.url.query).split("&") if not part.startswith("w="))
        return self._with_file(Opened(document, *places, query=query, window=window))

    def _place(self, request: Request) -> Conversation:
        """Where a link was opened: on the page to ask, by somebody who is let in there, or by anybody."""
        if self._gate is not None and not self._gate.refusal(request):
            place = self._gate.visitor(request).place("")
            if self._desk.access.may_ask(place):
                return place
        return Conversation("link", "")

    def _with_file(self, found: Opened) -> Opened:
        return replace(found, file=self._original(found) is not None)

    def _original(self, found: Opened) -> Path | None:
        document = found.document
        return original(self._files, self._desk.library, document.id, document.source.path)
