"""What libsndfile does not read (M4A, AAC, WebM, WMA, AMR, sound of videos, …) by PyAV, which brings FFmpeg along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from autospeech.audio.pieced_file import PiecedFile

if TYPE_CHECKING:
    from av import AudioFrame

MEDIA_EXTRA = 'pip install "autospeech[media]"'
# Only what holds sound by itself: playlists and the like would have FFmpeg open other files and addresses.
_FORMATS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,eac3,flac,flv,iff,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpc,mpc8,"
    "mpeg,mpegts,nistsphere,ogg,rm,shn,tak,thd,truehd,tta,w64,wav,wv"
)
# Of these the length is written in the file, and not guessed from its size.
_TELL_LENGTH = ("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "asf", "avi", "flv", "wav", "wv", "tta", "ape", "caf")
# By the name that FFmpeg gives samples, without the p of planar ones.
_SAMPLE_KINDS = {"u8": "u1", "s16": "i2", "s32": "i4", "s64": "i8", "flt": "f4", "dbl": "f8"}
# A block, in seconds: FFmpeg's frames are too short to be worked on one by one.
_BLOCK_SECONDS = 1.0
_LOSSLESS_FLOAT = ("pcm_f16le", "pcm_f24le", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_f64be", "wavpack")


class MediaError(ValueError):
    """PyAV is not installed, or cannot read the file."""


class MediaFile:
    """An open file of any format that FFmpeg knows; its first track of sound.

    Args:
        file: The file, open.

    Raises:
        MediaError: It is none of the formats, holds no sound, or PyAV is missing.
    """

    frames: int | None = None
    subtype = ""

    def __init__(self, file: PiecedFile) -> None:
        try:
            import av
        except ImportError as error:
            raise MediaError("PyAV is not installed") from error
        self._error = av.FFmpegError
        self.notes: list[str] = []
        self._damaged = 0
        try:
            # Without a name FFmpeg goes by the content alone, and cannot look for other files beside this one.
            self._container = av.open(file, "r", metadata_errors="replace", options={"format_whitelist": _FORMATS})
        except (av.FFmpegError, ValueError, EOFError) as error:
            raise MediaError(_said(error)) from error
        try:
            tracks = self._container.streams.audio
            if not tracks:
                raise MediaError("it holds no track of sound")
            self._track = tracks[0]
            if len(tracks) > 1:
                self.notes.append(f"it has {len(tracks)} tracks of sound; the first is read")
            self._frames = self._decoded()
            self._waiting = next(self._frames, None)
            if self._waiting is None:
                raise MediaError("nothing in its track of sound can be decoded")
            self.sample_rate = int(self._waiting.sample_rate)
            self.channels = len(self._waiting.layout.channels)
            self.is_float = self._track.codec_context.name in _LOSSLESS_FLOAT and "fl" in self._waiting.format.name
            self.seconds = self._said_seconds()
        except BaseException:
            self._container.close()
            raise

    def blocks(self, most_frames: int) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
        """Yield the rate and samples `(frames, channels)` of each block."""
        parts: list[npt.NDArray[np.float32]] = []
        length, form = 0, (0, 0)
        frame: AudioFrame | None = self._waiting
        while frame is not None:
            samples = _samples(frame)
            if parts and (
                (frame.sample_rate, samples.shape[1]) != form or length >= min(most_frames, _BLOCK_SECONDS * form[0])
            ):
                yield form[0], np.concatenate(parts)
                parts, length = [], 0
            form = frame.sample_rate, samples.shape[1]
            parts.append(samples)
            length += len(samples)
            frame = next(self._frames, None)
        if parts:
            yield form[0], np.concatenate(parts)
        if self._damaged:
            packets = "1 packet of it is" if self._damaged == 1 else f"{self._damaged} packets of it are"
            self.notes.append(f"{packets} damaged and left out")

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    def _decoded(self) -> Iterator[AudioFrame]:
        packets = self._container.demux(self._track)
        while True:
            try:
                packet = next(packets, None)
            except (self._error, EOFError, ValueError) as error:
                self.notes.append(f"it is damaged from here on ({_said(error)}); what is before that is read")
                return
            if packet is None:
                return
            try:
                for frame in packet.decode():
                    # A frame without samples has no rate.
                    if frame.samples > 0 and frame.layout.nb_channels > 0:
                        yield frame
            except (self._error, EOFError, ValueError):
                self._damaged += 1

    def _said_seconds(self) -> float | None:
        if self._container.format.name not in _TELL_LENGTH:
            return None
        if self._track.duration and self._track.time_base:
            return float(self._track.duration * self._track.time_base)
        # Of the whole file, whose pictures may go on when the sound has ended.
        is_alone = len(self._container.streams) == 1
        return self._container.duration / 1e6 if self._container.duration and is_alone else None


def _samples(frame: AudioFrame) -> npt.NDArray[np.float32]:
    """Return a frame as `(frames, channels)` of floats within about ±1."""
    channels = frame.layout.nb_channels
    kind = _SAMPLE_KINDS[frame.format.name.removesuffix("p")]
    # PyAV 18.1 counts the planes up to a null pointer that is not there for 8 channels and more, and `to_ndarray` then
    # reads what is no plane.
    planes: list[Any] = [*frame.planes[: channels if frame.format.is_planar else 1]]
    each = frame.samples * channels // len(planes)
    samples = np.stack([np.frombuffer(plane, kind, each) for plane in planes], axis=1).reshape(-1, channels)
    if samples.dtype.kind == "f":
        return np.ascontiguousarray(samples, np.float32)
    half = 2.0 ** (8 * samples.dtype.itemsize - 1)
    if samples.dtype.kind == "u":
        return ((samples.astype(np.float64) - half) / half).astype(np.float32)
    return np.ascontiguousarray(samples / np.float32(half), np.float32)


def _said(error: Any) -> str:
    return str(getattr(error, "strerror", None) or error).rstrip(".")
