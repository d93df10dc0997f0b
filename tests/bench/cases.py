"""The cases: ours and a plain baseline of each, measured in turns inside one process of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Final

import baselines
import inputs
from inputs import NOW, PASSPHRASE, SCHEME, Places, clock, quiet
from measure import Figures, Side, compare, peak_kib

from ecpanel.domain.evaluation import Material, evaluate, original_sheets, score_all
from ecpanel.domain.ranking import rank_candidates
from ecpanel.domain.result import Result
from ecpanel.domain.scheme import leaves
from ecpanel.exchange.task_package import open_task, write_task
from ecpanel.reports.archival_pdf import make_archival
from ecpanel.reports.pdf_signature import Mark, sign_pdf
from ecpanel.reports.report_pdf import draw_report
from ecpanel.reports.workbook import draw_workbook
from ecpanel.reports.workbook_signature import sign_workbook
from ecpanel.services import chair, score
from ecpanel.services.board import board as board_of
from ecpanel.services.opening import open_store
from ecpanel.services.sign_off import write_result_bundle
from ecpanel.services.verification import verify_bundle
from ecpanel.store import submissions

SAVES: Final = 40
DIGEST: Final = "0" * 64
AT: Final = NOW.isoformat()


def _material(places: Places) -> Material:
    with open_store(places.merged, PASSPHRASE) as store:
        return chair.load_material(store)


def _result(places: Places) -> Result:
    return evaluate(_material(places), AT)


def save(root: Path, size: int) -> Figures:
    """One saved score, as the mean of forty in a row."""
    places = Places(root / str(size))
    code = next(leaves(SCHEME)).code
    numbers = count()
    with open_store(places.expert, PASSPHRASE) as store:
        work = score.load_assignment(store)
        wanted = list(work.candidates)[:SAVES]
        mine = score.own_sheets(store, work)
        rows = [
            (key, one.indicator, one.state.value, one.points, one.remark, "[]")
            for key, sheet in mine.items()
            for one in sheet.scores.values()
        ]
        bare = baselines.bare_score_table(root / "bare.db", rows)

        def ours(_: object) -> None:
            for place in range(SAVES):
                text = str(next(numbers) % 3)
                score.set_score(store, work, score.Entry(wanted[place % len(wanted)], code, text=text), clock)

        def plain(_: object) -> None:
            for place in range(SAVES):
                points = next(numbers) % 3 * 100
                row = (wanted[place % len(wanted)], code, "scored", points, "", "[]")
                baselines.bare_save(bare, row)

        found = compare(Side(ours), Side(plain), rounds=8, budget=6)
        bare.close()
    assert found.baseline is not None
    return replace(found, ours=found.ours / SAVES, baseline=found.baseline / SAVES)


def intake(root: Path, size: int) -> Figures:
    """Fifteen score packages into the chair's store."""
    places = Places(root / str(size))
    marks = inputs.fingerprints(root / "keys")
    with open_store(places.merged, PASSPHRASE) as store, store.reading() as connection:
        contents = [one.content for one in submissions.latest(connection)]
    # The baseline's bytes are ours to hold, not the program's: they are told apart in the memory line.
    held = sum(map(len, contents)) // 1024

    def fresh() -> Path:
        shutil.rmtree(root / "intake", ignore_errors=True)
        (root / "intake").mkdir()
        return inputs.copy_store(places.chair, root / "intake" / places.chair.name)

    def ours(path: Path) -> None:
        with open_store(path, PASSPHRASE) as store:
            lines = chair.take_in(store, places.packages, marks, clock, quiet)
        assert all(one.merged for one in lines)

    found = compare(
        Side(ours, fresh),
        Side(
            lambda bare: baselines.bare_intake(bare, contents), lambda: baselines.bare_cells(root / "bare.db")
        ),
        rounds=5,
        budget=25,
    )
    return replace(found, peak_kib=found.peak_kib - held)


def board(root: Path, size: int) -> Figures:
    """The board of who has handed in what, read from the store."""
    with open_store(Places(root / str(size)).merged, PASSPHRASE) as store:
        return compare(Side(lambda _: board_of(store)), None, rounds=5, budget=10)


def evaluation(root: Path, size: int) -> Figures:
    """The whole evaluation: figures, second count, checks, ranking, result."""
    material = _material(Places(root / str(size)))
    numbers = _numbers(material)
    return compare(
        Side(lambda _: evaluate(material, AT)),
        Side(lambda _: baselines.plain_ranking(SCHEME, numbers)),
        rounds=5,
        budget=20,
    )


def ranking(root: Path, size: int) -> Figures:
    """Means and ranking alone."""
    material = _material(Places(root / str(size)))
    sheets = original_sheets([one for one, _ in material.submissions])
    numbers = _numbers(material)

    def ours(_: object) -> None:
        rank_candidates(SCHEME, material.candidates, score_all(material, sheets))

    return compare(Side(ours), Side(lambda _: baselines.plain_ranking(SCHEME, numbers)), rounds=7, budget=12)


def _numbers(material: Material) -> dict[str, dict[str, dict[str, int]]]:
    found: dict[str, dict[str, dict[str, int]]] = {}
    for (expert, candidate), sheet in original_sheets([one for one, _ in material.submissions]).items():
        cells = {code: one.points or 0 for code, one in sheet.scores.items()}
        found.setdefault(candidate, {})[expert] = cells
    return found


def report(root: Path, size: int) -> Figures:
    """The review report as PDF."""
    result = _result(Places(root / str(size)))
    pages: dict[str, str] = {}

    def ours(_: object) -> None:
        pages["pages"] = str(draw_report(result, DIGEST).pages)

    found = compare(Side(ours), None, rounds=1, budget=0)
    if size > 370:
        return replace(found, notes=pages)
    recorded = baselines.record_story(result)

    def plain(_: object) -> None:
        pages["baseline pages"] = str(baselines.bare_report(recorded, "基准"))

    again = compare(Side(ours), Side(plain), rounds=3, budget=20)
    return replace(again, ours=min(found.ours, again.ours), peak_kib=found.peak_kib, notes=pages)


def workbook(root: Path, size: int) -> Figures:
    """The result workbook."""
    result = _result(Places(root / str(size)))
    found = compare(Side(lambda _: draw_workbook(result, DIGEST)), None, rounds=1, budget=0)
    if size > 370:
        return found
    sheets, formats = baselines.record_workbook(result, DIGEST)
    again = compare(
        Side(lambda _: draw_workbook(result, DIGEST)),
        Side(lambda _: baselines.bare_workbook(sheets, formats)),
        rounds=3,
        budget=20,
    )
    cells = sum(len(one.cells) for one in sheets)
    return replace(
        again, ours=min(found.ours, again.ours), peak_kib=found.peak_kib, notes={"cells": str(cells)}
    )


def bundle(root: Path, size: int) -> Figures:
    """Evaluate, draw, compare, sign and write the bundle, against the same tables and texts by bare
    ReportLab and XlsxWriter, which sign, compare and keep nothing."""
    places = Places(root / str(size))
    path = inputs.copy_store(places.merged, root / "bundle.ecreview")
    target = places.folder / "bundle.zip"
    with open_store(path, PASSPHRASE) as store:
        found = compare(
            Side(lambda _: write_result_bundle(store, target, clock, quiet)), None, rounds=1, budget=0
        )
    result = _result(places)
    report, pieces = baselines.record_story(result), baselines.record_pieces(result)
    sheets, formats = baselines.record_workbook(result, DIGEST)
    began = time.perf_counter()
    for one in (report, *pieces):
        baselines.bare_report(one, "基准")
    baselines.bare_workbook(sheets, formats)
    plain = time.perf_counter() - began
    with zipfile.ZipFile(target) as archive:
        sizes = {one.filename: one.file_size for one in archive.infolist()}
    notes = {
        "bundle": _megabytes(target.stat().st_size),
        "report": _megabytes(sizes["评审报告.pdf"]),
        "workbook": _megabytes(sizes["评审结果.xlsx"]),
        "pieces": _megabytes(sum(one for name, one in sizes.items() if name.startswith("分册/"))),
    }
    return replace(found, baseline=plain, notes=notes)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def signing(root: Path, size: int) -> Figures:
    """Fifteen members sign report and workbook in turn, as one sitting."""
    places = Places(root / str(size))
    result = _result(places)
    workbook, drawn = draw_workbook(result, DIGEST), draw_report(result, DIGEST)
    report = make_archival(drawn.content, "基准", AT)
    signers = [(key, inputs.load_key(root / "keys", key)) for key in drawn.signature_boxes if key != "chair"]

    def ours(_: object) -> None:
        book, page = workbook, report
        for key, pair in signers:
            book = sign_workbook(book, pair, NOW)
            page = sign_pdf(page, pair, Mark(key, key, *drawn.signature_boxes[key]), NOW)

    found = compare(Side(ours), None, rounds=1, budget=0)
    return replace(
        found, notes={"a member": f"{found.ours / len(signers):.2f} s", "members": str(len(signers))}
    )


def verify(root: Path, size: int) -> Figures:
    """Verify that bundle and count again, against SHA-256 of every member and parsing what can be parsed."""
    path = Places(root / str(size)).folder / "bundle.zip"

    def ours(_: object) -> None:
        assert verify_bundle(path, quiet).sound

    found = compare(Side(ours), None, rounds=1, budget=0)
    again = compare(Side(ours), Side(lambda _: baselines.bare_verify(path)), rounds=2, budget=20)
    return replace(again, ours=min(found.ours, again.ours), peak_kib=found.peak_kib)


def verify_large(root: Path, size: int) -> Figures:
    """Verify a bundle that was filled up to `size` MB, against sha256sum of the file."""
    path = root / "large.zip"
    subprocess.run(
        [sys.executable, str(Path(__file__).with_name("worker.py")), str(root), "fill", str(size)], check=True
    )

    def ours(_: object) -> None:
        found = verify_bundle(path, quiet)
        assert found.sound, found.problems

    def plain(_: object) -> None:
        subprocess.run(["sha256sum", str(path)], check=True, stdout=subprocess.DEVNULL)

    found = compare(Side(ours), Side(plain), rounds=1, budget=0)
    path.unlink()
    return found


def package(root: Path, size: int) -> Figures:
    """A task package of `size` MB of dossiers; opening it and checking every document is told beside."""
    paths = inputs.make_documents(root / "documents", size)
    contents, organiser = inputs.dossier_contents(paths, root / "keys")
    target, sealed = root / "bench.ectask", root / "sealed"

    def ours(_: object) -> None:
        openers = [lambda path=path: path.open("rb") for path in paths]
        write_task(target, contents, openers, organiser, PASSPHRASE, inputs.COST, quiet)

    def clean() -> None:
        target.unlink(missing_ok=True)
        shutil.rmtree(sealed, ignore_errors=True)
        sealed.mkdir()
        os.sync()

    pure = []

    def plain(_: object) -> None:
        baselines.openssl_package(paths, sealed)

    found = compare(Side(ours, clean), None, rounds=1, budget=0)
    start = time.perf_counter()
    with open_task(target, PASSPHRASE) as task:
        task.check_documents(quiet)
    opened, peak = time.perf_counter() - start, peak_kib()
    again = compare(Side(ours, clean), Side(plain, clean), rounds=3, budget=25)
    for _ in range(2):
        clean()
        start = time.perf_counter()
        baselines.python_package(paths, sealed)
        pure.append(time.perf_counter() - start)
    clean()
    notes = {"hashlib + AESGCM": f"{min(pure):.2f} s", "open and check": f"{opened:.2f} s"}
    return replace(again, ours=min(found.ours, again.ours), peak_kib=peak, notes=notes)


def start(root: Path, size: int) -> Figures:
    """`ecpanel --version` against a Python that does nothing."""

    def command(*arguments: str) -> Side:
        given = [sys.executable, *arguments]
        return Side(lambda _: subprocess.run(given, check=True, stdout=subprocess.DEVNULL))

    return compare(command("-m", "ecpanel", "--version"), command("-c", "pass"), rounds=25, budget=8)


Case = Callable[[Path, int], Figures]
CASES: Final[dict[str, Case]] = {
    "save": save,
    "intake": intake,
    "board": board,
    "ranking": ranking,
    "evaluation": evaluation,
    "report": report,
    "workbook": workbook,
    "bundle": bundle,
    "signing": signing,
    "verify": verify,
    "verify large": verify_large,
    "package": package,
    "start": start,
}
"""Case by name; `__main__` says for which sizes."""
