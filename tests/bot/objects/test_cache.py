"""A replica keeps so many snapshots as fit into its bound and onto its disk, and goes on with what it has where another
does not fit."""

import errno
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import ObjectsError
from bot.objects.cache import SPARE, Cache
from index.snapshots import files
from tests.bot.objects.conftest import NOW, Replica

BRIDGE, HOW_LONG = "The bridge over the river is 90 metres long.", "How long is the bridge?"
Make = Callable[..., Replica]
Both = tuple[Replica, Replica]
Usage = namedtuple("Usage", "free")


@pytest.fixture
def both(replica: Make) -> Both:
    """Two replicas that serve the same snapshot."""
    one, other = replica("one"), replica("other")
    one.write("tower.md", "镇上的水塔高四十米。")
    one.reindex()
    other.follow()
    return one, other


def bounded(replica: Replica, snapshots: float) -> Replica:
    """The same replica, whose bound is as many times what it keeps now."""
    bound = snapshots * Cache(replica.data).bytes() / len(cached(replica))
    return Replica(replica.settings.model_copy(update={"cache_gb": bound / 10**9}))


def cached(replica: Replica) -> list[str]:
    return sorted(path.name for path in (replica.data / "snapshots").iterdir())


def changes(one: Replica, number: int = 0) -> str:
    one.write("bridge.md", f"{BRIDGE} {number}")
    return one.reindex()


def free(monkeypatch: pytest.MonkeyPatch, size: float) -> None:
    monkeypatch.setattr("bot.objects.cache.shutil.disk_usage", lambda _: Usage(size))


def test_as_many_are_kept_as_fit_and_the_oldest_go(both: Both) -> None:
    one, other = both[0], bounded(both[1], 4.2)
    made = [one.live()]
    for number in range(4):
        made.append(changes(one, number))
        other.follow()
        assert cached(other) == made[-3:]
    other.publishing.rollback(made[-2], NOW)
    assert other.follow() == made[-2]


def test_who_builds_keeps_to_the_bound_afterwards(both: Both) -> None:
    one = bounded(both[0], 2.9)
    made = [changes(one, number) for number in range(4)]
    assert cached(one) == made[-2:]


def test_without_a_bound_two_are_kept(both: Both) -> None:
    one, other = both
    made = [changes(one, number) for number in range(3) if other.follow()]
    other.follow()
    assert len(cached(other)) == 2
    assert cached(other)[-1] == made[-1]


def test_where_the_bound_is_too_small_the_old_answers_go_on_until_it_is_raised(both: Both) -> None:
    one, other = both
    before = other.live()
    made = changes(one)
    small = bounded(other, 1.5)
    with pytest.raises(ObjectsError, match=r"does not fit into CACHE_GB=[\d.]+: .* takes [\d.]+ GB") as refused:
        small.follow()
    assert "CACHE_GB" in refused.value.sentence_in("zh")
    assert small.live() == before
    assert cached(small) == [before]
    assert not small.answers(HOW_LONG)
    assert bounded(other, 2.5).follow() == made
    assert small.answers(HOW_LONG)


def test_a_full_disk_is_not_filled_further_and_the_old_answers_go_on_until_there_is_room(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = both
    before = other.live()
    made = changes(one)
    with monkeypatch.context() as patched:
        free(patched, SPARE)
        with pytest.raises(ObjectsError, match="has no room for the snapshot") as refused:
            other.follow()
    assert "磁盘" in refused.value.sentence_in("zh")
    assert cached(other) == [before]
    assert other.follow() == made


def test_what_is_not_needed_makes_room_on_a_full_disk(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = both
    second = changes(one, 1)
    other.follow()
    third = changes(one, 2)
    all = Cache(other.data).bytes()
    # As if the snapshots were all that is on this disk, which has room for two and a half.
    monkeypatch.setattr(Cache, "_free", lambda self: SPARE + 1.25 * all - self.bytes())
    assert other.follow() == third
    assert cached(other) == [second, third]


def test_a_disk_that_others_fill_during_the_download_leaves_nothing_of_it(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = both
    before = other.live()
    changes(one)

    def full(self: files.HashedFile, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.HashedFile, "write", full)
    with pytest.raises(ObjectsError, match="has no room for the snapshot"):
        other.follow()
    assert cached(other) == [before]


def test_what_a_crash_left_of_a_download_is_removed_by_the_next(both: Both) -> None:
    one, other = both
    left = other.data / "snapshots" / ".coming-000002-00000000.1234abcd"
    left.mkdir()
    (left / "vectors.npy").write_bytes(b"half")
    changes(one)
    other.follow()
    assert not left.exists()


def test_a_cold_replica_whose_bound_is_too_small_says_so(replica: Make) -> None:
    one = replica("one")
    one.write("tower.md", "镇上的水塔高四十米。")
    one.reindex()
    cold = replica("other")
    small = Replica(cold.settings.model_copy(update={"cache_gb": 0.000001}))
    with pytest.raises(ObjectsError, match="CACHE_GB"):
        small.follow()
    assert small.live() is None
    assert list(Path(small.data, "snapshots").iterdir()) == []
