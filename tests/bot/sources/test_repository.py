"""Documents of a git repository: a real one on the disk, fetched by the real program."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from bot.errors import SourceError
from bot.sources.declared import Form, Source
from bot.sources.outcome import Outcome
from bot.sources.refresh import Refresher
from bot.sources.repository import GitLimits

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Repo:
    """Somebody else's repository."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@a.example", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *who, *arguments], cwd=self.path, check=True, capture_output=True)

    def commit(self, **files: str | None) -> None:
        """Writes files (a double low line is a slash, a single one at the end a point), None deletes one."""
        for name, text in files.items():
            file = self.path / name.replace("__", "/").replace("_", ".")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink() if text is None else file.write_text(text, encoding="utf-8")
        self.git("add", "-A")
        self.git("commit", "--quiet", "-m", "a change")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


def look(folder: Path, repo: Repo, limits: GitLimits | None = None, **more: str) -> Outcome:
    (folder / "corpus").mkdir(exist_ok=True)
    source = Source("guide", Form.GIT, (f"file://{repo.path}",), **more)  # type: ignore[arg-type]
    refresher = Refresher((source,), {"": folder / "corpus"}, folder / "data", git=limits or GitLimits())
    (outcome,) = refresher.look((source,))
    return outcome


def texts(folder: Path) -> dict[str, str]:
    root = folder / "corpus"
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_documents_are_copied_and_follow_what_is_committed(tmp_path: Path, repo: Repo) -> None:
    repo.commit(a_md="# A\n\nOne.\n", docs__b_md="# B\n\nTwo.\n", code_py="print()\n")
    assert sorted(look(tmp_path, repo).added) == ["guide/a.md", "guide/docs/b.md"]
    assert look(tmp_path, repo).differs is False
    repo.commit(a_md="# A\n\nThree.\n", docs__b_md=None, docs__c_md="# C\n\nFour.\n")
    outcome = look(tmp_path, repo)
    assert (outcome.added, outcome.changed) == (["guide/docs/c.md"], ["guide/a.md"])
    assert outcome.removed == ["guide/docs/b.md"]
    assert texts(tmp_path) == {"guide/a.md": "# A\n\nThree.\n", "guide/docs/c.md": "# C\n\nFour.\n"}
    assert [path.read_text() for path in (tmp_path / "data" / "removed").iterdir()] == ["# B\n\nTwo.\n"]


def test_a_branch_and_a_folder_of_it_can_be_named(tmp_path: Path, repo: Repo) -> None:
    repo.commit(docs__a_md="# A\n\nOld.\n", other_md="# O\n\nElse.\n")
    repo.git("checkout", "--quiet", "-b", "next")
    repo.commit(docs__a_md="# A\n\nNew.\n")
    repo.git("checkout", "--quiet", "main")
    look(tmp_path, repo, branch="next", path="docs")
    assert texts(tmp_path) == {"guide/a.md": "# A\n\nNew.\n"}


def test_a_history_that_was_rewritten_is_followed(tmp_path: Path, repo: Repo) -> None:
    repo.commit(a_md="# A\n\nOne.\n")
    look(tmp_path, repo)
    repo.commit(a_md="# A\n\nTwo.\n")
    repo.git("commit", "--quiet", "--amend", "-m", "another history")
    assert look(tmp_path, repo).changed == ["guide/a.md"]


def test_no_hook_filter_or_setting_of_the_machine_runs(
    tmp_path: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit(a_md="# A\n\nOne.\n", _gitattributes="*.md filter=x\n")
    repo.git("config", "uploadpack.packObjectsHook", f"touch {tmp_path}/ran; exec")
    home, mark = tmp_path / "home", tmp_path / "ran"
    hooks = home / "hooks"
    hooks.mkdir(parents=True)
    for name in ("post-checkout", "post-merge", "reference-transaction", "pre-auto-gc"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (hooks / name).chmod(0o755)
    settings = f'[core]\n\thooksPath = {hooks}\n[filter "x"]\n\tsmudge = touch {mark} && cat\n\trequired = true\n'
    (home / ".gitconfig").write_text(settings)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(home))
    monkeypatch.setenv("GIT_SSH_COMMAND", f"touch {mark}")
    assert look(tmp_path, repo).added == ["guide/a.md"]
    assert not mark.exists()


def test_links_within_a_repository_lead_nowhere(tmp_path: Path, repo: Repo) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nNobody may read this.\n")
    os.symlink(tmp_path / "secret.md", repo.path / "link.md")
    os.symlink(tmp_path, repo.path / "folder")
    repo.commit(a_md="# A\n\nOne.\n")
    look(tmp_path, repo)
    assert "Nobody may read this" not in "".join(texts(tmp_path).values())


def test_a_repository_that_cannot_be_had_is_one_sentence_and_all_stays(tmp_path: Path, repo: Repo) -> None:
    repo.commit(a_md="# A\n\nOne.\n")
    look(tmp_path, repo)
    assert "git says" in str(look(tmp_path, repo, branch="none").problems[0][1])
    shutil.move(repo.path, tmp_path / "gone")
    ((_, reason),) = look(tmp_path, repo).problems
    assert "git says" in str(reason)
    assert "\n" not in str(reason)
    assert list(texts(tmp_path)) == ["guide/a.md"]


def test_a_repository_without_documents_there_takes_nothing_out(tmp_path: Path, repo: Repo) -> None:
    repo.commit(a_md="# A\n\nOne.\n")
    look(tmp_path, repo)
    repo.commit(a_md=None, code_py="print()\n")
    assert str(look(tmp_path, repo).problems[0][1]) == "The repository holds no documents there."
    assert list(texts(tmp_path)) == ["guide/a.md"]


def test_a_repository_that_takes_too_long_or_too_much_is_ended(tmp_path: Path, repo: Repo) -> None:
    repo.commit(a_md="# A\n\nOne.\n", b_md="# B\n\nTwo.\n")
    assert "20000 documents" not in str(look(tmp_path, repo).problems)
    assert "more than 1 documents" in str(look(tmp_path, repo, GitLimits(files=1)).problems[0][1])
    assert "larger than 0 MB" in str(look(tmp_path, repo, GitLimits(document=3)).problems[0][1])


def test_git_that_does_not_end_is_killed_with_its_children(
    tmp_path: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the place of a server that sends a byte now and then."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {tmp_path}/child\nwait\n")
    (folder / "git").chmod(0o755)
    repo.commit(a_md="# A\n\nOne.\n")
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    ((_, reason),) = look(tmp_path, repo, GitLimits(seconds=0.5)).problems
    assert "took longer than" in str(reason)
    child = int((tmp_path / "child").read_text())
    until = time.monotonic() + 20
    # It was sent the signal; on a busy machine it takes a moment to end.
    while _runs(child) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _runs(child)


def _runs(process: int) -> bool:
    """Whether a process is there, and is more than what waits to be forgotten."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_git_that_fills_the_disk_is_killed(tmp_path: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text("#!/bin/sh\nhead -c 3000000 /dev/zero > big\nsleep 600\n")
    (folder / "git").chmod(0o755)
    repo.commit(a_md="# A\n\nOne.\n")
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    ((_, reason),) = look(tmp_path, repo, GitLimits(size=1_000_000)).problems
    assert "is too large" in str(reason)
    assert not (tmp_path / "data" / "sources" / "guide.git-tree").exists()


def test_two_looks_at_once_are_one(tmp_path: Path, repo: Repo) -> None:
    repo.commit(a_md="# A\n\nOne.\n")
    (tmp_path / "corpus").mkdir()
    source = Source("guide", Form.GIT, (f"file://{repo.path}",))
    refresher = Refresher((source,), {"": tmp_path / "corpus"}, tmp_path / "data")
    with refresher._alone(), pytest.raises(SourceError, match="already"):
        refresher.look((source,))
    assert refresher.look((source,))[0].added


def test_a_collection_that_is_not_declared_is_named(tmp_path: Path, repo: Repo) -> None:
    source = Source("guide", Form.GIT, (f"file://{repo.path}",), collection="laws")
    with pytest.raises(SourceError, match=r"\[guide\]: there is no collection 'laws'"):
        Refresher((source,), {"": tmp_path}, tmp_path)
