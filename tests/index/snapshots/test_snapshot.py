"""A snapshot that is not as it was written is noticed, named, and replaced by the one before."""

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from index.builds import build
from index.document import Block, BlockKind, Document, Section, Source
from index.encoders.protocol import TokenVectors
from index.errors import BusyError, EncoderError, Reason, SnapshotError
from index.packed_document import pack_document, unpack_document
from index.snapshots import records, snapshot, stamp
from index.snapshots.lock import hold
from index.snapshots.manifest import FORMAT, load_manifest
from index.snapshots.snapshot import Snapshot
from index.snapshots.term_index import pack_terms, unpack_terms
from index.snapshots.token_vectors import pack_tokens, unpack_each, unpack_tokens
from tests.crashes import after, before
from tests.hashing import HashingEncoder

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two snapshots, to be copied and spoiled."""
    folder = tmp_path_factory.mktemp("pattern")
    for prepare in (before, after):
        prepare(folder / "corpus")
        build.build(folder / "corpus", folder / "data", HashingEncoder(), now=NOW)
    return folder / "data"


@pytest.fixture
def data(pattern: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pattern, tmp_path / "data"))


def live(data: Path) -> Path:
    return data / "snapshots" / (snapshot.live(data) or "")


def flip(path: Path, place: float) -> None:
    content = bytearray(path.read_bytes())
    content[min(int(len(content) * place), len(content) - 1)] ^= 0x10
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "first byte": lambda path: flip(path, 0),
    "middle byte": lambda path: flip(path, 0.5),
    "last byte": lambda path: flip(path, 1),
    "cut by one": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "cut to nothing": lambda path: path.write_bytes(b""),
    "grown": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "gone": lambda path: path.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_to_any_file_is_noticed_and_the_snapshot_before_serves(data: Path, damage: str) -> None:
    newest, before = live(data), sorted((data / "snapshots").iterdir())[0]
    files = [path for path in newest.rglob("*") if path.is_file() and path.suffix != ".lock" and path.stat().st_size]
    assert {"manifest.json", "documents.bin", "tokens.bin", "vectors.npy", "meta.json"} <= {path.name for path in files}
    for path in files:
        good = path.read_bytes()
        DAMAGES[damage](path)
        served = snapshot.active(data)
        assert served.info.id == before.name, path
        (problem,) = served.info.problems
        assert path.name in problem or "manifest" in problem, problem
        assert newest.name in problem
        with pytest.raises(SnapshotError):
            Snapshot.open(newest)
        path.write_bytes(good)
    assert snapshot.active(data).info.problems == ()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_pointer_still_leads_to_the_newest(data: Path, damage: str) -> None:
    newest = live(data).name
    DAMAGES[damage](data / "current")
    served = snapshot.active(data)
    assert served.info.id == newest
    assert served.info.problems or damage in ("grown", "cut by one", "last byte")


def test_the_next_reindex_replaces_a_damaged_snapshot(data: Path, pattern: Path) -> None:
    flip(live(data) / "documents.bin", 0.5)
    report = build.build(pattern.parent / "corpus", data, HashingEncoder(), now=NOW).report
    assert report.problems
    served = snapshot.active(data)
    assert served.info.id == report.snapshot
    assert served.info.problems == ()


def test_where_all_are_damaged_the_reason_is_told(data: Path, pattern: Path) -> None:
    for folder in (data / "snapshots").iterdir():
        flip(folder / "rows.npy", 0.5)
    with pytest.raises(SnapshotError, match=r"rows\.npy .* is damaged"):
        snapshot.active(data)
    assert build.build(pattern.parent / "corpus", data, HashingEncoder(), now=NOW).report.problems
    assert snapshot.active(data).info.problems == ()


def test_large_token_vectors_are_checked_when_they_are_read(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "_READ_WHOLE", 0)
    flip(live(data) / "tokens.bin", 0.01)
    served = snapshot.active(data)
    assert served.info.problems == ()
    with pytest.raises(SnapshotError, match="checksum"):
        served.token_vectors(0)
    served.token_vectors(1)
    assert snapshot.active(data, verify=True).info.problems


def spoil_by_itself(folder: Path) -> None:
    """Damage that no write made: the files look as they did when they were last read."""
    flip(folder / "documents.bin", 0.5)
    names = ["manifest.json", *(record.name for record in load_manifest(folder).files)]
    stamp.put(folder, stamp.look(folder, names))


def test_files_that_nobody_wrote_to_are_not_read_again(data: Path) -> None:
    spoil_by_itself(live(data))
    assert snapshot.active(data).info.problems == ()


def test_a_whole_check_notices_what_no_write_made_and_the_next_opening_too(data: Path) -> None:
    spoil_by_itself(live(data))
    with pytest.raises(SnapshotError, match="checksum"):
        snapshot.verify(data)
    assert snapshot.active(data).info.problems


def test_an_opening_remembers_that_it_read_everything(data: Path) -> None:
    (data / "checked").unlink(missing_ok=True)
    snapshot.active(data)
    remembered = (data / "checked").read_text()
    snapshot.active(data)
    assert (data / "checked").read_text() == remembered
    os.utime(live(data) / "documents.bin", (1, 1))
    snapshot.active(data)
    assert (data / "checked").read_text() != remembered


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"0" * 64])
def test_a_foreign_stamp_is_not_believed(data: Path, content: bytes) -> None:
    flip(live(data) / "documents.bin", 0.5)
    (data / "checked").write_bytes(content)
    assert snapshot.active(data).info.problems


@pytest.mark.parametrize(
    ("format", "advice"),
    [(FORMAT - 1, "run `verbatim index`"), ("99", "run `verbatim index`"), (99, "update the program")],
)
def test_another_format_says_what_to_do(data: Path, format: object, advice: str) -> None:
    path = live(data) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": format}))
    with pytest.raises(SnapshotError, match=f"format {format!r}.*{advice}"):
        Snapshot.open(path.parent)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b"{}", f'{{"format": {FORMAT}}}'.encode(), b"\xff\xfe", b"[" * 100_000]
)
def test_a_foreign_manifest_is_an_error_in_words(data: Path, content: bytes) -> None:
    path = live(data) / "manifest.json"
    path.write_bytes(content)
    with pytest.raises(SnapshotError, match=live(data).name):
        Snapshot.open(path.parent)
    assert snapshot.kept(data)[0].problems


def test_nothing_indexed_yet_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="run `verbatim index`"):
        snapshot.active(tmp_path / "nowhere")
    assert snapshot.kept(tmp_path) == []
    with pytest.raises(SnapshotError, match="no earlier"):
        snapshot.rollback(tmp_path)


def test_rolling_back_goes_one_step_and_then_by_name(data: Path) -> None:
    newest, oldest = (info.id for info in snapshot.kept(data))
    assert snapshot.rollback(data).id == oldest
    assert snapshot.active(data).info.id == oldest
    with pytest.raises(SnapshotError, match="no earlier"):
        snapshot.rollback(data)
    assert snapshot.rollback(data, newest).id == newest
    assert snapshot.rollback(data, "1").id == oldest
    with pytest.raises(SnapshotError, match="'77'"):
        snapshot.rollback(data, "77")
    with pytest.raises(SnapshotError, match=r"'\.\./x'"):
        snapshot.rollback(data, "../x")


def test_nobody_rolls_back_to_a_damaged_snapshot_or_during_a_reindex(data: Path) -> None:
    newest = snapshot.live(data)
    with hold(data, NOW), pytest.raises(BusyError, match=f"pid {os.getpid()}"):
        snapshot.rollback(data)
    flip(data / "snapshots" / snapshot.kept(data)[1].id / "terms.bin", 0.5)
    with pytest.raises(SnapshotError, match=r"terms\.bin"):
        snapshot.rollback(data)
    assert snapshot.live(data) == newest


def test_rolling_back_passes_over_a_damaged_snapshot(data: Path, pattern: Path) -> None:
    middle, oldest = (info.id for info in snapshot.kept(data))
    (pattern.parent / "corpus" / "new.txt").write_text("One more factory makes 3 buses.", "utf-8")
    build.build(pattern.parent / "corpus", data, HashingEncoder(), now=NOW)
    (pattern.parent / "corpus" / "new.txt").unlink()
    flip(data / "snapshots" / middle / "vectors.npy", 0.5)
    assert snapshot.rollback(data).id == oldest


def test_a_snapshot_in_use_survives_its_removal(data: Path) -> None:
    served = snapshot.active(data)
    shutil.rmtree(served.folder)
    assert served.documents[0].text
    assert served.lexical.search(["alpha"], 1)
    assert len(served.token_vectors(0).spans)


def test_any_document_comes_back_as_it_was() -> None:
    document = Document(
        id="0123456789ab",
        source=Source("c/γ δ.txt", "Title \n \x00 😀", "zh", published="2024-04", translation_of="x"),
        text="A\nB \u2028 龙泉驿 😀 \ud800",
        blocks=(
            Block(BlockKind.HEADING, 0, 1, level=2),
            Block(BlockKind.ROW, 2, 3, page=7, group=1, cells=((0, 1), (2, 3))),
            Block(BlockKind.ITEM, 3, 3, level=1, group=2, number="3."),
        ),
        sections=(Section("a › b", 0, 9),),
        marks=((1, 2), (4, 5)),
    )
    assert unpack_document(pack_document(document)) == document


def test_documents_are_found_by_position_slice_and_id(data: Path) -> None:
    documents = snapshot.active(data).documents
    assert documents[-1] == documents[len(documents) - 1] == list(documents)[-1]
    assert documents[:2] == [documents[0], documents[1]]
    assert documents.by_id(documents[1].id) == documents[1]
    assert documents.by_id("nosuch") is None
    with pytest.raises(IndexError):
        documents[len(documents)]


def test_the_source_of_a_document_is_read_without_the_document(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = snapshot.active(data).documents
    paths = [document.source.path for document in documents]
    monkeypatch.setattr(records, "unpack_document", lambda record: pytest.fail("a document was read"))
    assert [documents.source(position).path for position in range(len(documents))] == paths


def test_an_encoder_that_did_not_make_the_snapshot_is_told_which_did(data: Path) -> None:
    made = snapshot.active(data)
    made.require(HashingEncoder())
    other = HashingEncoder(salt="newer")
    for name, code in (("hashing", "encoder-version"), ("another", "encoder-other")):
        other.name = name
        with pytest.raises(EncoderError) as caught:
            made.require(other)
        assert caught.value.reason == Reason(code, made="hashing", set=name)


def test_passages_of_a_document_stand_together(data: Path) -> None:
    served = snapshot.active(data)
    for position in range(len(served.documents)):
        mine = [n for n, passage in enumerate(served.passages) if passage.document == position]
        assert list(served.passages.of(position)) == mine
    assert served.passages[-1] == served.passages[len(served.passages) - 1]
    assert served.passages[:2] == [served.passages[0], served.passages[1]]
    assert served.passages.many([2, 0]) == [served.passages[2], served.passages[0]]
    assert served.passages.many([]) == []
    with pytest.raises(IndexError):
        served.passages[len(served.passages)]


def test_token_vectors_lose_a_few_thousandths() -> None:
    rows = np.random.default_rng(0).standard_normal((200, 96)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    spans = np.stack([np.arange(200), np.arange(200) + 2], axis=1).astype(np.int32)
    record = pack_tokens(TokenVectors(rows, spans), 96)
    assert len(record) == 200 * (96 * 6 // 8 + 4)
    back = unpack_tokens(record, 96)
    np.testing.assert_array_equal(back.spans, spans)
    assert np.abs(back.vectors @ rows.T - rows @ rows.T).max() < 0.02
    assert np.abs(back.vectors @ rows.T - rows @ rows.T).mean() < 0.003
    np.testing.assert_allclose(np.linalg.norm(back.vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("dimensions", [1, 2, 3, 4, 5, 31])
def test_token_vectors_may_have_any_number_of_dimensions(dimensions: int) -> None:
    rows = np.random.default_rng(dimensions).standard_normal((7, dimensions)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[3] = 0
    tokens = TokenVectors(rows, np.zeros((7, 2), np.int32))
    np.testing.assert_allclose(unpack_tokens(pack_tokens(tokens, dimensions), dimensions).vectors, rows, atol=0.02)


def test_many_records_give_what_each_of_them_gives() -> None:
    rng, sizes = np.random.default_rng(4), (3, 0, 7, 1)
    rows = [rng.standard_normal((size, 30)).astype(np.float32) for size in sizes]
    packed = [pack_tokens(TokenVectors(r, np.arange(2 * len(r)).reshape(-1, 2).astype(np.int32)), 30) for r in rows]
    together = unpack_each(packed, 30)
    assert [len(one.spans) for one in together] == list(sizes)
    for one, record in zip(together, packed, strict=True):
        alone = unpack_tokens(record, 30)
        np.testing.assert_array_equal(one.vectors, alone.vectors)
        np.testing.assert_array_equal(one.spans, alone.spans)
    assert unpack_each([], 30) == []


def test_a_record_that_is_cut_off_takes_nothing_from_its_neighbours() -> None:
    record = pack_tokens(TokenVectors(np.eye(4, dtype=np.float32), np.zeros((4, 2), np.int32)), 4)
    with pytest.raises(ValueError, match="cut off"):
        unpack_each([record[:-3], record[-3:]], 4)


def test_tokens_beyond_what_a_span_can_say_are_left_away() -> None:
    tokens = TokenVectors(np.eye(2, dtype=np.float32), np.array([[0, 1], [70_000, 70_001]], np.int32))
    assert unpack_tokens(pack_tokens(tokens, 2), 2).spans.tolist() == [[0, 1]]


def test_terms_come_back_as_they_were_packed() -> None:
    terms = ["a b", "c\\d", "\\20.", "全角　空格", "x"]
    assert unpack_terms(pack_terms(terms)) == terms


def test_a_document_that_was_damaged_after_it_had_been_checked_is_an_error_that_names_the_file(data: Path) -> None:
    opened = Snapshot.open(live(data))
    path = live(data) / "documents.bin"
    with path.open("r+b") as file:
        file.write(b"[" * 40)
    with pytest.raises(SnapshotError, match=r"documents\.bin"):
        opened.documents[0]
    with pytest.raises(SnapshotError, match=r"documents\.bin"):
        opened.documents.source(0)
