"""One code point for one: Traditional to Simplified, full width to half, capitals to small letters, accents off.

The table serves twice: as `fold.tsv` for terms, and compiled into the tokenizer's normaliser, which then keeps every
offset.
"""

import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

PUNCTUATION = dict(
    zip(
        "。、「」『』《》〈〉“”‘’【】〔〕〖〗—–―‐‑−・•…〜",
        '.,""""""""""\'\'[]()[]------··.~',
        strict=True,
    )
)
"""Chinese and typographic marks as the plain ones that the English model knows."""

_LAST = 0x30000


def is_han(character: str) -> bool:
    """Chinese characters, with the extensions and the zero that is written like one."""
    return (
        "\u3400" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\U00020000" <= character <= "\U0003ffff"
        or character == "〇"
    )


def fold_table() -> dict[str, str]:
    """Every character that folds, and what to: always one code point, and folding twice changes nothing more."""
    simplified = _simplified()
    table = dict(_folded(simplified))
    for character in list(table):
        while table[character] in table and table[table[character]] != table[character]:
            table[character] = table[table[character]]
    return {character: to for character, to in table.items() if character != to}


def _folded(simplified: dict[str, str]) -> Iterator[tuple[str, str]]:
    for point in range(0x21, _LAST):
        character = chr(point)
        category = unicodedata.category(character)
        if category in ("Cn", "Cs", "Co"):
            continue
        han = is_han(character) or category == "Lo"
        to = _fold_letter(character, simplified) if han else _fold_other(character)
        if to != character and len(to) == 1:
            yield character, to


def _fold_letter(character: str, simplified: dict[str, str]) -> str:
    to = simplified.get(character, character)
    plain = unicodedata.normalize("NFKC", to)
    return simplified.get(plain, plain) if len(plain) == 1 else to


def _fold_other(character: str) -> str:
    if character in PUNCTUATION:
        return PUNCTUATION[character]
    plain = unicodedata.normalize("NFKC", character)
    plain = _without_accents(plain if len(plain) == 1 else character)
    lower = plain.lower()
    plain = _without_accents(lower if len(lower) == 1 else plain)
    return PUNCTUATION.get(plain, plain)


def _without_accents(character: str) -> str:
    parts = unicodedata.normalize("NFD", character)
    marks = all(unicodedata.category(part) == "Mn" for part in parts[1:])
    return parts[0] if len(parts) > 1 and marks else character


def _simplified() -> dict[str, str]:
    """OpenCC's table of single characters, Traditional to Simplified; of several the first."""
    import opencc

    tables = list(Path(opencc.__file__).parent.rglob("TSCharacters.txt"))
    lines = tables[0].read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    found = {row[0]: row[1].split(" ")[0] for row in rows if len(row) >= 2}
    return {character: to for character, to in found.items() if len(to) == 1}


def compiled(table: dict[str, str]) -> bytes:
    """The table in the form of sentencepiece's normaliser, which `tokenizers` runs natively."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    with tempfile.TemporaryDirectory() as folder:
        rules, text = Path(folder) / "rules.tsv", Path(folder) / "text.txt"
        lines = [f"{ord(character):X}\t{ord(to):X}\n" for character, to in sorted(table.items())]
        rules.write_text("".join(lines), encoding="utf-8")
        # The trainer is only wanted for its compiler of rules: any text will do.
        text.write_text("hello world this is a tiny text\n" * 50, encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(text),
            model_prefix=f"{folder}/model",
            vocab_size=30,
            normalization_rule_tsv=str(rules),
            hard_vocab_limit=False,
            minloglevel=2,
        )
        model = sentencepiece_model_pb2.ModelProto()
        model.ParseFromString((Path(folder) / "model.model").read_bytes())
    return bytes(model.normalizer_spec.precompiled_charsmap)
