"""The tasks that systems are compared on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from autospeech.datasets.autospeech_format import write_autospeech
from autospeech.datasets.csv_table import is_task_table
from autospeech.datasets.data_folder import DataFolder
from autospeech.datasets.dataset import Dataset
from autospeech.datasets.dataset_error import DatasetError
from autospeech.datasets.read_dataset import read_dataset
from autospeech.presets import find_preset

ALL = "ALL"


@dataclass(frozen=True)
class BenchTask:
    """A task by its name.

    Args:
        name: `CORPUS/TASK` of a CSV of the recordings, or the name of a data set.
        source: That CSV, or the folder of a converted data set.
    """

    name: str
    source: Path

    def dataset_dir(self, build: Path) -> Path:
        """Return the converted data set, made in `build` where it is not there yet or older than its CSV."""
        if self.source.is_dir():
            return self.source
        target = build / self.name.replace("/", "_")
        found = DataFolder.find(target) if target.is_dir() else None
        if found is not None and found.solution.stat().st_mtime >= self.source.stat().st_mtime:
            return target
        return write_autospeech(read_dataset(self.source), build, overwrite=True)


def discover(data_dir: Path) -> dict[str, BenchTask]:
    """List the tasks of a folder of corpora.

    Args:
        data_dir: Holds `CORPUS/TASK.csv` of file_name, label. A `pretraining.csv` is no task.

    Returns:
        The tasks by their names.
    """
    tables = (file for file in sorted(data_dir.glob("*/*.csv")) if file.stem != "pretraining" and is_task_table(file))
    return {task.name: task for task in (BenchTask(f"{file.parent.name}/{file.stem}", file) for file in tables)}


def choose(names: list[str], data_dir: Path | None = None) -> list[BenchTask]:
    """Find the tasks that a person names.

    Args:
        names: `ALL`, names such as `emodb/emotion`, and folders of converted data sets.
        data_dir: The corpora; the folder AUTOSPEECH_DATA if left out.

    Returns:
        The tasks in that order, each once.

    Raises:
        DatasetError: There is no such task.
    """
    if data_dir is None and (folder := os.environ.get("AUTOSPEECH_DATA")):
        data_dir = Path(folder)
    known = discover(data_dir) if data_dir else {}
    where = data_dir or "AUTOSPEECH_DATA, which is not set to the folder of recordings"
    if ALL in names and not known:
        raise DatasetError(f"--tasks {ALL}: there is no CORPUS/TASK.csv in {where}")
    chosen: dict[str, BenchTask] = {}
    for name in names:
        if name == ALL:
            chosen |= known
        elif name in known:
            chosen[name] = known[name]
        elif Path(name).is_dir() and (found := DataFolder.find(name)):
            task = BenchTask(found.name, Path(name).resolve())
            if chosen.setdefault(task.name, task) != task:
                raise DatasetError(f"--tasks {name}: {chosen[task.name].source} has the same name; rename one")
        else:
            listed = ", ".join(known) or f"those of {where}"
            raise DatasetError(
                f"--tasks {name}: neither a task nor a converted data set; name {ALL}, a folder, or: {listed}"
            )
    return list(chosen.values())


def read_for(preset: str, source: Path) -> tuple[Dataset, dict[str, int]]:
    """Read a data set that a `Model` is to be made for in this process.

    Args:
        preset: Named settings.
        source: Data set, CSV or audio folder.

    Returns:
        The data set and the metadata that `Model` takes.

    Raises:
        ValueError: There is no such preset.
        DatasetError: There is no such data set.
    """
    find_preset(preset)
    dataset = read_dataset(source)
    train, test = dataset.train, dataset.test
    return dataset, {"class_num": train.class_num, "train_num": len(train), "test_num": len(test)}
