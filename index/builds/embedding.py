"""Passages become vectors in small batches, each safe in the cache before the next one begins.

Small, so that a question asked meanwhile waits for at most one batch; by length, so that short texts are not
padded to the longest.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b

import numpy as np

from index.builds import background
from index.builds.vector_cache import Entry, VectorCache
from index.encoders.protocol import Encoder, Vectors
from index.errors import EncoderError
from index.snapshots.token_vectors import pack_pieces, pack_tokens
from index.text.tokenized import TokenizedText

BATCH = 32


def text_key(text: str) -> bytes:
    """What a text is known by in a snapshot: 16 bytes of digest."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def cache_key(encoder: Encoder, key: bytes) -> bytes:
    """What a text's vectors are known by in the cache, where those of several encoders may be."""
    return blake2b(encoder.fingerprint.encode() + b"\0" + key, digest_size=16).digest()


def embed(encoder: Encoder, texts: Mapping[bytes, TokenizedText], cache: VectorCache) -> Iterator[tuple[int, int]]:
    """Encode every text that the cache does not know yet; yields how many are done, of how many, after each batch.

    Each core encodes a batch where that is quicker. Batches are the same on any number of cores, and so are vectors:
    a batch shares the scale of its int8 products.
    """
    names = {one: cache_key(encoder, one) for one in texts}
    known = cache.known(list(names.values()))
    missing = sorted((one for one in texts if names[one] not in known), key=lambda one: len(texts[one].text))
    batches = [missing[start : start + BATCH] for start in range(0, len(missing), BATCH)]

    def encoded(batch: Sequence[bytes]) -> list[Entry]:
        vectors, tokens = _encoded(encoder, [texts[one] for one in batch])
        rows = zip(batch, vectors.astype("<f2"), tokens, strict=True)
        return [Entry(names[one], vector.tobytes(), token) for one, vector, token in rows]

    done = 0
    threads = background.cores() if encoder.parallel else 1
    for entries in background.in_order(encoded, batches, threads, "encode"):
        cache.put(entries)
        done += len(entries)
        yield done, len(missing)


def _encoded(encoder: Encoder, texts: list[TokenizedText]) -> tuple[Vectors, list[bytes]]:
    """The vectors of the texts, and their packed token vectors, or their pieces where those are made when needed."""
    if encoder.token_dimensions:
        vectors, found = encoder.encode_both([text.text for text in texts])
        tokens = [pack_tokens(one, encoder.token_dimensions) for one in found]
    else:
        vectors, tokens = encoder.encode_tokenized(texts), [pack_pieces(text.ids) for text in texts]
    if vectors.shape != (len(texts), encoder.dimensions) or not np.isfinite(vectors).all():
        raise EncoderError("encoder-nonsense", name=encoder.name, shape=vectors.shape)
    return vectors, tokens
