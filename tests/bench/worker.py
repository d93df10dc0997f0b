"""One measurement or one set of inputs in a process of its own; the last line printed is its JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(root: Path, task: str, size: int) -> None:
    """`keys`, `review` or the name of a case."""
    import inputs

    if task == "keys":
        inputs.make_keys(root / "keys")
        return
    if task == "review":
        inputs.build_review(root / str(size), root / "keys", size)
        return
    if task == "fill":
        inputs.fill_bundle(root, size)
        return
    from cases import CASES

    found = CASES.get(task)
    if found is None:
        from window_cases import CASES as WINDOW_CASES  # only these need Qt
        from window_day import CASES as DAY_CASES

        found = {**WINDOW_CASES, **DAY_CASES}[task]
    print(json.dumps(found(root, size).plain()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
