"""Chinese questions and passages put into word-by-word English by CC-CEDICT.

No English question with an answer is among the data, and no translator either. A gloss in English order with an
English question word in front is far from English, yet close to what the reader sees: the encoder's Chinese words
began as the mean of their glosses.
"""

import gzip
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tokenizers import Tokenizer

from index.text.terms import token_spans
from training.spans_text import NOWHERE, Example, Span

_ENTRY = re.compile(r"(\S+) (\S+) \[(.*?)\] /(.*)/\s*$")
_HAN = re.compile(r"[\u3400-\u9fff〇]+$")
_NOISE = re.compile(r"\([^()]*\)|\[[^\]]*\]|[^\s]*[\u3400-\u9fff][^\s]*|\b(?:sb|sth)\b|^(?:to|the|a|an|abbr\. for)\s+")
_NO_NAME = re.compile(r"(?:周|星期|禮拜|礼拜|週)[一二三四五六日天]|[一二三四五六七八九十]+月|.+[文語语]")
"""Days, months and languages: capitalised in English, and said of any place."""
_SKIP = (
    "CL:",
    "variant of",
    "used in",
    "surname",
    "see ",
    "also pr.",
    "old variant",
    "classifier",
    "abbr. for",
    "(used",
)

FUNCTION = {
    "的": ["of", "'s", ""],
    "是": ["is", "was", ""],
    "在": ["in", "at", "on"],
    "被": ["", "by"],
    "了": [""],
    "于": ["in", "at"],
    "和": ["and"],
    "与": ["and", "with"],
    "及": ["and"],
    "有": ["have", "has", "there are"],
    "为": ["as", "is", "for"],
    "由": ["by"],
    "对": ["to", "for"],
    "从": ["from"],
    "到": ["to"],
    "以": ["with", "by"],
    "而": ["and", ""],
    "其": ["its", "his"],
    "他": ["he", "his"],
    "她": ["she", "her"],
    "它": ["it"],
    "年": ["year", ""],
    "月": ["month", ""],
    "日": ["day", ""],
    "中": ["in", "of"],
    "上": ["on"],
    "后": ["after"],
    "前": ["before"],
    "时": ["when", "time"],
    "吗": [""],
    "呢": [""],
    "这": ["this"],
    "那": ["that"],
    "之": ["of"],
    "将": ["will", ""],
    "会": ["will", "can"],
    "就": [""],
    "也": ["also"],
    "都": ["all", ""],
    "所": [""],
    "等": ["etc", ""],
    "地": [""],
    "得": [""],
    "着": [""],
    "过": [""],
    "并": ["and"],
    "或": ["or"],
    "不": ["not"],
    "人": ["person", "people"],
    "个": [""],
    "名": [""],
    "位": [""],
    "座": [""],
    "家": [""],
    "部": [""],
    "只": [""],
    "条": [""],
    "项": [""],
    "种": ["kind of", ""],
    "次": ["times", ""],
    "张": [""],
    "首": [""],
    "一": ["one", "a"],
    "大": ["big", "large"],
    "此": ["this"],
    "该": ["the"],
    "向": ["to"],
    "让": ["let"],
    "使": ["make"],
    "把": [""],
    "给": ["to", "give"],
    "因": ["because of"],
}

# Question words: what is looked for, what English says instead, and whether a noun comes along to the front.
ASKING: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    (r"(?:在|从|到|是)?(?:什么时候|何时|什么时间|什么时期|甚么时候)", ("when",), False),
    (
        r"(?:在|是|于)?(?:哪一年|哪年|何年|几几年|哪一天|哪天|几月几日|几月|哪个月|几年几月)",
        ("when", "in what year", "what year", "in which year"),
        False,
    ),
    (r"(?:在|是|于)?(?:哪里|哪儿|何处|何地|什么地方|哪个地方|什么地点|哪)$", ("where",), False),
    (r"(?:在|是|于)?(?:哪里|哪儿|何处|何地|什么地方|哪个地方|甚么地方)", ("where", "where", "in what place"), False),
    (r"(?:被|由|是|与|和)?(?:谁|何人|哪位|哪个人|什么人|哪一位|甚么人)", ("who", "whom", "who"), False),
    (r"(?:是)?(?:为什么|为何|为甚么|因何|由于什么|因为什么|何以)", ("why",), False),
    (r"(?:如何|怎样|怎么样|怎么|怎)", ("how",), False),
    (r"多大", ("how large", "how big", "how old"), False),
    (r"多长", ("how long",), False),
    (r"多高", ("how high", "how tall"), False),
    (r"多久", ("how long",), False),
    (r"多远", ("how far",), False),
    (r"多深", ("how deep",), False),
    (r"(?:多少|几)[个名位座家部只条项种次张首人间所辆艘架支枚股本集卷届]?", ("how many", "how many", "how much"), True),
    (r"(?:什么样的?|哪一?[个些种类项座家部位]|哪[个些]?|什么|何种|甚么|何|啥)", ("what", "which", "what"), True),
)
_ASKING = tuple((re.compile(p), words, noun) for p, words, noun in ASKING)
_VERBS = ("is", "was", "did", "does", "do", "are", "were", "has", "")


@dataclass(slots=True)
class Glosses:
    """What a Chinese word means in English, and how it is read."""

    meanings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    readings: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def word(self, word: str, rng: random.Random) -> str:
        if word in FUNCTION:
            return rng.choice(FUNCTION[word])
        found = self.meanings.get(word)
        if found:
            return found[0] if rng.random() < 0.6 else rng.choice(found[:4])
        return self.spelled(word)

    def spelled(self, word: str) -> str:
        return "".join(self.readings.get(char, char) for char in word).capitalize()


def load_glosses(path: Path) -> Glosses:
    glosses, common = Glosses(), set()
    with gzip.open(path, "rt", encoding="utf8") as file:
        for line in file:
            entry = None if line.startswith("#") else _ENTRY.match(line)
            if not entry:
                continue
            traditional, simplified, reading, meanings = entry.groups()
            plain = re.sub(r"[\d\s:·,]", "", reading).lower()
            for word in {traditional, simplified}:
                if len(word) == 1:
                    glosses.readings.setdefault(word, plain)
                elif reading[:1].isupper() and _HAN.match(word) and not _NO_NAME.fullmatch(word):
                    glosses.names.add(word)
                elif reading[:1].islower():
                    common.add(word)
                glosses.meanings[word].extend(_clean(meanings))
    glosses.names -= common
    return glosses


def _clean(meanings: str) -> Iterable[str]:
    for part in re.split(r"[/;]", meanings):
        if part.strip().startswith(_SKIP):
            continue
        text = " ".join(_NOISE.sub(" ", _NOISE.sub(" ", part.strip())).split()).strip(" ,.?!~:")
        if text and len(text.split()) <= 4:
            yield text


def pieces(text: str, tokenizer: Tokenizer) -> list[Span]:
    spans = token_spans(tokenizer.encode(text, add_special_tokens=False)).tolist()
    return [(start, end) for start, end in spans if end > start]


def gloss(
    text: str, glosses: Glosses, tokenizer: Tokenizer, rng: random.Random, share: float = 1.0
) -> tuple[str, list[Span]]:
    """The text with a share of its Chinese words put into English, and for every old code point its new span."""
    out, at, moved = "", 0, [(0, 0)] * len(text)
    spans = pieces(text, tokenizer)
    for n, (start, end) in enumerate(spans):
        if start < at:
            continue
        if start > at:
            out += text[at:start]
        piece = text[start:end]
        if _HAN.match(piece) and rng.random() < share:
            name, end = _name(text, spans, n, glosses)
            word = name or glosses.word(piece, rng)
            word = (" " if out and not out[-1].isspace() else "") + word + " " if word else ""
        else:
            word = piece
        for i in range(start, end):
            moved[i] = (len(out), len(out) + len(word))
        out, at = out + word, end
    return out + text[at:], moved


def _name(text: str, spans: Sequence[Span], n: int, glosses: Glosses) -> tuple[str, int]:
    """A run of single characters that are no words of their own is a name: spelled as one."""
    end = n
    while end < len(spans) and end - n < 4 and spans[end][1] - spans[end][0] == 1:
        char = text[spans[end][0]]
        if not _HAN.match(char) or char in FUNCTION or (end > n and spans[end][0] != spans[end - 1][1]):
            break
        end += 1
    if end - n < 2:
        return "", spans[n][1]
    return glosses.spelled(text[spans[n][0] : spans[end - 1][1]]), spans[end - 1][1]


def english_question(
    question: str, glosses: Glosses, tokenizer: Tokenizer, rng: random.Random, share: float = 1.0
) -> str:
    """An English-like question: the question word in front, the rest glossed, `A 的 B` turned now and then."""
    question = question.rstrip("？?。 ")
    for pattern, words, noun in _ASKING:
        found = pattern.search(question)
        if not found:
            continue
        before, after = question[: found.start()], question[found.end() :].rstrip("的呢")
        along = ""
        if noun:
            spans = [s for s in pieces(after, tokenizer)[:2] if after[s[0] : s[1]] not in FUNCTION]
            stop = spans[0 if rng.random() < 0.6 or len(spans) < 2 else 1][1] if spans and spans[0][0] == 0 else 0
            along, after = after[:stop], after[stop:]
        parts = [rng.choice(words), along, rng.choice(_VERBS), _turned(before, rng), after]
        glossed = [gloss(part, glosses, tokenizer, rng, share)[0] for part in parts]
        return _tidy(" ".join(glossed)) + ("?" if rng.random() < 0.8 else "")
    return _tidy(gloss(question, glosses, tokenizer, rng, share)[0]) + "?"


def _turned(text: str, rng: random.Random) -> str:
    owner, of, owned = text.partition("的")
    if of and owned and rng.random() < 0.5:
        return f"{owned}的{owner}"
    return text


def _tidy(text: str) -> str:
    return " ".join(text.split())


def glossed_passage(example: Example, glosses: Glosses, tokenizer: Tokenizer, rng: random.Random) -> Example:
    """The example with its passage put into English, its spans carried along."""
    # Chinese full stops stay: the tokeniser folds them, and sentences are still found by them.
    text, moved = gloss(example.text, glosses, tokenizer, rng)
    return Example(example.question, text, _carried(example.answer, moved), _carried(example.sentence, moved))


def _carried(span: Span, moved: Sequence[Span]) -> Span:
    if span == NOWHERE:
        return NOWHERE
    covered = [m for m in moved[span[0] : span[1]] if m[1] > m[0]]
    return (covered[0][0], covered[-1][1]) if covered else NOWHERE
