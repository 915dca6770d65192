"""Every vector store gives the ids and the scores of the exact one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import faiss
import numpy as np
import pytest

from index.errors import SnapshotError
from index.snapshots.vectors import STORES, VectorStore, open_store
from index.snapshots.vectors.exact import ExactStore

DIMENSIONS = 24
Make = Callable[[], VectorStore]


@pytest.fixture(params=sorted(STORES))
def make(request: pytest.FixtureRequest) -> Make:
    return lambda: open_store(request.param, DIMENSIONS)


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


def filled(make: Make, ids: np.ndarray, rows: np.ndarray) -> tuple[VectorStore, VectorStore]:
    store, truth = make(), ExactStore(DIMENSIONS)
    store.add(ids, rows)
    truth.add(ids, rows)
    return store, truth


def test_it_finds_what_the_exact_store_finds_with_the_same_scores(make: Make) -> None:
    store, truth = filled(make, np.arange(700), unit(700))
    agree(store, truth, unit(20, seed=1), 10)


def test_the_exact_store_is_an_inner_product_in_half_precision() -> None:
    store, rows, query = ExactStore(DIMENSIONS), unit(50), unit(1, seed=2)
    store.add(np.arange(50), rows)
    products = rows.astype(np.float16).astype(np.float32) @ query[0]
    scores, ids = store.search(query, 5)
    assert ids[0].tolist() == np.argsort(-products)[:5].tolist()
    np.testing.assert_allclose(scores[0], np.sort(products)[::-1][:5], atol=1e-6)


def test_a_vector_finds_itself_with_a_score_of_one(make: Make) -> None:
    store, _ = filled(make, np.arange(100), unit(100))
    scores, ids = store.search(unit(100)[42:43], 1)
    assert ids.tolist() == [[42]]
    assert scores[0, 0] == pytest.approx(1.0, abs=1e-3)


def test_ids_may_be_any_numbers_in_any_order(make: Make) -> None:
    ids = np.array([7, 2**40, 3, 1_000_000, 0, 12])
    store, truth = filled(make, ids, unit(6))
    agree(store, truth, unit(3, seed=1), 6)


def test_vectors_arrive_in_portions(make: Make) -> None:
    rows = unit(300)
    store, truth = make(), ExactStore(DIMENSIONS)
    for start in (200, 0, 100):
        store.add(np.arange(start, start + 100), rows[start : start + 100])
    truth.add(np.arange(300), rows)
    agree(store, truth, unit(5, seed=1), 8)


def test_more_vectors_than_one_portion_holds_are_all_taken(make: Make) -> None:
    store, truth = filled(make, np.arange(9000), unit(9000))
    assert len(store) == 9000
    agree(store, truth, unit(2, seed=1), 5)


def test_half_precision_vectors_are_taken_as_they_are(make: Make) -> None:
    rows = unit(40)
    store, truth = make(), ExactStore(DIMENSIONS)
    store.add(np.arange(40), rows.astype(np.float16))
    truth.add(np.arange(40), rows)
    agree(store, truth, unit(3, seed=1), 4)


def test_only_kept_ids_are_found(make: Make) -> None:
    store, truth = filled(make, np.arange(0, 400, 2), unit(200))
    agree(store, truth, unit(4, seed=1), 5, keep=np.arange(100, 160))


def test_fewer_kept_than_asked_for_are_padded(make: Make) -> None:
    store, truth = filled(make, np.arange(50), unit(50))
    agree(store, truth, unit(2, seed=1), 6, keep=np.array([9, 4, 1234]))


def test_nothing_kept_finds_nothing(make: Make) -> None:
    store, truth = filled(make, np.arange(50), unit(50))
    agree(store, truth, unit(2, seed=1), 3, keep=np.empty(0, dtype=np.int64))


def test_more_asked_for_than_there_are_is_padded(make: Make) -> None:
    store, truth = filled(make, np.arange(3), unit(3))
    agree(store, truth, unit(2, seed=1), 10)


def test_an_empty_store_finds_nothing(make: Make) -> None:
    store, truth = make(), ExactStore(DIMENSIONS)
    assert len(store) == 0
    agree(store, truth, unit(2), 4)


def test_no_question_gets_no_row(make: Make) -> None:
    store, _ = filled(make, np.arange(3), unit(3))
    scores, ids = store.search(np.empty((0, DIMENSIONS), dtype=np.float32), 2)
    assert scores.shape == ids.shape == (0, 2)


def test_equal_vectors_come_in_the_order_of_their_ids(make: Make) -> None:
    rows = np.repeat(unit(10), 3, axis=0)
    ids = np.random.default_rng(5).permutation(30)
    store, _ = filled(make, ids, rows)
    scores, found = store.search(unit(10)[:1], 4)
    assert found[0, :3].tolist() == sorted(ids[:3].tolist())
    np.testing.assert_allclose(scores[0, :3], 1.0, atol=1e-3)


def test_the_id_zero_is_an_id_like_any_other(make: Make) -> None:
    store, _ = filled(make, np.array([7, 0, 3]), np.repeat(unit(1), 3, axis=0))
    scores, found = store.search(unit(1), 4)
    assert found[0].tolist() == [0, 3, 7, -1]
    assert (scores.dtype, found.dtype) == (np.float32, np.int64)


def test_what_is_removed_is_not_found_again(make: Make) -> None:
    store, truth = filled(make, np.arange(100), unit(100))
    assert store.remove(np.array([3, 42, 999])) == truth.remove(np.array([3, 42, 999])) == 2
    assert len(store) == 98
    agree(store, truth, unit(100)[40:44], 5)


def test_a_removed_id_can_come_back_with_another_vector(make: Make) -> None:
    store, truth = filled(make, np.arange(10), unit(10))
    for one in (store, truth):
        one.remove(np.array([4]))
        one.add(np.array([4]), unit(1, seed=9))
    agree(store, truth, unit(1, seed=9), 3)


def test_removing_nothing_is_fine(make: Make) -> None:
    store, _ = filled(make, np.arange(10), unit(10))
    assert store.remove(np.empty(0, dtype=np.int64)) == 0


def test_an_id_is_not_added_twice(make: Make) -> None:
    store, _ = filled(make, np.arange(10), unit(10))
    with pytest.raises(ValueError, match="already"):
        store.add(np.array([4]), unit(1))
    with pytest.raises(ValueError, match="twice"):
        store.add(np.array([40, 40]), unit(2))
    assert len(store) == 10


@pytest.mark.parametrize("shape", [(3, DIMENSIONS + 1), (DIMENSIONS,), (3, 1)])
def test_another_dimension_is_refused_in_words(make: Make, shape: tuple[int, ...]) -> None:
    store, _ = filled(make, np.arange(3), unit(3))
    wrong = np.zeros(shape, dtype=np.float32)
    with pytest.raises(ValueError, match=f"{DIMENSIONS} dimensions"):
        store.search(wrong, 2)
    with pytest.raises(ValueError, match="do not fit"):
        store.add(np.arange(10, 13), wrong)
    assert len(store) == 3


def test_as_many_ids_as_vectors_and_none_negative(make: Make) -> None:
    store = make()
    with pytest.raises(ValueError, match="do not fit"):
        store.add(np.arange(2), unit(3))
    with pytest.raises(ValueError, match="negative"):
        store.add(np.array([-1]), unit(1))


def test_an_unknown_store_is_named_with_those_that_exist() -> None:
    with pytest.raises(SnapshotError, match=r"'nosuch'.*faiss, exact"):
        open_store("nosuch", 8)


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
