"""Many vectors are scanned by two bits a dimension, and what is proposed is compared as it always was."""

import numpy as np
import pytest

from index.snapshots.vectors import faiss as faiss_store
from index.snapshots.vectors.coarse_scan import CoarseScan
from index.snapshots.vectors.faiss import FaissStore

DIMENSIONS = 64


def crowded(count: int, seed: int = 0) -> np.ndarray:
    """Unit rows around fifty directions, as texts lie around subjects."""
    rng = np.random.default_rng(seed)
    subjects = np.random.default_rng(99).standard_normal((50, DIMENSIONS))
    rows = subjects[rng.integers(50, size=count)] + 1.5 * rng.standard_normal((count, DIMENSIONS))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def pair(count: int, scanned: int = 1) -> tuple[FaissStore, FaissStore]:
    """A store that scans, and one that compares everything."""
    stores = FaissStore(DIMENSIONS, scanned=scanned), FaissStore(DIMENSIONS, scanned=count + 1)
    for store in stores:
        store.add(np.arange(count), crowded(count))
    return stores


def test_nearly_all_that_an_exact_search_finds_is_found() -> None:
    store, exact = pair(30_000)
    questions = crowded(100, seed=1)
    found, expected = store.search(questions, 50)[1], exact.search(questions, 50)[1]
    shared = [len(np.intersect1d(*rows)) for rows in zip(found, expected, strict=True)]
    assert np.mean(shared) / 50 > 0.99


def test_scores_are_those_of_an_exact_search_to_the_last_bit() -> None:
    store, exact = pair(5_000)
    questions = crowded(20, seed=1)
    np.testing.assert_array_equal(store.search(questions, 10)[0], exact.search(questions, 10)[0])


def test_more_are_proposed_where_more_are_wanted() -> None:
    store, exact = pair(5_000)
    questions = crowded(3, seed=1)
    np.testing.assert_array_equal(store.search(questions, 600)[1], exact.search(questions, 600)[1])


def test_few_vectors_are_not_scanned(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    monkeypatch.setattr(faiss_store, "CoarseScan", lambda rows: made.append(len(rows)))
    store = FaissStore(DIMENSIONS, scanned=300)
    store.add(np.arange(299), crowded(299))
    assert made == []
    store.add(np.array([299]), crowded(1))
    store.remove(np.array([7]))
    assert made == [300]


def test_a_number_of_dimensions_that_fills_no_bytes_is_searched_exactly() -> None:
    store = FaissStore(DIMENSIONS - 1, scanned=1)
    store.add(np.arange(9), crowded(9)[:, 1:])
    assert store.search(crowded(9)[4:5, 1:], 1)[1].tolist() == [[4]]


def test_what_is_added_and_removed_later_is_scanned_as_well() -> None:
    store, exact = pair(2_000)
    for one in (store, exact):
        one.remove(np.arange(0, 2_000, 3))
        one.add(np.arange(5_000, 6_000), crowded(1_000, seed=2))
    questions = crowded(20, seed=1)
    np.testing.assert_array_equal(store.search(questions, 10)[1], exact.search(questions, 10)[1])


def test_a_dimension_that_is_always_zero_does_no_harm() -> None:
    rows = crowded(700)
    rows[:, 3] = 0
    assert CoarseScan(rows).propose(rows[5].astype(np.float32), 1).tolist() == [5]


def test_fewer_vectors_than_are_wanted_are_all_proposed() -> None:
    assert CoarseScan(crowded(70)).propose(crowded(1)[0].astype(np.float32), 500).tolist() == list(range(70))
