"""Signing in to the page for admins: once by a link, for as long as one is an admin, and from our own pages alone."""

import pytest

from bot.desk.access import Access
from bot.journal.sign_ins import LINK_SECONDS, OPERATOR, SESSION_SECONDS, Holder
from bot.web.admin.doors import TRIES
from tests.bot.web.admin.conftest import ADMIN, Board

PAGES = ("", "documents", "gaps", "questions", "feedback", "snapshots", "settings")
ACTIONS = ("reindex", "confirm", "remove", "rollback", "answer", "leave")


async def test_nothing_is_shown_or_done_without_a_session(board: Board) -> None:
    pages = [await board.web.get(f"/admin/{name}") for name in PAGES]
    acts = [await board.web.post(f"/admin/{name}", data={"path": "town.md"}) for name in ACTIONS]
    work, upload = await board.web.get("/admin/work"), await board.upload("a.md", b"x")
    assert {answer.status_code for answer in (*pages, *acts, work)} == {401}
    assert upload.status_code == 403
    assert not any("town.md" in answer.text for answer in (*pages, *acts, work, upload))
    assert {path.name for path in board.corpus.iterdir()} == {"town.md", "broken.docx"}


async def test_a_link_signs_in_once(board: Board) -> None:
    token = board.desk.journal.sign_ins.link(ADMIN)
    first = await board.web.post("/admin/enter", data={"t": token})
    page = await board.web.get("/admin/documents")
    board.web.cookies.clear()
    again = await board.web.post("/admin/enter", data={"t": token})
    assert (first.status_code, first.headers["location"], page.status_code) == (303, "./", 200)
    assert (again.status_code, again.headers.get("set-cookie")) == (403, None)


async def test_whatever_only_follows_the_link_does_not_use_it_up(board: Board) -> None:
    token = board.desk.journal.sign_ins.link(ADMIN)
    preview = await board.web.get("/admin/enter", params={"t": token})
    assert preview.headers.get("set-cookie") is None
    assert f'name="t" value="{token}"' in preview.text
    assert (await board.web.post("/admin/enter", data={"t": token})).status_code == 303


async def test_a_link_and_a_session_end_by_themselves(board: Board) -> None:
    now = [0.0]
    board.desk.journal.sign_ins._now = lambda: now[0]
    late = board.desk.journal.sign_ins.link(ADMIN)
    now[0] = LINK_SECONDS + 1
    assert (await board.web.post("/admin/enter", data={"t": late})).status_code == 403
    await board.sign_in()
    assert (await board.web.get("/admin/")).status_code == 200
    now[0] += SESSION_SECONDS + 1
    assert (await board.web.get("/admin/")).status_code == 401


async def test_who_is_no_admin_any_more_is_signed_out(board: Board) -> None:
    await board.sign_in()
    board.desk.access = Access()
    assert (await board.web.get("/admin/")).status_code == 401
    board.web.cookies.clear()
    assert (await board.sign_in()).status_code == 403
    assert (await board.sign_in(Holder("telegram", "2"))).status_code == 403
    # Whoever has the machine has the corpus.
    assert (await board.sign_in(OPERATOR)).status_code == 303


async def test_the_cookie_is_for_no_script_and_no_other_site_and_encrypted_at_the_public_address(board: Board) -> None:
    here = (await board.sign_in()).headers["set-cookie"].lower()
    token = board.desk.journal.sign_ins.link(ADMIN)
    headers = {"host": "bot.example.org"}
    public = (await board.web.post("/admin/enter", data={"t": token}, headers=headers)).headers["set-cookie"].lower()
    for cookie in (here, public):
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
    assert ("secure" in here, "secure" in public) == (False, True)


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_form_of_another_site_does_nothing(board: Board, action: str) -> None:
    await board.sign_in()
    fields = {"path": "town.md", "question": "q", "answer": "a"}
    forged = await board.web.post(f"/admin/{action}", data={"csrf": "0" * 32, **fields})
    foreign = await board.web.post(
        f"/admin/{action}", data={"csrf": board.csrf, **fields}, headers={"sec-fetch-site": "cross-site"}
    )
    assert (forged.status_code, foreign.status_code) == (403, 403)
    assert {path.name for path in board.corpus.iterdir()} == {"town.md", "broken.docx"}
    assert (await board.web.get("/admin/")).status_code == 200


async def test_a_token_of_one_session_does_not_hold_for_another(board: Board) -> None:
    await board.sign_in()
    other = board.csrf
    board.web.cookies.clear()
    await board.sign_in()
    assert (await board.web.post("/admin/reindex", data={"csrf": other})).status_code == 403
    refused = await board.web.post("/admin/upload", params={"name": "a.md"}, content=b"a", headers={"x-csrf": other})
    assert refused.status_code == 403


async def test_sign_ins_are_tried_a_few_times_a_minute_at_most(board: Board) -> None:
    for _ in range(TRIES):
        assert (await board.web.post("/admin/enter", data={"t": "x" * 43})).status_code == 403
    token = board.desk.journal.sign_ins.link(ADMIN)
    assert (await board.web.post("/admin/enter", data={"t": token})).status_code == 403


async def test_who_signs_out_is_out(board: Board) -> None:
    await board.sign_in()
    kept = dict(board.web.cookies)
    left = await board.send("leave")
    assert (left.status_code, left.headers["location"]) == (303, "./enter")
    board.web.cookies.update(kept)
    assert (await board.web.get("/admin/")).status_code == 401


async def test_signing_in_is_in_the_journal_and_no_token_is(board: Board) -> None:
    await board.sign_in()
    (_, channel, user, action, _) = board.desk.journal.actions.last()[0]
    assert (channel, user, action) == ("telegram", "1", "sign in")
    token = board.desk.journal.sign_ins.link(ADMIN)
    cookie = board.web.cookies["verbatim-admin"]
    held = board.desk.journal._database.path.read_bytes()
    held += board.desk.journal._database.path.with_name(f"{board.desk.journal._database.path.name}-wal").read_bytes()
    assert token.encode() not in held
    assert cookie.encode() not in held


async def test_pages_run_no_foreign_script_and_are_kept_nowhere(board: Board) -> None:
    await board.sign_in()
    headers = (await board.web.get("/admin/documents")).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
