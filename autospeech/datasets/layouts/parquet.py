"""Parquet files with the sounds inside, as the Hugging Face Hub has them."""

from __future__ import annotations

import atexit
import json
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from autospeech.audio.path_text import path_text
from autospeech.datasets.column_names import clear_file_column, clear_label_column, group_column, is_called, is_unnamed
from autospeech.datasets.csv_table import recordings_of_rows
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.layouts.choice import Choice
from autospeech.datasets.layouts.layout import Layout
from autospeech.datasets.layouts.some_names import holds_sound, some_names
from autospeech.datasets.listing_warning import ListingWarning
from autospeech.datasets.recording import SPLIT_NAMES, Recording
from autospeech.datasets.table_rows import LABEL_SEPARATOR, cell_text

_FOLDERS = ("", "data", "default", *SPLIT_NAMES)
_SHARD = re.compile(r"(?P<split>[A-Za-z]+)(-\d+-of-\d+.*)?")
# Few enough that a batch of long recordings fits into memory.
_ROWS = 8
_BUFFER_BYTES = 1_000_000


def read_parquet(folder: Path, choice: Choice) -> list[Recording] | None:
    """Read `data/train-00000-of-00001.parquet` and the like; see `Layout`.

    Each row has a struct of `bytes` and `path`, or bytes, and a label: text, a number, or the number of a class whose
    name the schema tells. Rows of such a class without a label (-1) are left out, with a warning.
    The sounds are written to a temporary folder, some rows at a time, which is removed when the program ends. The split
    is that of the file's name or folder. A table that names files (`metadata.parquet`) is read as `read_table` does.

    Raises:
        DatasetError: pyarrow is missing, a file is damaged, columns cannot be distinguished, or the disk is too small.

    References:
        https://huggingface.co/docs/datasets/audio_dataset
    """
    if choice.table is not None:
        files = [choice.table] if choice.table.suffix.lower() == ".parquet" else []
    else:
        places = [folder / name for name in _FOLDERS]
        files = [place / name for place in places for name in some_names(place) if _is_shard(place / name)]
    if not files or (choice.table is not None and choice.table.parent != folder):
        return None
    try:
        import pyarrow.parquet as pq
    except ImportError:
        raise DatasetError(
            f"{path_text(files[0])}: Parquet is read by pyarrow, which is not installed; "
            'pip install "autospeech[datasets]"'
        ) from None
    from pyarrow import ArrowException

    is_meant = choice.table is not None or not holds_sound(folder)
    files = [file for file in files if _names_sounds(file) or is_meant]
    if not files:
        return None
    kept = Path(tempfile.mkdtemp(prefix="autospeech-"))
    atexit.register(shutil.rmtree, kept, ignore_errors=True)
    found: list[Recording] = []
    for number, file in enumerate(files):
        try:
            # Without these pyarrow reads the whole file ahead.
            with pq.ParquetFile(file, pre_buffer=False, buffer_size=_BUFFER_BYTES) as shard:
                target = kept / f"{number:05d}-{path_text(file.stem)}"
                target.mkdir()
                found += _read_shard(file, shard, target, choice)
        except (ArrowException, OSError) as error:
            raise DatasetError(
                f"{path_text(file)}: its sounds cannot be written to {kept}: {error}; copy the file again, or set "
                "TMPDIR to a folder on a larger disk"
            ) from error
    return found


def _is_shard(file: Path) -> bool:
    """Tell the Hub's names from those of any other table that somebody may have left beside sounds."""
    if file.suffix.lower() != ".parquet":
        return False
    return _split(file) != "" or file.stem == "metadata"


def _names_sounds(file: Path) -> bool:
    """Whether a file holds sounds or names them: a folder of sounds may also hold tables of features."""
    import pyarrow.parquet as pq
    from pyarrow import ArrowException

    try:
        schema = pq.read_schema(file)
    except (ArrowException, OSError) as error:
        raise DatasetError(f"{path_text(file)}: it cannot be read as Parquet: {error}; copy the file again") from error
    return bool(_audio_column(file, schema, _features(schema)) or clear_file_column(schema.names))


def _split(file: Path) -> str:
    told = _SHARD.fullmatch(file.stem)
    names = (told["split"] if told else "", file.parent.name)
    return next((name for name in names if name.lower() in SPLIT_NAMES), "")


def _read_shard(file: Path, shard: Any, target: Path, choice: Choice) -> list[Recording]:
    schema = shard.schema_arrow
    features = _features(schema)
    audio = _audio_column(file, schema, features)
    if not audio:
        cells = ({name: _label(cell, ()) for name, cell in row.items()} for row in _rows_of(shard, schema.names))
        return recordings_of_rows(path_text(file), file.parent, enumerate(cells), "row", choice.group, choice.label)
    columns = [name for name in schema.names if name != audio and not is_unnamed(name)]
    choice.check(path_text(file), columns)
    label = choice.label or _label_column(file, columns, features)
    group = choice.group or group_column(columns, label) or None
    needed = sum(
        shard.metadata.row_group(part).column(leaf).total_uncompressed_size
        for part in range(shard.metadata.num_row_groups)
        for leaf in range(shard.metadata.num_columns)
        if shard.metadata.schema.column(leaf).path.partition(".")[0] == audio
    )
    if needed > shutil.disk_usage(target).free:
        raise OSError(f"no space left for its {needed / 1e9:.1f} GB")
    names = _class_names(features.get(label, {}))

    without: list[int] = []

    def rows() -> Iterator[tuple[int, dict[str, str]]]:
        wanted = list(dict.fromkeys([audio, label, *([group] if group else [])]))
        for number, row in enumerate(_rows_of(shard, wanted)):
            if names and row[label] in (None, -1):
                without.append(number)
                continue
            sound = _sound_file(file, row[audio], number, target)
            cells = {"file_name": str(sound), "label": _label(row[label], names), "split": _split(file)}
            yield number, cells | ({"group": _label(row[group], ())} if group else {})

    listed = list(rows())
    if without:
        warnings.warn(
            f"{path_text(file)}: {len(without)} of {shard.metadata.num_rows} rows are left out, since they have no "
            "label",
            ListingWarning,
            stacklevel=4,
        )
    return recordings_of_rows(path_text(file), file.parent, listed, "row") if listed else []


def _rows_of(shard: Any, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for batch in shard.iter_batches(batch_size=_ROWS, columns=list(columns), use_threads=False):
        yield from batch.to_pylist()


def _features(schema: Any) -> Mapping[str, Any]:
    """Return what the `datasets` library has written about the columns."""
    try:
        told = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return {}
    return {name: about for name, about in told.items() if isinstance(about, dict)} if isinstance(told, dict) else {}


def _audio_column(file: Path, schema: Any, features: Mapping[str, Any]) -> str:
    """Name the column of the sounds; empty where there is none, and files are named at best."""
    import pyarrow.types as types

    def holds_sound(kind: Any) -> bool:
        if types.is_struct(kind):
            return {kind.field(number).name for number in range(kind.num_fields)} >= {"bytes", "path"}
        return bool(types.is_binary(kind) or types.is_large_binary(kind))

    told = [name for name, about in features.items() if about.get("_type") == "Audio" and name in schema.names]
    found = told or [field.name for field in schema if holds_sound(field.type)]
    if "audio" in found or len(found) < 2:
        return "audio" if "audio" in found else "".join(found)
    raise DatasetError(f"{path_text(file)}: the columns {', '.join(found)} hold sounds; call the right one audio")


def _label_column(file: Path, columns: Sequence[str], features: Mapping[str, Any]) -> str:
    classes = [name for name in columns if _class_names(features.get(name, {}))]
    others = [name for name in columns if not is_called(name, ("split", "group"))]
    clear = clear_label_column(columns) or next((only[0] for only in (classes, others) if len(only) == 1), "")
    if not clear:
        raise DatasetError(
            f"{path_text(file)}: its columns are {', '.join(columns)}; name the labels with label (--label at the "
            "command line)"
        )
    return clear


def _class_names(about: Any) -> Sequence[str]:
    """Return the names of a ClassLabel, or of a list of such; empty for anything else."""
    if isinstance(about, dict) and about.get("_type") in ("Sequence", "List"):
        about = about.get("feature")
    if isinstance(about, dict) and about.get("_type") == "ClassLabel" and isinstance(about.get("names"), list):
        return [str(name) for name in about["names"]]
    return ()


def _label(cell: Any, names: Sequence[str]) -> str:
    if isinstance(cell, list):
        return LABEL_SEPARATOR.join(_label(part, names) for part in cell)
    if names and isinstance(cell, int):
        return names[cell] if 0 <= cell < len(names) else ""
    return cell_text(cell)


def _sound_file(file: Path, cell: Any, number: int, target: Path) -> Path:
    """Write the sound of a row to a file of its own, or name the file that the row names."""
    sound, path = (cell.get("bytes"), cell.get("path")) if isinstance(cell, dict) else (cell, None)
    if isinstance(sound, bytes):
        # The name is a stranger's: of a path in it no more than the last part is taken, and of that only plain signs.
        plain = re.sub(r"[^\w.-]", "_", re.split(r"[/\\]", path or "")[-1])[-60:]
        written = target / f"{number:07d}-{plain}"
        written.write_bytes(sound)
        return written
    if isinstance(path, str) and path:
        return file.parent / path
    raise DatasetError(f"{path_text(file)}, row {number}: it holds no sound; take the row out")


PARQUET = Layout("Hugging Face Parquet", "data/train-00000-of-00001.parquet", read_parquet)
