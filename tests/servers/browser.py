"""A real browser without a window: Chromium, asked by its DevTools protocol over a WebSocket.

Source: chromedevtools.github.io/devtools-protocol (domains Target, Page, Emulation, Runtime).
"""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

_PROGRAM = "/usr/bin/chromium"
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--remote-debugging-port=0",
    "about:blank",
)
_PATIENCE = 30  # seconds for the browser to start, and for each answer
_LARGEST = 64_000_000  # bytes of one answer: pictures of long pages
_PORT = "DevToolsActivePort"  # the file in which the browser tells where it listens


@dataclass
class Page:
    """One page of the browser."""

    _socket: aiohttp.ClientWebSocketResponse
    _session: str
    _number: int = field(default=0, repr=False)

    async def show(self, html: str, width: int, height: int = 800, *, dark: bool = False) -> None:
        """Show a page in a window so wide (CSS pixels), for a reader who wants it light or dark."""
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        await self.ask("Emulation.setEmulatedMedia", features=scheme)
        await self.measure(width, height)
        tree = await self.ask("Page.getFrameTree")
        await self.ask("Page.setDocumentContent", frameId=tree["frameTree"]["frame"]["id"], html=html)

    async def measure(self, width: int, height: int, scale: float = 1) -> None:
        """Make the window so large; ``scale``: pixels of a picture for each CSS pixel."""
        mobile = width < 500
        await self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=mobile,
        )

    async def evaluate(self, script: str) -> Any:
        """The value of an expression in the page, as JSON has it.  AssertionError if it failed."""
        answer = await self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def picture(self, width: int, scale: float = 1) -> bytes:
        """All of the page as a PNG."""
        height = int(await self.evaluate("document.documentElement.scrollHeight"))
        await self.measure(width, height, scale)
        return await self.window()

    async def window(self) -> bytes:
        """What the window shows as a PNG."""
        answer = await self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=False)
        return base64.b64decode(answer["data"])

    async def ask(self, method: str, **values: Any) -> Any:
        """One request of the protocol, and its answer.  AssertionError if it was refused."""
        self._number += 1
        request = {"id": self._number, "method": method, "params": values}
        if self._session:
            request["sessionId"] = self._session
        await self._socket.send_json(request)
        async with asyncio.timeout(_PATIENCE):
            while True:
                answer = json.loads((await self._socket.receive()).data)
                if answer.get("id") == self._number:
                    assert "error" not in answer, (method, answer["error"])
                    return answer["result"]


@asynccontextmanager
async def open_browser() -> AsyncIterator[Page]:
    """A browser with one page; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="navette-browser-"))
    process = await asyncio.create_subprocess_exec(
        _PROGRAM,
        f"--user-data-dir={folder}",
        *_OPTIONS,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        where = await _where(folder / _PORT, process)
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(where, max_msg_size=_LARGEST) as socket,
        ):
            browser = Page(socket, "")
            target = await browser.ask("Target.createTarget", url="about:blank")
            attached = await browser.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
            # Numbers go on, since both speak over one socket.
            page = Page(socket, attached["sessionId"], browser._number)
            await page.ask("Page.enable")
            yield page
            await Page(socket, "", page._number).ask("Browser.close")
            await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        shutil.rmtree(folder, ignore_errors=True)


async def _where(file: Path, process: asyncio.subprocess.Process) -> str:
    """The address of the WebSocket, once the browser wrote it down."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            assert process.returncode is None, f"Chromium ended with {process.returncode}"
            port, _, path = _written(file).partition("\n")
            if path:
                return f"ws://127.0.0.1:{port}{path.strip()}"
            await asyncio.sleep(0.02)


def _written(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""
