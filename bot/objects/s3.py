"""An S3-compatible object store, by obstore: one typed wheel without dependencies, over Rust's object_store."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ObjectsError, SettingsError
from bot.objects.address import Address

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config, S3Store

PIECE = 8 << 20
"""Bytes a request: each piece has its own time limit, so that a large file may take as long as it needs."""
CLIENT: "ClientConfig" = {"timeout": timedelta(seconds=60), "connect_timeout": timedelta(seconds=5)}
RETRIES: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}


def open_s3(address: Address) -> "S3Objects":
    """SettingsError where the extra is missing, or what the environment says cannot be understood."""
    try:
        from obstore.exceptions import BaseError
        from obstore.store import S3Store
    except ImportError:
        raise SettingsError("OBJECTS_URL needs its extra: pip install 'verbatim-bot[s3]'.") from None
    # The store compares what arrives with it, so a broken upload is refused.
    given: S3Config = {"checksum_algorithm": "SHA256"}
    if address.key:
        given |= {"access_key_id": address.key, "secret_access_key": address.secret}
    if address.endpoint:
        given |= {"endpoint": address.endpoint}
    if address.region:
        given |= {"region": address.region}
    plain = address.endpoint.startswith("http://")
    client: ClientConfig = {**CLIENT, "allow_http": True} if plain else CLIENT
    try:
        store = S3Store(
            address.bucket, prefix=address.prefix or None, config=given, client_options=client, retry_config=RETRIES
        )
    except (BaseError, ValueError) as error:
        raise SettingsError(f"OBJECTS_URL cannot be used: {address.masked(str(error))}.") from None
    return S3Objects(store, address)


class S3Objects:
    """A `bot.objects.door.Objects` over a bucket, or the part of one below a prefix."""

    def __init__(self, store: "S3Store", address: Address) -> None:
        self._store = store
        self._address = address
        self.name = address.name

    def put(self, name: str, content: bytes | Path) -> None:
        with self._in_words():
            self._store.put(name, content)

    def create(self, name: str, content: bytes) -> bool:
        from obstore.exceptions import AlreadyExistsError

        with self._in_words():
            try:
                self._store.put(name, content, mode="create")
            except AlreadyExistsError:
                return False
            return True

    def get(self, name: str) -> bytes | None:
        with self._in_words():
            try:
                return bytes(self._store.get(name).bytes())
            except FileNotFoundError as error:
                if "NoSuchBucket" in str(error):
                    raise
                return None

    def pieces(self, name: str, size: int) -> Iterator[bytes]:
        for start in range(0, size, PIECE):
            with self._in_words():
                try:
                    piece = bytes(self._store.get_range(name, start=start, end=min(start + PIECE, size)))
                except FileNotFoundError:
                    return
            yield piece

    def names(self, prefix: str) -> list[str]:
        with self._in_words():
            return sorted(found["path"] for page in self._store.list(prefix or None) for found in page)

    def delete(self, names: Sequence[str]) -> None:
        with self._in_words():
            for name in names:
                try:
                    self._store.delete(name)
                except FileNotFoundError:
                    continue

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Errors of obstore become sentences for people."""
        from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

        try:
            yield
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise self._told("objects-refused", error) from error
        except FileNotFoundError as error:
            raise self._told("objects-no-bucket", error) from error
        except (BaseError, OSError) as error:
            code = "objects-no-bucket" if "NoSuchBucket" in str(error) else "objects-away"
            raise self._told(code, error) from error

    def _told(self, key: str, error: Exception) -> ObjectsError:
        return ObjectsError(key, name=self.name, reason=self._address.masked(str(error)))
