"""What the pages of the documentation show is what there is, in both languages."""

import re
from pathlib import Path

import pytest

from bot.metrics import Metrics

ROOT = Path(__file__).parent.parent


def pictured(page: str = "architecture.md") -> list[str]:
    """Paths of the picture: a folder's own modules are indented below it, two spaces a level."""
    picture = (ROOT / "docs" / page).read_text(encoding="utf-8").split("```")[1]
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


def test_the_picture_is_the_same_in_chinese() -> None:
    assert pictured("architecture.zh-CN.md") == pictured()


def test_every_page_exists_in_both_languages_and_leads_to_the_other() -> None:
    for page in sorted((ROOT / "docs").glob("*.md")):
        name = page.name.removesuffix(".md").removesuffix(".zh-CN")
        chinese = page.name.endswith(".zh-CN.md")
        link = f"[English]({name}.md)" if chinese else f"[中文]({name}.zh-CN.md)"
        assert link in page.read_text(encoding="utf-8").splitlines()[:4], page.name
        assert (page.parent / (f"{name}.md" if chinese else f"{name}.zh-CN.md")).exists()


def test_links_between_the_pages_lead_somewhere_and_stay_in_the_language() -> None:
    for page in [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "README.zh-CN.md"]:
        targets = re.findall(r"\]\((?!https?:)([^)#]+\.md)", page.read_text(encoding="utf-8"))
        assert [target for target in targets if not (page.parent / target).exists()] == [], page.name
        chinese = page.name.endswith(".zh-CN.md")
        # The one link that leads to the other language is that to the page itself.
        own = page.name.replace(".zh-CN", "") if chinese else page.name.replace(".md", ".zh-CN.md")
        other = [target for target in targets if target != own and translated(page.parent / target, chinese=chinese)]
        assert other == [], page.name


def translated(target: Path, *, chinese: bool) -> bool:
    """Whether `target` is in the other language, and there is one in this."""
    if not chinese:
        return target.name.endswith(".zh-CN.md")
    return not target.name.endswith(".zh-CN.md") and target.with_name(f"{target.stem}.zh-CN.md").exists()


@pytest.mark.parametrize("language", ["", ".zh-CN"])
def test_every_metric_is_explained(language: str) -> None:
    pages = [
        (ROOT / "docs" / f"{name}{language}.md").read_text(encoding="utf-8") for name in ("deploy", "many-machines")
    ]
    explained = set(re.findall(r"`(verbatim_[a-z_]+)", "".join(pages)))
    counted = {f"{one.name}_total" if one.type == "counter" else one.name for one in Metrics().registry.collect()}
    assert explained == counted
