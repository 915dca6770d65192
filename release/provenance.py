"""Checksums of what was built, and a statement of what it was built from, in the form of in-toto and SLSA.

The statement is not signed: it says what happened, and whoever builds the same commit can compare.
"""

import hashlib
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

TOOLS = ("build", "packaging")


def checksums(files: list[Path]) -> str:
    """Lines for `sha256sum --check`."""
    return "".join(f"{_sha256(path)}  {path.name}\n" for path in files)


def installed(name: str) -> str:
    """The version of an installed distribution, empty where it is not installed: tests make no release."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def statement(files: list[Path], *, commit: str, clean: bool, timestamp: str) -> dict[str, Any]:
    """`commit` is the source; `clean` says whether nothing else was in the folder."""
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": path.name, "digest": {"sha256": _sha256(path)}} for path in files],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "make release",
                "externalParameters": {"clean": clean},
                "resolvedDependencies": [{"name": "source", "digest": {"gitCommit": commit}}],
            },
            "runDetails": {
                "builder": {
                    "id": "make release",
                    "version": {
                        "python": platform.python_version(),
                        **{name: version for name in TOOLS if (version := installed(name))},
                    },
                },
                "metadata": {"startedOn": timestamp},
            },
        },
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
