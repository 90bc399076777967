"""Small data sets that ask for much, and files that are none: one clear line within a second."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from bounded_calls import BoundedCalls

INGESTION = Path(__file__).parents[2] / "ingestion"


@pytest.fixture(scope="module")
def ingestion() -> Iterator[BoundedCalls]:
    calls = BoundedCalls(INGESTION)
    yield calls
    calls.close()


PROTO = "sample_count: 3\noutput_dim: 2\nmatrix_spec { row_count: 1 }\n"
META, SOLUTION, TEXTPROTO = (
    "autospeech_input:read_meta",
    "autospeech_input:read_solution",
    "autodl_input:_read_metadata",
)
FILES: dict[str, tuple[str, str, str]] = {
    "meta: depth": (META, "[" * 100_000, "nested too deeply"),
    "meta: 400 digits": (META, '{"class_num": ' + "9" * 400 + "}", "a number of 400 digits"),
    "meta: 1e999": (META, '{"class_num": 2, "time_budget": 1e999}', "the number 1e999"),
    "meta: a million lists": (META, "[" + "[]," * 3_000_000 + "[]]", "it has 9,000,004 bytes"),
    "solution: a line of 20 MB": (SOLUTION, "0 " * 10_000_000, "a line of it has 20,000,000 bytes"),
    "solution: 1e400": (SOLUTION, "1e400 0\n", "inf in row 1, column 1"),
    "textproto: depth": (TEXTPROTO, PROTO + "a {" * 100_000, "nested too deeply"),
    "textproto: 5000 digits": (TEXTPROTO, PROTO.replace("3", "9" * 5000), "a number of 5000 digits"),
    "textproto: 400 digits": (TEXTPROTO, PROTO.replace("row_count: 1", "row_count: " + "9" * 400), "of 400 digits"),
    "textproto: a million fields": (TEXTPROTO, PROTO + "a: 1 " * 1_000_000, "it has 5,000,059 bytes"),
}


@pytest.mark.parametrize(("reader", "text", "says"), FILES.values(), ids=FILES)
def test_texts(ingestion: BoundedCalls, tmp_path: Path, reader: str, text: str, says: str) -> None:
    path = tmp_path / "metadata.textproto"
    path.write_text(text)
    error = ingestion(reader, tmp_path if reader == TEXTPROTO else path).check().error
    assert error.startswith(f"BadInputError: {path}: ")
    assert says in error
    assert len(error) < 500


@pytest.mark.parametrize("reader", [META, SOLUTION, TEXTPROTO])
def test_what_is_no_file(ingestion: BoundedCalls, tmp_path: Path, reader: str) -> None:
    for number, make in enumerate((os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero"))):
        path = tmp_path / str(number) / "metadata.textproto"
        path.parent.mkdir()
        make(path)
        error = ingestion(reader, path.parent if reader == TEXTPROTO else path).check().error
        assert error.startswith(f"BadInputError: {path}: ")
        assert "a regular file is needed" in error
