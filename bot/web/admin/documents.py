"""The documents as admins see them: how each stands to the live snapshot, adding by drag, taking out."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import PurePosixPath

from bot.cards.answerer import Answerer
from bot.collections.named import whole
from bot.question import Language
from bot.texts.errors import sentence
from bot.texts.messages import say
from bot.texts.times import moment
from bot.web.admin.layout import form, table, title
from index.builds.inventory import Entry, FileStatus
from index.documents.readers import SUFFIXES

SHOWN = 200
"""Documents on one page."""
_PENDING = (FileStatus.NEW, FileStatus.CHANGED, FileStatus.REMOVED)


def documents_page(
    entries: Sequence[Entry],
    index: Answerer | None,
    words: str,
    at: int,
    csrf: str,
    lang: Language,
    collection: str = "",
) -> str:
    """Those whose path holds `words`, from the page `at` on; what needs a look comes first."""
    found = [entry for entry in entries if words.casefold() in entry.path.casefold()]
    found.sort(key=lambda entry: entry.state is FileStatus.INDEXED)
    first = max(0, min(at, (len(found) - 1) // SHOWN)) * SHOWN
    rows = [_row(entry, index, csrf, lang, collection) for entry in found[first : first + SHOWN]]
    heads = [say(f"board-{name}", lang) for name in ("document", "state", "reader", "passages", "changed", "act")]
    listed = table(heads, rows, say("board-documents", lang), say("board-none", lang))
    return title(say("board-documents", lang), _counted(entries, lang)) + "".join(
        (
            _reindex(entries, csrf, lang),
            _upload(csrf, lang),
            _search(words, collection, lang),
            listed,
            _turn(found, first, words, collection, lang),
        )
    )


def _counted(entries: Sequence[Entry], lang: Language) -> str:
    counts = {state.value: sum(entry.state is state for entry in entries) for state in FileStatus}
    said = [say(f"board-count-{name}", lang, count=count) for name, count in counts.items() if count]
    return " · ".join(said)


def _reindex(entries: Sequence[Entry], csrf: str, lang: Language) -> str:
    waiting = sum(entry.state in _PENDING for entry in entries)
    about = say("board-waiting", lang, count=waiting) if waiting else say("board-nothing-waits", lang)
    kind = "first" if waiting else ""
    button = f'<button class="{kind}">{escape(say("board-reindex", lang))}</button>'
    return form("reindex", csrf, f"{button}<span>{escape(about)}</span>", "row")


def _upload(csrf: str, lang: Language) -> str:
    types = ",".join(sorted(SUFFIXES))
    about = escape(say("board-upload-about", lang))
    return (
        f'<form id="upload" data-csrf="{csrf}"><label for="files">{escape(say("board-upload", lang))}</label>'
        f'<input id="files" type="file" multiple accept="{types}"><p>{about}</p>'
        f"<noscript><p>{escape(say('board-upload-script', lang))}</p></noscript>"
        '<ul id="sent" aria-live="polite"></ul></form>'
    )


def _search(words: str, collection: str, lang: Language) -> str:
    name = escape(say("board-search", lang))
    chosen = f'<input type="hidden" name="c" value="{escape(collection)}">' if collection else ""
    field = f'<input type="search" name="q" value="{escape(words)}" aria-label="{name}" placeholder="{name}">'
    button = f"<button>{escape(say('board-find', lang))}</button>"
    return f'<form class="row" role="search" action="documents">{chosen}{field}{button}</form>'


def _row(entry: Entry, index: Answerer | None, csrf: str, lang: Language, collection: str) -> Sequence[str]:
    document = index.document(whole(collection, entry.document)) if index is not None and entry.passages else None
    named = document.source.title if document and document.source.title != entry.path else ""
    name = escape(entry.path) + (f'<br><span class="dim">{escape(named)}</span>' if named else "")
    state = f'<span class="state {entry.state}">{escape(say(f"board-state-{entry.state}", lang))}</span>'
    if entry.reason:
        state += f'<br><span class="dim">{escape(sentence(entry.reason, lang))}</span>'
    path = f'<input type="hidden" name="path" value="{escape(entry.path)}">'
    label = escape(say("board-remove-path", lang, path=entry.path))
    button = f'<button class="quiet" aria-label="{label}">{escape(say("board-remove", lang))}</button>'
    remove = form("remove", csrf, path + button) if entry.state is not FileStatus.REMOVED else ""
    reader = escape(PurePosixPath(entry.path).suffix.lstrip(".").upper())
    return name, state, reader, str(entry.passages or ""), escape(_when(entry.modified, lang)), remove


def _when(nanoseconds: int, lang: Language) -> str:
    if not nanoseconds:
        return ""
    at = datetime.fromtimestamp(nanoseconds / 1e9, UTC)
    return moment(at.isoformat(), datetime.now().astimezone(), lang)


def _turn(found: Sequence[Entry], first: int, words: str, collection: str, lang: Language) -> str:
    """The way to the other pages of a long list."""
    if len(found) <= SHOWN:
        return ""
    links = []
    for page, key in ((first // SHOWN - 1, "board-turn-back"), (first // SHOWN + 1, "board-turn-on")):
        if 0 <= page * SHOWN < len(found):
            query = f"?q={escape(words)}&amp;page={page}" + (f"&amp;c={escape(collection)}" if collection else "")
            links.append(f'<a href="documents{query}">{escape(say(key, lang))}</a>')
    last = min(len(found), first + SHOWN)
    where = say("board-listed", lang, first=first + 1, last=last, count=len(found))
    return f'<nav class="turn" aria-label="{escape(where)}"><span>{escape(where)}</span>{"".join(links)}</nav>'
