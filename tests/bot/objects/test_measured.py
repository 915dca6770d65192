"""What is asked of an object store is counted, with its time and its failures."""

import shutil
from pathlib import Path

import pytest

from bot.errors import ObjectsError
from bot.metrics import Metrics
from bot.objects import open_objects
from bot.objects.folder import PIECE
from bot.objects.measured import MeasuredObjects
from tests.bot.objects.conftest import store as store


def counted(metrics: Metrics, name: str, call: str) -> float:
    return metrics.registry.get_sample_value(f"verbatim_objects_{name}", {"call": call}) or 0.0


def test_every_call_is_counted_and_every_failure(store: Path) -> None:
    metrics = Metrics()
    objects = MeasuredObjects(open_objects(store.as_uri()), metrics.object_call)
    objects.put("a", b"1" * (PIECE + 1))
    objects.create("b", b"1")
    objects.get("a")
    assert [len(piece) for piece in objects.pieces("a", PIECE + 1)] == [PIECE, 1]
    objects.names("")
    objects.delete(["b"])
    calls = ("put", "create", "get", "download", "list", "delete")
    # A download asks once more, and finds its end.
    assert [counted(metrics, "seconds_count", call) for call in calls] == [1, 1, 1, 3, 1, 1]
    assert [counted(metrics, "errors_total", call) for call in calls] == [0] * 6
    shutil.rmtree(store)
    with pytest.raises(ObjectsError):
        objects.names("")
    assert counted(metrics, "errors_total", "list") == 1
    assert counted(metrics, "seconds_count", "list") == 2
    assert counted(metrics, "seconds_sum", "list") > 0
