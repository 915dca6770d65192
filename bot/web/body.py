"""Request bodies from outside, limited in size and time: a webhook must neither fill the memory nor wait for ever."""

import asyncio
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

MOST = 1 << 20
SECONDS = 20.0
Form = dict[str, str]


async def read_body(request: Request, most: int = MOST, seconds: float = SECONDS) -> bytes:
    """The body. HTTPException 413 where it has more than `most` bytes, 408 where it does not come within `seconds`, 400
    where the sender is gone before its end."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise HTTPException(413)
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise HTTPException(413)
    except ClientDisconnect:
        raise HTTPException(400) from None
    except TimeoutError:
        raise HTTPException(408) from None
    return bytes(body)


async def read_form(request: Request, most: int) -> Form:
    """The fields of a form, the first of each name. HTTPException 400, 413 or 415 where it is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(415)
    body = await read_body(request, most)
    try:
        fields = parse_qs(body.decode("utf-8"), max_num_fields=20, errors="strict")
    except ValueError:
        raise HTTPException(400) from None
    return {name: values[0] for name, values in fields.items()}
