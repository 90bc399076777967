"""Sound files as they are, block by block, so that the longest of them needs no more memory than the shortest."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from autospeech.audio.audio_decode_error import AudioDecodeError
from autospeech.audio.change_rate import fault_of_rate
from autospeech.audio.chunk_layout import chunk_layout
from autospeech.audio.first_bytes import media_kind, not_a_sound, unknown_kind
from autospeech.audio.flac_layout import flac_layout
from autospeech.audio.matching_blocks import matching_blocks
from autospeech.audio.media_file import MEDIA_EXTRA, MediaError, MediaFile
from autospeech.audio.mpeg_layout import mpeg_layout
from autospeech.audio.ogg_layout import ogg_layout
from autospeech.audio.path_text import path_text
from autospeech.audio.pieced_file import PiecedFile
from autospeech.audio.sound_layout import SoundLayout
from autospeech.audio.sound_warning import SoundWarning
from autospeech.audio.soundfile_parts import SoundfileParts

__all__ = ["AudioDecodeError", "OpenSound", "open_sound"]

# 4 s at 48 kHz: long enough to be quick, short enough that an hour of stereo never stands in memory at its own rate.
BLOCK_FRAMES = 4 * 48000
# Of a block, in seconds: at a low rate as many frames would be hours.
_BLOCK_SECONDS = 60
# In seconds. Codecs cut and pad by some thousandths; what is missing beyond that is told of.
_MISSING = 0.05
_HEAD_BYTES = 1024
# How the files begin that libsndfile knows by their content, other than FLAC, Ogg and MP3.
_MAGIC = (
    *(b"RIFF", b"RIFX", b"RF64", b"BW64", b"FORM", b"riff", b"caff", b".snd", b"dns.", b"NIST_1A", b"PVF1", b"2BIT"),
    *(b" paf", b"fap ", b"Creative Voice File", b"Extended Instrument", b"\x64\xa3", b"ALawSoundFile"),
)
_MPEG_SUFFIXES = (".mp3", ".mp2", ".mp1", ".mpga")
_LEAVE_OUT = "convert it to WAV or FLAC or leave the clip out"


class OpenSound:
    """A sound file that is open, whatever reads it.

    Args:
        path: The file.
        source: What reads it.
        layout: What is known of it beforehand.
    """

    def __init__(self, path: Path, source: SoundfileParts | MediaFile, layout: SoundLayout) -> None:
        self.path = path
        self.sample_rate: int = source.sample_rate
        self.channels: int = source.channels
        self.subtype: str = source.subtype
        # Whether its samples are floats that may be on another scale than ±1.
        self.is_float: bool = source.is_float
        # Where it may be read from anywhere: its length. None elsewhere.
        self.frames: int | None = source.frames
        self._source, self._layout = source, layout
        self._notes = list(layout.notes)
        self._read = 0

    def blocks(self) -> Iterator[npt.NDArray[np.float32]]:
        """Read it from the beginning to the end, once.

        Yields:
            Blocks of shape `(frames, channels)` at the file's own rate, never empty; NaN and infinity as they are.
        """
        most = max(1, min(BLOCK_FRAMES, _BLOCK_SECONDS * self.sample_rate))
        try:
            for block in matching_blocks(self._source.blocks(most), self.sample_rate, self.channels):
                self._read += len(block)
                yield block
        except OSError as error:
            raise _unreadable(self.path, error) from error
        except (soundfile.SoundFileError, ValueError) as error:
            if not self._read:
                raise _damaged(self.path, _said(error)) from error
            read = self._read / self.sample_rate
            self._notes.append(f"it is damaged after {read:.2f} s ({_said(error)}); what is before that is read")
        self._compare()

    def read_at(self, begin: int, frames: int) -> npt.NDArray[np.float32] | None:
        """Read from a place on, where `frames` is known; None where that turns out to be impossible."""
        if isinstance(self._source, MediaFile):
            return None
        try:
            block = self._source.read_at(begin, frames)
        except soundfile.SoundFileError:
            return None
        return block if len(block) == frames else None

    def add_note(self, note: str) -> None:
        """Keep what is to be told of this file."""
        self._notes.append(note)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is wrong with the file, and what was done about it, each with the name of the file."""
        more = self._source.notes if isinstance(self._source, MediaFile) else []
        return tuple(f"{path_text(self.path)}: {note}" for note in [*self._notes, *more])

    def warn(self) -> None:
        """Issue the notes as warnings."""
        for note in self.notes:
            warnings.warn(note, SoundWarning, stacklevel=3)

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def _compare(self) -> None:
        """Compare what was read with what the container says."""
        read, present = self._read / self.sample_rate, self._layout.present
        if present is not None and not read:
            raise _damaged(self.path, "none of what its header says that it should hold is there")
        if present == 0:
            self._notes.append(
                f"its header says that its samples begin after its end; {read:.2f} s were read all the same"
            )
            return
        claimed = self._source.seconds if present is None else read / present
        if claimed is None or claimed - read <= _MISSING:
            return
        if not read:
            raise _damaged(self.path, f"none of the {claimed:.2f} s that it should hold can be read")
        self._notes.append(f"only {read:.2f} s of the {claimed:.2f} s that it should hold are there, and were read")


@contextmanager
def open_sound(path: str | Path) -> Iterator[OpenSound]:
    """Open a sound file; what goes wrong with it, now or while it is read, names it.

    The content decides how it is read, and not the suffix: by libsndfile where that does well, else by PyAV where it
    is installed.

    Args:
        path: A file in any format that libsndfile or PyAV reads.

    Yields:
        The open file.

    Raises:
        AudioDecodeError: The file is missing, empty, damaged, may not be read, or is not a sound.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     soundfile.write(f"{folder}/stereo.flac", np.zeros((44100, 2)), 44100)
        ...     with open_sound(f"{folder}/stereo.flac") as sound:
        ...         sound.sample_rate, sound.channels, sound.frames
        (44100, 2, 44100)
    """
    path = Path(path)
    with _opened(path) as file:
        try:
            sound = _open(path, file)
        except OSError as error:
            raise _unreadable(path, error) from error
        try:
            if fault := fault_of_rate(sound.sample_rate):
                raise _damaged(path, fault)
            yield sound
        finally:
            sound.close()


def _open(path: Path, file: BinaryIO) -> OpenSound:
    size = os.fstat(file.fileno()).st_size
    if size == 0:
        raise AudioDecodeError(path, "the file is empty (0 bytes)", "copy it again or leave the clip out")
    head = file.read(_HEAD_BYTES)
    kind = not_a_sound(head)
    if kind is not None:
        reason = f"it is damaged or not a sound (its first bytes are those of {kind})"
        raise AudioDecodeError(path, reason, "fetch the sound itself or leave the clip out")
    media = media_kind(head)
    if media is not None:
        return _open_media(path, file, size, media, None, SoundLayout())
    layout = _layout(path, file, size, head)
    if layout is None:
        return _open_media(path, file, size, None, f"its first bytes are {unknown_kind(head)}", SoundLayout())
    if (layout.notes or layout.present is not None) and len(layout.parts) == 1 and _is_mpeg(path, head):
        # Of damaged frames mpg123 writes on the terminal; FFmpeg does not, where it is there.
        with suppress(MediaError):
            return OpenSound(path, MediaFile(PiecedFile(file, layout.parts[0])), layout)
    try:
        return OpenSound(path, SoundfileParts(path, file, layout), layout)
    # TypeError is how soundfile greets headerless formats (.raw), of which it would have to be told the rate.
    except (soundfile.SoundFileError, TypeError) as error:
        is_known = head.startswith((*_MAGIC, b"OggS", b"fLaC"))
        reason = _said(error) if is_known else f"its first bytes are {unknown_kind(head)}"
        return _open_media(path, file, size, None, reason, layout)


def _layout(path: Path, file: BinaryIO, size: int, head: bytes) -> SoundLayout | None:
    """Return the layout of a file for libsndfile; None where that would make nothing of it."""
    if head.startswith(b"OggS"):
        return ogg_layout(file, size)
    if head.startswith(b"fLaC"):
        return flac_layout(file, size)
    if head.startswith(_MAGIC):
        return chunk_layout(file, size)
    if not _is_mpeg(path, head):
        return SoundLayout()
    layout = mpeg_layout(file, size)
    # A tag may stand before FLAC, too.
    return flac_layout(file, size) if layout is None and head.startswith(b"ID3") else layout


def _is_mpeg(path: Path, head: bytes) -> bool:
    """Tell whether frames of MP3 are to be looked for, in what is nothing else that is known."""
    if head.startswith((*_MAGIC, b"OggS", b"fLaC")):
        return False
    return path.suffix.lower() in _MPEG_SUFFIXES or head.startswith((b"\xff", b"ID3", b"TAG"))


def _open_media(
    path: Path, file: BinaryIO, size: int, kind: str | None, reason: str | None, layout: SoundLayout
) -> OpenSound:
    try:
        return OpenSound(path, MediaFile(PiecedFile(file, [(0, size)])), layout)
    except MediaError as error:
        is_missing = isinstance(error.__cause__, ImportError)
        if kind is None:
            mend = f"{_LEAVE_OUT}, or {MEDIA_EXTRA} for more formats" if is_missing else _LEAVE_OUT
            raise AudioDecodeError(path, f"it is damaged or not a sound ({reason})", mend) from error
        if is_missing:
            reason = f"it is {kind}, which PyAV reads, and that is not installed"
            raise AudioDecodeError(path, reason, f"{MEDIA_EXTRA} or convert it to WAV or FLAC") from error
        raise _damaged(path, f"its first bytes are those of {kind}, which may be cut off: {error}") from error


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        if not path.is_file():
            reason = "it is a folder or a pipe, and no file" if path.exists() else "there is no such file"
            raise AudioDecodeError(path, reason, "correct the name or leave the clip out")
        file = path.open("rb")
    except OSError as error:
        raise _unreadable(path, error) from error
    with file:
        yield file


def _said(error: Exception) -> str:
    # Without its own mention of the file, which the message names already.
    said = str(getattr(error, "error_string", error)).rstrip(".").removeprefix("Error : ")
    return said if said.strip() else "libsndfile does not say why"


def _unreadable(path: Path, error: OSError) -> AudioDecodeError:
    reason = f"it cannot be opened ({error.strerror})"
    return AudioDecodeError(path, reason, "make it readable or leave the clip out")


def _damaged(path: Path, reason: str) -> AudioDecodeError:
    return AudioDecodeError(path, f"it is damaged or not a sound ({reason})", _LEAVE_OUT)
