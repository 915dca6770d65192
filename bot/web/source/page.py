"""A document as a page: its head, its blocks in windows where it is long, and the way from mark to mark."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from string import Template

from bot.cards.render import SEPARATOR
from bot.question import Language
from bot.texts.messages import say
from bot.web.pages.assets import address
from bot.web.pages.layout import ICON, TAGS
from bot.web.source.blocks import Blocks
from bot.web.source.inline import Inline, link
from bot.web.source.marking import QUOTE, Marking
from index.document import Block, BlockKind, Document, Span
from index.text.looks import Looks, anchor
from index.text.structure import headers_of

WINDOW = 350_000
"""Code points of a document that one page shows; a longer document is turned over like a book."""
_NAMED = re.compile(r"\{#([\w-]{1,80})\}")
_MOST_NAME = 90
"""Code points behind a heading in which its own id is looked for."""
_PAGE = Template("""<!doctype html>
<html lang="$ui"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>$title</title>
<link rel="icon" href="$icon"><link rel="stylesheet" href="../$style"><script src="../$script" defer></script></head>
<body><header>$head</header>
<main lang="$lang"$kind>$turn
$body
$turn</main>$marks</body></html>
""")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens."""

    document: Document
    quote: Span
    parts: tuple[Span, ...] = ()
    query: str = ""
    """The parameters of the link, for further links to the same document."""
    window: int | None = None
    """Which part of a long document is shown, from 0; None: the one that the quote stands in."""
    file: bool = False
    """Whether the file itself may be fetched."""


def document_page(opened: Opened, lang: Language = "en") -> str:
    """The page in full; `lang` is the language of its own words."""
    document = opened.document
    marking = Marking(document, opened.quote, opened.parts)
    windows = _windows(list(_shown_blocks(document, opened.quote, marking.spans)))
    at = _window_of(windows, opened)
    names = _anchors(document)
    inline = Inline(Looks(document, frozenset(names.values())), marking)
    deeper = any(block.kind is BlockKind.HEADING and block.level == 1 for window in windows for block in window)
    blocks = Blocks(document, inline, lang, names, deeper=int(deeper))
    body = "\n".join(blocks.html(_with_header(document, windows[at])))
    source = document.source
    return _PAGE.substitute(
        ui=TAGS[lang],
        lang="zh-Hans" if source.lang == "zh" else escape(source.lang),
        kind=' class="plain"' if source.path.lower().endswith(".txt") else "",
        title=escape(source.title or source.path),
        icon=ICON,
        style=address("source.css"),
        script=address("source.js"),
        head=_head(opened, inline, lang),
        turn=_turning(at, len(windows), opened, lang),
        body=body,
        marks=_way(marking.names, lang),
    )


def notice_page(lang: Language, text: str) -> str:
    """One sentence where a link opens nothing."""
    return _PAGE.substitute(
        ui=TAGS[lang],
        lang=TAGS[lang],
        kind="",
        title=escape(text),
        icon=ICON,
        style=address("source.css"),
        script=address("source.js"),
        head=f"<h1>{escape(text)}</h1>",
        turn="",
        body="",
        marks="",
    )


def _shown_blocks(document: Document, quote: Span, marked: Sequence[Span]) -> Iterator[Block]:
    """The blocks of a document, and the text between two of them where the quote stands there.

    Not what the head of the page says already: front matter, and a first heading that is the title.
    """
    at = 0
    bare = not document.blocks_within(*quote)
    end = Block(BlockKind.FURNITURE, len(document.text), len(document.text))
    for block in (*document.blocks, end):
        if bare and max(quote[0], at) < min(quote[1], block.start):
            yield Block(BlockKind.PARAGRAPH, at, block.start)
        if not _in_head(document, block, marked) and block is not end:
            yield block
        at = max(at, block.end)


def _in_head(document: Document, block: Block, marked: Sequence[Span]) -> bool:
    front = block.kind is BlockKind.FURNITURE and block.start == 0 and document.text.startswith("---\n")
    if not front and not _is_title(document, block):
        return False
    return not any(left < block.end and block.start < right for left, right in marked)


def _is_title(document: Document, block: Block) -> bool:
    """Whether a block is the heading that the document takes its title from: the first one, before any paragraph."""
    if (
        block.kind is not BlockKind.HEADING
        or document.plain(block.start, block.end).strip("# ") != document.source.title
    ):
        return False
    position = document.position(block)
    return all(one.kind is BlockKind.FURNITURE for one in document.blocks[:position])


def _windows(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks in stretches of about `WINDOW` code points, that begin with a heading where one is near."""
    windows: list[list[Block]] = [[]]
    room = WINDOW
    for block in blocks:
        near = room < WINDOW // 4 and block.kind is BlockKind.HEADING
        if windows[-1] and (room <= 0 or near):
            windows.append([])
            room = WINDOW
        windows[-1].append(block)
        room -= block.end - block.start
    return windows


def _window_of(windows: Sequence[Sequence[Block]], opened: Opened) -> int:
    if opened.window is not None and 0 <= opened.window < len(windows):
        return opened.window
    start = opened.quote[0]
    holding = (number for number, window in enumerate(windows) if window and window[-1].end > start)
    return next(holding, len(windows) - 1)


def _with_header(document: Document, window: Sequence[Block]) -> list[Block]:
    """A window that begins within a table, with the rows that name its columns."""
    return [*(headers_of(document, window[0]) if window else ()), *window]


def _anchors(document: Document) -> dict[int, str]:
    """The id of each heading, by where it starts: its own, or one made of its words, as links in Markdown expect."""
    names: dict[int, str] = {}
    used: dict[str, int] = {}
    for block in document.blocks:
        if block.kind is not BlockKind.HEADING:
            continue
        line = document.text.find("\n", block.end, block.end + _MOST_NAME)
        given = _NAMED.search(document.text, block.start, line if line >= 0 else block.end + _MOST_NAME)
        name = anchor(given[1] if given else " ".join(document.plain(block.start, block.end).strip("# ").split()))
        count = used[name] = used.get(name, -1) + 1
        if name:
            names[block.start] = f"{name}-{count}" if count else name
    return names


def _head(opened: Opened, inline: Inline, lang: Language) -> str:
    source = opened.document.source
    line = escape(SEPARATOR.join(part for part in (source.publisher, source.published, source.path) if part))
    if source.url and (href := inline.looks.address(source.url)):
        line += f"{SEPARATOR}{link(href)}{escape(source.url)}</a>"
    if opened.file:
        path = f"{opened.document.id}/file?{opened.query}"
        line += f'{SEPARATOR}<a href="{escape(path)}" download>{escape(say("source-file", lang))}</a>'
    return f'<h1 lang="{escape(source.lang)}">{escape(source.title or source.path)}</h1><p class="source">{line}</p>'


def _turning(at: int, count: int, opened: Opened, lang: Language) -> str:
    """The way to the other parts of a long document, "" where all of it is shown."""
    if count < 2:
        return ""
    links = []
    for number, key in ((at - 1, "source-earlier"), (at + 1, "source-later")):
        if 0 <= number < count:
            path = f"{opened.document.id}?{opened.query}&w={number + 1}"
            links.append(f'<a href="{escape(path)}">{escape(say(key, lang))}</a>')
    where = escape(say("source-part", lang, number=at + 1, count=count))
    return f'<nav class="turn" lang="{TAGS[lang]}" aria-label="{where}"><span>{where}</span>{"".join(links)}</nav>'


def _way(names: Sequence[str], lang: Language) -> str:
    """Links from mark to mark, which the script and its keys keep in step; "" where nothing is marked here."""
    if not names:
        return ""
    at = names.index(QUOTE) if QUOTE in names else 0
    before, after = names[at - 1], names[(at + 1) % len(names)]
    labels = {key: escape(say(key, lang)) for key in ("source-marks", "source-previous", "source-next")}
    if len(names) == 1:
        inside = f'<a href="#{names[0]}">{escape(say("source-mark", lang))}</a>'
    else:
        inside = (
            f'<a href="#{before}" rel="prev" aria-keyshortcuts="p">{labels["source-previous"]}</a>'
            f'<span id="at">{at + 1} / {len(names)}</span>'
            f'<a href="#{after}" rel="next" aria-keyshortcuts="n">{labels["source-next"]}</a>'
        )
    return f'<nav class="marks" aria-label="{labels["source-marks"]}" data-marks="{" ".join(names)}">{inside}</nav>'
