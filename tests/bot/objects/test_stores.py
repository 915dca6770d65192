"""What a store says when it is away, refuses, or has the wrong address."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import ObjectsError, SettingsError
from bot.objects import open_objects
from bot.objects.address import Address, below
from bot.objects.door import Objects
from tests import object_store
from tests.object_store import S3Server

CALLS: tuple[Callable[[Objects], object], ...] = (
    lambda store: store.put("a", b"x"),
    lambda store: store.create("a", b"x"),
    lambda store: store.get("a"),
    lambda store: list(store.pieces("a", 1)),
    lambda store: store.names(""),
)


@pytest.mark.parametrize("call", CALLS)
def test_a_store_that_is_away_is_said_in_both_languages_and_without_its_secret(
    s3_server: S3Server, call: Callable[[Objects], object]
) -> None:
    with object_store.line(s3_server) as line:
        store = open_objects(s3_server.empty(line))
        line.cut()
        with pytest.raises(ObjectsError, match=r"s3://bucket-\d+/some/where does not answer") as error:
            call(store)
    said = f"{error.value} {error.value.sentence_in('zh')}"
    assert "OBJECTS_URL" in error.value.sentence_in("zh")
    assert "secret" not in said
    assert "\n" not in said


def test_a_store_that_comes_back_is_used_again(s3_server: S3Server) -> None:
    with object_store.line(s3_server) as line:
        store = open_objects(s3_server.empty(line))
        store.put("a", b"x")
        line.cut()
        with pytest.raises(ObjectsError):
            store.get("a")
        line.mend()
        assert store.get("a") == b"x"


def test_a_bucket_that_does_not_exist_is_named(s3_server: S3Server) -> None:
    store = open_objects(s3_server.address("no-such-bucket"))
    for call in (CALLS[0], CALLS[2], CALLS[4]):
        with pytest.raises(ObjectsError, match="There is no bucket for s3://no-such-bucket/some/where"):
            call(store)


def test_a_folder_that_is_not_mounted_is_no_empty_store(tmp_path: Path) -> None:
    store = open_objects((tmp_path / "away").as_uri())
    for call in (CALLS[0], CALLS[1], CALLS[4]):
        with pytest.raises(ObjectsError, match="does not answer"):
            call(store)
    assert not (tmp_path / "away").exists()


@pytest.mark.parametrize(
    "url",
    ["", "s3://", "s3:bucket", "https://bucket", "file://host/folder", "file:///", "s3://bucket?secret=1", "s3://b#c"],
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsError, match="OBJECTS_URL is not the address") as error:
        Address(url)
    assert not url or f"{url} " not in str(error.value)


def test_an_address_is_understood_with_everything_in_it() -> None:
    address = Address("s3://a%2Bkey:a%2Fsecret@bucket/some/where/?endpoint=http://127.0.0.1:9000/&region=eu-1")
    assert (address.bucket, address.prefix, address.key, address.secret) == (
        "bucket",
        "some/where",
        "a+key",
        "a/secret",
    )
    assert (address.endpoint, address.region, address.name) == (
        "http://127.0.0.1:9000",
        "eu-1",
        "s3://bucket/some/where",
    )
    assert address.masked("no a/secret of a+key\nmore") == "no ******** of ********"


def test_each_collection_has_a_part_of_the_store() -> None:
    part = below("s3://key:a%2Fsecret@bucket/some?region=eu-1", "价 目")
    assert Address(part).prefix == "some/价 目"
    assert Address(part).secret == "a/secret"
    assert Address(below("file:///srv/store", "one")).folder == Path("/srv/store/one")
    assert below("", "one") == ""
