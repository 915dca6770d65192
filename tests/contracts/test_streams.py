"""Answers that wait to be fetched: put once, taken once, known to every process of a journal."""

from tests.contracts.journals import Books


def test_an_answer_is_put_once_and_taken_by_one(books: Books) -> None:
    one, two = books.open(), books.open()
    one.streams.open("s", "d")
    assert not one.streams.take("s", "stream")
    one.streams.put("s", "d", "first")
    two.streams.put("s", "d", "second")
    found = two.streams.get("s")
    assert found is not None
    assert (found.delivery, found.reply, found.taken) == ("d", "first", "")
    assert two.streams.take("s", "stream")
    assert two.streams.take("s", "stream")
    assert not one.streams.take("s", "address")
    assert one.streams.get("nobody's") is None
    assert not one.streams.take("nobody's", "stream")
    for journal in (one, two):
        journal.close()


def test_streams_are_forgotten_after_a_day(books: Books) -> None:
    now = [0.0]
    journal = books.open(now=lambda: now[0])
    journal.streams.put("s", "d", "answer")
    now[0] = 90_000.0
    journal.prune()
    assert journal.streams.get("s") is None
    journal.close()
