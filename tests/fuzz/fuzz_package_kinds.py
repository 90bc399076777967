"""The readers of the package; each kind runs in a process of its own, and imports there what it needs."""

from __future__ import annotations

import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from fuzz_containers import made_member, made_model, made_zip, unzipped, zipped
from fuzz_kind import Kind
from fuzz_made import data_set, tone, wav, written
from fuzz_pickles import made_pickle, pickles


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
                soundfile.write(made / name, np.stack([tone(0, 4000), tone(1, 4000)], 1), 16000, subtype=options)
            else:
                soundfile.write(made / "all.wav", tone(0, 16000), 16000)
                subprocess.run([*FFMPEG, "-i", made / "all.wav", *options, *EXACT, made / name], check=True)
        (made / "all.wav").unlink()

    def read(at: Path, name: str) -> None:
        decode(at / name)
        measure_sound(at / name)
        for _ in sound_blocks(at / name, 8000):
            pass

    files = written(folder, write)
    return Kind(files, [*files], read, (AudioDecodeError,))


FFMPEG, EXACT = ("ffmpeg", "-v", "error", "-y"), ("-fflags", "+bitexact", "-flags", "+bitexact")
SOUNDS: dict[str, str | list[str]] = {
    "pcm16.wav": "PCM_16", "pcm24.wav": "PCM_24", "pcm8.wav": "PCM_U8", "adpcm.wav": "MS_ADPCM",
    "float.wav": ["-c:a", "pcm_f32le"],
    "ulaw.au": "ULAW", "pcm.aiff": "PCM_16", "a.flac": "PCM_16", "a.ogg": ["-c:a", "libvorbis"],
    "opus.ogg": ["-c:a", "libopus"],
    "a.caf": "PCM_16", "a.w64": "PCM_16", "a.rf64": "PCM_16", "a.mp3": "MPEG_LAYER_III",
    "a.m4a": ["-c:a", "aac"], "a.webm": ["-c:a", "libopus"], "a.wma": ["-c:a", "wmav2"], "adts.aac": ["-c:a", "aac"],
    "a.mka": ["-c:a", "flac"], "amr.mp4": ["-c:a", "alac"], "a.avi": ["-c:a", "pcm_s16le"],
    "eight.mka": ["-ac", "8", "-c:a", "aac"],
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


def autospeech(folder: Path) -> Kind:
    """`read_dataset` of the AutoSpeech format: pickles, solutions, meta.json."""
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.datasets.read_dataset import read_dataset

    files = data_set(folder, "autospeech")
    return Kind(files, [*files], lambda at, _: read_dataset(at / "bells"), (DatasetError,), made_member)


def autodl(folder: Path) -> Kind:
    """`read_dataset` of the AutoDL format: TFRecords, metadata, solutions."""
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.datasets.read_dataset import read_dataset

    files = data_set(folder, "autodl")
    return Kind(files, [*files], lambda at, _: read_dataset(at / "bells"), (DatasetError,), made_member)


def autodl_metadata(folder: Path) -> Kind:
    """`metadata.textproto`, the package's reader."""
    from autospeech.datasets.autodl_metadata import AutoDLMetadata
    from autospeech.datasets.dataset_error import DatasetError

    files = {name: data for name, data in data_set(folder, "autodl").items() if name.endswith(".textproto")}
    return Kind(files, [*files], lambda at, name: AutoDLMetadata.read(at / name).to_text(), (DatasetError,))


def solutions(folder: Path) -> Kind:
    """The package's reader of solutions."""
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.datasets.solution_file import read_solution

    files = {"a.solution": b"1 0\n0 1\n1 1\n", "b.solution": b"1\n0\n1\n"}
    return Kind(files, [*files], lambda at, name: read_solution(at / name), (DatasetError,))


def tables(folder: Path) -> Kind:
    """`list_recordings` of tables of many forms."""
    from autospeech.datasets.dataset_error import DatasetError
    from autospeech.datasets.list_recordings import list_recordings

    names = [f"clip{number}.wav" for number in range(4)]
    rows = [(name, "ab"[number % 2], f"s{number}") for number, name in enumerate(names)]
    head = ("path", "label", "speaker")
    files = {name: wav(number) for number, name in enumerate(names)}
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
    files = {name: text.encode() for name, text in texts.items()} | {name: wav(3) for name in wavs}

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
        sound = [{"bytes": wav(number), "path": f"{number}.wav"} for number in range(6)]
        columns = {"audio": sound, "label": ["a", "b"] * 3, "speaker": list("xxyyzz")}
        pyarrow.parquet.write_table(pyarrow.table(columns), made / "train-00000-of-00001.parquet")

    files = written(folder, write)
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
    about = {"classes": ["a", "b"]}
    ((name, stored),) = written(folder, lambda made: write_model(made / "a.autospeech", model, about)).items()
    parts = unzipped(stored)
    parts = {part: zipped(unzipped(parts[part])) if parts[part][:2] == b"PK" else parts[part] for part in parts}
    files = {name: zipped(parts)}

    def read(at: Path, name: str) -> None:
        fitted, _ = read_model(at / name)
        fitted.probabilities(clips[:1])

    return Kind(files, [*files], read, (ModelFileError,), made_model)


def submissions(folder: Path) -> Kind:
    """`check_submission`, which unpacks."""
    from autospeech.bundle.bundle_error import BundleError
    from autospeech.bundle.check_submission import check_submission

    code = b"class Model:\n    def train(self): pass\n    def test(self): pass\n" * 20
    parts = {"model.py": code, "settings.json": b'{"preset": "kon", "seed": 3}', "part/more.py": b"x = 1\n"}
    files = {"a.zip": zipped(parts, zipfile.ZIP_DEFLATED), "b.zip": zipped(parts)}
    return Kind(files, [*files], lambda at, name: check_submission(at / name), (BundleError,), made_zip)


def settings(folder: Path) -> Kind:
    """The settings of a submission, and texts of augmentations."""
    from autospeech.bundle.submission_settings import SubmissionSettings

    files = {
        "settings.json": b'{"preset": "kon", "warm_start": false, "seed": 3, "augment": "mixup(alpha=0.3),cutout"}',
        "other.json": b'{"preset": "m5", "seed": 4294967295, "mix_at": null}',
    }

    def read(at: Path, name: str) -> None:
        try:
            values = json.loads((at / name).read_bytes())
        except (ValueError, RecursionError):  # the submission's own `model.py` reads the file
            return
        names = ("preset", "warm_start", "seed", "augment", "fusion")
        if isinstance(values, dict) and all(
            isinstance(values.get(key, kind()), kind)
            for key, kind in zip(names, (str, bool, int, str, str), strict=True)
        ):
            SubmissionSettings(**{key: value for key, value in values.items() if key in names})

    return Kind(files, [*files], read, (ValueError,), made_member)
