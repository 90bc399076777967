"""Throughput of the log-mel layer against librosa's, and how far apart their images are.

Run with `python -m benchmarks.log_mel [FOLDER_OF_RECORDINGS]`; without a folder, on the sample data.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np

SECONDS, BATCH, REPEATS = 5, 25, 5


def main() -> None:
    """Print one line for the difference and one for the speed."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import librosa

    from autospeech.audio.decode import decode
    from autospeech.audio.fix_length import batch_clips
    from autospeech.learners.image_maker import ImageMaker
    from autospeech.learners.network_settings import NetworkSettings

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "sample_data"
    files = [file for ending in ("flac", "opus", "wav") for file in sorted(folder.rglob(f"*.{ending}"))]
    clips = batch_clips([decode(file) for file in files[:: max(1, len(files) // 200)]], 16000 * SECONDS)

    def by_librosa(clip: np.ndarray) -> np.ndarray:
        mel = librosa.feature.melspectrogram(
            y=clip, sr=16000, n_fft=1024, hop_length=512, n_mels=64, fmin=20, fmax=8000, pad_mode="constant"
        )
        return librosa.power_to_db(mel, amin=1e-10).T

    maker = ImageMaker(NetworkSettings(seconds=SECONDS), batch=BATCH)
    decibels = maker.decibels
    worst = max(np.abs(np.asarray(decibels(clip[None, :, None]))[0, ..., 0] - by_librosa(clip)).max() for clip in clips)
    print(f"{len(clips)} clips of {folder}: at most {worst:.5f} dB apart")

    ours, theirs = [], []
    for _ in range(REPEATS + 1):
        start = time.perf_counter()
        for first in range(0, len(clips), BATCH):
            maker(list(clips[first : first + BATCH]))
        middle = time.perf_counter()
        for clip in clips:
            by_librosa(clip)
        ours.append((middle - start) / len(clips))
        theirs.append((time.perf_counter() - middle) / len(clips))
    ours_ms, theirs_ms = 1e3 * np.median(ours[1:]), 1e3 * np.median(theirs[1:])
    print(
        f"{ours_ms:.2f} ms a clip of {SECONDS} s, librosa {theirs_ms:.2f} ms: {theirs_ms / ours_ms:.1f} times as fast"
    )


if __name__ == "__main__":
    main()
