"""The picture of the architecture shows what is there."""

import re
from pathlib import Path

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
