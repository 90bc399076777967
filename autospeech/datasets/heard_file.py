"""What one reading of a sound file tells: its facts, and the fingerprint of its first minute."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from autospeech.audio.change_rate import change_rate
from autospeech.audio.decode import AudioDecodeError
from autospeech.audio.sound_facts import SoundFacts, measure_sound
from autospeech.statistics.fingerprints import Fingerprints, Words
from autospeech.statistics.log_mel_frames import SAMPLE_RATE, LogMelFrames

# How much of a file is compared with others.
HEARD_SECONDS = 60.0


def heard_file(path: Path) -> tuple[SoundFacts | str, Words]:
    """Read a file once, block by block.

    Args:
        path: The file.

    Returns:
        What was found, or the error that tells why there is nothing; and the words of its first minute.
    """
    heard: list[npt.NDArray[np.float32]] = [np.zeros(0, np.float32)]
    rates = [SAMPLE_RATE]

    def listen(mono: npt.NDArray[np.float32], rate: int) -> None:
        missing = round(HEARD_SECONDS * rate) - sum(map(len, heard))
        if missing > 0:
            heard.append(np.array(mono[:missing]))
            rates[0] = rate

    try:
        facts = measure_sound(path, listen)
    except AudioDecodeError as error:
        return str(error), np.zeros(0, np.uint32)
    return facts, heard_words(np.concatenate(heard), rates[0])


def heard_words(waveform: npt.NDArray[np.float32], sample_rate: int) -> Words:
    """Return the words of the first minute of a waveform; see `Fingerprints`.

    Args:
        waveform: `(samples,)`.
        sample_rate: Its rate, in Hz.

    Example:
        >>> len(heard_words(np.zeros(16000 * 100, np.float32), 16000)) / 62.5
        59.808
    """
    minute = waveform[: round(HEARD_SECONDS * sample_rate)]
    return Fingerprints.of(LogMelFrames.of([change_rate(minute, sample_rate, SAMPLE_RATE)])).words
