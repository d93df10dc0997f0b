"""Undo and redo (撤销、重做): every change is done by a service call and taken back by another."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from PySide6.QtWidgets import QWidget

from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.keys import add_key

KEPT = 200
"""How many changes can be taken back."""
Before = TypeVar("Before")


class History(QObject):
    """The changes of one page. An error of the world stands in the banner and changes nothing."""

    moved = Signal()

    def __init__(self, banner: Banner) -> None:
        super().__init__(banner)
        self._banner = banner
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(KEPT)
        self._stack.indexChanged.connect(self._tell)

    def _tell(self, _: int) -> None:
        self.moved.emit()

    def do(
        self,
        words: str,
        forth: Callable[[], Before],
        back: Callable[[Before], object],
        *,
        key: Hashable | None = None,
        failed: Callable[[EcpanelError], object] | None = None,
    ) -> bool:
        """Change something now; `back` gets what `forth` returned and takes it back. True when it went well.

        Changes that follow one another with the same `key` are one step: undo goes back before the first.
        `failed` takes an error of the world in place of the banner.
        """
        change = _Change(words, forth, back, key, failed or self._banner.say_error)
        if not change.begin():
            return False
        self._stack.push(change)
        return True

    @property
    def undo_words(self) -> str:
        """What undo would take back; empty when there is nothing."""
        return self._stack.undoText()

    @property
    def redo_words(self) -> str:
        """What redo would do again; empty when there is nothing."""
        return self._stack.redoText()

    def undo(self) -> None:
        """Take back the last change."""
        self._stack.undo()

    def redo(self) -> None:
        """Do the change again that was taken back."""
        self._stack.redo()

    def forget(self) -> None:
        """Nothing before now can be taken back here."""
        self._stack.clear()

    def add_keys(self, holder: QWidget) -> None:
        """Ctrl+Z and Ctrl+Shift+Z while `holder` shows, wherever the focus is; a text field uses them for
        its own text."""
        add_key(holder, "Ctrl+Z", "撤销", self.undo, everywhere=True)
        add_key(holder, "Ctrl+Shift+Z", "重做", self.redo, everywhere=True)


class _Change(QUndoCommand, Generic[Before]):
    """One change; the stack runs `redo` once when it is pushed, after it has been done already."""

    def __init__(
        self,
        words: str,
        forth: Callable[[], Before],
        back: Callable[[Before], object],
        key: Hashable | None,
        failed: Callable[[EcpanelError], object],
    ) -> None:
        super().__init__(words)
        self._forth, self._back, self._key, self._failed = forth, back, key, failed
        self._before: Any = None
        self._done = False

    def begin(self) -> bool:
        """Do it for the first time."""
        try:
            self._before = self._forth()
        except EcpanelError as fault:
            self._failed(fault)
            return False
        self._done = True
        return True

    def redo(self) -> None:
        """Do it again."""
        if not self._done and not self.begin():
            self.setObsolete(True)

    def undo(self) -> None:
        """Take it back."""
        try:
            self._back(self._before)
        except EcpanelError as fault:
            self._failed(fault)
            self.setObsolete(True)
        self._done = False

    def id(self) -> int:
        """Changes with a key may be merged."""
        return -1 if self._key is None else 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take a later change of the same thing into this one."""
        if not isinstance(other, _Change) or other._key != self._key:
            return False
        self._forth = other._forth
        return True
