"""``python -m tests.demo_recap``: the picture of the demo's recap in the README, on two phones.

The recap is the last that the demo sends, as a phone shows it, light and dark.  Needs Chromium.
"""

from __future__ import annotations

import asyncio
import base64
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.demo_matrix.png import shrink
from tests.servers.browser import Page, open_browser
from tests.servers.presence import is_present

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "recap.png"
WIDTH, HEIGHT, SCALE = 390, 980, 2  # of a phone in CSS pixels, and how many of the picture for each
SECOND = "Agenda"  # the heading at which the second phone begins
_FRAME = """<!doctype html><html lang="fr"><body style="margin:0;background:#fff"><div
style="display:flex;gap:28px;padding:14px">{phones}</div></body></html>"""
_PHONE = (
    '<img alt="" src="data:image/png;base64,{data}" style="width:{width}px;height:{height}px;'
    'border-radius:22px;box-shadow:0 0 0 6px #2a2622">'
)


def main() -> int:
    """Play the demo, and photograph what it sends."""
    if not is_present("chromium"):
        print("Chromium n'est pas installé : sh tests/servers/install.sh dit pourquoi.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        demo = [Path(sys.executable).with_name("navette"), "demo", "--no-wait", "--folder", f"{folder}/demo"]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
        *_, last = sorted(Path(folder, "demo", "pages").glob("recap-*.html"))
        PICTURE.write_bytes(shrink(asyncio.run(_photograph(last.read_text("utf-8")))))
    print(f"{PICTURE.name}: {PICTURE.stat().st_size // 1000} kB")
    return 0


async def _photograph(html: str) -> bytes:
    async with open_browser() as page:
        phones = "".join([await _phone(page, html, dark=dark) for dark in (False, True)])
        width = 2 * WIDTH + 28 + 2 * 14
        await page.show(_FRAME.format(phones=phones), width)
        await page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")
        return await page.picture(width, SCALE)


async def _phone(page: Page, html: str, *, dark: bool) -> str:
    """The light phone shows the beginning, the dark one from the heading SECOND on."""
    await page.show(html, WIDTH, HEIGHT, dark=dark)
    await page.measure(WIDTH, HEIGHT, SCALE)
    if dark:
        heading = f"[...document.querySelectorAll('h2')].find((one) => one.textContent === '{SECOND}')"
        await page.evaluate(f"window.scrollTo(0, {heading}.getBoundingClientRect().top - 16)")
    data = base64.b64encode(await page.window()).decode()
    return _PHONE.format(data=data, width=WIDTH, height=HEIGHT)


if __name__ == "__main__":
    sys.exit(main())
