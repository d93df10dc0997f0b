"""Benchmarks against plain baselines in the same run: `python tests/bench [--quick | --full] [--only NAME …]`."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
SCRATCH: Final = ROOT / ".bench"
AIM: Final = 1.5
MEMORY_AIM_MB: Final = 300
REVIEW_SIZES: Final = (37, 370, 3700)
PACKAGE_SIZES: Final = (200, 2000)
CASES: Final = {
    "save": ("one saved score / one upsert in bare sqlcipher3", REVIEW_SIZES),
    "intake": ("15 score packages / json.loads + executemany", REVIEW_SIZES),
    "board": ("who has handed in what, 15 experts", REVIEW_SIZES),
    "ranking": ("means and ranking / plain loop with Fractions", REVIEW_SIZES),
    "evaluation": ("ranking + second count + checks / the same loop", REVIEW_SIZES),
    "report": ("report / bare ReportLab, same tables", REVIEW_SIZES),
    "workbook": ("workbook / bare XlsxWriter, same cells", REVIEW_SIZES),
    "bundle": ("evaluate, draw, compare, sign, bundle / bare ReportLab + XlsxWriter", REVIEW_SIZES[:2]),
    "signing": ("fifteen members sign report and workbook in turn", (370,)),
    "verify": ("verify that bundle, count again / SHA-256 and parsing", REVIEW_SIZES[:2]),
    "verify large": ("verify a bundle filled up to 2 GB / sha256sum", (2000,)),
    "package": ("task package / sha256sum + openssl enc", PACKAGE_SIZES),
    "start": ("ecpanel --version / python -c pass", (0,)),
    "window start": ("start to a usable window / an empty PySide6 window", (0,)),
    "tables": ("slowest act on any table of the three desks / Qt's own item model", (3700,)),
    "stops": ("longest stop of the event loop during intake, issue, report", REVIEW_SIZES[:2]),
    "desk": ("slowest act of an expert on 370 firms / a bare form of 20 fields filled anew", (370,)),
    "day": ("a firm read and scored by keys, forty in a row; memory in the notes", (0,)),
    "page turn": ("page asked for to page sharp / bare pypdfium2", (0,)),
}
AIMS: Final = {"page turn": 1.3, "verify": 2, "verify large": 2}
QUICK: Final = (0, 37, 370, 200)
"""Sizes measured with --quick."""
LONG: Final = (("report", 3700), ("workbook", 3700))
"""Measured with --full only, without their baselines: some 20 000 pages and six million cells."""
HEADS: Final = ("case", "size", "ours", "baseline", "ratio", "aim", "growth", "plain growth", "peak MB")


def _run(task: str, size: int) -> str:
    """A worker of its own, so that its peak memory is its own; this process stays small."""
    command = [sys.executable, str(Path(__file__).with_name("worker.py")), str(SCRATCH), task, str(size)]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def _measure(names: list[str], *, quick: bool, full: bool) -> list[dict[str, Any]]:
    _tell("keys")
    _run("keys", 0)
    found = []
    wanted = [
        (name, size)
        for name in names
        for size in CASES[name][1]
        if (size in QUICK or not quick) and (full or (name, size) not in LONG)
    ]
    built: set[int] = set()
    for name, size in sorted(wanted, key=lambda one: (one[1], list(CASES).index(one[0]))):
        if name == "verify large" and 37 not in built:
            _run("review", 37)
            built.add(37)
        if size in REVIEW_SIZES and size not in built:
            _tell(f"inputs for {size} candidates")
            _run("review", size)
            built.add(size)
        if name == "verify" and "bundle" not in names:
            _run("bundle", size)
        _tell(f"{name} {size or ''}")
        figures = json.loads(_run(name, size).splitlines()[-1])
        _tell(f"{name} {size or ''}: {_time(figures['ours'])}, plain {_time(figures['baseline'])}")
        found.append({"name": name, "size": size, **figures})
    order = list(CASES)
    return sorted(found, key=lambda one: (order.index(one["name"]), one["size"]))


def _tell(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "—"
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _growth(now: dict[str, Any], before: dict[str, Any] | None, side: str) -> str:
    if before is None or before["name"] != now["name"] or not before[side] or not now[side]:
        return ""
    return f"x{now[side] / before[side]:.1f} of x{now['size'] / before['size']:.0f}"


def _rows(found: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    rows = [HEADS]
    for before, now in zip([None, *found], found, strict=False):
        ratio = f"{now['ours'] / now['baseline']:.2f}" if now["baseline"] else "—"
        unit = " MB" if now["name"] in ("package", "verify large") else ""
        rows.append(
            (
                now["name"],
                f"{now['size']}{unit}" if now["size"] else "",
                _time(now["ours"]),
                _time(now["baseline"]),
                ratio,
                f"<= {AIMS.get(now['name'], AIM)}" if now["baseline"] else "",
                _growth(now, before, "ours") if now["name"] != "save" else "",
                _growth(now, before, "baseline") if now["name"] != "save" else "",
                f"{now['peak_kib'] / 1024:.0f}" if now["name"] not in ("save", "start") else "",
            )
        )
    return rows


def _print(found: list[dict[str, Any]]) -> None:
    rows = _rows(found)
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADS))]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]
        print("  ".join(cells).rstrip())
    print()
    for name, (meaning, _) in CASES.items():
        if any(one["name"] == name for one in found):
            print(f"{name}: {meaning}")
    print()
    for one in found:
        if one["notes"]:
            said = ", ".join(f"{key} {value}" for key, value in one["notes"].items())
            print(f"{one['name']} {one['size']}: {said}")
    _print_memory(found)


def _print_memory(found: list[dict[str, Any]]) -> None:
    largest = [one for one in found if one["size"] == 370 and one["name"] != "save"]
    if largest:
        worst = max(largest, key=lambda one: one["peak_kib"])
        print(
            f"memory: largest peak with 370 candidates {worst['peak_kib'] / 1024:.0f} MB ({worst['name']}), "
            f"aim under {MEMORY_AIM_MB} MB"
        )
    dossiers = [one for one in found if one["name"] == "package"]
    if dossiers:
        said = ", ".join(f"{one['size']} MB -> {one['peak_kib'] / 1024:.0f} MB" for one in dossiers)
        print(f"memory: package, its opening and check by size of the dossiers: {said}, aim constant")


def main() -> None:
    """Measure, print, clean up."""
    parser = argparse.ArgumentParser(prog="tests/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="37 and 370 candidates, 200 MB package only")
    parser.add_argument("--full", action="store_true", help="report and workbook of 3 700 candidates too")
    parser.add_argument(
        "--only",
        choices=list(CASES),
        metavar="NAME",
        action="append",
        help="again for more: " + ", ".join(CASES),
    )
    given = parser.parse_args()
    began = time.perf_counter()
    shutil.rmtree(SCRATCH, ignore_errors=True)
    SCRATCH.mkdir()
    try:
        found = _measure(given.only or list(CASES), quick=given.quick, full=given.full)
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)
    _print(found)
    print(f"took {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
