"""BM25 over given terms: Chinese words, odd characters, nothing at all."""

import math
import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import tantivy

from index.errors import SnapshotError
from index.snapshots.term_index import TermIndex, pack_terms
from index.snapshots.term_parts import schema, write_parts


def made(folder: Path, *texts: list[str]) -> TermIndex:
    write_parts(folder / "terms", [pack_terms(terms).encode() for terms in texts])
    return TermIndex(folder / "terms")


def test_a_passage_with_the_rarer_term_comes_first(tmp_path: Path) -> None:
    found = made(tmp_path, ["工厂", "汽车"], ["智能", "工厂"], ["工厂"], []).search(["智能", "工厂"], 10)
    assert [position for position, _ in found] == [1, 2, 0]
    assert found[0][1] > found[1][1] > found[2][1] > 0


def test_scores_are_bm25(tmp_path: Path) -> None:
    texts = [["a", "b"], ["a", "a", "c"], ["d"]]
    index = made(tmp_path, *texts)
    mean = sum(map(len, texts)) / 3
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))

    def score(count: int, length: int) -> float:
        return idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / mean))

    expected = {0: score(1, 2), 1: score(2, 3)}
    assert dict(index.search(["a"], 5)) == pytest.approx(expected, rel=1e-5)


def test_document_frequency_counts_passages(tmp_path: Path) -> None:
    index = made(tmp_path, ["su7", "su7"], ["su7"], ["x"])
    assert [index.document_frequency(term) for term in ("su7", "x", "y")] == [2, 1, 0]


def test_passages_without_terms_keep_their_position(tmp_path: Path) -> None:
    index = made(tmp_path, [], ["", "b"], [])
    assert len(index) == 3
    assert [position for position, _ in index.search(["b"], 3)] == [1]


@pytest.mark.parametrize(
    "term", ["new york", "a\tb", "c\\d", "全角　空格", "AND", "+", '"', "terms:x", "😀", "line\nbreak"]
)
def test_any_term_is_found_and_only_as_itself(tmp_path: Path, term: str) -> None:
    index = made(tmp_path, [term], ["new", "york", "a", "b", "c", "d", "line"])
    assert [position for position, _ in index.search([term], 3)] == [0]
    assert index.document_frequency(term) == 1


def test_escapes_do_not_meet(tmp_path: Path) -> None:
    index = made(tmp_path, ["a b"], ["a\\20.b"])
    assert [position for position, _ in index.search(["a b"], 3)] == [0]
    assert [position for position, _ in index.search(["a\\20.b"], 3)] == [1]


def test_no_terms_find_nothing(tmp_path: Path) -> None:
    index = made(tmp_path, ["a"])
    assert index.search([], 5) == index.search(["b"], 5) == index.search(["a"], 0) == []


def test_an_index_of_nothing_is_one_too(tmp_path: Path) -> None:
    index = made(tmp_path)
    assert len(index) == 0
    assert index.search(["a"], 5) == []


def test_equal_scores_come_in_order_of_position(tmp_path: Path) -> None:
    found = made(tmp_path, *[["a", "b"]] * 30).search(["a"], 7)
    assert [position for position, _ in found] == list(range(7))


def test_what_is_no_index_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="cannot be opened"):
        TermIndex(tmp_path / "nowhere")
    made(tmp_path, ["a"])
    (tmp_path / "terms" / "meta.json").write_text("{}")
    with pytest.raises(SnapshotError, match="reindex"):
        TermIndex(tmp_path / "terms")


def test_no_lock_file_is_left_in_a_finished_index(tmp_path: Path) -> None:
    write_parts(tmp_path / "terms", [b"a"])
    assert not list((tmp_path / "terms").glob(".*"))


_FULL = """
import sys
from pathlib import Path
from index.snapshots.term_parts import write_parts
try:
    lines = [b" ".join(b"w%d" % (i * j % 9999) for j in range(100)) for i in range(2000)]
    write_parts(Path(sys.argv[1]), lines)
except OSError as error:
    print(error.strerror)
"""


def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _FULL, str(tmp_path / "terms")],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000)),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "No space left on device\n"


def test_the_same_passages_give_the_same_scores_and_ties_every_time(tmp_path: Path) -> None:
    drawn = random.Random(1)
    words = [f"w{n}" for n in range(400)]
    lines = [" ".join(words[int(400 * drawn.random() ** 3)] for _ in range(12)).encode() for _ in range(600)]
    for name in ("one", "other"):
        write_parts(tmp_path / name, lines)
    one, other = TermIndex(tmp_path / "one"), TermIndex(tmp_path / "other")
    for word in words[::10]:
        assert one.search([word], 9) == other.search([word], 9)
        assert one.near(word, 1, 9) == other.near(word, 1, 9)


@pytest.mark.parametrize("typed", ["abcd", "ab", "a", "ab.d", "a+b", "北京市", "\U0001f600b", "ab\\d", "a b"])
def test_terms_one_letter_away_are_those_that_a_fuzzy_query_finds(tmp_path: Path, typed: str) -> None:
    drawn, letters = random.Random(1), [*typed, "b", "x", "京"]
    terms = {typed, typed[::-1], typed + "xx"}
    for _ in range(3000):
        at, gone, added = (
            drawn.randint(0, len(typed)),
            drawn.randint(0, 3),
            drawn.choices(letters, k=drawn.randint(0, 3)),
        )
        terms.add(typed[:at] + "".join(added) + typed[at + gone :])
    index = made(tmp_path, *([term] for term in sorted(terms - {""})))
    fuzzy = tantivy.Query.fuzzy_term_query(schema(), "terms", pack_terms([typed]), 1)
    expected = [position for position, _ in index._found(fuzzy, len(terms))]
    assert index.near(typed, 1, len(terms)) == expected
    assert 2 < len(expected) < len(terms)
