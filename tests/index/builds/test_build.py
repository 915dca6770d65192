"""A corpus folder becomes a snapshot: only what is new is read and encoded, and the difference is told."""

import os
import shutil
import threading
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from index.builds import background, build
from index.builds.build import Prepared
from index.builds.embedding import BATCH
from index.builds.report import PassageCounts
from index.documents import changed_files
from index.documents.readers import contents, read
from index.encoders.open import open_encoder
from index.errors import BusyError, CorpusError, EncoderError, ReaderError, SnapshotError
from index.search.index import Index
from index.snapshots import snapshot, term_parts
from index.snapshots.folder import is_held, live_id
from index.snapshots.lock import hold
from index.text.passages import heading_text, split
from index.text.terms import encode_ids
from tests.hashing import HashingEncoder

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LONG_AGO = 1_600_000_000


class Bench:
    """A corpus, a data folder and an encoder."""

    def __init__(self, folder: Path) -> None:
        self.corpus, self.data = folder / "corpus", folder / "data"
        self.corpus.mkdir()
        self.encoder = HashingEncoder()
        self.later = 0

    def write(self, name: str, text: str) -> Path:
        path = self.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        self.later += 1
        os.utime(path, (LONG_AGO, LONG_AGO + self.later))
        return path

    def build(self, **options: object) -> build.Prepared:
        self.encoder.encoded.clear()
        return build.build(self.corpus, self.data, self.encoder, now=NOW, **options)  # type: ignore[arg-type]

    def active(self) -> snapshot.Snapshot:
        return snapshot.active(self.data, verify=True)


def story(subject: str, sentences: int = 12) -> str:
    return "\n\n".join(
        f"{subject} number {n} makes {n * 7} cars a day, and {n} people of it work there. 第{n}个{subject}工厂在成都。"
        for n in range(sentences)
    )


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about what is in the files; what a crash leaves of them is tested elsewhere."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture(autouse=True)
def _several_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even these few passages make more than one part of the term index."""
    monkeypatch.setattr(term_parts, "FEWEST", 4)
    monkeypatch.setattr(term_parts, "MOST", 4)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path)
    bench.write("a.txt", story("Alpha"))
    bench.write("b.md", f"# Works\n\n{story('Beta')}\n")
    bench.write("c/γ δ.txt", story("Gamma"))
    return bench


def same(one: snapshot.Snapshot, other: snapshot.Snapshot) -> None:
    """Two snapshots hold the same and find the same."""
    assert list(one.documents) == list(other.documents)
    assert list(one.passages) == list(other.passages)
    np.testing.assert_array_equal(one.vectors, other.vectors)
    for position in range(len(one.passages)):
        np.testing.assert_array_equal(one.token_vectors(position).vectors, other.token_vectors(position).vectors)
        assert one.terms(position) == other.terms(position)
    for word in ("alpha", "beta", "gamma", "成都", "7"):
        terms = [term for position in range(len(one.passages)) for term in one.terms(position) if word in term][:1]
        assert one.lexical.search(terms, 9) == other.lexical.search(terms, 9)


def test_everything_that_was_read_is_in_the_snapshot(bench: Bench) -> None:
    report = bench.build().report
    made = bench.active()
    expected = [read(bench.corpus / name, relative=name) for name in ("a.txt", "b.md", "c/γ δ.txt")]
    assert list(made.documents) == expected
    assert report.added == ("a.txt", "b.md", "c/γ δ.txt")
    passages = [passage for position, document in enumerate(expected) for passage in split(document, position)]
    assert list(made.passages) == passages
    assert report.passages == PassageCounts(added=len(passages))
    assert made.info.id == report.snapshot
    assert (made.info.documents, made.info.passages) == (3, len(passages))


def test_vectors_terms_and_tokens_belong_to_their_passages(bench: Bench) -> None:
    bench.build()
    made, encoder = bench.active(), HashingEncoder()
    for position, passage in enumerate(made.passages):
        text, offset = heading_text(made.documents[passage.document], passage)
        assert made.text(position) == (text, offset)
        np.testing.assert_allclose(made.vector(position), encoder.encode_passages([text])[0], atol=1e-3)
        tokens, expected = made.token_vectors(position), encoder.encode_tokens([text])[0]
        np.testing.assert_array_equal(tokens.spans, expected.spans)
        np.testing.assert_allclose(tokens.vectors, expected.vectors, atol=0.02)
        _, ids = made.store.search(made.vector(position)[None], 1)
        assert ids.tolist() == [[position]]


def test_nothing_changed_makes_no_new_snapshot(bench: Bench) -> None:
    first = bench.build().report
    again = bench.build().report
    assert again.snapshot == first.snapshot
    assert not again.differs
    assert again.unchanged == first.added
    assert again.passages == PassageCounts(unchanged=first.passages.total)
    assert [info.id for info in snapshot.kept(bench.data)] == [first.snapshot]


def test_unchanged_files_are_not_opened_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.build()
    bench.write("b.md", "# Works\n\nSomething else stands here now.\n")
    opened: list[str] = []
    monkeypatch.setattr(changed_files, "contents", lambda path: opened.append(path.name) or contents(path))
    bench.build()
    assert set(opened) == {"b.md"}


@pytest.mark.parametrize("change", ["edit", "add", "remove", "rename", "shrink", "first"])
def test_a_changed_corpus_gives_what_a_fresh_build_gives(bench: Bench, tmp_path: Path, change: str) -> None:
    bench.build()
    match change:
        case "edit":
            bench.write("b.md", f"# Works\n\n{story('Beta', 9)}\n\nBeta was sold.\n\n{story('Delta', 5)}\n")
        case "add":
            bench.write("bb.txt", story("Epsilon"))
        case "remove":
            (bench.corpus / "a.txt").unlink()
        case "rename":
            (bench.corpus / "a.txt").rename(bench.corpus / "z.txt")
        case "shrink":
            bench.write("c/γ δ.txt", "Gamma is gone.")
        case "first":
            bench.write("0.txt", story("Zeta", 30))
    bench.build()
    (tmp_path / "fresh").mkdir()
    fresh = Bench(tmp_path / "fresh")
    shutil.copytree(bench.corpus, fresh.corpus, dirs_exist_ok=True)
    fresh.build()
    same(bench.active(), fresh.active())


def test_a_file_knows_what_it_translates_when_that_comes_after_it_and_when_it_goes(bench: Bench) -> None:
    def original() -> str | None:
        bench.build()
        (found,) = [one.source for one in bench.active().documents if one.source.path == "d.zh.md"]
        return found.translation_of

    bench.write("d.zh.md", "大门九点打开。")
    assert original() is None
    english = bench.write("d.en.md", "The gate opens at nine.")
    assert original() == "d.en.md"
    english.unlink()
    assert original() is None


def test_answers_do_not_depend_on_how_an_index_came_about(bench: Bench, tmp_path: Path) -> None:
    encoder = open_encoder("bundled-fast")
    build.build(bench.corpus, bench.data, encoder, now=NOW)
    bench.write("b.md", f"# Works\n\n{story('Beta', 9)}\n\nBeta was sold to Omega in 2021 for 30 million.\n")
    report = build.build(bench.corpus, bench.data, encoder, now=NOW).report
    assert report.changed == ("b.md",)
    build.build(bench.corpus, tmp_path / "fresh", encoder, now=NOW)
    kept, fresh = (Index.open(data, encoder=encoder) for data in (bench.data, tmp_path / "fresh"))
    for question in ("How many cars does Alpha number 3 make?", "Gamma工厂在哪里?", "Who bought Beta?", "天气好吗?"):
        one, other = (index.ask(question, top=5) for index in (kept, fresh))
        assert one.quotes or one.nearest
        assert (one.confidence, one.quotes, one.nearest) == (other.confidence, other.quotes, other.nearest)


def test_only_new_passages_are_encoded(bench: Bench) -> None:
    bench.build()
    bench.write(
        "a.txt", story("Alpha") + "\n\n" + "One more thing was added at the end of the story, and it is long. " * 12
    )
    report = bench.build().report
    assert report.encoded == len(bench.encoder.encoded)
    assert 0 < report.encoded <= 3
    assert report.changed == ("a.txt",)
    assert report.passages.unchanged > report.passages.changed + report.passages.added > 0


def test_what_comes_back_is_not_encoded_again(bench: Bench) -> None:
    bench.build()
    (bench.corpus / "a.txt").rename(bench.corpus.parent / "a.txt")
    assert bench.build().report.removed == ("a.txt",)
    (bench.corpus.parent / "a.txt").rename(bench.corpus / "a.txt")
    assert bench.build().report.added == ("a.txt",)
    assert bench.encoder.encoded == []


def test_the_same_text_in_two_files_is_encoded_once(bench: Bench) -> None:
    bench.write("copy.txt", story("Alpha"))
    bench.build()
    assert len(set(bench.encoder.encoded)) == len(bench.encoder.encoded)
    made = bench.active()
    assert len(made.documents) == 4


def test_a_file_of_a_hundred_megabytes_is_skipped_with_the_reason_and_the_rest_is_indexed(bench: Bench) -> None:
    with (bench.corpus / "big.txt").open("wb") as file:
        file.truncate(100 << 20)
    report = bench.build().report
    reason = "The file has 100 MB, and at most 32 MB can be read; split it into several."
    assert report.skipped == (("big.txt", reason),)
    assert report.added == ("a.txt", "b.md", "c/γ δ.txt")
    tracemalloc.start()
    with pytest.raises(ReaderError, match="split it"):
        read(bench.corpus / "big.txt", relative="big.txt")
    assert tracemalloc.get_traced_memory()[1] < 1 << 20, "it was read all the same"
    tracemalloc.stop()


def test_a_touched_file_with_the_same_content_is_unchanged(bench: Bench) -> None:
    first = bench.build().report
    os.utime(bench.corpus / "a.txt", (LONG_AGO + 500, LONG_AGO + 500))
    assert bench.build().report.snapshot == first.snapshot


def test_a_change_that_keeps_size_and_a_recent_time_is_noticed(bench: Bench) -> None:
    path, moment = bench.write("new.txt", "There are 8 factories."), NOW.timestamp()
    os.utime(path, (moment, moment))
    bench.build()
    path.write_text("There are 9 factories.")
    os.utime(path, (moment, moment))
    assert bench.build().report.changed == ("new.txt",)


def test_a_clock_that_goes_back_does_no_harm(bench: Bench) -> None:
    first = bench.build().report.snapshot
    bench.write("d.txt", story("Delta"))
    yesterday = NOW - timedelta(days=1)
    second = build.build(bench.corpus, bench.data, bench.encoder, now=yesterday).report.snapshot
    assert [info.id for info in snapshot.kept(bench.data)] == [second, first]
    assert bench.active().info.id == second
    assert snapshot.rollback(bench.data).id == first


def test_files_that_give_nothing_are_named_with_the_reason_and_the_rest_is_indexed(bench: Bench) -> None:
    bench.write("empty.txt", "")
    bench.write("about.md", "---\ntitle: Nothing\n---\n")
    bench.write("data.xyz", "?")
    (bench.corpus / "out.txt").symlink_to("/etc/hostname")
    report = bench.build().report
    assert [path for path, _ in report.skipped] == ["about.md", "data.xyz", "empty.txt", "out.txt"]
    assert all(reason.endswith(".") for _, reason in report.skipped)
    assert len(report.added) == 3
    assert len(bench.active().documents) == 3


def test_a_document_that_can_no_longer_be_read_is_removed_and_named(bench: Bench) -> None:
    bench.build()
    bench.write("a.txt", "")
    report = bench.build().report
    assert report.removed == ("a.txt",)
    assert report.skipped[0][0] == "a.txt"


def test_a_file_that_changes_while_it_is_read_is_read_once_more(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    grown: list[str] = []

    def growing(path: Path) -> bytes:
        data = contents(path)
        if path.name == "a.txt" and not grown:
            grown.append(path.name)
            path.write_text(story("Alpha", 13), "utf-8")
        return data

    monkeypatch.setattr(changed_files, "contents", growing)
    bench.build()
    assert bench.active().documents[0].text == story("Alpha", 13)


def test_a_file_that_never_rests_is_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def restless(path: Path) -> bytes:
        data = contents(path)
        if path.name == "a.txt":
            path.write_text(path.read_text("utf-8") + ".", "utf-8")
        return data

    monkeypatch.setattr(changed_files, "contents", restless)
    report = bench.build().report
    assert [path for path, _ in report.skipped] == ["a.txt"]
    assert "changing" in report.skipped[0][1]


def test_a_file_that_was_refused_and_has_not_changed_is_not_read_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.write("empty.html", "<p></p>")
    skipped = bench.build().report.skipped
    opened: list[str] = []
    monkeypatch.setattr(changed_files, "contents", lambda path: opened.append(path.name) or contents(path))
    assert bench.build().report.skipped == skipped
    assert opened == []
    bench.write("empty.html", "<p>It has 8 halls.</p>")
    assert bench.build().report.added == ("empty.html",)


def test_the_saved_questions_are_no_document(bench: Bench) -> None:
    bench.write("questions.jsonl", '{"question": "how many?"}\n')
    report = bench.build().report
    assert "questions.jsonl" not in report.added + tuple(path for path, _ in report.skipped)


def test_our_own_data_within_the_corpus_is_no_document(bench: Bench) -> None:
    bench.data = bench.corpus / "data"
    first = bench.build().report
    again = bench.build().report
    assert (again.snapshot, again.skipped) == (first.snapshot, ())


@pytest.mark.parametrize("files", [{}, {"x.bin": "\0\1"}, {"q.md": "---\ntitle: Nothing\n---\n"}])
def test_a_corpus_that_says_nothing_is_an_error_and_replaces_nothing(tmp_path: Path, files: dict[str, str]) -> None:
    bench = Bench(tmp_path)
    bench.write("a.txt", story("Alpha"))
    live = bench.build().report.snapshot
    (bench.corpus / "a.txt").unlink()
    for name, text in files.items():
        bench.write(name, text)
    with pytest.raises(CorpusError, match=r"\.md"):
        bench.build()
    assert bench.active().info.id == live
    assert [path.name for path in (bench.data / "snapshots").iterdir()] == [live]


def test_a_corpus_folder_that_is_not_there_is_an_error(bench: Bench) -> None:
    shutil.rmtree(bench.corpus)
    with pytest.raises(CorpusError, match="create it"):
        bench.build()


def test_another_encoder_encodes_everything_again_and_changes_no_text(bench: Bench) -> None:
    before = bench.build().report
    bench.encoder = HashingEncoder(dimensions=16, salt="other")
    report = bench.build().report
    assert report.snapshot != before.snapshot
    assert report.encoded == report.passages.total
    assert report.passages == PassageCounts(unchanged=before.passages.total)
    with pytest.raises(EncoderError, match="run `verbatim index`"):
        bench.active().require(HashingEncoder())
    bench.active().require(bench.encoder)


def test_an_encoder_without_token_vectors_is_fine(bench: Bench) -> None:
    bench.encoder = HashingEncoder(tokens=0)
    bench.build()
    made = bench.active()
    assert made.pieces(0).tolist() == encode_ids([made.text(0)[0]])[0].tolist()


def test_new_code_for_reading_reads_everything_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    first = bench.build().report.snapshot
    monkeypatch.setattr("index.builds.pipeline.recipe", lambda: "another")
    report = bench.build().report
    assert report.snapshot != first
    assert report.unchanged == ("a.txt", "b.md", "c/γ δ.txt")
    assert report.encoded == 0


def test_an_encoder_that_gives_nonsense_is_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.encoder, "encode_both", lambda texts: (np.full((len(texts), 32), np.nan, np.float32), []))
    with pytest.raises(EncoderError, match="hashing"):
        bench.build()
    assert not list((bench.data / "snapshots").iterdir())


def test_vectors_are_the_same_to_the_last_bit_on_any_number_of_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, encoder = tmp_path / "corpus", open_encoder("bundled")
    corpus.mkdir()
    for number in range(70):
        (corpus / f"{number:02}.txt").write_text(f"第{number}家工厂有{number * 7}人。 " * (number % 5 + 1), "utf-8")
    made = []
    for cores in (1, 2, 3):
        monkeypatch.setattr(background, "cores", lambda cores=cores: cores)
        report = build.build(corpus, tmp_path / f"data-{cores}", encoder, now=NOW).report
        folder = tmp_path / f"data-{cores}" / "snapshots" / report.snapshot
        assert report.encoded > 2 * BATCH
        made.append([(folder / name).read_bytes() for name in ("vectors.npy", "tokens.bin", "rows.npy")])
    assert made[0] == made[1] == made[2]


@pytest.mark.parametrize("broken", [False, True])
def test_a_build_leaves_no_thread_behind(bench: Bench, monkeypatch: pytest.MonkeyPatch, broken: bool) -> None:
    """A process that was forked from this one would wait for ever for the threads of a pool that it does not have."""
    monkeypatch.setattr(background, "cores", lambda: 2)
    before = set(threading.enumerate())
    if broken:
        monkeypatch.setattr(bench.encoder, "encode_both", lambda texts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bench.build()
    else:
        bench.build()
    assert set(threading.enumerate()) == before


def test_progress_is_told_in_phases(bench: Bench) -> None:
    told: list[tuple[str, int, int]] = []
    bench.build(progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(phase for phase, _, _ in told)) == ["read", "encode", "write", "check"]
    assert all(done <= total for _, done, total in told)
    assert [step for step in told if step[0] == "read"] == [("read", number, 3) for number in (1, 2, 3)]


def test_interrupting_leaves_nothing_behind(bench: Bench) -> None:
    def interrupt(phase: str, done: int, total: int) -> None:
        if phase == "write":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.build(progress=interrupt)
    assert not list((bench.data / "snapshots").iterdir())
    assert bench.build().report.encoded == 0


def test_two_at_once_are_refused_in_words(bench: Bench) -> None:
    with hold(bench.data, NOW), pytest.raises(BusyError, match=f"pid {os.getpid()}"):
        bench.build()


def test_a_prepared_snapshot_is_not_live_until_it_is_activated(bench: Bench) -> None:
    live = bench.build().report.snapshot
    bench.write("d.txt", story("Delta"))
    prepared = build.prepare(bench.corpus, bench.data, bench.encoder, now=NOW)
    assert bench.active().info.id == live
    assert prepared.report.added == ("d.txt",)
    assert build.activate(prepared).snapshot == bench.active().info.id != live


def test_a_discarded_snapshot_leaves_nothing(bench: Bench) -> None:
    live = bench.build().report.snapshot
    bench.write("d.txt", story("Delta"))
    build.discard(build.prepare(bench.corpus, bench.data, bench.encoder, now=NOW))
    assert [path.name for path in (bench.data / "snapshots").iterdir()] == [live]


def test_a_prepared_snapshot_that_was_overtaken_does_not_go_live(bench: Bench) -> None:
    bench.build()
    bench.write("d.txt", story("Delta"))
    prepared = build.prepare(bench.corpus, bench.data, bench.encoder, now=NOW)
    other = bench.build().report.snapshot
    with pytest.raises(SnapshotError, match="reindex again"):
        build.activate(prepared)
    assert bench.active().info.id == other


def test_a_rollback_overtakes_a_prepared_snapshot(bench: Bench) -> None:
    first = bench.build().report.snapshot
    bench.write("d.txt", story("Delta"))
    bench.build()
    bench.write("e.txt", story("Epsilon"))
    prepared = build.prepare(bench.corpus, bench.data, bench.encoder, now=NOW)
    snapshot.rollback(bench.data, first)
    assert prepared.folder is not None
    assert prepared.folder.is_dir()
    with pytest.raises(SnapshotError, match="reindex again"):
        build.activate(prepared)
    assert bench.active().info.id == first


def test_a_rollback_overtakes_a_reindex_that_found_nothing_new(bench: Bench) -> None:
    """Else it would end the hold, and an old index would answer that nobody keeps and nobody renews."""
    first = bench.build().report.snapshot
    bench.write("d.txt", story("Delta"))
    bench.build()
    prepared = build.prepare(bench.corpus, bench.data, bench.encoder, now=NOW)
    assert prepared.folder is None
    snapshot.rollback(bench.data, first)
    with pytest.raises(SnapshotError, match="reindex again"):
        build.activate(prepared)
    assert is_held(bench.data)
    assert bench.active().info.id == first


def test_of_two_prepared_snapshots_the_later_goes_live_and_the_earlier_does_not_replace_it(bench: Bench) -> None:
    bench.build()
    bench.write("d.txt", story("Delta"))
    earlier = build.prepare(bench.corpus, bench.data, bench.encoder, now=NOW)
    bench.write("e.txt", story("Epsilon"))
    later = build.prepare(bench.corpus, bench.data, bench.encoder, now=NOW)
    live = build.activate(later).snapshot
    with pytest.raises(SnapshotError, match="reindex again"):
        build.activate(earlier)
    assert bench.active().info.id == live
    assert {document.source.path for document in bench.active().documents} >= {"d.txt", "e.txt"}


@pytest.mark.parametrize("gives_up", [build.activate, build.discard])
def test_of_two_prepared_snapshots_the_earlier_does_not_take_the_later_for_its_own(
    bench: Bench, gives_up: Callable[[Prepared], object]
) -> None:
    """Each had the next number, and the folder was called by that alone."""
    bench.build()
    bench.write("d.txt", story("Delta"))
    earlier = build.prepare(bench.corpus, bench.data, bench.encoder, now=NOW)
    bench.write("e.txt", story("Epsilon"))
    later = build.prepare(bench.corpus, bench.data, bench.encoder, now=NOW)
    with suppress(SnapshotError):
        gives_up(earlier)
    assert build.activate(later).snapshot == bench.active().info.id == live_id(bench.data)
    assert {document.source.path for document in bench.active().documents} >= {"d.txt", "e.txt"}


def test_old_snapshots_are_pruned_by_count_but_never_the_live_one(bench: Bench) -> None:
    ids = []
    for turn in range(5):
        bench.write("d.txt", story(f"Delta{turn}"))
        ids.append(bench.build(keep=3).report.snapshot)
    assert [info.id for info in snapshot.kept(bench.data)] == ids[:1:-1]
    snapshot.rollback(bench.data, ids[2])
    bench.write("d.txt", story("Delta"))
    newest = bench.build(keep=1).report.snapshot
    assert [info.id for info in snapshot.kept(bench.data)] == [newest]


def test_what_a_process_that_ended_after_the_switch_did_not_prune_goes_with_the_next_reindex(bench: Bench) -> None:
    """Also where that one finds nothing new."""
    for turn in range(3):
        bench.write("d.txt", story(f"Delta{turn}"))
        newest = bench.build(keep=9).report.snapshot
    assert len(snapshot.kept(bench.data)) == 3
    assert bench.build(keep=1).report.snapshot == newest
    assert [info.id for info in snapshot.kept(bench.data)] == [newest]


def test_a_vector_cache_that_is_damaged_is_thrown_away_and_the_index_made(bench: Bench) -> None:
    bench.build()
    for file in bench.data.glob("vectors.sqlite-*"):
        file.unlink()
    path = bench.data / "vectors.sqlite"
    data = bytearray(path.read_bytes())
    # The head stands, so that it opens; its pages do not.
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    bench.write("a.txt", story("Gamma"))
    assert bench.build().report.changed == ("a.txt",)
    bench.write("a.txt", story("Delta"))
    assert bench.build().report.changed == ("a.txt",)
