"""The door that WeCom's callbacks come through: who does not know the token is turned away before anything is read."""

import logging
import time
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.wecom.platform.crypto import Replays, Seal, Sealed
from bot.channels.wecom.platform.errors import EnvelopeError, ReplayError, SignatureError, WecomError
from bot.channels.wecom.platform.xml import LIMIT_BYTES
from bot.web.body import read_body

log = logging.getLogger(__name__)

STATUS: dict[type[WecomError], int] = {SignatureError: 403, ReplayError: 403, EnvelopeError: 400}


class Doorway:
    """One callback address with its token and key."""

    def __init__(self, seal: Seal, now: Callable[[], float] = time.time) -> None:
        self._seal = seal
        self._now = now
        self._replays = Replays(now)

    async def checked(self, request: Request) -> Response:
        """The console's check of the address: the decrypted text goes back as it is."""
        # A plus that nobody encoded arrives as a blank.
        echo = request.query_params.get("echostr", "").replace(" ", "+")
        message = self._open(request, echo)
        if isinstance(message, Response):
            return message
        return PlainTextResponse(message)

    async def message(self, request: Request, encrypted: Callable[[bytes], str]) -> bytes | Response:
        """The message of a call, or the answer that turns it away. `encrypted` finds the envelope in a body."""
        try:
            body = await read_body(request, LIMIT_BYTES)
            return self._open(request, encrypted(body))
        except HTTPException as error:
            return Response(status_code=error.status_code)
        except WecomError as error:
            return self.refused(error)

    def refused(self, error: WecomError) -> Response:
        """The status for `error`. The caller learns no more than that: it may be anybody."""
        log.warning("A call to WeCom's callback was refused: %s", error)
        return Response(status_code=STATUS.get(type(error), 400))

    def sealed(self, message: bytes, nonce: str) -> Sealed:
        """`message` as an answer of ours."""
        return self._seal.close(message, timestamp=str(int(self._now())), nonce=nonce)

    def _open(self, request: Request, encrypted: str) -> bytes | Response:
        query = request.query_params
        sealed = Sealed(encrypted, query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
        try:
            message = self._seal.open(sealed)
            self._replays.admit(sealed)
        except WecomError as error:
            return self.refused(error)
        return message
