"""Follows one run from its start to its end and keeps its scores up to date."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bad_input_error import BadInputError
from ingestion_watch import IngestionWatch
from plain_text import plain_text
from run_end import RunEnd
from run_folder import RunFolder
from run_start import RunStart
from score_folder import ScoreFolder
from scoreboard import Scoreboard
from scored_prediction import ScoredPrediction
from solution import Solution
from text_matrix import read_text_matrix

SCORED, NO_RUN = 0, 1
HALF_WRITTEN_SECONDS = 2.0
NICENESS = 10
# Of the predictions that have a time stamp but no file, those that are told one by one.
MOST_LOST = 100


class Scorer:
    """Scores a run that is over, or one that is going on, until it is over.

    Args:
        find_solution: Returns the solution of a task, given its name or None.
        prediction_dir: What the ingestion program writes.
        score_dir: Where the scores go.
        timeout: How long to wait for start.txt, in seconds.
        poll: Seconds between two looks.
        time_budget: Seconds, for a start.txt that does not name the budget.
        verbose: Whether to tell more.

    Raises:
        BadInputError: `score_dir` cannot be written to.
    """

    def __init__(
        self,
        find_solution: Callable[[str | None], Solution],
        prediction_dir: Path,
        score_dir: Path,
        timeout: float,
        poll: float,
        time_budget: float,
        verbose: bool,
    ) -> None:
        self.find_solution = find_solution
        self.timeout = timeout
        self.poll = poll
        self.time_budget = time_budget
        self.verbose = verbose
        self.scores = ScoreFolder(score_dir)
        self.run_folder = RunFolder(prediction_dir)
        self.watch = IngestionWatch(self.run_folder)
        self.board: Scoreboard | None = None
        self.done: set[int] = set()
        self.warnings_told = 0

    def run(self) -> int:
        """Score until the run is over.

        Returns:
            0 scored, 1 there was no run to score.

        Raises:
            BadInputError: The solution or start.txt is wrong.
        """
        # The start is read once more inside, with the end: an end seen first makes sure that nothing is missed.
        start = self._wait_for_start()
        if start is None:
            return NO_RUN
        board = self._new_board(start)
        end, undrawn = None, True
        while end is None:
            end = self.run_folder.read_end()
            latest = self.run_folder.read_start(whole=end is not None)
            if latest is None or (start.complete and not latest.complete):
                latest = start  # half of it, for the moment
            if end is None and (reason := self.watch.verdict(latest, board.time_budget)):
                end = RunEnd(None, reason)
                board.warnings.append(reason)
            if (latest.start_time, latest.ingestion_pid) != (start.start_time, start.ingestion_pid):
                self._tell("another run has begun in the same folder; starting over")
                board, undrawn = self._new_board(latest), True
                self.scores.write_board(board, end)
            start = latest
            if self._score_new(board, start, end is not None) or end is not None:
                self.scores.write_board(board, end)
                undrawn = True
            self._tell_warnings(board)
            if undrawn and (end is not None or self.scores.may_draw()):
                self.scores.draw(board, end)
                undrawn = False
            if end is None:
                time.sleep(self.poll)
        return self._finish(board, end)

    def stopped(self) -> None:
        """Leave the scores so far behind, and a page that no longer waits for more."""
        end = RunEnd(None, "scoring was stopped before the run was over")
        if self.board is not None:
            self.scores.write_board(self.board, end)
            self.scores.draw(self.board, end)
        else:
            self.scores.write_message("AutoSpeech", end.reason, refresh=False)

    def _wait_for_start(self) -> RunStart | None:
        deadline = time.monotonic() + self.timeout
        waiting = False
        while True:
            end = self.run_folder.read_end()
            start = self.run_folder.read_start(whole=end is not None)
            if start is not None and (end is not None or start.complete or self.run_folder.settled("start.txt")):
                if end is None:
                    # The submission is on the clock on the same processor cores.
                    os.nice(NICENESS)
                return start
            now = time.monotonic()
            no_more_to_come = (
                end is not None and self.run_folder.settled("end.txt") and self.run_folder.settled("start.txt")
            )
            if now >= deadline or no_more_to_come:
                self._no_start(end)
                return None
            if not waiting:
                self.scores.write_message("AutoSpeech", "waiting for the ingestion program to start", refresh=True)
                self._tell(f"waiting for {self.run_folder.path / 'start.txt'}")
                waiting = True
            time.sleep(min(self.poll, max(0.0, deadline - now)))

    def _no_start(self, end: RunEnd | None) -> None:
        path = self.run_folder.path / "start.txt"
        if path.exists():
            problem = f"{path}: this is not the YAML that an ingestion program writes (`key: value` lines)"
        elif end is not None:
            problem = f"{path}: missing, and end.txt says that the run is over. {end.reason}".rstrip()
        else:
            problem = f"{path}: not there after {self.timeout:g} s. Start the ingestion program, or raise --timeout"
        self.scores.write_message("AutoSpeech", f"no run to score: {problem}", refresh=False)
        print(plain_text(f"score.py: {problem}; the score is 0"), file=sys.stderr, flush=True)

    def _new_board(self, start: RunStart) -> Scoreboard:
        solution = self.find_solution(start.task_name)
        budget = start.time_budget if start.time_budget is not None else self.time_budget
        if budget <= 0:
            raise BadInputError(f"{self.run_folder.path / 'start.txt'}: time_budget is {budget:g}; it must be above 0")
        board = Scoreboard(solution, budget)
        if start.time_budget is None:
            board.warnings.append(f"start.txt names no time_budget; taken as {budget:g} s")
        if start.task_name not in {None, solution.name}:
            board.warnings.append(f"the predictions are of {start.task_name!r}, the solution is of {solution.name!r}")
        clips, classes = solution.labels.shape
        self._tell(f"task {solution.name}: {clips} test clips, {classes} classes, budget {budget:g} s")
        self.board, self.done, self.warnings_told = board, set(), 0
        return board

    def _score_new(self, board: Scoreboard, start: RunStart, last_look: bool) -> bool:
        before = len(self.done)
        paths = self.run_folder.prediction_paths(start.task_name or board.solution.name)
        lost = 0
        for number, seconds in sorted(start.stamps.items()):
            if number not in self.done:
                lost += number not in paths
                if lost > MOST_LOST:
                    continue
                scored = self._score_one(board, paths.get(number), number, seconds, last_look)
                if scored is not None:
                    self.done.add(number)
                    self._report(board, scored)
        if last_look:
            if lost > MOST_LOST:
                board.warnings.append(f"{lost - MOST_LOST} more predictions do not count: they have no files")
            for name in self.run_folder.unstamped(start.stamps):
                board.warnings.append(f"{name} does not count: start.txt has no time for it")
        return len(self.done) > before

    def _score_one(
        self, board: Scoreboard, path: Path | None, number: int, seconds: float, last_look: bool
    ) -> ScoredPrediction | None:
        if path is None:
            return board.add_invalid(number, seconds, "has no file of its own") if last_look else None
        if math.isnan(seconds):
            return board.add_invalid(number, seconds, "has a time stamp in start.txt that is no time")
        try:
            matrix = read_text_matrix(path, board.solution.labels.shape)
        except (ValueError, OSError) as error:
            problem = f"cannot be read: {error}"
        else:
            if matrix.shape == board.solution.labels.shape:
                return board.add(number, seconds, matrix)
            problem = f"has the shape {matrix.shape}, the solution {board.solution.labels.shape}"
        if not last_look and not self.run_folder.settled(path.name, HALF_WRITTEN_SECONDS):
            return None  # perhaps it is still being written
        return board.add_invalid(number, seconds, problem)

    def _report(self, board: Scoreboard, scored: ScoredPrediction) -> None:
        if math.isnan(scored.nauc):
            return
        late = f" ({scored.problem}: not counted)" if scored.problem else ""
        print(
            f"prediction {scored.number}: {scored.seconds:.2f} s, NAUC {scored.nauc:.4f},"
            f" accuracy {scored.accuracy:.2f}, ALC so far {board.alc:.4f}{late}",
            flush=True,
        )

    def _finish(self, board: Scoreboard, end: RunEnd) -> int:
        how = {True: "finished", False: "failed", None: "over"}[end.success]
        self._tell(f"the run is {how}" + (f": {end.reason}" if end.reason else ""))
        plural = "" if len(board.counted) == 1 else "s"
        page = plain_text(self.scores.page)
        print(f"ALC {board.alc:.4f} from {len(board.counted)} prediction{plural}: {page}", flush=True)
        return SCORED

    def _tell_warnings(self, board: Scoreboard) -> None:
        for warning in board.warnings[self.warnings_told :]:
            print(plain_text(f"warning: {warning}"), file=sys.stderr, flush=True)
        self.warnings_told = len(board.warnings)

    def _tell(self, line: str) -> None:
        if self.verbose:
            print(f"{time.strftime('%H:%M:%S')} {plain_text(line)}", flush=True)
