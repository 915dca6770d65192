"""What is quoted with a sentence, so that it can be understood alone."""

from pathlib import Path

import pytest

from index.answer import MAX_QUOTE
from index.document import Document
from index.documents.readers import read
from index.search.quoting.long_sentences import within
from index.search.quoting.shapes import LONGEST_CODE, LONGEST_LIST, Shaped, shaped
from index.text.sentences import sentences

RULES = """# Leave

Staff get 20 days of leave a year.

## Not allowed

You may not:

- sell your leave days
- take more than 15 days at once

## How to book

To book leave, follow these steps:

1. Open the portal.
2. Choose the days.
3. Wait for your lead to approve.

## Rooms

| Room | Seats | Price |
|---|---|---|
| Oak | 12 | 40 EUR |
| Elm | 6 | 25 EUR |
"""


@pytest.fixture
def rules(tmp_path: Path) -> Document:
    path = tmp_path / "rules.md"
    path.write_text(RULES, encoding="utf-8")
    return read(path, relative="rules.md")


def asked(document: Document, words: str, question: str) -> Shaped:
    start = document.text.index(words)
    return shaped(document, (start, start + len(words)), question)


def roles(unit: Shaped) -> list[tuple[str, str]]:
    return [(part.role, part.shown) for part in unit.parts]


def test_a_fact_is_quoted_as_its_sentence(rules: Document) -> None:
    unit = asked(rules, "Staff get 20 days of leave a year.", "how many days")
    assert (unit.shape, unit.parts) == ("sentence", ())


def test_an_item_comes_with_its_lead_in_and_the_heading_that_turns_it(rules: Document) -> None:
    unit = asked(rules, "sell your leave days", "can i sell days")
    assert unit.shape == "sentence"
    assert roles(unit) == [("heading", "Not allowed"), ("lead-in", "You may not:")]


def test_an_item_of_a_nested_list_comes_with_the_item_above_it_and_none_with_a_sentence_that_stands_alone(
    tmp_path: Path,
) -> None:
    text = "The house is old.\n\n- Guests shall not:\n  - smoke in the rooms\n- Guests pay on arrival.\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    document = read(tmp_path / "a.md", relative="a.md")
    assert roles(asked(document, "smoke in the rooms", "may I smoke")) == [("lead-in", "Guests shall not:")]
    assert roles(asked(document, "Guests pay on arrival.", "when to pay")) == []


@pytest.mark.parametrize("question", ["how do i book leave", "怎么请假"])
def test_a_question_for_steps_gets_all_of_them(rules: Document, question: str) -> None:
    unit = asked(rules, "Choose the days.", question)
    quoted = rules.text[unit.start : unit.end]
    assert unit.shape == "steps"
    assert quoted.startswith("1. Open")
    assert [line in quoted for line in ("Open the portal.", "Choose the days.", "lead to approve.")] == [True] * 3
    assert roles(unit) == [("lead-in", "To book leave, follow these steps:")]


def test_an_item_comes_with_its_list_where_several_things_are_asked_for_in_other_words(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("Members of the club:\n\n- pay a fee\n- keep the boats clean\n- vote\n", encoding="utf-8")
    document = read(path, relative="a.md")
    unit = asked(document, "keep the boats clean", "duties of a member")
    assert (document.text[unit.start : unit.end], unit.shape) == ("pay a fee\n- keep the boats clean\n- vote", "list")
    assert roles(unit) == [("lead-in", "Members of the club:")]
    alone = asked(document, "keep the boats clean", "what happens with dirty boats")
    assert document.text[alone.start : alone.end] == "keep the boats clean"


def test_a_line_that_only_announces_comes_with_what_it_announces(rules: Document) -> None:
    unit = asked(rules, "You may not:", "what is forbidden")
    assert (unit.shape, [role for role, _ in roles(unit)]) == ("list", ["item", "item"])


def test_a_sentence_that_speaks_of_the_list_below_it_comes_with_that(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "You need the following papers. \n\n- a pass\n- a form\n\nThe form below is free.\n\nText.\n", encoding="utf-8"
    )
    document = read(path, relative="a.md")
    assert [role for role, _ in roles(asked(document, "You need the following papers.", "what do I need"))] == [
        "item"
    ] * 2
    assert roles(asked(document, "The form below is free.", "is it free")) == []


def test_a_sentence_that_goes_on_behind_its_colon_comes_with_its_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    text = "The nose of the plane is moved by two surfaces at the tail: the wide one, and the small one behind it.\n"
    path.write_text(text + "\nAnother paragraph.\n", encoding="utf-8")
    unit = shaped(read(path, relative="a.md"), (0, text.index(":") + 1), "how is it moved")
    assert [(part.role, part.text) for part in unit.parts] == [("more", text[text.index(":") + 2 : -1])]


def test_an_announcing_line_that_begins_within_its_sentence_comes_with_the_beginning(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    begun = "第四十条 违反本法规定，有下列行为之一的，由主管部门责令改正，没收违法所得；"
    path.write_text(f"{begun}情节严重的，吊销证书：\n\n- 甲。\n- 乙。\n", encoding="utf-8")
    document = read(path, relative="a.md")
    unit = asked(document, "情节严重的，吊销证书：", "吊销吗")
    assert roles(unit) == [("lead-in", begun), ("item", "甲。"), ("item", "乙。")]
    assert roles(asked(document, f"{begun}情节严重的，吊销证书：", "吊销吗"))[0] == ("item", "甲。")


def test_a_step_that_announces_comes_with_what_is_below_it_and_not_with_other_steps(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "1. First.\n\n2. Show the list:\n\n    {{< copyable >}}\n\n    ```sh\n    ls\n    ```\n\n"
        "3. Set these:\n\n    - host\n    - port\n\n4. Last:\n",
        encoding="utf-8",
    )
    document = read(path, relative="a.md")
    assert roles(asked(document, "Set these:", "is it so")) == [("item", "host"), ("item", "port")]
    assert "First." not in str(roles(asked(document, "Show the list:", "is it so")))
    assert "Last:" not in str(roles(asked(document, "Show the list:", "is it so")))


def test_items_that_are_quoted_together_have_all_of_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("Text.\n\n1. Open the door.\n2. Go in.\n3. Close it.\n", encoding="utf-8")
    document = read(path, relative="a.md")
    start, end = document.text.index("Open"), document.text.index("in.") + 3
    together, alone = shaped(document, (start, end), "is it so"), shaped(document, (start, start + 14), "is it so")
    assert document.text[together.start : together.end] == "1. Open the door.\n2. Go in."
    assert document.text[alone.start : alone.end] == "Open the door."


def test_what_is_nothing_but_markup_is_no_part(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("Take these:\n\n- a pass\n\n  {{< picture >}}\n\n- a form\n", encoding="utf-8")
    document = read(path, relative="a.md")
    parts = asked(document, "Take these:", "what do I need").parts
    assert [part.shown for part in parts] == ["a pass", "a form"]


def test_announced_steps_come_with_their_numbers(rules: Document) -> None:
    unit = asked(rules, "To book leave, follow these steps:", "how do i book leave")
    assert roles(unit)[:2] == [("item", "1. Open the portal."), ("item", "2. Choose the days.")]


def test_a_row_comes_with_the_names_of_its_columns(rules: Document) -> None:
    unit = asked(rules, "Elm | 6 | 25 EUR", "how many seats")
    assert unit.shape == "row"
    assert roles(unit) == [("header", "Room | Seats | Price")]


def test_a_row_comes_with_the_cells_of_upper_rows_that_reach_into_it(tmp_path: Path) -> None:
    page = (
        "<body><table><tr><th>Room</th><th>Seats</th><th>Floor</th></tr><tr><td>Oak</td><td>12</td>"
        "<td rowspan='2'>Second floor</td></tr><tr><td>Elm</td><td>6</td></tr></table></body>"
    )
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    unit = asked(read(tmp_path / "a.html", relative="a.html"), "Elm | 6", "where is Elm")
    assert roles(unit) == [("header", "Room | Seats | Floor"), ("more", "Second floor")]


def test_of_a_long_row_the_cell_is_quoted_with_its_column_and_the_first_cell(tmp_path: Path) -> None:
    long = "It has a view of the park and of the river behind it. " * 5
    rows = f"| Oak | {long} | It seats twelve. There is a piano. |\n| Elm | {long} | Small. |\n"
    path = tmp_path / "a.md"
    path.write_text(f"| Room | View | Use |\n|---|---|---|\n{rows}", encoding="utf-8")
    document = read(path, relative="a.md")
    unit = asked(document, "| It seats twelve. There is a piano.", "where is the piano")
    assert document.text[unit.start : unit.end] == "It seats twelve. There is a piano."
    assert roles(unit) == [("header", "Use"), ("lead-in", "Oak")]
    named = document.text[slice(*(first := document.blocks[1]).cells[0])]
    whole = asked(document, f"{named} | It has a view of the park and of the river behind it.", "what view has Oak")
    assert (whole.start, roles(whole)[0]) == (first.start, ("header", "Room | View | Use"))
    assert (whole.parts[1].role, whole.parts[1].end) == ("more", first.cells[-1][1])
    assert document.text[whole.end : whole.parts[1].start].strip() == ""


def test_the_beginning_of_a_long_row_is_quoted_by_whole_cells_unless_the_answer_stands_behind_them(
    tmp_path: Path,
) -> None:
    plot = "A girl follows a rabbit into its burrow and meets many strange people there. " * 5
    path = tmp_path / "a.md"
    path.write_text(
        f"| Year | Film | Director | Plot |\n|---|---|---|---|\n| 1903 | Alice | Hepworth | {plot} |\n", "utf-8"
    )
    document = read(path, relative="a.md")
    row = document.blocks[1]
    span = row.start, row.cells[3][0] + 76
    unit = shaped(document, span, "who directed Alice", row.cells[2][0])
    assert document.text[unit.start : unit.end].replace(" ", "") == "1903|Alice|Hepworth"
    assert [(part.role, part.text) for part in unit.parts] == [("header", "Year | Film | Director | Plot")]
    behind = shaped(document, span, "whom does the girl follow", row.cells[3][0] + 5)
    assert (behind.start, behind.end) == span


def test_code_is_quoted_whole_and_of_a_long_block_the_lines_around_the_answer(tmp_path: Path) -> None:
    lines = "".join(f"step number {n} of the long script\n" for n in range(60))
    path = tmp_path / "code.md"
    path.write_text(f"Run this:\n\n```sh\ntool stop\n```\n\nOr all of it:\n\n```sh\n{lines}```\n", encoding="utf-8")
    document = read(path, relative="code.md")
    short, long = asked(document, "tool stop", "how to stop"), asked(document, "step number 40", "step 40")
    assert document.text[short.start : short.end] == "```sh\ntool stop\n```"
    quoted = document.text[long.start : long.end].split("\n")
    assert "step number 40 of the long script" in quoted[1:-1]
    assert set(quoted) <= set(lines.split("\n"))
    assert LONGEST_CODE // 2 < long.end - long.start <= LONGEST_CODE
    assert roles(long) == [("lead-in", "Or all of it:")]


def test_every_part_stands_in_the_document(rules: Document) -> None:
    for words in ("sell your leave days", "You may not:", "Choose the days.", "Oak | 12 | 40 EUR"):
        for question in ("how do i", "is it so"):
            unit = asked(rules, words, question)
            assert all(rules.text[part.start : part.end] == part.text for part in unit.parts)
            assert unit.end - unit.start + sum(len(part.text) for part in unit.parts) <= LONGEST_LIST


LONG = (
    "The first clause says little, " * 9
    + "but the answer is 42 metres, "
    + "and more follows here, " * 12
    + "as it ends."
)


def test_a_long_sentence_is_cut_at_clauses_around_its_answer(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text(LONG, encoding="utf-8")
    document = read(path, relative="long.txt")
    start, end = within(document, (0, len(LONG)), LONG.index("42"))
    cut = LONG[start:end]
    assert "the answer is 42 metres," in cut
    assert len(cut) <= MAX_QUOTE
    assert LONG[start - 2 : start] == ", "
    assert cut.endswith(",")


def cut_at(path: Path, text: str, words: str) -> tuple[str, Shaped]:
    """What is quoted of a text, one long sentence, for a piece of it that holds `words`."""
    path.write_text(text, encoding="utf-8")
    document = read(path, relative=path.name)
    at = document.text.index(words)
    piece = next(one for one in sentences(document.text) if one[0] <= at < one[1])
    unit = shaped(document, within(document, piece, at), "what")
    return document.text[unit.start : unit.end], unit


OPENING = "The data of both recorders, as the reports on the two accidents have summarised it with care, "
ENDING = "shows that one wrong input is enough, and that the system then turns the nose down again and again."


def test_a_part_of_a_long_sentence_is_quoted_to_its_end_where_that_is_near(tmp_path: Path) -> None:
    text = f"Before it. {OPENING}{OPENING.lower()}{ENDING} After it."
    quoted, unit = cut_at(tmp_path / "a.txt", text, "shows that one")
    assert quoted.endswith("again and again.")
    assert MAX_QUOTE >= len(quoted) > len(ENDING)
    assert unit.parts == ()


def test_a_part_that_breaks_off_begins_with_the_sentence_and_comes_with_the_rest(tmp_path: Path) -> None:
    text = f"Before it. {OPENING}{OPENING.lower()}{ENDING} After it."
    quoted, unit = cut_at(tmp_path / "a.txt", text, "recorders")
    assert quoted.startswith("The data of both recorders,")
    assert f"{quoted} {unit.parts[0].text}" == text[len("Before it. ") : -len(" After it.")]
    assert roles(unit) == [("more", unit.parts[0].text)]


def test_a_date_is_not_cut_and_a_text_without_a_clause_is_left_as_it_was(tmp_path: Path) -> None:
    dated = (
        "It applies to all machines that the bulletin of June 12, 2020, names "
        + "in its many long lists of numbers " * 6
    )
    assert cut_at(tmp_path / "a.txt", dated.strip() + ".", "lists")[0].startswith(("It", "names"))
    words = "word " * 100
    assert len(cut_at(tmp_path / "b.txt", words.strip() + ".", "word")[0]) <= MAX_QUOTE


def test_a_short_sentence_is_not_cut(rules: Document) -> None:
    start = rules.text.index("Staff")
    assert within(rules, (start, rules.text.index("a year.") + 7), start) == (start, rules.text.index("a year.") + 7)


def test_a_question_for_steps_or_a_command_gets_the_code_right_below_the_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "Data is kept where the cluster has a tag. Give it one.\n\n```sh\ntool start --tag a\n```\n", "utf-8"
    )
    document = read(path, relative="a.md")
    for question in ("how do I keep the data", "哪个命令能保留数据", "数据怎么保留"):
        unit = asked(document, "Give it one.", question)
        assert (unit.shape, [part.role for part in unit.parts]) == ("code", ["more"])
        assert "tool start --tag a" in unit.parts[0].text
    assert asked(document, "Give it one.", "where is data kept").parts == ()
    path.write_text("Give it a tag. This is done as follows:\n\n```sh\ntool start --tag a\n```\n", "utf-8")
    announced = read(path, relative="a.md")
    unit = asked(announced, "Give it a tag.", "how do I keep the data")
    assert (announced.text[unit.start : unit.end], unit.shape) == ("Give it a tag. This is done as follows:", "code")
    assert asked(announced, "Give it a tag.", "what does it need").parts == ()
    assert asked(document, "Data is kept where the cluster has a tag.", "how do I keep the data").parts == ()


def test_a_brief_line_above_a_list_comes_with_it_where_all_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("We sell these kinds of tea.\n\n- Green\n- Black\n", "utf-8")
    document = read(path, relative="a.md")
    unit = asked(document, "We sell these kinds of tea.", "which teas are there")
    assert [part.text for part in unit.parts] == ["Green", "Black"]
    assert asked(document, "We sell these kinds of tea.", "do you sell tea").parts == ()
