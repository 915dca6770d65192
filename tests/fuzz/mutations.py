"""Files that are nearly right: small valid ones with a few changes, which reach deeper than random bytes do."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence

from hypothesis import strategies as st

Seed = bytes | Mapping[str, bytes]
"""A file; an archive by its parts."""
_WORD = re.compile(rb"[A-Za-z0-9_:./-]+|[^A-Za-z0-9\s]{1,4}|\s+|[\x80-\xff]+")
_MOST_WORDS = 400
_LONGEST = 65_536
"""Bytes of a changed file: what grows is not what is looked for here."""
JUNK = (
    *(
        b"",
        b"\0",
        b"\xff",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"&#xD800;",
        b"\\ud800",
        b"\\udfff",
        b"\xe2\x80\xa8",
        b"\xf0\x9f",
    ),
    *(
        b"-1",
        b"0",
        b"00",
        b"1",
        b"65536",
        b"2147483648",
        b"99999999999999999999",
        b"1e999",
        b"-1e-999",
        b"NaN",
        b"0x10",
    ),
    *(
        "٣".encode(),
        "²".encode(),
        "㊿".encode(),
        "一".encode(),
        "\ufeff".encode(),
        "\u0085".encode(),
        "\U0010ffff".encode(),
    ),
    *(b"\r\n", b"\r", b"\n", b"\n\n", b"\t", b" " * 9, b"\x0b", b"\x0c", b"\x1c", b"\xc2\xa0", "\u3000".encode()),
    *(
        b"<",
        b">",
        b"</",
        b"/>",
        b"&",
        b";",
        b'"',
        b"'",
        b"[",
        b"]",
        b"(",
        b")",
        b"{",
        b"}",
        b"|",
        b"#",
        b"*",
        b"`",
        b"~",
    ),
    *(
        b":",
        b"=",
        b",",
        b"%",
        b"\\",
        b"---\n",
        b"+++\n",
        b"&amp;",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"true",
        b"null",
    ),
)
Change = tuple[str, int, int, bytes]


def archive(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a file, not compressed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _replace(data: bytes, at: int, size: int, word: bytes) -> bytes:
    return data[:at] + word + data[at + size :]


_KINDS: dict[str, Callable[[bytes, int, int, bytes], bytes]] = {
    "replace": _replace,
    "insert": lambda data, at, size, word: data[:at] + word + data[at:],
    "delete": lambda data, at, size, word: data[:at] + data[at + size :],
    "again": lambda data, at, size, word: data[:at] + data[at : at + size] * 3 + data[at + size :],
    "often": lambda data, at, size, word: data[:at] + word * size + data[at:],
    "flip": lambda data, at, size, word: data[:at] + bytes([data[at] ^ (1 << size % 8)]) + data[at + 1 :],
    "cut": lambda data, at, size, word: data[:at],
    "move": lambda data, at, size, word: data[:at] + data[-size:] + data[at:-size],
    "upper": lambda data, at, size, word: data[:at] + data[at : at + size].swapcase() + data[at + size :],
}


def changed(data: bytes, changes: Sequence[Change]) -> bytes:
    """`data` after those changes, one after the other. Where one is made: counted round and round the file."""
    for kind, place, size, word in changes:
        if data and len(data) <= _LONGEST:
            data = _KINDS[kind](data, place % len(data), size, word)
    return data[: 2 * _LONGEST]


def changes(seeds: Sequence[bytes], most: int = 6) -> st.SearchStrategy[list[Change]]:
    """Some changes that suit files like `seeds`: what is put in stands in one of them, or is junk."""
    words = list(dict.fromkeys(word for seed in seeds for word in _WORD.findall(seed)))
    word = st.sampled_from([*JUNK, *words[:: max(1, len(words) // _MOST_WORDS)]]) | st.binary(max_size=4)
    one = st.tuples(st.sampled_from(sorted(_KINDS)), st.integers(0, _LONGEST), st.integers(1, 40), word)
    return st.lists(one, min_size=1, max_size=most)


def files(seeds: Sequence[Seed]) -> st.SearchStrategy[bytes]:
    """Changed seeds; of an archive mostly one part is changed, sometimes the whole."""
    whole = [seed if isinstance(seed, bytes) else archive(seed) for seed in seeds]
    found = [st.builds(changed, st.sampled_from(whole), changes(whole)) | st.binary(max_size=64)]
    for seed in seeds:
        if not isinstance(seed, bytes):
            found += [_part(seed, name) for name in seed] * 3
    return st.one_of(found)


def _part(seed: Mapping[str, bytes], name: str) -> st.SearchStrategy[bytes]:
    """An archive with one part changed, or missing."""

    def packed(content: bytes | None) -> bytes:
        rest = {other: part for other, part in seed.items() if other != name}
        return archive(rest if content is None else {**rest, name: content})

    # More often changed than missing.
    content = st.builds(changed, st.just(seed[name]), changes([seed[name]], most=8))
    return st.one_of(content, content, content, content, st.none()).map(packed)
