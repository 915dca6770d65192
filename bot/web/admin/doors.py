"""Who is signed in to the page for admins. A link opens a session once; a session is a cookie that no script can read.

A link is followed by programs too, such as those that make previews in chats. So following it only shows a button:
the sign-in is what the button sends.
"""

import hmac
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.admin.admin import Caller
from bot.desk.desk import Desk
from bot.desk.rate_limits import Limits, RateLimits, Rates, Verdict
from bot.desk.shared_limits import limits_beside
from bot.journal.sign_ins import OPERATOR, SESSION_SECONDS, Holder
from bot.question import Conversation
from bot.web.pages.visitor import language, own_origin

COOKIE = "verbatim-admin"
OF = "."
"""Between the token of a form and the collection that it is about."""
TRIES, CALLS = 10, 240
"""A minute: sign-ins from one address, requests of one session."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,100}")


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in."""

    caller: Caller
    token: str
    csrf: str
    """Goes with every form, so that no other site can send one."""

    def form(self, collection: str) -> str:
        """What goes with a form that is about one collection: it says which."""
        return f"{self.csrf}{OF}{collection}" if collection else self.csrf


@dataclass(slots=True)
class Doors:
    """`public_url`: where people reach the page, which says whether a cookie may travel without encryption."""

    desk: Desk
    public_url: str = ""
    _tries: Limits = field(init=False)
    _calls: RateLimits = field(default_factory=lambda: RateLimits(Rates(user=CALLS, chat=0), time.monotonic))

    def __post_init__(self) -> None:
        self._tries = limits_beside(self.desk, "sign-in", Rates(user=TRIES, chat=0))

    async def session(self, request: Request) -> Session | None:
        """Whose session a request shows; None where it shows none, or one of somebody who is no admin any more."""
        token = request.cookies.get(COOKIE, "")
        if not _TOKEN.fullmatch(token):
            return None
        holder = await self.desk.workers.write(self.desk.journal.sign_ins.holder, token)
        if holder is None or not self._may(holder):
            return None
        place = Conversation(holder.channel, holder.user, user=holder.user)
        return Session(Caller(place, language(request)), token, self._csrf(token))

    def refused(self, request: Request, session: Session, given: str) -> int:
        """The status with which a request of a session is turned away, 0 where it is served. `given`: its token."""
        if self._calls.check(COOKIE, session.csrf, "") is not Verdict.FINE:
            return 429
        token = given.partition(OF)[0]
        forged = not own_origin(request) or not hmac.compare_digest(token.encode(), session.csrf.encode())
        return 403 if request.method == "POST" and forged else 0

    async def enter(self, request: Request, token: str) -> str | None:
        """The token of a new session for that of a link; None where it opens none, or too much was tried."""
        address = request.client.host if request.client else ""
        if await self._tries.count(COOKIE, address, "") is not Verdict.FINE or not own_origin(request):
            return None
        if not _TOKEN.fullmatch(token):
            return None
        opened = await self.desk.workers.write(self.desk.journal.sign_ins.enter, token)
        holder = await self.desk.workers.write(self.desk.journal.sign_ins.holder, opened) if opened else None
        if opened is None or holder is None or not self._may(holder):
            return None
        record = self.desk.journal.actions.record
        await self.desk.workers.write(record, holder.channel, holder.user, "sign in", address)
        return opened

    async def leave(self, session: Session) -> None:
        await self.desk.workers.write(self.desk.journal.sign_ins.leave, session.token)

    def remember(self, response: Response, request: Request, token: str) -> None:
        """Leaves a session in the browser; "" takes it away."""
        age = int(SESSION_SECONDS) if token else 0
        secure = self._encrypted(request)
        response.set_cookie(COOKIE, token, max_age=age, path="/", secure=secure, httponly=True, samesite="strict")

    def _may(self, holder: Holder) -> bool:
        return holder == OPERATOR or self.desk.access.is_admin(holder.channel, holder.user)

    def _csrf(self, token: str) -> str:
        return self.desk.links.signer.sign("admin form", token)

    def _encrypted(self, request: Request) -> bool:
        """Whether the browser speaks https: with us, or with a proxy that stands at the public address."""
        public = urlsplit(self.public_url)
        behind = public.scheme == "https" and request.headers.get("host", "") == public.netloc
        return request.url.scheme == "https" or behind
