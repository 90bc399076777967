"""Sound files by libsndfile, forwards from beginning to end."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from autospeech.audio.pieced_file import Piece, PiecedFile
from autospeech.audio.sound_layout import SoundLayout

# What libsndfile says of a length that it does not know.
_UNKNOWN_FRAMES = 1 << 62
_SMALL_BLOCK = 1024
_READ_AHEAD = 1 << 16
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
        self._file = file
        self._stack = ExitStack()
        self._name: Any = os.fsencode(path) if os.name == "posix" else path
        self._parts: tuple[tuple[Piece, ...] | None, ...] = layout.parts or (None,)
        self._first = self._stack.enter_context(self._opened(self._parts[0]))
        self.sample_rate = int(self._first.samplerate)
        self.channels = int(self._first.channels)
        self.subtype = str(self._first.subtype)
        self.is_float = self.subtype in _FLOAT_SUBTYPES
        known = self._first.frames < _UNKNOWN_FRAMES
        self.seconds = self._first.frames / max(1, self.sample_rate) if known and len(layout.parts) < 2 else None
        self.frames = int(self._first.frames) if known and layout.can_seek and self._can_seek() else None

    def blocks(self, most_frames: int) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
        """Yield the rate and samples `(frames, channels)` of each block."""
        yield from self._read(self._first, self._parts[0], most_frames)
        for part in self._parts[1:]:
            with self._opened(part) as sound:
                yield from self._read(sound, part, most_frames)

    def read_at(self, begin: int, frames: int) -> npt.NDArray[np.float32]:
        """Return samples `(frames, channels)` from a place on."""
        self._first.seek(begin)
        return _block(self._first, frames)

    def close(self) -> None:
        """Close the file."""
        self._stack.close()

    def _can_seek(self) -> bool:
        return soundfile.SoundFile.seekable(self._first)

    def _opened(self, part: tuple[Piece, ...] | None) -> _ForwardFile:
        if part is None:
            return _ForwardFile(self._name)
        # mpg123 reads some hundred bytes at a time, which takes long in Python.
        return _ForwardFile(io.BufferedReader(PiecedFile(self._file, part), _READ_AHEAD))

    def _read(
        self, sound: _ForwardFile, part: tuple[Piece, ...] | None, most_frames: int
    ) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
        frames = max(1, min(most_frames, 2 * most_frames // sound.channels))
        done = 0
        try:
            # Only an empty read is the end: the number of frames may be a guess. libsndfile fills with zeros what it
            # cannot read, so that no more is asked for than there seems to be, and beyond that twice as much each time.
            while len(block := _block(sound, min(frames, max(_SMALL_BLOCK, abs(sound.frames - done))))):
                yield int(sound.samplerate), block
                done += len(block)
        except soundfile.SoundFileError:
            # With the error what came before it in the same block is lost: have it in small ones.
            with self._opened(part) as again:
                while done > 0 and len(known := _block(again, min(frames, done))):
                    done -= len(known)
                while len(block := _block(again, _SMALL_BLOCK)):
                    yield int(again.samplerate), block
            raise


def _block(sound: soundfile.SoundFile, frames: int) -> npt.NDArray[np.float32]:
    return sound.read(frames, dtype="float32", always_2d=True)
