"""The page as a person meets it: in a real browser, by eye, by keyboard and by ear."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from record_parts import judged_clips, tone

from autospeech.report.page import write_report

CHROMIUM = Path("/usr/bin/chromium")
FIT_TABS = ["Mistakes", "Classes", "Calibration", "Learning", "Data", "Repeat it"]
RUN_TABS = ["Learning", "Classes", "Calibration", "Mistakes", "Data", "Repeat it"]

# The lowest contrast of text against what is behind it, and where, by the formulas of WCAG 2.2.
CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const paint = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim(), on = walk.currentNode.parentElement;
    if (!text || !on.checkVisibility() ||
      on.closest("script, style, title, .unseen, .skip, .within, .badge")) continue;
    let behind = on;
    while (behind && paint(getComputedStyle(behind).backgroundColor)[3] < 255) behind = behind.parentElement;
    const style = getComputedStyle(on);
    const ink = on.closest("svg") ? style.fill : style.color, paper = getComputedStyle(behind).backgroundColor;
    const [a, b] = [paint(ink), paint(paper)].map(light).sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), text.slice(0, 40), on.className.baseVal ?? on.className]);
  }
  return found.sort((x, y) => x[0] - y[0])[0];
}"""

READY = """() => Promise.all([...document.querySelectorAll("audio")].map((one) => one.readyState > 0 ? 0
  : new Promise((done) => one.addEventListener("loadedmetadata", done))))"""
PLAY = """async () => {
  const one = document.querySelector("audio");
  one.muted = true;
  await one.play();
  while (one.currentTime < 0.2) await new Promise((done) => requestAnimationFrame(done));
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed, and the page is tested in it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page, and see to it that it asks for nothing and complains of nothing."""
    contexts, requests, complaints = [], [], []

    def open_page(path: Path, width: int = 1280, place: str = "", **settings) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri() + place, wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert requests and all(url.startswith(("file:", "data:")) for url in requests)
    assert len([url for url in requests if url.startswith("file:")]) == len(contexts)
    assert complaints == []


@pytest.fixture
def written(make_record, tmp_path) -> Path:
    return write_report(make_record(), tmp_path, tone)


@pytest.fixture
def written_run(make_record, tmp_path) -> Path:
    return write_report(make_record(kind="run"), tmp_path, tone)


def chosen(page: Page) -> str:
    (name,) = [tab.inner_text() for tab in page.get_by_role("tab", selected=True).all()]
    (panel,) = [panel for panel in page.locator(".panel").all() if panel.is_visible()]
    assert page.get_by_role("tab", selected=True).get_attribute("aria-controls") == panel.get_attribute("id")
    return re.sub(r"\s*\d*$", "", name)


def test_curve_and_the_toggle_of_its_axis_by_keyboard(written_run, opened):
    page = opened(written_run)
    assert page.title() == f"bells · run, ALC {page.locator('.first dd').first.inner_text()}"
    assert page.locator("html").get_attribute("lang") == "en"
    curves = page.locator("svg.chart:has(.line)")

    def visible() -> list[str]:
        return [
            re.findall(r"on-(\w+)", svg.get_attribute("class") or "")[0] for svg in curves.all() if svg.is_visible()
        ]

    assert visible() == ["log"]
    path = page.locator("svg.on-log.wide .line")
    assert path.bounding_box()["width"] > 300 and path.bounding_box()["height"] > 100
    assert page.locator("svg.on-log.wide .point").count() == 3
    assert page.locator("svg.on-log.wide .badge").count() == 6
    assert page.locator("svg.on-log.wide .band:visible").count() == 3
    page.get_by_label("Logarithmic").focus()
    page.keyboard.press("ArrowRight")
    assert visible() == ["real"] and page.get_by_label("Real").is_checked()
    page.keyboard.press("ArrowRight")
    assert visible() == ["alc"] and page.locator("svg.on-alc.wide .area").is_visible()
    page.locator("label[for=axis-log]").click()
    assert visible() == ["log"]
    assert page.locator("table.steps tbody tr").count() == 6


@pytest.mark.parametrize("width", [1200, 400])
def test_a_fit_leads_with_accuracy_and_mistakes(make_record, tmp_path, opened, width):
    page = opened(write_report(make_record(doubts=("each speaker has one class",)), tmp_path, tone), width)
    assert page.title() == f"bells · fit, accuracy {page.locator('.first dd').first.inner_text()}"
    assert page.locator("dt").all_inner_texts()[:3] == ["Accuracy", "Mistakes", "NAUC"]
    heights = [page.locator(place).first.bounding_box()["y"] for place in (".first", ".doubts", "audio")]
    assert heights == sorted(heights)
    assert chosen(page) == "Mistakes"
    page.get_by_role("tab", name="Learning").click()
    shown = "wide" if width > 700 else "narrow"
    assert page.locator(f"svg.on-real.{shown} .line").is_visible() and page.locator("svg.chart:visible").count() == 2
    assert page.locator(".axes").count() == 0 and "ALC" not in page.locator("body").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("kind", ["fit", "run"])
def test_tabs_by_keyboard(make_record, tmp_path, opened, kind):
    page = opened(write_report(make_record(kind=kind), tmp_path, tone))
    names = FIT_TABS if kind == "fit" else RUN_TABS
    tabs = page.get_by_role("tab")
    assert [re.sub(r"\s*\d*$", "", name) for name in tabs.all_inner_texts()] == names
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == f"tab-{names[0].lower()}"
    seen = [chosen(page)]
    for key in ["ArrowRight", "ArrowRight", "End", "ArrowRight", "ArrowLeft", "Home"]:
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.getAttribute('aria-selected')") == "true"
        seen.append(chosen(page))
    assert seen == [*names[:3], names[-1], names[0], names[-1], names[0]]
    assert page.locator("[role=tab][tabindex='0']").count() == 1
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Tab")
    if kind == "run":
        assert page.evaluate("document.activeElement.id") == "axis-log"
    else:
        assert page.evaluate("document.activeElement.tagName") == "AUDIO"


def test_a_link_opens_its_tab(written, opened):
    page = opened(written, place="#calibration")
    assert chosen(page) == "Calibration"
    assert page.locator("svg.reliability").is_visible()
    page.evaluate("location.hash = 'steps'")
    expect(page.locator("#steps")).to_be_in_viewport()
    assert chosen(page) == "Learning"


def test_mistakes_can_be_heard(written, opened):
    page = opened(written, place="#mistakes")
    assert page.locator("audio").count() == 12
    # Not by Playwright's own waiting, which evaluates text, as the page's policy forbids.
    page.evaluate(READY)
    assert page.evaluate("[...document.querySelectorAll('audio')].every((one) => one.readyState > 0 && !one.error)")
    assert page.evaluate("[...document.querySelectorAll('audio')].map((one) => one.duration)") == [1.5] * 12
    assert page.evaluate("document.querySelector('image').getBoundingClientRect().width") > 200
    page.evaluate(PLAY)
    assert page.locator(".spectrogram.playing").count() == 1
    assert float(page.locator(".playhead").first.get_attribute("x1") or 0) > 34


def test_tables_can_be_sorted(written, opened):
    page = opened(written, place="#classes")
    head = page.locator("table.each thead th").nth(3)
    button = head.get_by_role("button")
    for way, sign in (("descending", -1), ("ascending", 1)):
        button.focus()
        page.keyboard.press("Enter")
        assert head.get_attribute("aria-sort") == way
        values = [float(text) for text in page.locator("table.each tbody td:nth-child(4)").all_inner_texts()]
        assert len(values) == 4 and values == sorted(values, key=lambda value: sign * value)
    page.locator("table.each thead th").nth(0).get_by_role("button").click()
    assert page.locator("table.each tbody th").all_inner_texts() == [f"class {number}" for number in range(4)]
    assert page.locator("table.each thead [aria-sort]").count() == 1


@pytest.mark.parametrize(("multi_label", "scheme"), [(False, "light"), (False, "dark"), (True, "dark")])
def test_text_stands_out_in_both_themes(make_record, tmp_path, opened, scheme, multi_label):
    written = write_report(make_record(12, multi_label=multi_label, doubts=("a doubt",)), tmp_path, tone)
    page = opened(written, color_scheme=scheme)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(243, 245, 249)", "dark": "rgb(13, 18, 26)"}[scheme]
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        contrast, text, place = page.evaluate(CONTRAST)
        assert contrast >= 4.5, f"{contrast:.2f} of {text!r} in {place!r}"


@pytest.mark.parametrize("classes", [2, 60])
def test_it_fits_the_window(make_record, tmp_path, opened, classes):
    names = tuple(f"a rather_long_name_without_any_space_in_it {number}" for number in range(classes))
    written = write_report(make_record(classes, class_names=names, title="x" * 200), tmp_path, tone)
    page = opened(written)
    for width in (320, 400, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        for place in ("learning", "classes", "calibration", "mistakes", "data", "repeat"):
            page.evaluate("place => document.getElementById(`tab-${place}`).click()", place)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, place


def test_without_script_all_sections_stand_one_below_the_other(written_run, opened):
    page = opened(written_run, java_script_enabled=False)
    assert all(panel.is_visible() for panel in page.locator(".panel").all())
    assert page.locator("svg.on-log.wide .line").is_visible()
    page.locator("label[for=axis-real]").click()
    assert (
        page.locator("svg.on-real.wide .line").is_visible() and not page.locator("svg.on-log.wide .line").is_visible()
    )


def test_all_is_printed(written, opened):
    page = opened(written)
    page.emulate_media(media="print")
    assert all(panel.is_visible() for panel in page.locator(".panel").all())
    assert not page.locator("nav").is_visible() and not page.locator("audio").first.is_visible()


def test_a_hostile_label_runs_nothing(make_record, tmp_path, opened):
    names = ("<script>alert(1)</script>", '"><svg onload=alert(2)>', "c", "d")
    clips = tuple(judged_clips(4))
    page = opened(write_report(make_record(class_names=names, judged=clips, title=names[0]), tmp_path, tone))
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    assert page.locator("h1").inner_text() == names[0]
    page.get_by_role("tab", name="Classes").click()
    assert page.locator("table.each tbody th").all_inner_texts() == list(names)
    assert page.evaluate("document.scripts.length") == 1
