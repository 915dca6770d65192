"""The page to ask as HTML. It works without its script; the script only keeps the page from loading anew."""

import secrets
from collections.abc import Sequence
from html import escape

from bot.question import Language
from bot.texts.messages import say
from bot.web.pages.assets import address

LONGEST = 2000
"""Characters of a question."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self';"
    " img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Language",
}
ALONE = "frame-ancestors 'none'"
"""Part of the policy: the page is shown within no other."""
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32'"
    " rx='7' fill='%230b6b57'/%3E%3Cpath d='M9 21V15q0-5 5-6v3q-2 1-2 3h2v6zm9 0V15q0-5 5-6v3q-2 1-2 3h2v6z'"
    " fill='white'/%3E%3C/svg%3E"
)
TAGS: dict[Language, str] = {"zh": "zh-Hans", "en": "en"}


def ask_page(
    lang: Language, thread: str, turns: Sequence[str] = (), examples: Sequence[str] = (), about: str = ""
) -> str:
    """The whole page: what was asked and answered, or questions to begin with and `about`, and the field to ask."""
    log = "".join(turns) or _beginning(lang, thread, examples, about)
    return (
        f'{_head(lang)}{_header(lang)}<main><div id="log" role="log" aria-live="polite"'
        f' aria-label="{escape(say("page-log", lang))}">{log}</div></main>{_composer(lang, thread)}</body></html>\n'
    )


def notice_page(lang: Language, text: str) -> str:
    """One sentence, and nothing to ask with."""
    return _head(lang) + f'<main id="log"><p class="about">{escape(text)}</p></main></body></html>\n'


def turn_html(question: str, card: str) -> str:
    """One question and what was answered."""
    asked = f"<h2>{escape(question)}</h2>" if question else ""
    return f'<article class="turn">{asked}{card}</article>'


def _head(lang: Language) -> str:
    return (
        f'<!doctype html><html lang="{TAGS[lang]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">'
        '<meta name="color-scheme" content="light dark">'
        f'<title>{escape(say("page-title", lang))}</title><link rel="icon" href="{ICON}">'
        f'<link rel="stylesheet" href="{address("page.css")}"><script src="{address("page.js")}" defer></script>'
        f'</head><body data-looking="{escape(say("page-looking", lang))}"'
        f' data-offline="{escape(say("page-offline", lang))}">'
    )


def _header(lang: Language) -> str:
    other: Language = "en" if lang == "zh" else "zh"
    tag, name = TAGS[other], escape(say("page-language", lang))
    return (
        f'<header><h1><a href="./">Verbatim</a></h1><nav><a href="./">{escape(say("page-new", lang))}</a>'
        f'<a href="./?lang={other}" lang="{tag}" hreflang="{tag}">{name}</a></nav></header>'
    )


def _beginning(lang: Language, thread: str, examples: Sequence[str], more: str) -> str:
    """Makes room for the first answer: the script takes it away."""
    about = f'<p class="about">{escape(say("page-about", lang))}</p>'
    if not examples:
        return f'<section class="beginning">{about}{more}</section>'
    items = "".join(
        f'<li><button name="text" value="{escape(question)}">{escape(question)}</button></li>' for question in examples
    )
    return (
        f'<section class="beginning">{about}<form method="post" action="ask">{_hidden(thread)}'
        f'<p class="note">{escape(say("page-examples", lang))}</p><ul class="questions">{items}</ul></form>'
        f"{more}</section>"
    )


def _composer(lang: Language, thread: str) -> str:
    field, send = escape(say("page-field", lang)), escape(say("page-send", lang))
    return (
        f'<form id="composer" method="post" action="ask" aria-label="{send}">{_hidden(thread)}'
        f'<label for="text">{field}</label>'
        f'<textarea id="text" name="text" rows="1" maxlength="{LONGEST}" required autofocus enterkeyhint="send"'
        f' placeholder="{escape(say("page-placeholder", lang))}"></textarea>'
        f'<button type="submit">{send}</button></form>'
        '<p id="status" role="status" aria-live="assertive"></p>'
    )


def _hidden(thread: str) -> str:
    """Which conversation this is, and a number that makes a form sent twice one question."""
    return (
        f'<input type="hidden" name="thread" value="{thread}">'
        f'<input type="hidden" name="delivery" value="{secrets.token_hex(8)}">'
    )
