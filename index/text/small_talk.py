"""Messages that are not questions about the documents: greetings, thanks, farewells, help, the date; and what there is.

No corpus answers these, so they are never searched for; a short line back is more polite than "not found". Only a
message that is nothing but small talk counts: "hello, how many factories?" is a question.
"""

import re
from enum import StrEnum
from functools import cache

from index.text.terms import fold


class SmallTalk(StrEnum):
    """Kinds of small talk, each of which gets a reply of its own."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    ABOUT = "about"
    ASSENT = "assent"
    HELP = "help"
    DATE = "date"
    SOURCES = "sources"
    """Which documents there are: the reply is a list of them."""


PHRASES: dict[SmallTalk, str] = {
    SmallTalk.GREETING: """
        hi, hello, hey, yo, good morning, good afternoon, good evening, how are you, how are you doing,
        how are you today, how are you doing today, how is it going, how's it going, howdy, greetings, test,
        你好, 您好, 嗨, 喂, 哈喽, 哈罗, 哈啰, 早, 早安, 早上好, 上午好, 中午好, 下午好, 晚上好, 晚安, 大家好,
        在吗, 在么, 在不在, 有人吗, 你好吗, 您好吗, 测试""",
    SmallTalk.THANKS: """
        thanks, thank you, thank u, thanks very much, thank you very much, thank you so much, many thanks, thx, ty,
        cheers, great, ok, okay, k, nice, cool, awesome, perfect, got it, well done, good job, good bot,
        thank you kindly, thanks for your help, thank you for your help, thanks anyway,
        appreciate it, much appreciated, that helps, very helpful,
        you are welcome, you're welcome, 谢谢, 谢谢你, 谢谢您, 谢谢了, 谢谢啦, 谢啦, 谢谢帮忙, 谢谢你的帮助,
        麻烦你了, 麻烦您了, 麻烦了, 太感谢了, 多谢, 感谢, 非常感谢, 谢了, 辛苦了, 好, 好的,
        好吧, 行, 明白, 明白了, 知道了, 懂了, 收到, 太好了, 真棒, 不错, 厉害, 牛""",
    SmallTalk.FAREWELL: """
        bye, bye bye, goodbye, see you, see you later, see ya, good night, 再见, 拜, 拜拜, 回头见, 下次见, 88""",
    SmallTalk.ABOUT: """
        who are you, what are you, what is your name, what's your name, what can you do, what do you do,
        are you bot,
        are you a bot, are you a robot, are you robot, are you human, are you a human,
        你是谁, 您是谁, 你是什么, 你会什么, 你会做什么, 你能做什么, 你能干什么, 你可以做什么,
        你是机器人吗, 你叫什么, 你叫什么名字, who r u, who is this, who am i talking to, who made you,
        tell me about yourself, introduce yourself, what is this bot, are you ai, are you an ai, are you chatgpt,
        你是哪位, 您是哪位, 你是什么人, 你是干什么的, 你是做什么的, 你是ai吗, 你是人吗, 你是真人吗, 您贵姓,
        你会什么,
        介绍一下你自己, 介绍一下自己, 自我介绍, 自我介绍一下, 谁开发了你, 谁做的你""",
    SmallTalk.HELP: """
        help, /help, /start, help me, help please, please help, i need help, can you help me, can you help, usage,
        commands, menu, instructions, how do i use this, how does this work, how to use, how to use this,
        帮助, /帮助, 帮帮我, 帮我, 救命, 求助, 使用帮助, 使用说明, 说明, 怎么用, 如何使用, 怎么使用, 这个怎么用,
        命令, 菜单, /菜单, 功能, 有什么功能""",
    SmallTalk.DATE: """
        what day is it, what day is it today, what day is today, what date is it, what date is it today,
        what is the date, what is the date today, what's the date, what's the date today, what is today's date,
        what's today's date, today's date, what is today, what time is it, what time is it now, what's the time,
        what is the time, what year is it, what month is it, what day of the week is it,
        今天几号, 今天是几号, 今天几月几号, 今天是几月几号, 今天星期几, 今天是星期几, 今天周几, 今天是周几,
        今天礼拜几,
        今天是什么日子, 今天是哪天, 今天多少号, 现在几点, 现在几点了, 几点了, 现在是几点, 现在什么时间,
        今年是哪一年,
        今年是哪年, 今天日期, 星期几, 几号了""",
    SmallTalk.SOURCES: """
        sources, your sources, documents, your documents, list documents, list the documents, list all documents,
        list all the documents, list your documents, list sources, list the sources, list all sources, show documents,
        show me the documents, show me your documents, show sources, show me your sources, show all documents,
        what documents do you have, which documents do you have, what docs do you have, what files do you have,
        what sources do you have, what documents are there, which documents are there, what documents do you know,
        what are your sources, what do you know, what do you know about, what can i ask, what can i ask you,
        what can i ask you about, what can i ask about, what can you answer, what questions can you answer,
        what topics do you know, what topics can i ask about, what is in here, what's in here,
        资料, 资料列表, 文档列表, 文件列表, 列出资料, 列出所有资料, 列出文档, 列出所有文档, 列出文件, 列出所有文件,
        你有什么资料, 你有哪些资料, 你都有什么资料, 你都有哪些资料, 有什么资料, 有哪些资料, 都有什么资料, 都有哪些资料,
        资料有哪些, 资料都有哪些, 你有什么文档, 你有哪些文档, 你有什么文件, 你有哪些文件,
        你手里有什么资料, 你手里有哪些资料,
        你知道什么, 你都知道什么, 你知道些什么, 你知道哪些, 你了解什么, 你都了解什么, 你懂什么, 你都懂什么,
        知识库里有什么, 知识库里有哪些资料, 知识库有什么, 知识库里有啥, 你有啥资料, 有啥资料, 你知道啥, 你都知道啥,
        可以问什么, 可以问你什么, 我可以问什么, 我可以问你什么, 能问什么, 能问你什么, 我能问什么, 我能问你什么,
        可以问哪些问题, 我可以问哪些问题, 能问哪些问题, 能问啥, 可以问啥, 你能回答什么, 你能回答什么问题,
        你能回答哪些问题,
        你可以回答什么, 你可以回答哪些问题, 资料来源, 你的资料来源, 你的资料是哪里来的""",
    SmallTalk.ASSENT: """
        yes, yep, no, nope, sure, fine, i am fine, i'm fine, im fine, i'm fine thanks, i am fine thanks,
        fine thanks, fine thank you, that's fine,
        that is fine, all good, no problem, never mind, nevermind, not really, of course, alright, all right,
        sorry, np, lol, haha, 可以, 没问题, 没关系, 挺好, 挺好的, 我很好, 还行, 还好, 算了, 是的, 对, 对的,
        不是, 不用了, 不用, 嗯, 哦, 噢, 哈哈, 呵呵, 嘿嘿, 没事, 不客气, 对不起,
        抱歉""",
}
TAILS = "there|bot|verbatim|all|everyone|啊|呀|哈|啦|呢|嘛|吧|again|please|now|a lot|very much|so much|man|guys"
"""What may follow a phrase."""
LONGEST = 60
_NOISE = re.compile(r"[\s!！?？。.,，~～…、\U0001F000-\U0001FAFF\u2600-\u27bf\ufe0f\u200d]+")


@cache
def _patterns() -> list[tuple[SmallTalk, re.Pattern[str]]]:
    """A pattern a kind; the last letter of a phrase may be drawn out: hellooo, 嗯嗯嗯."""
    found = []
    for kind, phrases in PHRASES.items():
        said = [re.escape(phrase.strip()) for phrase in phrases.split(",")]
        drawn = "|".join(one if one[-1].isdigit() else f"{one}+" for one in said)
        found.append((kind, re.compile(rf"(?:verbatim |bot )?(?:{drawn})(?: ?(?:{TAILS}))?")))
    return found


def small_talk(text: str) -> SmallTalk | None:
    """The kind of small talk that `text` is, None where it may be a question.

    "你好!谢谢!" is two phrases: small talk if each is, and the last says which.
    """
    if len(text) > LONGEST:
        return None
    folded = fold(text)
    kind = _kind(_NOISE.sub(" ", folded).strip())
    if kind is not None:
        return kind
    kinds = [_kind(part) for part in _NOISE.split(folded) if part]
    return kinds[-1] if kinds and all(kinds) else None


def _kind(phrase: str) -> SmallTalk | None:
    return next((kind for kind, pattern in _patterns() if pattern.fullmatch(phrase)), None)


def says_nothing(text: str) -> bool:
    """Whether `text` asks nothing of a corpus: small talk, marks, emoji."""
    return not _NOISE.sub("", text) or small_talk(text) is not None
