"""What the bot says to admins, in both languages."""

from bot.question import Language

ADMIN_TEXTS: dict[str, dict[Language, str]] = {
    "admin-only": {
        "zh": "只有管理员可以使用这个命令。您的编号是 {user}。",
        "en": "This command is for admins. Your id is {user}.",
    },
    "admin-busy": {"zh": "正在重新索引，请等它完成。", "en": "A reindex is running. Please wait until it is done."},
    "admin-gone": {"zh": "这个确认已失效，请重新操作。", "en": "This confirmation has expired. Please start again."},
    "admin-failed": {"zh": "没有成功：{reason}", "en": "It did not work: {reason}"},
    "status": {
        "zh": "资料 {documents} 份，段落 {passages} 个\n快照 {name}，{created}\n编码器 {encoder}",
        "en": "{documents:document|documents}, {passages:passage|passages}\n"
        "snapshot {name} of {created}\nencoder {encoder}",
    },
    "status-skipped": {
        "zh": "没有读入或没有读全的文件有 {count} 个；按原因处理后发送 /reindex：",
        "en": "{count:file was|files were} not read, or only in part; fix what the reason names, then send /reindex:",
    },
    "status-kept": {"zh": "可以退回：", "en": "You can go back to:"},
    "status-one": {"zh": "/rollback {name}　{created}", "en": "/rollback {name} to {created}"},
    "status-none": {"zh": "还没有索引：用 /reindex 建立。", "en": "Nothing is indexed yet. Send /reindex."},
    "problem": {"zh": "注意：{problem}", "en": "Note: {problem}"},
    "stats": {
        "zh": "最近 {days} 天：{questions} 个问题，{people} 人\n"
        "答出 {answered}，未答出 {abstained}\n👍 {liked}　👎 {disliked}",
        "en": "Last {days:day|days}: {questions:question|questions} by {people:person|people}\n"
        "answered {answered}, not answered {abstained}\n👍 {liked}  👎 {disliked}",
    },
    "gaps-none": {"zh": "最近 {days} 天的问题都答上了。", "en": "Every question of the last {days} days was answered."},
    "gaps": {"zh": "最近 {days} 天没答上的问题：", "en": "Unanswered in the last {days} days:"},
    "gap": {"zh": "{count} 次（{people} 人）{question}", "en": "{count}× ({people:person|people}) {question}"},
    "gap-wanted": {"zh": "（{count} 人在等答复）", "en": " ({count} waiting to be told)"},
    "gaps-add": {
        "zh": "把能回答的文件发给我，或用 /add 回复它，就会加入资料。",
        "en": "Send me a file that answers them, or reply /add to one, and it is added to the documents.",
    },
    "which-collection": {
        "zh": "有几个资料集，请写明是哪一个（发送文件时写在说明里）：\n{names}",
        "en": "There are several collections. Please name one (with a file, in its caption):\n{names}",
    },
    "no-collection-here": {"zh": "这里没有可读的资料集。", "en": "No collection may be read here."},
    "add-document": {"zh": "➕ 添加文件", "en": "➕ Add a document"},
    "phase-read": {"zh": "读取资料", "en": "Reading documents"},
    "phase-encode": {"zh": "编码段落", "en": "Encoding passages"},
    "phase-write": {"zh": "写入快照", "en": "Writing the snapshot"},
    "phase-vectors": {"zh": "复制向量到数据库", "en": "Copying vectors to the database"},
    "phase-check": {"zh": "检查快照", "en": "Checking the snapshot"},
    "progress": {"zh": "{phase}：{done} / {total}", "en": "{phase}: {done} of {total}"},
    "progress-left": {"zh": "{progress}，约剩 {left}", "en": "{progress}, about {left} left"},
    "seconds": {"zh": "{count} 秒", "en": "{count:second|seconds}"},
    "minutes": {"zh": "{count} 分钟", "en": "{count:minute|minutes}"},
    "working": {"zh": "开始重新索引……", "en": "Reindexing …"},
    "report-same": {"zh": "没有变化，快照 {name} 继续使用。", "en": "Nothing changed; snapshot {name} stays live."},
    "report": {
        "zh": "新快照 {name} 已上线：新增 {added}，修改 {changed}，删除 {removed}，共 {passages} 段。",
        "en": "Snapshot {name} is live: {added} added, {changed} changed, {removed} removed, "
        "{passages:passage|passages}.",
    },
    "report-waiting": {
        "zh": "新快照已备好：新增 {added}，修改 {changed}，删除 {removed}。\n但有 {lost} 个问题会失去答案：",
        "en": "The new snapshot is ready: {added} added, {changed} changed, {removed} removed.\n"
        "But {lost:question|questions} would lose their answer:",
    },
    "report-ready": {
        "zh": "新快照已备好：新增 {added}，修改 {changed}，删除 {removed}。",
        "en": "The new snapshot is ready: {added} added, {changed} changed, {removed} removed.",
    },
    "swap": {"zh": "上线", "en": "Go live"},
    "stored": {"zh": "{name} 已放进资料文件夹。", "en": "{name} is in the corpus folder."},
    "taken-out": {"zh": "{name} 已移出资料文件夹。", "en": "{name} was moved out of the corpus folder."},
    "admin-link": {
        "zh": "打开管理页面（十分钟内有效，只能用一次，请不要转发）：\n{url}",
        "en": "Open the admin page (works once, within ten minutes; please do not pass the link on):\n{url}",
    },
    "admin-link-here": {
        "zh": "打开管理页面（十分钟内有效，只能用一次）：\n{url}\n"
        "要从别处安全地打开，请把 PUBLIC_URL 设为 https 地址。",
        "en": "Open the admin page (works once, within ten minutes):\n{url}\n"
        "To open it safely from elsewhere, set PUBLIC_URL to an https address.",
    },
    "admin-link-private": {"zh": "请在私聊里发送 /admin。", "en": "Please send /admin in a private chat."},
    "admin-no-page": {
        "zh": "管理页面没有开放：请设置 ADMIN_PAGE=True。",
        "en": "The admin page is turned off: set ADMIN_PAGE=True.",
    },
    "report-path": {"zh": "{mark} {path}", "en": "{mark} {path}"},
    "report-skipped": {"zh": "跳过 {path}：{reason}", "en": "skipped {path}: {reason}"},
    "report-partial": {"zh": "只读取了一部分 {path}：{reason}", "en": "read in part {path}: {reason}"},
    "report-more": {"zh": "……还有 {count} 项", "en": "… and {count} more"},
    "report-closed": {"zh": "以前没答上、现在能答的问题：", "en": "Answered now, but not before:"},
    "swap-anyway": {"zh": "仍然上线", "en": "Go live anyway"},
    "keep-old": {"zh": "保留旧的", "en": "Keep the old one"},
    "kept-old": {"zh": "好的，旧快照继续使用。", "en": "The old snapshot stays live."},
    "rolled-back": {
        "zh": "已退回快照 {name}，{created}。在有人发送 /reindex 或运行 `verbatim index` 之前一直使用它，"
        "文件夹的变动暂不索引。",
        "en": "Snapshot {name} of {created} is live again, until somebody sends /reindex or runs `verbatim index`. "
        "Changes in the folder wait until then.",
    },
    "held": {
        "zh": "有人退回到了这个快照：发送 /reindex 之前，文件夹的变动暂不索引。",
        "en": "Somebody went back to this snapshot: changes in the folder wait until /reindex.",
    },
    "not-written": {
        "zh": "资料文件夹 {folder} 写不进去（{reason}）：请检查权限和磁盘空间，然后再试。",
        "en": "the corpus folder {folder} cannot be written to ({reason}): check its permissions and the free space, "
        "then try again.",
    },
    "admin-broke": {
        "zh": "出现意外错误（{reason}），没有完成；详情见日志。",
        "en": "something unexpected went wrong ({reason}) and it was not done; see the log.",
    },
    "add-confirm": {"zh": "把 {name}（{size} KB）加入资料吗？", "en": "Add {name} ({size} KB) to the documents?"},
    "replace-confirm": {
        "zh": "已有 {name}，用新文件（{size} KB）替换吗？",
        "en": "There is already a {name}: replace it with this one ({size} KB)?",
    },
    "remove-confirm": {"zh": "从资料中删除 {name} 吗？", "en": "Remove {name} from the documents?"},
    "remove-which": {"zh": "删除哪一份？请写 /remove 加路径：", "en": "Which one? Send /remove and its path:"},
    "add-how": {
        "zh": "把文件直接发给我，或用 /add 回复一个文件。",
        "en": "Send me a file, or reply /add to one.",
    },
    "too-large": {
        "zh": "{name} 超过 {limit} MB，请拆分，或直接放进资料文件夹。",
        "en": "{name} is larger than {limit} MB: split it, or copy it into the corpus folder.",
    },
    "wrong-type": {"zh": "{name}：只能添加 {types}。", "en": "{name}: only {types} can be added."},
    "wrong-name": {
        "zh": "{name}：请给文件起一个更短、更简单的名字。",
        "en": "{name}: please give the file a shorter, simpler name.",
    },
    "empty-file": {"zh": "{name} 是空的。", "en": "{name} is empty."},
    "no-document": {
        "zh": "资料文件夹里没有 {name}：/sources 列出现有的资料。",
        "en": "There is no {name} in the corpus folder: /sources lists what is there.",
    },
    "not-inside": {"zh": "{name} 不在资料文件夹里。", "en": "{name} is not in the corpus folder."},
    "not-fetched": {
        "zh": "无法从平台下载这个文件，请再发一次（机器人最多能取 20 MB）。",
        "en": "the file could not be fetched from the platform. Please send it again (bots can fetch 20 MB at most).",
    },
    "file-expired": {
        "zh": "文件的下载地址已失效（只有五分钟），请再发一次。",
        "en": "The file's download link has expired (it is valid for five minutes). Please send it again.",
    },
    "file-lost": {
        "zh": "无法从企业微信下载这个文件，请再发一次。",
        "en": "The file could not be fetched from WeCom. Please send it again.",
    },
    "file-broken": {
        "zh": "文件无法解密，没有添加。请再发一次；如果还不行，请检查 EncodingAESKey。",
        "en": "The file could not be decrypted and was not added. Please send it again; if it keeps happening, check "
        "the EncodingAESKey.",
    },
    "file-address": {
        "zh": "从本机看，文件的下载地址不是公网上的 https 地址，所以没有下载。请检查本机的域名解析。",
        "en": "As seen from this machine, the file's address is not a public https address, so it was not fetched. "
        "Please check this machine's name resolution (DNS).",
    },
    "file-unnamed": {
        "zh": "企业微信没有说明文件名，无法判断类型。请再发一次，或直接放进资料文件夹。",
        "en": "WeCom did not send the file's name, so its type is unknown. Please send it again, or copy it into the "
        "corpus folder.",
    },
    "wecom-no-files": {
        "zh": "自建应用收不到文件：请发给智能机器人，或直接放进资料文件夹。",
        "en": "A self-built app receives no files: send it to the AI bot, or copy it into the corpus folder.",
    },
    "yes": {"zh": "确定", "en": "Yes"},
    "no": {"zh": "取消", "en": "No"},
    "cancelled": {"zh": "已取消。", "en": "Nothing was changed."},
}
