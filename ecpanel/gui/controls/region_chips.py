"""Regions to be picked from all 37, each a small button that stays pressed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from ecpanel.domain.regions import REGIONS
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.text import button
from ecpanel.gui.theme import Theme


class RegionChips(QWidget):
    """`picked` tells the regions in their customary order whenever people press one."""

    picked = Signal(object)

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        flow = Flow(spacing=theme.unit // 2)
        self._buttons: dict[str, QPushButton] = {}
        for region in REGIONS:
            made = button(theme, region, lambda: self.picked.emit(self.regions))
            made.setCheckable(True)
            made.setProperty("chip", True)
            self._buttons[region] = made
            flow.addWidget(made)
        self.setLayout(flow)

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions that are pressed."""
        return tuple(region for region, made in self._buttons.items() if made.isChecked())

    def set_regions(self, regions: Iterable[str]) -> None:
        """Press these and no others."""
        wanted = set(regions)
        for region, made in self._buttons.items():
            made.setChecked(region in wanted)
