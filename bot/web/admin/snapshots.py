"""The snapshots that are kept, and the way back to each of them."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from bot.admin.reports import name_of
from bot.question import Language
from bot.texts.errors import sentence
from bot.texts.messages import say
from bot.texts.times import moment
from bot.web.admin.layout import form, table, title
from index.snapshots.snapshot import SnapshotInfo


def snapshots_page(kept: Sequence[SnapshotInfo], live: str, csrf: str, lang: Language) -> str:
    heads = [say(f"board-{name}", lang) for name in ("snapshot", "made", "documents", "passages", "encoder", "act")]
    rows = [_row(info, info.id == live, csrf, lang) for info in kept]
    listed = table(heads, rows, say("board-snapshots", lang))
    return title(say("board-snapshots", lang), say("board-snapshots-about", lang)) + listed


def _row(info: SnapshotInfo, live: bool, csrf: str, lang: Language) -> Sequence[str]:
    name = escape(name_of(info.id))
    if info.problems:
        return name, escape("; ".join(sentence(problem, lang) for problem in info.problems)), "", "", "", ""
    made = escape(moment(info.created, datetime.now().astimezone(), lang))
    act = f"<strong>{escape(say('board-is-live', lang))}</strong>" if live else _back(info, csrf, lang)
    return name, made, str(info.documents), str(info.passages), escape(info.encoder), act


def _back(info: SnapshotInfo, csrf: str, lang: Language) -> str:
    label = escape(say("board-back-to", lang, name=name_of(info.id)))
    button = f'<button class="quiet" aria-label="{label}">{escape(say("board-back", lang))}</button>'
    return form("rollback", csrf, f'<input type="hidden" name="id" value="{escape(info.id)}">{button}')
