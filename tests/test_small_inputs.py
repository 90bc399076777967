"""Inputs of a few bytes, or of one overlong line, that ask for much: each is refused, or read at a small cost."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bounded_calls import BoundedCalls

Write = Callable[[Path], object]


def text(content: str | bytes) -> Write:
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def packed(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


# Solutions, metadata, tables: the content of a file, and what its reader says.
ROW = "file_name,label\na.wav,x\n"
WIDE = f"file_name,label{''.join(f',c{number}' for number in range(5000))}\n"
PROTO = "sample_count: 3\noutput_dim: 2\nmatrix_spec { row_count: 1 }\n"
FILES: dict[str, tuple[str, str | bytes, str]] = {
    "solution: a line of 20 MB": ("solution", b"0" * 20_000_000, "a line of it has 20,000,000 bytes"),
    "solution: ten million columns": ("solution", b"0 " * 10_000_000, "a line of it has 20,000,000 bytes"),
    "solution: 1e400": ("solution", "1e400 0\n", "row 1 holds inf"),
    "solution: complex numbers": ("solution", "1+2j 0\n", "could not convert string '1+2j'"),
    "solution: 5000 digits": ("solution", "9" * 5000 + " 0\n", "row 1 holds inf"),
    "solution: NUL": ("solution", b"\0 0\n", "could not convert"),
    "meta: depth": ("meta", "[" * 100_000, "nested too deeply"),
    "meta: 400 digits": ("meta", '{"class_num": 2, "time_budget": ' + "9" * 400 + "}", "a number of 400 digits"),
    "meta: 1e999": ("meta", '{"class_num": 2, "time_budget": 1e999}', "the number 1e999"),
    "meta: a budget that is NaN": ("meta", '{"class_num": 2, "time_budget": NaN}', "time_budget is nan"),
    "meta: 1 Hz": ("meta", '{"class_num": 2, "sample_rate": 1}', "its sample rate is 1 Hz"),
    "meta: a million lists": ("meta", "[" + "[]," * 3_000_000 + "[]]", "it has 9,000,004 bytes"),
    "textproto: depth": ("textproto", PROTO + "a {" * 100_000, "recursion"),
    "textproto: 5000 digits": ("textproto", PROTO.replace("3", "9" * 5000), "a number of 5000 digits"),
    "textproto: 400 digits": ("textproto", PROTO.replace("3", "9" * 400), "a number of 400 digits"),
    "textproto: a million fields": ("textproto", PROTO + "a: 1 " * 1_000_000, "it has 5,000,059 bytes"),
    "csv: a cell of 200 kB": ("csv", ROW + "b.wav," + "x" * 200_000 + "\n", "field larger than field limit"),
    "csv: a quote left open": ("csv", ROW + '"' + "x\n" * 200_000, "is there a quote that is not closed?"),
    "csv: a million columns": ("csv", "file_name,label" + ",c" * 1_000_000 + "\n", "a line of more than 1,000,000"),
    "csv: 100,000 columns": ("csv", "file_name,label" + "," * 100_000 + "\na.wav,x\n", "it has 100,002 columns"),
    "csv: a million cells": ("csv", ROW + "b.wav,x" + ",y" * 1_000_000 + "\n", "a line of more than 1,000,000"),
    "csv: a line of 20 MB": ("csv", b"x" * 20_000_000, "a line of more than 1,000,000"),
    "csv: NUL in a row": ("csv", b"file_name,label\na.wav,x\0y\n", "it holds NUL bytes"),
    "csv: blank lines": ("csv", b"\n" * 2_000_000, "its first 10,000 lines have no text"),
    "csv: 5000 columns": ("csv", WIDE + "".join(f"{number}.wav,x\n" for number in range(200)), ""),
    "jsonl: depth": ("jsonl", '{"file_name":"a.wav","label":' + "[" * 100_000, "nested too deeply"),
    "jsonl: 5000 digits": ("jsonl", '{"file_name":"a.wav","label":' + "9" * 5000 + "}\n", "a number of 5000 digits"),
    "jsonl: 30,000 columns": ("jsonl", json.dumps({str(key): 1 for key in range(30_000)}), "it has 30,000 columns"),
    "jsonl: a line of 9 MB": ("jsonl", '{"label":[' + "[]," * 3_000_000 + "[]]}\n", "a line of more than 1,000,000"),
    "run: a million lists as trace": ("json", "[" + "[]," * 3_000_000 + "[]]", "it has 9,000,004 bytes"),
    "run: a start time beyond any calendar": ("start", "start_time: 1e300\n", "it must hold `start_time`"),
    "run: no text": ("start", "", "it holds no line"),
}
READERS = {
    "solution": "autospeech.datasets.solution_file:read_solution",
    "meta": "autospeech.datasets.autospeech_format:_read_meta",
    "textproto": "autospeech.datasets.autodl_metadata:AutoDLMetadata.read",
    "csv": "autospeech.datasets.csv_table:read_table",
    "jsonl": "autospeech.datasets.csv_table:read_table",
    "json": "autospeech.report.from_run:_trace",
    "start": "autospeech.report.from_run:_start_time",
}


@pytest.mark.parametrize(("kind", "content", "says"), FILES.values(), ids=FILES)
def test_texts(bounded: BoundedCalls, tmp_path: Path, kind: str, content: str | bytes, says: str) -> None:
    path = tmp_path / f"given.{kind}"
    text(content)(path)
    outcome = bounded(READERS[kind], path).check()
    assert says in outcome.error, outcome
    if says:
        assert str(path) in outcome.error
        assert outcome.error.partition(":")[0] in ("DatasetError", "RecordError")
        assert len(outcome.error) < 500
    else:
        assert not outcome.error


LAUGHS = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
START = "start_time: 1\ntask_name: 'a b'\n"
# The content of start.txt or end.txt, and a field of it.
YAML: dict[str, tuple[str, str, object]] = {
    "aliases": (f"{LAUGHS}reason: *a9\n", "reason", "*a9"),
    "brackets": (START + "a: " + "[" * 20_000 + "\n", "start_time", "1"),
    "blocks": (START + "- " * 30_000 + "a\n", "start_time", "1"),
    "100,000 stamps": (START + "".join(f"{n}: {n}.5\n" for n in range(100_000)), "99999", "99999.5"),
    "stamps, and quotes": (START + "7: 1.5\n", "task_name", "a b"),
    "a line of 2 MB": ("task_name: " + "a" * 2_000_000 + "\n", "task_name", "a" * 49_989),
    "5000 digits": (START + "9" * 5000 + ": 1\n8: 2.5\n", "8", "2.5"),
    "Python objects": (START + "a: !!python/object/apply:os.system [id]\n", "start_time", "1"),
}


@pytest.mark.parametrize(("content", "key", "value"), YAML.values(), ids=YAML)
def test_yaml(bounded: BoundedCalls, tmp_path: Path, content: str, key: str, value: object) -> None:
    path = tmp_path / "start.txt"
    path.write_text(content)
    assert not bounded("autospeech.harness:_read_fields", path).check().error
    from autospeech.yaml_lines import read_yaml_lines

    fields = read_yaml_lines(content)
    assert fields is not None
    assert fields[key] == value


SOURCES: dict[str, tuple[str | bytes, str]] = {
    "two million lines": ("a\n" * 2_000_000, "more than 80,000 words and signs"),
    "as much as is read": ("a\n" * 39_999, "no class Model"),
    "as many lists as are read": ("x=[" + "[]," * 26_600 + "]", "no class Model"),
    "as many fields as are read": ("x=f'" + "{a}" * 26_600 + "'", "no class Model"),
    "brackets": ("(" * 70_000, "too many nested"),
    "signs": ("x=" + "-" * 70_000 + "1", "it is nested too deeply"),
    "names": ("x" + ".a" * 39_000, "recursion"),
    "a text of 15 MB": ("x='" + "a" * 15_000_000 + "'", "no class Model"),
    "a text of 21 MB": ("#" + "\N{BLACK STAR}" * 7_000_000, "it has 21,000,001 bytes"),
    "NUL": (bytes(1000), "null bytes"),
    "a codec that takes long": ("# coding: punycode\n" + "a" * 50_000 + "-" + "z" * 50_000, "it is no Python"),
}


@pytest.mark.parametrize(("source", "says"), SOURCES.values(), ids=SOURCES)
def test_submissions(bounded: BoundedCalls, tmp_path: Path, source: str | bytes, says: str) -> None:
    path = tmp_path / "submission.zip"
    path.write_bytes(
        packed({"model.py": source}, zipfile.ZIP_STORED if len(source) > 5_000_000 else zipfile.ZIP_DEFLATED)
    )
    outcome = bounded("autospeech.bundle.check_submission:check_submission", path).check()
    assert not outcome.error
    assert says in outcome.value


def entries_on_each_other() -> bytes:
    """A thousand names for the one megabyte that is there."""
    data = packed({"m000.py": bytes(900_000) + np.random.default_rng(0).bytes(10_000)})
    begin, end = data.rindex(b"PK\1\2"), data.rindex(b"PK\5\6")
    names = b"".join(data[begin:end].replace(b"m000.py", b"m%03d.py" % number) for number in range(1000))
    return data[:begin] + names + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1000, 1000, len(names), begin, 0)


def lzma_of_4_gb() -> bytes:
    data = bytearray(packed({"model.py": "x = 1\n" * 100}, zipfile.ZIP_LZMA))
    begin = data.index(b"model.py") + len(b"model.py") + 5
    data[begin : begin + 4] = b"\xff\xff\xff\xff"
    return bytes(data)


ZIPS: dict[str, tuple[Callable[[], bytes], str]] = {
    "entries on each other": (entries_on_each_other, "its files lie on each other"),
    "a dictionary of 4 GB": (lzma_of_4_gb, "'model.py' is packed by method 14"),
    "a name of 60 kB": (lambda: packed({"a" * 60_000: ""}), "is longer than 1000 characters"),
    "30,000 folders": (lambda: packed({"a/" * 30_000 + "b": ""}), "is longer than 1000 characters"),
    "60 folders": (lambda: packed({"a/" * 60 + "b": ""}), "or 50 folders"),
    "20,000 entries": (lambda: packed(dict.fromkeys(map(str, range(20_000)), "")), "it holds 20,000 files"),
}


@pytest.mark.parametrize(("make", "says"), ZIPS.values(), ids=ZIPS)
def test_zip_files(bounded: BoundedCalls, tmp_path: Path, make: Callable[[], bytes], says: str) -> None:
    path = tmp_path / "submission.zip"
    path.write_bytes(make())
    error = bounded("autospeech.bundle.check_submission:check_submission", path).check().error
    assert error.startswith(f"BundleError: {path}: ")
    assert says in error
    assert len(error) < 400


def array(shape: str, descr: str = "<f4", data: bytes = b"") -> bytes:
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}}}\n".encode()
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header + data


ARRAYS: dict[str, tuple[bytes, str]] = {
    "2.4 GB": (array("(600000000,)"), "has 0 bytes, not 2,400,000,000 as its shape"),
    "beyond 64 bits": (array("(4294967296, 4294967296)"), "has 0 bytes, not 73,786,976,294,838,206,464"),
    "below 0": (array("(-1, -1)", data=bytes(4)), "its shape (-1, -1)"),
    "a text of 400 MB": (array("(1,)", "<U100000000"), "has 0 bytes, not 400,000,000"),
    "a header of brackets": (array("(" * 4000 + ")" * 4000), "no header that tells a type and a shape"),
    "a shape of 5000 digits": (array(f"({'9' * 5000},)"), "no header that tells a type and a shape"),
    "objects": (array("()", "|O", bytes(8)), "holds object"),
    "no array": (b"hello", "no array"),
}
SHAPE = array("()", "<U26", json.dumps({"pooling": [[1, "mean"]]}).encode("utf-32-le"))


@pytest.mark.parametrize(("content", "says"), ARRAYS.values(), ids=ARRAYS)
def test_arrays(bounded: BoundedCalls, tmp_path: Path, content: bytes, says: str) -> None:
    about = {"format": 2, "model": {"multi_label": False, "pooling": None, "members": []}}
    arrays = packed({"0/mean.npy": content}, zipfile.ZIP_STORED)
    model, encoder = tmp_path / "model.autospeech", tmp_path / "encoder.npz"
    model.write_bytes(packed({"about.json": json.dumps(about), "arrays.npz": arrays}, zipfile.ZIP_STORED))
    encoder.write_bytes(packed({"shape.npy": SHAPE, "w00.npy": content}))
    says = says if says != "no array" else ""
    error = bounded("autospeech.export.model_file:read_model", model).check().error
    assert error.startswith(f"ModelFileError: {model}: ")
    assert says in error
    error = bounded("autospeech.statistics.trunk:Trunk.load", encoder).check().error
    assert error.startswith(f"ValueError: {encoder}: ")
    assert says in error


def encoder_file(path: Path, shape: Any, *kernels: tuple[int, ...]) -> Path:
    arrays: list[np.ndarray] = []
    for kernel in kernels:
        arrays += [np.zeros(kernel, "float32"), *[np.ones(kernel[3], "float32")] * 4]
    named = {f"w{number:02d}": stored for number, stored in enumerate(arrays)}
    np.savez_compressed(path, shape=np.array(shape), **named)
    return path


ENCODERS: dict[str, tuple[str, list[tuple[int, ...]], str]] = {
    "depth": ("[" * 100_000, [(3, 3, 1, 8)], "nested too deeply"),
    "no object": ("1", [(3, 3, 1, 8)], "they are no weights of an encoder"),
    "poolings": (json.dumps({"pooling": [[1, "mean"]] * 101}), [(3, 3, 1, 8)], "there are 101 poolings"),
    "1.3 GB of patches": (
        '{"pooling": [[2, "mean"]]}',
        [(1, 1, 1, 2000), (9, 9, 2000, 1)],
        "makes 324,000,000 numbers of 500 frames",
    ),
    "60 MB of zeros": ('{"pooling": [[1, "mean"]]}', [(9, 9, 50, 4096)], "its arrays have 66"),
}


@pytest.mark.parametrize(("shape", "kernels", "says"), ENCODERS.values(), ids=ENCODERS)
def test_encoders(bounded: BoundedCalls, tmp_path: Path, shape: str, kernels: Any, says: str) -> None:
    path = encoder_file(tmp_path / "encoder.npz", shape, *kernels)
    error = bounded("autospeech.statistics.trunk:Trunk.load", path).check().error
    assert error.startswith(f"ValueError: {path}: they are no weights of an encoder (")
    assert says in error


def test_the_encoder_is_looked_at_before_the_run(tmp_path: Path) -> None:
    from autospeech.harness import run_harness

    with pytest.raises(ValueError, match=r"e\.npz: they are no weights of an encoder"):
        path = encoder_file(tmp_path / "e.npz", "[]", (3, 3, 1, 8))
        run_harness(Path("sample_data"), tmp_path / "out", budget=10, encoder=path)
    assert not (tmp_path / "out").exists()


def test_about_a_model(bounded: BoundedCalls, tmp_path: Path) -> None:
    path = tmp_path / "model.autospeech"
    for about, says in {"[" * 100_000: "nested too deeply", '{"format": 1e999}': "larger than a float"}.items():
        path.write_bytes(packed({"about.json": about, "arrays.npz": b""}, zipfile.ZIP_STORED))
        assert says in bounded("autospeech.export.model_file:read_model", path).check().error


def wav(path: Path, rate: int, samples: int) -> Path:
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + samples, b"WAVE", b"fmt ", 16, 1, 1, rate, rate, 1, 8, b"data", samples
    )
    path.write_bytes(head + bytes([128]) * samples)
    return path


@pytest.mark.parametrize(
    ("rate", "samples", "says"),
    [
        (1, 250_000, "its sample rate is 1 Hz; sound has 100 to 10,000,000 Hz"),
        (99, 250_000, "its sample rate is 99 Hz"),
        (10_000_001, 250_000, "its sample rate is 10000001 Hz"),
        (100, 5_000_000, "it is 50000 s long at a sample rate of 100 Hz"),
        (1000, 5_000_000, "it is 5000 s long at a sample rate of 1000 Hz"),
        (100, 100_000, ""),
        (2000, 2_000_000, ""),
    ],
)
def test_sample_rates_of_files(bounded: BoundedCalls, tmp_path: Path, rate: int, samples: int, says: str) -> None:
    path = wav(tmp_path / "sound.wav", rate, samples)
    outcome = bounded("autospeech.audio.decode:decode", path).check()
    assert says in outcome.error
    assert bool(outcome.error) == bool(says)
    # In blocks, as `predict` reads it.
    assert bounded("autospeech.audio.sound_blocks:sound_blocks", path).check().error == outcome.error


@pytest.mark.parametrize("suffix", ["flac", "aiff", "au", "caf", "w64"])
def test_sample_rates_of_other_containers(bounded: BoundedCalls, tmp_path: Path, suffix: str) -> None:
    import soundfile

    path = tmp_path / f"sound.{suffix}"
    soundfile.write(path, np.zeros(100_000, "float32"), 50, subtype="PCM_16")
    error = bounded("autospeech.audio.decode:decode", path).check().error
    assert error.startswith(f"AudioDecodeError: {path}: ")
    assert "its sample rate is 50 Hz" in error


@pytest.mark.parametrize(
    "rate", [1, 99, 1e9, 1e300, 10**400, 2**63, float("nan"), float("inf"), -5, True, "16000"], ids=str
)
def test_sample_rates_beside_arrays(bounded: BoundedCalls, rate: Any) -> None:
    samples = np.zeros(10_000, "float32")
    for name, args in {
        "autospeech.datasets.sound_reader:SoundReader": (rate,),
        "autospeech.audio.change_rate:change_rate": (samples, rate, 16000),
        "autospeech.competition:_sample_rate": ({"sample_rate": rate},),
        "autospeech.datasets.sound_list:sound_list": ([(samples, rate)],),
    }.items():
        error = bounded(name, *args).check().error
        assert error.startswith("ValueError: ")
        assert len(error) < 500
