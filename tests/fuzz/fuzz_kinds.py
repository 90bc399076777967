"""All readers of the project, by kind; each kind runs in a process of its own, and imports there what it needs."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from fuzz_containers import made_member, made_model, made_zip
from fuzz_kind import Kind
from fuzz_pickles import made_pickle, pickles

ROOT = Path(__file__).parents[2]
LABELS = np.eye(2, dtype=np.float32)[[0, 1, 0, 1]]


def _tone(number: int, samples: int = 2000) -> np.ndarray:
    return (0.5 * np.sin(np.arange(samples) * (0.05 + 0.02 * number))).astype(np.float32)


def _wav(number: int = 0) -> bytes:
    import soundfile

    file = io.BytesIO()
    soundfile.write(file, _tone(number, 200), 16000, format="WAV")
    return file.getvalue()


def _files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def _written(folder: Path, write: Callable[[Path], object]) -> dict[str, bytes]:
    """The files that `write` makes in a folder that is then removed."""
    scratch = folder.parent / "making"
    scratch.mkdir()
    write(scratch)
    files = _files(scratch)
    shutil.rmtree(scratch)
    return files


def sounds(folder: Path) -> Kind:
    """`decode`, `measure_sound`, `sound_blocks` and `MonoReader`."""
    import soundfile

    from autospeech.audio.audio_decode_error import AudioDecodeError
    from autospeech.audio.decode import decode
    from autospeech.audio.sound_blocks import sound_blocks
    from autospeech.audio.sound_facts import measure_sound

    def write(made: Path) -> None:
        for name, options in SOUNDS.items():
            if isinstance(options, str):
                soundfile.write(made / name, np.stack([_tone(0, 4000), _tone(1, 4000)], 1), 16000, subtype=options)
            else:
                soundfile.write(made / "all.wav", _tone(0, 16000), 16000)
                subprocess.run(
                    ["ffmpeg", "-v", "error", "-y", "-i", made / "all.wav", *options, made / name], check=True
                )
        (made / "all.wav").unlink()

    def read(at: Path, name: str) -> None:
        decode(at / name)
        measure_sound(at / name)
        for _ in sound_blocks(at / name, 8000):
            pass

    files = _written(folder, write)
    return Kind(files, [*files], read, (AudioDecodeError,))


SOUNDS: dict[str, str | list[str]] = {
    "pcm16.wav": "PCM_16", "pcm24.wav": "PCM_24", "pcm8.wav": "PCM_U8", "float.wav": "FLOAT", "adpcm.wav": "MS_ADPCM",
    "ulaw.au": "ULAW", "pcm.aiff": "PCM_16", "a.flac": "PCM_16", "a.ogg": "VORBIS", "opus.ogg": "OPUS", "a.caf": "PCM_16",
    "a.w64": "PCM_16", "a.rf64": "PCM_16", "a.mp3": "MPEG_LAYER_III",
    "a.m4a": ["-c:a", "aac"], "a.webm": ["-c:a", "libopus"], "a.wma": ["-c:a", "wmav2"], "adts.aac": ["-c:a", "aac"],
    "a.mka": ["-c:a", "flac"], "amr.mp4": ["-c:a", "alac"], "a.avi": ["-c:a", "pcm_s16le"],
}  # fmt: skip


def unpickled(folder: Path) -> Kind:
    """`safe_unpickler.load`, whose results must be plain."""
    from autospeech.datasets.safe_unpickler import UnsafePickleError, load

    def plain(value: Any, depth: int = 0) -> None:
        assert depth < 100
        if type(value) is dict:
            assert {type(key) for key in value} <= {str, bytes, int}
        if type(value) in (list, tuple, dict):
            for one in value.values() if type(value) is dict else value:
                plain(one, depth + 1)
        elif type(value) is np.ndarray or isinstance(value, np.generic):
            assert value.dtype.kind in "biuf"
            value.sum(dtype="f8")
        else:
            assert value is None or type(value) in (bool, int, float, str, bytes)

    files = pickles()
    return Kind(files, [*files], lambda at, name: plain(load(at / name)), (UnsafePickleError,), made_pickle)


def _data_set(folder: Path, write: str) -> dict[str, bytes]:
    from autospeech.datasets import autodl_format, autospeech_format
    from autospeech.datasets.dataset import Dataset
    from autospeech.datasets.labelled_clips import LabelledClips

    clips = LabelledClips([_tone(number, 300) for number in range(4)], LABELS)
    data = Dataset("bells", clips, clips, ("ding", "dong"))
    writer = {"autospeech": autospeech_format.write_autospeech, "autodl": autodl_format.write_autodl}[write]
    return _written(folder, lambda made: writer(data, made))


def autospeech(folder: Path) -> Kind:
    """`read_dataset` of the AutoSpeech format: pickles, solutions, meta.json."""
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.datasets.read_dataset import read_dataset

    files = _data_set(folder, "autospeech")
    return Kind(files, [*files], lambda at, _: read_dataset(at / "bells"), (DatasetError,), made_member)


def autodl(folder: Path) -> Kind:
    """`read_dataset` of the AutoDL format: TFRecords, metadata, solutions."""
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.datasets.read_dataset import read_dataset

    files = _data_set(folder, "autodl")
    return Kind(files, [*files], lambda at, _: read_dataset(at / "bells"), (DatasetError,), made_member)


def autodl_metadata(folder: Path) -> Kind:
    """`metadata.textproto`, the package's reader."""
    from autospeech.datasets.autodl_metadata import AutoDLMetadata
    from autospeech.datasets.dataset_error import DatasetError

    files = {name: data for name, data in _data_set(folder, "autodl").items() if name.endswith(".textproto")}
    return Kind(files, [*files], lambda at, name: AutoDLMetadata.read(at / name).to_text(), (DatasetError,))


def ingestion_autospeech(folder: Path) -> Kind:
    """The ingestion program's check of an AutoSpeech data set."""
    files = _data_set(folder, "autospeech")
    sys.path.insert(0, str(ROOT / "ingestion"))
    from autospeech_input import check_autospeech
    from bad_input_error import BadInputError
    from data_set_folder import find_data_set

    return Kind(
        files,
        [name for name in files if ".data/" in name],
        lambda at, _: check_autospeech(find_data_set(at / "bells")),
        (BadInputError,),
        made_member,
    )


def ingestion_autodl(folder: Path) -> Kind:
    """The ingestion program's check of an AutoDL data set, and its copy without labels."""
    files = _data_set(folder, "autodl")
    sys.path.insert(0, str(ROOT / "ingestion"))
    from autodl_input import check_autodl
    from bad_input_error import BadInputError
    from data_set_folder import find_data_set

    def read(at: Path, _: str) -> None:
        task = check_autodl(find_data_set(at / "bells"))
        staged = at.parent / "staged"
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir()
        task.stage(staged)

    return Kind(files, [name for name in files if ".data/" in name], read, (BadInputError,), made_member)


def ingestion_metadata(folder: Path) -> Kind:
    """What a model of AutoDL is told, all of it."""
    files = {name: data for name, data in _data_set(folder, "autodl").items() if name.endswith(".textproto")}
    sys.path.insert(0, str(ROOT / "ingestion"))
    from autodl_metadata import AutoDLMetadata

    def read(at: Path, name: str) -> None:
        metadata = AutoDLMetadata((at / name).parent)
        for index in range(min(3, metadata.get_bundle_size())):
            metadata.get_tensor_shape(index)
            metadata.is_sparse(index)
        metadata.get_label_to_index_map()
        metadata.get_feature_to_index_map()
        metadata.size()

    return Kind(files, [*files], read, (ValueError,))


def messages(folder: Path) -> Kind:
    """What the ingestion program reads of the submission's process."""
    sys.path.insert(0, str(ROOT / "ingestion"))
    from message_reader import MessageReader
    from submission_fault import SubmissionFaultError

    told = [{"is": "ready"}, {"is": "prediction", "shape": [4, 2], "dtype": "float64", "bytes": 40, "done": False}]
    files = {"messages": b"".join(json.dumps(one).encode() + b"\n" for one in told) + bytes(40) + b'{"is": "fault"}\n'}

    def read(at: Path, name: str) -> None:
        reader = MessageReader()
        data = (at / name).read_bytes()
        for begin in range(0, len(data), 4096):
            reader.feed(data[begin : begin + 4096])
            while (message := reader.message()) is not None:
                if type(message.get("bytes")) is int and 0 <= message["bytes"] < 2**40:
                    reader.raw(message["bytes"])

    return Kind(files, [*files], read, (SubmissionFaultError,))


def solutions(folder: Path) -> Kind:
    """The package's reader of solutions."""
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.datasets.solution_file import read_solution

    files = {"a.solution": b"1 0\n0 1\n1 1\n", "b.solution": b"1\n0\n1\n"}
    return Kind(files, [*files], lambda at, name: read_solution(at / name), (DatasetError,))


def ingestion_solutions(folder: Path) -> Kind:
    """The ingestion program's readers of solutions and of meta.json."""
    sys.path.insert(0, str(ROOT / "ingestion"))
    from autospeech_input import read_meta, read_solution
    from bad_input_error import BadInputError

    meta = {"class_num": 2, "train_num": 4, "test_num": 4, "time_budget": 30.5, "label_names": ["a", "b"]}
    files = {"a.solution": b"1 0\n0 1\n1 1\n", "meta.json": json.dumps(meta).encode()}
    readers = {"a.solution": read_solution, "meta.json": read_meta}
    return Kind(files, [*files], lambda at, name: readers[name](at / name), (BadInputError,), made_member)


def scored_texts(folder: Path) -> Kind:
    """The scoring program's readers: solution, predictions, start.txt and end.txt."""
    sys.path.insert(0, str(ROOT / "scoring"))
    from bad_input_error import BadInputError
    from run_folder import RunFolder
    from solution import read_solution
    from text_matrix import read_text_matrix

    meta = json.dumps({"class_num": 2, "label_names": ["ding", "dong"]}).encode()
    start = (
        b"ingestion_pid: 7\ntask_name: bells\ntime_budget: 20.0\nstart_time: 1700000000.0\n0: 0.5\n1: 4.0\n2: 21.0\n"
    )
    files = {
        "bells.solution": b"1 0\n0 1\n",
        "bells.data/meta.json": meta,
        "start.txt": start,
        "end.txt": b"ingestion_duration: 21.0\nend_time: 1700000061.2\ningestion_success: 1\nreason: done\n",
        "bells.predict_0": b"0.9 0.1\n0.25 7.5e-01\n",
    }

    def read(at: Path, name: str) -> None:
        run = RunFolder(at)
        if name == "start.txt":
            for whole in (False, True):
                start = run.read_start(whole)
                if start is not None:
                    run.unstamped(start.stamps)
        elif name == "end.txt":
            run.read_end()
        elif name == "bells.predict_0":
            try:
                read_text_matrix(at / name)
            except (ValueError, OSError) as error:
                raise BadInputError(str(error)) from error
        else:
            read_solution(at, "bells")

    return Kind(files, [*files], read, (BadInputError,))


def tables(folder: Path) -> Kind:
    """`list_recordings` of tables of many forms."""
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.datasets.list_recordings import list_recordings

    names = [f"clip{number}.wav" for number in range(4)]
    rows = [(name, "ab"[number % 2], f"s{number}") for number, name in enumerate(names)]
    head = ("path", "label", "speaker")
    files = {name: _wav(number) for number, name in enumerate(names)}
    made = {
        "a.csv": "\n".join(",".join(row) for row in (head, *rows)) + "\n",
        "b.tsv": "\n".join("\t".join(row) for row in (head, *rows)) + "\n",
        "c.csv": "\n".join(";".join(f'"{cell}"' for cell in row) for row in (head, *rows)) + "\n",
        "d.jsonl": "".join(
            json.dumps(dict(zip(("file_name", "label", "speaker"), row, strict=True))) + "\n" for row in rows
        ),
    }
    files |= {name: text.encode() for name, text in made.items()} | {"e.csv": made["a.csv"].encode("utf-16")}
    return Kind(files, [*made, "e.csv"], lambda at, name: list_recordings(at / name), (DatasetError,))


def layouts(folder: Path) -> Kind:
    """`list_recordings` of published data sets, and of folders with lists and tables in them."""
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.datasets.list_recordings import list_recordings

    numbers = range(6)
    people = "client_id\tpath\tsentence\tage\tgender\tlocale\n"
    voices = people + "".join(f"p{n // 2}\tcv_{n}.wav\tSo.\ttwenties\t{'fe' * (n % 2)}male\ten\n" for n in numbers)
    urban = "slice_file_name,fsID,start,end,salience,fold,classID,class\n" + "".join(
        f"{n}-3-0-0.wav,{n},0.0,4.0,1,{n % 2 + 1},3,{'ab'[n % 2]}\n" for n in numbers
    )
    esc = "filename,fold,target,category,esc10,src_file,take\n" + "".join(
        f"{n % 2 + 1}-{n}-A-{n % 2}.wav,{n % 2 + 1},{n % 2},{'ab'[n % 2]},True,{n},A\n" for n in numbers
    )
    texts = {
        **{f"cv/en/{part}.tsv": voices for part in ("train", "dev", "test", "validated")},
        "UrbanSound8K/metadata/UrbanSound8K.csv": urban,
        "ESC-50/meta/esc50.csv": esc,
        "kaldi/data/train/wav.scp": "".join(f"p{n // 2}-{n} corpus/{n}.wav\n" for n in numbers),
        "kaldi/data/train/utt2spk": "".join(f"p{n // 2}-{n} p{n // 2}\n" for n in numbers),
        "kaldi/data/train/utt2lang": "".join(f"p{n // 2}-{n} {'de' if n % 2 else 'en'}\n" for n in numbers),
        "kaldi/data/train/text": "".join(f"p{n // 2}-{n} so it is\n" for n in numbers),
        "words/validation_list.txt": "yes/2.wav\nno/3.wav\n",
        "words/testing_list.txt": "yes/4.wav\nno/5.wav\n",
        "named/metadata.csv": "file_name,label\n" + "".join(f"{n}.wav,{'ab'[n % 2]}\n" for n in numbers),
    }
    wavs = [
        *(f"cv/en/clips/cv_{n}.wav" for n in numbers),
        *(f"UrbanSound8K/audio/fold{n % 2 + 1}/{n}-3-0-0.wav" for n in numbers),
        *(f"ESC-50/audio/{n % 2 + 1}-{n}-A-{n % 2}.wav" for n in numbers),
        *(f"kaldi/corpus/{n}.wav" for n in numbers),
        *(f"words/{('yes', 'no')[n % 2]}/{n}.wav" for n in numbers),
        *(f"named/{n}.wav" for n in numbers),
    ]
    choices = {"cv": {"label": "gender"}, "kaldi": {"label": "lang"}}
    files = {name: text.encode() for name, text in texts.items()} | {name: _wav(3) for name in wavs}

    def read(at: Path, name: str) -> None:
        top = name.split("/")[0]
        list_recordings(at / {"kaldi": "kaldi/data"}.get(top, top), **choices.get(top, {}))

    return Kind(files, [*texts], read, (DatasetError,))


def parquet(folder: Path) -> Kind:
    """`list_recordings` of parquet files with sounds in them."""
    import pyarrow
    import pyarrow.parquet

    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.datasets.list_recordings import list_recordings

    def write(made: Path) -> None:
        sound = [{"bytes": _wav(number), "path": f"{number}.wav"} for number in range(6)]
        columns = {"audio": sound, "label": ["a", "b"] * 3, "speaker": list("xxyyzz")}
        pyarrow.parquet.write_table(pyarrow.table(columns), made / "train-00000-of-00001.parquet")

    files = _written(folder, write)
    return Kind(files, [*files], lambda at, name: list_recordings(at / name), (DatasetError,))


def models(folder: Path) -> Kind:
    """`read_model`."""
    from autospeech.datasets.labelled_clips import LabelledClips
    from autospeech.export.fitted_model import FittedModel
    from autospeech.export.model_file import ModelFileError, read_model, write_model
    from autospeech.learners.clip_views import ClipViews
    from autospeech.learners.first_look import FirstLook

    rng = np.random.default_rng(0)
    clips = [rng.normal(size=4000).astype("float32") for _ in range(8)]
    look = FirstLook(ClipViews())
    look.learn(LabelledClips(clips, np.eye(2)[[0, 1] * 4]), test_clips=3)
    model = FittedModel.of(dict.fromkeys(look.heads, 1.0), [(look, [*look.heads])])
    files = _written(folder, lambda made: write_model(made / "a.autospeech", model, {"classes": ["a", "b"]}))

    def read(at: Path, name: str) -> None:
        fitted, _ = read_model(at / name)
        fitted.probabilities(clips[:1])

    return Kind(files, [*files], read, (ModelFileError,), made_model)


def submissions(folder: Path) -> Kind:
    """`check_submission`, which unpacks."""
    from autospeech.bundle.bundle_error import BundleError
    from autospeech.bundle.check_submission import check_submission

    files = {}
    for name, packing in (("a.zip", zipfile.ZIP_DEFLATED), ("b.zip", zipfile.ZIP_STORED)):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", packing) as archive:
            archive.writestr("model.py", "class Model:\n    def train(self): pass\n    def test(self): pass\n" * 20)
            archive.writestr("settings.json", '{"preset": "kon", "seed": 3}')
            archive.writestr("part/more.py", "x = 1\n")
        files[name] = file.getvalue()
    return Kind(files, [*files], lambda at, name: check_submission(at / name), (BundleError,), made_zip)


def settings(folder: Path) -> Kind:
    """The settings of a submission, and texts of augmentations."""
    from autospeech.bundle.submission_settings import SubmissionSettings

    files = {
        "settings.json": b'{"preset": "kon", "warm_start": false, "seed": 3, "augment": "mixup(alpha=0.3),cutout"}',
        "other.json": b'{"preset": "m5", "seed": 4294967295, "mix_at": null}',
    }

    def read(at: Path, name: str) -> None:
        values = json.loads((at / name).read_bytes())
        names = ("preset", "warm_start", "seed", "augment", "fusion")
        if isinstance(values, dict) and all(
            isinstance(values.get(key, kind()), kind)
            for key, kind in zip(names, (str, bool, int, str, str), strict=True)
        ):
            SubmissionSettings(**{key: value for key, value in values.items() if key in names})

    return Kind(files, [*files], read, (ValueError, RecursionError), made_member)


def records(folder: Path) -> Kind:
    """`from_run` and `RunRecord.read`."""
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.report.from_run import from_run
    from autospeech.report.record_error import RecordError
    from autospeech.report.run_record import RunRecord

    data = _data_set(folder, "autospeech")
    files = {
        ("reference/" if name.endswith("bells.solution") else "input/") + name.removeprefix("bells/"): content
        for name, content in data.items()
    }
    said = "\n".join(f"{a:.2f} {1 - a:.2f}" for a in (0.9, 0.2, 0.7, 0.4)).encode() + b"\n"
    trace = [{"time": 0.17, "decision": "first look", "clips": 4}, {"time": 6.1, "decision": "done"}]
    files |= {
        "output/start.txt": b"task_name: bells\ntime_budget: 20.0\nstart_time: 1700000000.0\n0: 0.5\n1: 4.0\n",
        "output/end.txt": b"ingestion_duration: 21.0\nend_time: 1700000021.0\ningestion_success: 1\n",
        "output/bells.predict_0": said,
        "output/bells.predict_1": said,
        "submission/settings.json": b'{"preset": "default", "warm_start": false, "seed": 7}',
        "trace.json": json.dumps(trace).encode(),
    }

    def write(made: Path) -> None:
        for name, content in files.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(content)
        score = [sys.executable, str(ROOT / "scoring" / "score.py"), f"--solution_dir={made / 'reference'}"]
        subprocess.run([*score, f"--prediction_dir={made / 'output'}", f"--score_dir={made / 'score'}"], check=True)
        from_run(made)[0].write(made / "report")

    files = _written(folder, write)
    targets = [
        "output/start.txt", "output/bells.predict_1", "submission/settings.json", "trace.json",
        "score/learning_curve.json", "report/report.json",
    ]  # fmt: skip

    def read(at: Path, name: str) -> None:
        if name == "report/report.json":
            record = RunRecord.read(at / name)
            _ = record.truth, record.probabilities
        else:
            from_run(at)

    return Kind(files, targets, read, (RecordError, DatasetError), made_member)


KINDS: dict[str, Callable[[Path], Kind]] = {
    kind.__name__: kind
    for kind in (
        sounds, unpickled, autospeech, autodl, autodl_metadata, ingestion_autospeech, ingestion_autodl,
        ingestion_metadata, messages, solutions, ingestion_solutions, scored_texts, tables, layouts, parquet, models,
        submissions, settings, records,
    )
}  # fmt: skip
