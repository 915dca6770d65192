"""Bodies from strangers, with a cap: a webhook must not fill the memory."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

MOST = 1 << 20


async def read_body(request: Request, most: int = MOST) -> bytes:
    """The body, or 413 as soon as it is longer than `most` bytes."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise HTTPException(413)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise HTTPException(413)
    return bytes(body)
