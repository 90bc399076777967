"""Every figure draws the names that it is given, whatever stands in them."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from autospeech.plots.accuracy_figure import accuracy_by_class_figure
from autospeech.plots.clip_figure import clip_figure, save_figure
from autospeech.plots.confusion_figure import confusion_figure
from autospeech.plots.figure_text import figure_text
from autospeech.plots.inspection_figure import inspection_figure
from autospeech.plots.shares_figure import shares_figure
from autospeech.plots.training_figure import training_figure

FORMULA, STEERING = r"$\frac{$", "a\n\x1b[2J\0\udce9\u202e歌"
WORDS = [FORMULA, STEERING, "x" * 300, "_nolegend_"]
COUNTS = np.eye(4, dtype=int) + np.eye(4, k=1, dtype=int)
FIGURES = {
    "accuracy": lambda: accuracy_by_class_figure({FORMULA: COUNTS}, WORDS, STEERING),
    "clip": lambda: clip_figure({"waveform": np.zeros(800, np.float32)}, 16000, {}, FORMULA + STEERING),
    "confusion": lambda: confusion_figure(COUNTS, WORDS, FORMULA + STEERING),
    "inspection": lambda: inspection_figure(dict.fromkeys(WORDS, 1), [1], [1], [1], {8000: 1}, FORMULA + STEERING),
    "shares": lambda: shares_figure({"mel": {1.0: 0.5}}, {}, {1.0: 4}, title=FORMULA + STEERING),
    "training": lambda: training_figure({"mel": []}, title=FORMULA + STEERING),
}


def shown(figure: Figure) -> str:
    """All texts as they are drawn."""
    texts = [text for text in figure.findobj(Text) if text.get_text()]
    assert not any(text._preprocess_math(text.get_text())[1] for text in texts if "frac" in text.get_text())
    return "\n".join(text._preprocess_math(text.get_text())[0] for text in texts)


@pytest.mark.parametrize("name", FIGURES)
def test_names_are_drawn_as_they_are(name: str, tmp_path: Path) -> None:
    figure = FIGURES[name]()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        save_figure(figure, tmp_path / "figure.png")
    assert (tmp_path / "figure.png").read_bytes().startswith(b"\x89PNG")
    texts = shown(figure)
    assert FORMULA in texts and r"a\n\x1b[2J\x00\udce9\u202e" in texts
    assert max(map(len, texts.splitlines())) <= 120


def test_a_backslash_before_a_dollar_stays() -> None:
    assert Text(text=figure_text(r"\$a$ \$"))._preprocess_math(figure_text(r"\$a$ \$")) == (r"\$a$ \$", False)
