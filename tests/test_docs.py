"""What the pages of the documentation show is what there is, in both languages."""

import re
from pathlib import Path

import pytest

from bot.metrics import Metrics

ROOT = Path(__file__).parent.parent


def pictured() -> list[str]:
    """Paths of the picture: a folder's own modules are indented below it, two spaces a level."""
    picture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("```")[1]
    paths: list[str] = []
    folders: list[str] = []
    for line in picture.strip().splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        names = re.findall(r"[\w-]+(?:\.py|/)", line.strip().split("   ")[0])
        folders = folders[:depth]
        paths += ["".join(folders) + name for name in names]
        folders.append(names[0])
    return paths


def test_everything_in_the_picture_exists() -> None:
    paths = pictured()
    assert len(paths) > 50
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("language", ["", ".zh-CN"])
def test_every_metric_is_explained(language: str) -> None:
    pages = [
        (ROOT / "docs" / f"{name}{language}.md").read_text(encoding="utf-8") for name in ("deploy", "many-machines")
    ]
    explained = set(re.findall(r"`(verbatim_[a-z_]+)", "".join(pages)))
    counted = {f"{one.name}_total" if one.type == "counter" else one.name for one in Metrics().registry.collect()}
    assert explained == counted
