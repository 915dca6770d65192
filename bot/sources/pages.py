"""Pages of the web, named one by one or by a sitemap or a feed: fetched where they changed, taken out where gone."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urldefrag, urlsplit

from bot.errors import SourceError
from bot.sources import lists
from bot.sources.declared import Form, Source
from bot.sources.outcome import Outcome
from bot.sources.place import Place
from bot.sources.robots import Robots
from bot.sources.state import Held, State
from index.documents.download import LIMITS, UNKNOWN, Ways, download
from index.documents.web_page import KINDS, save
from index.errors import ReaderError

MOST_LISTS = 50
"""Sitemaps that one index of sitemaps may name."""
MOST_BYTES = 500 << 20
"""Of all that is fetched in one look."""
GONE = 410


class Pages:
    """One look at one source. `sleep` is called with the seconds that a site wants between two pages."""

    def __init__(self, source: Source, place: Place, ways: Ways, now: datetime, sleep: Callable[[float], None]) -> None:
        self._source = source
        self._place = place
        self._ways = ways
        self._robots = Robots(ways)
        self._now = now
        self._sleep = sleep
        self._bytes = 0

    def refresh(self, state: State, outcome: Outcome) -> None:
        """Brings the folder up to date. Raises SourceError or ReaderError where the list itself cannot be had."""
        found = self._addresses()
        for number, address in enumerate(found):
            if number:
                self._sleep(self._robots.pause(address))
            try:
                self._fetch(address, state, outcome)
            except (ReaderError, SourceError) as error:
                if isinstance(error, ReaderError) and error.reason.values.get("status") == GONE:
                    self._take_out(address, state, outcome)
                outcome.failed(address, error)
        if self._source.form is not Form.FEED:
            # A feed names what is new; what it names no more is still there.
            for address in [address for address in state.held if address not in found]:
                self._take_out(address, state, outcome)

    def _addresses(self) -> Sequence[str]:
        if self._source.form is Form.WEB:
            return self._source.addresses
        start = self._source.addresses[0]
        first = self._list(start)
        pages = [*first.pages]
        for further in first.lists[:MOST_LISTS]:
            if self._is_near(further, start):
                pages += self._list(further).pages
        wanted = (urldefrag(page)[0] for page in pages if self._is_near(page, start))
        kept = [page for page in dict.fromkeys(wanted) if urlsplit(page).path.startswith(self._source.only)]
        if not kept:
            raise SourceError("source-no-pages")
        return kept[: self._source.most]

    def _list(self, address: str) -> lists.Listed:
        found = download(address, lists.KINDS, ways=self._ways)
        return lists.listed(found.data, str(found.address)) if found else lists.Listed()

    def _is_near(self, address: str, start: str) -> bool:
        """Whether a page is of the list's own site, or of one that the operator named."""
        try:
            host, own = urlsplit(address).hostname, urlsplit(start).hostname
        except ValueError:
            return False
        return host is not None and host in (own, *self._source.hosts)

    def _fetch(self, address: str, state: State, outcome: Outcome) -> None:
        if not self._robots.allow(address):
            raise SourceError("source-robots")
        before = state.held.get(address)
        there = before is not None and self._place.has(before.file)
        found = download(address, KINDS, LIMITS, self._ways, before.validators if before and there else UNKNOWN)
        if found is None:
            outcome.unchanged += 1
            return
        self._bytes += len(found.data)
        if self._bytes > MOST_BYTES:
            raise ReaderError("page-too-large", limit=MOST_BYTES >> 20)
        digest = hashlib.sha256(found.data).hexdigest()
        if before is not None and there and before.digest == digest:
            state.held[address] = Held(before.file, digest, found.validators)
            outcome.unchanged += 1
            return
        file = self._place.relative(save(found, self._place.folder(), self._now))
        if before is not None and before.file != file:
            self._take_out(address, state, outcome)
        state.held[address] = Held(file, digest, found.validators)
        (outcome.changed if there else outcome.added).append(self._place.shown(file))

    def _take_out(self, address: str, state: State, outcome: Outcome) -> None:
        held = state.held.pop(address, None)
        # Two addresses may lead to one page.
        if held is not None and all(one.file != held.file for one in state.held.values()):
            self._place.take_out(held.file)
            outcome.removed.append(self._place.shown(held.file))
