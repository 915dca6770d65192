"""For all tests: examples that hypothesis makes up are not judged by how long a busy machine takes for them."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.object_store import S3Server
    from tests.postgres import Server

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def postgres_server() -> "Iterator[Server]":
    """One PostgreSQL for the whole run, where there is one; each test gets an empty place in it."""
    pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")
    from tests import postgres

    if reason := postgres.missing():
        if os.environ.get(postgres.NEEDED):
            pytest.fail(reason)
        pytest.skip(f"No PostgreSQL here: {reason}")
    with postgres.running() as server:
        yield server


@pytest.fixture(scope="session")
def s3_server() -> "Iterator[S3Server]":
    """One S3 server for the whole run, where there is one; each test gets an empty bucket in it."""
    from tests import object_store

    if reason := object_store.missing():
        if os.environ.get(object_store.NEEDED):
            pytest.fail(reason)
        pytest.skip(f"No object store here: {reason}")
    with object_store.running() as server:
        yield server
