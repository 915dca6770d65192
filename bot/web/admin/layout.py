"""The frame of every page for admins: navigation, what is being done, and tables."""

from collections.abc import Sequence
from html import escape

from bot.cards.card import Card
from bot.question import Language
from bot.texts.messages import say
from bot.web.pages.assets import address
from bot.web.pages.layout import ICON, TAGS

PAGES = ("", "documents", "gaps", "questions", "feedback", "snapshots", "settings")
"""Names of the pages, as they stand in their addresses."""


def page(name: str, lang: Language, csrf: str, body: str, work: str) -> str:
    """A whole page."""
    other: Language = "en" if lang == "zh" else "zh"
    links = "".join(_link(one, one == name, lang) for one in PAGES)
    leave = form("leave", csrf, f"<button>{escape(say('board-leave', lang))}</button>")
    return (
        f'{_head(lang, _name(name, lang))}<header><a class="name" href="./">Verbatim</a>'
        f'<nav aria-label="{escape(say("board-pages", lang))}">{links}</nav>'
        f'<div class="side"><a href="?lang={other}" lang="{TAGS[other]}" hreflang="{TAGS[other]}">'
        f"{escape(say('page-language', lang))}</a>{leave}</div></header>"
        f'<main><div id="work" aria-live="polite">{work}</div>{body}</main></body></html>\n'
    )


def _name(page: str, lang: Language) -> str:
    return say(f"board-{page or 'home'}", lang)


def _link(page: str, current: bool, lang: Language) -> str:
    here = ' aria-current="page"' if current else ""
    return f'<a href="./{page}"{here}>{escape(_name(page, lang))}</a>'


def bare_page(lang: Language, text: str, more: str = "") -> str:
    """One sentence for somebody who is not signed in."""
    body = f'<main class="bare"><h1>Verbatim</h1><p>{escape(text)}</p>{more}</main>'
    return f"{_head(lang, 'Verbatim')}{body}</body></html>\n"


def form(action: str, csrf: str, inside: str, kind: str = "") -> str:
    """A form that only a page of ours can send."""
    named = f' class="{kind}"' if kind else ""
    token = f'<input type="hidden" name="csrf" value="{csrf}">'
    return f'<form method="post" action="{action}"{named}>{token}{inside}</form>'


def work_box(card: Card | None, running: bool, csrf: str, lang: Language) -> str:
    """What is being done, or was done last, with the questions that it asks."""
    if card is None:
        return ""
    buttons = "".join(
        f'<button name="action" value="{escape(button.action)}">{escape(button.label)}</button>'
        for row in card.buttons
        for button in row
    )
    ask = form("confirm", csrf, buttons, "row") if buttons else ""
    state = ' class="work running" data-running' if running else ' class="work"'
    # Without the script the page comes back by itself as long as something is going on.
    again = '<noscript><meta http-equiv="refresh" content="3"></noscript>' if running else ""
    name = escape(say("board-work", lang))
    return f'<section{state} aria-label="{name}"><p>{escape(card.text)}</p>{ask}{again}</section>'


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], name: str, empty: str = "") -> str:
    """Rows of cells that are HTML already; heads and name are text, and so is what is said where there is no row."""
    if not rows:
        return f"<p>{escape(empty)}</p>"
    top = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    inside = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="table" role="region" tabindex="0" aria-label="{escape(name)}">{inside}</div>'


def facts(rows: Sequence[tuple[str, str]]) -> str:
    """Names and values, the values being HTML already."""
    return f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{value}</dd>' for name, value in rows)}</dl>"


def choice(names: Sequence[str], chosen: str, page: str, lang: Language) -> str:
    """Links to the same page of other collections, nothing where there is but one."""
    if len(names) < 2:
        return ""
    here = {chosen: ' aria-current="page"'}
    links = "".join(f'<a href="{page}?c={escape(name)}"{here.get(name, "")}>{escape(name)}</a> ' for name in names)
    return f'<nav class="row" aria-label="{escape(say("board-collections", lang))}">{links}</nav>'


def title(text: str, about: str = "") -> str:
    said = f'<p class="about">{escape(about)}</p>' if about else ""
    return f"<h1>{escape(text)}</h1>{said}"


def _head(lang: Language, name: str) -> str:
    return (
        f'<!doctype html><html lang="{TAGS[lang]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(name)}</title><link rel="icon" href="{ICON}">'
        f'<link rel="stylesheet" href="../{address("admin.css")}">'
        f'<script src="../{address("admin.js")}" defer></script></head><body>'
    )
