"""Questions for a place by its number: "劳动合同法第41条怎么规定的", "what does section 3.2 say".

Laws, standards, contracts and handbooks number what they say, and who knows the number asks for it. The same label is
found in a question and at the beginning of a line, in both languages and in either kind of numerals.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.search.question.query import parse
from index.text.numbers import HAN_DIGITS, value
from index.text.terms import fold

_HAN = f"{HAN_DIGITS}十百千"
_DIGITS = r"[0-9]+(?:\.[0-9]+)*"
_KINDS = {"条": "article", "章": "chapter", "节": "section", "art": "article", "sec": "section", "§": "section"}
_WORDS = r"article|art\b\.?|section|sec\b\.?|§|chapter|clause|rule|appendix"
_CHINESE = rf"(?P<zh>[0-9]+|[{_HAN}]+)\s?(?P<kind_zh>[条章节])(?:之(?P<more>[{_HAN}]+|[0-9]+))?"
_ENGLISH = rf"(?P<kind_en>{_WORDS})\s?(?:no\.?\s?)?(?P<en>{_DIGITS}(?:-[0-9]+)?[a-z]?)\b(?![%°])"
_TITLES = "法典例编则定度程同约准书册"
"""What the name of something with numbered articles ends with."""
_ASKED = re.compile(rf"(?:第\s?|(?<=[{_TITLES}》」])\s?(?=[0-9{_HAN}]+\s?条)){_CHINESE}|(?<![a-z]){_ENGLISH}")
_MARKUP = "[ \\t\u3000#*_>|]{0,20}"
"""What may stand before the label in its line; bounded, for a line of nothing else may be long."""
LONGEST_NAME = 40
"""Characters before a label in which a document's name is looked for."""
_LABEL = re.compile(
    rf"^{_MARKUP}(?P<label>第\s?{_CHINESE}|{_ENGLISH}|(?P<bare>[0-9]+(?:\.[0-9]+)+)\.?(?=\s))", re.MULTILINE
)
_AROUND = re.compile(
    r"^.*?(?:请问|请教|根据|按照|按|依据|依照|关于|查一下|看一下|看看)|(?:里面?|中|当中|的|之)?$"
    r"|^(?:那么?|问下|问一下|我想知道)"
)
"""What stands around a name before its label: 请问…, 按照…, …的."""
_SAID = frozenset(
    ("讲", "说", "写", "规定", "内容", "条文", "原文", "全文", "say", "state", "content", "text", "read", "full")
)
"""Terms that ask for what is said, whatever it is of."""
_RUN = re.compile("[\u3400-\u9fff]+$")


@dataclass(frozen=True, slots=True)
class Label:
    """What a numbered place is called. `kind`: article, chapter, section, clause, rule or appendix; "" where a heading
    has a number alone. `number`: in digits, 287-2 for 第二百八十七条之二."""

    kind: str
    number: str

    def names(self, other: "Label") -> bool:
        """Whether this label, asked for, is the other one, which stands in a document."""
        return self.number == other.number and self.is_like(other)

    def is_like(self, other: "Label") -> bool:
        """Whether the other one, which stands in a document, is of the kind asked for, whatever its number."""
        return other.kind in ("", self.kind)


@dataclass(frozen=True, slots=True)
class AskedNumber:
    """The place that a question names: its label, what stands right before it, which may be a document's name, and
    whatever else it says."""

    label: Label
    written: str
    """The label as it stands in the folded question."""
    head: str
    rest: str

    @property
    def bare(self) -> bool:
        """Whether the question says nothing but the label: "第41条讲什么", "and section 3?"."""
        return not {term.text for term in parse(self.rest).content} - _SAID


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line of a text that begins with a label, which begins at `start`."""

    label: Label
    start: int


def asked_number(question: str) -> AskedNumber | None:
    """The one numbered place that `question` names; None where it names none, or several."""
    folded = fold(question)
    found = list(_ASKED.finditer(folded))
    if len({_label(one) for one in found}) != 1:
        return None
    start = found[0].start()
    before = _RUN.search(_AROUND.sub("", folded[max(start - LONGEST_NAME, 0) : start].strip(" 《》「」\"'")))
    rest = " ".join(_ASKED.sub(" ", folded).split())
    return AskedNumber(_label(found[0]), found[0][0].strip(), before[0] if before else "", rest)


def continued(question: str, before: Sequence[str]) -> str:
    """`question`, which may be a label alone, as it is meant after those `before`: of the document that the last of
    them named, if they ask for numbered places as well."""
    asked = asked_number(question)
    if asked is None or not asked.bare:
        return question
    for earlier in map(asked_number, reversed(before)):
        if earlier is None:
            break
        if not earlier.bare:
            return f"{earlier.rest} {asked.written}"
    return question


def labelled(text: str) -> list[Labelled]:
    """The lines of `text` that begin with a label, in order."""
    return [Labelled(_label(one), one.start("label")) for one in _LABEL.finditer(fold(text))]


def _label(found: re.Match[str]) -> Label:
    groups = found.groupdict()
    if groups.get("bare"):
        return Label("", groups["bare"])
    if groups["zh"]:
        more = f"-{value(groups['more'])}" if groups["more"] else ""
        return Label(_KINDS[groups["kind_zh"]], value(groups["zh"]) + more)
    kind = groups["kind_en"].strip(". ")
    return Label(_KINDS.get(kind, kind), groups["en"])
