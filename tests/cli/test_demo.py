from __future__ import annotations

import socket
from pathlib import Path

import numpy as np
import soundfile
from gradio_client import Client, handle_file

from autospeech import AutoSpeechClassifier
from autospeech.cli.demo import demo_page


def test_a_clip_is_heard_on_the_page(tmp_path: Path) -> None:
    time = np.arange(8000) / 16000
    noise = np.random.default_rng(0).normal(scale=0.03, size=(12, 8000))
    clips = [0.3 * np.sin(2 * np.pi * (300, 1200)[number % 2] * time) + noise[number] for number in range(12)]
    classifier = AutoSpeechClassifier(max_updates=1, pretrained=False, verbose=0).fit(clips, ["low", "high"] * 6)
    soundfile.write(tmp_path / "clip.wav", np.repeat(clips[1], 3), 48000)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page = demo_page(classifier, "low or high")
    page.launch(server_name="127.0.0.1", server_port=port, quiet=True, prevent_thread_lock=True, share=False)
    try:
        client = Client(f"http://127.0.0.1:{port}", verbose=False)
        said, picture = client.predict(handle_file(tmp_path / "clip.wav"), api_name="/hear")
        assert said["label"] == "high" and len(said["confidences"]) == 2
        assert picture["plot"].startswith("data:image/")
    finally:
        page.close()
