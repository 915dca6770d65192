"""What the page to ask says in its own words, in both languages."""

from bot.question import Language

PAGE_TEXTS: dict[str, dict[Language, str]] = {
    "page-title": {"zh": "Verbatim · 原句作答", "en": "Verbatim · answers in the documents' own words"},
    "page-about": {
        "zh": "用中文或英文提问。回答是资料里的原句，并注明出处；资料里没有的，会直说。",
        "en": "Ask in English or Chinese. The answer is a sentence from the documents, with its source. "
        "What they do not answer, the page says so.",
    },
    "page-examples": {"zh": "例如：", "en": "For example:"},
    "page-field": {"zh": "您的问题", "en": "Your question"},
    "page-placeholder": {"zh": "输入问题，可以追问", "en": "Type a question; follow-ups are understood"},
    "page-send": {"zh": "提问", "en": "Ask"},
    "page-language": {"zh": "English", "en": "中文"},
    "page-new": {"zh": "新对话", "en": "New conversation"},
    "page-log": {"zh": "问答", "en": "Questions and answers"},
    "page-looking": {"zh": "正在查找……", "en": "Looking it up …"},
    "page-offline": {
        "zh": "没有连上服务器，请再试一次。",
        "en": "The server could not be reached. Please try again.",
    },
    "page-up": {"zh": "答得好", "en": "Good answer"},
    "page-down": {"zh": "答得不好", "en": "Bad answer"},
    "page-new-tab": {"zh": "在新标签页打开", "en": "opens in a new tab"},
    "page-empty": {"zh": "请先写下问题。", "en": "Please write a question first."},
    "page-long": {
        "zh": "问题太长，最多 {most} 个字。",
        "en": "The question is too long: {most} characters at most.",
    },
    "page-here-only": {
        "zh": "这个页面只在运行程序的电脑上开放。管理员可以设置 PAGE=open 让其他人使用。",
        "en": "This page is only open on the computer that the program runs on. "
        "Its operator can open it to others with PAGE=open.",
    },
    "page-sign-in": {"zh": "请先登录。", "en": "Please sign in first."},
    "page-foreign": {
        "zh": "这个请求来自别的网站，未被受理。",
        "en": "This request comes from another site and was not accepted.",
    },
    # The source page
    "source-file": {"zh": "下载原文件", "en": "Download the file"},
    "source-table": {"zh": "表格", "en": "Table"},
    "source-marks": {"zh": "引用的地方", "en": "Quoted places"},
    "source-mark": {"zh": "回到引用处", "en": "Back to the quote"},
    "source-previous": {"zh": "‹ 上一处", "en": "‹ Previous"},
    "source-next": {"zh": "下一处 ›", "en": "Next ›"},
    "source-part": {"zh": "第 {number} / {count} 部分", "en": "Part {number} of {count}"},
    "source-earlier": {"zh": "‹ 前一部分", "en": "‹ Earlier part"},
    "source-later": {"zh": "后一部分 ›", "en": "Later part ›"},
}
