"""The page as a person sees it: opened in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
HOSTILE = ["<script>document.title='taken'</script>", "\"quoted\" & 'more'", "<img src=http://example.org/a.png>"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed, and the page is tested in it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser):
    """Open a page at a width, and see to it that it asks for nothing and complains of nothing."""
    pages = []

    def open_page(path: Path, width: int = 1280) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 900})
        requests, complaints = [], []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri(), wait_until="load")
        pages.append((page, path, requests, complaints))
        return page

    yield open_page
    for page, path, requests, complaints in pages:
        page.close()
        assert set(requests) == {path.as_uri()}
        assert complaints == []


def test_single_label(run_files, opened):
    labels = np.eye(3)[[0, 1, 2, 0, 1, 2]]
    wrong_once = labels[[0, 1, 1, 3, 4, 5]]
    run_files.name = "emo<b>&$x^{"
    run_files.solution(labels, HOSTILE)
    for number, matrix in enumerate([labels[::-1], np.full_like(labels, np.nan), wrong_once]):
        run_files.predict(number, matrix)
    run_files.start([1.5, 20.0, 40.0])
    run_files.end(success=0, reason="raised <i>ValueError</i>: no")
    outcome = run_files.score()
    assert outcome.exit_code == 0

    page = opened(outcome.folder / "detailed_results.html")

    alc = f"{outcome.scores['score']:.4f}"
    assert page.title() == f"emo<b>&$x^{{ · ALC {alc}, failed"
    assert page.locator("h1").inner_text() == "emo<b>&$x^{"
    assert page.locator(".status").inner_text() == "failed: raised <i>ValueError</i>: no"
    assert page.locator("dl.figures dd").all_inner_texts() == [alc, "0.7500", "83.3%", "2 of 3", "1.50 s", "2 min"]
    assert page.locator(".predictions tbody tr").count() == 3
    assert page.locator(".predictions tbody tr").nth(1).inner_text().split("\t") == ["1", "20.00", "not valid"]
    assert page.locator(".classes tbody th").all_inner_texts() == HOSTILE
    cells = [row.locator("td").all_inner_texts() for row in page.locator(".confusion tbody tr").all()]
    assert cells == [["2", "", ""], ["", "2", ""], ["", "1", "1"]]
    assert page.locator(".warnings li").count() == 1
    assert page.locator("svg.curve circle").count() == 2
    assert page.evaluate("document.scripts.length + document.images.length") == 0
    assert page.locator("table th:not([scope])").count() == 0


def test_several_labels(run_files, opened):
    labels = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]])
    run_files.finished(labels, [np.array([[0.9, 0.4, 0.1], [0.1, 0.9, 0.2], [0.6, 0.1, 0.8], [0.2, 0.1, 0.3]])], [3.0])
    outcome = run_files.score()

    page = opened(outcome.folder / "detailed_results.html")

    assert page.locator(".confusion").count() == 0
    rows = [row.locator("th, td.number").all_inner_texts() for row in page.locator(".classes tbody tr").all()]
    assert rows[0] == ["class 0", "1", "1.0000", "0.50", "1.00", "0.67"]
    assert page.locator("dl.figures dt").nth(2).inner_text() == "Subset accuracy at 0.5"
    assert page.locator("dl.figures dd").nth(2).inner_text() == "50.0%"


def test_hundred_classes_and_two_hundred_predictions_fit_the_window(run_files, opened):
    rng = np.random.default_rng(1)
    labels = np.eye(100)[np.arange(200) % 100]
    matrices = [labels * number / 100 + rng.random(labels.shape).round(3) for number in range(200)]
    run_files.finished(labels, matrices, list(np.geomspace(1, 110, 200)))
    outcome = run_files.score()

    for width in (390, 1280):
        page = opened(outcome.folder / "detailed_results.html", width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".predictions tbody tr").count() == 200
    assert page.locator(".confusion tbody td").count() == 100 * 100
    assert page.locator("svg.curve circle").count() == 200
