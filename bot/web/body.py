"""Bodies from strangers, with a cap: a webhook must not fill the memory."""

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

MOST = 1 << 20


async def read_body(request: Request, most: int = MOST) -> bytes:
    """The body; 413 as soon as it is longer than `most` bytes, 400 where the sender is gone before its end."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise HTTPException(413)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise HTTPException(413)
    except ClientDisconnect:
        raise HTTPException(400) from None
    return bytes(body)
