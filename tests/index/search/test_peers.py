"""Where other bots fail in retrieval: each failure by its name."""

import subprocess
import sys
from pathlib import Path

import pytest

from index.search.question.query import parse
from index.snapshots.term_index import TermIndex, pack_terms
from index.snapshots.term_parts import write_parts
from index.text.terms import query_terms
from index.text.tokenized import index_terms

GROWTH = """
import threading
from index.encoders.open import open_encoder

def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) / 1024

encoder = open_encoder("bundled")
texts = ["灯塔建于1887年，高31米。" * n for n in (1, 4, 8)]

def round():
    threads = [threading.Thread(target=encoder.encode_both, args=(texts,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

for _ in range(3):
    round()
before = resident()
for _ in range(12):
    round()
print(resident() - before)
"""
SEARCH = """
import faiss
import numpy as np
from index.snapshots.vectors.exact import ExactStore
from index.snapshots.vectors.faiss import FaissStore

rows = np.random.default_rng(0).standard_normal((500, 384), dtype=np.float32)
rows /= np.linalg.norm(rows, axis=1, keepdims=True)
found = []
for store in (FaissStore(384), ExactStore(384)):
    store.add(np.arange(500), rows)
    found.append(store.search(rows[:9], 5)[1].tolist())
print(faiss.SIMDConfig.get_level_name(), found[0] == found[1])
"""


def child(program: str, **settings: str) -> str:
    """What a Python process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env={"PATH": "", **settings}
    )
    return done.stdout.strip()


@pytest.mark.parametrize("question", ["灯塔建于哪一年？", "燈塔建於哪一年", "灯塔1887", "Chen Shouyi"])
def test_an_english_bm25_scores_zero_on_chinese_and_ours_does_not(tmp_path: Path, question: str) -> None:
    """Split at spaces, a Chinese text is one word that nobody asks for."""
    texts = ["北岸的灯塔建于1887年，由陈守义看管。", "山里的茶园今年收了三吨茶叶。"]
    query = parse(question)
    assert not {word for text in texts for word in text.split()} & set(question.split())
    lines = [pack_terms(index_terms(text)).encode() for text in texts]
    write_parts(tmp_path / "terms", lines)
    found = TermIndex(tmp_path / "terms").search(query_terms(query.content), 5)
    assert [position for position, _ in found] == [0]
    assert found[0][1] > 0


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="memory is read from /proc, which Linux has")
def test_memory_does_not_grow_with_the_threads_that_encode() -> None:
    """Ninety-six threads come and go; what they used is used again."""
    assert float(child(GROWTH)) < 16


def test_faiss_without_avx_finds_the_same_and_does_not_end_the_process() -> None:
    """On the code that processors without AVX get."""
    assert child(SEARCH, FAISS_SIMD_LEVEL="NONE") == "NONE True"
