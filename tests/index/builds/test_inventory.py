"""Which files are indexed, skipped, new, changed or gone, beside the snapshot that is live."""

import os
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from index.builds.build import build
from index.builds.inventory import Entry, FileStatus, inventory, skipped
from index.documents.readers.building.assemble import document_id
from index.snapshots.folder import live_id
from tests.hashing import HashingEncoder
from tests.index.documents.readers.pdf.drawn import drawn, write

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def states(corpus: Path, data: Path) -> dict[str, FileStatus]:
    return {entry.path: entry.state for entry in inventory(corpus, data)}


def folder(tmp_path: Path) -> tuple[Path, Path]:
    corpus = tmp_path / "corpus"
    (corpus / "sub").mkdir(parents=True)
    (corpus / "b.md").write_text("# One\n\nThe first sentence is here.\n\n# Two\n\nThe second is here.\n", "utf-8")
    (corpus / "sub" / "a.md").write_text("The third sentence is here.\n", "utf-8")
    (corpus / "broken.docx").write_bytes(b"no zip")
    return corpus, tmp_path / "data"


def test_before_the_first_index_every_file_is_new(tmp_path: Path) -> None:
    corpus, data = folder(tmp_path)
    assert set(states(corpus, data).values()) == {FileStatus.NEW}
    assert states(tmp_path / "nowhere", data) == {}


def test_after_it_each_file_is_listed_with_its_passages_or_why_it_was_skipped(tmp_path: Path) -> None:
    corpus, data = folder(tmp_path)
    build(corpus, data, HashingEncoder(), now=NOW)
    entries = {entry.path: entry for entry in inventory(corpus, data)}
    assert [entries[path].state for path in ("b.md", "broken.docx", "sub/a.md")] == [
        FileStatus.INDEXED,
        FileStatus.SKIPPED,
        FileStatus.INDEXED,
    ]
    assert (entries["b.md"].passages, entries["broken.docx"].passages, entries["sub/a.md"].passages) == (2, 0, 1)
    assert "DOCX" in entries["broken.docx"].reason
    assert entries["b.md"].document == document_id("b.md")


def test_what_changed_since_is_told_apart(tmp_path: Path) -> None:
    corpus, data = folder(tmp_path)
    build(corpus, data, HashingEncoder(), now=NOW)
    (corpus / "new.md").write_text("A new sentence is here.\n", "utf-8")
    (corpus / "b.md").write_text("Another text is here.\n", "utf-8")
    (corpus / "sub" / "a.md").unlink()
    os.symlink("/etc/hostname", corpus / "out.md")
    found = states(corpus, data)
    assert found == {
        "b.md": FileStatus.CHANGED,
        "broken.docx": FileStatus.SKIPPED,
        "new.md": FileStatus.NEW,
        "out.md": FileStatus.SKIPPED,
        "sub/a.md": FileStatus.REMOVED,
    }


def test_a_snapshot_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    corpus, data = folder(tmp_path)
    build(corpus, data, HashingEncoder(), now=NOW)
    (file,) = (data / "snapshots").glob("*/files.json")
    file.write_bytes(b"{")
    assert set(states(corpus, data).values()) == {FileStatus.NEW}
    assert isinstance(inventory(corpus, data)[0], Entry)


def test_a_file_that_was_read_in_part_says_so_as_long_as_it_is_what_it_was(tmp_path: Path) -> None:
    corpus, data = folder(tmp_path)

    def pages(canvas: Canvas) -> None:
        write(canvas, "A sentence stands on the first page, and the second one is a picture.")
        canvas.showPage()
        canvas.drawInlineImage(Image.new("L", (8, 8)), 0, 0, 595, 842)

    (corpus / "half.pdf").write_bytes(drawn(pages))
    os.utime(corpus / "half.pdf", (1_600_000_000, 1_600_000_000))
    for _ in range(2):
        report = build(corpus, data, HashingEncoder(), now=NOW).report
        (partial,) = report.partial
        assert partial[0] == "half.pdf"
        assert partial[1].startswith("Pages not read: 2.")
        (corpus / "b.md").write_text("Another sentence is here.\n", "utf-8")
    (entry,) = [entry for entry in inventory(corpus, data) if entry.path == "half.pdf"]
    assert (entry.state, entry.reason) == (FileStatus.INDEXED, partial[1])
    assert ("half.pdf", partial[1]) in skipped(data, live_id(data) or "")
