"""The check of `doctor` that concerns vectors in a database."""

from collections.abc import Iterable

from bot.desk.findings import CheckStatus, Finding
from bot.errors import BotError
from bot.question import Language
from bot.settings import Settings
from bot.texts.errors import sentence
from bot.texts.say import speaker
from index.errors import VerbatimError
from index.snapshots.snapshot import live

TEXTS: dict[str, dict[Language, str]] = {
    "vectors": {"en": "vectors", "zh": "向量"},
    "vectors-todo": {
        "en": "Correct DATABASE_URL, or set VECTOR_STORE=faiss.",
        "zh": "请更正 DATABASE_URL，或设置 VECTOR_STORE=faiss。",
    },
    "vectors-none": {
        "en": "pgvector {version}; those of the live snapshot are not in the database yet",
        "zh": "pgvector {version}；当前快照的向量还不在数据库中",
    },
    "vectors-none-todo": {"en": "Run `verbatim index`.", "zh": "请运行 `verbatim index`。"},
    "vectors-fine": {
        "en": "pgvector {version}; {rows} of {snapshot}, of which {recall} of an exact search are found (hnsw.ef_search"
        " {ef})",
        "zh": "pgvector {version}；{snapshot} 的 {rows} 个向量，能找到精确搜索结果的 {recall}"
        "（hnsw.ef_search 为 {ef}）",
    },
}
say = speaker(TEXTS)


def vectors(settings: Settings, lang: Language) -> Iterable[Finding]:
    """Where the settings ask for it: the database has pgvector, or gets it, and holds what answers."""
    if settings.vector_store != "pgvector":
        return
    from bot.serving.vectors import vectors_of

    name = say("vectors", lang)
    try:
        snapshot = live(settings.data_dir) or ""
        found = vectors_of(settings, snapshot)
    except (BotError, VerbatimError) as error:
        yield Finding(name, CheckStatus.BROKEN, sentence(error, lang), say("vectors-todo", lang))
        return
    if found.table is None:
        line = say("vectors-none", lang, version=found.version)
        yield Finding(name, CheckStatus.WARNING, line, say("vectors-none-todo", lang))
        return
    table = found.table
    told = {"rows": table.rows, "snapshot": snapshot, "recall": f"{table.recall:.1%}", "ef": table.ef}
    yield Finding(name, CheckStatus.OK, say("vectors-fine", lang, version=found.version, **told))
