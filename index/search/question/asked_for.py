"""What a question asks for: steps, all of something, a command, a yes or a no.

Told by its words alone, for what is quoted (`index.search.quoting.shapes`, `stretches`, `quoter`) and for the order of
sentences (`choice`).
"""

import re

from index.search.question.query import Wanted, wanted

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
_WHICH = re.compile(r"\bwhich (?:of|ones|are|do|to)\b", re.IGNORECASE)
_STEPS = re.compile(
    r"怎么|怎麼|如何|怎样|怎樣|步骤|步驟|流程|咋|\bhow (?:do|does|to|can|should|would)\b|\bsteps?\b", re.IGNORECASE
)
_COMMANDS = re.compile(r"命令|指令|敲|输入什么|輸入什麼|示例|例子|\b(?:commands?|examples?|snippet)\b", re.IGNORECASE)
_WHETHER = re.compile(
    r"吗|嗎|能不能|可不可以|是不是|有没有|有沒有|可以|能.{0,12}不$|行不|要不要|算不算"
    r"|^(?:can|is|are|do|does|did|may|must|should|will|am i|could)\b",
    re.IGNORECASE,
)

_NO_NOUN = (
    r"(?!(?:how|what|whats|which|who|whos|where|when|why|is|are|was|do|does|did|can|will|should|has|have|had|i|my|you|"
    r"we|they|it|if|no|not|got|get|in|on|at|to|for|of|with|from|after|before|and|or|last|see|stop)\b)"
)
_PLURAL = r"(?!(?:is|was|does|has|this|its|us|as|his|always|works|times|hours|dates|\w*(?:ss|us|is))\b)[a-z]{2,}s"
_SEVERAL = re.compile(
    # "duties of a member", "compression algorithms"
    rf"^(?:the |all |some |any |our |my )?(?:{_NO_NOUN}[\w-]+ ){{0,3}}?{_NO_NOUN}{_PLURAL}"
    r"(?:[\s?.]*$| (?:of|for|to|in|that|when|with|on|from|if|by|you|i|we|they|and|without|under|at|about|during|"
    r"against|offered|needed|required|available|allowed|covered|included)\b)"
    r"|\b(?:rules|requirements|reasons|conditions|benefits|duties|responsibilities|goals|symptoms|causes|criteria|"
    r"features|tips|checklist|everything|risks|limitations|prerequisites|things|downsides|advantages)\b"
    r"|^what (?:all )?(?:do|does|should|must|can|could|would|did|to) .*\b(?:do|need|check|bring|include|cover|contain|"
    r"provide|look for|watch|prepare|consider)\b|^what to \w+"
    r"|(?:什么|什麼|啥)(?:条件|條件|资格|資格|好处|好處|要求|东西|東西|内容|內容|功能|福利|原则|原則|后果|後果|特点|特點|优点|優點|"
    r"办法|辦法|方法|类型|類型|工具|规定|規定|行为|行為|事)"
    r"|(?:注意|准备|準備|检查|檢查|包括|包含|负责|負責|遵守)(?:些|点|點)?(?:什么|什麼|啥)|由(?:什么|什麼|啥)(?:组成|組成|构成|構成)"
    r"|(?:条件|條件|步骤|步驟|职责|職責|要求|规则|規則|要素|办法|辦法|情况|情況|条款|條款|流程|配料表?|症状|症狀)\W*$"
    r"|[两兩三四五六七八九2-9](?:个|個|种|種|类|類|条|條|步|项|項|点|點)[^少多几幾]{0,4}$",
    re.IGNORECASE,
)
_ONE = frozenset({Wanted.NUMBER, Wanted.TIME, Wanted.PERSON, Wanted.PLACE})


def wants_many(question: str) -> bool:
    """Whether a question asks for steps, or for all of something."""
    return wants_all(question) or bool(_STEPS.search(question) or _WHICH.search(question))


def wants_all(question: str) -> bool:
    """Whether a question asks for all of something: "哪些", "which", "what documents"."""
    return bool(_LISTS.search(question))


def wants_several(question: str) -> bool:
    """Whether a question asks for steps or for all of something, or may do so in other words: "duties of a member",
    "what should I check", "要注意什么"."""
    return wants_many(question) or (bool(_SEVERAL.search(question)) and open_ended(question))


def open_ended(question: str) -> bool:
    """Whether a question may be answered by more than one thing: it asks for no number, date, person or place, and
    not whether something is so."""
    return wanted(question) not in _ONE and not asks_whether(question)


def wants_steps(question: str) -> bool:
    """Whether a question asks how something is done."""
    return bool(_STEPS.search(question))


def wants_code(question: str) -> bool:
    """Whether a question asks for a command or an example."""
    return bool(_COMMANDS.search(question))


def asks_whether(question: str) -> bool:
    """Whether a question is answered by yes or no."""
    return bool(_WHETHER.search(question))
