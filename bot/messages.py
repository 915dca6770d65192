"""What the bot says in its own words, in both languages of the interface. Quotes never pass through here."""

from bot.question import Language

TEXTS: dict[str, dict[Language, str]] = {
    # Answer cards
    "no-answer": {
        "zh": "资料里没有找到这个问题的答案。",
        "en": "The documents here do not answer this.",
    },
    "nearest": {"zh": "最接近的一段（不是答案）：", "en": "The nearest passage (not an answer):"},
    "can-answer": {"zh": "可以问我：", "en": "You could ask:"},
    "context": {"zh": "上下文", "en": "Context"},
    "page": {"zh": "第 {page} 页", "en": "p. {page}"},
    "passage-of": {"zh": "第 {number} / {count} 段", "en": "Passage {number} of {count}"},
    "found-at": {"zh": "这段文字出自：", "en": "This text stands in:"},
    "found-nowhere": {
        "zh": "这段文字不在资料里。",
        "en": "This text stands nowhere in the documents here.",
    },
    "button-context": {"zh": "更多上下文", "en": "More context"},
    "button-next": {"zh": "其他段落 ›", "en": "Other passages ›"},
    "button-previous": {"zh": "‹ 上一段", "en": "‹ Previous"},
    "button-source": {"zh": "出处", "en": "Source"},
}


def say(key: str, lang: Language, **values: object) -> str:
    """The text of `key` in the language of the interface, its places filled with `values`."""
    return TEXTS[key][lang].format(**values)
