"""Versions of one document: which one is newer, and which one a question asks for.

Two documents are versions of one another when they have the same title but for a date, a year or a number, that differs
in their titles, in the names of their files or folders, or in what they say about themselves, and when a good part of
one stands in the other: minutes of two meetings are no versions.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from index.document import Source
from index.search.ranking.sentence_matches import SentenceMatch
from index.snapshots.records import Documents

_YEAR = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?:[-_./年](?:1[0-2]|0?[1-9])(?:[-_./月](?:3[01]|[12]\d|0?[1-9]))?)?(?!\d)[年月日版]?"
)
_NUMBER = re.compile(
    r"(?<![a-z\d])(?:v|ver\.?|version|release|rev\.?|版本)[\s._-]?(\d{1,4}(?:\.\d{1,4}){0,3})(?![\d.]*[a-z])"
    r"|第?(\d{1,2})(?:版|(?:st|nd|rd|th)\sedition)|(?<=[\s_-])(\d{1,3}(?:\.\d{1,4}){1,3})(?![\d.])",
    re.IGNORECASE,
)
_FOLDER = re.compile(r"v?(\d{1,4}(?:\.\d{1,4}){0,3})", re.IGNORECASE)
_RETIRED = re.compile(
    r"(?<![a-z])(?:old|archived?|obsolete|deprecated|outdated|superseded)(?![a-z])|旧版|作废|废止|已失效|历史版本",
    re.IGNORECASE,
)
_REVISED = re.compile(r"修[订正改]本?|[（(【\[]\s*[)）】\]]|\b(?:edition|revised|final|draft)\b", re.IGNORECASE)
_BETWEEN = re.compile(r"[\W_]+")
_ASKS_FOR_OLD = re.compile(
    r"旧版|老版|上一版|修[订正]前|\b(?:old|older|previous|former|earlier|last) (?:version|edition|policy|rules?|law)\b",
    re.IGNORECASE,
)
_MOST = 20
"""Documents of the same title that are compared."""
_SAMPLES, _SAMPLE = 120, 10
"""Stretches of the shorter document that are looked for in the other, and their length without white space."""
_ALIKE = 0.25
"""Share of them that has to stand there."""


@dataclass(frozen=True, slots=True)
class Version:
    """What tells one version of a document from another; empty where nothing does."""

    retired: bool = False
    number: tuple[int, ...] = ()
    date: str = ""

    def newer(self, other: "Version") -> bool:
        """Whether this one is known to be newer: one that is retired never is, then numbers count, then dates."""
        if self.retired != other.retired:
            return other.retired
        if self.number and other.number and self.number != other.number:
            return self.number > other.number
        if not self.date or not other.date or self.date.startswith(other.date) or other.date.startswith(self.date):
            return False
        return self.date > other.date

    def named_in(self, question: str) -> bool:
        """Whether a question names this version: its year, or its number."""
        number = re.escape(".".join(map(str, self.number)))
        marked = number if "." in number else rf"(?:v|ver\.?|version|release|版本)\s?{number}"
        parts = [part for part in (self.date[:4], marked if number else "") if part]
        return any(re.search(rf"(?<![\d.]){part}(?!\.?\d)", question, re.IGNORECASE) for part in parts)


def version_of(source: Source) -> Version:
    """The version of a document, by its title, the name of its file, its folders, and its date."""
    path = PurePosixPath(source.path)
    names = f"{source.title}\n{path.stem}"
    number = _NUMBER.search(names)
    numbered = next(filter(None, number.groups()), "") if number else ""
    folders = [found.group(1) for part in path.parts[:-1] if (found := _FOLDER.fullmatch(part))]
    year = _YEAR.search(source.title) or _YEAR.search(path.stem)
    numbers = tuple(int(one) for one in (numbered or next(reversed(folders), "")).split(".") if one)
    date = source.published if source.published and (not year or source.published[:4] == year.group()[:4]) else None
    return Version(bool(_RETIRED.search(source.path)), numbers, date or (year.group()[:4] if year else ""))


def base_title(title: str) -> str:
    """A title without what tells versions apart: equal for all versions of one document."""
    for pattern in (_YEAR, _NUMBER, _RETIRED, _REVISED):
        title = pattern.sub(" ", title)
    return _BETWEEN.sub("", title.casefold())


class Versions:
    """The versions among the documents of one snapshot. What it finds out it finds once, when it is first asked."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._groups: dict[tuple[str, str], dict[str, int]] | None = None
        """By title and language: the paths of the documents, and their positions."""
        self._related: dict[str, tuple[Source, ...]] = {}

    def marked(self, source: Source) -> Source:
        """The same source, with the path of the newest version where that is another one."""
        newest = self._newest(source)
        return source if newest is source else replace(source, superseded_by=newest.path)

    def prefer(self, ranked: Sequence[SentenceMatch], question: str, slack: float) -> list[SentenceMatch]:
        """`ranked` with the newest version first, or the one that the question names.

        A sentence of it moves up only if it is itself a fair answer (`slack`, in logits, behind the best).
        """
        best = ranked[0]
        wanted = self._wanted(best.candidate.source, question).path
        if wanted == best.candidate.source.path:
            return list(ranked)
        theirs = [row for row in ranked if row.candidate.source.path == wanted and best.score - row.score < slack]
        return theirs + [row for row in ranked if row not in theirs]

    def wants(self, source: Source, question: str) -> bool:
        """Whether a document is the version that `question` is about: the newest, unless it names another."""
        return self._wanted(source, question).path == source.path

    def _wanted(self, source: Source, question: str) -> Source:
        """The version of a document that a question is about: the newest, unless it names another."""
        newest = self._newest(source)
        named = [one for one in (source, *self._others(source)) if version_of(one).named_in(question)]
        if named and not version_of(newest).named_in(question):
            return named[0]
        return source if _ASKS_FOR_OLD.search(question) else newest

    def _newest(self, source: Source) -> Source:
        newest = source
        for other in self._others(source):
            if version_of(other).newer(version_of(newest)):
                newest = other
        return newest

    def _others(self, source: Source) -> tuple[Source, ...]:
        """The other versions of a document."""
        known = self._related.get(source.path)
        if known is None:
            self._related[source.path] = known = tuple(self._found(source))
        return known

    def _found(self, source: Source) -> Iterator[Source]:
        group = self._grouped().get((base_title(source.title), source.lang), {})
        mine = version_of(source)
        others = [self._documents.source(position) for path, position in group.items() if path != source.path]
        versions = [one for one in others if version_of(one).newer(mine) or mine.newer(version_of(one))]
        yield from (one for one in versions[:_MOST] if self._alike(group[source.path], group[one.path]))

    def _grouped(self) -> dict[tuple[str, str], dict[str, int]]:
        if self._groups is None:
            groups: dict[tuple[str, str], dict[str, int]] = {}
            for position in range(len(self._documents)):
                source = self._documents.source(position)
                title = base_title(source.title)
                if title:
                    groups.setdefault((title, source.lang), {})[source.path] = position
            self._groups = {key: group for key, group in groups.items() if len(group) > 1}
        return self._groups

    def _alike(self, one: int, other: int) -> bool:
        """Whether a good part of one document stands in the other."""
        texts = ("".join(self._documents[position].text.split()) for position in (one, other))
        short, long = sorted(texts, key=len)
        samples = [short[at : at + _SAMPLE] for at in range(0, len(short), max(_SAMPLE, len(short) // _SAMPLES))]
        return sum(sample in long for sample in samples) >= _ALIKE * len(samples)
