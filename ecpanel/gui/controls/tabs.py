"""Pages beside one another by their names."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QTabBar


class Tabs(QTabBar):
    """Always as wide as its words: the chosen one is bold, so the width follows the choice."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.currentChanged.connect(lambda _: self.updateGeometry())
