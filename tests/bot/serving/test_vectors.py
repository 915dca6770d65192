"""Vectors in PostgreSQL as the settings ask for them: made with a snapshot, shared by replicas, dropped with it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bot.admin.corpus_admin import CorpusAdmin
from bot.admin.corpus_keeper import Keeper
from bot.cli.doctor.vectors import vectors
from bot.desk.desk import Desk
from bot.desk.findings import CheckStatus
from bot.question import Conversation, Language, Question
from bot.serving import live_index
from bot.serving.program import open_what_there_is
from bot.serving.rooms import open_rooms, rooms
from bot.serving.vectors import PLACE, vector_stores
from bot.settings import Settings
from index.builds.build import discard
from index.errors import VectorsError
from tests.bot.objects.conftest import NOW, Replica
from tests.bot.objects.conftest import replica as replica
from tests.bot.objects.conftest import store as store
from tests.console import Terminal

if TYPE_CHECKING:
    from tests.postgres import Server

psycopg = pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")

from index.snapshots.vectors.pgvector import database as connections  # noqa: E402
from index.snapshots.vectors.pgvector import recall  # noqa: E402

HOW_HIGH = "镇上的水塔有多高？"
TOWER = "镇上的水塔高四十米。"
Make = Callable[..., Replica]


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    connections.close_all()


@pytest.fixture
def database(postgres_server: "Server") -> str:
    return postgres_server.empty()


@pytest.fixture
def alone(replica: Make, database: str) -> Replica:
    """One machine with a database, and with documents."""
    made = with_vectors(replica("one", database=database), objects_url=SecretStr(""))
    made.write("tower.md", TOWER)
    return made


def with_vectors(replica: Replica, **settings: object) -> Replica:
    return Replica(replica.settings.model_copy(update={"vector_store": "pgvector", **settings}))


def tables(database: str) -> list[str]:
    """The snapshots that have a table, with whose they are."""
    query = (
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'vectors%' ORDER BY 1"
    )
    with psycopg.connect(database) as connection:
        return [name.removeprefix("vectors_") for (name,) in connection.execute(query)]


def table_of(replica: Replica) -> str:
    """The table of what it serves."""
    place = vector_stores(replica.settings).place  # type: ignore[union-attr]
    return f"{place}_{str(replica.live()).replace('-', '_')}"


def changed(replica: Replica, number: int) -> str:
    replica.write(f"bridge{number}.md", f"The bridge number {number} over the river is {number} metres long.")
    return replica.reindex()


def test_a_reindex_makes_the_table_and_a_question_is_answered_from_it(alone: Replica, database: str) -> None:
    alone.reindex()
    assert tables(database) == [table_of(alone)]
    assert alone.answers(HOW_HIGH)
    assert alone.reindex() == alone.live()
    assert tables(database) == [table_of(alone)]


def test_an_answer_is_the_same_as_with_the_vectors_in_memory(alone: Replica) -> None:
    changed(alone, 90)
    in_memory = alone.settings.model_copy(update={"vector_store": "exact"})
    for question in (HOW_HIGH, "How long is the bridge?", "Who was Napoleon?"):
        here, there = (live_index.open_index(settings).ask(question) for settings in (alone.settings, in_memory))
        assert replace(here, confidence=0) == replace(there, confidence=0)
        assert here.confidence == pytest.approx(there.confidence, abs=1e-4)


def test_tables_go_when_their_snapshots_do(alone: Replica, database: str) -> None:
    first = changed(alone, 1).replace("-", "_")
    for number in range(2, 7):
        changed(alone, number)
    assert len(tables(database)) == 5
    assert not [name for name in tables(database) if name.endswith(first)]


def test_what_is_discarded_leaves_no_table(alone: Replica, database: str) -> None:
    alone.reindex()
    engines = open_rooms(rooms(alone.settings))[""]
    alone.write("bridge.md", "The bridge is 90 metres long.")
    told: list[str] = []
    prepared = engines.prepare(NOW, lambda phase, done, total: told.append(phase), ())
    assert "vectors" in told
    assert len(tables(database)) == 2
    discard(prepared)
    assert tables(database) == [table_of(alone)]


def test_a_setting_that_is_new_is_followed_although_nothing_changed(alone: Replica, database: str) -> None:
    Replica(alone.settings.model_copy(update={"vector_store": "faiss"})).reindex()
    assert tables(database) == []
    alone.reindex()
    assert tables(database) == [table_of(alone)]


def test_replicas_share_a_table_and_keep_what_any_of_them_may_serve(replica: Make, database: str) -> None:
    one, other = (with_vectors(replica(name, database=database)) for name in ("one", "other"))
    one.write("tower.md", TOWER)
    one.reindex()
    other.publishing.live()
    assert other.answers(HOW_HIGH)
    assert tables(database) == [table_of(one)] == [table_of(other)]
    for number in range(5):
        changed(one if number % 2 else other, number)
    assert len(tables(database)) == 5
    assert table_of(one) in tables(database)
    one.publishing.live()
    assert one.answers(HOW_HIGH)


def test_collections_and_machines_do_not_share(alone: Replica, replica: Make, database: str, tmp_path: Path) -> None:
    alone.reindex()
    twin = with_vectors(replica("two", database=database), objects_url=SecretStr(""))
    twin.write("tower.md", TOWER)
    twin.reindex()
    assert sorted([table_of(alone), table_of(twin)]) == tables(database)
    assert twin.live() == alone.live()
    vector_stores(twin.settings).keep_only([], str(twin.live()))  # type: ignore[union-attr]
    assert tables(database) == [table_of(alone)]
    names = ("laws", "prices")
    declared = tmp_path / "collections.toml"
    for name in names:
        (tmp_path / name).mkdir()
    declared.write_text("".join(f'[{name}]\nfolder = "{tmp_path / name}"\n' for name in names), "utf-8")
    for settings in (alone.settings, replica("three", database=database).settings):
        found = rooms(settings.model_copy(update={"collections": declared, "vector_store": "pgvector"}))
        assert len({vector_stores(room.settings).place for room in found}) == 2  # type: ignore[union-attr]


def test_an_index_that_finds_too_little_does_not_go_live(
    alone: Replica, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = alone.reindex()
    monkeypatch.setattr(recall, "LEAST", 1.01)
    with pytest.raises(VectorsError, match="does not go live"):
        changed(alone, 1)
    assert alone.live() == live
    assert tables(database) == [table_of(alone)]
    assert alone.answers(HOW_HIGH)
    assert [path.name for path in (alone.data / "snapshots").iterdir()] == [live]


@pytest.mark.parametrize(
    ("lang", "line"), [("en", "cannot search the documents right now"), ("zh", "暂时无法查找资料")]
)
async def test_whoever_asks_while_the_database_is_away_hears_it_in_a_sentence(
    alone: Replica,
    desk: Desk,
    lang: Language,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    alone.reindex()
    desk.index = open_what_there_is(alone.settings, open_rooms(rooms(alone.settings))[""])

    async def asked(text: str) -> str:
        reply = await desk.ask(Question(text, Conversation("telegram", "7", user="7"), text, lang))
        assert reply is not None
        return repr(reply.card)

    before = await asked(HOW_HIGH)
    monkeypatch.setattr(connections.Database, "read", away)
    assert line in await asked("鱼市场几点开门？")
    assert "Traceback" not in caplog.text
    assert "does not answer (gone)" in caplog.text
    # What was answered before is answered still.
    assert TOWER in before
    assert TOWER in await asked(HOW_HIGH)


def away(database: object, work: object) -> None:
    raise VectorsError("vectors-unreachable", name="db", reason="gone")


async def test_a_snapshot_whose_vectors_cannot_be_had_does_not_take_over(
    alone: Replica, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = alone.reindex()
    engines = open_rooms(rooms(alone.settings))[""]
    desk.index = open_what_there_is(alone.settings, engines)
    admin = CorpusAdmin(desk, Keeper(alone.corpus, alone.data, desk.journal, engines))
    new = changed(alone, 1)
    with monkeypatch.context() as patched:
        patched.setattr(connections.Database, "read", away)
        with pytest.raises(VectorsError):
            await admin.follow()
        assert desk.index is not None
        assert desk.index.snapshot.id == old
    await admin.follow()
    assert desk.index.snapshot.id == new
    assert desk.index.ask(HOW_HIGH).answered


def test_a_database_that_is_away_at_the_start_leaves_what_serves(
    alone: Replica, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    alone.reindex()
    engines = open_rooms(rooms(alone.settings))[""]
    with monkeypatch.context() as patched:
        patched.setattr(connections.Database, "read", away)
        index = open_what_there_is(alone.settings, engines)
        assert "does not answer (gone)" in caplog.text
        assert "anew" not in caplog.text
    assert index is not None
    assert index.ask(HOW_HIGH).answered


def test_doctor_says_what_the_database_holds_and_what_to_do(alone: Replica) -> None:
    def found(replica: Replica, lang: Language = "en") -> list[tuple[CheckStatus, str]]:
        return [(finding.state, f"{finding.message} {finding.todo}") for finding in vectors(replica.settings, lang)]

    assert found(Replica(alone.settings.model_copy(update={"vector_store": "faiss"}))) == []
    [(state, line)] = found(alone)
    assert state is CheckStatus.WARNING
    assert "verbatim index" in line
    alone.reindex()
    [(state, line)] = found(alone)
    assert state is CheckStatus.OK
    assert "1 of 000001-" in line
    assert "100.0% of an exact search" in line
    nowhere = with_vectors(alone, database_url=SecretStr("postgresql://u:sesame@127.0.0.1:1/d"))
    [(state, line)] = found(nowhere, "zh")
    assert state is CheckStatus.BROKEN
    assert "没有应答" in line
    assert "sesame" not in line
    [(state, line)] = found(with_vectors(alone, database_url=SecretStr("")), "zh")
    assert state is CheckStatus.BROKEN
    assert "需要数据库" in line


@pytest.mark.parametrize(("lang", "line"), [("en", "set DATABASE_URL to a PostgreSQL"), ("zh", "需要数据库")])
@pytest.mark.parametrize("command", [("index",), ("ask", "a?")])
def test_the_command_line_says_that_the_setting_needs_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: Language, line: str, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("VECTOR_STORE", "pgvector")
    monkeypatch.setenv("ENCODER", "bundled-fast")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "a.md").write_text(TOWER, "utf-8")
    ran = Terminal(("--corpus", str(tmp_path), "--data", str(tmp_path / "data")), lang=lang).run(*command)
    assert ran.code == 1
    assert line in ran.err
    assert ran.err.count("\n") == 1


def test_a_damaged_name_of_a_place_is_replaced(alone: Replica) -> None:
    place = vector_stores(alone.settings).place  # type: ignore[union-attr]
    assert vector_stores(alone.settings).place == place  # type: ignore[union-attr]
    (alone.data / PLACE).write_bytes(b"\xff'; DROP")
    assert vector_stores(alone.settings).place not in ("", place)  # type: ignore[union-attr]


def test_the_password_is_shown_nowhere(alone: Replica) -> None:
    settings: Settings = alone.settings.model_copy(update={"database_url": SecretStr("postgresql://u:sesame@h/d")})
    assert "sesame" not in repr(vector_stores(settings))
