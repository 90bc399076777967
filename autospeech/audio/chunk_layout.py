"""WAV and its relatives: how much sound there is, where the header of an unfinished or cut file says otherwise."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from autospeech.audio.sound_layout import SoundLayout

# No real file has as many; a hostile one must not keep us for long.
_MOST_CHUNKS = 10_000
_MOST_FORMAT_BYTES = 1 << 16
# What programs that write into a pipe say, since they cannot go back: the largest size, or about that.
_UNKNOWN_SIZES = (range(0x7FFF0000, 0x80000001), range(0xFFFF0000, 0x100000000))
_FOUR_GIB = 1 << 32
_NAMES = (b"data", b"LIST", b"fact", b"fmt ", b"SSND", b"COMM", b"id3 ", b"bext", b"cue ", b"smpl", b"PEAK")
# Bytes behind the samples that are no chunks are told of from so many seconds on.
_LEAST_SECONDS = 0.1


def chunk_layout(file: BinaryIO, size: int) -> SoundLayout:
    """Look where the samples of a WAV, RF64, Wave64, AIFF, 8SVX, CAF, AU, VOC or SPHERE file are.

    Args:
        file: The file.
        size: Its length in bytes.

    Returns:
        The layout. A size of 0 before samples, and other sizes that libsndfile cannot deal with, are corrected.
    """
    file.seek(0)
    head = file.read(1024)
    kind = head[:4]
    if kind in (b"RIFF", b"RIFX", b"FORM"):
        joined = _joined(file, size, kind, head[8:12])
        if joined is not None:
            return joined
    if kind in (b"RIFF", b"RIFX", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return _wave(file, size, ">" if kind == b"RIFX" else "<", is_64=kind in (b"RF64", b"BW64"))
    if kind == b"FORM":
        for name, begin, claimed in _chunks(file, size, 12, ">"):
            if name in (b"SSND", b"BODY"):
                return _cut(claimed, size - begin)
    if kind == b"riff" and head[24:28] == b"wave":
        return _wave64(file, size)
    if kind == b"caff":
        return _caf(file, size)
    if kind == b".snd" and len(head) >= 12:
        return _au(head, size)
    if head.startswith(b"Creative Voice File"):
        return _voc(file, head, size)
    if head[:7] == b"NIST_1A":
        return _sphere(head, size)
    return SoundLayout()


def _cut(claimed: int, there: int) -> SoundLayout:
    """Return the layout of a file that can be read as it is, but may end early."""
    if there < claimed:
        return SoundLayout(present=max(0, there) / max(1, claimed), can_seek=False)
    return SoundLayout()


def _joined(file: BinaryIO, size: int, kind: bytes, form: bytes) -> SoundLayout | None:
    """Return the layout of several files one after the other, as `cat` leaves them; None where there is one."""
    begins: list[int] = []
    position = 0
    while position < size and len(begins) < _MOST_CHUNKS:
        file.seek(position)
        head = file.read(12)
        if len(head) < 12 or head[:4] != kind or head[8:] != form:
            break
        begins.append(position)
        position += 8 + struct.unpack("<I" if kind == b"RIFF" else ">I", head[4:8])[0]
    if len(begins) < 2:
        return None
    parts = tuple(((begin, end),) for begin, end in zip(begins, [*begins[1:], size], strict=True))
    return SoundLayout(parts, size / position if position > size else None, can_seek=False)


def _is_name(name: bytes) -> bool:
    return len(name) == 4 and all(0x20 <= mark <= 0x7E for mark in name)


def _chunks(file: BinaryIO, size: int, position: int, endian: str) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name, first byte and claimed size of each chunk; what is no chunk ends it."""
    for _ in range(_MOST_CHUNKS):
        if position >= size:
            break
        file.seek(position)
        head = file.read(8)
        if len(head) < 8 or not _is_name(head[:4]):
            return
        length = struct.unpack(endian + "I", head[4:])[0]
        yield head[:4], position + 8, length
        position += 8 + length
        if length % 2:
            # Chunks of odd size are followed by a byte, which some programs forget.
            file.seek(position)
            after = file.read(5)
            position += after[1:] in _NAMES or not _is_name(after[:4])


def _are_chunks(file: BinaryIO, size: int, position: int, endian: str) -> bool:
    """Tell whether all from here to the end is chunks, give or take a few bytes or zeros."""
    for _, begin, length in _chunks(file, size, position, endian):
        position = begin + length
    if size - position < 8:
        # Beyond the end lies a chunk that is cut off, or no chunk at all but samples that look like the name of one.
        return position <= size + 1
    file.seek(position)
    return not file.read(4096).strip(b"\0")


def _wave(file: BinaryIO, size: int, endian: str, is_64: bool) -> SoundLayout:
    form, claimed_64, end_before = b"", 0, 12
    for name, begin, length in _chunks(file, size, 12, endian):
        # A chunk that follows one of odd size at once: libsndfile looks for it a byte later.
        is_off = begin - 8 != end_before
        end_before = begin + length + length % 2
        if name == b"fmt " and length <= _MOST_FORMAT_BYTES:
            file.seek(begin)
            form = file.read(length)
        elif name == b"ds64":
            file.seek(begin)
            sizes = file.read(16)
            claimed_64 = struct.unpack("<8xQ", sizes)[0] if len(sizes) == 16 else 0
        elif name == b"data":
            if len(form) < 16:
                return SoundLayout()
            claimed = claimed_64 if is_64 and length == 0xFFFFFFFF else length
            return _wave_data(file, size, endian, begin, claimed, form, is_off)
    return SoundLayout()


def _wave_data(
    file: BinaryIO, size: int, endian: str, begin: int, claimed: int, form: bytes, is_off: bool
) -> SoundLayout:
    there = size - begin
    seconds = there / max(1, struct.unpack(endian + "8xI", form[:12])[0])
    if any(claimed in sizes for sizes in _UNKNOWN_SIZES) and there < claimed:
        return SoundLayout(parts=(_wave_header(endian, form, there, begin),)) if is_off else SoundLayout()
    end, notes = min(size, begin + claimed), []
    if claimed == 0 and there > 0 and not _are_chunks(file, size, begin, endian):
        end = size
        notes.append(
            "its header says that it holds no samples, as when a recorder is cut off; all that follows it is read as "
            "samples"
        )
    elif there - claimed > _FOUR_GIB - (1 << 16):
        # The size has 32 bits: of a file beyond 4 GiB it says the rest.
        end = size
        notes.append(f"its header cannot say how long a file above 4 GiB is; it is read to its end ({seconds:.0f} s)")
    elif claimed < there and not _are_chunks(file, size, begin + claimed + claimed % 2, endian):
        behind = seconds * (there - claimed) / there
        if behind >= _LEAST_SECONDS:
            notes.append(
                f"{there - claimed} bytes follow its samples that are no part of a WAV file (as samples they would be "
                f"{behind:.2f} s); they are not read"
            )
    present = there / claimed if claimed > there else None
    parts = (_wave_header(endian, form, end - begin, begin),) if is_off or end > begin + claimed else ()
    return SoundLayout(parts, present, tuple(notes), can_seek=not notes and present is None)


def _wave_header(endian: str, form: bytes, length: int, begin: int) -> tuple[bytes, tuple[int, int]]:
    """Make a WAV file of samples that lie in another."""
    form_chunk = b"fmt " + struct.pack(endian + "I", len(form)) + form + bytes(len(form) % 2)
    whole = 4 + len(form_chunk) + 8 + length
    if whole < _FOUR_GIB - 64:
        name = b"RIFF" if endian == "<" else b"RIFX"
        sizes = struct.pack(endian + "I", whole), struct.pack(endian + "I", length)
        return name + sizes[0] + b"WAVE" + form_chunk + b"data" + sizes[1], (begin, begin + length)
    sizes_chunk = b"ds64" + struct.pack("<IQQQI", 28, whole + 36, length, 0, 0)
    head = b"RF64\xff\xff\xff\xffWAVE" + sizes_chunk + form_chunk + b"data\xff\xff\xff\xff"
    return head, (begin, begin + length)


def _wave64(file: BinaryIO, size: int) -> SoundLayout:
    position = 40
    for _ in range(_MOST_CHUNKS):
        if position >= size:
            break
        file.seek(position)
        head = file.read(24)
        if len(head) < 24:
            break
        length = struct.unpack("<Q", head[16:])[0]
        if head[:4] == b"data":
            # Into a pipe 0 or the largest number is written.
            return _cut(length - 24 if length < 1 << 62 else 0, size - position - 24)
        position += max(24, length + -length % 8)
    return SoundLayout()


def _caf(file: BinaryIO, size: int) -> SoundLayout:
    position = 8
    for _ in range(_MOST_CHUNKS):
        if position >= size:
            break
        file.seek(position)
        head = file.read(12)
        if len(head) < 12:
            break
        length = struct.unpack(">q", head[4:])[0]
        there = size - position - 12
        if head[:4] == b"data":
            if 0 < length <= there:
                break
            # libsndfile refuses both a size that is not known and one that is too large.
            pieces = ((0, position + 4), struct.pack(">q", there), (position + 12, size))
            return SoundLayout((pieces,), there / length if length > there else None, can_seek=False)
        if length < 0:
            break
        position += 12 + length
    return SoundLayout()


def _au(head: bytes, size: int) -> SoundLayout:
    offset, claimed = struct.unpack(">II", head[4:12])
    if claimed == 0 and size > offset:
        note = "its header says that it holds no samples, as when a recorder is cut off; all that follows it is read"
        return SoundLayout((((0, 8), b"\xff\xff\xff\xff", (12, size)),), None, (note,), can_seek=False)
    return _cut(claimed if claimed != 0xFFFFFFFF else 0, size - offset)


def _voc(file: BinaryIO, head: bytes, size: int) -> SoundLayout:
    position = first = int.from_bytes(head[20:22], "little")
    for _ in range(_MOST_CHUNKS):
        file.seek(position)
        block = file.read(4)
        if len(block) < 4 or not block[0]:
            break
        length = int.from_bytes(block[1:], "little")
        if position + 4 + length > size:
            if position == first:
                return _cut(length, size - position - 4)
            # Of how many blocks it is the last nothing says.
            note = "it ends in the middle of a block, so that its end is missing; what is before that is read"
            return SoundLayout(notes=(note,), can_seek=False)
        position += 4 + length
    return SoundLayout()


def _sphere(head: bytes, size: int) -> SoundLayout:
    fields = dict(line.split(b" ")[::2] for line in head.split(b"\n") if line.count(b" ") == 2)
    try:
        offset = int(head.split(b"\n")[1])
        frame = int(fields.get(b"channel_count", b"1")) * int(fields[b"sample_n_bytes"])
        return _cut(frame * int(fields[b"sample_count"]), size - offset)
    except (KeyError, ValueError, IndexError):
        return SoundLayout()
