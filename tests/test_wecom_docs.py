"""The pages about WeCom name what there is: every setting, every command, in both languages."""

import re
from pathlib import Path

import pytest

from bot.channels.wecom import app, passive
from bot.channels.wecom.commands import CHINESE
from bot.settings import Settings

DOCS = Path(__file__).parents[1] / "docs"
PAGES = ("wecom.md", "wecom.zh-CN.md")
UNTOLD = {"WECOM_API_URL"}


@pytest.mark.parametrize("page", PAGES)
def test_every_setting_is_told_and_no_other(page: str) -> None:
    told = set(re.findall(r"WECOM_[A-Z_]+", (DOCS / page).read_text(encoding="utf-8")))
    known = {name.upper() for name in Settings.model_fields if name.startswith("wecom_")}
    assert told == known - UNTOLD


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_every_path_is_told(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    for name in (*CHINESE, *CHINESE.values()):
        assert f"/{name}" in text
    for path in (app.PATH, passive.PATH):
        assert path in text
