"""Collections are declared in a file; what is wrong with it is one sentence."""

from pathlib import Path

import pytest

from bot.collections.declared import Collection, read_collections
from bot.errors import SettingsError


def declared(tmp_path: Path, text: str) -> tuple[Collection, ...]:
    file = tmp_path / "collections.toml"
    file.write_text(text, encoding="utf-8")
    return read_collections(file)


def test_a_table_is_a_collection_and_folders_lie_beside_the_file(tmp_path: Path) -> None:
    handbook, staff = declared(
        tmp_path,
        """
        [handbook]
        folder = "docs/handbook"
        title = { en = "Handbook", zh = "员工手册" }

        [staff-2]
        folder = "/srv/staff"
        title = "Staff"
        encoder = "bundled-fast"
        """,
    )
    assert (handbook.name, handbook.folder) == ("handbook", tmp_path / "docs/handbook")
    assert (handbook.title("zh"), handbook.title("en"), handbook.encoder) == ("员工手册", "Handbook", "")
    assert (staff.name, staff.folder, staff.encoder) == ("staff-2", Path("/srv/staff"), "bundled-fast")
    assert staff.title("zh") == "Staff"


def test_one_without_a_title_is_called_by_its_name(tmp_path: Path) -> None:
    (only,) = declared(tmp_path, '[handbook]\nfolder = "a"\ntitle = { zh = "手册" }\n')
    assert (only.title("zh"), only.title("en")) == ("手册", "handbook")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has to declare"),
        ("[a]\nfolder =\n", "cannot be read"),
        ('[A]\nfolder = "a"\n', "[A]: its name"),
        ('["a.b"]\nfolder = "a"\n', "[a.b]: its name"),
        ('["a:b"]\nfolder = "a"\n', "[a:b]: its name"),
        ("a = 1\n", "[a]: it is no table"),
        ("[a]\n", "[a]: its folder is missing"),
        ('[a]\nfolder = " "\n', "[a]: its folder is missing"),
        ('[a]\nfolder = "a"\nsecret = true\n', "[a]: 'secret' is no setting"),
        ('[a]\nfolder = "a"\nencoder = 1\n', "[a]: encoder has to be a text"),
        ('[a]\nfolder = "a"\ntitle = 1\n', "[a]: title has to be"),
        ('[a]\nfolder = "a"\ntitle = { fr = "x" }\n', "[a]: title has to be"),
        ('[a]\nfolder = "a"\nreaders = "telegram:1"\n', "[a]: readers has to be a list"),
        ('[a]\nfolder = "a"\nreaders = [1]\n', "[a]: readers has to be a list"),
        ('[a]\nfolder = "a"\nreaders = ["12345"]\n', "[a]: readers has to be a list"),
        ('[a]\nfolder = "a"\nreaders = ["telegramm:1"]\n', "[a]: readers has to be a list"),
        ('[a]\nfolder = "a"\nreaders = ["telegram: 1"]\n', "[a]: readers has to be a list"),
        ('[a]\nfolder = "x"\n[b]\nfolder = "x/y"\n', "[b]: its folder lies within that of a"),
        ('[a]\nfolder = "x/../z"\n[b]\nfolder = "z"\n', "[a]: its folder lies within that of b"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        declared(tmp_path, text)
    assert said in str(error.value)


def test_no_list_of_readers_is_everybody_and_an_empty_one_is_nobody(tmp_path: Path) -> None:
    text = '[a]\nfolder = "a"\n[b]\nfolder = "b"\nreaders = []\n[c]\nfolder = "c"\nreaders = ["wecom-department:1"]\n'
    assert [one.readers for one in declared(tmp_path, text)] == [None, frozenset(), frozenset({"wecom-department:1"})]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_collections(tmp_path / "nothing.toml")
