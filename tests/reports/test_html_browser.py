"""The HTML page in a real browser: no fault that an accessibility checker finds, nothing wider than the screen, no request."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from advisor.reports import html

from .samples import ALL
from .test_site import written

CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
REQUIRED = os.environ.get("WSADVISE_BROWSER") == "require"
playwright = pytest.importorskip("playwright.sync_api") if not REQUIRED else __import__("playwright.sync_api").sync_api
pytestmark = pytest.mark.skipif(CHROMIUM is None and not REQUIRED, reason="no Chromium here")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One browser for all pages."""
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [380, 1200])
@pytest.mark.parametrize("name", ALL)
def test_page(browser: Any, tmp_path: Path, name: str, width: int, scheme: str) -> None:
    """Every sample report, on a phone and on a desk, in the light and in the dark."""
    from axe_playwright_python.sync_playwright import Axe

    file = tmp_path / "report.html"
    file.write_text(html.render(ALL[name]), encoding="utf-8")
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())

    assert [] == [(each["id"], [node["html"] for node in each["nodes"]]) for each in Axe().run(page).response["violations"]]
    assert width == page.evaluate("document.documentElement.scrollWidth")
    assert [file.as_uri()] == asked
    context.close()


def test_table_of_platforms_can_be_searched(browser: Any, tmp_path: Path) -> None:
    """Words and filters narrow the table without a server, and the count is told."""
    for name, text in written().items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    page.fill("#words", "aws balancer")
    found = page.evaluate("[...document.querySelectorAll('#rows tr')].filter(row => !row.hidden).map(row => row.textContent)")

    assert found
    assert [] == [row for row in found if "aws" not in row.lower() or "balancer" not in row.lower()]
    assert page.inner_text("#shown").startswith(f"{len(found)} of ")
    page.fill("#words", "")
    page.select_option("#verdict", "no")
    assert {"no"} == set(
        page.evaluate("[...document.querySelectorAll('#rows tr')].filter(row => !row.hidden).map(row => row.dataset.verdict)")
    )
    page.click("#rows tr:not([hidden]) a")
    assert "/platform/" in page.url


@pytest.mark.parametrize("name", ["index.html", "libraries.html", "platform/nginx.html", "library/socket-io.html"])
def test_site_has_no_fault(browser: Any, tmp_path: Path, name: str) -> None:
    """The accessibility checker finds nothing on the pages of the site, in the dark either."""
    from axe_playwright_python.sync_playwright import Axe

    file = tmp_path / "page.html"
    file.write_text(written()[name], encoding="utf-8")
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme, viewport={"width": 380, "height": 900}, bypass_csp=True)
        page = context.new_page()
        page.goto(file.as_uri())
        assert [] == [(each["id"], [node["html"] for node in each["nodes"]]) for each in Axe().run(page).response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth") == 380
        context.close()
