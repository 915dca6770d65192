"""What a person sees of WeCom markdown: by a whole CommonMark reader, and by one that knows four marks only."""

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt


@dataclass(frozen=True)
class Seen:
    """Text as shown, and which stretches of it stand in block quotes, in bold, in links."""

    text: str
    quotes: tuple[str, ...]
    bold: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    kinds: frozenset[str]


def commonmark(source: str) -> Seen:
    text: list[str] = []
    quotes: list[str] = []
    bold: list[str] = []
    links: list[tuple[str, str]] = []
    kinds: set[str] = set()
    depth = 0
    tokens = MarkdownIt("commonmark").enable(["strikethrough", "table"]).parse(source)
    for token in tokens:
        kinds.add(token.type)
        if token.type == "blockquote_open":
            depth += 1
            quotes.append("")
        depth -= token.type == "blockquote_close"
        if token.type in ("code_block", "fence", "html_block"):
            text.append(token.content)
        for child in token.children or ():
            kinds.add(child.type)
            seen = {"softbreak": "\n", "hardbreak": "\n"}.get(child.type, child.content)
            text.append(seen)
            if depth:
                quotes[-1] += seen
            if child.type == "strong_open":
                bold.append("")
            elif child.type == "link_open":
                links.append(("", str(child.attrs["href"])))
            if "strong_open" in _open(token.children or [], child):
                bold[-1] += seen
            if "link_open" in _open(token.children or [], child):
                links[-1] = (links[-1][0] + seen, links[-1][1])
        if token.type == "inline":
            text.append("\n")
            if depth:
                quotes[-1] += "\n"
    return Seen("".join(text), tuple(quotes), tuple(bold), tuple(links), frozenset(kinds))


def _open(children: list, until: object) -> set[str]:
    """Which marks are open at `until`."""
    opened: list[str] = []
    for child in children:
        if child is until:
            break
        if child.type.endswith("_open"):
            opened.append(child.type)
        elif child.type.endswith("_close"):
            opened.remove(child.type.replace("_close", "_open"))
    return set(opened)


def simple(source: str) -> str:
    """A reader that knows `> `, `**`, `[text](url)` and backslashes, wherever they stand."""
    lines = [re.sub(r"^> ?", "", line) for line in source.split("\n")]
    shown = re.sub(r"(?<!\\)((?:\\\\)*)\*\*", r"\1", "\n".join(lines))
    shown = re.sub(r"(?<!\\)((?:\\\\)*)\[((?:[^\[\]\\]|\\.)*)\]\([^()]*\)", r"\1\2", shown)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown)


def letters(text: str) -> str:
    """`text` without what no markdown keeps: blanks at the borders of lines, and how many lines are empty."""
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())
