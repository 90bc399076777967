"""What a model of the AutoDL competitions is told about its data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from regular_file import read_text
from text_proto import parse_text_proto

# Of metadata.textproto: 30,000 classes with names of 30 characters.
MOST_BYTES = 2_000_000


class AutoDLMetadata:
    """The metadata object of the AutoDL programs: the same methods, read without protobuf.

    Args:
        folder: Folder of `metadata.textproto` and the records.

    Raises:
        ValueError: The file is not in text format, or a number is missing.
    """

    def __init__(self, folder: str | Path):
        self._folder = Path(folder)
        self._fields = parse_text_proto(read_text(self._folder / "metadata.textproto", MOST_BYTES))
        self._matrices = self._fields.get("matrix_spec", [])
        if not self._matrices or not all(isinstance(matrix, dict) for matrix in self._matrices):
            raise ValueError("matrix_spec { row_count … col_count … } is missing")
        for name in ("output_dim", "sample_count"):
            if not isinstance(_last(self._fields, name, None), int):
                raise ValueError(f"{name} is {_last(self._fields, name, None)!r}; a whole number is needed")
        sizes = [(self._fields, "sequence_size")]
        sizes += [(matrix, name) for matrix in self._matrices for name in ("row_count", "col_count", "num_channels")]
        for message, name in sizes:
            if type(_last(message, name, 1)) is not int:
                raise ValueError(f"{name} is a {type(_last(message, name, 1)).__name__}; a whole number is needed")
        for name in ("label_to_index_map", "feature_to_index_map"):
            if not all(map(_is_entry, self._fields.get(name, []))):
                raise ValueError(f'{name} holds something else than {{ key: "a name" value: a whole number }}')

    def get_dataset_name(self) -> str:
        """Path of the folder, as in the official program."""
        return str(self._folder)

    def get_bundle_size(self) -> int:
        """Number of matrices in an example; 1 for all data of the competitions."""
        return len(self._matrices)

    def is_compressed(self, bundle_index: int = 0) -> bool:
        """Whether the matrix is an encoded image."""
        return _last(self._matrices[bundle_index], "format", "DENSE") in ("COMPRESSED", 2)

    def is_sparse(self, bundle_index: int = 0) -> bool:
        """Whether the matrix is kept as indices and values."""
        return _last(self._matrices[bundle_index], "format", "DENSE") in ("SPARSE", 1)

    def get_matrix_size(self, bundle_index: int = 0) -> tuple[int, int]:
        """`(rows, columns)`; -1 where unknown."""
        matrix = self._matrices[bundle_index]
        return _last(matrix, "row_count", 0), _last(matrix, "col_count", 0)

    def get_num_channels(self, bundle_index: int = 0) -> int:
        """Number of channels; an unknown one is 3 for images and else 1."""
        channels = _last(self._matrices[bundle_index], "num_channels", 1)
        if channels == -1:
            return 3 if self.is_compressed(bundle_index) else 1
        return channels

    def get_tensor_size(self, bundle_index: int = 0) -> tuple[int, int, int]:
        """`(rows, columns, channels)`."""
        return (*self.get_matrix_size(bundle_index), self.get_num_channels(bundle_index))

    def get_tensor_shape(self, bundle_index: int = 0) -> tuple[int, int, int, int]:
        """`(time, rows, columns, channels)`; -1 where unknown."""
        return (self.get_sequence_size(), *self.get_tensor_size(bundle_index))

    def get_sequence_size(self) -> int:
        """Number of time steps; -1 where examples differ."""
        return _last(self._fields, "sequence_size", 1)

    def get_output_size(self) -> int:
        """Number of classes."""
        return _last(self._fields, "output_dim", 0)

    def size(self) -> int:
        """Number of examples."""
        return _last(self._fields, "sample_count", 0)

    def get_label_to_index_map(self) -> dict[str, int]:
        """Column of each label name; empty where the data set names none."""
        return _map(self._fields, "label_to_index_map")

    def get_feature_to_index_map(self) -> dict[str, int]:
        """Column of each feature name; empty where the data set names none."""
        return _map(self._fields, "feature_to_index_map")


def _last(message: dict[str, list[Any]], name: str, default: Any) -> Any:
    values = message.get(name)
    return values[-1] if values else default


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and type(_last(entry, "key", "")) is str and type(_last(entry, "value", 0)) is int


def _map(message: dict[str, list[Any]], name: str) -> dict[str, int]:
    return {_last(entry, "key", ""): _last(entry, "value", 0) for entry in message.get(name, [])}
