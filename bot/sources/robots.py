"""What a site asks of programs that come by themselves (robots.txt, RFC 9309)."""

from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from index.documents.download import AGENT, Downloaded, Ways, download
from index.errors import ReaderError

KINDS = ("text/plain",)
LONGEST_PAUSE = 30.0
PAUSE = 0.5
"""Seconds between two pages of one site that asks for no other pause."""


class Robots:
    """Of all sites of one run. `ways` says how they are reached."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._sites: dict[str, RobotFileParser] = {}

    def allow(self, url: str) -> bool:
        """Whether the site of `url` lets this program fetch it. A site that does not answer properly allows nothing."""
        return self._site(url).can_fetch(AGENT, url)

    def pause(self, url: str) -> float:
        """Seconds to wait before the next page of the site."""
        asked = self._site(url).crawl_delay(AGENT)
        return min(float(asked), LONGEST_PAUSE) if asked else PAUSE

    def _site(self, url: str) -> RobotFileParser:
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self._sites:
            self._sites[root] = _read(lambda: download(f"{root}/robots.txt", KINDS, ways=self._ways))
        return self._sites[root]


def _read(fetch: Callable[[], Downloaded | None]) -> RobotFileParser:
    rules = RobotFileParser()
    try:
        found = fetch()
    except ReaderError as error:
        status = error.reason.values.get("status", 0)
        missing = error.reason.code == "not-a-page" or (isinstance(status, int) and 400 <= status < 500)
        rules.parse(["User-agent: *", "Allow: /" if missing else "Disallow: /"])
        return rules
    rules.parse((found.data if found else b"").decode("utf-8", "replace").splitlines())
    return rules
