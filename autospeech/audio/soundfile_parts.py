"""Sound files by libsndfile, forwards from beginning to end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from autospeech.audio.pieced_file import PiecedFile
from autospeech.audio.sound_layout import SoundLayout

# What libsndfile says of a length that it does not know.
_UNKNOWN_FRAMES = 1 << 62
_FLOAT_SUBTYPES = ("FLOAT", "DOUBLE")


class _ForwardFile(soundfile.SoundFile):
    """soundfile 0.14 seeks after each read, which fails where the length is not known and makes mpg123 lose frames."""

    def seekable(self) -> bool:
        return False


class SoundfileParts:
    """An open sound file that libsndfile reads, or several that lie in one.

    Args:
        path: The file.
        file: The same, open.
        layout: Where in it the sounds lie.

    Raises:
        soundfile.SoundFileError: libsndfile cannot read it.
        TypeError: It has no header, so that nothing tells its rate.
    """

    def __init__(self, path: Path, file: BinaryIO, layout: SoundLayout) -> None:
        self._file, self._layout = file, layout
        self._stack = ExitStack()
        source: Any = os.fsencode(path) if os.name == "posix" else path
        if layout.parts:
            source = PiecedFile(file, layout.parts[0])
        self._first = self._stack.enter_context(_ForwardFile(source))
        self.sample_rate = int(self._first.samplerate)
        self.channels = int(self._first.channels)
        self.subtype = str(self._first.subtype)
        self.is_float = self.subtype in _FLOAT_SUBTYPES
        known = self._first.frames < _UNKNOWN_FRAMES
        self.seconds = self._first.frames / max(1, self.sample_rate) if known and len(layout.parts) < 2 else None
        self.frames = int(self._first.frames) if known and layout.can_seek and self._can_seek() else None

    def blocks(self, most_frames: int) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
        """Yield the rate and samples `(frames, channels)` of each block."""
        yield from self._read(self._first, most_frames)
        for part in self._layout.parts[1:]:
            with _ForwardFile(PiecedFile(self._file, part)) as sound:
                yield from self._read(sound, most_frames)

    def read_at(self, begin: int, frames: int) -> npt.NDArray[np.float32]:
        """Return samples `(frames, channels)` from a place on."""
        self._first.seek(begin)
        return self._first.read(frames, dtype="float32", always_2d=True)

    def close(self) -> None:
        """Close the file."""
        self._stack.close()

    def _can_seek(self) -> bool:
        return soundfile.SoundFile.seekable(self._first)

    @staticmethod
    def _read(sound: soundfile.SoundFile, most_frames: int) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
        frames = max(1, min(most_frames, 2 * most_frames // sound.channels))
        # Only an empty read is the end: the number of frames may be a guess.
        while len(block := sound.read(frames, dtype="float32", always_2d=True)):
            yield int(sound.samplerate), block
