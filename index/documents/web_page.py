"""One page of the web, fetched into the corpus."""

import hashlib
import html
import json
import os
import re
import ssl
import time
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

import httpx

from index.documents.addresses import Address, Resolver, is_public, resolve
from index.documents.download import LIMITS, Downloaded, FetchLimits, Ways, download
from index.documents.encoding import decode
from index.documents.readers.html import page_text
from index.documents.sandbox import Sandbox
from index.errors import ReaderError, refusal

KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/plain": ".txt",
}
"""The media types of pages, and what they are saved as."""
_UNSAFE = re.compile(r"[^\w.-]+")


def fetch(
    url: str,
    folder: Path,
    *,
    now: datetime | None = None,
    limits: FetchLimits = LIMITS,
    resolver: Resolver = resolve,
    allowed: Callable[[Address], bool] = is_public,
    hosts: Collection[str] = (),
    tls: ssl.SSLContext | None = None,
    elapsed: Callable[[], float] = time.monotonic,
) -> Path:
    """Saves the page at `url` in the corpus `folder`, with its address and the day `now`, and returns the file.

    `hosts` are fetched from wherever they are: an operator's own, inside his network.
    The same address gives the same file, so that fetching again updates it. Raises ReaderError where the page may
    not or cannot be fetched, or gives no text; then the folder is as it was.
    """
    found = download(url, KINDS, limits, Ways(resolver, allowed, frozenset(hosts), tls, elapsed))
    if found is None:
        # Nothing was known of it before, so a site that says "unchanged" is not well.
        raise ReaderError("page-unreachable")
    return save(found, folder, now)


def save(found: Downloaded, folder: Path, now: datetime | None = None) -> Path:
    """Saves a page in `folder`, with its address and the day `now`, and returns the file.

    Raises ReaderError where it gives no text; then the folder is as it was.
    """
    noted = {"url": str(found.address), "fetched": now.date().isoformat() if now else ""}
    kind = KINDS[found.kind]
    return _saved(folder, _name(found.address), kind, _noted(found.data, noted, kind))


def _saved(folder: Path, name: str, kind: str, data: bytes) -> Path:
    """Writes the page under another name, reads it as the index will, and only then gives it its name."""
    unfinished, target = folder / f".{name}{kind}", folder / f"{name}{kind}"
    try:
        unfinished.write_bytes(data)
        with Sandbox() as sandbox:
            sandbox.read_bytes(data, target.name)
        os.replace(unfinished, target)
    except OSError as error:
        raise ReaderError("page-not-saved", reason=refusal(error)) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def _name(url: httpx.URL) -> str:
    """Readable, and different for different addresses: host, end of the path, and a short hash."""
    end = _UNSAFE.sub("-", url.path.rstrip("/").rpartition("/")[2].rsplit(".", 1)[0])[:40].strip("-.")
    digest = hashlib.sha256(str(url).encode()).hexdigest()[:8]
    return "-".join(part for part in (_UNSAFE.sub("-", url.host)[:60], end, digest) if part)


def _noted(data: bytes, notes: dict[str, str], kind: str) -> bytes:
    """The page with its own address in it, where the readers look for one."""
    kept = {name: value for name, value in notes.items() if value}
    if kind == ".html":
        metas = "".join(f'<meta name="verbatim:{name}" content="{html.escape(kept[name])}">' for name in kept)
        return f'<meta charset="utf-8">{metas}\n{page_text(data)}'.encode()
    text = decode(data)
    head = "---\n" + "".join(f"{name}: {json.dumps(value)}\n" for name, value in kept.items())
    return (head + text[4:] if text.startswith("---\n") else f"{head}---\n\n{text}").encode()
