"""What every object store has to do: the folder, and a real S3 server over the loopback."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.objects import open_objects
from bot.objects.door import Objects
from bot.objects.measured import MeasuredObjects

LARGE = bytes(range(256)) * 80_000
"""More than two pieces, and more than one part of an upload."""


@pytest.fixture(params=["folder", "s3", "measured"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if kind == "s3":
        return str(request.getfixturevalue("s3_server").empty())
    (tmp_path / "store").mkdir()
    return (tmp_path / "store").as_uri()


@pytest.fixture
def objects(kind: str, url: str) -> Objects:
    return MeasuredObjects(open_objects(url), lambda *_: None) if kind == "measured" else open_objects(url)


def read(objects: Objects, name: str, size: int) -> bytes:
    return b"".join(objects.pieces(name, size))


def test_what_was_put_is_read_back(objects: Objects) -> None:
    objects.put("a/b 镇.bin", b"content")
    assert objects.get("a/b 镇.bin") == b"content"
    objects.put("a/b 镇.bin", b"other")
    assert objects.get("a/b 镇.bin") == b"other"


def test_there_is_nothing_where_nothing_was_put(objects: Objects) -> None:
    assert objects.get("nothing") is None
    assert read(objects, "nothing", 10) == b""
    assert objects.names("") == []


def test_a_large_file_arrives_whole(objects: Objects, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(LARGE)
    objects.put("large", tmp_path / "large")
    assert read(objects, "large", len(LARGE)) == LARGE


def test_an_object_that_is_shorter_than_it_should_be_gives_what_there_is(objects: Objects) -> None:
    objects.put("short", b"123")
    assert read(objects, "short", 10) == b"123"


def test_an_empty_object_is_one(objects: Objects, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    objects.put("empty", tmp_path / "empty")
    assert objects.get("empty") == b""
    assert read(objects, "empty", 0) == b""


def test_a_name_is_created_once(objects: Objects) -> None:
    assert objects.create("one", b"first")
    assert not objects.create("one", b"second")
    assert objects.get("one") == b"first"


def test_of_many_who_create_the_same_name_one_succeeds(url: str) -> None:
    stores = [open_objects(url) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda number: stores[number].create("one", b"%d" % number), range(8)))
    assert made.count(True) == 1
    assert stores[0].get("one") == b"%d" % made.index(True)


def test_names_are_those_below_a_folder(objects: Objects) -> None:
    for name in ("b/2", "b/1", "b/c/3", "bb/4", "5"):
        objects.put(name, b"x")
    assert objects.names("b/") == ["b/1", "b/2", "b/c/3"]
    assert objects.names("") == ["5", "b/1", "b/2", "b/c/3", "bb/4"]


def test_what_is_deleted_is_gone_and_may_be_deleted_again(objects: Objects) -> None:
    objects.put("a/one", b"x")
    objects.put("a/two", b"x")
    objects.delete(["a/one", "a/none"])
    objects.delete(["a/one"])
    assert objects.names("a/") == ["a/two"]


def test_two_open_the_same_store(url: str) -> None:
    open_objects(url).put("a", b"x")
    assert open_objects(url).get("a") == b"x"
