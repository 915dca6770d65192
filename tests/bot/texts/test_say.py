"""Numbers and the words that go with them."""

import string

import pytest

from bot.admin.reports import Pace, progress
from bot.cli.terminal import texts
from bot.texts.messages import say
from bot.texts.say import speaker

SAID = speaker({"files": {"en": "{count:file was|files were} read {of!r}", "zh": "读了 {count} 个 {of!r}"}})


@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 files were read 'x'"), (1, "1 file was read 'x'"), (21, "21 files were read 'x'")]
)
def test_a_number_stands_with_its_word(count: int, told: str) -> None:
    assert SAID("files", "en", count=count, of="x") == told
    assert SAID("files", "zh", count=count, of="x") == f"读了 {count} 个 'x'"


def test_only_english_tells_one_from_many() -> None:
    tables = [texts.TEXTS]
    for table in tables:
        for key, said in table.items():
            assert not any("|" in (spec or "") for _, _, spec, _ in string.Formatter().parse(said["zh"])), key


def test_progress_says_of_how_much_and_how_long_it_may_take() -> None:
    clock = iter([0.0, 30.0, 90.0, 100.0])
    pace = Pace(lambda: next(clock))
    pace("read", 0, 400)
    assert progress(pace, "en").text == "Reading documents: 0 of 400"
    pace("read", 100, 400)
    assert progress(pace, "en").text == "Reading documents: 100 of 400, about 2 minutes left"
    pace("encode", 32, 320)
    assert progress(pace, "en").text == "Encoding passages: 32 of 320"
    pace("encode", 64, 320)
    assert progress(pace, "zh").text == "编码段落：64 / 320，约剩 40 秒"


def test_a_document_is_no_documents() -> None:
    told = say("status", "en", documents=1, passages=1, name="1", created="today", encoder="e")
    assert told.startswith("1 document, 1 passage\n")
