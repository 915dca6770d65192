"""What the command line says in its own words, in both languages. Quotes never pass through here."""

from bot.cli.terminal.help_texts import HELP_TEXTS
from bot.question import Language
from bot.texts.say import speaker

TEXTS: dict[str, dict[Language, str]] = HELP_TEXTS | {
    # Commands
    "no-collection": {"en": "there is no collection named {name}.", "zh": "没有名为 {name} 的资料集。"},
    "nothing-open": {
        "en": "no collection is open to mcp:local: name one with --collection, or add it to its readers.",
        "zh": "没有资料集对 mcp:local 开放：请用 --collection 指定一个，或把它加入 readers。",
    },
    "which-collection": {
        "en": "name the collection with --collection: {names}.",
        "zh": "请用 --collection 说明是哪个资料集：{names}。",
    },
    "folder-or-collection": {
        "en": "COLLECTIONS names the folders: leave FOLDER out, or name one with --collection.",
        "zh": "文件夹由 COLLECTIONS 指定：请省略 FOLDER，或用 --collection 指定资料集。",
    },
    "folder-twice": {
        "en": "name the folder once: as FOLDER or with --corpus.",
        "zh": "资料文件夹只写一次：作为 FOLDER，或用 --corpus。",
    },
    "other-folder": {
        "en": "`verbatim ask` answers from {folder} until the next index is made. chat, serve and a plain `verbatim "
        "index` read CORPUS_DIR; to keep this folder, set CORPUS_DIR={folder}.",
        "zh": "在下次建立索引之前，`verbatim ask` 用 {folder} 回答。chat、serve 和不带文件夹的 `verbatim index` 读取 "
        "CORPUS_DIR；要一直使用这个文件夹，请设置 CORPUS_DIR={folder}。",
    },
    "sample-taken": {
        "en": "{folder} holds something already: index it with `verbatim index`, or name an empty folder with --corpus",
        "zh": "{folder} 里已有文件：请用 --corpus 指定一个空文件夹，或者用 `verbatim index` 索引已有资料",
    },
    "sample-put": {
        "en": '{folder} holds {count} documents about a district. Try: verbatim ask "how many smart factories?"',
        "zh": '{folder} 里有了 {count} 份关于成都龙泉驿区的资料。试试：verbatim ask "有多少个智能工厂？"',
    },
    "no-sources": {
        "en": "no sources are declared: name a file in SOURCES (docs/sources.md)",
        "zh": "没有声明来源：请在 SOURCES 里写明文件（docs/sources.zh-CN.md）",
    },
    "unknown-source": {"en": "there is no source {name}; declared: {names}", "zh": "没有来源 {name}；已声明：{names}"},
    "fetched": {
        "en": "{name}: {added} added, {changed} changed, {removed} removed, {unchanged} unchanged",
        "zh": "{name}：新增 {added}，有变化 {changed}，移除 {removed}，未变 {unchanged}",
    },
    "not-fetched": {"en": "{name}: {what}: {reason}", "zh": "{name}：{what}：{reason}"},
    "now-index": {"en": "`verbatim index` makes them answer.", "zh": "运行 `verbatim index` 后即可提问。"},
    "verdict-exact": {"en": "letter for letter", "zh": "一字不差"},
    "verdict-close": {"en": "in other words   ", "zh": "换了说法"},
    "verdict-nowhere": {"en": "nowhere          ", "zh": "资料没有"},
    "nothing-to-verify": {"en": "there is no text to verify.", "zh": "没有要核对的文字。"},
    "no-mcp": {
        "en": "the MCP server needs an extra: pip install 'verbatim-bot[mcp]'",
        "zh": "MCP 服务需要附加组件：pip install 'verbatim-bot[mcp]'",
    },
    "no-admin-page": {
        "en": "The admin page is turned off: set ADMIN_PAGE=True.",
        "zh": "管理页面没有开放：请设置 ADMIN_PAGE=True。",
    },
    # Errors
    "error": {"en": "verbatim: {reason}", "zh": "verbatim：{reason}"},
    "see-help": {"en": "{reason} (see `verbatim {command}--help`)", "zh": "{reason}（见 `verbatim {command}--help`）"},
    "unexpected": {
        "en": "something unexpected went wrong ({reason}); run it again with --debug to see where.",
        "zh": "出现意外错误（{reason}）；加上 --debug 再运行一次可看到位置。",
    },
    "disk-full": {
        "en": "the disk of {path} is full; nothing was changed. Free some space and run it again.",
        "zh": "{path} 所在的磁盘已满；未做任何改动。请腾出空间后再运行。",
    },
    "no-permission": {
        "en": "{path} may not be read or written; check its permissions.",
        "zh": "{path} 没有读写权限；请检查权限。",
    },
    "empty-question": {"en": "the question is empty; ask something in words.", "zh": "问题是空的；请用文字提问。"},
    "bad-line": {
        "en": 'line {number} of the input is not a JSON object with a "question": {reason}',
        "zh": '输入的第 {number} 行不是带 "question" 的 JSON 对象：{reason}',
    },
    "bad-lines": {"en": "left out of the input: {count:line|lines}.", "zh": "输入中有 {count} 行被略过。"},
    "both-ways": {
        "en": "with --jsonl the questions come from standard input; leave out QUESTION.",
        "zh": "使用 --jsonl 时问题来自标准输入；请去掉 QUESTION。",
    },
    "no-questions": {"en": "there are no questions in {path}.", "zh": "{path} 里没有问题。"},
    "no-document": {
        "en": "no document {name!r} is indexed; `verbatim status` lists them.",
        "zh": "没有索引过文档 {name!r}；用 `verbatim status` 查看列表。",
    },
    # Indexing
    "phase-read": {"en": "Reading documents", "zh": "读取资料"},
    "phase-encode": {"en": "Encoding passages", "zh": "编码段落"},
    "phase-write": {"en": "Writing the index", "zh": "写入索引"},
    "phase-journal": {"en": "Moving the journal", "zh": "迁移日志"},
    "phase-vectors": {"en": "Copying vectors to the database", "zh": "复制向量到数据库"},
    "phase-check": {"en": "Checking the index", "zh": "检查索引"},
    "added": {"en": "added", "zh": "新增"},
    "changed": {"en": "changed", "zh": "变更"},
    "removed": {"en": "removed", "zh": "删除"},
    "unchanged": {"en": "unchanged", "zh": "未变"},
    "indexed": {"en": "snapshot {snapshot} in {seconds} s", "zh": "快照 {snapshot}，用时 {seconds} 秒"},
    "still-indexing": {"en": "{reason} Until then the earlier index answers.", "zh": "{reason}在此之前由旧索引回答。"},
    "not-refreshed": {
        "en": "{reason} The index was not updated; the earlier one answers.",
        "zh": "{reason}索引未能更新；由旧索引回答。",
    },
    "skipped": {"en": "skipped {path}: {reason}", "zh": "跳过 {path}：{reason}"},
    "partial": {"en": "read in part {path}: {reason}", "zh": "只读取了一部分 {path}：{reason}"},
    "lost": {"en": "would lose its answer: {question}", "zh": "将失去答案：{question}"},
    "held-back": {
        "en": "{count:saved question|saved questions} would lose their answer, so the new index is "
        "not live. Look at the documents, "
        "or run `verbatim index --force`.",
        "zh": "有 {count} 个保存的问题将失去答案，新索引未启用。请检查资料，或运行 `verbatim index --force`。",
    },
    "saved-page": {"en": "saved {path}", "zh": "已保存 {path}"},
    # Chat
    "chat-size": {
        "en": "{documents:document|documents}, {passages:passage|passages}",
        "zh": "{documents} 份文档，{passages} 个段落",
    },
    "chat-about": {
        "en": "Ask in English or Chinese. I answer with a sentence from the documents, or say that they do not answer.",
        "zh": "用中文或英文提问。我用资料里的原句回答；资料里没有的，我会直说。",
    },
    "chat-example": {"en": "For example:", "zh": "例如："},
    "chat-commands": {
        "en": "/more context · /next passage · /sources · /help · /quit",
        "zh": "/more 上下文 · /next 下一段 · /sources 资料 · /help 帮助 · /quit 退出",
    },
    "chat-help": {
        "en": "Type a question; follow-ups are understood.\n"
        "/more     what stands around the last quote (again: further out)\n"
        "/next     the next best passage\n"
        "/sources  the documents\n"
        "/quit     leave (Ctrl-D too)",
        "zh": "直接输入问题；追问会结合前面的问题来理解。\n"
        "/more     上一条引文的上下文（再输一次显示更多）\n"
        "/next     下一个相关段落\n"
        "/sources  资料列表\n"
        "/quit     退出（或按 Ctrl-D）",
    },
    "chat-unknown": {
        "en": "I do not know {line}; /help lists the commands.",
        "zh": "没有 {line} 这个命令；/help 查看全部命令。",
    },
    "chat-nothing": {
        "en": "There is no quote to show more of yet; ask a question first.",
        "zh": "还没有引文；请先提问。",
    },
    "chat-no-next": {"en": "There is no other passage for this question.", "zh": "这个问题没有其他段落了。"},
    "chat-others": {"en": "and {count} more", "zh": "另有 {count} 份"},
    # Status and snapshots
    "live": {"en": "live", "zh": "使用中"},
    "rolled-back": {
        "en": "Snapshot {snapshot} of {created} is live now, until somebody reindexes (`verbatim index`).",
        "zh": "现已启用 {created} 的快照 {snapshot}；在重新索引（`verbatim index`）之前一直使用它。",
    },
    "held": {
        "en": "Somebody went back to this snapshot: it answers until `verbatim index` is run.",
        "zh": "有人退回到了这个快照：在运行 `verbatim index` 之前一直由它回答。",
    },
    "other-encoder": {
        "en": "The index was made with the encoder {made}, but ENCODER says {set}: run `verbatim index`.",
        "zh": "索引是用编码器 {made} 建立的，而 ENCODER 设为 {set}：请运行 `verbatim index`。",
    },
    "label-snapshot": {"en": "snapshot", "zh": "快照"},
    "label-documents": {"en": "documents", "zh": "文档"},
    "label-passages": {"en": "passages", "zh": "段落"},
    "label-encoder": {"en": "encoder", "zh": "编码器"},
    "label-created": {"en": "last reindex", "zh": "上次索引"},
    "label-size": {"en": "size on disk", "zh": "占用空间"},
    "label-corpus": {"en": "corpus", "zh": "资料"},
    "label-data": {"en": "data", "zh": "数据"},
    "label-skipped": {"en": "not read", "zh": "未读入"},
    "left-out": {
        "en": "{count:file|files}; fix what the reason names, then run `verbatim index`",
        "zh": "{count} 个文件；按原因处理后运行 `verbatim index`",
    },
    "label-problems": {"en": "problems", "zh": "问题"},
    "none": {"en": "none", "zh": "无"},
    "label-title": {"en": "title", "zh": "标题"},
    "label-publisher": {"en": "publisher", "zh": "发布者"},
    "label-published": {"en": "published", "zh": "发布时间"},
    "label-lang": {"en": "language", "zh": "语言"},
    "label-url": {"en": "address", "zh": "网址"},
    "label-rights": {"en": "rights", "zh": "权利"},
    "label-translation": {"en": "translation of", "zh": "译自"},
    "label-id": {"en": "id", "zh": "编号"},
    "label-length": {"en": "length", "zh": "长度"},
    "label-sections": {"en": "sections", "zh": "章节"},
    "characters": {"en": "{count:character|characters}", "zh": "{count} 个字符"},
    # Journal
    "no-journal": {
        "en": "there is no journal in {path} yet; `verbatim serve` writes it.",
        "zh": "{path} 里还没有日志；运行 `verbatim serve` 后才会有。",
    },
    "no-database": {
        "en": "DATABASE_URL names no database to move the journal to: set it in .env first.",
        "zh": "没有可以迁移日志的数据库：请先在 .env 里设置 DATABASE_URL。",
    },
    "moved": {
        "en": "{count:row|rows} are in the database now, and counted there. {path} keeps the old journal: delete it"
        " when all is well.",
        "zh": "已把 {count} 行迁入数据库并核对数量。{path} 里仍保留旧日志，确认无误后可删除。",
    },
    "moved-back": {
        "en": "{count:row|rows} are in {path} now, and counted there. Empty DATABASE_URL before the next start.",
        "zh": "已把 {count} 行迁回 {path} 并核对数量。下次启动前请清空 DATABASE_URL。",
    },
    "asked": {"en": "asked", "zh": "次数"},
    "people": {"en": "people", "zh": "人数"},
    "question": {"en": "question", "zh": "问题"},
    # Calibration
    "direction-same": {"en": "in the question's language", "zh": "与提问同一语言"},
    "direction-cross": {"en": "in another language", "zh": "与提问不同语言"},
    "promise-kept": {
        "en": "answers from confidence {threshold} on: with 95 % certainty at most {risk} of them are wrong "
        "({wrong} of {shown} were; {asked} asked)",
        "zh": "把握达到 {threshold} 才回答：有 95 % 的把握，答错的不超过 {risk}"
        "（{shown} 个回答中错了 {wrong} 个；共问 {asked} 次）",
    },
    "promise-missing": {
        "en": "{risk} cannot be promised yet: about {missing} more questions are needed ({wrong} of the {shown} surest "
        "answers were wrong; {asked} asked). The usual threshold stays",
        "zh": "还不能保证 {risk}：大约还缺 {missing} 个问题"
        "（最有把握的 {shown} 个回答中错了 {wrong} 个；共问 {asked} 次）。仍用平常的门槛",
    },
    "promise-none": {
        "en": "{risk} cannot be promised: {wrong} of the {shown} surest answers were wrong ({asked} asked). More "
        "questions would not help; a higher --risk may. The usual threshold stays",
        "zh": "无法保证 {risk}：最有把握的 {shown} 个回答中错了 {wrong} 个（共问 {asked} 次）。"
        "再加问题也无济于事，可以试试更大的 --risk。仍用平常的门槛",
    },
    "calibrated": {
        "en": "Kept with the index: {count:question|questions}, asked as written and without the documents that "
        "answer.",
        "zh": "已随索引保存：{count} 个问题，按原样问一次，再去掉能回答的文档问一次。",
    },
    "label-calibration": {"en": "promise", "zh": "承诺"},
    # Eval
    "kind": {"en": "kind", "zh": "类别"},
    "questions": {"en": "questions", "zh": "问题数"},
    "first": {"en": "right first", "zh": "首条正确"},
    "within": {"en": "in first {top}", "zh": "前 {top} 条正确"},
    "answerable": {"en": "answerable", "zh": "可回答"},
    "unanswerable": {"en": "unanswerable", "zh": "不可回答"},
    "refused": {"en": "refused", "zh": "已拒答"},
    "altered": {"en": "altered quotes: {count}", "zh": "被改动的引文：{count}"},
    "lengths": {
        "en": "mean quote length: {length} characters; median time: {milliseconds} ms",
        "zh": "引文平均长度：{length} 个字符；时间中位数：{milliseconds} 毫秒",
    },
    "miss": {
        "en": "{id} {question}\n    wanted {gold}, got {got}",
        "zh": "{id} {question}\n    应为 {gold}，得到 {got}",
    },
    "abstention": {"en": "an abstention", "zh": "拒答"},
}
"""Both languages have the same keys and places: a test compares them."""


say = speaker(TEXTS)
