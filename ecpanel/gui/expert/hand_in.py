"""Hand-in (提交): what is missing with a jump to each, the own distribution, one unmistakable 提交并签名."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QStackedWidget, QWidget

from ecpanel.domain.points import HUNDRED, show_points, show_short
from ecpanel.domain.sheet import Sheet, State
from ecpanel.domain.submission import DeclaredGap
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.fields import Field, PathField
from ecpanel.gui.controls.panel import EmptyState, PageHeader, Scroll, column, holding, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import button, rule, text
from ecpanel.gui.expert.distribution import Distribution
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import WARNING, Tone
from ecpanel.gui.models.gaps import Gap, GapsModel, gap_rows
from ecpanel.progress import Progress
from ecpanel.services import hand_in

if TYPE_CHECKING:
    from ecpanel.services.opening import Store
    from ecpanel.services.score import Assignment

REASON_MINIMUM: Final = 4
CLOSE: Final = 5 * HUNDRED
"""Totals that lie within so much of each other hardly tell the candidates apart."""


class HandInPane(QWidget):
    """`go_to` asks for a candidate and the place in its sheet, `left` to go back; `submitted` tells the
    file written."""

    go_to = Signal(str, str)
    left = Signal()
    submitted = Signal(object)

    def __init__(self, frame: Frame, store: Store, work: Assignment) -> None:
        super().__init__()
        self.setObjectName("page")
        self._frame, self._store, self._work = frame, store, work
        self._declared: dict[str, DeclaredGap] = {}
        self._sheets: Mapping[str, Sheet] = {}
        self._untouched: frozenset[str] = frozenset()
        self._version = 1
        theme, unit = frame.theme, frame.theme.unit
        self.header = PageHeader(theme, "提交")
        self.back = button(theme, "回到评分", self.left.emit, icon="arrow-left", shortcut="Ctrl+Shift+B")
        self.sign = button(
            theme, "提交并签名", self._submit, icon="signature", primary=True, shortcut="Ctrl+Shift+Return"
        )
        self.header.add(self.back)
        self.header.set_primary(self.sign)
        self.banner = Banner(theme)
        body = row(self._gaps_card(unit), self._package_card(unit), spacing=2 * unit, margin=2 * unit)
        body.setStretch(0, 5)
        body.setStretch(1, 4)
        whole = column(self.header, self.banner, body)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    # ---- the two cards

    def _gaps_card(self, unit: int) -> QWidget:
        theme = self._frame.theme
        self.model = GapsModel()
        self.table = Table(theme, self.model, "还缺的内容")
        self.table.opened.connect(lambda _: self._fill_in())
        self.table.chosen.connect(lambda _: self._show_gap())
        self._none = EmptyState(
            theme,
            "circle-check",
            "没有缺项",
            "请在旁边选好评分包写到哪里（如U盘），再点右上角的“提交并签名”。",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._none)
        self.jump = button(theme, "去填写", self._fill_in, icon="arrow-right", shortcut="Ctrl+J")
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(f"至少 {REASON_MINIMUM} 个字")
        self.reason.setMaxLength(200)
        self.reason.returnPressed.connect(self._turn_gap)
        self._reason_field = Field(theme, "不评这家企业的理由(&N)", self.reason)
        self.declare = button(theme, "声明不评", self._turn_gap)
        beside = column(None, row(self.declare, self.jump, spacing=unit))
        foot = row(self._reason_field, beside, spacing=unit, margin=unit)
        foot.setStretch(0, 1)
        self._foot = holding(column(rule(), foot))
        made = QFrame()
        made.setObjectName("card")
        layout = column(self._stack, self._foot, margin=1)
        layout.setStretch(0, 1)
        made.setLayout(layout)
        return made

    def _package_card(self, unit: int) -> QWidget:
        theme, frame = self._frame.theme, self._frame
        self.place = PathField(
            theme, "评分包写到哪里", lambda chosen: frame.choose_folder("评分包写到哪里（U盘）", chosen, self)
        )
        self._about = text("", "", Tone.FAINT, wrap=True)
        self.spread = Distribution(theme)
        self._span = text("", "", Tone.FAINT, wrap=True)
        self._close = text("", "", Tone.CAUTION, wrap=True)
        made = QFrame()
        made.setObjectName("card")
        made.setLayout(
            column(
                text("评分包写到哪里", "head"),
                self.place,
                self._about,
                rule(),
                text("我的得分分布", "head"),
                self.spread,
                self._span,
                self._close,
                None,
                spacing=unit,
                margin=2 * unit,
            )
        )
        return Scroll(made)

    # ---- showing

    def reload(self, sheets: Mapping[str, Sheet], untouched: frozenset[str], version: int) -> None:
        """Say what is missing in the sheets as they are; `untouched` are those nobody has begun, `version`
        the number this hand-in would have."""
        self._sheets, self._untouched, self._version = sheets, untouched, version
        problems = hand_in.readiness(self._work, sheets)
        lacking = {str(one.params.get("candidate", "")) for one in problems}
        for key in [key for key in self._declared if key not in lacking]:
            del self._declared[key]  # was completed after all
        rows = gap_rows(problems, self._work.candidates, self._declared, self._work.scheme, untouched)
        self.model.set_rows(rows)
        self._stack.setCurrentWidget(self.table if rows else self._none)
        self._foot.setVisible(bool(rows))
        still = lacking - self._declared.keys()
        self._say_summary(len(sheets) - len(lacking), len(still))
        self.sign.setEnabled(not still)
        self.sign.setToolTip(
            f"还有 {len(still)} 家有缺项，填完或声明不评以后才能提交"
            if still
            else "签名并写出评分包，写完后评分表锁定（Ctrl + Shift + 回车）"
        )
        self._show_spread([one for key, one in sheets.items() if key not in lacking])
        if rows and self.table.key() is None:
            self.table.selectRow(0)
        self._show_gap()

    def begin(self) -> None:
        """Take the keyboard to what is next: a gap, or the place of the package."""
        (self.table if self.model.rows else self.place.line).setFocus()

    def _say_summary(self, ready: int, still: int) -> None:
        declared, recused = len(self._declared), len(self._work.recused)
        parts = [f"可以提交 {ready} 家"]
        parts += [f"缺 {still} 家"] if still else []
        parts += [f"声明不评 {declared} 家"] if declared else []
        parts += [f"回避 {recused} 家"] if recused else []
        self.header.set_summary(" · ".join(parts))
        left_out = f"，声明不评 {declared} 家" if declared else ""
        told = f"将写出第 {self._version} 版评分包：{ready} 家的评分表{left_out}。" if not still else ""
        self._about.setText(
            f"{told}评分包以您的钥匙签名，只有组长能打开，写完即读回核对。"
            "提交后评分表锁定，要改动须由组长开重开单。"
        )

    def _show_spread(self, complete: list[Sheet]) -> None:
        totals = sorted(
            sum(score.points for score in sheet.scores.values() if score.points is not None)
            for sheet in complete
            if not any(score.state is State.ABSTAINED for score in sheet.scores.values())
        )
        self.spread.set_totals(totals)
        close = len(totals) > 2 and totals[-1] - totals[0] <= CLOSE
        self._close.setText(
            f"全部得分都在 {show_short(CLOSE)} 分以内，请确认是否拉开了差距。" if close else ""
        )
        self._close.setVisible(close)
        self._span.setVisible(bool(totals))
        if totals:
            middle = totals[(len(totals) - 1) // 2]
            self._span.setText(
                f"评完 {len(totals)} 家：最低 {show_points(totals[0])}，中位 {show_points(middle)}，"
                f"最高 {show_points(totals[-1])}。"
            )

    # ---- gaps

    def _gap(self) -> Gap | None:
        key = self.table.key()
        return next((one for one in self.model.rows if one.number == key), None)

    def _show_gap(self) -> None:
        gap = self._gap()
        declared = gap is not None and gap.declared
        for part in (self.reason, self.declare):
            part.setEnabled(gap is not None)
        self.reason.setReadOnly(declared)
        self.jump.setEnabled(gap is not None)
        self.declare.setText("撤回声明" if declared else "声明不评")
        self._reason_field.say("")
        self.reason.setText(gap.reason if gap is not None else "")

    def _fill_in(self) -> None:
        gap = self._gap()
        if gap is not None:
            self.go_to.emit(gap.candidate.candidate_id, gap.place)

    def _turn_gap(self) -> None:
        gap = self._gap()
        if gap is None:
            return
        key = gap.candidate.candidate_id
        if gap.declared:
            del self._declared[key]
        else:
            reason = self.reason.text().strip()
            if len("".join(reason.split())) < REASON_MINIMUM:
                self._reason_field.say(f"请写明理由，至少 {REASON_MINIMUM} 个字。")
                self.reason.setFocus()
                return
            self._declared[key] = DeclaredGap(key, reason)
        self.reload(self._sheets, self._untouched, self._version)
        same = next((one for one in self.model.rows if one.candidate.candidate_id == key), None)
        if same is not None:
            self.table.choose(same.number)
        self.table.setFocus()

    # ---- handing in

    def _submit(self) -> None:
        folder = self.place.path
        if folder is None:
            self.banner.say("请先选择评分包写到哪里（如U盘）。", WARNING)
            self.place.line.setFocus()
            return
        store, work, clock = self._store, self._work, self._frame.clock
        declared = list(self._declared.values())

        def hand(_: Progress) -> Path:
            return hand_in.submit(store, work, folder, clock, declared)

        self._frame.run("签名并写出评分包", hand, self.submitted.emit, self.banner, can_cancel=False)
