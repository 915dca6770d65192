"""The checks of `doctor` that concern every bot: machine, disk, documents, index, encoder. Channels have their own."""

import errno
import platform
import shutil
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from bot.desk.findings import CheckStatus, Finding
from bot.errors import BilingualError, BotError
from bot.question import Language
from bot.settings import Settings
from bot.texts.errors import sentence
from bot.texts.say import speaker
from index.errors import VerbatimError

LITTLE = 500_000_000
"""Bytes of free disk below which a reindex may fail."""

MOST_SKIPPED = 10

TEXTS: dict[str, dict[Language, str]] = {
    "settings": {"en": "settings", "zh": "设置"},
    "settings-fine": {"en": "all can be read", "zh": "全部可读"},
    "settings-todo": {"en": "Correct .env or the environment.", "zh": "请更正 .env 或环境变量。"},
    "processor": {"en": "processor", "zh": "处理器"},
    "no-avx2": {"en": "has no AVX2, which FAISS may need", "zh": "不支持 AVX2，而 FAISS 可能需要它"},
    "no-avx2-todo": {
        "en": "Set VECTOR_STORE=exact, or use a machine from 2013 or later.",
        "zh": "请设置 VECTOR_STORE=exact，或换用 2013 年以后的机器。",
    },
    "disk": {"en": "disk", "zh": "磁盘"},
    "not-writable": {"en": "{place} cannot be written ({why})", "zh": "{place} 不可写（{why}）"},
    "not-writable-todo": {"en": "Give it to this user, or set DATA_DIR.", "zh": "请授予写权限，或另设 DATA_DIR。"},
    "free": {"en": "{gigabytes} GB free at {place}", "zh": "{place} 剩余 {gigabytes} GB"},
    "free-todo": {
        "en": "Free some space: a reindex writes a whole new snapshot.",
        "zh": "请腾出空间：重新索引会写入一份完整的新快照。",
    },
    "journal": {"en": "journal", "zh": "日志"},
    "journal-file": {"en": "a file in {place}", "zh": "{place} 中的文件"},
    "journal-database": {"en": "the database answers, {waiting} waiting", "zh": "数据库有应答，{waiting} 条待处理"},
    "journal-todo": {"en": "Correct DATABASE_URL, or empty it.", "zh": "请更正 DATABASE_URL，或将其清空。"},
    "objects": {"en": "object store", "zh": "对象存储"},
    "objects-fine": {"en": "{name} can be read and written", "zh": "{name} 可以读写"},
    "objects-todo": {"en": "Correct OBJECTS_URL, or empty it.", "zh": "请更正 OBJECTS_URL，或将其清空。"},
    "objects-twice": {
        "en": "{name} writes an object although there is one of that name (If-None-Match): replicas could overwrite"
        " each other",
        "zh": "{name} 在已有同名对象时仍会写入（不支持 If-None-Match）：副本之间可能互相覆盖",
    },
    "objects-twice-todo": {
        "en": "Use another store, or a newer version of it.",
        "zh": "请更换对象存储，或升级到更新的版本。",
    },
    "corpus": {"en": "corpus", "zh": "资料"},
    "corpus-todo": {"en": "Set CORPUS_DIR to the folder of your documents.", "zh": "请把 CORPUS_DIR 设为资料文件夹。"},
    "files": {"en": "{count:file|files} in {folder}", "zh": "{folder} 中有 {count} 个文件"},
    "no-files": {"en": "{folder} holds no documents", "zh": "{folder} 里没有资料"},
    "no-files-todo": {"en": "Put documents into it.", "zh": "请放入资料。"},
    "index": {"en": "index", "zh": "索引"},
    "index-todo": {"en": "Run `verbatim index`.", "zh": "请运行 `verbatim index`。"},
    "index-fine": {
        "en": "{snapshot}: {documents:document|documents}, {passages:passage|passages}, checksums agree",
        "zh": "{snapshot}：{documents} 份文档，{passages} 个段落，校验和一致",
    },
    "skipped": {"en": "not read", "zh": "未读入"},
    "skipped-more": {"en": "and {count:more file|more files}", "zh": "另有 {count} 个文件"},
    "skipped-todo": {
        "en": "`verbatim status` lists them all; do what the reason says, then run `verbatim index`.",
        "zh": "`verbatim status` 列出全部；按原因处理后运行 `verbatim index`。",
    },
    "encoder": {"en": "encoder", "zh": "编码器"},
    "encoder-fine": {"en": "{encoder}", "zh": "{encoder}"},
    "answers": {"en": "{encoder}; answers “{example}”", "zh": "{encoder}；能回答“{example}”"},
}
"""In both languages, like every text for people."""


say = speaker(TEXTS)


def processor(settings: Settings, lang: Language) -> Iterable[Finding]:
    """FAISS and ONNX Runtime may need AVX2 on x86-64, and without it end the process instead of saying so."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        flags = ""
    if platform.machine() in ("x86_64", "AMD64") and flags and "avx2" not in flags:
        yield Finding(say("processor", lang), CheckStatus.WARNING, say("no-avx2", lang), say("no-avx2-todo", lang))
    else:
        yield Finding(
            say("processor", lang), CheckStatus.OK, f"{platform.machine()}, Python {platform.python_version()}"
        )


def disk(settings: Settings, lang: Language) -> Iterable[Finding]:
    """Room for another snapshot, and the right to write it."""
    place = settings.data_dir.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    try:
        probe = place / ".verbatim-doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        line = say("not-writable", lang, place=place, why=errno.errorcode.get(error.errno or 0, ""))
        yield Finding(say("disk", lang), CheckStatus.BROKEN, line, say("not-writable-todo", lang))
        return
    line = say("free", lang, gigabytes=f"{free / 1e9:.1f}", place=place)
    little = free < LITTLE
    todo = say("free-todo", lang) if little else ""
    yield Finding(say("disk", lang), CheckStatus.WARNING if little else CheckStatus.OK, line, todo)


def journal(settings: Settings, lang: Language) -> Iterable[Finding]:
    """Whether the journal of the settings can be opened. One in a file is not made by looking."""
    from bot.serving.journals import open_journal

    name = say("journal", lang)
    if not settings.database_url.get_secret_value():
        yield Finding(name, CheckStatus.OK, say("journal-file", lang, place=settings.data_dir))
        return
    try:
        with closing(open_journal(settings)) as opened:
            line = say("journal-database", lang, waiting=opened.deliveries.waiting())
    except BotError as error:
        yield Finding(name, CheckStatus.BROKEN, str(error), say("journal-todo", lang))
        return
    yield Finding(name, CheckStatus.OK, line)


def objects(settings: Settings, lang: Language) -> Iterable[Finding]:
    """The object store, where there is one: it reads, writes, removes, and writes nothing over what is there."""
    from bot.objects import open_objects

    url = settings.objects_url.get_secret_value()
    if not url:
        return
    name, probe = say("objects", lang), f"probe/{uuid4().hex}"
    try:
        store = open_objects(url)
        store.create(probe, b"1")
        twice = store.create(probe, b"2")
        store.names("probe/")
        store.delete([probe])
    except BotError as error:
        line = error.sentence_in(lang) if isinstance(error, BilingualError) else str(error)
        yield Finding(name, CheckStatus.BROKEN, line, say("objects-todo", lang))
        return
    if twice:
        line = say("objects-twice", lang, name=store.name)
        yield Finding(name, CheckStatus.BROKEN, line, say("objects-twice-todo", lang))
        return
    yield Finding(name, CheckStatus.OK, say("objects-fine", lang, name=store.name))


def corpus(settings: Settings, lang: Language) -> Iterable[Finding]:
    """Documents to index."""
    from index.documents.corpus import scan

    folder = settings.corpus_dir
    try:
        count = sum(1 for _ in scan(folder))
    except VerbatimError as error:
        yield Finding(say("corpus", lang), CheckStatus.BROKEN, sentence(error, lang), say("corpus-todo", lang))
        return
    if count:
        yield Finding(say("corpus", lang), CheckStatus.OK, say("files", lang, count=count, folder=folder))
    else:
        line = say("no-files", lang, folder=folder)
        yield Finding(say("corpus", lang), CheckStatus.BROKEN, line, say("no-files-todo", lang))


def snapshot(settings: Settings, lang: Language) -> Iterable[Finding]:
    """A whole live snapshot, every checksum included."""
    from index.builds.inventory import skipped
    from index.snapshots.snapshot import active

    name = say("index", lang)
    try:
        info = active(settings.data_dir, verify=True).info
    except VerbatimError as error:
        yield Finding(name, CheckStatus.BROKEN, sentence(error, lang), say("index-todo", lang))
        return
    for problem in info.problems:
        yield Finding(name, CheckStatus.WARNING, sentence(problem, lang), say("index-todo", lang))
    line = say("index-fine", lang, snapshot=info.id, documents=info.documents, passages=info.passages)
    yield Finding(name, CheckStatus.OK, line)
    yield from _skipped(skipped(settings.data_dir, info.id), lang)


def _skipped(files: Sequence[tuple[str, str]], lang: Language) -> Iterable[Finding]:
    """What the index lacks, a file at a time; the last says what to do about all of them."""
    name = say("skipped", lang)
    lines = [f"{path}: {sentence(reason, lang)}" for path, reason in files[:MOST_SKIPPED]]
    if len(files) > MOST_SKIPPED:
        lines.append(say("skipped-more", lang, count=len(files) - MOST_SKIPPED))
    for number, one in enumerate(lines, 1):
        yield Finding(name, CheckStatus.WARNING, one, say("skipped-todo", lang) if number == len(lines) else "")


def answering(settings: Settings, lang: Language) -> Iterable[Finding]:
    """The encoder loads, is the one of the snapshot, and a question of the corpus gets its answer."""
    from bot.serving.live_index import open_index

    try:
        index = open_index(settings)
        example = next(iter(index.suggest(lang, 1) or index.suggest("zh", 1) or index.suggest("en", 1)), "")
    except VerbatimError as error:
        yield Finding(say("encoder", lang), CheckStatus.BROKEN, sentence(error, lang))
        return
    key = "answers" if example else "encoder-fine"
    yield Finding(say("encoder", lang), CheckStatus.OK, say(key, lang, encoder=settings.encoder, example=example))
