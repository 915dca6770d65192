"""The HTTP interface does what its OpenAPI description says, and nothing else: held to it by schemathesis."""

import pytest

from tests.check_api import check, program


@pytest.mark.skipif(program() is None, reason="schemathesis is not installed: `make check-api` runs it without")
async def test_schemathesis_finds_nothing() -> None:
    path = program()
    assert path is not None
    code, said = await check(path, seconds=15)
    assert code == 0, said
