"""The folder that scoring writes: scores, picture, page."""

from __future__ import annotations

import json
import math
import re
import time
from pathlib import Path

from bad_input_error import BadInputError
from learning_curve_plot import learning_curve_png
from results_page import message_page, results_page
from run_end import RunEnd
from scoreboard import Scoreboard
from whole_file import write_whole

DRAW_SECONDS = 2.0
DRAW_SHARE = 5.0


class ScoreFolder:
    """Writes what comes out, each file whole or not at all.

    Args:
        path: The folder; it is made if it is not there.

    Raises:
        BadInputError: It cannot be made or written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.next_drawing = 0.0
        try:
            path.mkdir(parents=True, exist_ok=True)
            self.write_scores(0.0, 0.0)
        except OSError as error:
            raise BadInputError(f"{path}: cannot write here ({error.strerror}). Choose another --score_dir") from error

    @property
    def page(self) -> Path:
        """The page for people."""
        return self.path / "detailed_results.html"

    def write_scores(self, alc: float, duration: float) -> None:
        """Write scores.txt (CodaLab) and scores.json (Codabench).

        Args:
            alc: The score.
            duration: When the last prediction was made, in seconds.
        """
        write_whole(self.path / "scores.txt", f"score: {alc!r}\nDuration: {duration!r}\n")
        write_whole(self.path / "scores.json", json.dumps({"score": alc, "Duration": duration}) + "\n")

    def write_board(self, board: Scoreboard, end: RunEnd | None) -> None:
        """Write the scores, and every figure behind them to learning_curve.json.

        Args:
            board: The scored predictions.
            end: How the run ended; None while it lasts.
        """
        self.write_scores(board.alc, board.duration)
        curve = {
            "task_name": board.solution.name,
            "time_budget": board.time_budget,
            "running": end is None,
            "success": end.success if end else None,
            "reason": end.reason if end else "",
            "alc": board.alc,
            "predictions": [
                {
                    "number": prediction.number,
                    "seconds": _finite(prediction.seconds),
                    "nauc": _finite(prediction.nauc),
                    "accuracy": _finite(prediction.accuracy),
                    "problem": prediction.problem,
                }
                for prediction in board.predictions
            ],
            "warnings": board.warnings,
        }
        write_whole(self.path / "learning_curve.json", json.dumps(curve, indent=1) + "\n")

    def may_draw(self) -> bool:
        """Say whether drawing would leave the submission its share of the processor."""
        return time.monotonic() >= self.next_drawing

    def draw(self, board: Scoreboard, end: RunEnd | None) -> None:
        """Write the page and the picture.

        Args:
            board: The scored predictions.
            end: How the run ended; None while it lasts.
        """
        started = time.monotonic()
        write_whole(self.page, results_page(board, end))
        # With what stands before and after it, a file's name has at most 255 bytes.
        name = re.sub(r"[^\w.-]", "_", board.solution.name).encode()[:200].decode(errors="ignore")
        try:
            write_whole(self.path / f"learning-curve-{name}.png", learning_curve_png(board))
        except ImportError as error:
            problem = f"no learning-curve-{name}.png: {error}. Install matplotlib"
            if problem not in board.warnings:
                board.warnings.append(problem)
                write_whole(self.page, results_page(board, end))
        cost = time.monotonic() - started
        self.next_drawing = time.monotonic() + max(DRAW_SECONDS, DRAW_SHARE * cost)

    def write_message(self, title: str, message: str, refresh: bool) -> None:
        """Write a page of one line.

        Args:
            title: Heading.
            message: The line.
            refresh: Whether the page reloads itself.
        """
        write_whole(self.page, message_page(title, message, refresh))


def _finite(number: float) -> float | None:
    return None if math.isnan(number) else number
