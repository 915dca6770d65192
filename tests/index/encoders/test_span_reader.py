"""The span reader: what holds of its readings for any text, and what the shipped one can do."""

import hashlib
import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoders.protocol import MODELS
from index.encoders.span_reader import (
    LONGEST,
    READER,
    Candidate,
    Reading,
    SpanReader,
    best_spans,
    sentence_scores,
    shipped_reader,
)
from index.errors import EncoderError
from index.text.terms import encode

TEXTS = st.text(st.characters(codec="utf-8"), max_size=80) | st.text(
    "龙泉驿有8个智能工厂。，tokens of 2023 \n😀", max_size=900
)


def counting(ids: np.ndarray, types: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stands for the graph: a token's logits depend on the token alone, so windows must agree where they overlap."""
    assert ids.shape[1] <= LONGEST
    assert ((types == 0) | (mask == 1)).all()
    start = np.sin(ids.astype(np.float32)) * mask
    return start, np.cos(ids.astype(np.float32)) * mask, types.sum(1).astype(np.float32)


def reading(start: list[float], end: list[float], null: float = 0.0) -> Reading:
    """Tokens of two code points each."""
    spans = np.array([(2 * i, 2 * i + 2) for i in range(len(start))], np.int64).reshape(-1, 2)
    return Reading(spans, np.array(start, np.float32), np.array(end, np.float32), null, 0.0)


@pytest.fixture(scope="module")
def shipped() -> SpanReader:
    return SpanReader.open()


def test_all_indexes_of_a_process_share_the_shipped_reader() -> None:
    assert shipped_reader() is shipped_reader()


@given(question=TEXTS, texts=st.lists(TEXTS, max_size=4))
@settings(deadline=None, max_examples=60)
def test_every_token_of_every_text_is_read_once_whatever_the_windows(question: str, texts: list[str]) -> None:
    """A reading has exactly the tokens of its text, in order, with the logits of the graph."""
    found = SpanReader(counting).read(question, texts)
    assert len(found) == len(texts)
    for text, got in zip(texts, found, strict=True):
        [encoded] = encode([text])
        assert len(got.spans) == len(encoded.ids)
        assert (got.spans[1:, 0] >= got.spans[:-1, 1]).all()
        assert ((got.spans[:, 0] >= 0) & (got.spans[:, 0] <= got.spans[:, 1]) & (got.spans[:, 1] <= len(text))).all()
        offset = np.sin(np.float32(2)) - got.null
        assert np.allclose(got.start + offset, np.sin(np.array(encoded.ids, np.float32)), atol=1e-4)


def test_best_spans_come_best_first_and_never_overlap() -> None:
    """The best pair wins, its tokens are then taken, and no span ends before it begins."""
    got = best_spans(reading([0, 5, 0, 0, 3, 0], [0, 0, 4, 9, 2, 1], null=1.0), n=3, max_tokens=2)
    assert got[0] == Candidate(2, 6, 5 + 4 - 2.0)
    assert got[1] == Candidate(8, 10, 3 + 2 - 2.0) or got[1].score <= got[0].score
    taken = sorted((c.start, c.end) for c in got)
    assert all(left[1] <= right[0] for left, right in pairwise(taken))


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), max_size=40), st.integers(1, 8), st.integers(1, 50))
def test_best_spans_are_in_range_and_ordered(logits: list[tuple[float, float]], n: int, longest: int) -> None:
    """At most n spans, within the text, of at most max_tokens tokens, best first, apart from each other."""
    made = reading([a for a, _ in logits], [b for _, b in logits])
    got = best_spans(made, n, longest)
    assert len(got) <= n
    assert bool(got) == bool(logits)
    assert all(0 <= c.start < c.end <= 2 * len(logits) and c.end - c.start <= 2 * longest for c in got)
    assert [c.score for c in got] == sorted((c.score for c in got), reverse=True)
    taken = sorted((c.start, c.end) for c in got)
    assert all(left[1] <= right[0] for left, right in pairwise(taken))


def test_sentence_scores_prefer_the_sentence_of_the_best_span_and_know_the_empty_one() -> None:
    """The sentence with the strong logits scores highest; one without tokens scores minus infinity."""
    scores = sentence_scores(reading([0, 0, 6, 0], [0, 0, 0, 6]), [(0, 4), (4, 8), (8, 9)])
    assert scores[1] > scores[0]
    assert scores[2] == -np.inf


@pytest.mark.parametrize("text", ["", " ", "😀😀😀", "\x00\x01", "。" * 50, "龙" * 2000, "word " * 800, "a" * 3000])
def test_the_shipped_reader_reads_anything(shipped: SpanReader, text: str) -> None:
    """Empty, emoji, control characters, very long: spans within the text, every number finite."""
    for question in ("", "有多少个智能工厂？", "how many " * 4000):
        (got,) = shipped.read(question, [text])
        assert np.isfinite([got.null, got.relevance, *got.start, *got.end]).all()
        assert ((got.spans >= 0) & (got.spans <= len(text))).all()
        assert all(0 <= c.start <= c.end <= len(text) for c in best_spans(got, 3))


def test_the_shipped_reader_gives_one_text_the_same_reading_in_any_company(shipped: SpanReader) -> None:
    """Padding and batches change nothing but rounding: the same spans, logits within the noise of int8."""
    text = "全区已建成3个产业园，去年新增企业120家。"
    alone = shipped.read("去年新增多少家企业？", [text])[0]
    among = shipped.read("去年新增多少家企业？", ["短。", text, "很长的一段话。" * 90])[1]
    assert (alone.spans == among.spans).all()
    assert best_spans(alone)[0].start == best_spans(among)[0].start


READINGS = [
    ("去年新增多少家企业？", "全区已建成3个产业园。去年新增企业120家。园区负责人是李明。", "120家"),
    ("園區負責人是誰？", "全区已建成3个产业园。去年新增企业120家。园区负责人是李明。", "李明"),
    ("how many industrial parks?", "全区已建成3个产业园。去年新增企业120家。园区负责人是李明。", "3个产业园"),
    (
        "When was the library opened?",
        "The school has 400 pupils. The library was opened in 1987. It is near the river.",
        "1987",
    ),
    (
        "图书馆什么时候开放的？",
        "The school has 400 pupils. The library was opened in 1987. It is near the river.",
        "1987",
    ),
]


@pytest.mark.parametrize(("question", "text", "answer"), READINGS)
def test_the_shipped_reader_finds_the_sentence(shipped: SpanReader, question: str, text: str, answer: str) -> None:
    """Plain questions in either language, Traditional too, find the sentence of the answer in either language."""
    marks = [i + 1 for i, char in enumerate(text) if char in "。."]
    sentences = list(zip([0, *marks[:-1]], marks, strict=True))
    (got,) = shipped.read(question, [text])
    start, end = sentences[int(sentence_scores(got, sentences).argmax())]
    assert answer in text[start:end]


def test_a_passage_that_answers_is_more_relevant_than_one_that_does_not(shipped: SpanReader) -> None:
    """Relevance and the best span's log odds both tell the right passage from another about the same place."""
    right, wrong = "去年该区新增企业120家。", "该区位于城市东部，风景优美。"
    good, bad = shipped.read("去年该区新增多少家企业？", [right, wrong])
    assert good.relevance > bad.relevance
    assert best_spans(good)[0].score > best_spans(bad)[0].score


def test_a_damaged_folder_is_one_clear_sentence(tmp_path: Path) -> None:
    """Missing files, a cut graph: EncoderError, never a traceback of the engine."""
    with pytest.raises(EncoderError):
        SpanReader.open(tmp_path)
    shutil.copytree(READER, tmp_path / "reader")
    (tmp_path / "bundled").symlink_to((MODELS / "bundled").resolve())
    assert SpanReader.open(tmp_path / "reader").read("谁?", ["文"])
    (tmp_path / "reader" / "layers.onnx").write_bytes(b"not a graph")
    with pytest.raises(EncoderError, match="reinstall"):
        SpanReader.open(tmp_path / "reader")
    (tmp_path / "reader" / "config.json").unlink()
    with pytest.raises(EncoderError, match="reinstall"):
        SpanReader.open(tmp_path / "reader")


def test_the_reader_was_trained_on_the_table_that_is_shipped() -> None:
    """It has no table of its own: the encoder's must be the very one, or every logit is wrong."""
    config = json.loads((READER / "config.json").read_text(encoding="utf-8"))
    scales = (MODELS / config["table"] / "scales.npy").read_bytes()
    assert config["rows"] == hashlib.sha256(scales).hexdigest()[:16]
