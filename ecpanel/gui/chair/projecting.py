"""The projector from the desk: opened and put away by one button, individual scores only where switched on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from ecpanel.gui.chair.projector import Projection, Projector
from ecpanel.gui.controls.text import button
from ecpanel.gui.frame import Frame


class Projecting(QObject):
    """`wanted` asks for what is to be shown: the window was opened, or the switch was turned."""

    wanted = Signal()

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._frame = frame
        self.projector: Projector | None = None
        self.button = button(
            frame.theme,
            "投影窗",
            self._turn,
            icon="presentation",
            shortcut="Ctrl+P",
            hint="另开一个大字窗口，接投影仪",
            quiet=True,
        )
        self.button.setCheckable(True)
        self.scores = button(
            frame.theme,
            "投影分数",
            self.wanted.emit,
            icon="eye",
            hint="在投影上也显示各专家的分数；平时不显示",
            quiet=True,
        )
        self.scores.setCheckable(True)
        self.scores.hide()

    @property
    def is_open(self) -> bool:
        """Whether the projector shows."""
        return self.projector is not None

    @property
    def with_scores(self) -> bool:
        """Whether individual scores are switched on."""
        return self.scores.isChecked()

    def show_projection(self, shown: Projection) -> None:
        """Show on the projector, where there is one."""
        if self.projector is not None:
            self.projector.show_projection(shown)

    def _turn(self) -> None:
        if self.projector is not None:
            self.close()
            return
        self.projector = Projector(self._frame.theme)
        self.projector.closed.connect(self.close)
        self.button.setChecked(True)
        self.scores.setChecked(False)
        self.scores.show()
        self.wanted.emit()
        self.projector.open_beside(self.button.window())

    def close(self) -> None:
        """Put the projector away."""
        projector, self.projector = self.projector, None
        if projector is not None:
            projector.close()
            projector.deleteLater()
        self.button.setChecked(False)
        self.scores.setChecked(False)
        self.scores.hide()
