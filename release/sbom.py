"""A bill of materials in CycloneDX: this program, the distributions it runs on, and the data inside it.

It describes what is installed here, which is what was tested.
"""

import re
import tomllib
import uuid
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

NAME = "verbatim-bot"
PROJECT = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text("utf-8"))["project"]
SPDX = re.compile(r"[A-Za-z0-9.+() -]*(-\d|MIT|ISC|0BSD|Zlib|PSFL)[A-Za-z0-9.+() -]*")
"""What looks like an SPDX expression. Anything else that a distribution calls its licence is given as a name."""
DATA = (
    ("bundled", "machine-learning-model", "index/encoders/models/bundled", "Apache-2.0 AND CC-BY-SA-4.0"),
    ("bundled-fast", "machine-learning-model", "index/encoders/models/bundled-fast", "Apache-2.0 AND CC-BY-SA-4.0"),
    ("reader", "machine-learning-model", "index/encoders/models/reader", "Apache-2.0 AND CC-BY-SA-4.0"),
    ("words", "data", "index/text/words", "Apache-2.0 AND MIT AND CC-BY-SA-4.0"),
)
"""What the wheel holds beside code: name, kind, folder, licence. NOTICE names what each was made from."""


def sbom(timestamp: str) -> dict[str, Any]:
    """The whole document. The same installation at the same `timestamp` (ISO 8601) gives the same one."""
    edges = dict(_closure(NAME))
    root = _library(NAME)
    components = [_library(name) for name in sorted(edges) if name != NAME]
    data = [_data(*entry) for entry in DATA]
    serial = uuid.uuid5(uuid.NAMESPACE_URL, " ".join([timestamp, *(one["bom-ref"] for one in [root, *components])]))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"timestamp": timestamp, "component": {**root, "type": "application"}},
        "components": [*components, *data],
        "dependencies": [
            {"ref": _purl(name), "dependsOn": [_purl(other) for other in sorted(others)]}
            for name, others in sorted(edges.items())
        ],
    }


def _closure(name: str) -> Iterator[tuple[str, list[str]]]:
    """Every distribution that `name` needs to run here, itself among them, and what each needs."""
    seen, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        told = PROJECT["dependencies"] if one == NAME else metadata.requires(one) or ()
        needs = [_normal(need.name) for need in map(Requirement, told) if _applies(need)]
        waiting += needs
        yield one, sorted(set(needs))


def _applies(need: Requirement) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": ""})


def _library(name: str) -> dict[str, Any]:
    found = metadata.metadata(name)
    purl = _purl(name)
    return {
        "type": "library",
        "bom-ref": purl,
        "name": found["Name"],
        "version": found["Version"],
        "purl": purl,
        "licenses": [_licence(found)],
    }


def _data(name: str, kind: str, folder: str, licence: str) -> dict[str, Any]:
    return {
        "type": kind,
        "bom-ref": folder,
        "name": f"{NAME}/{name}",
        "licenses": [{"expression": licence}],
        "properties": [{"name": "verbatim:folder", "value": folder}],
    }


def _licence(found: Any) -> dict[str, Any]:
    told = found.get("License-Expression") or (found.get("License") or "").strip().split("\n")[0]
    if SPDX.fullmatch(told) and (" " not in told or " AND " in told or " OR " in told):
        return {"expression": told}
    classified = [line.rpartition(" :: ")[2] for line in found.get_all("Classifier", []) if line.startswith("License")]
    return {"license": {"name": ", ".join(classified) or told or "see the distribution"}}


def _purl(name: str) -> str:
    return f"pkg:pypi/{_normal(name)}@{metadata.version(name)}"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
