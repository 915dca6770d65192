"""What the bot says about what it keeps of people, in both languages."""

from bot.question import Language

PRIVACY_TEXTS: dict[str, dict[Language, str]] = {
    "privacy": {
        "zh": "您的问题和评价保存 {days} 天，供管理员看哪些问题没答上；之后自动删除。\n"
        "/export 看存了什么 · /forget 全部删除 · /remember off 不再记住",
        "en": "Your questions and votes are kept for {days} days, so that admins see what found no answer, and then "
        "deleted.\n/export what is kept · /forget delete it · /remember off keep nothing",
    },
    "privacy-off": {
        "zh": "这里不保存您的问题和评价：问题回答之后就删除。",
        "en": "Your questions and votes are not kept here: a question is deleted once it is answered.",
    },
    "forgotten": {
        "zh": "已删除：您的 {count} 个问题、对话记忆和评价。",
        "en": "Deleted: {count:question|questions} of yours, what was remembered of the conversation, and your votes.",
    },
    "forget-more": {"zh": "不想再被记住：/remember off", "en": "To be remembered no more: /remember off"},
    "remember-off": {
        "zh": "好的，不再记住您：已删除 {count} 个问题，今后的问题和评价也不保存。请每次都把问题说完整，追问会接不上。",
        "en": "You are not remembered any more: {count:question was|questions were} deleted, and no question or vote "
        "of yours will be kept. Please ask whole questions, for follow-ups are not understood now.",
    },
    "remember-undo": {"zh": "要恢复：/remember on", "en": "To undo this: /remember on"},
    "remember-on": {
        "zh": "好的，从现在起像往常一样保存（{days} 天）。",
        "en": "From now on your questions are kept as usual ({days} days).",
    },
    "remember-how": {
        "zh": "请发送 /remember off（不再记住）或 /remember on（恢复）。",
        "en": "Send /remember off to be remembered no more, or /remember on to undo that.",
    },
    "export-private": {"zh": "请在私聊里发送 /export。", "en": "Please send /export in a private chat."},
    "export-file": {"zh": "目前存下的关于您的全部内容。", "en": "Everything that is kept about you."},
    "export-part": {
        "zh": "目前存下的关于您的内容（{count} 个问题中最新的 {shown} 个；全部内容请向管理员索取）：",
        "en": "What is kept about you (the newest {shown} of {count} questions; ask an admin for all of them):",
    },
    "export-whole": {"zh": "目前存下的关于您的全部内容：", "en": "Everything that is kept about you:"},
    "page-own-data": {"zh": "您的数据", "en": "Your data"},
    "page-export": {"zh": "下载", "en": "Download"},
    "page-forget": {"zh": "删除", "en": "Delete"},
    "page-remember-off": {"zh": "不再记住", "en": "Keep nothing"},
    "page-remember-on": {"zh": "恢复保存", "en": "Keep again"},
}
