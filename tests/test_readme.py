"""What the READMEs show is so: their commands exist, their example is the real answer, both say the same."""

import io
import re
from pathlib import Path

import pytest

from bot.cli import commands
from bot.cli.terminal.console import Console

ROOT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
COMMAND = re.compile(r"^(?:[A-Z]+=\S+ )*verbatim (\w+)", re.MULTILINE)


def blocks(name: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("name", READMES)
def test_every_command_shown_exists(name: str) -> None:
    shown = {word for block in blocks(name, "(?:sh|console)") for word in COMMAND.findall(block.replace("; ", "\n"))}
    assert shown
    assert shown <= {command.name for command in commands.COMMANDS}


@pytest.mark.parametrize("name", READMES)
def test_every_option_shown_is_understood(name: str) -> None:
    lines = [line.partition("#")[0].strip() for block in blocks(name, "sh") for line in block.splitlines()]
    for line in lines:
        for part in line.split("; "):
            if part.startswith("verbatim "):
                words = re.findall(r'"[^"]*"|\S+', re.sub(r"[<>] \S+", "", part))[1:]
                assert (
                    commands.parse(
                        [word.strip('"') for word in words], Console(io.StringIO(), io.StringIO(), io.StringIO())
                    )
                    is not None
                )


@pytest.mark.parametrize("name", READMES)
def test_every_verb_shown_is_in_the_makefile(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.findall(r"(?:^|`|\| )make ([a-z]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
    assert {"chat", "test", "check"} <= verbs
    assert all(re.search(rf"^{verb}:", makefile, re.MULTILINE) for verb in verbs)


def test_both_languages_have_the_same_headings_and_links() -> None:
    shapes = []
    for name in READMES:
        text = (ROOT / name).read_text(encoding="utf-8")
        # A page that exists in Chinese too is linked in the reader's language.
        links = sorted(
            {link.replace(".zh-CN", "") for link in re.findall(r"\]\(([^)]+)\)", text) if link not in READMES}
        )
        shapes.append((re.findall(r"^(#+) ", text, re.MULTILINE), links))
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("name", READMES)
def test_every_link_leads_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("http")]
    assert [link for link in links if not (ROOT / link).exists()] == []
