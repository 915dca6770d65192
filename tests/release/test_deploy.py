"""The files in `deploy/` are of one piece. No container is built or run here, and nothing applied to a cluster."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.objects.address import Address
from bot.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = ("compose.yaml", "replicas.compose.yaml")
KUBERNETES = ("kubernetes.yaml", "replicas.kubernetes.yaml")
SETTINGS = {name.upper() for name in Settings.model_fields}
API = {
    "PersistentVolumeClaim": "v1",
    "Service": "v1",
    "Deployment": "apps/v1",
    "PodDisruptionBudget": "policy/v1",
}


def loaded(name: str) -> list[Any]:
    return list(yaml.safe_load_all((DEPLOY / name).read_text("utf-8")))


def ours(name: str) -> dict[str, dict[str, Any]]:
    """The services of a compose file that are Verbatim."""
    services = loaded(name)[0]["services"]
    return {key: one for key, one in services.items() if "build" in one}


def test_every_file_is_looked_at() -> None:
    assert {path.name for path in DEPLOY.glob("*.yaml")} == {*COMPOSE, *KUBERNETES}


@pytest.mark.parametrize("name", COMPOSE)
def test_a_compose_file_names_only_what_it_has(name: str) -> None:
    (content,) = loaded(name)
    services = content["services"]
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        named = {volume.partition(":")[0] for volume in service.get("volumes", ())}
        assert {volume for volume in named if not volume.startswith(".")} <= set(content["volumes"])
        assert {one["source"] for one in service.get("configs", ())} <= set(content.get("configs", ()))
    assert all((DEPLOY / one["build"]["context"] / one["build"]["dockerfile"]).is_file() for one in ours(name).values())


@pytest.mark.parametrize("name", COMPOSE)
def test_a_compose_file_sets_what_there_is_and_publishes_to_this_machine_only(name: str) -> None:
    (content,) = loaded(name)
    for service in ours(name).values():
        assert set(service["environment"]) <= SETTINGS
        Settings(_env_file=None, **{key.lower(): value for key, value in service["environment"].items()})
    ports = [port for service in content["services"].values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_replicas_share_a_database_and_a_store_that_stand_beside_them_and_no_disk() -> None:
    (content,) = loaded("replicas.compose.yaml")
    services = content["services"]
    one, two = services["one"], services["two"]
    assert one["environment"] == two["environment"]
    assert not set(one["volumes"]) & set(two["volumes"])
    database, objects = services["database"]["environment"], services["objects"]["environment"]
    given = one["environment"]
    account = f"{database['POSTGRES_USER']}:{database['POSTGRES_PASSWORD']}"
    assert given["DATABASE_URL"] == f"postgresql://{account}@database:5432/{database['POSTGRES_DB']}"
    address = Address(given["OBJECTS_URL"])
    assert (address.key, address.secret) == (objects["MINIO_ROOT_USER"], objects["MINIO_ROOT_PASSWORD"])
    assert address.endpoint == "http://objects:9000"
    assert f"store/{address.bucket}" in services["bucket"]["command"][0]
    front = content["configs"]["front"]["content"]
    assert "one:8080 two:8080" in front


@pytest.mark.parametrize("name", KUBERNETES)
def test_a_manifest_is_whole(name: str) -> None:
    found = loaded(name)
    assert all(one["apiVersion"] == API[one["kind"]] and one["metadata"]["name"] == "verbatim" for one in found)
    deployment = next(one for one in found if one["kind"] == "Deployment")
    template = deployment["spec"]["template"]
    labels = template["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    for one in found:
        selector = one["spec"].get("selector", labels)
        assert selector.get("matchLabels", selector) == labels
    (container,) = template["spec"]["containers"]
    assert {one["name"] for one in container["env"]} <= SETTINGS
    volumes = {one["name"] for one in template["spec"]["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes
    ports = {port["name"] for port in container["ports"]}
    probes = [container[f"{kind}Probe"] for kind in ("startup", "readiness", "liveness")]
    assert {(probe.get("httpGet") or probe["tcpSocket"])["port"] for probe in probes} <= ports
    # Who waits for a database is not ready, and no reason to start it again.
    assert [probe.get("httpGet", {}).get("path") for probe in probes[1:]] == ["/healthz", "/livez"]
    service = next(one for one in found if one["kind"] == "Service")
    assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


def test_replicas_in_a_cluster_keep_nothing_of_their_own() -> None:
    deployment = loaded("replicas.kubernetes.yaml")[0]
    assert deployment["spec"]["replicas"] > 1
    assert all("emptyDir" in volume for volume in deployment["spec"]["template"]["spec"]["volumes"])
    assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_the_image_installs_the_extras_that_replicas_need() -> None:
    containerfile = (DEPLOY / "Containerfile").read_text("utf-8")
    assert "ARG EXTRAS" in containerfile
    assert '"verbatim-bot[$EXTRAS]"' in containerfile
    assert all(one["build"]["args"]["EXTRAS"] == "postgres,s3" for one in ours("replicas.compose.yaml").values())
