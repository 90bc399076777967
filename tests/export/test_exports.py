"""Each kind of file is written, run and compared, or not kept."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest

from autospeech.audio.waveform import as_waveform
from autospeech.export.answer_graph import answer_graph
from autospeech.export.checked_export import checked_export
from autospeech.export.export_error import ExportError
from autospeech.export.exported import Exported
from autospeech.export.fitted_model import FittedModel
from autospeech.export.litert import export_litert
from autospeech.export.onnx_file import export_onnx
from autospeech.export.saved_model import export_saved_model
from autospeech.learners.embedder import Embedder
from autospeech.learners.fold_networks import FoldNetworks
from autospeech.learners.probe import Probe

Floats = npt.NDArray[np.float32]
Export = Callable[[keras.Model, Path, Sequence[str]], Exported]
CLASSES = ["high", "tief und größer"]
EXPORTS = [(export_saved_model, "saved"), (export_litert, "model.tflite"), (export_onnx, "model.onnx")]
EVERY_EXPORT = pytest.mark.parametrize(("export", "name"), EXPORTS, ids=["saved_model", "litert", "onnx"])


@pytest.fixture(scope="module")
def model(probe: Probe, networks: FoldNetworks, embedder: Embedder) -> keras.Model:
    """Every layer there is, but for the crop."""
    members = ["simple-lda", "rich+embedding-kernel_ridge"]
    weights = {**dict.fromkeys(members, 0.4), "network": 0.5}
    answering = [(probe, members), (networks, ["network"])]
    return answer_graph(FittedModel.of(weights, answering, trunk=embedder.trunk))


@pytest.fixture(scope="module")
def small() -> keras.Model:
    """A model that is exported in no time."""
    waveform = keras.Input((None,), batch_size=1, name="waveform")
    loud = keras.ops.mean(keras.ops.abs(waveform), axis=1, keepdims=True)
    return keras.Model(waveform, keras.ops.softmax(keras.layers.Dense(2)(loud)))


def runner(path: Path) -> tuple[Callable[[Floats], Floats], list[str]]:
    """Return what answers for a clip, as a program without this package would run it, and the class names."""
    if path.is_dir():
        import tensorflow as tf

        loaded = tf.saved_model.load(str(path))
        names = json.loads((path / "assets.extra/classes.json").read_text("utf-8"))
        return lambda clip: loaded.signatures["serving_default"](waveform=tf.constant(clip))[
            "probabilities"
        ].numpy(), names
    if path.suffix == ".onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(str(path))
        names = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
        return lambda clip: session.run(["probabilities"], {"waveform": clip})[0], names
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path))

    def answer(clip: Floats) -> Floats:
        place = interpreter.get_input_details()[0]["index"]
        interpreter.resize_tensor_input(place, clip.shape)
        interpreter.allocate_tensors()
        interpreter.set_tensor(place, clip)
        interpreter.invoke()
        return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])

    with zipfile.ZipFile(path) as archive:
        return answer, json.loads(archive.read("classes.json"))


@EVERY_EXPORT
def test_an_export_answers_as_the_model_does(
    model: keras.Model, asked: list[Floats], export: Export, name: str, tmp_path: Path
) -> None:
    path = tmp_path / "new folder" / name
    exported = export(model, path, CLASSES)
    assert exported.path == path
    assert exported.largest_difference < 1e-4
    assert [file.name for file in path.parent.iterdir()] == [name]
    assert exported.bytes == sum(file.stat().st_size for file in [path, *path.rglob("*")] if file.is_file())
    answer, names = runner(path)
    assert names == CLASSES
    for clip in asked:
        np.testing.assert_allclose(answer(clip[None]), np.asarray(model(clip[None])), rtol=0, atol=1e-4)
    several = np.stack([clip[-9000:] for clip in asked if len(clip) >= 9000])
    each = np.concatenate([np.asarray(model(clip[None])) for clip in several])
    if export is export_onnx:
        with pytest.raises(Exception, match=r"invalid dimensions for input: waveform(.|\n)*Got: 6 Expected: 1"):
            answer(several)
    else:
        assert len(several) == 6 and np.ptp(each[:, 0]) > 0.1
        np.testing.assert_allclose(answer(several), each, rtol=0, atol=1e-4)


@EVERY_EXPORT
def test_samples_that_are_no_numbers_count_as_0(small: keras.Model, export: Export, name: str, tmp_path: Path) -> None:
    export(small, tmp_path / name, CLASSES)
    answer, _ = runner(tmp_path / name)
    clip = np.linspace(-1, 1, 500, dtype=np.float32)
    for wrong in (np.nan, np.inf, -np.inf, 3e38):
        clip[[0, 7, 499]] = wrong
        right = np.asarray(small(as_waveform(clip)[None]))
        assert np.isfinite(right).all()
        np.testing.assert_allclose(answer(clip[None]), right, rtol=0, atol=1e-5)


@EVERY_EXPORT
def test_a_later_export_takes_the_place_of_an_earlier_one(
    small: keras.Model, export: Export, name: str, tmp_path: Path
) -> None:
    for classes in (["a", "b"], ["c", "d"]):
        export(small, tmp_path / name, classes)
        assert runner(tmp_path / name)[1] == classes
    assert [file.name for file in tmp_path.iterdir()] == [name]


@EVERY_EXPORT
@pytest.mark.parametrize(("classes", "message"), [(["a"], "1 names for 2 classes"), (["a", "a"], "alike")])
def test_wrong_names_are_told(
    small: keras.Model, export: Export, name: str, classes: list[str], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match=message):
        export(small, tmp_path / name, classes)
    assert not list(tmp_path.iterdir())


@EVERY_EXPORT
def test_a_folder_of_something_else_stays(small: keras.Model, export: Export, name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "letter.txt").write_text("dear")
    with pytest.raises(ExportError, match="no SavedModel"):
        export(small, tmp_path / name, ["a", "b"])
    assert (tmp_path / name / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize("wrong", [0.002, np.nan])
def test_what_answers_otherwise_is_not_kept(small: keras.Model, wrong: float, tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.write_text("earlier")

    def load(part: Path) -> Callable[[Floats], Floats]:
        assert part.read_text() == "later"
        return lambda clip: np.asarray(small(clip)) + np.float32(wrong)

    with pytest.raises(ExportError, match="differs from the model by"):
        checked_export(small, path, ["a", "b"], lambda part: part.write_text("later") and None, load)
    assert path.read_text() == "earlier"
    assert [file.name for file in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("missed", ["all but the first clip", "what stands for NaN"])
def test_what_answers_otherwise_now_and_then_is_not_kept(small: keras.Model, missed: str, tmp_path: Path) -> None:
    def answer(clips: Floats) -> Floats:
        if missed == "all but the first clip":
            return np.asarray(small(as_waveform(clips[0])[None]))
        return np.concatenate([np.asarray(small(clip[None])) for clip in clips])

    with pytest.raises(ExportError, match="differs from the model by" if "NaN" in missed else "1 rows for 3 clips"):
        checked_export(small, tmp_path / "model", ["a", "b"], Path.touch, lambda part: answer)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("export", "name"), EXPORTS[1:], ids=["litert", "onnx"])
def test_what_a_format_cannot_hold_is_told(export: Export, name: str, tmp_path: Path) -> None:
    waveform = keras.Input((None,), batch_size=1, name="waveform")
    # Keras makes it of operations on bits, which neither has.
    loudest = keras.ops.reshape(keras.ops.cast(keras.ops.argmax(waveform, axis=1), "float32"), (1, 1))
    model = keras.Model(waveform, keras.ops.softmax(keras.layers.Dense(2)(loudest)))
    with pytest.raises(ExportError, match=r"cannot hold this model: .*Bit(cast|wise)"):
        export(model, tmp_path / name, ["a", "b"])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("export", "module", "package"),
    [
        (export_litert, "ai_edge_litert.interpreter", "ai-edge-litert"),
        (export_onnx, "tf2onnx", "tf2onnx"),
        (export_onnx, "onnxruntime", "onnxruntime"),
        (export_onnx, "onnx", "onnx"),
    ],
)
def test_a_missing_package_is_told(
    small: keras.Model, export: Any, module: str, package: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ExportError, match=rf"needs {package}, .*pip install 'autospeech\[export\]'"):
        export(small, tmp_path / "model", ["a", "b"])
