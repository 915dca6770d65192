"""The picture of the architecture shows what is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def pictured() -> list[str]:
    """Paths of the picture's first column; a room's own modules may be named anywhere on its lines."""
    picture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("```")[1]
    paths, room = [], ""
    for line in picture.strip().splitlines():
        names = re.findall(r"[\w-]+(?:\.py|/)", line)
        if not line.startswith(" "):
            room = names[0]
            paths.append(room)
            continue
        paths += [room + name for name in names]
    return paths


def test_everything_in_the_picture_exists() -> None:
    paths = pictured()
    assert len(paths) > 50
    assert [path for path in paths if not (ROOT / path).exists()] == []
