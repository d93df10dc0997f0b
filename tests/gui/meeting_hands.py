"""Reviews for 合议, 排名 and 签发: a calm panel, and what the tests disturb in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QAbstractItemView
from services.quick_panels import QuickPanel, agreed, quick_panel
from services.reviews import firms
from services.rewriting import copied

from ecpanel.domain.scheme import Kind, leaves
from ecpanel.domain.sheet import Evidence, Opinion
from ecpanel.exchange.keys import KeyPair
from ecpanel.gui.app import Parts
from ecpanel.progress import silent
from ecpanel.services.chair import take_in
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.wrapping import Cost

PLAIN, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
REMARK = "证据不足，不予给分，请见材料第三章"
OPINION = Opinion("平台模式清晰，成效可核。", "研发投入占比逐年下降。", "补充第三方审计数据。")
PAGES = (Evidence("C001-02", "0" * 64, 12, "营收表"),)


def calm(
    folder: Path,
    cheap: Cost,
    count: int = 6,
    experts: int = 5,
    *,
    pairs: Mapping[str, KeyPair] | None = None,
    recusals: Mapping[str, Collection[str]] | None = None,
    cut: int = 2,
    rehearsal: bool = False,
) -> QuickPanel:
    """Every expert gives the same as E01, so that no check asks anything."""
    made = quick_panel(
        folder, cheap, firms(count), experts, recusals=recusals, pairs=pairs, cut=cut, rehearsal=rehearsal
    )
    first = {candidate: sheet for (who, candidate), sheet in made.sheets.items() if who == "E01"}
    made.sheets = agreed(
        {(who, key): replace(first[key], expert_id=who) for who, key in made.sheets}, made.scheme
    )
    return made


def copy_of(panel: QuickPanel, folder: Path) -> QuickPanel:
    """The same panel over its own copy of the chair's store, with nothing handed in yet."""
    (folder / "U盘").mkdir(parents=True)
    return replace(panel, folder=folder, store=copied(panel.store, folder), merged={})


def leaf_of(panel: QuickPanel, kind: Kind = Kind.SUBJECTIVE) -> Any:
    """The first leaf of a kind."""
    return next(one for one in leaves(panel.scheme) if one.kind is kind)


def nothing_for(
    panel: QuickPanel, expert: str, candidate: str, kind: Kind = Kind.SUBJECTIVE, *, points: int = 0
) -> str:
    """Let an expert give a leaf of a kind nothing, with reasons, a page and an opinion; returns its code."""
    leaf = leaf_of(panel, kind)
    sheet = panel.sheets[expert, candidate]
    cell = replace(sheet.scores[leaf.code], points=points, remark=REMARK, evidence=PAGES)
    changed = replace(sheet, scores={**sheet.scores, leaf.code: cell}, opinion=OPINION)
    panel.sheets = {**panel.sheets, (expert, candidate): changed}
    return str(leaf.code)


def tie(panel: QuickPanel, first: str, *others: str) -> None:
    """Let candidates have the very same scores of everybody."""
    found = dict(panel.sheets)
    for who, key in panel.sheets:
        if key in others:
            found[who, key] = replace(panel.sheets[who, first], candidate_id=key)
    panel.sheets = found


def moderated(panel: QuickPanel, *, leave_out: Mapping[str, Collection[str]] | None = None) -> Path:
    """Everybody has handed in and the stage is open; `leave_out` are candidates an expert declares not to
    score."""
    gaps = leave_out or {}
    files = [panel.hand_in(one.expert_id, gaps=gaps.get(one.expert_id, ())) for one in panel.experts]
    with open_store(panel.store, PASSPHRASE) as store:
        lines = take_in(store, files, panel.fingerprints, system_clock, silent)
        assert all(one.merged for one in lines), lines
        open_moderation(store, "", system_clock)
    return panel.store


def click(qtbot: Any, view: QAbstractItemView, index: QModelIndex) -> None:
    """Click into a cell."""
    view.scrollTo(index)
    area = view.visualRect(index)
    assert not area.isEmpty(), "the cell does not show"
    at = QPoint(area.left() + min(area.width() // 2, 20), area.center().y())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


ANIMATED = 150
"""Milliseconds until a button pressed by its shortcut has been clicked."""


def hit(qtbot: Any, parts: Parts, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    """Press a key wherever the focus is, and wait for what it begins."""
    qtbot.keyClick(parts.window.focusWidget() or parts.window, key, modifier)
    qtbot.wait(ANIMATED)
    qtbot.waitUntil(lambda: parts.frame.jobs.running is None, timeout=30_000)
