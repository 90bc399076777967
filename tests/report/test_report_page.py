"""The page as a file: what is in it, and what is not."""

from __future__ import annotations

import base64
import html
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
import soundfile
from record_parts import judged_clips, tone

from autospeech.report.judged_clip import JudgedClip
from autospeech.report.page import report_page, write_report

HOSTILE = "<script>alert(1)</script>"
QUOTED = "\"><img src=x onerror=alert(2)>'{{ 7 * 7 }}"
VOID = {"meta", "link", "br", "img", "input"}


class Outline(HTMLParser):
    """Elements with their attributes, and whether all are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"{tag} closed out of order"

    def named(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("classes", [2, 60, 100])
def test_page_is_whole(make_record, classes, multi_label):
    page = report_page(make_record(classes, multi_label=multi_label), tone)
    outline = Outline(page)
    assert outline.open == []
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert np.diff(levels).max() <= 1
    assert all("scope" in attributes for attributes in outline.named("th"))
    assert len(outline.named("caption")) == len(outline.named("table"))
    assert all(svg.get("role") == "img" and svg.get("aria-label") for svg in outline.named("svg"))
    assert 5 < len(outline.named("audio")) <= 12
    assert ('class="confusion' in page) == (not multi_label)
    assert len(page) < 5e6


def test_page_of_the_longest_sounds_stays_below_five_megabytes(make_record):
    rng = np.random.default_rng(0)
    noise = rng.uniform(-1, 1, 30 * 16000).astype(np.float32)
    page = report_page(make_record(100, judged=tuple(judged_clips(100, 4000))), lambda index: noise)
    assert page.count("The first 5 s of 30.0 s.") == 12
    assert len(page.encode()) < 5e6


def test_names_from_outside_are_text(make_record, tmp_path):
    names = (HOSTILE, QUOTED, "\u202eright to left", "javascript:alert(3)")
    clips = tuple(replace(clip, name=f"{HOSTILE}{QUOTED}\udcff{clip.name}") for clip in judged_clips(4))
    record = make_record(
        class_names=names,
        judged=clips,
        title=HOSTILE,
        command=f"run {QUOTED}",
        preset=QUOTED,
        settings={HOSTILE: QUOTED, "nested": {"a": HOSTILE}},
        versions={HOSTILE: QUOTED},
        steps=({"time": 1, "decision": HOSTILE, "rung": QUOTED, "why": HOSTILE}, *make_record().steps),
        data=replace(make_record().data, warnings=(HOSTILE,), class_counts={QUOTED: (1, 2, 3, 4)}),
    )
    page = write_report(record, tmp_path, tone).read_text("utf-8")
    outline = Outline(page)
    assert HOSTILE not in page and "<img" not in page
    assert len(outline.named("script")) == 1 and not outline.named("img")
    assert not any(name.startswith("on") for _, attributes in outline.elements for name in attributes)
    assert html.escape(HOSTILE) in page and html.escape("{{ 7 * 7 }}") in page


def test_it_asks_for_nothing(make_record):
    outline = Outline(report_page(make_record(), tone))
    links = [(tag, a[key]) for tag, a in outline.elements for key in ("src", "href", "srcset", "action") if key in a]
    assert links and all(address.startswith(("#", "data:")) for _, address in links)


def test_no_mistakes_and_a_class_never_said(make_record):
    right = [JudgedClip("a", (row % 3,), tuple(np.eye(4)[row % 3])) for row in range(9)]
    page = report_page(make_record(judged=tuple(right)), tone)
    assert "No mistakes: all 9 clips were judged rightly." in page and "None of 9 clips" in page
    assert "<audio" not in page
    wrong = [replace(clip, labels=(3,)) if row == 0 else clip for row, clip in enumerate(right)]
    page = report_page(make_record(judged=tuple(wrong)))
    assert "missed most is <strong><bdi>class 3</bdi></strong>, of which 0 % were found" in page
    assert "<audio" not in page and "<image" not in page


@pytest.mark.parametrize("missing", [{"curve": ()}, {"steps": ()}, {"judged": ()}, {"settings": {}, "versions": {}}])
def test_what_is_missing_is_said(make_record, missing):
    outline = Outline(report_page(make_record(**missing)))
    assert outline.open == []
    assert len(outline.named("svg")) >= 1


def test_figures_are_those_of_the_record_or_computed(make_record):
    page = report_page(make_record(kind="run"))
    shown = {name: re.search(rf"<dt>{name}</dt><dd>([^<]*)", page) for name in ("ALC", "NAUC")}
    assert all(found is not None and re.fullmatch(r"0\.\d{4}", found[1]) for found in shown.values())
    page = report_page(make_record(kind="run", alc=0.1234, nauc=-0.5, accuracy=0.25))
    assert "<dt>ALC</dt><dd>0.1234" in page and "<dt>NAUC</dt><dd>−0.5000" in page and "<dd>25.0 %" in page


@pytest.mark.parametrize("multi_label", [False, True])
def test_a_fit_leads_with_what_is_right_and_wrong(make_record, multi_label):
    record = make_record(multi_label=multi_label, doubts=("Copies <b>everywhere</b>",))
    page = report_page(record, tone)
    wrong = (record.truth != (record.probabilities >= 0.5)).any(axis=1).sum() if multi_label else 18
    assert re.findall(r"<dt>([^<]*)</dt>", page)[:3] == [
        "Clips wholly right" if multi_label else "Accuracy",
        "Mistakes",
        "NAUC",
    ]
    assert f"<dt>Mistakes</dt><dd>{wrong}</dd>" in page and f"<dd>{100 - 100 * wrong / 120:.1f} %</dd>" in page
    assert "ALC" not in report_page(record)
    places = [page.index(text) for text in ("Do not trust", 'id="mistakes"', 'id="classes"', 'id="learning"')]
    assert places == sorted(places) and "Copies &lt;b&gt;everywhere" in page
    assert ("is taken for" in page) == (not multi_label)
    assert "Do not trust" not in report_page(make_record())


def test_sounds_are_cut_and_asked_for_by_index(make_record):
    asked = []

    def sounds(index: int) -> np.ndarray:
        asked.append(index)
        if len(asked) == 2:
            raise ValueError("clip-x.wav: gone <b>")
        return np.zeros(0, np.float32) if len(asked) == 3 else np.tile(tone(index), 5)

    record = make_record()
    page = report_page(record, sounds)
    assert len(asked) == len(set(asked)) == 12
    assert all(np.argmax(record.judged[index].probabilities) != record.judged[index].labels[0] for index in asked)
    assert "The sound cannot be read: clip-x.wav: gone &lt;b&gt;" in page and "The clip is empty." in page
    found = re.findall(r'<audio[^>]* src="data:audio/wav;base64,([^"]*)"', page)
    assert len(found) == 10
    wave, rate = soundfile.read(io.BytesIO(base64.b64decode(found[0])), dtype="float32")
    assert (rate, len(wave)) == (16000, 80000)
    np.testing.assert_allclose(wave, np.tile(tone(asked[0]), 5)[:80000], atol=1 / 32000)


def test_an_old_page_stays_where_the_new_one_fails(make_record, tmp_path):
    (tmp_path / "report.html").write_text("old")

    def broken(index: int) -> np.ndarray:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        write_report(make_record(), tmp_path, broken)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("report.html", "old")]
