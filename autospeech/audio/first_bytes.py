"""What a file is, by its first bytes."""

from __future__ import annotations

import re

# What is no sound, whatever its name says.
_NO_SOUND: tuple[tuple[bytes, str], ...] = (
    (b"version https://git-lfs", "a Git LFS pointer (`git lfs pull` fetches the file)"),
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\x00\x05\x16\x07", "the AppleDouble companion that macOS writes beside a file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x89HDF", "an HDF5 file"),
    (b"PAR1", "a Parquet table"),
    (b"SQLite format", "a SQLite data base"),
    # libsndfile reads it, but writes what it does not like of it on the terminal.
    (b"\xf0\x7e", "a MIDI sample dump"),
    (b"MThd", "a MIDI file, which holds notes and no sound"),
    (b"\x7fELF", "a program"),
    (b"<?xml", "an XML document"),
    (b"#EXTM3U", "a playlist"),
    (b"[playlist]", "a playlist"),
)
# What libsndfile does not read and PyAV may.
_MEDIA: tuple[tuple[int, bytes, str], ...] = (
    (4, b"ftyp", "an M4A, MP4 or 3GP file"),
    (4, b"moov", "a QuickTime file"),
    (4, b"mdat", "a QuickTime file"),
    (4, b"wide", "a QuickTime file"),
    (0, b"\x1a\x45\xdf\xa3", "a WebM or Matroska file"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a WMA or WMV file"),
    (0, b"#!AMR", "an AMR file"),
    (0, b"\x0b\x77", "an AC-3 stream"),
    (0, b"\x7f\xfe\x80\x01", "a DTS stream"),
    (0, b"FLV\x01", "a Flash video"),
    (0, b"wvpk", "a WavPack file"),
    (0, b"TTA1", "a True Audio file"),
    (0, b"MAC ", "a Monkey's Audio file"),
    (0, b"MPCK", "a Musepack file"),
    (0, b"MP+", "a Musepack file"),
    (0, b"tBaK", "a TAK file"),
    (0, b"DSD ", "a DSF file"),
    (0, b"FRM8", "a DSDIFF file"),
    (0, b".RMF", "a RealMedia file"),
    (0, b"\x00\x00\x01\xba", "an MPEG video"),
    (8, b"AVI ", "an AVI video"),
)
_HTML = re.compile(rb"<(!doctype html|html|head|body|script|!--)", re.IGNORECASE)
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]+")


def not_a_sound(head: bytes) -> str | None:
    """Name a kind of file that never is a sound.

    Args:
        head: The file's first bytes; a few hundred are enough.

    Returns:
        The kind with its article; None where it may be a sound.

    Example:
        >>> not_a_sound(b"<!DOCTYPE html><p>Not found"), not_a_sound(b"RIFF....WEBPVP8 ")
        ('an HTML page', 'a WebP image')
    """
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HTML.match(text):
        return "an HTML page"
    found = next((name for magic, name in _NO_SOUND if head.startswith(magic) or text.startswith(magic)), None)
    if found is None and head[:4] in (b"RIFF", b"RIFX") and head[8:12] not in (b"WAVE", b"AVI ", b"") and head[12:]:
        kind = head[8:12].decode("latin-1").strip()
        return "a WebP image" if kind == "WEBP" else f"a RIFF file of the kind {kind!r} and not of WAVE"
    if found is None and text[:1] in (b"{", b"[") and _TEXT.fullmatch(text):
        return "a JSON document"
    if found is None and head[257:262] == b"ustar":
        return "a tar archive"
    return found


def media_kind(head: bytes) -> str | None:
    r"""Name a kind of file that holds sound, but not for libsndfile.

    Args:
        head: The file's first bytes.

    Returns:
        The kind with its article; None where libsndfile may know it.

    Example:
        >>> media_kind(b"\0\0\0\x18ftypM4A "), media_kind(b"fLaC")
        ('an M4A, MP4 or 3GP file', None)
    """
    # An AAC stream begins as an MP3 frame does, but for the layer, which is 0.
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xF6 == 0xF0:
        return "an AAC stream"
    if head[:1] == b"\x47" and head[188:189] == b"\x47" and head[376:377] == b"\x47":
        return "an MPEG transport stream"
    return next((name for offset, magic, name in _MEDIA if head[offset : offset + len(magic)] == magic), None)


def unknown_kind(head: bytes) -> str:
    r"""Describe first bytes that no decoder could make sense of.

    Args:
        head: The file's first bytes, at least one.

    Returns:
        The kind with its article, or the bytes themselves.

    Example:
        >>> unknown_kind(b"a letter"), unknown_kind(bytes(9)), unknown_kind(b"\x01\xfe")
        ('plain text', 'zeros', 'unknown (01 fe)')
    """
    if not head.strip(b"\0"):
        return "zeros"
    if head.startswith(b"ID3"):
        return "a tag of an MP3 file, without a frame behind it"
    if _TEXT.fullmatch(head[:512]) and head[:512].decode("utf-8", "ignore"):
        return "plain text"
    return f"unknown ({head[:8].hex(' ')})"
