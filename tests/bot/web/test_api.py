"""The HTTP interface: what a key may do, what comes back, and a problem in one sentence where something is wrong."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.errors import SettingsError
from bot.journal import Journal
from bot.web.api.keys import read_keys
from bot.web.api.openapi import OPENAPI
from bot.web.api.routes import Api
from bot.web.app import web_app
from index.errors import VectorsError
from tests.shelf import Shelf
from tests.web_server import serving

KEY, NARROW = "0123456789abcdef", "fedcba9876543210"
KEYS = f"reader:{KEY},checker:{NARROW}:verify+status"
FACTORIES = "有多少个智能工厂？"
QUOTE = "全区已建成8个智能工厂和23个数字化车间。"


@pytest.fixture
async def web(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    api = Api(desk, read_keys(KEYS), RateLimits(Rates(user=8, chat=0), lambda: 0.0))
    shown = {"authorization": f"Bearer {KEY}"}
    app = web_app(desk, desk.metrics, [], api.routes())
    async with serving(app) as url, httpx.AsyncClient(base_url=url, headers=shown) as web:
        yield web


async def test_a_question_comes_back_with_quotes_that_stand_in_their_document(web: httpx.AsyncClient) -> None:
    answer = (await web.post("/api/ask", json={"question": FACTORIES})).json()
    quote = answer["quotes"][0]
    document = (await web.get(f"/api/documents/{quote['document']}")).json()
    assert answer["answered"]
    assert quote["text"] == QUOTE == document["text"][quote["start"] : quote["end"]]
    assert [QUOTE[slice(*span)] for span in quote["highlights"]] == ["8"]
    assert quote["link"].startswith("https://bot.example.org/d/")


async def test_what_is_not_answered_has_no_quotes_but_the_nearest(web: httpx.AsyncClient, journal: Journal) -> None:
    answer = (await web.post("/api/ask", json={"question": "Who?", "before": ["Where?"]})).json()
    assert (answer["answered"], answer["quotes"], len(answer["nearest"])) == (False, [], 1)
    assert answer["suggestions"]
    assert [row[1:4] for row in journal.answers.export()][1:] == [("api", "reader", "reader")]


async def test_a_text_is_verified_sentence_by_sentence(web: httpx.AsyncClient) -> None:
    checked = (await web.post("/api/verify", json={"text": f"The moon is cheese. {QUOTE}"})).json()
    assert [one["verdict"] for one in checked["sentences"]] == ["nowhere", "exact"]


async def test_the_status_says_what_answers(web: httpx.AsyncClient) -> None:
    assert (await web.get("/api/status")).json() == {"snapshot": "s1", "documents": 2, "passages": 4}


async def test_a_key_opens_what_it_has_a_right_to(web: httpx.AsyncClient) -> None:
    narrow = {"authorization": f"Bearer {NARROW}"}
    asked = await web.post("/api/ask", json={"question": FACTORIES}, headers=narrow)
    # The same for a document that exists and one that does not: nothing is told.
    documents = [await web.get(f"/api/documents/{id}", headers=narrow) for id in ("a2007453bf16", "none")]
    status = await web.get("/api/status", headers=narrow)
    assert [asked.status_code, *(one.status_code for one in documents), status.status_code] == [403, 403, 403, 200]
    assert documents[0].json() == documents[1].json()


@pytest.mark.parametrize("shown", ["", "Bearer wrong-wrong-wrong", f"Basic {KEY}", "Bearer"])
async def test_without_a_key_nothing_is_answered(web: httpx.AsyncClient, shown: str, library: Shelf) -> None:
    answer = await web.post("/api/ask", json={"question": FACTORIES}, headers={"authorization": shown})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert library.asked == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"question": "x", "before": [NaN]}', "application/json", 400),
        (b'{"question": "\xff"}', "application/json", 400),
        (b"[" * 200_000, "application/json", 400),
        (b"{}", "application/json", 422),
        (b'{"question": " "}', "application/json", 422),
        (b'{"question": 8}', "application/json", 422),
        (rb'{"question": "\ud800"}', "application/json", 422),
        (b'{"question": "a", "before": "b"}', "application/json", 422),
        (b'{"question": "a", "before": ["a", "b", "c", "d"]}', "application/json", 422),
        (b'{"question": "' + b"a" * 2001 + b'"}', "application/json", 422),
        (b'{"question": "' + b"a" * 300_000 + b'"}', "application/json", 413),
        (b'{"question": "a"}', "text/plain", 415),
    ],
)
async def test_a_bad_body_is_a_problem_of_its_own(web: httpx.AsyncClient, body: bytes, kind: str, status: int) -> None:
    answer = await web.post("/api/ask", content=body, headers={"content-type": kind})
    assert answer.status_code == status
    assert answer.json()["status"] == status


async def test_a_key_that_asks_too_much_is_told_to_wait(web: httpx.AsyncClient) -> None:
    answers = [await web.get("/api/status") for _ in range(9)]
    assert [one.status_code for one in answers][-2:] == [200, 429]
    assert answers[-1].headers["retry-after"] == "60"


async def test_the_description_names_every_route_and_every_schema_it_speaks_of(
    web: httpx.AsyncClient, desk: Desk
) -> None:
    described = (await web.get("/api/openapi.json")).json()
    routes = {route.path for route in Api(desk, (), RateLimits(Rates(), lambda: 0.0)).routes()}  # type: ignore[attr-defined]
    assert set(described["paths"]) == routes - {"/api/openapi.json"}
    assert set(references(OPENAPI)) == set(described["components"]["schemas"])


async def test_answers_have_the_members_that_the_description_promises(web: httpx.AsyncClient) -> None:
    answer = (await web.post("/api/ask", json={"question": FACTORIES})).json()
    schemas = OPENAPI["components"]["schemas"]
    assert set(answer) == set(schemas["Answer"]["required"])
    assert set(answer["quotes"][0]) == set(schemas["Quote"]["required"])
    assert set(answer["quotes"][0]["source"]) == set(schemas["Source"]["required"])


@pytest.mark.parametrize("text", ["reader", "reader:short", f":{KEY}", f"a:{KEY}:fly", f"a:{KEY},a:{NARROW}"])
def test_a_wrong_key_setting_is_said_without_the_key(text: str) -> None:
    with pytest.raises(SettingsError) as told:
        read_keys(text)
    assert KEY not in str(told.value)


def references(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        own = [schema["$ref"].rpartition("/")[2]] if "$ref" in schema else []
        return own + [name for value in schema.values() for name in references(value)]
    return [name for value in schema for name in references(value)] if isinstance(schema, list) else []


async def test_a_search_that_is_not_possible_right_now_is_told_from_what_is_broken(
    web: httpx.AsyncClient, library: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise VectorsError("vectors-unreachable", name="db.internal", reason="refused")

    monkeypatch.setattr(library, "ask", away)
    told = await web.post("/api/ask", json={"question": FACTORIES})
    assert (told.status_code, told.headers["content-type"]) == (503, "application/problem+json")
    assert "db.internal" not in told.text


async def test_a_question_by_http_is_a_trace_until_its_answer_is_there(web: httpx.AsyncClient, desk: Desk) -> None:
    pytest.importorskip("opentelemetry.sdk", reason="the extra `otel` is not installed")
    from tests.collected import collecting

    collected = collecting(desk)
    await web.post("/api/ask", json={"question": FACTORIES})
    assert collected.names == ["question", "waiting", "search"]
    assert collected.one_trace()
    assert (collected.root.attributes or {})["verbatim.channel"] == "api"
    assert (collected.root.attributes or {})["verbatim.outcome"] == "answer"
