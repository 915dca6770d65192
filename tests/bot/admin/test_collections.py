"""Admins of several collections: which one a command is about, and what is told of it in which chat."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.admin.admin import Admin, Caller
from bot.cards.card import Card
from bot.desk.access import Access
from bot.desk.card_actions import Buttons
from bot.desk.desk import Desk
from bot.desk.rate_limits import RateLimits, Rates
from bot.journal import Journal
from bot.metrics import Metrics
from bot.question import Conversation, Question
from bot.serving.program import open_indexes, open_keepers
from bot.serving.rooms import Room, open_rooms, rooms
from bot.settings import Settings
from bot.workers import Workers

ADMIN = Caller(Conversation("telegram", "1", "", "1"), "en")
GROUP = Caller(Conversation("telegram", "-200", "", "1"), "en")
STAFF_GROUP = Caller(Conversation("telegram", "-100", "", "1"), "en")
DECLARED = """
[town]
folder = "town"

[staff]
folder = "staff"
readers = ["telegram:-100"]
"""


@dataclass
class Office:
    admin: Admin
    desk: Desk
    rooms: dict[str, Room]
    base: Path

    def write(self, collection: str, name: str, text: str) -> None:
        (self.base / collection / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("office")
    for collection, name, text in (
        ("town", "pools.md", "# Pools\n\nThe town of Elmford has 9 swimming pools.\n"),
        ("staff", "vault.md", "# Vault\n\nThe safe has the number 4711.\n"),
        ("staff", "broken.docx", "no zip"),
    ):
        (base / collection).mkdir(exist_ok=True)
        (base / collection / name).write_text(text, encoding="utf-8")
    (base / "collections.toml").write_text(DECLARED, encoding="utf-8")
    return base


@pytest.fixture
def office(encoded: Path, tmp_path: Path, journal: Journal) -> Iterator[Office]:
    for folder in ("town", "staff"):
        (tmp_path / folder).mkdir()
        for file in (encoded / folder).iterdir():
            (tmp_path / folder / file.name).write_bytes(file.read_bytes())
    (tmp_path / "collections.toml").write_bytes((encoded / "collections.toml").read_bytes())
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        collections=tmp_path / "collections.toml",
        data_dir=tmp_path / "data",
        encoder="bundled-fast",
    )
    found = rooms(settings)
    engines = open_rooms(found)
    workers = Workers(upkeep=2)
    access = Access(admins=frozenset({"telegram:1"}))
    desk = Desk(
        open_indexes(found, engines), journal, workers, Metrics(), RateLimits(Rates(0, 0), lambda: 0.0), access=access
    )
    yield Office(
        Admin(desk, open_keepers(found, engines, journal), pause=0.01),
        desk,
        {room.name: room for room in found},
        tmp_path,
    )
    workers.close()


async def unseen(card: Card) -> None:
    """Progress that nobody looks at."""


async def test_status_tells_of_each_and_in_a_group_of_what_the_group_may_read(office: Office) -> None:
    private = (await office.admin.status(ADMIN)).text
    assert private.startswith("town\n1 document")
    assert "\n\nstaff\n1 document" in private
    assert "broken.docx" in private
    assert "staff" not in (await office.admin.status(GROUP)).text
    assert "broken.docx" not in (await office.admin.status(GROUP)).text
    assert "staff" in (await office.admin.status(STAFF_GROUP)).text


async def test_each_reindexes_by_itself(office: Office) -> None:
    library = office.desk.library
    before = {name: library.view([name]) for name in library.names}
    office.write("town", "library.md", "# Library\n\nThe library of Elmford has 3000 books.\n")
    card = await office.admin.reindex(ADMIN, unseen, "town")
    assert "library.md" in card.text
    assert library.view(["staff"]) is before["staff"]
    assert library.view(["town"]) is not before["town"]
    everything = office.desk.readable(ADMIN.place)
    assert everything is not None
    assert "3000" in everything.ask("How many books does the library have?").quotes[0].text


async def test_which_one_has_to_be_said_and_only_those_that_may_be_read_are_named(office: Office) -> None:
    asked = (await office.admin.reindex(ADMIN, unseen)).text
    assert ("/reindex town" in asked, "/reindex staff" in asked) == (True, True)
    # In this group there is but one, so nothing has to be said; another one is none.
    office.write("staff", "new.md", "# New\n\nA secret.\n")
    assert "new.md" not in (await office.admin.reindex(GROUP, unseen)).text
    assert "new.md" not in (await office.admin.reindex(GROUP, unseen, "staff")).text
    assert "pools.md" in (await office.admin.remove(GROUP, "nothing")).text
    assert "vault.md" not in (await office.admin.remove(GROUP, "vault.md")).text
    assert "vault.md" in (await office.admin.remove(STAFF_GROUP, "staff vault.md")).text


async def test_a_document_joins_the_collection_that_its_caption_names(office: Office) -> None:
    content = b"# Boats\n\nElmford has 7 boats.\n"
    assert "/add town" in (await office.admin.offer(ADMIN, "boats.md", content)).text
    asked = await office.admin.offer(ADMIN, "boats.md", content, "town")
    yes = asked.buttons[0][0].action
    assert "boats.md" in (await office.admin.confirm(yes, ADMIN, unseen)).text
    assert (office.base / "town" / "boats.md").exists()
    assert "expired" in (await office.admin.confirm(yes, ADMIN, unseen)).text


async def test_a_rollback_is_of_the_one_that_is_named(office: Office) -> None:
    office.write("town", "library.md", "# Library\n\nThe library of Elmford has 3000 books.\n")
    await office.admin.reindex(ADMIN, unseen, "town")
    assert "/rollback town 1" in (await office.admin.status(ADMIN)).text
    assert "Snapshot 1 of" in (await office.admin.rollback(ADMIN, "town 1")).text
    town = office.desk.library.view(["town"])
    assert town is not None
    assert len(town.documents()) == 1


async def ask(office: Office, place: Conversation, text: str, number: int) -> str:
    delivery = f"{place.channel}:{place.chat}:{number}"
    await office.desk.ask(Question(delivery, place, text))
    return office.desk.replies.answer_id(delivery)


async def test_gaps_of_a_group_are_told_in_no_other(office: Office) -> None:
    await ask(office, STAFF_GROUP.place, "Who gets the pension of the mayor?", 1)
    await ask(office, GROUP.place, "Where are the penguins?", 2)
    assert "pension" in (await office.admin.gaps(ADMIN)).text
    assert "penguins" in (await office.admin.gaps(ADMIN)).text
    assert "pension" not in (await office.admin.gaps(GROUP)).text
    assert "penguins" in (await office.admin.gaps(GROUP)).text
    office.write("town", "pension.md", "# Pension\n\nThe pension of the mayor goes to the mayor's widow.\n")
    assert "pension of the mayor?" not in (await office.admin.reindex(GROUP, unseen)).text


async def test_what_one_answered_another_cannot_lose(office: Office) -> None:
    answer = await ask(office, STAFF_GROUP.place, "What is the number of the safe?", 1)
    await Buttons(office.desk).tap(f"u:{answer}", STAFF_GROUP.place, "en")
    rooms = office.admin.rooms
    admins = office.desk.access.admins
    assert [one.question for one in rooms["staff"].keeper.questions(admins)] == ["What is the number of the safe?"]
    assert rooms["town"].keeper.questions(admins) == ()


async def test_the_journal_says_which_one_was_changed(office: Office) -> None:
    await office.admin.reindex(ADMIN, unseen, "staff")
    assert [action[3] for action in office.desk.journal.actions.last()] == ["staff: reindex"]
