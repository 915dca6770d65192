"""The page to ask, over HTTP: with the script and without, and who may come in."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.cards.links import Links
from bot.desk.deliveries import Intake
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.metrics import Metrics
from bot.web.app import web_app
from bot.web.pages.ask_page import AskPage
from bot.web.pages.assets import TYPES, asset
from bot.web.pages.visitor import CHANNEL, Gate
from bot.workers import Workers
from tests.clocks import eventually
from tests.shelf import Shelf
from tests.web_server import Visit, action_of, read, serving

FACTORIES = "有多少个智能工厂？"
QUOTE = "全区已建成8个智能工厂和23个数字化车间。"


@pytest.fixture
def desk(library: Shelf, journal: Journal, workers: Workers) -> Desk:
    return Desk(library, journal, workers, Metrics(), RateLimits(Rates(3, 50), lambda: 0.0), links=Links())


def page(desk: Desk, gate: Gate | None = None, rate: int = 0) -> AskPage:
    return AskPage(desk, Intake(CHANNEL, desk.journal, desk.workers, desk.metrics), gate or Gate(), rate=rate)


@pytest.fixture
async def url(desk: Desk) -> AsyncIterator[str]:
    async with serving(web_app(desk, desk.metrics, [page(desk)])) as url:
        yield url


async def test_the_first_page_offers_questions_and_a_field_in_the_readers_language(url: str) -> None:
    async with Visit(url, "zh-CN,zh;q=0.9") as chinese, Visit(url, "de") as other:
        pages = [(await visit.web.get("/")).text for visit in (chinese, other)]
    assert f'value="{FACTORIES}"' in pages[0]
    assert '<html lang="zh-Hans">' in pages[0]
    assert "Your question" in pages[1]


async def test_a_chosen_language_is_kept_by_the_browser(url: str) -> None:
    async with Visit(url, "zh") as visit:
        await visit.web.get("/?lang=en")
        later = (await visit.web.get("/")).text
        answer = (await visit.ask("谁是区长？")).text
    assert "Your question" in later
    assert "The documents here do not answer this." in answer


async def test_without_the_script_a_question_comes_back_as_a_page_with_its_answer(url: str) -> None:
    async with Visit(url) as visit:
        answer = await visit.ask(FACTORIES)
    assert answer.status_code == 200
    assert f"<h2>{FACTORIES}</h2>" in answer.text
    assert QUOTE in read(answer.text)
    assert "龙泉驿的工厂 · 东城新闻 · 2024-04-30" in read(answer.text)


async def test_a_tap_changes_the_card_shows_the_next_passage_and_more_context(url: str) -> None:
    async with Visit(url) as visit:
        turn = (await visit.ask_by_script(FACTORIES))["turn"]
        following = await visit.tap(action_of(turn, "p"))
        wider = await visit.tap(action_of(turn, "c"))
    assert "龙泉驿区位于成都东部。" in following["card"]
    assert "<details open>" in wider["card"]
    assert "东部最大的购物中心" in wider["card"]


async def test_without_the_script_a_tap_is_a_page_too(url: str) -> None:
    async with Visit(url) as visit:
        turn = (await visit.ask_by_script(FACTORIES))["turn"]
        following = await visit.web.post("/tap", data={"action": action_of(turn, "p")})
        thanks = await visit.web.post("/tap", data={"action": action_of(turn, "u")})
    assert "<blockquote>龙泉驿区位于成都东部。</blockquote>" in following.text
    assert "谢谢！" in thanks.text


async def test_thumbs_are_written_down_and_a_thumb_down_asks_why(url: str, desk: Desk) -> None:
    async with Visit(url) as visit:
        turn = (await visit.ask_by_script(FACTORIES))["turn"]
        down = await visit.tap(action_of(turn, "d"))
        why = await visit.tap(action_of(down["buttons"], "w"))
    assert down["line"] == "哪里不对？"
    assert why["line"] == "谢谢！"
    assert [row[3:5] for row in desk.journal.feedback.export()][1:] == [(-1, "wrong")]


async def test_a_suggested_question_is_asked_at_a_tap(url: str) -> None:
    async with Visit(url) as visit:
        turn = (await visit.ask_by_script("谁是区长？"))["turn"]
        asked = await visit.tap(action_of(turn, "a"))
    assert QUOTE in read(asked["turn"])


async def test_a_source_opens_at_the_mark(url: str) -> None:
    async with Visit(url) as visit:
        await visit.ask(FACTORIES)
        turn = (await visit.ask_by_script(FACTORIES))["turn"]
        path = turn.split('href="source/')[1].split('"')[0]
        shown = await visit.web.get(f"/source/{path}", follow_redirects=True)
    assert shown.status_code == 200
    assert f'<mark id="quote">{QUOTE}</mark>' in shown.text


async def test_the_source_of_somebody_elses_answer_is_not_shown(desk: Desk) -> None:
    app = web_app(desk, desk.metrics, [page(desk, Gate(open=True))])
    async with serving(app) as url, Visit(url) as asker, Visit(url) as other:
        turn = (await asker.ask_by_script(FACTORIES))["turn"]
        path = turn.split('href="source/')[1].split('"')[0]
        own = await asker.web.get(f"/source/{path}")
        foreign = await other.web.get(f"/source/{path}")
        tapped = await other.tap(action_of(turn, "c"))
    assert (own.status_code, foreign.status_code) == (303, 404)
    assert tapped["card"] is None


async def test_a_form_that_is_sent_twice_is_one_question(url: str, library: Shelf) -> None:
    async with Visit(url) as visit:
        await visit.web.get("/")
        both = await asyncio.gather(*(visit.ask_by_script(FACTORIES, delivery="0123456789") for _ in range(2)))
        again = await visit.ask_by_script(FACTORIES, delivery="0123456789")
    assert len(library.asked) == 1
    assert both[0] == both[1]
    assert QUOTE in read(again["turn"])
    assert action_of(again["turn"], "c") == action_of(both[0]["turn"], "c")


async def test_a_question_that_found_no_answer_and_is_sent_twice_is_not_shown_as_answered(url: str) -> None:
    async with Visit(url) as visit:
        await visit.web.get("/")
        turns = [await visit.ask_by_script("谁是区长？", delivery="0123456789") for _ in range(2)]
    assert turns[0] == turns[1]


async def test_conversations_of_one_browser_do_not_mix(url: str, library: Shelf) -> None:
    async with Visit(url) as visit:
        await visit.web.get("/")
        await visit.ask(FACTORIES, thread="aaaaaaaaaaaa")
        await visit.ask("它在哪里？", thread="aaaaaaaaaaaa")
        await visit.ask("它在哪里？", thread="bbbbbbbbbbbb")
    assert [before for _, before in library.asked] == [(), (FACTORIES,), ()]


async def test_too_many_questions_are_refused_in_a_sentence(url: str) -> None:
    async with Visit(url, "en") as visit:
        await visit.web.get("/")
        answers = [await visit.ask(FACTORIES) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert "a little fast" in answers[3].text
    assert "a little fast" in answers[4].text


async def test_whoever_throws_the_cookie_away_meets_the_limit_of_the_address(desk: Desk) -> None:
    async with serving(web_app(desk, desk.metrics, [page(desk, Gate(open=True), rate=2)])) as url:
        codes = []
        for _ in range(3):
            async with Visit(url) as visit:
                codes.append((await visit.ask(FACTORIES)).status_code)
    assert codes == [200, 200, 429]


@pytest.mark.parametrize(
    ("text", "status"), [("", 422), ("   ", 422), ("长" * 2001, 422), ("长" * 2000, 200), ("长" * 70_000, 413)]
)
async def test_a_question_that_is_none_or_too_long_is_refused(url: str, text: str, status: int) -> None:
    async with Visit(url) as visit:
        assert (await visit.ask(text)).status_code == status


async def test_a_body_that_is_no_form_is_refused(url: str) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    async with Visit(url) as visit:
        codes = [
            (await visit.web.post("/ask", json={"text": FACTORIES})).status_code,
            (await visit.web.post("/ask", content=b"text=%ff", headers=form)).status_code,
            (await visit.web.post("/ask", content=b"a=1&" * 30, headers=form)).status_code,
        ]
    assert codes == [415, 400, 400]


async def test_a_form_of_another_site_is_refused(url: str, library: Shelf) -> None:
    async with Visit(url) as visit:
        by_fetch = await visit.web.post("/ask", data={"text": FACTORIES}, headers={"sec-fetch-site": "cross-site"})
        by_origin = await visit.web.post("/ask", data={"text": FACTORIES}, headers={"origin": "https://example.org"})
    assert (by_fetch.status_code, by_origin.status_code) == (403, 403)
    assert library.asked == []


@pytest.mark.parametrize("headers", [{"host": "bot.example.org"}, {"x-forwarded-for": "127.0.0.1"}])
async def test_a_local_page_is_closed_to_whoever_comes_from_elsewhere(url: str, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient(base_url=url) as web:
        answer = await web.get("/", headers=headers)
    assert answer.status_code == 403
    assert "PAGE=open" in answer.text


async def test_behind_a_sign_in_the_person_is_who_the_header_names(desk: Desk, journal: Journal) -> None:
    app = web_app(desk, desk.metrics, [page(desk, Gate(open=True, header="X-Forwarded-User"))])
    named = {"x-forwarded-user": "zhang.san"}
    async with serving(app) as url, Visit(url) as stranger, Visit(url, **named) as person:
        refused = await stranger.web.get("/")
        await person.ask(FACTORIES)
    assert refused.status_code == 401
    assert [row[3] for row in journal.answers.export()][1:] == ["zhang.san"]


async def test_the_journal_does_not_hold_the_cookie(url: str, journal: Journal) -> None:
    async with Visit(url) as visit:
        await visit.ask(FACTORIES)
        cookie = visit.web.cookies["verbatim"]
    rows = list(journal.answers.export())
    assert rows[1][1] == "page"
    assert cookie not in str(rows)


async def test_nothing_is_loaded_from_elsewhere_and_no_foreign_script_may_run(url: str) -> None:
    async with Visit(url) as visit:
        answer = await visit.web.get("/")
        files = [await visit.web.get(f"/static/{name}?v={asset(name).digest}") for name in TYPES]
        unknown = await visit.web.get("/static/ask_page.py")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "//" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert all("immutable" in file.headers["cache-control"] for file in files)
    assert unknown.status_code == 404


async def test_the_page_weighs_less_than_60_kilobytes(url: str) -> None:
    async with Visit(url) as visit:
        answer = await visit.ask(FACTORIES)
        files = [await visit.web.get(f"/static/{name}") for name in TYPES]
    assert sum(len(one.content) for one in (answer, *files)) < 60_000


async def test_what_a_crash_left_open_is_closed_by_the_next_life(desk: Desk, tmp_path: Path) -> None:
    earlier = Journal(tmp_path / "journal.sqlite")
    earlier.deliveries.receive("page:someone:0123456789", CHANNEL)
    earlier.close()
    running = asyncio.create_task(page(desk).run())
    await eventually(lambda: not desk.journal.deliveries.waiting())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_visitor_sees_deletes_and_forbids_what_is_kept_about_them(url: str, journal: Journal) -> None:
    async with Visit(url) as visit, Visit(url) as other:
        first = await visit.web.get("/")
        assert "不再记住" in first.text
        await visit.ask(FACTORIES)
        await other.ask(FACTORIES)
        kept = await visit.web.get("/mine.json")
        assert "attachment" in kept.headers["content-disposition"]
        assert [one["question"] for one in kept.json()["questions"]] == [FACTORIES]
        assert "已删除：您的 1 个问题" in (await visit.web.post("/mine", data={"wish": "forget"})).text
        assert "不再记住您" in (await visit.web.post("/mine", data={"wish": "off"})).text
        await visit.ask(FACTORIES)
        assert (await visit.web.get("/mine.json")).json()["questions"] == []
        assert len((await other.web.get("/mine.json")).json()["questions"]) == 1
        assert "恢复保存" in (await visit.web.get("/")).text
        foreign = await visit.web.post("/mine", data={"wish": "forget"}, headers={"origin": "https://evil.example"})
        assert foreign.status_code == 403


async def test_a_visitor_finds_a_wanted_answer_at_the_next_visit_and_only_once(url: str, library: Shelf) -> None:
    async with Visit(url) as visit, Visit(url) as other:
        turn = (await visit.ask_by_script("谁是区长？"))["turn"]
        tapped = await visit.tap(action_of(turn, "t"))
        assert "有了答案，我会通知您" in tapped["line"]
        assert "现在有答案了" not in (await visit.web.get("/")).text
        library.answers["谁是区长？"] = [QUOTE]
        await other.web.get("/")
        assert "现在有答案了" not in (await other.web.get("/")).text
        assert "您问过：谁是区长？" in (await visit.web.get("/")).text
        assert "您问过" not in (await visit.web.get("/")).text
