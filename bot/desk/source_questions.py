"""What kind of thing somebody says: a question, or "where does this stand?" about a text that they selected."""

import re

SOURCE_WORDS = re.compile(
    r"(这(句|段)?(话|文字)?(是)?)?(的)?(出处|来源|原文|哪来的|出自哪里|在哪里|哪里说的)(是什么|在哪里|在哪)?"
    r"|(the |what('s| is) the )?sources?( of this| for this)?( please)?"
    r"|where (does|do|is) (this|it|that)( text| sentence)? (stand|come from|from|written|said)",
    re.IGNORECASE,
)
AROUND = " \t\n\r?？!！.。,，:：…"


def asks_for_source(text: str) -> bool:
    """Whether `text` asks where something stands, and nothing else."""
    return SOURCE_WORDS.fullmatch(text.strip(AROUND)) is not None
