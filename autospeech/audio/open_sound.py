"""Sound files as they are, block by block, so that the longest of them needs no more memory than the shortest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from autospeech.audio.path_text import path_text

# 4 s at 48 kHz: long enough to be quick, short enough that an hour of stereo never stands in memory at its own rate.
BLOCK_FRAMES = 4 * 48000


class AudioDecodeError(ValueError):
    """A file is missing, damaged, or not a sound."""

    def __init__(self, path: str | Path, reason: str, mend: str) -> None:
        super().__init__(f"{path_text(path)}: {reason}; {mend}")
        self.path = Path(path)


@contextmanager
def open_sound(path: str | Path) -> Iterator[soundfile.SoundFile]:
    """Open a sound file; what goes wrong with it, now or while it is read, names it.

    Args:
        path: A file in any format that libsndfile reads.

    Yields:
        The open file.

    Raises:
        AudioDecodeError: The file is missing, empty, damaged, may not be read, or is not a sound.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     soundfile.write(f"{folder}/stereo.flac", np.zeros((44100, 2)), 44100)
        ...     with open_sound(f"{folder}/stereo.flac") as file:
        ...         file.samplerate, file.channels
        (44100, 2)
    """
    path = Path(path)
    _check_there(path)
    try:
        # soundfile encodes a str strictly, which a name that is no UTF-8 does not survive.
        file = soundfile.SoundFile(os.fsencode(path) if os.name == "posix" else path)
    # TypeError is how soundfile greets headerless formats (.raw), of which it would have to be told the rate.
    except (soundfile.SoundFileError, TypeError) as error:
        raise _damaged(path, error) from error
    try:
        with file:
            yield file
    except soundfile.SoundFileError as error:
        raise _damaged(path, error) from error


def frame_blocks(file: soundfile.SoundFile) -> Iterator[npt.NDArray[np.float32]]:
    """Read an open file from where it stands to its end.

    Args:
        file: As `open_sound` gives it.

    Yields:
        Blocks of shape `(frames, channels)` at the file's own rate, never empty; NaN and infinity as they are.
    """
    frames = max(1, min(BLOCK_FRAMES, 2 * BLOCK_FRAMES // file.channels))
    # Only an empty read is the end: the frame count of an MP3 is a guess.
    while len(block := file.read(frames, dtype="float32", always_2d=True)):
        yield block


def _check_there(path: Path) -> None:
    try:
        if not path.is_file():
            raise AudioDecodeError(path, "there is no such file", "correct the name or leave the clip out")
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        reason = f"it cannot be opened ({error.strerror})"
        raise AudioDecodeError(path, reason, "make it readable or leave the clip out") from error
    if size == 0:
        raise AudioDecodeError(path, "the file is empty (0 bytes)", "copy it again or leave the clip out")


def _damaged(path: Path, error: Exception) -> AudioDecodeError:
    # Without its own mention of the file, which the message names already.
    said = str(getattr(error, "error_string", error)).rstrip(".")
    reason = f"it is damaged or not a sound ({said})"
    return AudioDecodeError(path, reason, "convert it to WAV or FLAC or leave the clip out")
