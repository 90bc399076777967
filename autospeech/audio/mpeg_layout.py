"""MP3: how many frames there are, where the decoder would guess, and what between them is no sound."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import BinaryIO

from autospeech.audio.pieced_file import Piece
from autospeech.audio.sound_layout import SoundLayout

_FRAME = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff][\x10-\xef]", re.DOTALL)
_RATES = (44100, 48000, 32000)
_MPEG_1, _MPEG_2 = 3, 2
_LAYER_3, _LAYER_1 = 1, 3
# In kbit/s, by MPEG-1 or later and layer; from index 1.
_BITRATES = {
    (True, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
# Without a tag in front libsndfile does not know an MP3 that has no name.
_ID3 = b"ID3\4\0\0\0\0\0\x20" + bytes(32)
_READ_AHEAD = 1 << 20
_HEAD = 200
# What is no frame is searched for the next one up to so many bytes and false starts together.
_MOST_JUNK, _MOST_STARTS = 64 << 20, 20_000
# A few frames more than the header counts are the encoder's last breath, and no other recording.
_FEW_FRAMES = 4
_TELL_OF_JUNK = 2048


@dataclass(slots=True)
class _Part:
    """A run of frames of one kind that one encoder wrote."""

    kind: int
    header: bytes
    # The first frame, where it is no sound but says how many frames follow.
    tag: bytes = b""
    said: int = 0
    frames: int = 0
    windows: list[tuple[int, int]] = field(default_factory=list)

    def add(self, begin: int, length: int) -> None:
        self.frames += 1
        if self.windows and self.windows[-1][1] == begin:
            self.windows[-1] = (self.windows[-1][0], begin + length)
        else:
            self.windows.append((begin, begin + length))


def mpeg_layout(file: BinaryIO, size: int) -> SoundLayout | None:
    """Walk through the frames of an MP3 (or MP2, MP1) file from header to header.

    libsndfile reads as many frames as the first one says there are ("Xing", "Info"), or as it guesses from the
    bitrate of the first: too few where the rate varies, and of joined files the first alone. Tags and what else is no
    frame are left out, since mpg123 writes about them on the terminal.

    Args:
        file: The file.
        size: Its length in bytes.

    Returns:
        The layout: a part for each run of frames, in layer III each with a first frame that says how many there are.
        None where there is no frame, and nothing is present where the first one says that others follow.
    """
    walk = _Walk(file, size)
    parts = walk.parts()
    if not parts:
        return SoundLayout(present=0.0) if walk.is_announced else None
    notes = []
    if walk.junk > _TELL_OF_JUNK:
        notes.append(f"{walk.junk} bytes before, between or after its frames are no MP3; they are passed over")
    first, last = parts[0], parts[-1]
    frames = sum(part.frames for part in parts)
    present = frames / (frames - last.frames + last.said) if last.frames < last.said else None
    # Of MPEG-2 mpg123 cannot read the first frames after a jump, and says so on the terminal.
    if walk.is_cut and present is None:
        notes.append("it ends in the middle of a frame, so that its end is missing; what is before that is read")
    can_seek = len(parts) == 1 and not notes and present is None and first.kind >> 3 & 3 == _MPEG_1
    return SoundLayout(tuple(_pieces(part) for part in parts), present, tuple(notes), can_seek)


def _size(head: bytes) -> int:
    """Return the length of a frame in bytes; 0 where it is none."""
    if not _FRAME.match(head) or len(head) < 4 or head[2] >> 2 & 3 == 3:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bits = 1000 * _BITRATES[version == _MPEG_1, layer][(head[2] >> 4) - 1]
    rate = _RATES[head[2] >> 2 & 3] >> (0 if version == _MPEG_1 else 1 if version == _MPEG_2 else 2)
    padding = head[2] >> 1 & 1
    if layer == _LAYER_1:
        return 4 * (12 * bits // rate + padding)
    return (72 if layer == _LAYER_3 and version != _MPEG_1 else 144) * bits // rate + padding


def _kind(head: bytes) -> int:
    """Return version, layer, rate and whether it is mono: what does not change within a part."""
    return (head[1] & 0x1E) | (head[2] & 0x0C) << 8 | (head[3] >> 6 == 3) << 16


def _tag_offset(head: bytes) -> int:
    is_mono = head[3] >> 6 == 3
    return 4 + ((17 if is_mono else 32) if head[1] >> 3 & 3 == _MPEG_1 else (9 if is_mono else 17))


def _said_frames(head: bytes) -> int | None:
    """Return how many frames this one says that follow; 0 where it does not say, None where it is sound."""
    if head[1] & 6 != _LAYER_3 << 1:
        return None
    offset = _tag_offset(head)
    if head[offset : offset + 4] in (b"Xing", b"Info"):
        says = head[offset + 7 : offset + 8] or b"\0"
        return int.from_bytes(head[offset + 8 : offset + 12], "big") if says[0] & 1 else 0
    return 0 if head[36:40] == b"VBRI" else None


def _pieces(part: _Part) -> tuple[Piece, ...]:
    """Give a part a first frame that says how many frames there are, which only layer III has."""
    if part.header[1] >> 1 & 3 != _LAYER_3:
        return (_ID3, *part.windows)
    frames = part.frames.to_bytes(4, "big")
    tag, offset = bytearray(part.tag), _tag_offset(part.header)
    length = len(tag) + sum(end - begin for begin, end in part.windows)
    if part.said:
        # What else it says of the encoder's delay goes on to be true.
        tag[offset + 8 : offset + 12] = frames
        if tag[offset + 7] & 2:
            tag[offset + 12 : offset + 16] = min(length, 0xFFFFFFFF).to_bytes(4, "big")
    else:
        # A bitrate at which any kind of frame is large enough, without checksum or padding.
        head = bytes([0xFF, part.header[1] | 1, 0xB0 | part.header[2] & 0x0C, part.header[3]])
        tag = bytearray(head + bytes(offset - 4) + b"Info\0\0\0\1" + frames)
        tag = tag.ljust(_size(head), b"\0")
    return (_ID3, bytes(tag), *part.windows)


class _Walk:
    """Goes from frame to frame."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file, self.size = file, size
        self.junk, self.starts = 0, 0
        self.is_cut, self.is_announced = False, False
        self.start, self.buffer = 0, b""

    def parts(self) -> list[_Part]:
        found: list[_Part] = []
        part: _Part | None = None
        position = 0
        while position + 4 <= self.size:
            head = self.bytes_at(position)
            length = _size(head)
            kind = _kind(head) if length else -1
            if not length or ((part is None or kind != part.kind) and not self.goes_on(position + length, kind)):
                after = self.after_tag(position, head)
                if after is None:
                    after = self.next_frame(position + 1)
                    self.junk += after - position
                position = after
                continue
            if position + length > self.size:
                self.is_cut = True
                break
            said = _said_frames(head)
            is_full = part is not None and part.said and part.frames >= part.said
            if part is None or kind != part.kind or said is not None or (is_full and self.many_follow(position, kind)):
                part = _Part(kind, head[:4])
                found.append(part)
            if said is not None:
                part.said = said
                part.tag = self.bytes_at(position, length)[:length]
                if not said:
                    part.tag = b""
            else:
                part.add(position, length)
            position += length
        self.is_announced = any(part.said for part in found)
        return [part for part in found if part.frames]

    def bytes_at(self, position: int, length: int = _HEAD) -> bytes:
        inside = position - self.start
        if inside < 0 or inside + length > len(self.buffer):
            self.file.seek(position)
            self.start, self.buffer, inside = position, self.file.read(_READ_AHEAD), 0
        return self.buffer[inside : inside + length]

    def goes_on(self, position: int, kind: int) -> bool:
        """Tell whether a frame of this kind, or the end, is here."""
        if position >= self.size:
            return position == self.size
        head = self.bytes_at(position)
        return (bool(_size(head)) and _kind(head) == kind) or self.after_tag(position, head) is not None

    def many_follow(self, position: int, kind: int) -> bool:
        for _ in range(_FEW_FRAMES):
            head = self.bytes_at(position)
            if position + 4 > self.size or not (length := _size(head)) or _kind(head) != kind:
                return False
            position += length
        return True

    def after_tag(self, position: int, head: bytes) -> int | None:
        """Return where a tag that begins here ends."""
        if head[:3] == b"ID3" and len(head) >= 10 and max(head[6:10]) < 0x80:
            length = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
            return position + 10 + length + (10 if head[5] & 0x10 else 0)
        if head[:8] == b"APETAGEX" and len(head) >= 32:
            length = int.from_bytes(head[12:16], "little")
            # A footer closes what was passed over as junk; a header begins a tag that it does not count itself to.
            return position + 32 + (length if head[23] & 0x20 else 0)
        return position + 128 if head[:3] == b"TAG" and position + 128 <= self.size else None

    def next_frame(self, position: int) -> int:
        """Return where the next two frames of a kind begin, or the end of the file."""
        while position + 4 <= self.size and self.starts < _MOST_STARTS and self.junk < _MOST_JUNK:
            inside = position - self.start
            if not 0 <= inside < len(self.buffer) - 4:
                self.bytes_at(position, _READ_AHEAD)
                inside = 0
            found = _FRAME.search(self.buffer, inside)
            if found is None:
                position = max(position + 1, self.start + len(self.buffer) - 3)
                continue
            position = self.start + found.start()
            self.starts += 1
            head = self.bytes_at(position)
            length = _size(head)
            if length and self.goes_on(position + length, _kind(head)):
                return position
            tag = self.buffer.find(b"TAG", inside, position - self.start) if position > self.size - 256 else -1
            if tag >= 0:
                return self.start + tag
            position += 1
        return self.size
