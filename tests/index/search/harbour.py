"""A small corpus with a snapshot, for the tests of the search's steps."""

from datetime import UTC, datetime
from pathlib import Path

from index.builds.build import build
from index.encoders.open import open_encoder
from index.search.answering import Answering
from index.search.pipeline import Pipeline
from index.search.ranking.ranking_model import Ranking
from index.snapshots.snapshot import Snapshot, active

FILES = {
    "harbour.txt": "榆港有12台起重机。每台起重机可以吊起40吨货物。\n\n港口北岸的灯塔建于1887年。灯塔高31米。\n\n"
    "鱼市场每天早上五点开门。\n",
    "again.txt": "港口北岸的灯塔建于1887年。\n\n榆港有12台起重机。\n",
    "prices.csv": "item,price\nberth,40\ncrane,90\n",
}
ENCODER = open_encoder("bundled-fast")
RANKING = Ranking.load(ENCODER.ranking)


def harbour(folder: Path) -> Snapshot:
    """The files above, indexed in `folder`."""
    (folder / "corpus").mkdir()
    for name, text in FILES.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    build(folder / "corpus", folder / "data", ENCODER, now=datetime(2026, 1, 1, tzinfo=UTC))
    return active(folder / "data")


def searched(snapshot: Snapshot, threshold: float = 0.0) -> Pipeline:
    """The search over it, sure from this confidence on."""
    return Pipeline.over(snapshot, ENCODER, RANKING).with_thresholds(threshold, threshold)


def answering(snapshot: Snapshot, threshold: float = 0.0) -> Answering:
    """What answers from it, from this confidence on."""
    return Answering.over(searched(snapshot, threshold))
