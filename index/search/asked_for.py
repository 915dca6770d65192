"""What a question asks for: steps, all of something, a command, a yes or a no.

Told by its words alone, for what is quoted (`index.search.shapes`, `stretches`, `quoter`) and for the order of
sentences (`choice`).
"""

import re

_LISTS = re.compile(
    r"哪些|哪[几幾两兩二三四五六七八九十0-9]|有哪|都.{0,5}(?:啥|[什甚][么麼])(?![时時])|有什么|有什麼|有啥|列出|列一|列举|列舉|"
    r"所有的?|全部|[几幾][种種类類样樣项項条條]|清单|清單|分别|分別|什么情况|什麼情況|"
    r"[什甚][么麼]材料|(?:带|帶|备|備|交)(?:什么|什麼|啥)|"
    r"\b(?:which (?:\w+ )?(?!is\b|was\b|does\b|has\b|this\b)\w+s\b|list|"
    r"all (?:the|of)|ways|options|types|kinds|what are|what (?:two|three|four|five|six|seven|\d+)|"
    r"what(?:'?s| goes) in(?:to)?|"
    r"what (?:\w+ )?(?:things|items|cases|conditions|documents|requirements))\b",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\bwhich\b", re.IGNORECASE)
_STEPS = re.compile(
    r"怎么|怎麼|如何|怎样|怎樣|步骤|步驟|流程|咋|\bhow (?:do|does|to|can|should|would)\b|\bsteps?\b", re.IGNORECASE
)
_COMMANDS = re.compile(r"命令|指令|敲|输入什么|輸入什麼|示例|例子|\b(?:commands?|examples?|snippet)\b", re.IGNORECASE)
_WHETHER = re.compile(
    r"吗|嗎|能不能|可不可以|是不是|有没有|有沒有|可以|能.{0,12}不$|行不|要不要|算不算"
    r"|^(?:can|is|are|do|does|did|may|must|should|will|am i|could)\b",
    re.IGNORECASE,
)


def wants_many(question: str) -> bool:
    """Whether a question asks for steps, or for all of something."""
    return wants_all(question) or bool(_STEPS.search(question) or _WHICH.search(question))


def wants_all(question: str) -> bool:
    """Whether a question asks for all of something: "哪些", "which", "what documents"."""
    return bool(_LISTS.search(question))


def wants_steps(question: str) -> bool:
    """Whether a question asks how something is done."""
    return bool(_STEPS.search(question))


def wants_code(question: str) -> bool:
    """Whether a question asks for a command or an example."""
    return bool(_COMMANDS.search(question))


def asks_whether(question: str) -> bool:
    """Whether a question is answered by yes or no."""
    return bool(_WHETHER.search(question))
