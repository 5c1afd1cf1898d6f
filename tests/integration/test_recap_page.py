"""The recap in a real browser, on a phone and on a wide screen, light and dark: a checklist."""

from __future__ import annotations

import asyncio
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.demo_recap import samples
from tests.servers.browser import Page, open_browser
from tests.servers.presence import require

CHECKS = (Path(__file__).parent / "page_checks.js").read_text("utf-8")
WIDTHS = (360, 1_200)
PAGES = {
    "ordinary": lambda: samples.ordinary().composed().html,
    "english": lambda: samples.ordinary().composed(language="en").html,
    "empty": lambda: samples.empty().composed().html,
    "huge": lambda: samples.huge().composed().html,
    "hostile": lambda: samples.hostile().composed().html,
}
SMALL = "<a href='https://a.example/'>a</a>"
STYLE = re.compile(r"<style>.*?</style>", re.S)
# Each breaks one thing of a good page, and the check that must see it.
BROKEN = {
    "overflow": ("</main>", "<pre style='white-space:pre'>" + "x" * 2_000 + "</pre></main>"),
    "links": ("</main>", "<p><a href='/ici'>ici</a></p></main>"),
    "links of nothing": ("</main>", "<p><a href='https://a.example/'></a></p></main>"),
    "links that hide": (
        "</main>",
        "<p><a href='https://a.example/' style='text-decoration:none'>a</a></p></main>",
    ),
    "images": ("</main>", "<img src='data:,' width=30 height=30></main>"),
    "headings": ("<h2>", "<h4>"),
    "headings, two first ones": ("</main>", "<h1>Encore</h1></main>"),
    "contrast": ("color: #5f574b", "color: #cfc8bb"),
    "language": ('lang="fr"', ""),
    "size": ("font-size: 15px", "font-size: 11px"),
    "targets": ("</main>", f"<p style='line-height:12px;font-size:14px'>{SMALL}<br>{SMALL}</p></main>"),
    "alien": ("</main>", "<iframe></iframe></main>"),
}

Wrong = dict[str, list[str]]


async def _look(page: Page, html: str, width: int, *, dark: bool) -> Wrong:
    await page.show(html, width, dark=dark)
    found: Wrong = await page.evaluate(CHECKS)
    return found


async def _look_at_all() -> dict[tuple[str, int, bool], Wrong]:
    """Everything in one browser, since starting one takes longer than all the looks."""
    found = {}
    async with open_browser() as page:
        for name, make in PAGES.items():
            html = make()
            for width in WIDTHS:
                for dark in (False, True):
                    found[name, width, dark] = await _look(page, html, width, dark=dark)
                    plain = STYLE.sub("", html)
                    assert plain != html
                    found[f"{name} without style", width, dark] = await _look(page, plain, width, dark=dark)
        good = PAGES["ordinary"]()
        for name, (old, new) in BROKEN.items():
            assert old in good, name
            found[f"broken: {name}", WIDTHS[0], False] = await _look(
                page, good.replace(old, new), WIDTHS[0], dark=False
            )
    return found


@pytest.fixture(scope="module")
def seen() -> dict[tuple[str, int, bool], Wrong]:
    """What the browser says of each page, at each width, light and dark."""
    require("chromium")
    return asyncio.run(_look_at_all())


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wrong(
    seen: dict[tuple[str, int, bool], Wrong], name: str, width: int, dark: bool
) -> None:
    assert {check: wrong for check, wrong in seen[name, width, dark].items() if wrong} == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_it_is_read_as_well_where_the_style_is_taken_away(
    seen: dict[tuple[str, int, bool], Wrong], name: str, width: int, dark: bool
) -> None:
    """But for the room between links, which is the style's."""
    wrong = seen[f"{name} without style", width, dark]
    assert {check: found for check, found in wrong.items() if found and check != "targets"} == {}


@pytest.mark.parametrize("broken", BROKEN)
def test_each_check_sees_what_it_is_for(seen: dict[tuple[str, int, bool], Wrong], broken: str) -> None:
    check = broken.split(",")[0].split(" ")[0]
    assert seen[f"broken: {broken}", WIDTHS[0], False][check]


class _Words(HTMLParser):
    """The words that a page shows, and where its links go; what a link shows is its address in short."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(dict(attributes)["href"] or "")
        self._hidden += tag in ("a", "style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("a", "style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words += re.findall(r"\w+", data)


@pytest.mark.parametrize("name", ["ordinary", "huge", "hostile", "empty"])
def test_the_text_says_all_that_the_page_says(name: str) -> None:
    told = getattr(samples, name)().composed()
    page = _Words()
    page.feed(told.html)
    said = {word.casefold() for word in re.findall(r"\w+", told.text)}
    assert {word.casefold() for word in page.words} <= said
    for link in page.links:
        shown = link.removeprefix("mailto:").partition("?")[0] if link.startswith("mailto:") else link
        assert shown in told.text
