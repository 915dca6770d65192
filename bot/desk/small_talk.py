"""What people say to a bot that is no question: greetings, thanks, farewells.

No corpus answers these, so they are never quoted for; a short line back is more polite than "not found". Only a
message that is nothing but small talk counts: "hello, how many factories?" is a question.
"""

import re
import unicodedata
from enum import StrEnum


class SmallTalk(StrEnum):
    """Kinds of small talk; the value is the key of the reply among the messages."""

    GREETING = "talk-greeting"
    THANKS = "talk-thanks"
    FAREWELL = "talk-farewell"
    ABOUT = "talk-about"


PHRASES: dict[SmallTalk, str] = {
    SmallTalk.GREETING: """
        hi, hello, hey, hey there, hi there, hello there, good morning, good afternoon, good evening, how are you,
        howdy, greetings, 你好, 您好, 你好啊, 你好呀, 嗨, 哈喽, 哈啰, 早, 早安, 早上好, 上午好, 中午好, 下午好,
        晚上好, 晚安, 大家好, 在吗, 在么, 在不在, 有人吗, 你好吗, 您好吗""",
    SmallTalk.THANKS: """
        thanks, thank you, thanks a lot, thank you very much, thank you so much, many thanks, thx, cheers, great,
        ok, okay, nice, cool, perfect, got it, well done, good job, good bot, 谢谢, 谢谢你, 谢谢您, 多谢, 感谢,
        非常感谢, 谢了, 谢谢啦, 辛苦了, 好的, 好, 好吧, 行, 明白了, 知道了, 收到, 太好了, 真棒, 不错, 厉害""",
    SmallTalk.FAREWELL: "bye, goodbye, bye bye, see you, see you later, good night, 再见, 拜拜, 拜, 回头见, 下次见",
    SmallTalk.ABOUT: """
        who are you, what are you, what can you do, what do you do, are you a bot, are you a robot, 你是谁, 您是谁,
        你是什么, 你会什么, 你会做什么, 你能做什么, 你能干什么, 你可以做什么, 你是机器人吗, 你叫什么, 你叫什么名字""",
}
KINDS = {phrase.strip(): kind for kind, phrases in PHRASES.items() for phrase in phrases.split(",")}
LONGEST = 60


def small_talk(text: str) -> SmallTalk | None:
    """The kind of small talk that `text` is, None where it may be a question."""
    if len(text) > LONGEST:
        return None
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    spoken = [word for word in words if word not in ("bot", "verbatim")]
    return KINDS.get(" ".join(spoken or words)) or _all_of_one_kind(text)


def _all_of_one_kind(text: str) -> SmallTalk | None:
    """ "你好!谢谢!" is two phrases: small talk if each is, and the last says which."""
    parts = [part.strip() for part in re.split(r"[,.!~。…\s]+", unicodedata.normalize("NFKC", text).casefold())]
    kinds = [KINDS.get(part) for part in parts if part]
    return kinds[-1] if kinds and all(kinds) else None
