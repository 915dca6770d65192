"""What the tests of several ways into WeCom share."""

from collections.abc import AsyncIterator

import pytest

from tests.wecom_platform import Platform, listening


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    platform = Platform()
    async with listening(platform.app()) as url:
        platform.url = url
        yield platform
    assert platform.wrong == []
