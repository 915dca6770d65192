"""What the page for admins says in its own words, in both languages."""

from bot.question import Language

BOARD_TEXTS: dict[str, dict[Language, str]] = {
    "board-sign-in": {
        "zh": "请先登录：在私聊里给机器人发送 /admin，或在运行它的电脑上执行 verbatim admin-link，然后打开得到的链接。",
        "en": "Please sign in: send /admin to the bot in a private chat, or run `verbatim admin-link` on its computer, "
        "and open the link that you get.",
    },
    "board-enter": {"zh": "登录", "en": "Sign in"},
    "board-enter-about": {
        "zh": "这个链接只能用一次，登录后十二小时内有效。",
        "en": "This link works once. You stay signed in for twelve hours.",
    },
    "board-link-over": {
        "zh": "这个链接已经用过或已失效，请重新索取：给机器人发送 /admin，或执行 verbatim admin-link。",
        "en": "This link was used already or is too old. Get a new one: /admin to the bot, or `verbatim admin-link`.",
    },
    "board-leave": {"zh": "退出", "en": "Sign out"},
    "board-pages": {"zh": "管理页面", "en": "Pages for admins"},
    "board-work": {"zh": "进行中的操作", "en": "What is being done"},
    "board-begun": {"zh": "已开始……", "en": "It has begun …"},
    "board-home": {"zh": "概况", "en": "Overview"},
    "board-health": {"zh": "运行状况", "en": "Health"},
    "board-well": {"zh": "正常", "en": "well"},
    # Documents
    "board-documents": {"zh": "资料", "en": "Documents"},
    "board-none": {"zh": "没有这样的资料。", "en": "There is no such document."},
    "board-document": {"zh": "文件", "en": "Document"},
    "board-state": {"zh": "状态", "en": "State"},
    "board-reader": {"zh": "格式", "en": "Format"},
    "board-passages": {"zh": "段落", "en": "Passages"},
    "board-changed": {"zh": "修改时间", "en": "Changed"},
    "board-act": {"zh": "操作", "en": "Action"},
    "board-state-indexed": {"zh": "已索引", "en": "indexed"},
    "board-state-skipped": {"zh": "已跳过", "en": "skipped"},
    "board-state-new": {"zh": "新文件，未索引", "en": "new, not indexed yet"},
    "board-state-changed": {"zh": "有修改，未索引", "en": "changed, not indexed yet"},
    "board-state-removed": {"zh": "已移出，仍可引用", "en": "moved out, still quoted"},
    "board-count-indexed": {"zh": "已索引 {count}", "en": "{count} indexed"},
    "board-count-skipped": {"zh": "跳过 {count}", "en": "{count} skipped"},
    "board-count-new": {"zh": "新增 {count}", "en": "{count} new"},
    "board-count-changed": {"zh": "修改 {count}", "en": "{count} changed"},
    "board-count-removed": {"zh": "移出 {count}", "en": "{count} moved out"},
    "board-reindex": {"zh": "重新索引", "en": "Reindex"},
    "board-waiting": {
        "zh": "有 {count} 处变化尚未生效。切换前会先显示差异。",
        "en": "Changes that are not live yet: {count}. The difference is shown before the switch.",
    },
    "board-nothing-waits": {"zh": "文件夹与索引一致。", "en": "The index holds what the folder holds."},
    "board-upload": {"zh": "把文件拖到这里，或点击选择", "en": "Drop files here, or choose them"},
    "board-upload-about": {
        "zh": "同名文件会被替换，旧文件保存在数据文件夹的 removed 里。上传后会重新索引，切换前先显示差异。",
        "en": "A file of the same name is replaced; the old one is kept in the data folder, under removed. After the "
        "upload the documents are indexed again, and the difference is shown before the switch.",
    },
    "board-upload-script": {
        "zh": "上传需要 JavaScript；也可以直接把文件放进资料文件夹。",
        "en": "Uploading needs JavaScript; files can also be copied into the corpus folder.",
    },
    "board-cut-off": {
        "zh": "{name} 没有传完，请再试一次。",
        "en": "{name} did not arrive whole. Please try again.",
    },
    "board-search": {"zh": "按路径查找", "en": "Find by path"},
    "board-find": {"zh": "查找", "en": "Find"},
    "board-remove": {"zh": "移出", "en": "Move out"},
    "board-remove-path": {"zh": "移出 {path}", "en": "Move out {path}"},
    "board-listed": {"zh": "第 {first}–{last} 份，共 {count} 份", "en": "{first} to {last} of {count}"},
    "board-before": {"zh": "‹ 上一页", "en": "‹ Previous"},
    "board-after": {"zh": "下一页 ›", "en": "Next ›"},
    # Gaps
    "board-gaps": {"zh": "没答上的问题", "en": "Gaps"},
    "board-gaps-about": {
        "zh": "最近 {days} 天没答上的问题，相似的归在一起。",
        "en": "Questions of the last {days} days that found no answer, alike ones together.",
    },
    "board-asked": {"zh": "{count} 次，{people} 人，最近一次 {last}", "en": "asked {count}×, by {people}; last {last}"},
    "board-nearest": {"zh": "资料里最接近的一段（不是答案）：", "en": "Nearest in the documents (not an answer):"},
    "board-answered-now": {"zh": "现在已能回答：", "en": "Answered now:"},
    "board-answer-by": {"zh": "补充资料来回答", "en": "Answer this by adding …"},
    "board-answer": {
        "zh": "用自己的话写出答案，会成为一份以问题为标题的资料：",
        "en": "The answer in your words; it becomes a document with the question as its heading:",
    },
    "board-answer-add": {"zh": "加入资料", "en": "Add to the documents"},
    "board-answer-file": {"zh": "或者上传一份能回答它的文件", "en": "or upload a file that answers it"},
}
