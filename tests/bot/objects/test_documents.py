"""Documents that are the same on every replica, whoever changes them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import ObjectsError
from bot.objects.documents import SharedDocuments
from bot.objects.folder import FolderObjects
from bot.objects.versions import NOTHING, Version, Versions


class Place:
    """A folder of documents with its data folder."""

    def __init__(self, home: Path, objects: FolderObjects) -> None:
        self.corpus, self.data = home / "corpus", home / "data"
        self.documents = SharedDocuments(objects, self.corpus, self.data)

    def meet(self) -> None:
        self.documents.meet()

    def write(self, path: str, text: str) -> None:
        (self.corpus / path).parent.mkdir(parents=True, exist_ok=True)
        (self.corpus / path).write_text(text)

    @property
    def files(self) -> dict[str, str]:
        found = (path for path in self.corpus.rglob("*") if path.is_file())
        return {path.relative_to(self.corpus).as_posix(): path.read_text() for path in found}

    @property
    def aside(self) -> list[str]:
        return [path.read_text() for path in (self.data / "removed").glob("*")]


@pytest.fixture
def place(tmp_path: Path, store: Path) -> Callable[..., Place]:
    return lambda name, objects=None: Place(tmp_path / name, objects or FolderObjects(store))


@pytest.fixture
def both(place: Callable[..., Place]) -> tuple[Place, Place]:
    """Two places with the same two documents."""
    one, other = place("one"), place("other")
    one.write("a.md", "a")
    one.write("b/c.md", "c")
    one.meet()
    other.meet()
    return one, other


def test_the_first_brings_its_documents_and_others_get_them(both: tuple[Place, Place]) -> None:
    assert both[1].files == {"a.md": "a", "b/c.md": "c"}
    written, brought = ((one.corpus / "a.md").stat().st_mtime_ns for one in both)
    assert brought == written


def test_what_is_added_changed_or_removed_at_one_is_so_at_the_other(both: tuple[Place, Place]) -> None:
    one, other = both
    one.write("new.md", "new")
    one.write("a.md", "changed")
    (one.corpus / "b/c.md").unlink()
    one.meet()
    other.meet()
    assert one.files == other.files == {"a.md": "changed", "new.md": "new"}
    assert other.aside == []


def test_changes_at_both_of_different_documents_are_kept(both: tuple[Place, Place]) -> None:
    one, other = both
    one.write("a.md", "one")
    other.write("b/c.md", "other")
    for each in (one, other, one):
        each.meet()
    assert one.files == other.files == {"a.md": "one", "b/c.md": "other"}


def test_of_changes_at_both_of_one_document_the_first_counts_and_the_other_is_kept_aside(
    both: tuple[Place, Place],
) -> None:
    one, other = both
    one.write("a.md", "first")
    other.write("a.md", "second")
    one.meet()
    other.meet()
    assert other.files["a.md"] == "first"
    assert other.aside == ["second"]
    one.meet()
    assert one.files["a.md"] == "first"


def test_a_document_that_one_removed_and_the_other_changed_is_removed_and_kept_aside(both: tuple[Place, Place]) -> None:
    one, other = both
    (one.corpus / "a.md").unlink()
    one.meet()
    other.write("a.md", "changed")
    other.meet()
    assert other.files == {"b/c.md": "c"}
    assert other.aside == ["changed"]


def test_a_folder_that_was_lost_removes_nothing_elsewhere(both: tuple[Place, Place]) -> None:
    one, other = both
    for path in (one.corpus / "a.md", one.corpus / "b/c.md"):
        path.unlink()
    (one.corpus / "b").rmdir()
    one.meet()
    other.meet()
    assert one.files == other.files == {"a.md": "a", "b/c.md": "c"}


def test_hidden_files_stay_where_they_are_and_saved_questions_do_not(both: tuple[Place, Place]) -> None:
    one, other = both
    one.write(".secret", "x")
    one.write("questions.jsonl", "{}")
    one.meet()
    other.meet()
    assert set(other.files) == {"a.md", "b/c.md", "questions.jsonl"}


def test_another_replica_that_writes_in_between_is_looked_at_again(
    both: tuple[Place, Place], store: Path, place: Callable[..., Place]
) -> None:
    one, other = both

    class Late(FolderObjects):
        """Before its first write of a list, the other replica writes one."""

        def create(self, name: str, content: bytes) -> bool:
            if name.startswith("documents/") and other.files.get("new.md") is None:
                other.write("new.md", "of the other")
                (other.corpus / "b/c.md").unlink()
                other.meet()
            return super().create(name, content)

    late = place("one", Late(store))
    late.write("a.md", "of the late one")
    late.meet()
    other.meet()
    assert one.files == other.files == {"a.md": "of the late one", "new.md": "of the other"}


def test_what_came_in_the_first_try_is_not_taken_for_a_change_of_ours_in_the_second(
    both: tuple[Place, Place], store: Path, place: Callable[..., Place]
) -> None:
    one, other = both
    other.write("b/c.md", "second version")
    other.meet()

    class Late(FolderObjects):
        """Before its first write of a list, the other replica goes back to the first version."""

        def create(self, name: str, content: bytes) -> bool:
            if name.startswith("documents/") and other.files["b/c.md"] != "c":
                other.write("b/c.md", "c")
                other.meet()
            return super().create(name, content)

    late = place("one", Late(store))
    late.write("a.md", "of the late one")
    late.meet()
    other.meet()
    assert one.files == other.files == {"a.md": "of the late one", "b/c.md": "c"}


def test_content_that_is_not_as_it_was_written_is_refused(both: tuple[Place, Place], store: Path) -> None:
    one, other = both
    one.write("a.md", "changed")
    one.meet()
    for path in (store / "contents").iterdir():
        if path.read_text() == "changed":
            path.write_text("spoiled")
    with pytest.raises(ObjectsError, match=r"a\.md"):
        other.meet()
    assert other.files["a.md"] == "a"
    assert list(other.corpus.glob(".*")) == []


def test_a_list_that_leads_out_of_the_folder_is_refused(both: tuple[Place, Place], store: Path, tmp_path: Path) -> None:
    row = Versions(FolderObjects(store), "documents/")
    files = row.newest().content["files"]
    row.add(row.newest(), {"files": {**files, "../../out.md": files["a.md"]}})
    with pytest.raises(ObjectsError, match=r"\.\./\.\./out\.md"):
        both[1].meet()
    assert not (tmp_path / "out.md").exists()


def test_a_list_that_nobody_wrote_is_refused(place: Callable[..., Place], store: Path) -> None:
    Versions(FolderObjects(store), "documents/").add(Version(0, {}), {"files": ["a.md"]})
    with pytest.raises(ObjectsError, match="documents"):
        place("one").meet()


def test_nothing_is_written_where_nothing_changed(both: tuple[Place, Place], store: Path) -> None:
    before = sorted(path.name for path in store.rglob("*"))
    for each in both:
        each.meet()
    assert sorted(path.name for path in store.rglob("*")) == before
    assert Versions(FolderObjects(store), "documents/").newest() != NOTHING
