"""Questions for a place by its number: "劳动合同法第41条怎么规定的", "what does section 3.2 say".

Laws, standards, contracts and handbooks number what they say, and who knows the number asks for it. The same label is
found in a question and at the beginning of a line, in both languages and in either kind of numerals.
"""

import re
from dataclasses import dataclass

from index.text.numbers import value
from index.text.terms import fold

_HAN = "零〇一二两三四五六七八九十百千"
_DIGITS = r"[0-9]+(?:\.[0-9]+)*"
_KINDS = {"条": "article", "章": "chapter", "节": "section", "art": "article", "sec": "section", "§": "section"}
_WORDS = r"article|art\b\.?|section|sec\b\.?|§|chapter|clause|rule|appendix"
_CHINESE = rf"(?P<zh>[0-9]+|[{_HAN}]+)\s?(?P<kind_zh>[条章节])(?:之(?P<more>[{_HAN}]+|[0-9]+))?"
_ENGLISH = rf"(?P<kind_en>{_WORDS})\s?(?:no\.?\s?)?(?P<en>{_DIGITS}(?:-[0-9]+)?[a-z]?)\b(?![%°])"
_TITLES = "法典例编则定度程同约准书册"
"""What the name of something with numbered articles ends with."""
_ASKED = re.compile(rf"(?:第\s?|(?<=[{_TITLES}》」])\s?(?=[0-9{_HAN}]+\s?条)){_CHINESE}|(?<![a-z]){_ENGLISH}")
_MARKUP = r"[\s#*_>|　]*"
_LABEL = re.compile(
    rf"^{_MARKUP}(?P<label>第\s?{_CHINESE}|{_ENGLISH}|(?P<bare>[0-9]+(?:\.[0-9]+)+)\.?(?=\s))", re.MULTILINE
)
_AROUND = re.compile(
    r"^.*?(?:请问|请教|根据|按照|按|依据|依照|关于|查一下|看一下|看看)|(?:里面?|中|当中|的|之)?$"
    r"|^(?:那么?|问下|问一下|我想知道)"
)
_RUN = re.compile("[\u3400-\u9fff]+$")


@dataclass(frozen=True, slots=True)
class Label:
    """What a numbered place is called. `kind`: article, chapter, section, clause, rule or appendix; "" where a heading
    has a number alone. `number`: in digits, 287-2 for 第二百八十七条之二."""

    kind: str
    number: str

    def names(self, other: "Label") -> bool:
        """Whether this label, asked for, is the other one, which stands in a document."""
        return self.number == other.number and self.kind in (other.kind, other.kind or self.kind)


@dataclass(frozen=True, slots=True)
class AskedNumber:
    """The place that a question names: its label, what stands right before it, which may be a document's name, and
    whatever else it says."""

    label: Label
    head: str
    rest: str


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
    before = _RUN.search(_AROUND.sub("", folded[: found[0].start()].strip(" 《》「」\"'")))
    return AskedNumber(_label(found[0]), before[0] if before else "", _ASKED.sub(" ", folded).strip())


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
