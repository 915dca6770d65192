"""Nobody is shown what they may not read. Each way in is tried by somebody who may and by somebody who may not.

The collection `staff` is read in one group, by one WeCom user, one visitor of the page, one key and one assistant. What
it holds is told by SECRETS; who may read it sees one of them by every way in, or the test would prove nothing.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from bot.cards.card import Card
from bot.cards.links import Links
from bot.cards.signing import Signer
from bot.collections.library import Library
from bot.desk.access import Access
from bot.desk.card_actions import Buttons, passage_card
from bot.desk.choosing import use
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.news import News
from bot.desk.privacy import Privacy
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.mcp.http import McpDoor
from bot.mcp.server import mcp_server
from bot.metrics import Metrics
from bot.question import Conversation, Question
from bot.web.api.keys import read_keys
from bot.web.api.routes import Api
from bot.web.app import web_app
from bot.web.pages.ask_page import AskPage
from bot.web.pages.visitor import CHANNEL as PAGE
from bot.web.pages.visitor import Gate
from bot.workers import Workers
from tests.kept_apart import MOON, POOLS, SAFE, SAID, kept_apart, leaks, staff
from tests.shelf import Shelf
from tests.web_server import serving

INSIDE, OUTSIDE = Conversation("telegram", "-100", "", "7"), Conversation("telegram", "-200", "", "7")
"""The same person in two groups."""
READERS = frozenset({"telegram:-100", "wecom:anna", "page:anna", "api:anna", "mcp:local", "telegram:7"})
KEYS = "anna:0123456789abcdef,otto:fedcba9876543210"
numbers = itertools.count(1)


@dataclass
class House:
    """A desk over two collections, and the web port in front of it."""

    desk: Desk
    library: Library
    corpus: Path
    staff: Shelf

    def close_to_all(self) -> None:
        """From now on nobody reads `staff`: the operator took every right away."""
        staff = self.library.collections["staff"]
        self.library.collections["staff"] = replace(staff, readers=frozenset())

    async def asked(self, place: Conversation, text: str = SAFE, **more: Any) -> tuple[str, str]:
        """What is answered, and the id of the answer."""
        delivery = f"{place.channel}:{next(numbers)}"
        reply = await self.desk.ask(replace(Question(delivery, place, text), **more))
        return told(reply.card if reply else None), self.desk.replies.answer_id(delivery)


def told(card: Card | None) -> str:
    """All that a card holds: words, addresses, buttons."""
    return repr(card)


@pytest.fixture
def house(tmp_path: Path, journal: Journal, workers: Workers) -> House:
    for name, file in (("town", "pools.md"), ("staff", "vault.md")):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text("4.7.1.1" if name == "staff" else "Pools", encoding="utf-8")
    library = kept_apart(tmp_path, READERS)
    desk = Desk(
        library,
        journal,
        workers,
        Metrics(),
        RateLimits(Rates(0, 0), lambda: 0.0),
        access=Access(admins=frozenset({"telegram:1"})),
        links=Links("https://bot.example.org", Signer(b"k" * 32), files=tmp_path, closed=library.closed),
    )
    return House(desk, library, tmp_path, staff())


Way = Callable[[House, Conversation], Awaitable[str]]


async def a_question(house: House, place: Conversation) -> str:
    return (await house.asked(place))[0]


async def a_selected_text(house: House, place: Conversation) -> str:
    return (await house.asked(place, "", selected=SAID))[0]


async def suggestions_under_an_abstention(house: House, place: Conversation) -> str:
    return (await house.asked(place, MOON))[0]


async def examples_of_help(house: House, place: Conversation) -> str:
    return (await house.asked(place, "help"))[0]


async def examples_of_a_greeting_page(house: House, place: Conversation) -> str:
    return str(await house.desk.suggestions(place, "en", 5))


async def a_deep_link(house: House, place: Conversation) -> str:
    _, answer = await house.asked(INSIDE)
    return told(passage_card(house.desk, answer, 0, place, "en"))


async def news_of_an_answer(house: House, place: Conversation) -> str:
    house.library.put("staff", None)
    _, answer = await house.asked(place)
    await Buttons(house.desk).tap(f"t:{answer}", place, "en")
    house.library.put("staff", house.staff)
    return str(News(house.desk).answered())


async def what_a_text_is_held_to(house: House, place: Conversation) -> str:
    index = house.desk.readable(place)
    assert index is not None
    return str([*index.documents(), *index.locate(SAID), index.document(f"staff.{house.staff.books[0].id}")])


WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (
        a_question,
        a_selected_text,
        suggestions_under_an_abstention,
        examples_of_help,
        examples_of_a_greeting_page,
        a_deep_link,
        news_of_an_answer,
        what_a_text_is_held_to,
    )
}


@pytest.mark.parametrize("way", WAYS)
async def test_in_a_chat_only_its_readers_are_shown_it(house: House, way: str) -> None:
    assert leaks(await WAYS[way](house, OUTSIDE)) == []
    assert leaks(await WAYS[way](house, INSIDE))


@pytest.mark.parametrize("way", WAYS)
async def test_a_right_that_is_taken_away_is_gone_by_every_way(house: House, way: str) -> None:
    house.close_to_all()
    assert leaks(await WAYS[way](house, INSIDE)) == []


async def test_a_group_reads_what_the_group_may_and_not_what_one_of_it_may(house: House) -> None:
    private = Conversation("telegram", "7", "", "7")
    assert leaks(await a_question(house, private))
    assert leaks(await a_question(house, replace(OUTSIDE, user="7"))) == []


async def test_an_admin_reads_everything_in_private_and_in_a_group_what_the_group_may(house: House) -> None:
    house.close_to_all()
    assert leaks(await a_question(house, Conversation("telegram", "1", "", "1")))
    assert leaks(await a_question(house, Conversation("telegram", "-200", "", "1"))) == []
    assert leaks(await a_question(house, Conversation("wecom", "1", "", "1"))) == []


@pytest.mark.parametrize("place", [INSIDE, OUTSIDE, Conversation("telegram", "7", "", "7")])
async def test_inline_offers_only_what_is_open_to_everybody(house: House, place: Conversation) -> None:
    asked = Question("telegram:inline", place, SAFE)
    assert leaks(await house.desk.preview(asked)) == []
    open_to_all = await house.desk.preview(replace(asked, text=POOLS))
    assert "9 pools" in str(open_to_all)


ACTIONS = ("p:{}:1", "p:{}:0", "c:{}:0:2", "s:{}:0", "f:{}:0", "u:{}", "d:{}:0:1", "w:{}:wrong:0:1", "a:{}:0")


@pytest.mark.parametrize("action", ACTIONS)
async def test_buttons_of_an_answer_work_for_its_readers_alone(house: House, action: str) -> None:
    answer = (await house.asked(INSIDE))[1]
    tapped = await Buttons(house.desk).tap(action.format(answer), INSIDE, "en")
    shows = action[0] in "pcsf"
    assert bool(leaks(f"{tapped} {tapped.file.read_text() if tapped.file else ''}")) is shows
    outside = await Buttons(house.desk).tap(action.format(answer), OUTSIDE, "en")
    assert (leaks(outside), outside.file) == ([], None)
    house.close_to_all()
    gone = await Buttons(house.desk).tap(action.format(answer), INSIDE, "en")
    assert (leaks(gone), gone.file) == ([], None)


async def test_what_is_kept_about_somebody_quotes_nothing_that_they_may_not_read(house: House) -> None:
    _, answer = await house.asked(INSIDE, SAFE)
    await Buttons(house.desk).tap(f"u:{answer}", INSIDE, "en")
    privacy = Privacy(house.desk)
    assert "4711" in (await privacy.file(INSIDE)).decode()
    for outside in ((await privacy.file(OUTSIDE)).decode(), (await privacy.message(OUTSIDE, "en")).text):
        assert SAFE in outside
        assert "4711" not in outside


async def test_nothing_of_it_is_counted(house: House) -> None:
    inside, outside = house.desk.readable(INSIDE), house.desk.readable(OUTSIDE)
    assert inside is not None
    assert outside is not None
    assert (len(inside.documents()), len(outside.documents())) == (2, 1)
    assert (inside.snapshot.documents, outside.snapshot.documents) == (4, 2)


async def test_a_choice_whose_collection_may_not_be_read_any_more_is_no_choice(house: House) -> None:
    assert "✓" in use(house.desk, INSIDE, "staff", "en").text
    assert house.desk.asked_names(INSIDE) == ("staff",)
    house.close_to_all()
    assert house.desk.asked_names(INSIDE) == ("town",)
    assert leaks(use(house.desk, INSIDE, "", "en").text) == []
    assert leaks(use(house.desk, INSIDE, "staff", "en").text.replace("named staff", "")) == []


async def test_the_choice_of_one_chat_is_not_that_of_another(house: House) -> None:
    use(house.desk, INSIDE, "town", "en")
    assert leaks(await a_question(house, INSIDE)) == []
    assert leaks(await a_question(house, Conversation("telegram", "7", "", "7")))
    assert house.desk.journal.actions.last()[0][2:] == ("7", "use town", "chat -100")
    house.desk.journal.move_chat("telegram", "-100", "-1007")
    assert house.desk.asked_names(INSIDE) == ("town", "staff")


# The web port


@pytest.fixture
async def web(house: House) -> AsyncIterator[httpx.AsyncClient]:
    desk, gate = house.desk, Gate(open=True, header="x-user")
    page = AskPage(desk, Intake(PAGE, desk.journal, desk.workers, desk.metrics), gate)
    api = Api(desk, read_keys(KEYS), RateLimits(Rates(0, 0), lambda: 0.0))
    app = web_app(desk, desk.metrics, [page], api.routes(), files=house.corpus, gate=gate)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as client:
        yield client


def visitor(name: str) -> dict[str, str]:
    return {"x-user": name, "accept": "application/json"}


async def test_the_page_shows_it_to_its_readers_alone(web: httpx.AsyncClient) -> None:
    for name, may in (("anna", True), ("otto", False)):
        first = (await web.get("/", headers=visitor(name))).text
        asked = (await web.post("/ask", data={"text": SAFE}, headers=visitor(name))).text
        mine = (await web.get("/mine.json", headers=visitor(name))).text
        for shown in (first, asked, mine):
            assert bool(leaks(shown)) is may


async def test_a_form_that_is_sent_again_shows_what_may_be_read_by_now(house: House, web: httpx.AsyncClient) -> None:
    for text in (SAFE, MOON):
        form = {"text": text, "delivery": f"again-{len(text)}-0123456789"}
        assert leaks((await web.post("/ask", data=form, headers=visitor("anna"))).text)
    house.close_to_all()
    for text in (SAFE, MOON):
        form = {"text": text, "delivery": f"again-{len(text)}-0123456789"}
        assert leaks((await web.post("/ask", data=form, headers=visitor("anna"))).text) == []


async def test_a_link_to_the_source_page_opens_for_readers_who_are_signed_in(
    house: House, web: httpx.AsyncClient
) -> None:
    inside = house.desk.readable(INSIDE)
    assert inside is not None
    quote = inside.ask(SAFE).quotes[0]
    path = house.desk.links.reader_path(quote, "s1").partition("#")[0]
    file = path.replace("?", "/file?")
    assert SAID in (await web.get(path, headers=visitor("anna"))).text
    assert (await web.get(file, headers=visitor("anna"))).text == "4.7.1.1"
    for headers in (visitor("otto"), {}, {"x-user": ""}):
        for address in (path, file):
            answer = await web.get(address, headers=headers)
            assert (answer.status_code, leaks(answer.text)) == (404, [])
    house.close_to_all()
    assert (await web.get(path, headers=visitor("anna"))).status_code == 404


async def test_no_card_links_to_it_by_an_address_that_anybody_may_open(house: House) -> None:
    assert "/d/" not in (await house.asked(INSIDE))[0]
    assert "/d/" in (await house.asked(INSIDE, POOLS))[0]


async def test_the_source_of_an_answer_opens_for_whom_it_was_given_and_who_may_still_read_it(
    house: House, web: httpx.AsyncClient
) -> None:
    asked = (await web.post("/ask", data={"text": SAFE}, headers=visitor("anna"))).json()["turn"]
    source = "/source/" + asked.partition('href="source/')[2].partition('"')[0]
    opened = await web.get(source, headers=visitor("anna"))
    assert opened.headers["location"].startswith("../../d/staff.")
    assert (await web.get(source, headers=visitor("otto"))).status_code == 404
    house.close_to_all()
    assert (await web.get(source, headers=visitor("anna"))).status_code == 404


def shows(name: str) -> dict[str, str]:
    key = dict(one.split(":") for one in KEYS.split(","))[name]
    return {"authorization": f"Bearer {key}", "content-type": "application/json"}


CALLS: dict[str, tuple[str, str, dict[str, Any] | None]] = {
    "ask": ("POST", "/api/ask", {"question": SAFE}),
    "ask the collection": ("POST", "/api/ask", {"question": SAFE, "collection": "staff"}),
    "suggestions": ("POST", "/api/ask", {"question": MOON}),
    "verify": ("POST", "/api/verify", {"text": SAID}),
    "verify with the collection": ("POST", "/api/verify", {"text": SAID, "collection": "staff"}),
    "document": ("GET", "/api/documents/staff.{}", None),
}


@pytest.mark.parametrize("name", CALLS)
async def test_a_key_reads_what_it_may(house: House, web: httpx.AsyncClient, name: str) -> None:
    method, path, body = CALLS[name]
    path = path.format(house.staff.books[0].id)
    for key, may in (("anna", True), ("otto", False)):
        answer = await web.request(method, path, content=json.dumps(body) if body else None, headers=shows(key))
        # The question, or the text that was verified, comes back with the answer.
        read = answer.text.replace(SAID, "", 0 if may else 2)
        assert bool(leaks(read)) is may, read


async def test_what_a_key_may_not_read_is_what_there_is_not(web: httpx.AsyncClient) -> None:
    answers = []
    for name in ("staff", "nothing"):
        body = json.dumps({"question": SAFE, "collection": name})
        answers.append(await web.post("/api/ask", content=body, headers=shows("otto")))
    assert [(one.status_code, one.text) for one in answers] == [(404, answers[0].text)] * 2
    seen = [(await web.get("/api/status", headers=shows(key))).json() for key in ("anna", "otto")]
    assert [one["documents"] for one in seen] == [4, 2]


async def test_a_key_that_may_read_nothing_hears_that_nothing_is_there(house: House, web: httpx.AsyncClient) -> None:
    house.library.put("town", None)
    assert (await web.get("/api/status", headers=shows("otto"))).status_code == 503
    assert (await web.get("/api/status", headers=shows("anna"))).status_code == 200


# Assistants


@pytest.fixture
async def mcp_over_http(house: House) -> AsyncIterator[str]:
    door = McpDoor(house.desk, read_keys(KEYS), RateLimits(Rates(0, 0), lambda: 0.0))
    running = asyncio.create_task(door.run())
    async with serving(web_app(house.desk, house.desk.metrics, [], door.routes())) as address:
        yield f"{address}/mcp"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


TOOLS: list[tuple[str, dict[str, Any]]] = [
    ("ask", {"question": SAFE}),
    ("find", {"words": "Who?", "count": 9}),
    ("show", {"document": f"staff.{staff().books[0].id}"}),
    ("verify", {"text": SAID}),
    ("sources", {}),
]


async def read_by(client: Client, tool: str, arguments: dict[str, Any], *, may: bool) -> str:
    """What comes back, without the text that was to be verified."""
    result = await client.call_tool(tool, arguments)
    return str(result.content).replace(SAID, "", 0 if may else 1)


@pytest.mark.parametrize(("tool", "arguments"), TOOLS)
async def test_an_assistant_reads_what_it_may(house: House, tool: str, arguments: dict[str, Any]) -> None:
    for place, may in ((Conversation("mcp", "local"), True), (Conversation("mcp", "other"), False)):
        index = house.desk.readable(place)
        assert index is not None
        async with Client(mcp_server(index, house.desk.links)) as client:
            assert bool(leaks(await read_by(client, tool, arguments, may=may))) is may


@pytest.mark.parametrize(("tool", "arguments"), TOOLS)
async def test_an_assistant_with_a_key_reads_what_the_key_may(
    mcp_over_http: str, tool: str, arguments: dict[str, Any]
) -> None:
    for name, may in (("anna", True), ("otto", False)):
        web = create_mcp_http_client(headers={"Authorization": shows(name)["authorization"]})
        async with web, Client(streamable_http_client(mcp_over_http, http_client=web)) as client:
            assert bool(leaks(await read_by(client, tool, arguments, may=may))) is may
