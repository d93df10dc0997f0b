"""The window's cases: start, tables, page turn, longest stop of the event loop."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import gc
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

import inputs
from inputs import COST, PASSPHRASE, Places, clock
from measure import Figures, Side, compare, peak_kib
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from window_tables import Measured, full_tables, measure, measure_plain

from ecpanel.exchange.people_list import PeopleList
from ecpanel.gui.app import Parts, assemble, make_application
from ecpanel.gui.jobs import Job
from ecpanel.gui.sweeping import Sweeper
from ecpanel.progress import Progress
from ecpanel.services import chair, issuing, organise
from ecpanel.services.documents import draft_documents
from ecpanel.services.opening import Store, open_store
from ecpanel.settings import Places as Folders
from ecpanel.store import candidates as candidate_rows
from ecpanel.store.vault import Act

BEAT: Final = 0.005
"""Seconds between two beats of the event loop while a job runs."""


def window_start(root: Path, size: int) -> Figures:
    """Start to a usable start page against an empty PySide6 window."""
    script = str(Path(__file__).with_name("window_start.py"))

    def started(which: str) -> Side:
        return Side(
            lambda _: subprocess.run([sys.executable, script, which], check=True, stderr=subprocess.DEVNULL)
        )

    return compare(started("ours"), started("bare"), rounds=15, budget=12)


def opened_window(root: Path) -> tuple[QApplication, Parts]:
    """The window with folders of its own."""
    application = make_application()
    folders = Folders(root / "stores", root / "logs", root / "preferences.json")
    parts = assemble(application, folders, clock, COST)
    parts.window.resize(1366, 768)
    parts.window.show()
    return application, parts


def settle(application: QApplication, parts: Parts, seconds: float = 0.3) -> None:
    """Let events run until no job does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until or parts.frame.jobs.running is not None:
        application.processEvents()


def organiser_store(root: Path, count: int) -> Path:
    """An organiser's store with candidates, experts and the chair's card."""
    path = root / f"organiser{count}.ecreview"
    if path.exists():
        return path
    experts, group = inputs.people()
    setup = organise.Setup("基准评审", 2021, organise.ReviewKind.EVALUATION, "组织员", cut=count // 3)
    opened, card = organise.new_chair(
        root / f"chair{count}.ecreview", PASSPHRASE, experts[0].name, COST, clock
    )
    opened.close()
    with organise.new_review(path, PASSPHRASE, setup, COST, clock) as store:
        with store.writing(Act(clock().isoformat(), "bench", "candidates")) as connection:
            candidate_rows.replace_all(connection, inputs.make_candidates(count))
        organise.add_people(store, PeopleList(experts, (group,), ()), clock)
        from ecpanel.exchange.cards import card_bytes

        (root / "card.json").write_bytes(card_bytes(card))
        organise.set_chair_card(store, root / "card.json", "", clock)
    return path


def window_tables(root: Path, size: int) -> Figures:
    """Every table that grows with the candidates, on all three desks."""
    from ecpanel.gui.chair.desk import ChairDesk
    from ecpanel.gui.expert.desk import ExpertDesk
    from ecpanel.gui.organiser.desk import OrganiserDesk

    application, parts = opened_window(root)
    places = Places(root / str(size))
    pages: list[Callable[[], Any]] = [
        lambda: OrganiserDesk(parts.frame, open_store(organiser_store(root, size), PASSPHRASE)),
        lambda: ExpertDesk(parts.frame, open_store(places.expert, PASSPHRASE)),
        lambda: ChairDesk(parts.frame, open_store(places.merged, PASSPHRASE)),
    ]
    ours: list[Measured] = []
    plain: list[Measured] = []
    for make in pages:
        page = make()
        parts.frame.show_page(page)
        settle(application, parts)
        turn_through(page, application, parts)
        for table in list(full_tables(page)):
            plain.append(measure_plain(table))
            ours.append(measure(table))
    parts.window.close()
    worst = {act: max(getattr(one, act) for one in ours) for act in ("open", "sort", "filter", "scroll")}
    bare = {act: max(getattr(one, act) for one in plain) for act in worst}
    notes = {act: f"{1000 * worst[act]:.0f} ms (Qt's own {1000 * bare[act]:.0f})" for act in worst}
    notes["tables"] = "; ".join(f"{one.table} {one.rows}" for one in ours)
    return Figures(max(worst.values()), max(bare.values()), peak_kib(), notes)


def turn_through(page: Any, application: QApplication, parts: Parts) -> None:
    """Show every step or tab of a desk once, so that its tables are filled."""
    for part in getattr(page, "parts", ()):
        page.go_to(getattr(part, "key", "") or part.name)
        settle(application, parts)


@dataclass
class Beats:
    """Ticks of the event loop, and the longest time without one."""

    last: float = 0.0
    worst: float = 0.0

    def tick(self) -> None:
        """One tick."""
        now = time.perf_counter()
        self.worst = max(self.worst, now - self.last - BEAT)
        self.last = now


def longest_stop(application: QApplication, parts: Parts, work: Callable[[Progress], object]) -> float:
    """The longest time the window stood still while a job ran, in seconds."""
    ended: list[object] = []
    beats, timer = Beats(time.perf_counter()), QTimer()
    timer.timeout.connect(beats.tick)
    timer.start(round(1000 * BEAT))
    parts.frame.jobs.run(Job("基准", work, ended.append, ended.append))
    while not ended:
        application.processEvents()
    timer.stop()
    assert not isinstance(ended[0], Exception), ended[0]
    return beats.worst


def window_stops(root: Path, size: int) -> Figures:
    """Longest stop of the event loop during intake, issue and report."""
    application, parts = opened_window(root)
    places = Places(root / str(size))
    marks = inputs.fingerprints(root / "keys")
    sweeper = Sweeper(parts.frame.jobs)
    sweeper.begin()
    stops: dict[str, float] = {}
    began = time.perf_counter()

    def with_store(path: Path, work: Callable[[Store, Progress], object], name: str) -> None:
        with open_store(path, PASSPHRASE) as store:
            stops[name] = longest_stop(application, parts, lambda progress: work(store, progress))
        gc.collect()  # as the window does after a job

    folder = root / "stops"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with_store(
        inputs.copy_store(places.chair, folder / "intake.ecreview"),
        lambda store, progress: chair.take_in(store, places.packages, marks, clock, progress),
        "intake",
    )
    with_store(
        inputs.copy_store(organiser_store(root, size), folder / "issue.ecreview"),
        lambda store, progress: issuing.issue_packages(store, folder / "stick", clock, COST, progress),
        "issue",
    )
    with_store(places.merged, lambda store, progress: draft_documents(store, clock, progress), "report")
    took = time.perf_counter() - began
    parts.window.close()
    gc.enable()
    notes = {name: f"{1000 * stop:.0f} ms" for name, stop in stops.items()}
    return Figures(max(stops.values()), None, peak_kib(), {**notes, "all jobs": f"{took:.1f} s"})


def page_turn(root: Path, size: int) -> Figures:
    """From asking for a page to seeing it sharp, against pypdfium2 drawing the same page alone."""
    from page_turns import bare_turns, window_turns

    application, parts = opened_window(root)
    path = root / "dossier.pdf"
    pages = window_turns(application, parts, path)
    plain = bare_turns(path, pages.scale, pages.numbers)
    parts.window.close()
    jump = median(pages.jumps)
    notes = {
        "jump to a far page": f"{1000 * jump:.1f} ms",
        "worst turn": f"{1000 * max(pages.seconds):.0f} ms",
    }
    return Figures(median(pages.seconds), median(plain), peak_kib(), notes)


CASES: Final[dict[str, Callable[[Path, int], Figures]]] = {
    "window start": window_start,
    "tables": window_tables,
    "stops": window_stops,
    "page turn": page_turn,
}
"""Case by name; `__main__` says for which sizes."""
