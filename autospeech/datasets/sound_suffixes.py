"""Which files of a folder are sounds by their names, and which are plainly none."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath

# fmt: off
LIBSNDFILE_SUFFIXES = frozenset(
    {
        ".wav", ".wave", ".bwf", ".amb", ".rf64", ".w64", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".mp2", ".mp1",
        ".mpga", ".aif", ".aiff", ".aifc", ".au", ".snd", ".caf", ".sph", ".nist", ".voc", ".sf", ".ircam", ".avr",
        ".paf", ".fap", ".pvf", ".svx", ".8svx", ".iff",
    }
)
# What phones, browsers, cameras and other programs write; PyAV reads them, the extra `media`.
MEDIA_SUFFIXES = frozenset(
    {
        ".m4a", ".m4b", ".m4r", ".aac", ".mp4", ".m4v", ".mov", ".3gp", ".3gpp", ".3g2", ".amr", ".awb", ".webm",
        ".weba", ".wma", ".wmv", ".asf", ".mka", ".mkv", ".ac3", ".eac3", ".dts", ".wv", ".tta", ".ape", ".spx", ".ogv",
        ".ogx", ".avi", ".flv", ".mpg", ".mpeg", ".vob", ".mts", ".m2ts", ".rm", ".ra", ".mpc", ".tak", ".dsf", ".gsm",
    }
)
SOUND_SUFFIXES = LIBSNDFILE_SUFFIXES | MEDIA_SUFFIXES
# They stand beside sounds and are none: texts, tables, annotations, pictures, code and models.
DOCUMENT_SUFFIXES = frozenset(
    {
        ".txt", ".md", ".rst", ".csv", ".tsv", ".json", ".jsonl", ".xml", ".html", ".htm", ".yaml", ".yml", ".toml",
        ".ini", ".cfg", ".log", ".pdf", ".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".ods", ".tex", ".bib",
        ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".svg", ".tif", ".tiff", ".webp", ".heic", ".ico",
        ".py", ".ipynb", ".m", ".r", ".sh", ".bat", ".js", ".css", ".db", ".lnk", ".url", ".md5", ".sha1",
        ".sha256", ".textgrid", ".lab", ".eaf", ".ann", ".srt", ".vtt", ".lrc", ".jams", ".mid", ".midi", ".cue",
        ".m3u", ".m3u8", ".asd", ".reapeaks", ".phn", ".wrd", ".trn", ".stm", ".ctm", ".rttm", ".cha", ".mlf", ".sfv",
        ".autospeech", ".tflite", ".onnx", ".keras", ".npy", ".npz", ".pkl", ".pickle", ".h5", ".hdf5", ".pt", ".pth",
        ".parquet", ".sfk", ".pkf", ".pek", ".ffindex", ".tmp", ".crc", ".torrent", ".scp", ".nfo", ".pitchtier",
    }
)
# fmt: on
DOCUMENT_NAMES = frozenset(
    {"readme", "license", "licence", "copying", "authors", "changelog", "makefile", "dockerfile"}
)
MOST_NAMED = 6
# `endswith` is much quicker than to take a path apart, and takes tuples alone.
_SOUND_ENDINGS, _DOCUMENT_ENDINGS = tuple(SOUND_SUFFIXES), tuple(DOCUMENT_SUFFIXES)


def is_sound(name: str) -> bool:
    """Whether a file is a sound by its name."""
    return name.lower().endswith(_SOUND_ENDINGS)


def is_document(name: str) -> bool:
    """Whether a file is a text, a table, a picture or the like by its name, and so needs no word when passed over."""
    return name.lower().endswith(_DOCUMENT_ENDINGS) or name.lower() in DOCUMENT_NAMES


def suffix_counts(names: list[str]) -> str:
    """Tell how many files have which suffix.

    Args:
        names: Of the files.

    Example:
        >>> suffix_counts(["a.XYZ", "b.xyz", "c.pcm", "d"])
        '2 .xyz, 1 .pcm, 1 without a suffix'
    """
    counts = Counter(PurePath(name).suffix.lower() for name in names)
    most = sorted(counts, key=lambda suffix: (-counts[suffix], not suffix, suffix))[:MOST_NAMED]
    told = [f"{counts[suffix]} {suffix or 'without a suffix'}" for suffix in most]
    others = len(counts) - len(told)
    return ", ".join(told) + (f" and {others} other suffixes" if others else "")
