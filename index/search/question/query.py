"""A question as the index understands it: its language, what kind of answer it wants, what it is about.

Rules here only describe the question; whether the corpus answers it is decided by what is found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.document import Span
from index.text.chinese import HAN
from index.text.language import of_question
from index.text.small_talk import says_nothing
from index.text.terms import Term, fold, stem, terms

MAX_CHARACTERS = 600
"""A question longer than this is read from its two ends: people put the question first or last."""


class Wanted(StrEnum):
    """The kind of thing that would answer."""

    NUMBER = "number"
    TIME = "time"
    PERSON = "person"
    PLACE = "place"
    REASON = "reason"
    THING = "thing"


_MEASURED_ZH = (
    "(?:价格|售价|票价|单价|房价|面积|人口|高度|长度|宽度|深度|重量|身高|体重|年龄|海拔|营收|收入|利润|产能|销量|票房|费用|工资"
    "|增速|增幅|增长率|温度|速度|距离|gdp)"
)
_MEASURED_EN = (
    "(?:price|cost|population|area|height|length|weight|width|depth|altitude|elevation|temperature|budget|revenue|income"
    "|turnover|profit|salary|gdp|speed|distance|age|fee|fare)"
)
# The first pattern that matches decides; order goes from the specific to the general.
_WANTED: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    (
        Wanted.TIME,
        re.compile(
            r"什么时候|何时|何年|何月|哪[一]?[年月日天]|[几多][年月日号]份?(?!以?来)|什么时间|时候|哪个?年代|哪个?世纪"
            r"|\bwhen\b|\b(?:what|which) (?:year|date|day|month|time|century|decade)\b|\bsince when\b",
            re.I,
        ),
    ),
    (
        Wanted.NUMBER,
        re.compile(
            rf"多少|[几](?=[{HAN}])|多[大长高远久重快深宽厚]|百分之几|百分比|占比|比例|数量|总量|产量|产值|人口数"
            r"|\bhow (?:many|much|long|large|big|tall|far|old|high|deep|wide|fast|heavy|often)\b"
            r"|\b(?:number|amount|percentage|percent|share|proportion|rate|capacity|size|total|count) of\b"
            r"|\bwhat (?:percentage|percent|share|proportion|number|amount|fraction)\b|\bby how much\b"
            # What is measured, where the question says no more of it: "the price?", "what is the population of X?"
            rf"|{_MEASURED_ZH}(?:是|为|呢|有)?\s*[?？]?\s*$"
            rf"|\bwhat(?:'s|’s|s| is| was| are| were) (?:the |its |their )?(?:[a-z-]+ ){{0,2}}?{_MEASURED_EN}"
            r"\b(?=\s*(?:of\b|for\b|in\b|at\b|per\b|[?？]|$))"
            rf"|\b(?:{_MEASURED_EN}|count|number|total|amount|percentage)\s*[?？]?\s*$",
            re.I,
        ),
    ),
    (Wanted.PERSON, re.compile(r"谁|哪[一]?位|何人|什么人|哪个人|\bwho(?:m|se)?\b", re.I)),
    (
        Wanted.PLACE,
        re.compile(
            r"哪里|哪儿|在哪|何[处地]|什么地[方点]|位于|\bwhere\b|\b(?:what|which) (?:city|country|place|town|state)\b",
            re.I,
        ),
    ),
    (Wanted.REASON, re.compile(r"为什么|为何|为啥|原因|怎么会|\bwhy\b|\bwhat caused\b", re.I)),
)

_ADDRESS = re.compile(r"(?<![\w.])@[\w-]+")
# Said around a question, never part of it.
_POLITE = re.compile(
    r"^(?:\s*(?:请问一下|请问|请教一下|请教|想问一下|想问下|我想知道|我想问|问一下|问下|麻烦问下|你知道|你好|您好|嗨|哈喽|hello|hi|hey|"
    r"excuse me|please tell me|tell me|can you tell me|could you tell me|do you know|i want to know|i(?:'|’)d like to know)"
    r"(?![a-z])[\s,，。.!！:：?？]*)+",
    re.I,
)
# The last ones only after a mark: "辛苦了" and "cheers" may be what is asked about.
_TRAIL = re.compile(
    r"(?:[\s,，]*(?<![a-z])(?:(?:非常|十分|太)?感谢(?:您|你|了|啦)?|谢谢(?:您|你|了|啦|大家)?|多谢(?:了|啦)?|谢啦|谢了|thanks|thank you|thx"
    r"|please|pls|plz)(?: (?:a lot|so much|very much|in advance|again))?"
    r"|(?:(?<=[,，。.!！?？])|(?<=[,，。.!！?？]\s))(?:拜托(?:了|啦)?|麻烦(?:了|你了|您了)|辛苦(?:了|您了|你了)|cheers|ty|many thanks))[\s!！。.~]*$",
    re.I,
)

# Words that carry the form of a question, not its subject. Both scripts are folded to Simplified before.
_FORM_WORDS = frozenset(
    stem(word)
    for word in (
        "的 了 是 在 有 和 与 及 或 吗 呢 吧 啊 呀 嘛 么 什么 多少 几 个 哪 哪个 哪些 哪里 哪儿 哪位 哪年 谁 何 何时 怎么 怎样 如何 为什么 "
        "为何 多大 多久 多长 多高 多远 请问 一下 这 那 这个 那个 其 它 他 她 他们 她们 它们 被 把 对 从 到 于 以 为 之 也 都 就 而 等 又 并 由 "
        "时候 要 会 能 可以 想 知道 告诉 我 你 您 我们 你们 上 中 下 里 去 来 多 少 啥 位 家 项 种 名 座 次 所 一 一个 叫 叫做 称 称为 成 "
        "几个 几家 几位 几名 几辆 几项 几种 几座 几次 几所 几条 几台 几间 几层 几届 几岁 哪家 哪天 哪国 哪种 哪座 哪所 何人 何地 何处 何年 "
        "请 给 让 得 着 过 还 很 最 更 才 只 并且 以及 关于 哪一 哪一个 是否 有没有 是不是 吗 不 没 没有 "
        "a an the is are was were be been being am do does did done has have had having of in on at to for from by with as and or "
        "but if then than that this these those it its he she they them his her their there here what which who whom whose when "
        "where why how many much long old large big far often can could will would shall should may might must i you we me my your our "
        "us tell know please about into over under up out not no so just also any some s t d ll re ve m 's "
        "r u ur mny hw abt wat wats whats hows whos count number amount quantity 数量 "
        "how's what's who's did't didn't doesn't don't isn't aren't"
    ).split()
)
FOLLOW_UP = re.compile(
    r"^(?:(?:那么|那|还有|以及|另外|换成|至于)(?!些|里|个|儿|边)|and\b|what about\b|how about\b|also\b|or\b|but\b)"
    r"|(?:呢|如何|怎么样)[?？]?$",
    re.I,
)
POINTS_BACK = re.compile(
    r"它们?|他们?|她们?|其中|该(?!不)|那里|那儿|这些|那些|这个|那个"
    r"|\b(?:it|its|they|them|their|he|she|his|her|there|that|those|this|these)\b(?! (?:is|are|was|were) (?:a|an|any|the)\b)",
    re.I,
)
SHORT = 60
"""A question longer than this names what it speaks of."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for.

    `text` is the question without address and politeness, `terms` all its terms (offsets into `text`), `content` those
    that carry its subject.
    """

    text: str
    lang: str
    wanted: Wanted
    terms: tuple[Term, ...]
    content: tuple[Term, ...]
    borrowed: Span = (0, 0)
    """The stretch of `text` that a follow-up took over from the question before it."""

    @property
    def empty(self) -> bool:
        """Nothing to look for: small talk, marks, emoji."""
        return not self.content


def parse(question: str, before: Sequence[str] = ()) -> Query:
    """Reads `question`; a follow-up borrows what it lacks from the last question of `before`."""
    text, borrowed = clean(question), (0, 0)
    # Whole as well: without its greeting "你好呀 你是机器人吗" would be "呀 你是机器人吗".
    if says_nothing(question) or says_nothing(text):
        text = ""
    elif before and not says_nothing(clean(before[-1])):
        text, borrowed = complete(text, clean(before[-1]))
    found = tuple(terms(text))
    return Query(text, of_question(text), wanted(text), found, tuple(t for t in found if is_content(t)), borrowed)


def clean(question: str) -> str:
    """The question without control characters, mentions, greetings and thanks around it."""
    text = "".join(c if c.isprintable() else " " for c in question)
    text = _ADDRESS.sub(" ", text)
    if len(text) > MAX_CHARACTERS:
        text = text[: MAX_CHARACTERS // 2] + " " + text[-MAX_CHARACTERS // 2 :]
    text = " ".join(text.split())
    return _without(_TRAIL, _without(_POLITE, text)).strip() or text


def _without(pattern: re.Pattern[str], text: str) -> str:
    """`text` without what the pattern, which is in Simplified and lower case, finds of it in any script."""
    kept, last = "", 0
    for found in pattern.finditer(fold(text)):
        kept += text[last : found.start()]
        last = found.end()
    return kept + text[last:]


def wanted(text: str) -> Wanted:
    """The kind of answer that the question's form asks for."""
    folded = fold(text)
    return next((kind for kind, pattern in _WANTED if pattern.search(folded)), Wanted.THING)


def is_content(term: Term) -> bool:
    """False for words of form and for lone marks."""
    return term.text not in _FORM_WORDS and any(c.isalnum() for c in term.text)


def complete(text: str, previous: str) -> tuple[str, Span]:
    """`text` made whole from the question before it, and the span of it that was borrowed; as it is, if it needs none.

    "那数字化车间呢?" keeps the frame of the last question and names another subject. "When did it open?" has a frame of
    its own and points back for its subject, which is put in the pronoun's place.
    """
    folded = fold(text)
    marked = FOLLOW_UP.search(folded)
    pronoun = POINTS_BACK.search(folded) if len(text) < SHORT else None
    if not (marked or pronoun):
        return text, (0, 0)
    if marked and not pronoun and wanted(text) is Wanted.THING:
        subject = _without(FOLLOW_UP, text).strip(" ?？,，呢")
        return (_swap_subject(previous, subject) if subject else text), (0, 0)
    join = "" if of_question(previous) == "zh" else " "
    subject = join.join(previous[t.start : t.end] for t in terms(previous) if is_content(t))
    start, end = pronoun.span() if pronoun else (len(text), len(text))
    left = text[:start] + (" " if start and text[start - 1].isascii() and not text[start - 1].isspace() else "")
    return left + subject + text[end:], (len(left), len(left) + len(subject))


def _swap_subject(previous: str, subject: str) -> str:
    """`previous` asked about `subject`: its longest run of content words, the last of equals, gives way to it."""
    runs: list[Span] = []
    for word in terms(previous):
        if not is_content(word):
            continue
        if runs and not previous[runs[-1][1] : word.start].strip():
            runs[-1] = (runs[-1][0], word.end)
        else:
            runs.append((word.start, word.end))
    if not runs:
        return f"{previous} {subject}"
    start, end = max(runs, key=lambda run: (run[1] - run[0], run[0]))
    return previous[:start] + subject + previous[end:]
