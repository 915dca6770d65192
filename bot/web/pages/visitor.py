"""Who asks on the page, and who may: by the machine, by a sign-in in front of it, or everybody."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.question import Conversation, Language
from bot.texts.language import of_tag

CHANNEL = "page"
COOKIE = "verbatim"
LANGUAGE_COOKIE = "verbatim-language"
KEPT = 90 * 24 * 60 * 60
"""Seconds that a browser keeps its cookie."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
HERE = "local"
"""The chat of everybody who sits at the machine itself."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser, or one person where a sign-in stands in front of the page."""

    user: str
    chat: str
    lang: Language
    token: str = ""
    """The value of the cookie, "" where none is needed."""
    address: str = ""

    def place(self, thread: str) -> Conversation:
        return Conversation(CHANNEL, self.chat, thread, self.user)


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets requests in. `header` names the person, set by a sign-in proxy in front of an open page."""

    open: bool = False
    header: str = ""

    def refusal(self, request: Request) -> str:
        """The key of the sentence that says why this request is not served, "" where it is."""
        if not self.open and not _from_here(request):
            return "page-here-only"
        if self.header and not request.headers.get(self.header, "").strip():
            return "page-sign-in"
        if request.method == "POST" and not own_origin(request):
            return "page-foreign"
        return ""

    def visitor(self, request: Request) -> Visitor:
        """Who is let in. Its cookie stays in the browser: the journal sees a digest of it."""
        lang = language(request)
        address = request.client.host if request.client else ""
        if self.header:
            name = request.headers[self.header].strip()
            return Visitor(name, name, lang, address=address)
        token = request.cookies.get(COOKIE, "")
        if not TOKEN.fullmatch(token):
            token = secrets.token_urlsafe(16)
        user = hashlib.sha256(token.encode()).hexdigest()[:16]
        return Visitor(user, user if self.open else HERE, lang, token, address)


def remember(response: Response, request: Request, visitor: Visitor) -> None:
    """Leaves the cookie in the browser: not readable for scripts, not sent by other sites' forms."""
    if visitor.token:
        _keep(response, request, COOKIE, visitor.token, readable=False)
    remember_language(response, request)


def remember_language(response: Response, request: Request) -> None:
    """Keeps the language that was chosen by a link of a page."""
    chosen = request.query_params.get("lang", "")
    if chosen in ("en", "zh"):
        _keep(response, request, LANGUAGE_COOKIE, chosen, readable=True)


def _keep(response: Response, request: Request, name: str, value: str, *, readable: bool) -> None:
    """A cookie of the page; within a frame of another site one that holds for that site alone (CHIPS)."""
    secure = request.url.scheme == "https"
    framed = secure and request.headers.get("sec-fetch-dest") == "iframe"
    response.set_cookie(
        *(name, value, KEPT),
        path="/",
        secure=secure,
        httponly=not readable,
        samesite="none" if framed else "lax",
    )
    if framed:
        # Starlette can say so only where the standard library can, from Python 3.14 on.
        last, header = response.raw_headers[-1]
        response.raw_headers[-1] = last, header + b"; Partitioned"


def language(request: Request) -> Language:
    """What was chosen on the page, else what the browser prefers."""
    chosen = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return of_tag(chosen or request.headers.get("accept-language", ""))


def _from_here(request: Request) -> bool:
    """Whether a browser on this machine asked for this machine. A name that was made to point here does not count."""
    if any(name in request.headers for name in FORWARDED):
        return False
    return _loopback(request.client.host if request.client else "") and _loopback(request.url.hostname or "")


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def own_origin(request: Request) -> bool:
    """Whether a form was sent by a page of ours. Every current browser says so; other programs need not."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
