"""Damage what is inside of containers, whose own checks stay right: checksums of records, zip files, arrays, JSON."""

from __future__ import annotations

import io
import json
import random
import struct
import sys
import zipfile
from pathlib import Path
from typing import Any

from fuzz_mutations import mutated

sys.path.append(str(Path(__file__).parents[2] / "ingestion"))
_NAMES = (
    "model.py",
    "../x",
    "/x",
    "a/../../b",
    "C:\\x",
    "a\\b",
    "x" * 300,
    "\x00",
    "a/",
    "CON",
    "é",
    "a/b/c/d",
    ".",
    "",
)
_CODE = (
    b"class Model:\n    def train(self): pass\n    def test(self): pass\n", b"(" * 5000, b"x = [" + b"[" * 300, b"\xff",
    b"# coding: nothing\n", b"\n" * 100_000, b"a\n" * 20_000, b"-" * 20_000 + b"1", b"x" + b".y" * 5000, b"1" * 5000,
    b"f'" + b"{" * 200, b"class Model(" + b"A," * 3000 + b"): pass", b"\x00", b"",
)  # fmt: skip
_VALUES = (
    None, True, False, 0, -1, 1, 2, 10**30, -(10**400), 1e308, -0.0, "", "x" * 3000, "\ud800", "../x", [], {}, [[]],
    [0] * 3000, {"a": {}}, float("nan"), float("inf"), "nan", "1", 2**31, 2**63, 0.5, "[/b]", "\x00",
)  # fmt: skip


def made_record(rng: random.Random, name: str, data: bytes) -> bytes | None:
    """Damage records, each with the right checksums around it."""
    from crc32c import masked_crc32c

    if "sample-" not in name:
        return None
    records, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        records.append(data[at + 12 : at + 12 + length])
        at += length + 16
    place = rng.randrange(len(records))
    records[place] = mutated(records[place], records, rng)[:20_000]
    if rng.random() < 0.1:
        records.append(b"\x0b" * rng.choice((10, 10_000)))  # groups in groups
    written = []
    for record in records:
        length = struct.pack("<Q", len(record))
        written += [length, struct.pack("<I", masked_crc32c(length)), record, struct.pack("<I", masked_crc32c(record))]
    return b"".join(written)


def made_zip(rng: random.Random, name: str, data: bytes) -> bytes:
    """A zip file of odd entries."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for _ in range(rng.choice((1, 2, 5))):
            entry = zipfile.ZipInfo(rng.choice((rng.choice(_NAMES), "model.py", "settings.json")))
            entry.compress_type = rng.choice(
                (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
            )
            entry.external_attr = rng.choice((0, 0o100644, 0o120777, 0o010644, 0o020644, 0o104755)) << 16
            archive.writestr(entry, rng.choice(_CODE))
    made = file.getvalue()
    return mutated(made, [data], rng) if rng.random() < 0.3 else made


def made_model(rng: random.Random, name: str, data: bytes) -> bytes:
    """A model file whose description or arrays are damaged."""
    parts = unzipped(data)
    part = rng.choice([*parts])
    if part.endswith(".json"):
        parts[part] = made_json(rng, part, parts[part])
    else:
        arrays = unzipped(parts[part])
        key = rng.choice([*arrays])
        arrays[key] = mutated(arrays[key], [*arrays.values()], rng)
        if rng.random() < 0.1:
            del arrays[key]
        parts[part] = zipped(arrays)
    return zipped(parts)


def made_json(rng: random.Random, name: str, data: bytes) -> bytes:
    """Put other values into JSON, or take some out."""
    document = json.loads(data)
    for _ in range(rng.choice((1, 1, 2, 4))):
        document = _changed(document, rng)
    try:
        return json.dumps(document).encode()
    except ValueError:  # a number of more digits than Python writes
        return b"9" * 5000


def _changed(value: Any, rng: random.Random) -> Any:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    if not keys or rng.random() < 0.15:
        return rng.choice(_VALUES)
    key = rng.choice(keys)
    if rng.random() < 0.1:
        del value[key]
    elif rng.random() < 0.1 and isinstance(value, list):
        value.append(value[key])
    else:
        value[key] = _changed(value[key], rng)
    return value


def zipped(parts: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    """A zip file without the time of day, so that it is the same each time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, packing)
    return file.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """The content of the files in a zip file by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def made_member(rng: random.Random, name: str, data: bytes) -> bytes | None:
    """What suits the file of a data set or of a run by its name."""
    from fuzz_pickles import made_pickle

    if name.endswith(".json"):
        return made_json(rng, name, data)
    return made_pickle(rng, name, data) if name.endswith(".pkl") else made_record(rng, name, data)
