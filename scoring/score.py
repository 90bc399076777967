"""Scoring program of AutoSpeech and AutoDL: the area under the learning curve of a run.

Follows the ingestion program while it writes predictions, or scores a run that is over. Writes scores.txt, scores.json,
learning_curve.json, learning-curve-NAME.png and detailed_results.html.

Exit code: 0 scored; 1 there was no run to score (the score is 0) or scoring was stopped; 2 the input is bad.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from bad_input_error import BadInputError
from concealment import hide_memory, hide_start
from given_solution import receive_solution
from plain_text import plain_text
from scorer import Scorer
from solution import Solution, read_solution, solution_files

STOPPED, BAD_INPUT = 1, 2


def main() -> int:
    """Run the command line.

    Returns:
        The exit code.
    """
    args = _arguments()
    hide_start(b"scoring")
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.stderr.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    hide_memory()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        find_solution = _solution(args.solution_dir)
        scorer = Scorer(
            find_solution=find_solution,
            prediction_dir=args.prediction_dir,
            score_dir=args.score_dir,
            timeout=args.timeout,
            poll=args.poll,
            time_budget=args.time_budget,
            verbose=args.verbose,
        )
        try:
            return scorer.run()
        except KeyboardInterrupt:
            scorer.stopped()
            print("score.py: stopped before the run was over", file=sys.stderr)
            return STOPPED
        except BadInputError as error:
            scorer.scores.write_message("AutoSpeech", str(error), refresh=False)
            raise
    except BadInputError as error:
        print(plain_text(f"score.py: {error}"), file=sys.stderr)
        return BAD_INPUT


def _solution(folder: Path) -> Callable[[str | None], Solution]:
    """What finds the solution of a task by its name."""
    if str(folder) == "-":
        given = receive_solution(sys.stdin)
        return lambda name: given
    if len(solution_files(folder)) == 1:
        read_solution(folder, None)  # a wrong one is told now and not after the wait
    return lambda name: read_solution(folder, name)


def _arguments() -> argparse.Namespace:
    above = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(
        description="Score the predictions of a run: the area under its learning curve.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--solution_dir",
        type=Path,
        default=above / "sample_data",
        help="folder with NAME.solution, or - (see README.md)",
    )
    parser.add_argument(
        "--prediction_dir",
        type=Path,
        default=above / "sample_result_submission",
        help="folder with start.txt, NAME.predict_K and, at last, end.txt",
    )
    parser.add_argument("--score_dir", type=Path, default=above / "scoring_output", help="folder for what comes out")
    parser.add_argument("--timeout", type=_seconds, default=1800.0, help="seconds to wait for start.txt")
    parser.add_argument("--poll", type=_seconds, default=0.5, help="seconds between two looks")
    parser.add_argument("--time_budget", type=_seconds, default=1200.0, help="seconds, where start.txt names no budget")
    parser.add_argument("--verbose", action="store_true", help="tell more")
    options = parser.parse_args()
    for name in ("solution_dir", "prediction_dir", "score_dir"):
        if str(getattr(options, name)) != "-":
            setattr(options, name, getattr(options, name).absolute())
    return options


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
