"""A question with misspelled words, read as what it seems to mean.

Asked only for a question that nothing answers as it stands, so that a name that merely sounds like another is never
turned into it where it is known itself. A Latin word that the vocabulary does not hold becomes one of the corpus, or
of the vocabulary, that is a letter or two away; Chinese characters that stand beside each other without being a word
become a pair of the corpus that sounds the same, as a pinyin keyboard confuses them: 公厂, 工厂. Where two words meet
it has to stand there between the same characters: 劳动和同, 劳动合同.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, islice
from string import ascii_lowercase

from index.document import Span
from index.search.question.query import Query, is_content
from index.snapshots.snapshot import Snapshot
from index.text import pinyin
from index.text.chinese import HAN, HAN_CHARACTER
from index.text.pieces import vocabulary
from index.text.terms import Term, encode, fold, stem, terms

SHORTEST = 4
"""Letters of the shortest word that is taken for another one of the corpus."""
SHORTEST_KNOWN = 5
"""The same, where only the vocabulary knows the other one."""
LONG = 8
"""Words of so many letters may be two letters away."""
LOOKED_AT = 8
"""Passages in which a like word is looked for."""
MOST = 12
"""Words, and pairs of characters, that are looked for: a question with more of them is no question of this corpus."""
OFTEN = 3
"""Passages that have a pair where a word of form was typed: 劳动合同 for 劳动和同, but not 大部分时 for 大部分是."""
SEARCHED = 24
"""Passages in which a pair of characters is looked for as it was typed."""
_WORD = re.compile(r"[a-z]+")
_TWO, _FOUR = (re.compile(f"[{HAN}]{{{count}}}") for count in (2, 4))

Change = tuple[Span, str]
"""A span of the question's text, and what it is read as."""


class Speller:
    """Reads questions over one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def mend(self, query: Query, matched: Collection[Term] = ()) -> str:
        """The text of `query` with its misspelled words as they are meant, "" where none is found.

        Terms that a passage `matched` are right as they are: a name that it writes in the other script, by sound.
        """
        text, last = "", 0
        for (start, end), meant in sorted(chain(self._latin(query, matched), self._chinese(query))):
            if start >= last:
                text += query.text[last:start] + meant
                last = end
        return text + query.text[last:] if last else ""

    def readable(self, query: Query) -> bool:
        """Whether at least half of its content are words of the corpus or of the vocabulary."""
        words = [query.text[term.start : term.end] for term in query.content]
        known = [self._known(term) or _is_word(word) for term, word in zip(query.content, words, strict=True)]
        return 2 * sum(known) >= len(known)

    def _latin(self, query: Query, matched: Collection[Term]) -> Iterator[Change]:
        terms = (term for term in query.content if term not in matched and not self._known(term))
        unknown = ((term, fold(query.text[term.start : term.end])) for term in terms)
        odd = ((term, word) for term, word in unknown if _WORD.fullmatch(word) and not _is_word(word))
        for term, word in islice(((term, word) for term, word in odd if len(word) >= SHORTEST), MOST):
            # In capitals it is a name, which the corpus may spell otherwise, but no common word.
            common = len(word) >= SHORTEST_KNOWN and (query.text[term.start].islower() or not term.start)
            meant = self._like(term.text, word) or (like_known(word) if common else "")
            if meant:
                yield (term.start, term.end), meant

    def _known(self, term: Term) -> bool:
        return self._snapshot.lexical.document_frequency(term.text) > 0

    def _like(self, term: str, typed: str) -> str:
        """The word of the corpus that is nearest to what was `typed`, "" where none is near; `term` is its stem."""
        allowed = 1 if len(typed) < LONG else 2
        found: Counter[str] = Counter()
        for position in self._snapshot.lexical.near(term, allowed, LOOKED_AT):
            found.update(_WORD.findall(fold(self._snapshot.text(position)[0])))
        # Whole words are compared: "severance" has the stem of "servers" but for a letter, and is none of them.
        near = {word: min(distance(form, typed, allowed) for form in _forms(word)) for word in found}
        fitting = [word for word, far in near.items() if far <= allowed]
        return min(fitting, key=lambda word: (near[word], -found[word], word), default="")

    def _chinese(self, query: Query) -> Iterator[Change]:
        folded, alone, last = fold(query.text), _alone(query.text), 0
        loose = list(islice((at for start, end in _loose(query, alone) for at in range(start, end - 1)), MOST))
        borders = list(islice((at for at in _borders(folded, alone) if at not in loose), MOST))
        for at in sorted([*loose, *borders]):
            if at < last:
                continue
            meant = self._sounding(folded[at : at + 2]) if at in loose else self._within(folded, at, alone)
            if meant:
                yield (at, at + 2), meant
                last = at + 2

    def _sounding(self, two: str) -> str:
        """The pair of characters of the corpus that sounds like `two`, "" where there is none, or it stands there."""
        sounds = list(pinyin.places(two))
        found: Counter[str] = Counter()
        for text in self._texts(sounds, LOOKED_AT):
            found.update(pinyin.sounding(text, sounds))
        # Of the corpus's pairs only a word can be meant: 但表 is the end of one and the beginning of the next.
        words = Counter({pair: count for pair, count in found.items() if _is_one(pair)})
        if not words or two in found or any(two in text for text in self._texts(list(two), SEARCHED)):
            return ""
        return words.most_common(1)[0][0]

    def _within(self, folded: str, at: int, alone: Collection[int]) -> str:
        """The same for two characters at which two words of a text meet, where the corpus has what sounds like them
        with the same two characters around or beside it, and does not have what was typed: 劳动合同 for 劳动和同."""
        typed, sounds = folded[at : at + 2], list(pinyin.places(folded[at : at + 2]))
        found: dict[str, set[int]] = {}
        """The passages that have each pair."""
        for start in range(max(at - 2, 0), at + 1):
            if not _FOUR.fullmatch(four := folded[start : start + 4]):
                continue
            before, after = four[: at - start], four[at - start + 2 :]
            sounding = [list(pinyin.places(four[n : n + 2])) for n in range(3)]
            for position, _ in self._snapshot.lexical.search_any(sounding, LOOKED_AT):
                text = fold(self._snapshot.text(position)[0])
                if four in text:
                    return ""
                for pair in pinyin.sounding(text, sounds):
                    if before + pair + after in text:
                        found.setdefault(pair, set()).add(position)
        fitting = {
            pair: len(passages)
            for pair, passages in found.items()
            if (place := _exchanged(pair, typed)) is not None
            and at + place in alone
            and _may_be_meant(pair, typed, place, len(passages))
        }
        return max(fitting, key=lambda pair: (fitting[pair], pair), default="")

    def _texts(self, terms: Sequence[str], most: int) -> Iterator[str]:
        """The folded texts of passages that hold the most of `terms`."""
        return (fold(self._snapshot.text(position)[0]) for position, _ in self._snapshot.lexical.search(terms, most))


def _loose(query: Query, alone: Collection[int]) -> Iterator[Span]:
    """Stretches of Chinese content in which no word holds the characters together: each is one of those `alone`.

    A word that exists is never taken for another, however alike they sound: 北京 is not 背景.
    """
    run: list[Term] = []
    for term in query.content:
        if not HAN_CHARACTER.fullmatch(term.text) or term.start not in alone:
            continue
        if run and run[-1].end != term.start:
            yield run[0].start, run[-1].end
            run = []
        run.append(term)
    if run:
        yield run[0].start, run[-1].end


def _alone(text: str) -> set[int]:
    """Where a character of a text is a word by itself."""
    return {start for start, end in encode([text])[0].spans.tolist() if end == start + 1}


def _borders(text: str, alone: Collection[int]) -> Iterator[int]:
    """Where two Chinese characters stand side by side of which at least one is `alone`: only that one may be mended."""
    places = range(len(text) - 1)
    return (at for at in places if (at in alone or at + 1 in alone) and _TWO.fullmatch(text[at : at + 2]))


def _exchanged(pair: str, typed: str) -> int | None:
    """The one place in which two pairs of characters differ; None where they differ in both, or in none."""
    places = [place for place in range(2) if pair[place] != typed[place]]
    return places[0] if len(places) == 1 else None


def _may_be_meant(pair: str, typed: str, place: int, passages: int) -> bool:
    """Whether `pair`, which so many passages have, may be what was meant by `typed`, which differs at `place`.

    What is no word by itself is only where both characters say something (公司时 is not 公司是), and where a word of
    form was typed, only what stands there often.
    """
    said, meant = _says_something(typed[place]), _says_something(pair[place])
    return (_is_one(pair) or (said and meant)) and (said or passages >= OFTEN)


def _says_something(character: str) -> bool:
    """Whether a character is no word of form."""
    return all(map(is_content, terms(character)))


def _is_one(word: str) -> bool:
    """Whether the vocabulary holds it as one piece."""
    return len(encode([word])[0].ids) == 1


def _forms(word: str) -> set[str]:
    """A word, and its singular: "factory" is typed where the corpus has "factories"."""
    return {word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"}


def _is_word(word: str) -> bool:
    """Whether the vocabulary holds it, or its stem: of a rare word it holds the singular alone."""
    return any(len(encoded.ids) == 1 for encoded in encode([word, stem(word), word.removesuffix("s")]))


def like_known(word: str) -> str:
    """The commonest word of the vocabulary that begins alike and is one letter away, "" where there is none."""
    numbers = ((vocabulary().number(f"▁{one}"), one) for one in _edits(word) if len(one) >= SHORTEST)
    # The vocabulary is ordered: words that are written more often come first.
    return min(((number, one) for number, one in numbers if number is not None), default=(0, ""))[1]


def _edits(word: str) -> set[str]:
    """What is one letter away behind the first: left out, put in, another one, two of them exchanged."""
    cuts = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    less = {left + right[1:] for left, right in cuts if right}
    swapped = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    other = {left + letter + right[1:] for left, right in cuts if right for letter in ascii_lowercase}
    more = {left + letter + right for left, right in cuts for letter in ascii_lowercase}
    return (less | swapped | other | more) - {word}


def distance(one: str, other: str, most: int) -> int:
    """Letters left out, put in, changed, or exchanged with the next (optimal string alignment), or more than `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: Sequence[int] = []
    row: Sequence[int] = range(len(other) + 1)
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, own in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != own))
            if i > 1 and j > 1 and letter == other[j - 2] and own == one[i - 2]:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
    return row[-1]
