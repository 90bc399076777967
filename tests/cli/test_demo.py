from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from playwright.sync_api import expect, sync_playwright

from autospeech import AutoSpeechClassifier
from autospeech.cli import demo_page as page_module
from autospeech.cli.demo_page import demo_page, serve

CHROMIUM = Path("/usr/bin/chromium")
OUTSIDE = "http://example.org"
NAMES = [
    f"![high]({OUTSIDE}/a.png) <img src={OUTSIDE}/b.png onerror=document.title='taken'> ${{1+1}} {{{{1}}}}",
    "low</script><script>document.title='taken'</script>\u202e\x1b[2J",
]


@pytest.fixture(scope="module")
def clips() -> list[np.ndarray]:
    time = np.arange(8000) / 16000
    noise = np.random.default_rng(0).normal(scale=0.03, size=(12, 8000))
    return [0.3 * np.sin(2 * np.pi * (300, 1200)[number % 2] * time) + noise[number] for number in range(12)]


@pytest.fixture(scope="module")
def port(clips: list[np.ndarray]) -> Iterator[int]:
    classifier = AutoSpeechClassifier(max_updates=1, pretrained=False, verbose=0).fit(clips, NAMES[::-1] * 6)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page = demo_page(classifier, f"<img src={OUTSIDE}/c.png>")
    serve(page, port)
    yield port
    page.close()


def asked(port: int, method: str = "GET", path: str = "/", body: bytes | None = None, **headers: str) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.text = answer.read().decode()  # type: ignore[attr-defined]
    connection.close()
    return answer


def test_a_clip_is_heard_on_the_page(port: int, clips: list[np.ndarray], tmp_path: Path) -> None:
    soundfile.write(tmp_path / "clip.wav", np.repeat(clips[1], 3), 48000)
    client = Client(f"http://127.0.0.1:{port}", verbose=False)
    said, picture = client.predict(handle_file(tmp_path / "clip.wav"), api_name="/hear")
    assert said["label"] == NAMES[0] and len(said["confidences"]) == 2
    assert picture["plot"].startswith("data:image/")


def test_what_is_too_long_or_no_sound_is_refused_in_so_many_words(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soundfile.write(tmp_path / "long.flac", np.zeros(16000 * 100, np.int16), 16000)
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    client = Client(f"http://127.0.0.1:{port}", verbose=False)
    monkeypatch.setattr(page_module, "MOST_SECONDS", 90)
    with pytest.raises(AppError, match=r"longer than 1\.5 minutes; cut it"):
        client.predict(handle_file(tmp_path / "long.flac"), api_name="/hear")
    with pytest.raises(AppError, match="it is damaged or not a sound"):
        client.predict(handle_file(tmp_path / "bad.wav"), api_name="/hear")


def test_a_large_file_is_refused(port: int) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\n%b\r\n--x--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = asked(port, "POST", "/gradio_api/upload", body % bytes(1000), **kind)
    assert answer.status == 200, answer.text
    answer = asked(port, "POST", "/gradio_api/upload", body % bytes(page_module.MOST_BYTES + 1), **kind)
    assert answer.status == 413 and "maximum allowed size of 50000000 bytes" in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:7860"}, 200),
        ({"Host": "[::1]:7860"}, 200),
        ({"Host": "127.0.0.1", "Origin": "http://localhost:7860"}, 200),
        ({"Host": "attacker.example:7860"}, 403),
        ({"Host": "127.0.0.1.attacker.example"}, 403),
        ({"Host": "localhost@attacker.example"}, 403),
        ({"Host": ""}, 403),
        ({"Host": "[127.0.0.1"}, 403),
        ({"Origin": "https://attacker.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_only_this_machine_is_answered(port: int, headers: dict[str, str], status: int) -> None:
    answer = asked(port, **headers)
    assert answer.status == status
    if status == 200:
        assert "default-src 'self'" in answer.headers["content-security-policy"]
    else:
        assert answer.text == "This page answers only at http://127.0.0.1 and http://localhost.\n"


def test_names_stand_escaped_on_the_page(port: int) -> None:
    page = next(part for part in json.loads(asked(port, path="/config").text)["components"] if part["type"] == "html")
    assert page["props"]["value"].count("&lt;") == 5 and page["props"]["value"].count("<") == 4


@pytest.mark.slow
def test_names_are_shown_as_they_are_and_nothing_is_loaded_from_elsewhere(
    port: int, clips: list[np.ndarray], tmp_path: Path
) -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed, and the page is tested in it")
    soundfile.write(tmp_path / "clip.wav", clips[1], 16000)
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"http://127.0.0.1:{port}/")
        listed = f"2 classes: {NAMES[0]}, {NAMES[1]}".replace("\u202e\x1b", "\\u202e\\x1b")
        expect(page.get_by_text(listed)).to_be_visible(timeout=20_000)
        page.get_by_label("Upload file").first.click()
        page.locator("input[type=file]").first.set_input_files(tmp_path / "clip.wav")
        expect(page.get_by_text(NAMES[0], exact=True).first).to_be_visible(timeout=20_000)
        page.get_by_label("Clear").first.click()
        page.get_by_label("Upload file").first.click()
        page.locator("input[type=file]").first.set_input_files(tmp_path / "bad.wav")
        expect(page.get_by_text("it is damaged or not a sound (its first bytes are")).to_be_visible(timeout=20_000)
        assert page.title() == f"<img src={OUTSIDE}/c.png>"
        assert not page.locator(f"[src*='{OUTSIDE}']").count()
        browser.close()
    assert [url for url in requests if not url.startswith((f"http://127.0.0.1:{port}/", "data:", "blob:"))] == []
