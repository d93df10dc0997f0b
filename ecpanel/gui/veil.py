"""The veil: while a job runs, the page waits under it, keeps its focus, and people see how far it is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QProgressBar, QPushButton, QWidget

from ecpanel.gui.controls.panel import card
from ecpanel.gui.controls.text import button, relabel, text
from ecpanel.gui.jobs import Job, Jobs, Stage, spoken
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme

APPEARS_AFTER = 400
"""Milliseconds before a running job is shown; input is held back from the start."""


class Veil(QFrame):
    """Lies over `covered` while a job runs; shows its progress once it takes longer than a moment."""

    def __init__(self, theme: Theme, jobs: Jobs, covered: QWidget) -> None:
        super().__init__(covered)
        self.setObjectName("clear")
        self._theme, self._jobs, self._covered = theme, jobs, covered
        self._title, self._text = text("", "head"), text("", "", Tone.FAINT)
        self._text.setMinimumWidth(48 * theme.unit)
        self._text.setMaximumWidth(48 * theme.unit)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._share, self._left = text("", "small", Tone.FAINT), text("", "small", Tone.FAINT)
        self._cancel: QPushButton = button(theme, "取消", self._stop, shortcut="Esc")
        foot = QGridLayout()
        foot.addWidget(self._share, 0, 0)
        foot.addWidget(self._left, 0, 1, Qt.AlignmentFlag.AlignCenter)
        foot.addWidget(self._cancel, 0, 2, Qt.AlignmentFlag.AlignRight)
        foot.setColumnStretch(1, 1)
        self._card = card(theme, self._title, self._text, self._bar, foot)
        middle = QGridLayout(self)
        middle.addWidget(self._card, 0, 0, Qt.AlignmentFlag.AlignCenter)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._appear)
        self._before: QWidget | None = None
        self.hide()
        jobs.began.connect(self._begin)
        jobs.moved.connect(self._move)
        jobs.ended.connect(self._end)
        covered.installEventFilter(self)

    @property
    def shows(self) -> bool:
        """Whether progress is shown."""
        return self._card.isVisible()

    def _begin(self, job: Job) -> None:
        self._title.setText(job.title)
        self._cancel.setVisible(job.can_cancel)
        self._cancel.setEnabled(True)
        relabel(self._cancel, "取消")
        self._text.setText("")
        self._share.setText("")
        self._left.setText("")
        self._bar.setRange(0, 0)
        self._card.hide()
        self.setGeometry(self._covered.rect())
        self._before = QApplication.focusWidget()
        self.show()
        self.raise_()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self._timer.start(APPEARS_AFTER)

    def _appear(self) -> None:
        self._dress("veil")
        self._card.show()
        self._cancel.setFocus()

    def _dress(self, name: str) -> None:
        if self.objectName() != name:
            self.setObjectName(name)
            self.style().unpolish(self)
            self.style().polish(self)

    def _move(self, stage: Stage) -> None:
        if self._jobs.running is None:
            return
        metrics = self._text.fontMetrics()
        self._text.setText(
            metrics.elidedText(stage.text, Qt.TextElideMode.ElideMiddle, self._text.maximumWidth())
        )
        share = stage.share
        if share is None:
            self._bar.setRange(0, 0)
            self._share.setText("")
        else:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(1000 * share))
            self._share.setText(f"{share:.0%}　{rate(stage)}")
        remaining = stage.remaining
        self._left.setText("" if remaining is None else spoken(remaining))

    def _end(self) -> None:
        self._timer.stop()
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self.hide()
        self._dress("clear")
        if self._before is not None and self._cancel.hasFocus():
            self._before.setFocus()
        self._before = None

    def _stop(self) -> None:
        self._cancel.setEnabled(False)
        relabel(self._cancel, "正在取消……")
        self._jobs.cancel()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of what is covered; hold keys back from it while a job runs."""
        if watched is self._covered and event.type() is QEvent.Type.Resize:
            self.setGeometry(self._covered.rect())
        held = event.type() in (QEvent.Type.KeyPress, QEvent.Type.Shortcut, QEvent.Type.ShortcutOverride)
        if held and self.isVisible() and isinstance(watched, QWidget):
            under = self._covered.isAncestorOf(watched) and not self.isAncestorOf(watched)
            return bool(under)
        return super().eventFilter(watched, event)


BYTES_FROM: Final = 10_000
"""Work counted in more units than this is counted in KiB (dossiers, packages); smaller totals are shares."""


def rate(stage: Stage) -> str:
    """How fast bytes go, where the work is counted in them."""
    if stage.seconds < 1 or stage.total < BYTES_FROM or not stage.done:
        return ""
    return f"每秒 {stage.done / stage.seconds / 1024:.1f} MB"
