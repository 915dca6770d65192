"""What `verbatim --help` says of each command and option, in both languages."""

from bot.question import Language

HELP_TEXTS: dict[str, dict[Language, str]] = {
    "about": {
        "en": "Answers questions with the exact sentence from your documents, and says where it comes from.",
        "zh": "用资料里的原句回答问题，并说明出处。",
    },
    "commands": {"en": "commands", "zh": "命令"},
    "options": {"en": "options", "zh": "选项"},
    "help-help": {"en": "show this help", "zh": "显示帮助"},
    "help-version": {"en": "show the version", "zh": "显示版本"},
    "help-corpus": {"en": "folder with the documents", "zh": "资料文件夹"},
    "help-data": {"en": "folder for the index and the journal", "zh": "索引和日志文件夹"},
    "help-collection": {"en": "the collection of that name (default: all)", "zh": "指定名称的资料集（默认：全部）"},
    "help-debug": {"en": "show the traceback of an error", "zh": "出错时显示调用栈"},
    "help-json": {"en": "print JSON", "zh": "输出 JSON"},
    "help-index": {"en": "reindex the folder of documents", "zh": "重新索引资料文件夹"},
    "help-folder": {
        "en": "the folder with the documents, as --corpus (default: CORPUS_DIR)",
        "zh": "资料文件夹，同 --corpus（默认：CORPUS_DIR）",
    },
    "help-add": {
        "en": "fetch a web page into the folder first (may be repeated)",
        "zh": "先把网页存入资料文件夹（可重复）",
    },
    "help-force": {
        "en": "go live even if saved questions lose their answers",
        "zh": "即使有保存的问题失去答案也启用新索引",
    },
    "help-ask": {"en": "answer one question, or a stream of them", "zh": "回答一个或一批问题"},
    "help-question": {
        "en": "the question; read from standard input if missing",
        "zh": "问题；省略时从标准输入读取",
    },
    "help-top": {"en": "up to K quotes, best first (default 1)", "zh": "最多 K 条引文，最好的在前（默认 1）"},
    "help-jsonl": {
        "en": 'read {{"id", "question"}} lines from standard input, write one JSON answer per line',
        "zh": '从标准输入逐行读取 {{"id", "question"}}，逐行输出 JSON 答案',
    },
    "help-verify": {
        "en": "check for each sentence of a text whether the documents say it",
        "zh": "逐句核对一段文字是否出自资料",
    },
    "help-verified": {
        "en": "the text; read from standard input if missing",
        "zh": "要核对的文字；省略时从标准输入读取",
    },
    "help-sample": {
        "en": "put a few documents into the folder, and index them, to try what this is",
        "zh": "把几份示例资料放进文件夹并索引，试一试效果",
    },
    "help-fetch": {
        "en": "fetch what has changed at the declared sources (SOURCES) into the folder of documents",
        "zh": "从声明的来源（SOURCES）取回有变化的资料",
    },
    "help-source": {"en": "only these sources", "zh": "只取这些来源"},
    "help-mcp": {
        "en": "serve assistants (Model Context Protocol) over standard input and output",
        "zh": "通过标准输入输出为助手提供服务（模型上下文协议 MCP）",
    },
    "help-chat": {"en": "a conversation in the terminal", "zh": "在终端里对话"},
    "help-serve": {"en": "run the channels configured in the settings", "zh": "运行设置中配置的各个渠道"},
    "help-watch": {"en": "reindex when the folder settles after a change", "zh": "资料文件夹变动稳定后自动重新索引"},
    "help-status": {
        "en": "what is indexed, its size, and any problems",
        "zh": "索引了什么、有多大、有什么问题",
    },
    "help-show": {"en": "one document as indexed", "zh": "查看一份已索引的文档"},
    "help-document": {"en": "path or id of the document", "zh": "文档的路径或编号"},
    "help-text": {"en": "print exactly the text that offsets refer to", "zh": "只输出偏移量所指的原文"},
    "help-snapshots": {"en": "the snapshots that are kept", "zh": "列出保留的快照"},
    "help-rollback": {"en": "make an earlier snapshot live", "zh": "启用较早的快照"},
    "help-snapshot": {"en": "id of the snapshot (default: the one before)", "zh": "快照编号（默认：上一个）"},
    "help-eval": {"en": "score questions whose answers are known", "zh": "用已知答案的问题评分"},
    "help-questions": {
        "en": 'file of {{"id", "lang", "question", "gold": [...]}} lines; an empty gold: not answerable',
        "zh": '每行 {{"id", "lang", "question", "gold": [...]}} 的文件；gold 为空表示无法回答',
    },
    "help-calibrate": {
        "en": "use your own questions to find the confidence from which at most a given share of answers is wrong",
        "zh": "用您自己的问题，找出从多大把握起，答错的比例不超过给定值",
    },
    "help-risk": {
        "en": "the share of answers that may be wrong, with 95 %% certainty (default 0.1)",
        "zh": "允许答错的比例，以 95 %% 的把握保证（默认 0.1）",
    },
    "help-misses": {"en": "show every question that went wrong", "zh": "列出每个答错的问题"},
    "help-doctor": {
        "en": "check settings, index, encoder and channels, and say what to do",
        "zh": "检查设置、索引、编码器和渠道，并说明怎么办",
    },
    "help-admin-link": {
        "en": "print a link that signs in to the admin page, once",
        "zh": "输出一个登录管理页面的链接，只能用一次",
    },
    "help-gaps": {"en": "questions that could not be answered, grouped", "zh": "未能回答的问题，归类列出"},
    "help-export": {"en": "the journal as CSV", "zh": "把日志导出为 CSV"},
    "help-move-journal": {
        "en": "move the journal from the data folder to the database of DATABASE_URL",
        "zh": "把日志从数据文件夹迁移到 DATABASE_URL 指定的数据库",
    },
    "help-back": {"en": "from the database to the data folder", "zh": "从数据库迁回数据文件夹"},
    "help-table": {
        "en": "questions, feedback or actions",
        "zh": "questions（问题）、feedback（反馈）或 actions（管理操作）",
    },
}
