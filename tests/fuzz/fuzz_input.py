"""Write one damaged input to look at it, and read it with the error shown.

python fuzz_input.py KIND NUMBER FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from fuzz_kinds import KINDS
from fuzz_worker import input_of


def main() -> None:
    """Write the input beside the valid files of its kind, print its name, and read it."""
    kind_name, number, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]).resolve() / "read"
    folder.mkdir(parents=True)
    kind = KINDS[kind_name](folder)
    name, content = input_of(kind_name, number, kind)
    for other, valid in kind.files.items():
        (folder / other).parent.mkdir(parents=True, exist_ok=True)
        (folder / other).write_bytes(content if other == name else valid)
    print(folder / name, len(content))
    print(kind.read(folder, name))


if __name__ == "__main__":
    main()
