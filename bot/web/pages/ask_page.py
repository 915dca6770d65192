"""The page to ask: a channel like the others, whose platform is a browser.

A question sent twice (a form loaded again, a double click) is one question. What a browser waits for is lost with the
process, so nothing is taken over after a crash; the browser asks again.
"""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.cards.card import Card
from bot.cards.render import Action, note
from bot.desk.card_actions import Buttons, Tapped, given_card, quote_of
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.news import News
from bot.desk.privacy import Privacy
from bot.desk.rate_limits import Rates, Verdict
from bot.desk.replies import SUGGESTIONS
from bot.desk.shared_limits import limits_beside
from bot.journal.answers import Given
from bot.journal.deliveries import Delivery
from bot.question import Question
from bot.texts.messages import say
from bot.web.body import Form, read_form
from bot.web.card_style import buttons_html, card_html
from bot.web.pages.layout import ALONE, HEADERS, LONGEST, ask_page, notice_page, turn_html
from bot.web.pages.own_data import own_data_html, own_data_routes
from bot.web.pages.visitor import CHANNEL, Gate, Visitor, language, remember

MOST_BYTES = 64 << 10
POLICY = "content-security-policy"
NONCE = re.compile(r"[A-Za-z0-9-]{8,64}")
Handler = Callable[[Request, Visitor], Awaitable[Response]]


class AskPage:
    """Routes of the page, and what has to run beside them. `rate`: questions a minute from one address, 0: any."""

    name = CHANNEL

    def __init__(self, desk: Desk, intake: Intake, gate: Gate, *, rate: int = 0, frames: Sequence[str] = ()) -> None:
        """`frames`: origins of the sites that may show the page in a frame."""
        self._desk = desk
        self._intake = intake
        self._gate = gate
        self._frames = frames
        self._buttons = Buttons(desk)
        self._news = News(desk)
        self._privacy = Privacy(desk, commands=False)
        self._addresses = limits_beside(desk, "address", Rates(user=0, chat=rate if gate.open else 0))
        self._open: dict[str, asyncio.Task[Card]] = {}

    def routes(self) -> Sequence[BaseRoute]:
        return (
            Route("/", self._let_in(self._first), methods=["GET"]),
            Route("/ask", self._let_in(self._again), methods=["GET"]),
            Route("/tap", self._let_in(self._again), methods=["GET"]),
            Route("/ask", self._let_in(self._ask), methods=["POST"]),
            Route("/tap", self._let_in(self._tap), methods=["POST"]),
            Route("/source/{answer}/{number:int}", self._let_in(self._source), methods=["GET"]),
            *own_data_routes(self._privacy, self._let_in),
        )

    def problem(self) -> str:
        """The page is up as long as its port is."""
        return ""

    async def run(self) -> None:
        """Until cancelled: shows that this process lives, and closes what a process that is gone left open."""
        await self._intake.watch(self._abandon)

    async def close(self, seconds: float) -> None:
        """Lets questions in hand be answered, within `seconds`."""
        if self._open:
            await asyncio.wait(self._open.values(), timeout=seconds)

    async def _abandon(self, delivery: Delivery) -> None:
        await self._intake.done(delivery.delivery, failed=True)

    def _let_in(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            if refused := self._gate.refusal(request):
                status, lang = 401 if refused == "page-sign-in" else 403, language(request)
                return HTMLResponse(notice_page(lang, say(refused, lang)), status, HEADERS)
            visitor = self._gate.visitor(request)
            response = await handler(request, visitor)
            remember(response, request, visitor)
            if self._frames and (policy := response.headers.get(POLICY)):
                response.headers[POLICY] = policy.replace(ALONE, f"frame-ancestors {' '.join(self._frames)}")
            return response

        return handle

    async def _first(self, request: Request, visitor: Visitor) -> Response:
        examples = await self._desk.suggestions(visitor.place(""), visitor.lang, SUGGESTIONS)
        news = await self._answered_meanwhile(visitor)
        about = news + own_data_html(visitor.lang, remembered=not await self._privacy.opted_out(visitor.place("")))
        return HTMLResponse(ask_page(visitor.lang, _nonce(), (), examples, about), headers=HEADERS)

    async def _answered_meanwhile(self, visitor: Visitor) -> str:
        """Questions that this visitor wanted an answer to and that have one now, each shown once."""
        place = visitor.place("")
        found = await self._desk.workers.answer(self._news.answered, place.channel, place.user)
        claim = self._desk.journal.wanted.claim
        shown = [one.card for one in found if await self._desk.workers.write(claim, one.want.answer)]
        return "".join(card_html(card, visitor.lang) for card in shown)

    async def _again(self, request: Request, visitor: Visitor) -> Response:
        """An answer's address has nothing to show by itself."""
        return RedirectResponse("./", 303)

    async def _ask(self, request: Request, visitor: Visitor) -> Response:
        form = await read_form(request, MOST_BYTES)
        text = form.get("text", "").strip()
        if not text:
            return _line(request, visitor, say("page-empty", visitor.lang), 422)
        if len(text) > LONGEST:
            return _line(request, visitor, say("page-long", visitor.lang, most=LONGEST), 422)
        turn = await self._turn(text, _named(form, "thread"), _named(form, "delivery"), visitor)
        if turn is None:
            return _line(request, visitor, say("limit", visitor.lang), 429)
        if _wants_json(request):
            return JSONResponse({"turn": turn}, headers=HEADERS)
        return HTMLResponse(ask_page(visitor.lang, _named(form, "thread"), [turn]), headers=HEADERS)

    async def _tap(self, request: Request, visitor: Visitor) -> Response:
        form = await read_form(request, MOST_BYTES)
        thread, action = _named(form, "thread"), form.get("action", "")[:64]
        tapped = await self._buttons.tap(action, visitor.place(thread), visitor.lang)
        turn = None
        if tapped.question:
            turn = await self._turn(tapped.question, thread, _nonce(), visitor)
            if turn is None:
                return _line(request, visitor, say("limit", visitor.lang), 429)
        card = card_html(tapped.card, visitor.lang, opened=_unfolds(action)) if tapped.card else None
        if _wants_json(request):
            buttons = buttons_html(tapped.buttons, visitor.lang) if tapped.buttons is not None else None
            effect = {"turn": turn, "card": card, "buttons": buttons, "line": tapped.line}
            return JSONResponse(effect, headers=HEADERS)
        return HTMLResponse(
            ask_page(visitor.lang, thread, [turn or _tapped_turn(tapped, card, visitor)]), headers=HEADERS
        )

    async def _turn(self, text: str, thread: str, delivery: str, visitor: Visitor) -> str | None:
        """The question and its answer as HTML; None where too much was asked."""
        place = visitor.place(thread)
        delivery = f"{CHANNEL}:{place.user}:{delivery}"
        task = self._open.get(delivery)
        if task is None:
            if await self._addresses.count(CHANNEL, "", visitor.address) is not Verdict.FINE:
                return None
            question = Question(delivery, place, text, visitor.lang)
            task = self._open[delivery] = asyncio.create_task(self._answered(question))
            task.add_done_callback(lambda _: self._open.pop(delivery, None))
        # A browser that goes away does not undo the question: its answer is in the journal.
        card = await asyncio.shield(task)
        return turn_html(text, card_html(card, visitor.lang)) if card.text else None

    async def _answered(self, question: Question) -> Card:
        fresh = await self._intake.receive(question.delivery, chat=question.conversation.chat)
        if not fresh and (card := await self._desk.workers.answer(self._given, question)):
            return card
        try:
            reply = await self._desk.ask(question)
        finally:
            if fresh:
                await self._intake.done(question.delivery)
        return reply.card if reply else Card("")

    def _given(self, question: Question) -> Card | None:
        """The answer that this question got before, None where it got none."""
        given = self._desk.journal.answers.get(self._desk.replies.answer_id(question.delivery))
        index = self._desk.readable(question.conversation)
        if given is None or index is None:
            return None
        return given_card(given, index, question.lang, self._desk.links) or note(say("gone", question.lang))

    async def _source(self, request: Request, visitor: Visitor) -> Response:
        """To the source page at the mark: only for answers that this visitor was given."""
        path = await self._desk.workers.answer(
            self._source_path, request.path_params["answer"], request.path_params["number"], visitor
        )
        if not path:
            return HTMLResponse(notice_page(visitor.lang, say("gone", visitor.lang)), 404, HEADERS)
        return RedirectResponse(f"../..{path}", 303, {"Referrer-Policy": "no-referrer"})

    def _source_path(self, id: str, number: int, visitor: Visitor) -> str:
        given: Given | None = self._desk.journal.answers.get(id)
        place = visitor.place("")
        index = self._desk.readable(place)
        if given is None or index is None or number >= len(given.quotes):
            return ""
        given_in = given.conversation.channel, given.conversation.chat
        if given_in != (place.channel, place.chat) or not self._desk.access.may_ask(place):
            return ""
        quote = quote_of(given.quotes[number], index)
        return self._desk.links.reader_path(quote, given.snapshot) if quote else ""


def _tapped_turn(tapped: Tapped, card: str | None, visitor: Visitor) -> str:
    """What a tap did, for browsers without the script: they load the page anew."""
    line = card_html(note(tapped.line), visitor.lang) if tapped.line else ""
    buttons = buttons_html(tapped.buttons, visitor.lang) if tapped.buttons is not None else ""
    asked = f'<form class="card" method="post" action="tap">{buttons}</form>' if buttons else ""
    return turn_html("", (card or "") + line + asked)


def _line(request: Request, visitor: Visitor, text: str, status: int) -> Response:
    if _wants_json(request):
        return JSONResponse({"line": text}, status, HEADERS)
    return HTMLResponse(ask_page(visitor.lang, _nonce(), [card_html(note(text), visitor.lang)]), status, HEADERS)


def _wants_json(request: Request) -> bool:
    return request.headers.get("accept", "").startswith("application/json")


def _named(form: Form, name: str) -> str:
    """A name that a page of ours gave, or a new one where it is not of that form."""
    value = form.get(name, "")
    return value if NONCE.fullmatch(value) else _nonce()


def _nonce() -> str:
    return secrets.token_hex(8)


def _unfolds(action: str) -> bool:
    return action.startswith(f"{Action.CONTEXT}:")
