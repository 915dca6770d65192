"""Which language a text is in, by its letters: enough to tell Chinese from English, and to say when it is neither."""

import re

from index.text.chinese import HAN, HAN_CHARACTER, HAN_RUN

_SAMPLE = 20_000
_PRIMARY = re.compile(r"[a-z]{2,3}")
_LATIN = re.compile(r"[A-Za-z]+")
_KANA_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
_ACCENTED = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u06ff\u0900-\u0dff]")


def detect(text: str) -> str:
    """ "zh", "en", or "und" where the text is neither, or too little of anything."""
    sample = text[:_SAMPLE]
    han, words = len("".join(HAN_RUN.findall(sample))), len(_WORD.findall(sample))
    foreign = len(_KANA_HANGUL.findall(sample)) + len(_ACCENTED.findall(sample))
    if (not han and not words) or foreign > (han + 4 * words) / 6:
        return "und"
    # A Chinese word is about one and a half characters long; names and terms in Latin letters are common in Chinese.
    return "zh" if han / 1.5 >= words * 0.5 else "en"


def of_question(text: str) -> str:
    """Of a few words: "zh" where Chinese characters carry them, "en" where Latin words do, else "und"."""
    han, latin = len(HAN_CHARACTER.findall(text)), len(_LATIN.findall(text))
    if not han and not latin:
        return "und"
    # A Chinese word has about two characters; a name in Latin letters does not make a sentence English.
    return "zh" if han >= latin else "en"


def normalised(tag: str) -> str:
    """The primary part of a language tag: "zh" of "zh-Hans-CN"; "und" for what is none."""
    primary = re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0]
    primary = {"cn": "zh", "chinese": "zh", "中文": "zh", "eng": "en", "english": "en"}.get(primary, primary)
    return primary if _PRIMARY.fullmatch(primary) else "und"


def size(text: str) -> int:
    """How much is said, in units that compare across scripts: a Han character or a Latin word is one."""
    # Every paragraph is measured: in runs it takes a fifth of the time.
    found = _HAN_OR_LATIN_RUN.findall(text)
    return len("".join(found)) + found.count("")


_HAN_OR_LATIN_RUN = re.compile(rf"([{HAN}]+)|[^\W{HAN}]+")
"""Gives a run of Han characters, and nothing for a word in Latin letters."""
