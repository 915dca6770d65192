"""The routes below /api: a key's rights, its limit, the body, the answer; a problem where one of them fails."""

import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot import strict_json
from bot.cards.answerer import Answerer
from bot.cards.render import verified
from bot.desk.desk import Desk
from bot.desk.rate_limits import Limits, Verdict
from bot.desk.replies import PASSAGES, SUGGESTIONS, reference
from bot.journal.answers import Given, Kind
from bot.question import Conversation
from bot.texts.language import of_text
from bot.web.api.keys import Key, holder
from bot.web.api.openapi import OPENAPI
from bot.web.api.problem import ProblemError, problem_response
from bot.web.api.shapes import answer_json, checked_json, document_json
from bot.web.body import read_body
from index.answer import Answer, Quote
from index.errors import VectorsError
from index.search.quoting.verify import verify

log = logging.getLogger(__name__)

CHANNEL = "api"
MOST_BYTES = 256 << 10
LONGEST_QUESTION, LONGEST_TEXT = 2000, 50_000
MOST_BEFORE = 3
"""Earlier questions of a conversation."""
Handler = Callable[[Request, Key, Answerer], Awaitable[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Api:
    """The HTTP interface over a desk. Without keys nothing of it answers but its own description."""

    desk: Desk
    keys: Sequence[Key]
    limits: Limits

    def routes(self) -> Sequence[BaseRoute]:
        return (
            Route("/api/openapi.json", _describe, methods=["GET"]),
            Route("/api/ask", self._guarded("ask", self._ask), methods=["POST"]),
            Route("/api/verify", self._guarded("verify", self._verify), methods=["POST"]),
            Route("/api/documents/{id}", self._guarded("documents", self._document), methods=["GET"]),
            Route("/api/status", self._guarded("status", self._status), methods=["GET"]),
        )

    def _guarded(self, right: str, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            try:
                key = await self._holder(request, right)
                index = self.desk.readable(place_of(key))
                if index is None:
                    raise ProblemError(503)
                return JSONResponse(await handler(request, key, index), headers={"Cache-Control": "no-store"})
            except ProblemError as problem:
                return problem_response(problem)
            except VectorsError as error:
                log.error("A request of the HTTP interface could not be answered: %s", error)
                return problem_response(
                    ProblemError(503, "The documents cannot be searched right now; ask again soon.")
                )
            except Exception:
                id = uuid.uuid4().hex[:8]
                log.exception("A request of the HTTP interface failed", extra={"error_id": id})
                self.desk.metrics.errors.labels(CHANNEL, right).inc()
                return problem_response(ProblemError(500, f"Something went wrong; tell the operator this: {id}"))

        return handle

    async def _holder(self, request: Request, right: str) -> Key:
        key = holder(self.keys, request.headers)
        if key is None:
            raise ProblemError(401)
        if right not in key.rights:
            raise ProblemError(403)
        if await self.limits.count(CHANNEL, key.name, key.name) is not Verdict.FINE:
            raise ProblemError(429)
        return key

    async def _ask(self, request: Request, key: Key, index: Answerer) -> dict[str, Any]:
        body = await _body(request)
        question = _text(body, "question", LONGEST_QUESTION)
        before = body.get("before", [])
        if not isinstance(before, list) or len(before) > MOST_BEFORE or not all(map(_short, before)):
            raise ProblemError(422, f"before: up to {MOST_BEFORE} earlier questions, oldest first.")
        asked = question, before, key, self._chosen(body, key, index)
        with self.desk.traces.question(CHANNEL):
            begins = self.desk.traces.waiting()
            try:
                return await self.desk.workers.answer(self._answered, *asked, begins)
            finally:
                begins()

    def _chosen(self, body: dict[str, Any], key: Key, index: Answerer) -> Answerer:
        """The collection that a body names, else all that the key may read. One that it may not is one that is not."""
        name = body.get("collection", "")
        if not isinstance(name, str):
            raise ProblemError(422, "collection: a text.")
        if not name:
            return index
        chosen = self.desk.library.view([name]) if name in self.desk.names(place_of(key)) else None
        if chosen is None:
            raise ProblemError(404, "There is no such collection.")
        return chosen

    def _answered(
        self, question: str, before: list[str], key: Key, index: Answerer, begins: Callable[[], None]
    ) -> dict[str, Any]:
        begins()
        with self.desk.traces.span("search"):
            answer = verified(index.ask(question, top=PASSAGES, before=before), index, self.desk.replies.alarm)
        lang = of_text(question, "en")
        suggestions = () if answer.answered else index.suggest(lang, SUGGESTIONS)
        kind = Kind.ANSWER if answer.answered else Kind.ABSTENTION
        self.desk.metrics.questions.labels(CHANNEL, kind.value).inc()
        self.desk.replies.tell(kind.value, answer)
        place = place_of(key)
        quotes = tuple(map(reference, answer.quotes or answer.nearest))
        id = self.desk.replies.answer_id(f"{CHANNEL}:{uuid.uuid4().hex}")
        given = Given(id, place, lang, kind, question, answer.confidence, quotes, suggestions, answer.snapshot)
        self.desk.journal.answers.record(given)
        return {"id": id, **answer_json(answer, self._link(index, answer), suggestions)}

    async def _verify(self, request: Request, key: Key, index: Answerer) -> dict[str, Any]:
        body = await _body(request)
        text, index = _text(body, "text", LONGEST_TEXT), self._chosen(body, key, index)
        checked = await self.desk.workers.answer(verify, index, text)
        link = self._link(index)
        return {"sentences": [checked_json(one, link) for one in checked], "snapshot": index.snapshot.id}

    async def _document(self, request: Request, key: Key, index: Answerer) -> dict[str, Any]:
        document = index.document(request.path_params["id"])
        if document is None:
            raise ProblemError(404)
        return document_json(document)

    async def _status(self, request: Request, key: Key, index: Answerer) -> dict[str, Any]:
        live = index.snapshot
        return {"snapshot": live.id, "documents": live.documents, "passages": live.passages}

    def _link(self, index: Answerer, answer: Answer | None = None) -> Callable[[Quote], str]:
        snapshot = answer.snapshot if answer else index.snapshot.id
        return lambda quote: self.desk.links.to(quote, index.document(quote.document), snapshot)


def place_of(key: Key) -> Conversation:
    """A key as somebody who asks: collections are read by `api:NAME`."""
    return Conversation(CHANNEL, key.name, "", key.name)


async def _describe(request: Request) -> Response:
    return JSONResponse(OPENAPI)


async def _body(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise ProblemError(415)
    try:
        read = strict_json.loads((await read_body(request, MOST_BYTES)).decode("utf-8"))
    except HTTPException as error:
        raise ProblemError(error.status_code) from None
    except ValueError:
        raise ProblemError(400) from None
    if not isinstance(read, dict):
        raise ProblemError(400)
    return read


def _text(body: dict[str, Any], name: str, most: int) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > most or not _encodes(value):
        raise ProblemError(422, f"{name}: a text of 1 to {most} characters.")
    return value


def _short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_QUESTION and _encodes(value)


def _encodes(text: str) -> bool:
    """Half a surrogate pair comes through JSON's escapes, and is no text."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
