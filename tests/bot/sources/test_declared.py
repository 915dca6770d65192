"""The file of sources: what it may say, and one sentence for everything else."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.sources.declared import Form, Source, read_sources


def read(folder: Path, text: str) -> tuple[Source, ...]:
    (folder / "sources.toml").write_text(text, encoding="utf-8")
    return read_sources(folder / "sources.toml")


def test_each_kind_is_read_with_its_settings(tmp_path: Path) -> None:
    pages, site, feed, git = read(
        tmp_path,
        """
        [pages]
        web = ["https://a.example/x", "http://a.example/y"]
        [site]
        sitemap = "https://a.example/sitemap.xml"
        only = "/docs/"
        hosts = ["b.example"]
        most = 7
        every = "90m"
        [news]
        feed = "https://a.example/feed"
        review = true
        [guide]
        git = "https://a.example/guide.git"
        branch = "release/1.0"
        path = "docs/en/"
        """,
    )
    assert pages == Source("pages", Form.WEB, ("https://a.example/x", "http://a.example/y"))
    assert (site.every, site.hosts, site.only, site.most) == (5400, ("b.example",), "/docs/", 7)
    assert feed.review
    assert (git.branch, git.path, git.every) == ("release/1.0", "docs/en", 86_400)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("", "1 to 100 sources"),
        ("a = 1", "it is no table"),
        ("[A]\nweb = 'https://a.example'", "its name may have"),
        ("['../up']\nweb = 'https://a.example'", "its name may have"),
        ("[a]", "it needs one of web, sitemap, feed, git"),
        ("[a]\nweb = 'https://a.example'\ngit = 'https://a.example'", "it needs one of"),
        ("[a]\nweb = 'https://a.example'\nbranch = 'x'", "'branch' is no setting of a source of this kind"),
        ("[a]\nweb = []", "web has to be one address or several"),
        ("[a]\nsitemap = ['https://a.example', 'https://b.example']", "sitemap has to be one address"),
        ("[a]\nweb = 7", "web has to be a list of texts"),
        ("[a]\nweb = 'ftp://a.example'", "begin with https:// or http://"),
        ("[a]\nweb = 'file:///etc/passwd'", "begin with https:// or http://"),
        ("[a]\nweb = 'https://[::1'", "web is no address"),
        ("[a]\nweb = 'https://a.example:0'", "begin with"),
        ("[a]\nweb = 'https://me:secret@a.example'", "no name and no password"),
        ("[a]\ngit = 'http://a.example/x.git'", "begin with https:// or file://"),
        ("[a]\ngit = 'ssh://a.example/x.git'", "begin with https:// or file://"),
        ("[a]\ngit = 'git@a.example:x.git'", "begin with https:// or file://"),
        ("[a]\ngit = 'ext::sh -c id'", "begin with https:// or file://"),
        ("[a]\ngit = '--upload-pack=id'", "begin with https:// or file://"),
        ("[a]\ngit = 'https://a.example'\nbranch = '--upload-pack=id'", "branch is no name of a branch"),
        ("[a]\ngit = 'https://a.example'\npath = '../..'", "path has to be a folder of the repository"),
        ("[a]\ngit = 'https://a.example'\npath = '.git'", "path has to be a folder of the repository"),
        ("[a]\nweb = 'https://a.example'\nevery = '1s'", "every has to be a time"),
        ("[a]\nweb = 'https://a.example'\nevery = '1m'", "from 5m to 90d"),
        ("[a]\nweb = 'https://a.example'\nevery = 7", "every has to be a time"),
        ("[a]\nweb = 'https://a.example'\nreview = 'yes'", "review has to be true or false"),
        ("[a]\nsitemap = 'https://a.example'\nmost = true", "most has to be a number"),
        ("[a", "cannot be read"),
    ],
)
def test_everything_else_is_one_sentence_that_names_the_table(tmp_path: Path, table: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as error:
        read(tmp_path, table)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
    assert "secret" not in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml cannot be read"):
        read_sources(tmp_path / "none.toml")
