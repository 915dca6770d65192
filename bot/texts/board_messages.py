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
    "board-turn-back": {"zh": "‹ 上一页", "en": "‹ Previous"},
    "board-turn-on": {"zh": "下一页 ›", "en": "Next ›"},
    # Gaps
    "board-gaps": {"zh": "没答上的问题", "en": "Gaps"},
    "board-gaps-about": {
        "zh": "最近 {days} 天没答上的问题，相似的归在一起。",
        "en": "Questions of the last {days} days that found no answer, alike ones together.",
    },
    "board-asked": {"zh": "{count} 次，{people} 人，最近一次 {last}", "en": "asked {count}×, by {people}; last {last}"},
    "board-nearest": {"zh": "资料里最接近的一段：", "en": "The closest in the documents:"},
    "board-answered-now": {"zh": "现在已能回答：", "en": "Answered now:"},
    "board-answer-by": {"zh": "补充资料来回答", "en": "Answer this by adding …"},
    "board-answer": {
        "zh": "用自己的话写出答案，会成为一份以问题为标题的资料：",
        "en": "The answer in your words; it becomes a document with the question as its heading:",
    },
    "board-answer-add": {"zh": "加入资料", "en": "Add to the documents"},
    "board-answer-file": {"zh": "或者上传一份能回答它的文件", "en": "or upload a file that answers it"},
    # Overview
    "board-live": {"zh": "当前使用", "en": "Live"},
    "board-use": {"zh": "使用情况", "en": "Use"},
    "board-log": {"zh": "最近的操作", "en": "What was done"},
    "board-no-log": {"zh": "还没有操作。", "en": "Nothing yet."},
    "board-snapshot": {"zh": "快照", "en": "Snapshot"},
    "board-encoder": {"zh": "编码器", "en": "Encoder"},
    "board-asked-total": {"zh": "最近 {days} 天的问题", "en": "Questions in {days} days"},
    "board-askers": {"zh": "提问的人", "en": "People who asked"},
    "board-answered": {"zh": "答出", "en": "Answered"},
    "board-abstained": {"zh": "未答出", "en": "Not answered"},
    "board-liked": {"zh": "好评", "en": "Thumbs up"},
    "board-disliked": {"zh": "差评", "en": "Thumbs down"},
    "board-index": {"zh": "索引", "en": "Index"},
    "board-quotes": {"zh": "引文核对", "en": "Quotes"},
    "board-alarms": {
        "zh": "启动以来有 {count} 条与原文不符，未发出：请重新索引，并查看日志。",
        "en": "{count} since the start did not stand in their document and were not sent: reindex, and read the log.",
    },
    "board-no-alarms": {"zh": "启动以来全部与原文一致", "en": "every one since the start stood in its document"},
    "board-disk": {"zh": "磁盘", "en": "Disk"},
    "board-free": {"zh": "剩余 {size} GB", "en": "{size} GB free"},
    "board-little": {
        "zh": "只剩 {size} GB：请清理磁盘，否则重新索引可能失败。",
        "en": "only {size} GB free: make room, or a reindex may fail.",
    },
    "board-when": {"zh": "时间", "en": "When"},
    "board-who": {"zh": "谁", "en": "Who"},
    "board-did": {"zh": "操作", "en": "Did"},
    "board-outcome": {"zh": "结果", "en": "Outcome"},
    # Snapshots
    "board-snapshots": {"zh": "快照", "en": "Snapshots"},
    "board-snapshots-about": {
        "zh": "每次重新索引都会留下一个快照。退回后一直使用它，直到下次重新索引。",
        "en": "Each reindex leaves one. Going back to one holds until the next reindex.",
    },
    "board-made": {"zh": "建立时间", "en": "Made"},
    "board-is-live": {"zh": "使用中", "en": "live"},
    "board-back": {"zh": "退回", "en": "Go back"},
    "board-back-to": {"zh": "退回快照 {name}", "en": "Go back to snapshot {name}"},
    # Saved questions
    "board-questions": {"zh": "固定问题", "en": "Saved questions"},
    "board-questions-about": {
        "zh": "来自资料文件夹里的 questions.jsonl 和得到好评的回答，每次重新索引都会再问一遍。共 {count} 个，"
        "这里问了 {asked} 个；其中 {known} 个已知正确答案，答对 {right} 个。",
        "en": "From questions.jsonl in the corpus folder, and answers with a thumb up; asked again at each reindex. "
        "{count} in all, {asked} asked here; of {known} the right answer is known, and {right} of these are right.",
    },
    "board-no-saved": {
        "zh": '还没有固定问题：可以在资料文件夹里放一个 questions.jsonl，每行一个 {{"question": …, "gold": […]}}。',
        "en": 'None yet: put a questions.jsonl into the corpus folder, one {{"question": …, "gold": […]}} a line.',
    },
    "board-question": {"zh": "问题", "en": "Question"},
    "board-before": {"zh": "以前的答案", "en": "Before"},
    "board-now": {"zh": "现在的答案", "en": "Now"},
    "board-after-swap": {"zh": "上线后", "en": "After going live"},
    "board-lost": {"zh": "待上线的快照会失去的答案", "en": "Answers that the waiting snapshot would lose"},
    "board-answer-right": {"zh": "答对", "en": "right"},
    "board-answer-differs": {"zh": "不同", "en": "differs"},
    "board-answer-said": {"zh": "有回答", "en": "answered"},
    "board-answer-none": {"zh": "没答上", "en": "no answer"},
    # Feedback
    "board-feedback": {"zh": "评价", "en": "Feedback"},
    "board-feedback-about": {"zh": "最近的评价，不显示是谁。", "en": "The newest thumbs. Whose they are is not shown."},
    "board-no-votes": {"zh": "还没有评价。", "en": "None yet."},
    "board-vote": {"zh": "评价", "en": "Vote"},
    "board-vote-up": {"zh": "好", "en": "up"},
    "board-vote-down": {"zh": "不好", "en": "down"},
    "board-quote": {"zh": "引文", "en": "Quote"},
    # Settings
    "board-settings": {"zh": "设置", "en": "Settings"},
    "board-settings-about": {
        "zh": "来自环境变量和 .env，启动时读取；密钥不显示。",
        "en": "From the environment and .env, as read at the start. Secrets are not shown.",
    },
}
