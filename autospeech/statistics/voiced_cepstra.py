"""The spectrum of what is voiced, apart from the spectrum of what is not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from autospeech.statistics.clip_statistics import CEPSTRA, cepstra_of
from autospeech.statistics.log_mel_frames import LogMelFrames
from autospeech.statistics.pitch_track import PitchTrack

Floats = npt.NDArray[np.float32]

_VOICED, _UNVOICED = 0.3, 0.7


def voiced_cepstra(frames: LogMelFrames, track: PitchTrack) -> Floats:
    """Return mean and deviation of 20 MFCCs over voiced frames, and their mean over unvoiced ones.

    Frames count by their voicing. Pauses and noises then no longer blur what a voice sounds like.

    Args:
        frames: Log-mel frames of clips.
        track: The pitch of the same clips.

    Returns:
        Finite numbers `(clips, 60)`; where no frame counts, all count alike.

    Raises:
        ValueError: Frames and track are not of as many clips.

    Example:
        >>> clips = [np.sin(np.arange(16000) / 9).astype("float32"), np.zeros(5, "float32")]
        >>> voiced_cepstra(LogMelFrames.of(clips), PitchTrack.of(clips)).shape
        (2, 60)
    """
    heads, counts = track.starts[:-1], np.diff(track.starts)
    if len(counts) != len(frames):
        raise ValueError(f"the track is of {len(counts)} clips, the frames are of {len(frames)}; give the same clips")
    clip = np.repeat(np.arange(len(counts)), counts)
    # A pitch frame spans 64 ms and begins each 32 ms; the log-mel frame in its middle is every second one.
    middle = 2 * (np.arange(len(clip)) - heads[clip]) + 1
    middle = frames.starts[clip] + np.minimum(middle, np.diff(frames.starts)[clip] - 1)
    cepstra = cepstra_of(frames.values[middle])

    def mean(values: Floats, weight: Floats) -> Floats:
        total: Floats = np.add.reduceat(values * weight[:, None], heads, axis=0)
        total /= np.add.reduceat(weight, heads)[:, None]
        return total

    voiced = np.clip(track.voicing - _VOICED, 0, 1) + np.float32(1e-4)
    unvoiced = np.clip(_UNVOICED - track.voicing, 0, 1) + np.float32(1e-4)
    centre = mean(cepstra, voiced)
    spread = np.sqrt(mean(np.square(cepstra - centre[clip]), voiced))
    return np.concatenate([centre, spread, mean(cepstra, unvoiced)], axis=1).reshape(len(counts), 3 * CEPSTRA)
