"""Vectors in a real PostgreSQL: made whole or not at all, proven before they answer, found again after an outage."""

import pickle
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.errors import VectorsError
from index.snapshots.vectors import VectorStore, silent
from index.snapshots.vectors.exact import ExactStore
from index.snapshots.vectors.pgvector import PgVector

if TYPE_CHECKING:
    from tests.postgres import Server

psycopg = pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")

from index.snapshots.vectors.pgvector import database as connections  # noqa: E402
from index.snapshots.vectors.pgvector import filling, recall, store  # noqa: E402
from index.snapshots.vectors.pgvector.table import find  # noqa: E402

DIMENSIONS = 24
FIRST, SECOND = "000001-0123abcd", "000002-0123abcd"


def unit(count: int, seed: int = 0, dimensions: int = DIMENSIONS) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


ROWS, QUESTIONS = unit(300), unit(5, seed=1)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """No test leaves connections behind."""
    yield
    connections.close_all()


@pytest.fixture
def vectors(postgres_server: "Server") -> PgVector:
    return PgVector(postgres_server.empty(), "a")


def tables(vectors: PgVector) -> list[str]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
    with psycopg.connect(vectors.conninfo) as connection:
        return [name for (name,) in connection.execute(query)]


def agree(found: VectorStore, rows: np.ndarray = ROWS) -> None:
    truth = ExactStore(DIMENSIONS)
    truth.add(np.arange(len(rows)), rows)
    scores, ids = found.search(QUESTIONS, 10)
    expected_scores, expected_ids = truth.search(QUESTIONS, 10)
    np.testing.assert_array_equal(ids, expected_ids)
    np.testing.assert_allclose(scores, expected_scores, atol=2e-6)


def said(error: pytest.ExceptionInfo[VectorsError]) -> str:
    return str(error.value.reason.code)  # type: ignore[attr-defined]


def test_a_snapshot_gets_a_table_of_its_own_that_is_filled_once(vectors: PgVector) -> None:
    told: list[tuple[int, int]] = []
    agree(vectors.of(FIRST, ROWS, "d1", lambda done, total: told.append((done, total))))
    assert told[0] == (300, 600)
    again = vectors.of(FIRST, ROWS, "d1", lambda done, total: pytest.fail("filled twice"))
    agree(again)
    assert (len(again), again.dimensions) == (300, DIMENSIONS)
    agree(vectors.of(SECOND, unit(40, 3), "d2"), unit(40, 3))
    assert tables(vectors) == ["vectors_a_000001_0123abcd", "vectors_a_000002_0123abcd"]


def test_a_table_with_other_vectors_than_the_snapshots_is_made_anew(vectors: PgVector) -> None:
    vectors.of(FIRST, unit(40, 3), "other")
    agree(vectors.of(FIRST, ROWS, "d1"))


def test_another_process_finds_what_one_has_made(vectors: PgVector) -> None:
    vectors.of(FIRST, ROWS, "d1")
    connections.close_all()
    agree(pickle.loads(pickle.dumps(vectors)).of(FIRST, ROWS, "d1", lambda done, total: pytest.fail("filled twice")))


def test_two_that_want_the_same_table_make_it_once(vectors: PgVector) -> None:
    begun, fillers = threading.Barrier(2), []

    def made(number: int) -> VectorStore:
        begun.wait()
        return vectors.of(FIRST, ROWS, "d1", lambda done, total: fillers.append(number))

    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(made, range(2)):
            agree(found)
    assert len(set(fillers)) == 1


def test_the_index_is_used_and_nothing_else(vectors: PgVector) -> None:
    vectors.of(FIRST, unit(1000), "d1")
    database = vectors.database()
    with database.writing() as connection:
        table = find(connection, vectors.table(FIRST))
        assert table is not None
        settings, select = store._statements(table, QUESTIONS[:1].astype(np.float32), 10, None)
        connection.execute(settings)
        plan = "\n".join(line for (line,) in connection.execute(b"EXPLAIN " + select.as_bytes(connection)))
    assert "Index Scan using vectors_a_000001_0123abcd_v_idx" in plan
    assert "Seq Scan" not in plan


def test_a_question_is_not_rounded_although_the_index_rounds_it(
    vectors: PgVector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recall, "STEPS", (1000,))
    found, truth, asked = vectors.of(FIRST, unit(800), "d1"), ExactStore(DIMENSIONS), unit(150, 5).astype(np.float32)
    asked += np.random.default_rng(6).uniform(-1e-4, 1e-4, asked.shape).astype(np.float32)
    truth.add(np.arange(800), unit(800))
    # The two hundredth is so little ahead of the next that half precision would often take the other one.
    np.testing.assert_array_equal(np.sort(found.search(asked, 200)[1]), np.sort(truth.search(asked, 200)[1]))


def test_more_candidates_are_looked_at_until_enough_is_found(
    vectors: PgVector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recall, "STEPS", (1, 1000))
    # The more dimensions, the more an index misses.
    rows = unit(1500, dimensions=100)

    def needed(least: float, snapshot: str) -> int:
        monkeypatch.setattr(recall, "LEAST", least)
        vectors.of(snapshot, rows, "d")
        with vectors.database().writing() as connection:
            table = find(connection, vectors.table(snapshot))
        assert table is not None
        assert table.recall >= least
        return table.ef

    assert needed(0.5, FIRST) == 1
    assert needed(0.997, SECOND) == 1000


def test_an_index_that_finds_too_little_is_refused_and_leaves_nothing(
    vectors: PgVector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recall, "LEAST", 1.01)
    with pytest.raises(VectorsError, match=r"1\.000 of what an exact search finds, less than 1\.01") as error:
        vectors.of(FIRST, ROWS, "d1")
    assert said(error) == "vectors-recall"
    assert tables(vectors) == []


def test_a_table_that_holds_something_else_is_not_proven(vectors: PgVector) -> None:
    vectors.of(FIRST, ROWS, "d1")
    with vectors.database().writing() as connection:
        table = find(connection, vectors.table(FIRST))
        assert table is not None
        with pytest.raises(VectorsError):
            recall.proven(connection, table, unit(300, seed=7))


def test_what_is_asked_of_a_new_index_is_compared_with_every_vector() -> None:
    rows, asked = unit(9000), recall.questions(unit(9000), 7)
    np.testing.assert_allclose(np.linalg.norm(asked, axis=1), 1, atol=1e-3)
    every = np.sort(asked @ rows.astype(np.float32).T, axis=1)
    np.testing.assert_allclose(recall.worst_of_best(rows, asked, 20), every[:, -20], atol=1e-6)


def test_vectors_that_point_away_from_each_other_can_be_asked_about() -> None:
    opposite = np.array([[1, 0], [-1, 0]], np.float16)
    np.testing.assert_allclose(np.linalg.norm(recall.questions(opposite), axis=1), 1)


@pytest.mark.parametrize("when", [300, 301])
def test_a_fill_that_is_cut_off_leaves_nothing(vectors: PgVector, when: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of the copy, and while the index is being made."""
    monkeypatch.setattr(filling, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(filling, "_progress", lambda connection, pid: 1)

    def told(done: int, total: int) -> None:
        if done == when:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        vectors.of(FIRST, ROWS, "d1", told)
    assert tables(vectors) == []
    agree(vectors.of(FIRST, ROWS, "d1"))


def test_tables_of_pruned_snapshots_are_dropped_and_those_of_others_stay(vectors: PgVector) -> None:
    other = PgVector(vectors.conninfo, "ab")
    waiting = "000004-0123abcd"
    for snapshot in (FIRST, SECOND, "000003-0123abcd", waiting):
        vectors.of(snapshot, ROWS, "d1")
    other.of(FIRST, ROWS, "d1")
    vectors.keep_only([SECOND], live="000003-0123abcd")
    assert set(tables(vectors)) == {other.table(FIRST), vectors.table(SECOND), vectors.table(waiting)}


def test_a_table_that_was_dropped_is_said_so_and_is_there_again_when_it_is_opened(vectors: PgVector) -> None:
    found = vectors.of(FIRST, ROWS, "d1")
    vectors.keep_only([], live=SECOND)
    with pytest.raises(VectorsError, match=FIRST) as error:
        found.search(QUESTIONS, 3)
    assert said(error) == "vectors-gone"
    agree(vectors.of(FIRST, ROWS, "d1"))


@pytest.mark.skipif(shutil.which("pgbouncer") is None, reason="pgbouncer is not installed")
def test_everything_works_behind_a_pgbouncer_in_transaction_mode(postgres_server: "Server") -> None:
    from tests import postgres

    postgres_server.run("DROP DATABASE IF EXISTS bounced", "CREATE DATABASE bounced")
    with postgres.bouncer(postgres_server, "bounced") as address:
        vectors = PgVector(address, "a")
        found = vectors.of(FIRST, ROWS, "d1")
        # More askers than it has connections.
        with ThreadPoolExecutor(4) as pool:
            for _ in pool.map(lambda number: agree(found), range(20)):
                pass
        with psycopg.connect(address, autocommit=True) as connection:
            shown = [connection.execute("SHOW enable_seqscan").fetchone() for _ in range(10)]
        assert set(shown) == {("on",)}
        vectors.keep_only([], live=SECOND)
        connections.close_all()


def test_a_database_that_restarts_is_waited_for_and_one_that_stays_away_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tests import postgres

    if reason := postgres.missing():
        pytest.skip(reason)
    with postgres.running() as server:
        vectors = PgVector(server.address().replace("postgres@", "postgres:sesame@"), "a")
        found = vectors.of(FIRST, ROWS, "d1")
        server.kill()
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(agree, found)
            server.start()
            asked.result()
        server.stop()
        monkeypatch.setattr(connections, "TRIES", 2)
        with pytest.raises(VectorsError) as error:
            found.search(QUESTIONS, 3)
        assert said(error) == "vectors-unreachable"
        assert str(server.port) in str(error.value)
        assert "sesame" not in str(error.value) + repr(vectors)
        connections.close_all()
        with pytest.raises(VectorsError, match="Connection refused"):
            vectors.of(FIRST, ROWS, "d1")


def test_where_one_connection_was_lost_no_other_from_before_is_tried(postgres_server: "Server") -> None:
    database, both, tried = connections.database(postgres_server.empty()), threading.Barrier(2), []

    def number(connection: connections.Connection) -> int:
        tried.append(connection.info.backend_pid)
        ((found,),) = connection.execute("SELECT pg_backend_pid()").fetchall()
        return int(found)

    def together(connection: connections.Connection) -> int:
        both.wait()
        return number(connection)

    with ThreadPoolExecutor(2) as threads:
        before = list(threads.map(database.read, [together] * 2))
    with psycopg.connect(database.conninfo) as other:
        other.execute("SELECT pg_terminate_backend(pid, 60000) FROM unnest(%s::int[]) AS pid", (before,))
    tried.clear()
    assert database.read(number) not in before
    assert len({*tried} & {*before}) == 1


def test_the_server_looks_every_few_seconds_whether_who_is_connected_is_still_there(postgres_server: "Server") -> None:
    from tests import postgres

    if not postgres.TCP.exists():
        pytest.skip("only Linux lists its connections and their timers")
    with postgres.running() as server:
        database = connections.database(server.address())
        with database.writing():
            assert database.read(lambda connection: connection.execute("SELECT 1").fetchall()) == [(1,)]
            # A timer that waits for something else, such as what was just sent, is over in a moment.
            while len(looks := server.next_looks()) < 2:
                time.sleep(0.01)
        assert max(looks) <= 5.0
        connections.close_all()


def plain(server: "Server", name: str, *statements: str) -> PgVector:
    """In a new database of a user without any rights but those on it."""
    server.run(
        f"DROP DATABASE IF EXISTS {name}",
        f"DROP ROLE IF EXISTS {name}",
        f"CREATE ROLE {name} LOGIN",
        f"CREATE DATABASE {name} OWNER {name}",
    )
    server.run(*statements, database=name)
    return PgVector(server.address(name, name), "a")


@pytest.mark.parametrize(
    ("code", "statements", "advice"),
    [
        ("vectors-extension-forbidden", (), "CREATE EXTENSION vector"),
        ("vectors-no-extension", ("ALTER DATABASE {} SET extension_control_path = '/nowhere'",), "install pgvector"),
        (
            "vectors-old-extension",
            ("CREATE EXTENSION vector", "UPDATE pg_extension SET extversion = '0.6.2' WHERE extname = 'vector'"),
            "0.6.2, and 0.7 or newer",
        ),
        (
            "vectors-no-right",
            ("CREATE EXTENSION vector", "ALTER SCHEMA public OWNER TO postgres", "REVOKE ALL ON SCHEMA public FROM {}"),
            "GRANT CREATE",
        ),
    ],
)
def test_a_database_that_cannot_be_used_is_said_with_what_to_do(
    postgres_server: "Server", code: str, statements: tuple[str, ...], advice: str
) -> None:
    name = code.replace("-", "_")
    vectors = plain(postgres_server, name, *(one.format(name) for one in statements))
    with pytest.raises(VectorsError, match=advice) as error:
        vectors.of(FIRST, ROWS, "d1")
    assert said(error) == code
    assert f"{name}@127.0.0.1:{postgres_server.port}/{name}" in str(error.value)


def test_whoever_may_only_read_can_be_answered(postgres_server: "Server") -> None:
    vectors = plain(postgres_server, "reader", "CREATE EXTENSION vector")
    PgVector(postgres_server.address("reader"), "a").of(FIRST, ROWS, "d1")
    postgres_server.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", database="reader")
    agree(vectors.of(FIRST, ROWS, "d1"))


def test_vectors_that_are_too_long_are_refused(vectors: PgVector) -> None:
    with pytest.raises(VectorsError, match="4001 dimensions"):
        vectors.of(FIRST, np.zeros((2, 4001), np.float16), "d")


def test_without_an_address_or_with_a_wrong_one_the_setting_is_named() -> None:
    for address in ("", "postgresql://host:port:5/x y?=", "nonsense"):
        with pytest.raises(VectorsError, match="DATABASE_URL"):
            PgVector(address, "a").of(FIRST, ROWS, "d1")


@pytest.mark.parametrize("place", ["", "a_000001", "Laws", "a'b", "a" * 21])
def test_a_place_that_could_be_taken_for_another_is_refused(place: str) -> None:
    with pytest.raises(ValueError, match="not a place"):
        PgVector("postgresql://h/d", place)


def test_the_driver_is_imported_when_it_is_needed_and_missing_in_words() -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "import index.snapshots.vectors.pgvector as pgvector, index.search.index\n"
        "from index.errors import VectorsError\n"
        "try: pgvector.PgVector('postgresql://h/d', 'a').database()\n"
        "except VectorsError as error: print(error.reason.code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "vectors-needs-extra"


def test_making_and_asking_says_nothing_where_nobody_listens(vectors: PgVector) -> None:
    agree(vectors.of(FIRST, ROWS, "d1", silent))
