"""Style and script of the pages, read from the package once and named by their content."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_CSS, _JS = "text/css; charset=utf-8", "text/javascript; charset=utf-8"
TYPES = {
    **dict.fromkeys(("page.css", "source.css", "admin.css"), _CSS),
    **dict.fromkeys(("page.js", "source.js", "admin.js", "widget.js"), _JS),
}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    content: bytes
    digest: str


@cache
def asset(name: str) -> Asset:
    """The file `name` of this package. KeyError where there is none."""
    if name not in TYPES:
        raise KeyError(name)
    content = files("bot.web.pages").joinpath("static", name).read_bytes()
    return Asset(content, hashlib.sha256(content).hexdigest()[:12])


def address(name: str) -> str:
    """Relative address of a file; a changed file has another one, so that browsers may keep it for good."""
    return f"static/{name}?v={asset(name).digest}"


def assets_route() -> Route:
    async def serve(request: Request) -> Response:
        name = request.path_params["name"]
        try:
            found = asset(name)
        except KeyError:
            raise HTTPException(404) from None
        kept = FOREVER if request.query_params.get("v") == found.digest else "no-cache"
        headers = {"Cache-Control": kept, "X-Content-Type-Options": "nosniff", "Content-Type": TYPES[name]}
        return Response(found.content, headers=headers)

    return Route("/static/{name}", serve)
