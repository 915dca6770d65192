"""Which documents are of one text."""

from index.document import Source, originals


def source(path: str, translates: str | None = None) -> Source:
    return Source(path, path, translation_of=translates)


def test_translations_share_the_original_that_they_name_or_that_what_they_name_names() -> None:
    found = originals([source("a.zh"), source("b.en", "a.zh"), source("c.fr", "b.en"), source("d.zh")])
    assert found == {"a.zh": "a.zh", "b.en": "a.zh", "c.fr": "a.zh", "d.zh": "d.zh"}


def test_of_files_that_name_each_other_the_first_stands_for_all_whatever_their_order() -> None:
    some = [source("b.zh", "c.en"), source("c.en", "b.zh"), source("a.fr", "c.en")]
    assert originals(some) == originals(reversed(some)) == dict.fromkeys(("a.fr", "b.zh", "c.en"), "b.zh")


def test_an_original_that_is_not_there_is_shared_all_the_same() -> None:
    assert originals([source("a.en", "x.zh"), source("b.fr", "x.zh")]) == {"a.en": "x.zh", "b.fr": "x.zh"}
