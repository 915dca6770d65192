"""A headless Chromium driven over its own protocol: opens a page, runs a line of script in it, takes a picture."""

import asyncio
import base64
import contextlib
import itertools
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import websockets

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LOOKS, PAUSE = 1000, 0.01
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0"),
    *("--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    "--disable-sync",
)
AXE = "axe.run().then(({violations}) => violations.map(one => [one.id, one.nodes.map(node => node.html)]))"


class NavigatedError(Exception):
    """The page went to another one while it was asked."""


class Tab:
    """One page of the browser."""

    def __init__(self, socket: websockets.ClientConnection, session: str) -> None:
        self._socket, self._session = socket, session
        self._numbers = itertools.count(100)

    async def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters, "sessionId": self._session}
        await self._socket.send(json.dumps(message))
        while True:
            reply = json.loads(await self._socket.recv())
            if reply.get("id") == number:
                if "navigated" in reply.get("error", {}).get("message", ""):
                    raise NavigatedError
                assert "error" not in reply, reply
                return dict(reply["result"])

    async def run(self, script: str) -> Any:
        """The value of an expression; a promise is waited for."""
        result = await self.command("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    async def until(self, script: str) -> Any:
        """Waits until the expression is true, and returns it."""
        # Asked from here: a promise within the page would be lost when it goes to another one.
        for _ in range(LOOKS):
            with contextlib.suppress(NavigatedError):
                if value := await self.run(f"(value => value instanceof Node || value)({script})"):
                    return value
            await asyncio.sleep(PAUSE)
        raise AssertionError(f"never true: {script}")

    async def open(self, url: str) -> None:
        await self.command("Page.navigate", url=url)
        await self.until(f"location.href.startsWith({url!r}) && document.readyState === 'complete'")

    async def look(self, width: int, height: int, *, dark: bool = False, script: bool = True) -> None:
        """How large the window is, whether the person likes it dark, and whether scripts run."""
        phone = width < 600
        size = {"width": width, "height": height, "deviceScaleFactor": 2 if phone else 1, "mobile": phone}
        await self.command("Emulation.setDeviceMetricsOverride", **size)
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.command("Emulation.setEmulatedMedia", features=[feature])
        await self.command("Emulation.setScriptExecutionDisabled", value=not script)

    async def press(self, key: str) -> None:
        more = {"text": "\r", "windowsVirtualKeyCode": 13} if key == "Enter" else {}
        more |= {"windowsVirtualKeyCode": 9} if key == "Tab" else {}
        await self.command("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, **more)
        await self.command("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)

    async def write(self, text: str) -> None:
        await self.command("Input.insertText", text=text)

    async def findings(self) -> Any:
        """What axe-core has to say against the page: contrast, names, order of headings, landmarks."""
        await self.run(await asyncio.to_thread((files("axe_core_python") / "axe.min.js").read_text, "utf-8"))
        return await self.run(AXE)

    async def picture(self, path: Path) -> None:
        shot = await self.command("Page.captureScreenshot")
        await asyncio.to_thread(path.write_bytes, base64.b64decode(shot["data"]))


@contextlib.asynccontextmanager
async def browsing() -> AsyncIterator[Tab]:
    """A fresh browser with one empty page."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            CHROMIUM, *FLAGS, f"--user-data-dir={profile}", stderr=asyncio.subprocess.PIPE
        )
        try:
            async with websockets.connect(await _address(process), max_size=None) as socket:
                yield await _tab(socket)
        finally:
            process.kill()
            await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        if b"DevTools listening on " in line:
            return line.decode().split(" on ")[1].strip()
    raise AssertionError("Chromium ended before it listened")


async def _tab(socket: websockets.ClientConnection) -> Tab:
    async def ask(number: int, method: str, **parameters: Any) -> dict[str, Any]:
        await socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while (reply := json.loads(await socket.recv())).get("id") != number:
            pass
        return dict(reply["result"])

    target = await ask(1, "Target.createTarget", url="about:blank")
    attached = await ask(2, "Target.attachToTarget", targetId=target["targetId"], flatten=True)
    return Tab(socket, attached["sessionId"])
