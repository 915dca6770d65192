"""The envelope of WeCom's callbacks: who wrote it is settled before a byte of it is decrypted.

AES-CBC does not protect what it hides: a flipped bit of the ciphertext is a flipped bit of the message. So the
signature comes first, compared in constant time, and everything after it may assume that the sender knows the token.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.wecom.platform.errors import EnvelopeError, ReplayError, SetupError, SignatureError

BLOCK = 32
"""WeCom pads to 32 bytes, twice the block of AES."""
SALT = 16
KEY_CHARACTERS = 43
WINDOW_SECONDS = 300
TRIES = 3
"""The platform calls up to three times with one message."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted message and what proves where it comes from."""

    encrypted: str
    signature: str
    timestamp: str
    nonce: str


class Seal:
    """Opens and closes envelopes for one callback address.

    `receive_id` is the corp id for an own app and empty for a company's AI bot.
    """

    def __init__(self, token: str, aes_key: str, receive_id: str = "", *, name: str = "WECOM") -> None:
        if not token:
            raise SetupError(f"{name}_TOKEN is empty: copy the Token from the callback settings of the admin console.")
        self._token = token.encode()
        self._key = _key(aes_key, name)
        self._receive_id = receive_id.encode()

    def signature(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """SHA-1 over the sorted parts: WeCom's choice, not ours."""
        parts = sorted((self._token, _bytes(timestamp), _bytes(nonce), _bytes(encrypted)))
        return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()

    def open(self, sealed: Sealed) -> bytes:
        """The message inside. Raises SignatureError before, EnvelopeError after the signature was found good."""
        expected = self.signature(sealed.timestamp, sealed.nonce, sealed.encrypted)
        if not hmac.compare_digest(_bytes(expected), _bytes(sealed.signature)):
            raise SignatureError("The signature does not fit: the caller does not know the token.")
        return self._decrypt(sealed.encrypted)

    def close(self, message: bytes, *, timestamp: str, nonce: str, salt: bytes = b"") -> Sealed:
        """`message` as the platform expects it; `salt` is for tests, 16 random bytes otherwise."""
        plain = (salt or secrets.token_bytes(SALT)) + struct.pack(">I", len(message)) + message + self._receive_id
        fill = BLOCK - len(plain) % BLOCK
        encryptor = _cipher(self._key).encryptor()
        data = encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()
        encrypted = base64.b64encode(data).decode("ascii")
        return Sealed(encrypted, self.signature(timestamp, nonce, encrypted), timestamp, nonce)

    def _decrypt(self, encrypted: str) -> bytes:
        try:
            data = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise EnvelopeError("The envelope is not base64.") from error
        return self._unpack(decrypted(self._key, data))

    def _unpack(self, plain: bytes) -> bytes:
        body = plain[SALT:]
        if len(body) < 4:
            raise EnvelopeError("The envelope is too short for a message.")
        (length,) = struct.unpack(">I", body[:4])
        if length > len(body) - 4:
            raise EnvelopeError("The envelope says that it is longer than it is.")
        if body[4 + length :] != self._receive_id:
            raise EnvelopeError("The envelope is addressed to another company or bot.")
        return body[4 : 4 + length]


def decrypted(key: bytes, data: bytes) -> bytes:
    """What the platform encrypted, without its padding. Raises EnvelopeError where it cannot be that, or not our key.

    Nothing here proves that the content is whole: that is for a signature, or for who reads it.
    """
    if not data or len(data) % BLOCK:
        raise EnvelopeError("The envelope has a length that no encryption gives.")
    decryptor = _cipher(key).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    fill = plain[-1]
    if not 1 <= fill <= BLOCK or plain[-fill:] != bytes([fill]) * fill:
        raise EnvelopeError("The envelope is padded wrongly: is the EncodingAESKey the one of this callback?")
    return plain[:-fill]


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(key[:SALT]))


def _bytes(text: str) -> bytes:
    """Halves of a surrogate pair come in JSON from strangers, and have no bytes of their own."""
    return text.encode("utf-8", "surrogatepass")


def _key(aes_key: str, name: str) -> bytes:
    problem = f"{name}_AES_KEY must be the EncodingAESKey of the admin console: {KEY_CHARACTERS} letters and digits."
    if len(aes_key) != KEY_CHARACTERS:
        raise SetupError(problem)
    try:
        key = base64.b64decode(aes_key + "=", validate=True)
    except (binascii.Error, ValueError):
        # The original error would carry the key into a traceback.
        raise SetupError(problem) from None
    if len(key) != BLOCK:
        raise SetupError(problem)
    return key


class Replays:
    """Refuses signed calls that come from another time, or oftener than the platform tries.

    The tries of the platform itself must pass: whoever hands a message on answers those from what it remembers of the
    message. One instance a process; replicas rely on the time window and on the journal that they share.
    """

    def __init__(self, clock: Callable[[], float], *, window: int = WINDOW_SECONDS, capacity: int = 10_000) -> None:
        self._clock = clock
        self._window = window
        self._capacity = capacity
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def admit(self, sealed: Sealed) -> None:
        """Call after the signature was found good, or strangers fill the memory."""
        now = self._clock()
        if not sealed.timestamp.isascii() or not sealed.timestamp.isdigit() or len(sealed.timestamp) > 12:
            raise ReplayError("The call carries no usable time.")
        if abs(now - int(sealed.timestamp)) > self._window:
            raise ReplayError(f"The call is more than {self._window} s away from this machine's clock.")
        self._forget(now)
        first, count = self._seen.get(sealed.signature, (now, 0))
        if count >= TRIES:
            raise ReplayError("The call came oftener than the platform tries.")
        self._seen[sealed.signature] = (first, count + 1)

    def _forget(self, now: float) -> None:
        """Twice the window: a call may be dated up to one window ahead."""
        while self._seen:
            signature, (first, _) = next(iter(self._seen.items()))
            if now - first <= 2 * self._window and len(self._seen) < self._capacity:
                return
            del self._seen[signature]
