"""What goes out with a wheel: it names what runs, what is inside, and what it was built from."""

import hashlib
import json
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from bot.cli.sampling import FOLDER
from release.provenance import checksums, statement
from release.sbom import DATA, sbom

ROOT = Path(__file__).parents[2]
WHEN = "2026-11-27T04:12:00+00:00"


def pinned(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    found = (re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", line) for line in lines)
    return {re.sub(r"[-_.]+", "-", match[1]).lower(): match[2] for match in found if match}


def test_the_bill_names_every_dependency_with_its_licence_and_what_it_needs() -> None:
    bill = sbom(WHEN)
    assert bill == sbom(WHEN)
    components = {one["bom-ref"]: one for one in bill["components"]}
    named = {one["purl"].partition("@")[0].removeprefix("pkg:pypi/") for one in components.values() if "purl" in one}
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert {re.sub(r"[-_.]+", "-", Requirement(one).name).lower() for one in declared} <= named
    assert all(one["licenses"] for one in components.values())
    telegram = next(one for one in components.values() if one["name"] == "python-telegram-bot")
    assert telegram["licenses"] == [{"expression": "LGPL-3.0-only"}]
    refs = {bill["metadata"]["component"]["bom-ref"], *components}
    assert {ref for edge in bill["dependencies"] for ref in (edge["ref"], *edge["dependsOn"])} <= refs
    assert "torch" not in named
    json.dumps(bill)


def test_the_bill_names_the_weights_and_their_share_alike_licence() -> None:
    listed = {one["bom-ref"]: one["licenses"] for one in sbom(WHEN)["components"]}
    for _, _, folder, licence in DATA:
        assert (ROOT / folder).is_dir()
        assert "CC-BY-SA-4.0" in licence
        assert listed[folder] == [{"expression": licence}]
    models = {path.name for path in (ROOT / "index/encoders/models").iterdir() if path.is_dir()}
    assert models - {"__pycache__"} == {name for name, kind, *_ in DATA if kind == "machine-learning-model"}


def test_the_wheel_holds_the_sample_that_the_command_looks_for() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"] == {"corpus": f"bot/{FOLDER}"}
    assert list((ROOT / "corpus").glob("*.md"))


def test_checksums_and_provenance_are_of_the_files(tmp_path: Path) -> None:
    wheel = tmp_path / "x-1.whl"
    wheel.write_bytes(b"wheel")
    digest = hashlib.sha256(b"wheel").hexdigest()
    assert checksums([wheel]) == f"{digest}  x-1.whl\n"
    told = statement([wheel], commit="abc", clean=True, timestamp=WHEN)
    assert told["subject"] == [{"name": "x-1.whl", "digest": {"sha256": digest}}]
    assert told["predicate"]["buildDefinition"]["resolvedDependencies"][0]["digest"] == {"gitCommit": "abc"}


def test_what_is_locked_with_hashes_is_what_is_tested() -> None:
    """`make lock` brings both together again."""
    locked, tested = pinned("requirements.lock"), pinned("constraints.txt")
    assert {name: tested.get(name, version) for name, version in locked.items()} == locked
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert {re.sub(r"[-_.]+", "-", Requirement(one).name).lower() for one in declared} <= set(locked)
    lines = (ROOT / "requirements.lock").read_text("utf-8")
    assert lines.count("--hash=sha256:") > 2 * len(locked)


def test_the_licence_of_the_distribution_names_the_weights() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "Apache-2.0 AND CC-BY-SA-4.0"
    notice = (ROOT / "NOTICE").read_text("utf-8")
    assert "LGPL-3.0-only" in notice
    assert "CC-BY-SA-4.0" in notice
