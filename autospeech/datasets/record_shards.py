"""Files of records that are parts of one; it stands alone, and the ingestion program has the same file."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHARD = re.compile(
    r"(?P<before>.*)-(?P<number>[0-9]{1,9})-of-(?P<total>[0-9]{1,9})(?P<after>.*)", re.ASCII | re.DOTALL
)


def check_shards(names: Iterable[str]) -> None:
    """See that no part is missing of files whose names count them, such as `sample-NAME-train-00000-of-00002`.

    Args:
        names: Names of the files in a folder; those that are not counted are passed over.

    Raises:
        ValueError: A part is missing, or there is one more than there should be.

    Example:
        >>> check_shards(["sample-a-00000-of-00002", "sample-a-00001-of-00002", "sample-b"])
        >>> check_shards(["sample-a-00000-of-00002"])
        Traceback (most recent call last):
        ValueError: sample-a-00001-of-00002 is missing: 1 of the 2 files of this name are here; copy all of them
    """
    found: dict[tuple[str, str, str], set[int]] = {}
    for name in names:
        shard = _SHARD.fullmatch(name)
        if shard is not None:
            found.setdefault((shard["before"], shard["total"], shard["after"]), set()).add(int(shard["number"]))
    for (before, total, after), numbers in sorted(found.items()):
        if max(numbers) >= int(total):
            name = f"{before}-{max(numbers):0{len(total)}}-of-{total}{after}"
            raise ValueError(f"{name} is one file too many: {total} are numbered from 0; remove or rename it")
        if len(numbers) < int(total):
            # Found without counting up to a number that a name makes up.
            first = next(number for number in range(len(numbers) + 1) if number not in numbers)
            raise ValueError(
                f"{before}-{first:0{len(total)}}-of-{total}{after} is missing: {len(numbers)} of the {int(total)} "
                "files of this name are here; copy all of them"
            )
