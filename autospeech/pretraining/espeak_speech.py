"""A corpus of made speech: eSpeak NG in a hundred languages and accents, with known voice and prosody."""

from __future__ import annotations

import csv
import hashlib
import re
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path

import numpy as np
import soundfile

from autospeech.audio.decode import AudioDecodeError, decode
from autospeech.datasets.dataset_error import DatasetError
from autospeech.pretraining.espeak_texts import LANGUAGES, WORD_LANGUAGES, WORD_NUMBERS, text_for
from autospeech.whole_writing import whole_file

PROGRAM = "espeak-ng"
TABLE = "pretraining.csv"
SAMPLE_RATE = 16000
LONGEST = 4 * SAMPLE_RATE
SHORTEST = SAMPLE_RATE // 4
# The task `espeak_language` tests on these voices, so they say nothing here.
HELD_OUT_VOICES = frozenset({"benjamin", "f4", "f5", "m7", "m8", "steph"})
# The same voice as klatt by other names.
ALIASES = frozenset({"caleb", "klatt6"})
# Prosody is cut into classes: the middle of each, and how far a draw may stray from it.
PITCHES, PITCH_SPREAD = (14, 32, 50, 68, 86), 5
RANGES, RANGE_SPREAD = (20, 100, 200), 15
SPEEDS, SPEED_SPREAD = (120, 160, 200, 240), 12
WORD_SHARE = 0.25


@dataclass(frozen=True)
class Utterance:
    """One thing to be said, and how.

    Args:
        text: What eSpeak NG reads.
        language: Its language or accent.
        voice: Its variant, which is who speaks.
        pitch: Class of the base pitch.
        pitch_range: Class of how far the pitch moves.
        speed: Class of the speed.
        word: `language number` where the text is one number of a set that is to be told apart, else empty.
        options: Pitch 0-99, pitch range in percent, words a minute and amplitude, as drawn.
    """

    text: str
    language: str
    voice: str
    pitch: int
    pitch_range: int
    speed: int
    word: str
    options: tuple[int, int, int, int]


def voices() -> list[str]:
    """Return the variants that may speak, as eSpeak NG's `-v language+variant` names them.

    Raises:
        DatasetError: eSpeak NG is not installed.
    """
    try:
        listed = subprocess.run([PROGRAM, "--voices=variant"], capture_output=True, text=True, check=True).stdout
    except FileNotFoundError:
        raise DatasetError(
            f"{PROGRAM} is not installed; install the package espeak-ng, or leave made speech out"
        ) from None
    names = (match[1].strip() for match in re.finditer(r"!v/(.+?)\s*(?:\(.*)?$", listed, re.MULTILINE))
    return sorted(set(names) - HELD_OUT_VOICES - ALIASES)


def plan_utterances(count: int, seed: int) -> list[Utterance]:
    """Draw what is to be said: voices, languages and prosody independently of each other.

    Args:
        count: How many utterances.
        seed: Seeds the draw.

    Returns:
        The utterances.

    Raises:
        DatasetError: eSpeak NG is not installed.
    """
    rng = np.random.default_rng(seed)
    speakers = voices()
    plan = []
    for _ in range(count):
        word = ""
        if rng.random() < WORD_SHARE:
            language, number = str(rng.choice(WORD_LANGUAGES)), int(rng.choice(WORD_NUMBERS))
            text, word = str(number), f"{language} {number}"
        else:
            language = str(rng.choice(LANGUAGES))
            text = text_for(language, rng)
        pitch, pitch_range, speed = (int(rng.integers(len(classes))) for classes in (PITCHES, RANGES, SPEEDS))
        options = (
            PITCHES[pitch] + int(rng.integers(-PITCH_SPREAD, PITCH_SPREAD + 1)),
            RANGES[pitch_range] + int(rng.integers(-RANGE_SPREAD, RANGE_SPREAD + 1)),
            SPEEDS[speed] + int(rng.integers(-SPEED_SPREAD, SPEED_SPREAD + 1)),
            int(rng.integers(60, 141)),
        )
        plan.append(Utterance(text, language, str(rng.choice(speakers)), pitch, pitch_range, speed, word, options))
    return plan


def speak(utterance: Utterance, path: Path) -> bool:
    """Have eSpeak NG say an utterance and store it as 16 kHz FLAC.

    Args:
        utterance: What to say.
        path: The file to write.

    Returns:
        Whether there was anything to hear: some voices cannot say some texts.
    """
    pitch, pitch_range, speed, amplitude = utterance.options
    text = f'<prosody range="{pitch_range}%">{escape(utterance.text)}</prosody>'
    voice = f"{utterance.language}+{utterance.voice}"
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "speech.wav"
        command = [PROGRAM, "-m", "-v", voice, "-p", str(pitch), "-s", str(speed), "-a", str(amplitude), "-w", str(raw)]
        # eSpeak NG 1.51 crashes on some pairs of voice and language (kl+Mike, for one): that pair says nothing.
        if subprocess.run([*command, text], check=False, capture_output=True).returncode:
            return False
        try:
            waveform = decode(raw)
        except AudioDecodeError:
            return False
    loud = np.flatnonzero(np.abs(waveform) > 1e-3)
    if len(loud) < SHORTEST // 4:
        return False
    waveform = waveform[loud[0] : loud[-1] + SAMPLE_RATE // 10][:LONGEST]
    if len(waveform) < SHORTEST:
        return False
    soundfile.write(path, waveform, SAMPLE_RATE, subtype="PCM_16")
    return True


def make_espeak_speech(
    cache: Path, count: int = 14000, *, seed: int = 0, jobs: int = 2, report: Callable[[str], None] = print
) -> Path:
    """Make the corpus, or find it made already.

    Args:
        cache: Folder under which each corpus lies by the digest of what it says.
        count: How many utterances.
        seed: Seeds what is said.
        jobs: How many utterances to make at a time.
        report: Called with a line of progress now and then.

    Returns:
        Folder with `audio/` and `pretraining.csv`, as the real corpora have.

    Raises:
        DatasetError: eSpeak NG is not installed.
    """
    plan = plan_utterances(count, seed)
    digest = hashlib.sha256(repr(plan).encode()).hexdigest()[:12]
    corpus = cache / f"espeak_{digest}"
    # The table is written last: where it is, the corpus is whole.
    if (corpus / TABLE).is_file():
        return corpus
    (corpus / "audio").mkdir(parents=True, exist_ok=True)
    names = [f"audio/{number:05d}.flac" for number in range(count)]
    rows = []
    with ThreadPoolExecutor(jobs) as pool:
        made = pool.map(lambda pair: speak(pair[0], corpus / pair[1]), zip(plan, names, strict=True))
        for number, (utterance, name, heard) in enumerate(zip(plan, names, made, strict=True), 1):
            if heard:
                columns = {key: value for key, value in asdict(utterance).items() if key not in {"text", "options"}}
                rows.append({"file_name": name, **columns, "text": utterance.text})
            if number % 2000 == 0:
                report(f"made {number} of {count} utterances")
    with whole_file(corpus / TABLE) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return corpus
