"""同分次序: the panel puts candidates whose tie the declared chain left standing into an order, best first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from ecpanel.domain.attendance import leavers, voters
from ecpanel.domain.meeting import TieDecision
from ecpanel.domain.points import show_points
from ecpanel.domain.ties import tied_with, votes_part
from ecpanel.gui.chair.ballot import Electorate
from ecpanel.gui.chair.motion import Motion, enough_words
from ecpanel.gui.controls.form import Form
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.text import button
from ecpanel.gui.forms.form_tie_decision import Ui_TieDecision
from ecpanel.gui.keys import add_key
from ecpanel.progress import Progress

ALONE = "这家企业没有与别家同分，或同分已由规定的次序分开；不用表决。"
NO_VOTE = "本指标体系的同分规则里没有“表决”一步，并列保持并列。"
BARRED = "与它同分的企业中有组长回避的；请先在议程中选那一家，由其他成员主持，再定次序。"
ABOUT = "规定的同分次序没有分开这 {count} 家（{score} 分）。拖动或用按钮排好，表决后按此次序排名。"


class TieMotion(Motion):
    """The list is dragged, or moved by its two buttons."""

    title = "同分次序"
    act = "记录次序"

    def _form(self) -> QWidget:
        theme, unit = self._frame.theme, self._frame.theme.unit
        self.form = Form(theme, Ui_TieDecision)
        self.list = QListWidget()
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("同分企业的次序")
        theme.changed.connect(self._fit_list)
        self.list.model().rowsMoved.connect(lambda *_: self._renumber())
        self.up = button(theme, "上移", lambda: self._move(-1), icon="arrow-up", quiet=True)
        self.down = button(theme, "下移", lambda: self._move(1), icon="arrow-down", quiet=True)
        self.up.setToolTip("上移（Alt + Up）")
        self.down.setToolTip("下移（Alt + Down）")
        add_key(self.list, "Alt+Up", "同分次序上移", lambda: self._move(-1))
        add_key(self.list, "Alt+Down", "同分次序下移", lambda: self._move(1))
        holder = QWidget()
        holder.setLayout(column(self.list, row(self.up, self.down, None, spacing=unit), spacing=unit // 2))
        holder.setFocusProxy(self.list)
        self.form.put("order", holder)
        self.form.put("vote", self.ballot)
        self.form.parts.reason.returnPressed.connect(self._go)
        return self.form

    def reset(self) -> None:
        """Nothing typed, the order as it stands."""
        super().reset()
        self.form.parts.reason.clear()
        self.form.clear()
        self.list.clear()

    def focus_first(self) -> None:
        """Put the focus on the list."""
        self.list.setFocus()

    @property
    def order(self) -> tuple[str, ...]:
        """The candidates as they stand in the list."""
        return tuple(
            str(self.list.item(place).data(Qt.ItemDataRole.UserRole)) for place in range(self.list.count())
        )

    def _show(self) -> None:
        floor = self.floor
        assert floor is not None
        line = floor.side.line
        tied = tied_with(floor.result, line.candidate_id)
        barred = set(tied) & floor.barred
        able = len(tied) > 1 and not barred and votes_part(floor.result.scheme)
        if len(tied) < 2:
            words = ALONE
        elif barred:
            words = BARRED
        elif not able:
            words = NO_VOTE
        else:
            words = ABOUT.format(
                count=len(tied), score="—" if line.score is None else show_points(line.score)
            )
        self._about.setText(words)
        self.form.setEnabled(able)
        self.primary.setEnabled(able)
        if not able:
            self.list.clear()
        elif set(self.order) != set(tied):
            self._fill(tied)
        self.ballot.ask(self._who(tied if able else (line.candidate_id,)))

    def _who(self, tied: tuple[str, ...]) -> Electorate:
        """Those who may vote on every one of them: the fewest decide the quorum."""
        floor = self.floor
        assert floor is not None
        free = min((voters(floor.result, one) for one in tied), key=len)
        away = leavers(floor.result)
        recused = max(len(away.get(one, ())) for one in tied)
        present = sum(one not in floor.absent for one in free)
        return Electorate(len(free), present, recused, floor.result.scheme.meeting)

    def _fill(self, tied: tuple[str, ...]) -> None:
        floor = self.floor
        assert floor is not None
        self.list.clear()
        for key in tied:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setToolTip(f"{key} {floor.names[key]}")
            self.list.addItem(item)
        self._renumber()
        self.list.setCurrentRow(0)
        self._fit_list()

    def _fit_list(self) -> None:
        """As high as its candidates, up to eight."""
        rows = min(max(self.list.count(), 1), 8)
        self.list.setFixedHeight(rows * max(self.list.sizeHintForRow(0), 3 * self._frame.theme.unit) + 4)

    def _renumber(self) -> None:
        floor = self.floor
        if floor is None:
            return
        for place in range(self.list.count()):
            item = self.list.item(place)
            key = str(item.data(Qt.ItemDataRole.UserRole))
            item.setText(f"{place + 1}　{floor.names.get(key, key)}")
        self._moved()

    def _move(self, step: int) -> None:
        place = self.list.currentRow()
        if place >= 0 and 0 <= place + step < self.list.count():
            item = self.list.takeItem(place)
            self.list.insertItem(place + step, item)
            self.list.setCurrentRow(place + step)
            self._renumber()

    def motion_words(self) -> str:
        """The order that is moved."""
        floor = self.floor
        if floor is None or self.list.count() < 2:
            return ""
        names = "　".join(f"{place}. {floor.names[key]}" for place, key in enumerate(self.order, start=1))
        return f"同分次序　{names}"

    def _go(self) -> None:
        self.form.clear()
        reason, order = self.form.parts.reason.text().strip(), self.order
        if len(order) < 2:
            return
        if enough_words(reason):
            self.form.say("reason", enough_words(reason))
            self._look()
            return
        if not self._carried():
            return
        store, clock, vote = self._store, self._frame.clock, self.ballot.vote

        def work(_: Progress) -> None:
            from ecpanel.services.chair import decide_tie
            from ecpanel.services.opening import stamp

            decide_tie(store, TieDecision(order, reason, vote, stamp(clock)), clock)

        self._record(work, f"同分次序已记录：{len(order)} 家")
