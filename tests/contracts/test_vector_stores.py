"""Every vector store gives the ids and the scores of the exact one."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import faiss
import numpy as np
import pytest

from index.errors import SnapshotError, VectorsError
from index.snapshots.vectors import PGVECTOR, STORES, GrowingStore, InMemory, VectorStore, open_store, silent
from index.snapshots.vectors.exact import ExactStore
from index.snapshots.vectors.faiss import FaissStore

DIMENSIONS = 24
Make = Callable[[], GrowingStore]
Fill = Callable[[np.ndarray, np.ndarray], VectorStore]


IN_MEMORY: dict[str, Make] = {
    **{name: partial(open_store, name, DIMENSIONS) for name in sorted(STORES)},
    # As it searches many vectors: what a coarse scan proposes.
    "faiss, scanned": lambda: FaissStore(DIMENSIONS, scanned=1),
}


@pytest.fixture(params=IN_MEMORY)
def make(request: pytest.FixtureRequest) -> Make:
    """An empty store that takes vectors."""
    return IN_MEMORY[request.param]


@pytest.fixture(params=[*IN_MEMORY, PGVECTOR])
def fill(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fill]:
    """A store with vectors under ids."""
    if request.param != PGVECTOR:
        yield lambda ids, rows: added(IN_MEMORY[request.param](), ids, rows)
        return
    server = request.getfixturevalue("postgres_server")
    from index.snapshots.vectors.pgvector import recall
    from index.snapshots.vectors.pgvector.database import Database
    from index.snapshots.vectors.pgvector.filling import filled
    from index.snapshots.vectors.pgvector.store import PgVectorStore

    # An index that looks at a thousand candidates misses nothing among so few.
    monkeypatch.setattr(recall, "STEPS", (1000,))
    database = Database(server.empty())
    yield lambda ids, rows: PgVectorStore(database, filled(database, "vectors", rows, "", silent, ids), "000001")
    database.close()


def added(store: GrowingStore, ids: np.ndarray, rows: np.ndarray) -> GrowingStore:
    store.add(ids, rows)
    return store


def unit(count: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSIONS)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def agree(store: VectorStore, truth: VectorStore, queries: np.ndarray, k: int, keep: np.ndarray | None = None) -> None:
    scores, ids = store.search(queries, k, keep=keep)
    expected_scores, expected_ids = truth.search(queries, k, keep=keep)
    assert scores.dtype == np.float32
    assert ids.dtype == np.int64
    assert scores.shape == ids.shape == (len(queries), k)
    np.testing.assert_allclose(scores, expected_scores, atol=2e-6)
    np.testing.assert_array_equal(ids, expected_ids)


def both(fill: Fill, ids: np.ndarray, rows: np.ndarray) -> tuple[VectorStore, VectorStore]:
    return fill(ids, rows), added(ExactStore(DIMENSIONS), ids, rows)


def grown(make: Make, count: int) -> tuple[GrowingStore, GrowingStore]:
    """A store to change, and the exact one beside it."""
    return tuple(added(store, np.arange(count), unit(count)) for store in (make(), ExactStore(DIMENSIONS)))  # type: ignore[return-value]


def test_it_finds_what_the_exact_store_finds_with_the_same_scores(fill: Fill) -> None:
    store, truth = both(fill, np.arange(700), unit(700))
    agree(store, truth, unit(20, seed=1), 10)


def test_the_exact_store_is_an_inner_product_in_half_precision() -> None:
    store, rows, query = ExactStore(DIMENSIONS), unit(50), unit(1, seed=2)
    store.add(np.arange(50), rows)
    products = rows.astype(np.float16).astype(np.float32) @ query[0]
    scores, ids = store.search(query, 5)
    assert ids[0].tolist() == np.argsort(-products)[:5].tolist()
    np.testing.assert_allclose(scores[0], np.sort(products)[::-1][:5], atol=1e-6)


def test_a_vector_finds_itself_with_a_score_of_one(fill: Fill) -> None:
    store, _ = both(fill, np.arange(100), unit(100))
    scores, ids = store.search(unit(100)[42:43], 1)
    assert ids.tolist() == [[42]]
    assert scores[0, 0] == pytest.approx(1.0, abs=1e-3)


def test_ids_may_be_any_numbers_in_any_order(fill: Fill) -> None:
    ids = np.array([7, 2**40, 3, 1_000_000, 0, 12])
    store, truth = both(fill, ids, unit(6))
    agree(store, truth, unit(3, seed=1), 6)


def test_vectors_arrive_in_portions(make: Make) -> None:
    rows = unit(300)
    store, truth = make(), ExactStore(DIMENSIONS)
    for start in (200, 0, 100):
        store.add(np.arange(start, start + 100), rows[start : start + 100])
    truth.add(np.arange(300), rows)
    agree(store, truth, unit(5, seed=1), 8)


def test_more_vectors_than_one_portion_holds_are_all_taken(fill: Fill) -> None:
    store, truth = both(fill, np.arange(9000), unit(9000))
    assert len(store) == 9000
    agree(store, truth, unit(2, seed=1), 5)


def test_half_precision_vectors_are_taken_as_they_are(fill: Fill) -> None:
    rows = unit(40)
    store, truth = fill(np.arange(40), rows.astype(np.float16)), added(ExactStore(DIMENSIONS), np.arange(40), rows)
    agree(store, truth, unit(3, seed=1), 4)


def test_only_kept_ids_are_found(fill: Fill) -> None:
    store, truth = both(fill, np.arange(0, 400, 2), unit(200))
    agree(store, truth, unit(4, seed=1), 5, keep=np.arange(100, 160))


def test_fewer_kept_than_asked_for_are_padded(fill: Fill) -> None:
    store, truth = both(fill, np.arange(50), unit(50))
    agree(store, truth, unit(2, seed=1), 6, keep=np.array([9, 4, 1234]))


def test_nothing_kept_finds_nothing(fill: Fill) -> None:
    store, truth = both(fill, np.arange(50), unit(50))
    agree(store, truth, unit(2, seed=1), 3, keep=np.empty(0, dtype=np.int64))


def test_more_asked_for_than_there_are_is_padded(fill: Fill) -> None:
    store, truth = both(fill, np.arange(3), unit(3))
    agree(store, truth, unit(2, seed=1), 10)


def test_an_empty_store_finds_nothing(fill: Fill) -> None:
    store, truth = both(fill, np.arange(0), unit(0))
    assert len(store) == 0
    agree(store, truth, unit(2), 4)


def test_no_question_gets_no_row(fill: Fill) -> None:
    store, _ = both(fill, np.arange(3), unit(3))
    scores, ids = store.search(np.empty((0, DIMENSIONS), dtype=np.float32), 2)
    assert scores.shape == ids.shape == (0, 2)


def test_equal_vectors_come_in_the_order_of_their_ids(fill: Fill) -> None:
    rows = np.repeat(unit(10), 3, axis=0)
    ids = np.random.default_rng(5).permutation(30)
    store, _ = both(fill, ids, rows)
    scores, found = store.search(unit(10)[:1], 4)
    assert found[0, :3].tolist() == sorted(ids[:3].tolist())
    np.testing.assert_allclose(scores[0, :3], 1.0, atol=1e-3)


def test_the_id_zero_is_an_id_like_any_other(fill: Fill) -> None:
    store, _ = both(fill, np.array([7, 0, 3]), np.repeat(unit(1), 3, axis=0))
    scores, found = store.search(unit(1), 4)
    assert found[0].tolist() == [0, 3, 7, -1]
    assert (scores.dtype, found.dtype) == (np.float32, np.int64)


def test_what_is_removed_is_not_found_again(make: Make) -> None:
    store, truth = grown(make, 100)
    assert store.remove(np.array([3, 42, 999])) == truth.remove(np.array([3, 42, 999])) == 2
    assert len(store) == 98
    agree(store, truth, unit(100)[40:44], 5)


def test_a_removed_id_can_come_back_with_another_vector(make: Make) -> None:
    store, truth = grown(make, 10)
    for one in (store, truth):
        one.remove(np.array([4]))
        one.add(np.array([4]), unit(1, seed=9))
    agree(store, truth, unit(1, seed=9), 3)


def test_removing_nothing_is_fine(make: Make) -> None:
    store, _ = grown(make, 10)
    assert store.remove(np.empty(0, dtype=np.int64)) == 0


def test_an_id_is_not_added_twice(make: Make) -> None:
    store, _ = grown(make, 10)
    with pytest.raises(ValueError, match="already"):
        store.add(np.array([4]), unit(1))
    with pytest.raises(ValueError, match="twice"):
        store.add(np.array([40, 40]), unit(2))
    assert len(store) == 10


@pytest.mark.parametrize("shape", [(3, DIMENSIONS + 1), (DIMENSIONS,), (3, 1)])
def test_another_dimension_is_refused_in_words(fill: Fill, shape: tuple[int, ...]) -> None:
    store = fill(np.arange(3), unit(3))
    with pytest.raises(ValueError, match=f"{DIMENSIONS} dimensions"):
        store.search(np.zeros(shape, dtype=np.float32), 2)


@pytest.mark.parametrize("shape", [(3, DIMENSIONS + 1), (DIMENSIONS,), (3, 1)])
def test_vectors_of_another_dimension_are_not_taken(make: Make, shape: tuple[int, ...]) -> None:
    store, _ = grown(make, 3)
    with pytest.raises(ValueError, match="do not fit"):
        store.add(np.arange(10, 13), np.zeros(shape, dtype=np.float32))
    assert len(store) == 3


def test_as_many_ids_as_vectors_and_none_negative(make: Make) -> None:
    store = make()
    with pytest.raises(ValueError, match="do not fit"):
        store.add(np.arange(2), unit(3))
    with pytest.raises(ValueError, match="negative"):
        store.add(np.array([-1]), unit(1))


def test_an_unknown_store_is_named_with_those_that_exist() -> None:
    with pytest.raises(SnapshotError, match=r"'nosuch'.*faiss, exact, pgvector"):
        open_store("nosuch", 8)


def test_a_store_that_needs_an_address_says_so() -> None:
    with pytest.raises(VectorsError, match="DATABASE_URL"):
        open_store(PGVECTOR, 8)


def test_a_snapshot_in_memory_has_its_vectors_under_their_places() -> None:
    store = InMemory("faiss").of("000001-0123abcd", unit(30), "digest")
    agree(store, added(ExactStore(DIMENSIONS), np.arange(30), unit(30)), unit(3, seed=1), 4)


def test_faiss_searches_by_one_thread_in_whatever_thread_it_is_asked() -> None:
    """OpenMP keeps the number for each thread: set where a store is opened, it would hold nowhere else."""
    store = open_store("faiss", DIMENSIONS)
    store.add(np.arange(50), unit(50))

    def asked_with_four() -> int:
        faiss.omp_set_num_threads(4)
        store.search(unit(1), 3)
        return int(faiss.omp_get_max_threads())

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asked_with_four).result() == 1
