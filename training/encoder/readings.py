"""Which syllables a Chinese character is read as, without tones: so that a name in pinyin finds its characters."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from training.encoder.sources import Entry

_TONE = re.compile(r"[0-9]")
_NO_SYLLABLE = re.compile(r"xx|.*[aeiouv][^aeiouv]+[aeiouv]")
"""Unknown, or several syllables: old signs of measures are read as two."""
_MOST = 3


def readings(entries: Iterable[Entry], folding: dict[int, str]) -> dict[str, list[str]]:
    """For each folded character its readings, commonest first: those that stand in two entries, and the first in any
    case."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        word = entry.simplified.translate(folding)
        syllables = _TONE.sub("", entry.pinyin.lower()).replace("u:", "v").split()
        if len(syllables) == len(word):
            for character, syllable in zip(word, syllables, strict=True):
                if "\u3400" <= character <= "\u9fff" and not _NO_SYLLABLE.match(syllable):
                    counts[character][syllable] += 1
    return {
        character: [
            syllable for place, (syllable, count) in enumerate(found.most_common(_MOST)) if count > 1 or not place
        ]
        for character, found in counts.items()
    }
