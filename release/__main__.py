"""`python -m release DIST`: writes the bill of materials, checksums and provenance beside what was built there."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from release.provenance import checksums, statement
from release.sbom import sbom


def main(folder: Path) -> None:
    # The time of the commit, so that a second build of it says the same.
    timestamp = datetime.fromtimestamp(int(_git("log", "-1", "--format=%ct")), UTC).isoformat(timespec="seconds")
    _write(folder / "sbom.cdx.json", sbom(timestamp))
    files = sorted(path for path in folder.iterdir() if path.suffix in (".whl", ".gz", ".json"))
    clean = not _git("status", "--porcelain")
    _write(
        folder / "provenance.json",
        statement(files, commit=_git("rev-parse", "HEAD"), clean=clean, timestamp=timestamp),
    )
    (folder / "SHA256SUMS").write_text(checksums([*files, folder / "provenance.json"]), encoding="ascii")


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
