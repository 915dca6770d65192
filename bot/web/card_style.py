"""A card as HTML: the quote with its answer in bold, the source below it, the rest behind a fold.

Everything that comes from a document or a person is escaped; the text of the quotation element is the quote letter
for letter.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import pairwise

from bot.cards.card import Button, Card, Style, StyledSpan
from bot.cards.render import Action
from bot.question import Language
from bot.texts.messages import say

SPOKEN = {Action.UP: "page-up", Action.DOWN: "page-down"}
"""Buttons that show a picture, and what a screen reader says for it."""
THUMB = (
    '<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linejoin="round" aria-hidden="true"><path d="M7 11v9H3v-9zM7 11l4-8c2 0 3 1 3 3l-1 4h6c1 0 2 1 2 2l-2 7c0'
    ' 1-1 1-2 1H7"/></svg>'
)
"""Drawn, because a font without emoji shows an empty box. The style turns it over for the thumb down."""
LISTED = re.compile(r"(\d)\. (.+)")
LINE_BREAKS = re.compile(r"\n+")


def card_html(card: Card, lang: Language, *, opened: bool = False) -> str:
    """The whole card: a form, whose buttons send their action. `opened`: the context is shown unfolded."""
    body = "".join(_body(card, lang, opened))
    return f'<form class="card" method="post" action="tap">{body}{buttons_html(card.buttons, lang)}</form>'


def buttons_html(rows: tuple[tuple[Button, ...], ...], lang: Language) -> str:
    """The buttons below a card. Those that ask a suggested question stand in the card itself, as its words; the source
    page offers the file."""
    shown = [[_button(button, lang) for button in row if not _elsewhere(button)] for row in rows]
    inside = "".join(f"<div>{''.join(row)}</div>" for row in shown if row)
    return f'<div class="buttons">{inside}</div>'


def _body(card: Card, lang: Language, opened: bool) -> Iterator[str]:
    outer = [span for span in card.spans if span.style not in (Style.HIGHLIGHT, Style.LINK)]
    quoted = [card.text[span.start : span.end] for span in outer if span.style is Style.QUOTE]
    at = 0
    for span in sorted(outer, key=lambda one: one.start):
        if span.start < at:
            continue
        yield from _plain(card.text[at : span.start], card, lang)
        yield _span(card, span, lang, quoted, opened)
        at = span.end
    yield from _plain(card.text[at:], card, lang)


def _span(card: Card, span: StyledSpan, lang: Language, quoted: list[str], opened: bool) -> str:
    text = card.text[span.start : span.end]
    if span.style is Style.QUOTE:
        return f"<blockquote>{_quote(card, span, lang)}</blockquote>"
    if span.style is Style.CONTEXT:
        unfolded = " open" if opened else ""
        summary = escape(say("context", lang))
        return f"<details{unfolded}><summary>{summary}</summary><p>{_around(text, quoted)}</p></details>"
    if span.style is Style.SOURCE:
        url = span.url or _source_path(card)
        return f'<p class="source">{_link(url, text, lang) if url else escape(text)}</p>'
    return f'<p class="note">{escape(text)}</p>'


def _quote(card: Card, quote: StyledSpan, lang: Language) -> str:
    inside = [one for one in card.spans if quote.start <= one.start and one.end <= quote.end]
    links = [one for one in inside if one.style is Style.LINK]
    bold = [one for one in inside if one.style is Style.HIGHLIGHT]
    borders = {quote.start, quote.end, *(at for one in (*links, *bold) for at in (one.start, one.end))}
    parts = []
    for left, right in pairwise(sorted(borders)):
        url = next((one.url for one in links if one.start <= left < one.end), "")
        text = card.text[left:right]
        said = _link(url, text, lang) if url else escape(text)
        parts.append(f"<strong>{said}</strong>" if any(one.start <= left < one.end for one in bold) else said)
    return "".join(parts)


def _around(text: str, quoted: list[str]) -> str:
    """The context, with the quote marked in it."""
    quote = next((one for one in quoted if one and one in text), "")
    if not quote:
        return escape(text)
    before, _, after = text.partition(quote)
    return f"{escape(before)}<mark>{escape(quote)}</mark>{escape(after)}"


def _plain(text: str, card: Card, lang: Language) -> Iterator[str]:
    """Lines of the bot's own; a numbered one that a button asks becomes that button."""
    asks = {button.label: button for row in card.buttons for button in row if _asks(button)}
    listed = []
    for line in filter(None, map(str.strip, LINE_BREAKS.split(text))):
        match = LISTED.fullmatch(line)
        if match and match[1] in asks:
            button = Button(match[2], asks[match[1]].action)
            listed.append(f"<li>{_button(button, lang)}</li>")
        else:
            yield f'<p class="note">{escape(line)}</p>'
    if listed:
        yield f'<ul class="questions">{"".join(listed)}</ul>'


def _button(button: Button, lang: Language) -> str:
    path = button.url or _answer_path(button)
    if path:
        return _link(path, button.label, lang, "button")
    label, spoken = escape(button.label), ""
    if key := SPOKEN.get(button.action.partition(":")[0]):
        said = escape(say(key, lang))
        label, spoken = THUMB, f' aria-label="{said}" title="{said}"'
    return f'<button name="action" value="{escape(button.action)}"{spoken}>{label}</button>'


def _link(url: str, text: str, lang: Language, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    tab = escape(say("page-new-tab", lang))
    return f'<a{named} href="{escape(url)}" target="_blank" rel="noopener" title="{tab}">{escape(text)}</a>'


def _asks(button: Button) -> bool:
    return button.action.startswith(f"{Action.ASK}:")


def _elsewhere(button: Button) -> bool:
    return _asks(button) or button.action.startswith(f"{Action.FILE}:")


def _answer_path(button: Button) -> str:
    """Where the page shows the source of an answer that has no public address, "" for other buttons."""
    name, _, rest = button.action.partition(":")
    return "source/" + rest.replace(":", "/") if name == Action.SOURCE else ""


def _source_path(card: Card) -> str:
    """The same for the line below the quote: of the passage that the card's other buttons speak of."""
    for button in (button for row in card.buttons for button in row):
        name, *rest = button.action.split(":")
        if name in (Action.SOURCE, Action.DOWN) and len(rest) > 1:
            return f"source/{rest[0]}/{rest[1]}"
    return ""
