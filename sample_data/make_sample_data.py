"""Make the sample data: short sentences and numbers in six languages, spoken by eSpeak NG.

Run `python sample_data/make_sample_data.py` with espeak-ng 1.51 on the path; the clips beside this file are replaced.
The same version of eSpeak NG gives the same clips, byte for byte.
"""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

SEED = 20
SAMPLE_RATE = 16000
# Every class gets as many clips of each length, so that the length of a clip says nothing about its language.
LENGTHS = ((1.2, 1.4), (1.4, 1.6), (1.6, 1.8), (1.8, 2.2))
CLIPS = {"train": 40, "test": 16}
# No voice speaks in both parts.
VOICES = {
    "train": ("m1", "m3", "m7", "f1", "f2", "croak", "klatt2", "Michael", "Andrea", "rob"),
    "test": ("m5", "f4", "klatt4", "belinda"),
}
# Eleven bits are plenty for a synthetic voice, and FLAC leaves the empty rest of each sample out.
LEVELS = 2**10
PEAK = 0.8

PHRASES = {
    "de": (
        "Guten Morgen",
        "Wie spät ist es?",
        "Das Wetter ist schön",
        "Ich komme gleich",
        "Bis morgen Abend",
        "Wo ist der Bahnhof?",
        "Vielen Dank",
        "Das kostet zu viel",
        "Wir trinken Kaffee",
        "Nach links, bitte",
    ),
    "en-gb": (
        "Good morning",
        "What time is it?",
        "The weather is lovely",
        "I am on my way",
        "See you tomorrow night",
        "Where is the station?",
        "Thank you very much",
        "That costs too much",
        "We are drinking coffee",
        "Turn left, please",
    ),
    "es": (
        "Buenos días",
        "¿Qué hora es?",
        "Hace buen tiempo",
        "Ahora mismo voy",
        "Hasta mañana por la noche",
        "¿Dónde está la estación?",
        "Muchas gracias",
        "Cuesta demasiado",
        "Tomamos un café",
        "A la izquierda, por favor",
    ),
    "fr-fr": (
        "Bonjour à tous",
        "Quelle heure est-il ?",
        "Il fait beau",
        "J'arrive tout de suite",
        "À demain soir",
        "Où est la gare ?",
        "Merci beaucoup",
        "C'est trop cher",
        "Nous buvons un café",
        "À gauche, s'il vous plaît",
    ),
    "it": (
        "Buongiorno a tutti",
        "Che ore sono?",
        "Fa bel tempo",
        "Arrivo subito",
        "A domani sera",
        "Dov'è la stazione?",
        "Grazie mille",
        "Costa troppo",
        "Beviamo un caffè",
        "A sinistra, per favore",
    ),
    "pl": (
        "Dzień dobry",
        "Która jest godzina?",
        "Jest ładna pogoda",
        "Zaraz przyjdę",
        "Do jutra wieczorem",
        "Gdzie jest dworzec?",
        "Dziękuję bardzo",
        "To za drogo",
        "Pijemy kawę",
        "Proszę w lewo",
    ),
}


def main() -> None:
    """Make all clips anew."""
    folder = Path(__file__).parent
    for part, count in CLIPS.items():
        shutil.rmtree(folder / part, ignore_errors=True)
        for language in PHRASES:
            for number in range(count):
                make_file(folder, part, language, number)


def make_file(folder: Path, part: str, language: str, number: int) -> Path:
    """Make one clip, which depends on no other.

    Args:
        folder: Where the parts are.
        part: `train` or `test`.
        language: eSpeak NG's name of the language.
        number: Of the clip within its class.

    Returns:
        The file.
    """
    rng = random.Random(f"{SEED} {part} {language} {number}")
    voice = VOICES[part][number % len(VOICES[part])]
    # Each voice meets each length.
    length = LENGTHS[number // len(VOICES[part]) % len(LENGTHS)]
    path = folder / part / language / f"{voice}_{number:02d}.flac"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_clip(path, make_clip(language, voice, length, rng))
    return path


def make_clip(language: str, voice: str, length: tuple[float, float], rng: random.Random) -> npt.NDArray[np.float32]:
    """Let a voice say things until one of them has the wanted length.

    Args:
        language: eSpeak NG's name of the language.
        voice: eSpeak NG's name of the voice variant.
        length: Shortest and longest duration in seconds.
        rng: Draws what is said, how fast and how high.

    Returns:
        Waveform of shape `(samples,)` at 16 kHz, its peak at 0.8.
    """
    for _ in range(1000):
        spoken = trim_silence(
            speak(draw_text(language, rng), language, voice, rng.randint(140, 210), rng.randint(25, 75))
        )
        if length[0] <= len(spoken) / SAMPLE_RATE < length[1]:
            return spoken * np.float32(PEAK / np.abs(spoken).max())
    raise RuntimeError(f"{language}+{voice} said nothing of {length[0]} to {length[1]} s in 1000 attempts")


def draw_text(language: str, rng: random.Random) -> str:
    """Draw numbers, a sentence, or a sentence with a number."""
    numbers = " ".join(str(rng.randint(0, 99)) for _ in range(rng.randint(1, 3)))
    phrase = rng.choice(PHRASES[language])
    return rng.choice((numbers, phrase, f"{phrase} {rng.randint(0, 99)}"))


def speak(text: str, language: str, voice: str, speed: int, pitch: int) -> npt.NDArray[np.float32]:
    """Synthesise speech at 16 kHz."""
    command = ["espeak-ng", "-v", f"{language}+{voice}", "-s", str(speed), "-p", str(pitch), "--stdout", text]
    wave = subprocess.run(command, check=True, capture_output=True).stdout
    samples, rate = soundfile.read(io.BytesIO(wave), dtype="float32")
    return np.asarray(soxr.resample(samples, rate, SAMPLE_RATE), dtype=np.float32)


def trim_silence(clip: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Cut off what is 40 dB below the peak at both ends, but for 50 ms."""
    loud = np.flatnonzero(np.abs(clip) > 0.01 * np.abs(clip).max())
    margin = SAMPLE_RATE // 20
    return clip[max(0, loud[0] - margin) : loud[-1] + margin]


def write_clip(path: Path, clip: npt.NDArray[np.float32]) -> None:
    """Write a FLAC file whose samples have eleven bits."""
    samples = np.round(clip * LEVELS).astype(np.int16) * np.int16(32768 // LEVELS)
    soundfile.write(path, samples, SAMPLE_RATE, subtype="PCM_16", compression_level=1.0)


if __name__ == "__main__":
    main()
