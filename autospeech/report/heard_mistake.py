"""A mistake that one can hear and look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from autospeech.report.mistake import Mistake
from autospeech.report.spectrogram import Spectrogram
from autospeech.report.wave_uri import wave_uri

SAMPLE_RATE = 16000
LONGEST_SECONDS = 5

Sounds = Callable[[int], npt.NDArray[np.float32]]


@dataclass(frozen=True)
class HeardMistake:
    """A mistake with its sound.

    Args:
        mistake: What was said.
        sound: The sound as a data URI; None where there is none.
        spectrogram: Its picture; None likewise.
        note: Why there is no sound, or that it is cut.
    """

    mistake: Mistake
    sound: str | None = None
    spectrogram: Spectrogram | None = None
    note: str = ""

    @classmethod
    def of(cls, mistake: Mistake, sounds: Sounds | None) -> HeardMistake:
        """Fetch the sound of a mistake.

        Args:
            mistake: What was said.
            sounds: Returns the waveform of a judged clip, `(samples,)`, 16 kHz, by its index; None where there are
                none.

        Example:
            >>> mistake = Mistake(clip=3, label=0, missed=False, confidence=0.9, likeliest=(0, 1))
            >>> HeardMistake.of(mistake, lambda clip: np.zeros(96000, "float32")).note
            'The first 5 s of 6.0 s.'
        """
        if sounds is None:
            return cls(mistake)
        try:
            waveform = np.nan_to_num(np.asarray(sounds(mistake.clip), np.float32).ravel())
        except (OSError, ValueError) as error:
            # One sound that is gone should not take the page with it.
            return cls(mistake, note=f"The sound cannot be read: {error}")
        if not len(waveform):
            return cls(mistake, note="The clip is empty.")
        cut = waveform[: LONGEST_SECONDS * SAMPLE_RATE]
        whole = len(waveform) / SAMPLE_RATE
        note = f"The first {LONGEST_SECONDS} s of {whole:.1f} s." if len(cut) < len(waveform) else ""
        return cls(mistake, wave_uri(cut), Spectrogram.of(cut), note)
