"""One message that asks two things: two questions in one, or a comparison of two things.

Only forms that can hardly mean anything else are split; anything else is searched as it is.
"""

import re

_ASKS_CHINESE = re.compile(
    r"[吗嗎呢]|多少|多久|多[长長大远遠]|几|幾|什么|什麼|啥|哪|谁|誰|怎么|怎麼|怎样|怎樣|如何|咋|何时|何時|为何|為何|是不是|能不能|要不要|可不可以"
)
_ASKS = re.compile(
    r"\b(?:how|what|when|where|who|which|why|do|does|did|is|are|was|were|can|could|may|must|should|will)\b", re.I
)
_AND_ASKS = re.compile(r"\s*,?\s+and\s+(?=(?:how|what|when|where|who|which|why)\s+\w)", re.I)
_NEXT = re.compile(r"[?？;；]+\s*|[，,]\s*|\s+")
_VERSUS = re.compile(r"^(?:(?P<about>[^:：]+)[:：]\s*)?(?P<one>.+?)\s+(?:vs\.?|versus)\s+(?P<other>.+)$", re.I)
_DIFFERENCE = re.compile(
    r"^(?:what(?:'s| is| are)? )?(?:the )?(?:differences? between|compare)\s+"
    r"(?P<one>.+?)\s+(?:and|with|to)\s+(?P<other>.+)$",
    re.I,
)
_THING = r"[^\s，,和与與跟、]{1,12}"
_EACH = re.compile(rf"^(?P<one>{_THING})[和与與跟、](?P<other>{_THING})[\s，,]+(?P<rest>.*)$")
_UNLIKE = re.compile(
    rf"^(?P<one>{_THING})[和与與跟、](?P<other>{_THING}?)(?:之间|之間)?[的有]?(?:什么|什麼|啥|哪些)?"
    r"(?:区别|區別|差别|差別|不同|差异|差異)(?:是什么|是什麼|在哪里?|在哪裡|)$"
)
_SEPARATELY = re.compile(r"(?:各自?|分别|分別)(?=.*(?:多少|多久|几|幾|什么|什麼|啥|哪|怎么|怎麼|如何))")

_COMPARES = re.compile(
    r"区别|區別|不同|不一样|不一樣|差别|差別|差异|差異|对比|對比|相比|比[较較]一下|差多少|差在哪|[和跟与與].{1,16}哪[个個]|"
    r"比(?![赛賽例如较較重特]).{1,12}[多少高低贵貴快慢长長短大小]|分别|分別|各[是有要能给給]?(?:多少|几|幾|什么|什麼|啥)|"
    r"\bvs\b|\bversus\b|\bdiffer\w*|^compare\b|\bcompared (?:to|with)\b|\bor\b.*\bwhich\b|\b(?:more|less|\w+er) than\b",
    re.I,
)


def compares(question: str) -> bool:
    """Whether a question sets two things side by side, so that the places of both belong into its answer."""
    return bool(_COMPARES.search(question))


def question_parts(question: str) -> tuple[str, str] | None:
    """The two questions that `question` asks, each to be answered by itself; None where it asks one."""
    text = question.strip().rstrip("?？!！。. ")
    return _compared(text) or _listed(text) or _two(text)


def _two(text: str) -> tuple[str, str] | None:
    """Two questions, one after the other."""
    english = _AND_ASKS.split(text)
    if len(english) == 2 and all(map(_ASKS.search, english)):
        return english[0], english[1]
    parts = [part for part in re.split(r"[?？;；]+\s*", text) if part.strip()]
    if len(parts) == 2 and all(_ASKS_CHINESE.search(part) or _ASKS.search(part) for part in parts):
        return parts[0], parts[1]
    parts = [part for part in _NEXT.split(text) if part]
    if len(parts) == 2 and all(_ASKS_CHINESE.search(part) for part in parts):
        return parts[0], parts[1]
    return None


def _compared(text: str) -> tuple[str, str] | None:
    """Two things, and what is asked of both."""
    if found := _VERSUS.match(text):
        about = f"{found['about']} " if found["about"] else ""
        other, _, rest = found["other"].partition(",")
        return f"{about}{found['one']}{rest}", f"{about}{other}{rest}"
    if found := _DIFFERENCE.match(text):
        return f"what is {found['one']}", f"what is {found['other']}"
    return None


def _listed(text: str) -> tuple[str, str] | None:
    """Two things in Chinese of which the same is asked, or how they differ."""
    if found := _UNLIKE.match(text):
        return f"{found['one']}是什么", f"{found['other']}是什么"
    found = _EACH.match(text)
    if found and _SEPARATELY.search(found["rest"]):
        rest = _SEPARATELY.sub("", found["rest"], count=1)
        return f"{found['one']}{rest}", f"{found['other']}{rest}"
    return None
