"""The routes of the page for admins: each looks at the session first; what changes something takes a form of ours."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.admin.admin import Admin
from bot.admin.corpus_admin import CorpusAdmin
from bot.texts.messages import say
from bot.web.admin.doors import OF, Doors, Session
from bot.web.admin.gaps import LONGEST_ANSWER, note_file
from bot.web.admin.layout import bare_page, form, page, work_box
from bot.web.admin.views import Views
from bot.web.admin.work import Work
from bot.web.body import Form, read_body, read_form
from bot.web.pages.layout import HEADERS
from bot.web.pages.visitor import language, remember_language

MOST_BYTES = 256 << 10
"""Of a form; a document may have as many as the operator allows."""
UPLOAD_SECONDS = 600.0
"""How long a document may take: an admin's line may be slow."""
View = Callable[[Request, Session], Awaitable[str]]
Act = Callable[[Session, Form, CorpusAdmin], Awaitable[None]]


class AdminPages:
    """Everything below /admin/. `views` gives the body of each page, by its name."""

    def __init__(self, admin: Admin, doors: Doors, views: Views) -> None:
        self._admin = admin
        self._doors = doors
        self._views = views
        self._work = Work()

    def routes(self) -> Sequence[BaseRoute]:
        pages = [Route(f"/admin/{name}", self._page(name, view)) for name, view in self._views.table.items()]
        acts: dict[str, tuple[Act, str]] = {
            "reindex": (self._reindex, "documents"),
            "confirm": (self._confirm, "documents"),
            "remove": (self._remove, "documents"),
            "rollback": (self._rollback, "snapshots"),
            "answer": (self._answer, "gaps"),
            "leave": (self._leave, "enter"),
        }
        return [
            Route("/admin", lambda request: RedirectResponse("admin/", 303)),
            Route("/admin/enter", self._entrance, methods=["GET"]),
            Route("/admin/enter", self._enter, methods=["POST"]),
            Route("/admin/work", self._progress),
            Route("/admin/upload", self._upload, methods=["POST"]),
            *pages,
            *(Route(f"/admin/{name}", self._act(act, to), methods=["POST"]) for name, (act, to) in acts.items()),
        ]

    async def close(self, seconds: float) -> None:
        await self._work.close(seconds)

    def _page(self, name: str, view: View) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            session = await self._doors.session(request)
            if session is None:
                return _bare(request, "board-sign-in", 401)
            if refused := self._doors.refused(request, session, ""):
                return _bare(request, "limit", refused)
            box = work_box(self._work.latest(), self._work.running, session.csrf, session.caller.lang)
            body = await view(request, session)
            response = HTMLResponse(page(name, session.caller.lang, session.csrf, body, box), headers=HEADERS)
            remember_language(response, request)
            return response

        return handle

    def _act(self, act: Act, to: str) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            session = await self._doors.session(request)
            if session is None:
                return _bare(request, "board-sign-in", 401)
            form = await read_form(request, MOST_BYTES)
            if refused := self._doors.refused(request, session, form.get("csrf", "")):
                return _bare(request, "limit" if refused == 429 else "page-foreign", refused)
            of_none = act in (self._confirm, self._leave)
            room = next(iter(self._admin.rooms.values())) if of_none else self._room(form.get("csrf", ""))
            await act(session, form, room)
            response = RedirectResponse(f"./{to}?c={room.name}" if room.name and not of_none else f"./{to}", 303)
            if act == self._leave:
                self._doors.remember(response, request, "")
            return response

        return handle

    def _room(self, given: str) -> CorpusAdmin:
        """The collection that a form is about. 404 where there is none of that name, or no name where one is needed."""
        name = given.partition(OF)[2]
        if name in self._admin.rooms or (not name and len(self._admin.rooms) == 1):
            return self._admin.rooms.get(name) or next(iter(self._admin.rooms.values()))
        raise HTTPException(404)

    async def _entrance(self, request: Request) -> Response:
        lang, token = language(request), request.query_params.get("t", "")
        if not token:
            return _bare(request, "board-sign-in", 200)
        button = f"<button>{say('board-enter', lang)}</button>"
        more = form("enter", "", f'<input type="hidden" name="t" value="{_plain(token)}">{button}')
        return HTMLResponse(bare_page(lang, say("board-enter-about", lang), more), headers=HEADERS)

    async def _enter(self, request: Request) -> Response:
        opened = await self._doors.enter(request, (await read_form(request, MOST_BYTES)).get("t", ""))
        if opened is None:
            return _bare(request, "board-link-over", 403)
        response = RedirectResponse("./", 303)
        self._doors.remember(response, request, opened)
        return response

    async def _progress(self, request: Request) -> Response:
        session = await self._doors.session(request)
        if session is None or self._doors.refused(request, session, ""):
            raise HTTPException(401)
        box = work_box(self._work.latest(), self._work.running, session.csrf, session.caller.lang)
        return JSONResponse({"box": box, "running": self._work.running}, headers=HEADERS)

    async def _upload(self, request: Request) -> Response:
        """One file as the body, its name in the address, sent by the script."""
        session = await self._doors.session(request)
        if session is None or self._doors.refused(request, session, request.headers.get("x-csrf", "")):
            raise HTTPException(403)
        lang, name = session.caller.lang, request.query_params.get("name", "")
        try:
            content = await read_body(request, self._admin.most_bytes, UPLOAD_SECONDS)
        except HTTPException as error:
            key = "too-large" if error.status_code == 413 else "board-cut-off"
            line = say(key, lang, name=name, limit=self._admin.most_bytes >> 20)
            return JSONResponse({"line": line}, error.status_code, HEADERS)
        room = self._room(request.headers.get("x-csrf", ""))
        card, stored = await room.put(session.caller, name, content)
        return JSONResponse({"line": card.text, "stored": stored}, headers=HEADERS)

    async def _reindex(self, session: Session, form: Form, room: CorpusAdmin) -> None:
        self._work.start(lambda show: room.reindex(session.caller, show, look=True), session.caller.lang)

    async def _confirm(self, session: Session, form: Form, room: CorpusAdmin) -> None:
        action = form.get("action", "")
        self._work.start(lambda show: self._admin.confirm(action, session.caller, show), session.caller.lang)

    async def _remove(self, session: Session, form: Form, room: CorpusAdmin) -> None:
        self._work.tell(await room.take_out(session.caller, form.get("path", "")))

    async def _rollback(self, session: Session, form: Form, room: CorpusAdmin) -> None:
        id = form.get("id", "")[:100]
        self._work.start(lambda show: room.rollback(session.caller, id), session.caller.lang)

    async def _answer(self, session: Session, form: Form, room: CorpusAdmin) -> None:
        """An answer in an admin's own words becomes a document, and the difference is shown."""
        question, answer = form.get("question", "")[:2000], form.get("answer", "")[:LONGEST_ANSWER]
        if not question.strip() or not answer.strip():
            return
        card, stored = await room.put(session.caller, *note_file(question, answer))
        self._work.tell(card)
        if stored:
            await self._reindex(session, form, room)

    async def _leave(self, session: Session, form: Form, room: CorpusAdmin) -> None:
        await self._doors.leave(session)


def _bare(request: Request, key: str, status: int) -> Response:
    lang = language(request)
    return HTMLResponse(bare_page(lang, say(key, lang)), status, HEADERS)


def _plain(token: str) -> str:
    return "".join(char for char in token[:100] if char.isalnum() or char in "-_")
