"""The list of a section, for a question whose best sentence stands beside it."""

from pathlib import Path

from index.document import Document
from index.documents.readers import read
from index.search.quoting.same_section import REACH
from index.search.quoting.shapes import LONGEST_LIST, Shaped, shaped

MODEL = """# Layers

The model speaks of layers, each of which serves the next.

It is old, and still taught. Here they are in order, as they stand from the ground up:

1. cable
2. frame
3. packet

# Use

It is used in schools.

Pupils like it:

- by day
"""
SENTENCE = "The model speaks of layers, each of which serves the next."


def document(folder: Path, text: str) -> Document:
    (folder / "a.md").write_text(text, encoding="utf-8")
    return read(folder / "a.md", relative="a.md")


def asked(made: Document, words: str, question: str) -> Shaped:
    start = made.text.index(words)
    return shaped(made, (start, start + len(words)), question)


def test_a_sentence_comes_with_the_one_list_of_its_section_where_several_things_are_asked_for(tmp_path: Path) -> None:
    made = document(tmp_path, MODEL)
    unit = asked(made, SENTENCE, "which layers are there")
    assert (made.text[unit.start : unit.end], unit.shape) == (SENTENCE, "list")
    assert [(part.role, part.shown) for part in unit.parts] == [
        ("more", "It is old, and still taught. Here they are in order, as they stand from the ground up:"),
        ("item", "1. cable"),
        ("item", "2. frame"),
        ("item", "3. packet"),
    ]
    assert asked(made, SENTENCE, "how do I build the layers").shape == "steps"
    begun = asked(made, "It is old, and still taught.", "which layers are there")
    assert [part.shown for part in begun.parts] == [
        "Here they are in order, as they stand from the ground up:",
        "1. cable",
        "2. frame",
        "3. packet",
    ]


def test_one_thing_is_answered_without_the_list_of_the_section(tmp_path: Path) -> None:
    made = document(tmp_path, MODEL)
    for question in ("how many layers are there", "is the model old", "why is it taught"):
        assert asked(made, SENTENCE, question).parts == ()


def test_a_list_of_one_item_another_section_and_one_of_several_lists_stay_out(tmp_path: Path) -> None:
    question = "which layers are there"
    assert asked(document(tmp_path, MODEL), "It is used in schools.", question).parts == ()
    two = MODEL.replace("# Use", "These are left out.\n\n- light\n- sound\n\n# Use")
    assert asked(document(tmp_path, two), SENTENCE, question).parts == ()
    apart = MODEL.replace("1. cable", "## More\n\n1. cable")
    assert asked(document(tmp_path, apart), SENTENCE, question).parts == ()


def test_a_list_that_is_too_long_to_be_quoted_whole_stays_out(tmp_path: Path) -> None:
    long = MODEL.replace("1. cable", "1. cable, " + "which is laid in the ground " * (LONGEST_LIST // 28))
    assert asked(document(tmp_path, long), SENTENCE, "which layers are there").parts == ()


def test_a_list_that_stands_far_away_stays_out(tmp_path: Path) -> None:
    far = MODEL.replace("It is old", "It is long ago.\n\n" * REACH + "It is old")
    assert asked(document(tmp_path, far), SENTENCE, "which layers are there").parts == ()
