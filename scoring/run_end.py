"""What `end.txt` says: that the run is over, and how it went."""

from __future__ import annotations

from dataclasses import dataclass

from yaml_lines import read_yaml_lines

MOST_REASON = 2000


@dataclass(frozen=True)
class RunEnd:
    """How a run ended.

    Args:
        success: Whether the submission did its part; None where nobody said.
        reason: One line for people, cut after 2,000 characters; may be empty.
    """

    success: bool | None
    reason: str = ""

    @classmethod
    def parse(cls, text: str) -> RunEnd | None:
        r"""Parse the text of `end.txt`.

        Args:
            text: What has been read.

        Returns:
            The end, or None where the file is not whole: `ingestion_success` and `end_time` are both needed, and the
            last line must be closed.

        Example:
            >>> RunEnd.parse("ingestion_success: 1\nend_time: 1700000061.2\nreason: done\n")
            RunEnd(success=True, reason='done')
            >>> RunEnd.parse("ingestion_duration: 61.2\ningestion_succ")
        """
        fields = read_yaml_lines(text)
        if fields is None or "ingestion_success" not in fields or "end_time" not in fields:
            return None
        if not text.endswith("\n"):
            return None
        success = str(fields["ingestion_success"]).strip().lower() in {"1", "1.0", "true"}
        reason = " ".join(str(fields.get("reason", "")).split())
        return cls(success=success, reason=reason if len(reason) <= MOST_REASON else f"{reason[:MOST_REASON]}…")
