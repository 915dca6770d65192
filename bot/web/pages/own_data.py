"""What visitors may do with the data kept about them: download it, delete it, or have nothing kept."""

from collections.abc import Awaitable, Callable, Sequence
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from bot.desk.privacy import Privacy
from bot.question import Language
from bot.texts.messages import say
from bot.web.body import read_body
from bot.web.card_style import card_html
from bot.web.pages.layout import HEADERS, ask_page
from bot.web.pages.visitor import Visitor

Handler = Callable[[Request, Visitor], Awaitable[Response]]
LetIn = Callable[[Handler], Callable[[Request], Awaitable[Response]]]
MOST_BYTES = 1000


def own_data_routes(privacy: Privacy, let_in: LetIn) -> Sequence[BaseRoute]:
    """`let_in` checks who may use the page, and that a form comes from it."""

    async def download(request: Request, visitor: Visitor) -> Response:
        headers = {**HEADERS, "Content-Disposition": 'attachment; filename="verbatim.json"'}
        return Response(await privacy.file(visitor.place("")), 200, headers, "application/json")

    async def change(request: Request, visitor: Visitor) -> Response:
        place, lang = visitor.place(""), visitor.lang
        wish = (await read_body(request, MOST_BYTES)).decode("ascii", "replace").removeprefix("wish=")
        card = await (privacy.forget(place, lang) if wish == "forget" else privacy.remember(place, wish, lang))
        return HTMLResponse(ask_page(lang, "", [card_html(card, lang)]), headers=HEADERS)

    return (
        Route("/mine.json", let_in(download), methods=["GET"]),
        Route("/mine", let_in(change), methods=["POST"]),
    )


def own_data_html(lang: Language, *, remembered: bool) -> str:
    """The small print below the first page."""
    wishes = ("forget", "off") if remembered else ("forget", "on")
    names = {"forget": "page-forget", "off": "page-remember-off", "on": "page-remember-on"}
    buttons = "".join(
        f'<button name="wish" value="{wish}">{escape(say(names[wish], lang))}</button>' for wish in wishes
    )
    return (
        f'<form class="own" method="post" action="mine"><span>{escape(say("page-own-data", lang))}</span>'
        f'<a href="mine.json" download>{escape(say("page-export", lang))}</a>{buttons}</form>'
    )
