"""The organiser's desk (组织台): steps at the left as a checklist, one step's page at the right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QStackedWidget

from ecpanel import OWN_SUFFIXES
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.frame import Frame, Page
from ecpanel.gui.marks import PLACEHOLDER, REHEARSAL, WARNING, Mark
from ecpanel.gui.organiser.step import OrganiserStep as OrganiserStep
from ecpanel.gui.organiser.steps import StepList
from ecpanel.services.checklist import Step, checklist
from ecpanel.services.holdings import Holding, holdings
from ecpanel.services.opening import Lock
from ecpanel.services.organise import Preparation, preparation
from ecpanel.services.prepare import lock_of
from ecpanel.services.readiness import StepKey

if TYPE_CHECKING:
    from ecpanel.services.opening import Store

TIGHT: Final = 120
"""Narrower than this many units the checklist folds by itself."""
WISH: Final = "organiser.steps"
LISTS: Final = (".xlsx", ".xls", ".et", ".csv", ".json")
CARD_SIGN: Final = b'"ecpanel-card"'


def is_card(path: Path) -> bool:
    """Whether a file looks like somebody's card (名片)."""
    if path.suffix.lower() != ".json":
        return False
    try:
        with path.open("rb") as file:
            return CARD_SIGN in file.read(1 << 16)
    except OSError:
        return False


class OrganiserDesk(Page):
    """组织台. `ready`, `lock`, `holdings` and `steps_by_key` are the review as it was last read; a step that
    has changed something calls `changed`."""

    ready: Preparation
    lock: Lock | None
    holdings: list[Holding]
    steps_by_key: dict[StepKey, Step]

    def __init__(self, frame: Frame, store: Store) -> None:
        super().__init__()
        from ecpanel.gui.organiser.parts import PARTS

        self.role = "组织台"
        self.frame, self.store = frame, store
        self._marks: list[Mark] = []
        self._kinds = {kind.key: kind for kind in PARTS}
        self._parts: dict[str, OrganiserStep] = {}
        self._stack = QStackedWidget()
        self.steps = StepList(frame.theme)
        self.steps.chosen.connect(self.go_to)
        self.steps.folded.connect(self._fold)
        layout = row(self.steps, self._stack)
        layout.setStretch(1, 1)
        self.setLayout(column(layout))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        frame.theme.changed.connect(self._fit)
        self._tight = False
        self._read(None)
        self.steps.set_narrow(self._wish())
        self.go_to(self.steps.first_to_do())

    @property
    def shown(self) -> OrganiserStep | None:
        """The step that shows."""
        part = self._stack.currentWidget()
        return part if isinstance(part, OrganiserStep) else None

    def part(self, key: str) -> OrganiserStep:
        """The page of a step; made when it is first wanted."""
        if key not in self._parts:
            self._parts[key] = self._kinds[key](self)
            self._stack.addWidget(self._parts[key])
        return self._parts[key]

    def go_to(self, key: str) -> None:
        """Show a step."""
        before = self.shown
        if before is not None:
            before.flush()
        part = self.part(key)
        focused = QApplication.focusWidget()
        inside = focused is not None and before is not None and before.isAncestorOf(focused)
        self._stack.setCurrentWidget(part)
        self.steps.mark_current(key)
        part.show_now()
        if inside and part is not before:
            part.setFocus()
            part.focusNextChild()

    def changed(self, words: str = "已保存", ready: Preparation | None = None) -> None:
        """After a change in the store: tell it was saved, show checklist and step anew.

        A step that knows what the review now is hands it on as `ready`, so that not all of it has to be
        read again after every cell.
        """
        self._read(ready)
        if words:
            self.frame.say_saved(words)
        shown = self.shown
        if shown is not None:
            shown.show_now()

    def _read(self, ready: Preparation | None) -> None:
        self.ready = ready or preparation(self.store)
        self.lock, self.holdings = lock_of(self.store), holdings(self.store)
        steps = checklist(self.ready, self.lock, self.holdings)
        self.steps_by_key = {step.key: step for step in steps}
        locked = self.lock is not None
        self.steps.set_steps(
            steps, frozenset(key for key, kind in self._kinds.items() if kind.locks and locked)
        )
        review = self.ready.review
        marks = [
            mark
            for mark, on in ((REHEARSAL, review.rehearsal), (PLACEHOLDER, self.ready.scheme.is_placeholder))
            if on
        ]
        if (self.title, self._marks) != (review.title, marks):
            self.title, self._marks = review.title, marks
            self.marks_changed.emit()

    def marks(self) -> list[Mark]:
        """演练 and 占位指标体系, as they stand in the review."""
        return self._marks

    def takes(self, paths: list[Path]) -> bool:
        """A card goes to the people, a folder to the dossiers, a list to the step that shows; files with
        a desk of their own are opened there."""
        if any(path.suffix.lower() in OWN_SUFFIXES and path.is_file() for path in paths):
            return False
        shown = self.shown
        wanted: StepKey | None = None
        if any(is_card(path) for path in paths):
            wanted = StepKey.PEOPLE
        elif any(path.is_dir() for path in paths) and not (shown is not None and shown.takes_folders):
            wanted = StepKey.DOSSIERS
        if wanted is not None and (shown is None or shown.key != wanted):
            self.go_to(wanted)
            shown = self.shown
        if shown is not None and not shown.takes(paths):
            listed = paths[0].suffix.lower() in LISTS
            cure = (
                "请先点开对应的步骤（指标体系、参评企业、专家与分组），再把文件拖进来。"
                if listed
                else "名单用 Excel，指标体系用 Excel 或 JSON，申报材料拖整个文件夹。"
            )
            shown.banner.say(f"“{paths[0].name}”在这一步用不上；{cure}", WARNING)
        return True

    def _wish(self) -> bool:
        return self.frame.preferences.widths.get(WISH) == [1]

    def _fold(self, narrow: bool) -> None:
        self.steps.set_narrow(narrow)
        if not self._tight:
            self.frame.keep_widths(WISH, [int(narrow)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold the checklist where there is little room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        tight = self.width() < TIGHT * self.frame.theme.unit
        if tight != self._tight:
            self._tight = tight
            self.steps.set_narrow(tight or self._wish())

    def leave(self) -> None:
        """Write what is still being typed, remember how far it is, close the store."""
        shown = self.shown
        if shown is not None:
            shown.flush()
        self.frame.remember(self.store.path, self.title, "organiser", self.steps.summary())
        self.store.close()
