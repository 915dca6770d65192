"""What the bot says in its own words, in both languages of the interface. Quotes never pass through here."""

from bot.question import Language
from bot.texts.admin_messages import ADMIN_TEXTS
from bot.texts.board_messages import BOARD_TEXTS
from bot.texts.object_messages import OBJECT_TEXTS
from bot.texts.page_messages import PAGE_TEXTS
from bot.texts.privacy_messages import PRIVACY_TEXTS
from bot.texts.say import speaker
from bot.texts.source_messages import SOURCE_TEXTS

TEXTS: dict[str, dict[Language, str]] = {
    **ADMIN_TEXTS,
    **BOARD_TEXTS,
    **OBJECT_TEXTS,
    **PAGE_TEXTS,
    **PRIVACY_TEXTS,
    **SOURCE_TEXTS,
    # Answer cards
    "no-answer": {
        "zh": "资料里没有找到这个问题的答案。",
        "en": "The documents here do not answer this.",
    },
    "unsure": {"zh": "不太确定，可能是这一句：", "en": "Not sure, but this may be it:"},
    "read-as": {"zh": "已按这个问题回答：{question}", "en": "Read as: {question}"},
    "nearest": {"zh": "我找到的最接近的一段：", "en": "The closest I found:"},
    "places-documents": {"zh": "共在 {count} 份资料里找到", "en": "Found in {count} documents"},
    "places-sections": {"zh": "共在 {count} 节里找到", "en": "Found in {count} sections"},
    "places-all": {"zh": "{found}，各引一处：", "en": "{found}, with a quote from each:"},
    "places-first": {
        "zh": "{found}，先引前 {shown} 处：",
        "en": "{found}, with a quote from each of the first {shown}:",
    },
    "more-than": {"zh": "超过 {count}", "en": "more than {count}"},
    "can-answer": {"zh": "可以问我：", "en": "You could ask:"},
    "context": {"zh": "上下文", "en": "Context"},
    "older-version": {"zh": "旧版，新版见 {newer}", "en": "older version, see {newer}"},
    "page": {"zh": "第 {page} 页", "en": "p. {page}"},
    "row": {"zh": "第 {row} 行", "en": "row {row}"},
    "passage-of": {"zh": "第 {number} / {count} 段", "en": "Passage {number} of {count}"},
    "found-at": {"zh": "这段文字出自：", "en": "This text is from:"},
    "found-nowhere": {
        "zh": "这段文字不在资料里。",
        "en": "This text is not in the documents here.",
    },
    "button-context": {"zh": "更多上下文", "en": "More context"},
    "button-next": {"zh": "其他段落 ›", "en": "Other passages ›"},
    "button-previous": {"zh": "‹ 上一段", "en": "‹ Previous"},
    "button-source": {"zh": "出处", "en": "Source"},
    # What the desk says instead of an answer
    "limit": {
        "zh": "问得有点快，请稍等一分钟再问。",
        "en": "That is a little fast for me. Please wait a minute before your next question.",
    },
    "not-open": {
        "zh": "这个机器人只对名单上的人开放。您的编号是 {user}，请转告管理员。",
        "en": "This bot is only open to people on its list. Your id is {user}: please give it to an admin.",
    },
    "no-index": {
        "zh": "资料还没有准备好，请稍后再问。",
        "en": "The documents are not ready yet. Please ask again later.",
    },
    "no-question": {
        "zh": "请把问题写在后面，例如：{example}",
        "en": "Please write your question after it, for example: {example}",
    },
    "words-only": {
        "zh": "我只读文字，听不了语音，也看不了图片和文件。请把问题打出来，我用资料里的原句回答，例如：{example}",
        "en": "I read text only: no voice messages, pictures or files. Please type your question, and I will answer "
        "with a sentence from the documents, for example: {example}",
    },
    "group-welcome": {
        "zh": "大家好！用 /ask 加问题、提到我，或回复我，我就用资料里的原句回答，并说明出处；资料里没有的，我会直说。",
        "en": "Hello! Ask me here with /ask and a question, by mentioning me, or by replying to me: I answer with the "
        "exact sentence from the documents and say where it comes from. If they do not answer, I say so.",
    },
    "search-away": {
        "zh": "暂时无法查找资料，请过几分钟再问。",
        "en": "I cannot search the documents right now. Please ask again in a few minutes.",
    },
    "error": {
        "zh": "出了点问题，没能回答。请再试一次；如果还不行，请把编号 {id} 告诉管理员。",
        "en": "Something went wrong and I could not answer. Please try again; if it keeps happening, give this number "
        "to an admin: {id}",
    },
    "late": {
        "zh": "这条回答来晚了，抱歉：提问后有一段时间无法发送消息。",
        "en": "Sorry, this answer is late: for a while after you asked, no message could be sent.",
    },
    "put-aside": {
        "zh": "抱歉，这个问题没能回答：每次处理它，程序都会中断，所以先放到一边。"
        "请换个说法再问，并把编号 {id} 告诉管理员。",
        "en": "I am sorry, I cannot answer this question: the program crashed each time it tried, so I gave up on it. "
        "Please ask in other words, and give this number to an admin: {id}",
    },
    "edited-since": {
        "zh": "问题后来改过了，现在显示的是改后的答案。",
        "en": "The question was edited since. This is the answer to it as it is now.",
    },
    "gone": {
        "zh": "资料里的这段文字已经改动，请重新提问。",
        "en": "The document has changed since then. Please ask again.",
    },
    # Feedback
    "button-file": {"zh": "原文件", "en": "File"},
    "file-too-big": {
        "zh": "文件太大，这里发不了；请向管理员索取。",
        "en": "The file is too large to be sent here. Please ask an admin for it.",
    },
    "button-tell": {"zh": "告诉管理员", "en": "Tell the team"},
    "told-team": {
        "zh": "已经转告管理员。有了答案，我会通知您（只通知一次）。",
        "en": "The team can see it now. I will tell you once there is an answer.",
    },
    "told-team-not": {
        "zh": "您的问题没有保存，所以无法转告；可以直接联系管理员。",
        "en": "Your question was not kept, so I cannot pass it on. Please write to an admin yourself.",
    },
    "news": {"zh": "您问过：{question}\n现在有答案了。", "en": "You asked: {question}\nThere is an answer now."},
    "thanks": {"zh": "谢谢！", "en": "Thank you!"},
    "why": {"zh": "哪里不对？", "en": "What is wrong with it?"},
    "why-wrong": {"zh": "答非所问", "en": "Not what I asked"},
    "why-part": {"zh": "不完整", "en": "Incomplete"},
    "why-old": {"zh": "过时了", "en": "Out of date"},
    "why-other": {"zh": "其他", "en": "Something else"},
    # Commands
    "help": {
        "zh": "我用资料里的原句回答问题，并说明出处；资料里没有的，我会直说。",
        "en": "I answer with the exact sentence from the documents here and say where it comes from. "
        "If they do not answer, I say so.",
    },
    "help-examples": {"zh": "例如：", "en": "For example:"},
    "help-more": {
        "zh": "在群里：/ask 加问题、提到我，或回复我。选中一段文字，引用它并问“出处？”，我会告诉您它出自哪里。\n"
        "/sources 资料列表 · /language 界面语言 · /privacy 我的数据",
        "en": "In groups: /ask with the question, mention me, or reply to me. Quote part of any message and ask "
        "“source?”, and I tell you where it comes from.\n/sources: the documents · /language: your language · "
        "/privacy: your data",
    },
    "sources": {"zh": "资料共 {count} 份：", "en": "Documents: {count}"},
    "sources-more": {"zh": "……还有 {count} 份", "en": "… and {count} more"},
    "choose-language": {"zh": "界面语言 / Language", "en": "Language / 界面语言"},
    "language-chosen": {"zh": "好的，用中文。", "en": "English it is."},
    "menu-ask": {"zh": "提问", "en": "Ask a question"},
    "menu-help": {"zh": "怎么用", "en": "How this works"},
    "menu-sources": {"zh": "资料列表", "en": "The documents"},
    "menu-use": {"zh": "问哪些资料集", "en": "Which collections are asked"},
    "use-these": {"zh": "这里可以问的资料集：", "en": "Collections that can be asked here:"},
    "use-done": {"zh": "好的，从现在起问打勾的资料集：", "en": "Done. From now on those with a tick are asked:"},
    "use-unknown": {
        "zh": "这里没有名为 {name} 的资料集。有：",
        "en": "There is no collection named {name} here. There are:",
    },
    "use-how": {
        "zh": "/use 加名称（可以写几个）只问它们，/use all 问全部。",
        "en": "/use and a name, or several, asks only those; /use all asks them all.",
    },
    "use-nothing": {"zh": "这里没有可选的资料集。", "en": "There are no collections to choose from here."},
    "use-admins": {"zh": "只有群管理员可以选择。", "en": "Only administrators of the group may choose."},
    "menu-language": {"zh": "界面语言", "en": "Choose your language"},
    "menu-privacy": {"zh": "我的数据", "en": "What is kept about you"},
    "menu-status": {"zh": "索引状态", "en": "Index status"},
    "menu-gaps": {"zh": "没答上的问题", "en": "Unanswered questions"},
    "menu-stats": {"zh": "统计", "en": "Statistics"},
    "menu-reindex": {"zh": "重新索引", "en": "Reindex the documents"},
    "menu-rollback": {"zh": "退回上一版", "en": "Go back to an earlier index"},
    "menu-admin": {"zh": "管理页面", "en": "Admin page"},
    "menu-remove": {"zh": "删除资料", "en": "Remove a document"},
    "inline-ask": {"zh": "私聊提问", "en": "Ask me in private"},
    "inline-none": {"zh": "资料里没有答案，私聊试试", "en": "Not in the documents: ask in private"},
    # WeCom
    "wecom-more": {"zh": "还想看什么？", "en": "What next?"},
    "wecom-choose": {"zh": "请选择", "en": "Please choose"},
    "wecom-type-number": {"zh": "（也可以回复序号。）", "en": "(You can also reply with the number.)"},
    "wecom-done": {"zh": "好的", "en": "Done"},
    "wecom-looking": {"zh": "正在查找……", "en": "Looking it up …"},
    "wecom-below": {"zh": "答案见下一条消息。", "en": "The answer is in the next message."},
    "wecom-help": {
        "zh": "引用一条消息并问“出处？”，我会告诉您它出自哪里。\n/资料 资料列表 · /语言 界面语言",
        "en": "Quote a message and ask “source?”, and I tell you where it comes from.\n"
        "/sources: the documents · /language: your language",
    },
    "wecom-language": {
        "zh": "请发送 /语言 中文 或 /language en。",
        "en": "Send /language en or /language zh.",
    },
    "wecom-expired": {"zh": "这条回答已过期，请重新提问。", "en": "This answer has expired. Please ask again."},
    "wecom-welcome": {
        "zh": "您好！请直接提问，我会用资料里的原句回答，并说明出处；资料里没有的，我会直说。",
        "en": "Hello! Just ask: I answer with the exact sentence from the documents and say where it comes from. "
        "If they do not answer, I say so.",
    },
    "wecom-examples": {"zh": "例如：", "en": "For example:"},
    # Small talk: no corpus answers it, so nothing is quoted
    "talk-greeting": {
        "zh": "您好！可以问我资料里的内容，我会用原句回答，并说明出处。",
        "en": "Hello! Ask me about the documents; I answer with their own sentences and say where they come from.",
    },
    "talk-thanks": {"zh": "不客气。", "en": "You are welcome."},
    "talk-assent": {"zh": "好的。有问题请直接问。", "en": "All right. Just ask when you have a question."},
    "talk-farewell": {"zh": "再见！", "en": "Goodbye!"},
    "talk-help": {
        "zh": "直接输入问题，中文或英文都可以：我用资料里的原句回答，并说明出处；资料里没有的，我会直说。",
        "en": "Just type a question, in English or Chinese: I answer with the exact sentence from the documents and "
        "say where it comes from. If they do not answer, I say so.",
    },
    "talk-date": {
        "zh": "我只知道资料里写的内容，不知道今天的日期和现在的时间。",
        "en": "I only know what the documents say, not today's date or the time.",
    },
    "no-such-number": {
        "zh": "请输入 1 到 {count} 的数字，或者直接提问。",
        "en": "Please type a number from 1 to {count}, or a question of your own.",
    },
    "talk-about": {
        "zh": "我只引用资料里的原句，并说明出处；资料里没有的，我会直说。",
        "en": "I quote the sentence in the documents that answers your question and say where it comes from. "
        "If they do not answer, I say so.",
    },
}


say = speaker(TEXTS)
