"""Signatures of one installation, so that nobody can guess a link or the id of an answer.

Ids of documents are hashes of their paths and numbers of updates are counted up: who knows how they are made could make
them. Whatever opens something is therefore derived with a key that only this installation has.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

KEY_BYTES = 32
HEX_DIGITS = 32
"""Length of a signature: 128 bits in hexadecimal, which every platform's links and buttons take."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with `key`. Without one it makes its own, and what it signed holds as long as it lives."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(KEY_BYTES), repr=False)

    def sign(self, purpose: str, *parts: str) -> str:
        """`HEX_DIGITS` digits over `parts`; a signature for one purpose never holds for another."""
        message = b"".join(
            len(part).to_bytes(8, "big") + part
            for part in (text.encode("utf-8", "surrogatepass") for text in (purpose, *parts))
        )
        return hmac.new(self.key, message, hashlib.sha256).hexdigest()[:HEX_DIGITS]

    def holds(self, signature: str, purpose: str, *parts: str) -> bool:
        """Whether `signature` is ours. Takes the same time whichever digit is wrong."""
        return hmac.compare_digest(signature.encode("utf-8", "replace"), self.sign(purpose, *parts).encode())
