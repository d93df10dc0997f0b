"""Hand-in (提交): what is missing with a jump to each, the own distribution, one unmistakable 提交并签名."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QStackedWidget, QWidget

from ecpanel.domain.points import show_points
from ecpanel.domain.sheet import Sheet, State, gaps
from ecpanel.domain.submission import DeclaredGap
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.fields import Field, PathField
from ecpanel.gui.controls.panel import EmptyState, PageHeader, Scroll, column, row
from ecpanel.gui.controls.table import Table
from ecpanel.gui.controls.text import button, picture, rule, text
from ecpanel.gui.expert.distribution import Distribution
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import Tone
from ecpanel.gui.models.gaps import Gap, GapsModel, gap_rows
from ecpanel.progress import Progress
from ecpanel.services import hand_in
from ecpanel.services import score as scoring

if TYPE_CHECKING:
    from ecpanel.services.opening import Store
    from ecpanel.services.score import Assignment

REASON_MINIMUM = 4


class HandInPane(QWidget):
    """`go_to` asks for a candidate and the place in its sheet; `submitted` tells the file written."""

    go_to = Signal(str, str)
    submitted = Signal(object)

    def __init__(self, frame: Frame, store: Store, work: Assignment) -> None:
        super().__init__()
        self.setObjectName("page")
        self._frame, self._store, self._work = frame, store, work
        self._declared: dict[str, DeclaredGap] = {}
        theme, unit = frame.theme, frame.theme.unit
        self.header = PageHeader(theme, "提交")
        self.sign = button(
            theme, "提交并签名", self._submit, icon="signature", primary=True, shortcut="Ctrl+Shift+Return"
        )
        self.header.add(self.sign)
        self.banner = Banner(theme)
        self.model = GapsModel()
        self.table = Table(theme, self.model, "还缺的内容")
        self.table.opened.connect(lambda _: self._fill_in())
        self.table.chosen.connect(lambda _: self._show_gap())
        self._none = EmptyState(theme, "circle-check", "全部评完了", "没有缺项，可以提交。")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._none)
        self._jump = button(theme, "去填写", self._fill_in, icon="arrow-right", shortcut="Ctrl+J")
        self._reason = QLineEdit()
        self._reason.setPlaceholderText("不评的理由（至少 4 个字）")
        self._reason.setMaxLength(200)
        self._reason_field = Field(theme, "这家企业不评，理由(&N)", self._reason)
        self._declare = button(theme, "声明不评", self._turn_gap)
        left = QFrame()
        left.setObjectName("card")
        foot = row(self._reason_field, self._declare, self._jump, spacing=unit, margin=unit)
        foot.setStretch(0, 1)
        layout = column(self._stack, rule(), foot, margin=1)
        layout.setStretch(0, 1)
        left.setLayout(layout)
        self.place = PathField(
            theme, "评分包写到哪里", lambda chosen: frame.choose_folder("评分包写到哪里（U盘）", chosen, self)
        )
        self._spread = Distribution(theme)
        self._span = text("", "", Tone.FAINT, wrap=True)
        right = QFrame()
        right.setObjectName("card")
        right.setLayout(
            column(
                text("评分包写到哪里", "head"),
                self.place,
                text(
                    "提交后评分表锁定：写出的评分包以您的钥匙签名，只有组长能打开；写完即读回核对。需要改动时由组长开重开单。",
                    "small",
                    Tone.FAINT,
                    wrap=True,
                ),
                rule(),
                text("我的得分分布", "head"),
                self._spread,
                self._span,
                None,
                spacing=unit,
                margin=2 * unit,
            )
        )
        right.setMinimumWidth(36 * unit)
        scroll = Scroll(right)
        scroll.setMinimumWidth(38 * unit)
        body = row(left, scroll, spacing=2 * unit, margin=2 * unit)
        body.setStretch(0, 3)
        body.setStretch(1, 2)
        whole = column(self.header, self.banner, body)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def reload(self) -> None:
        """Read the sheets again and say what is missing."""
        mine = scoring.own_sheets(self._store, self._work)
        problems = hand_in.readiness(self._work, mine)
        rows = gap_rows(problems, self._work.candidates, self._declared)
        self.model.set_rows(rows)
        open_ones = {one.candidate.candidate_id for one in rows if one.problem is not None}
        ready = len(mine) - len(open_ones)
        self._stack.setCurrentWidget(self.table if rows else self._none)
        parts = [f"可以提交 {ready} 家"]
        if open_ones:
            parts.append(f"缺 {len(open_ones)} 家")
        if self._declared:
            parts.append(f"其中声明不评 {len(self._declared)} 家")
        if self._work.recused:
            parts.append(f"回避 {len(self._work.recused)} 家")
        self.header.set_summary(" · ".join(parts))
        self.sign.setEnabled(not open_ones)
        self._show_spread(mine)
        self._show_gap()
        if rows:
            self.table.selectRow(0)

    def _show_spread(self, mine: dict[str, Sheet]) -> None:
        totals = sorted(
            sum(score.points for score in sheet.scores.values() if score.points is not None)
            for sheet in mine.values()
            if not gaps(sheet, self._work.scheme)
            and not any(score.state is State.ABSTAINED for score in sheet.scores.values())
        )
        self._spread.set_totals(totals)
        if totals:
            middle = totals[(len(totals) - 1) // 2]
            words = f"评完 {len(totals)} 家，最低 {show_points(totals[0])}，中位 {show_points(middle)}，最高 {show_points(totals[-1])}。"
            if len(totals) > 2 and totals[-1] - totals[0] < 500:
                words += "最高与最低相差不到 5 分，请确认是否拉开了差距。"
            self._span.setText(words)
        else:
            self._span.setText("")

    def _gap(self) -> Gap | None:
        key = self.table.key()
        return next((one for one in self.model.rows if one.number == key), None)

    def _show_gap(self) -> None:
        gap = self._gap()
        declared = gap is not None and gap.problem is None
        for part in (self._reason, self._declare):
            part.setEnabled(gap is not None)
        self._jump.setEnabled(gap is not None and not declared)
        self._declare.setText("撤回声明" if declared else "声明不评")
        self._reason_field.say("")
        self._reason.setText(gap.reason if gap is not None else "")

    def _fill_in(self) -> None:
        gap = self._gap()
        if gap is not None and gap.problem is not None:
            self.go_to.emit(gap.candidate.candidate_id, gap.place)

    def _turn_gap(self) -> None:
        gap = self._gap()
        if gap is None:
            return
        key = gap.candidate.candidate_id
        if gap.problem is None:
            del self._declared[key]
        else:
            reason = self._reason.text().strip()
            if len("".join(reason.split())) < REASON_MINIMUM:
                self._reason_field.say("请写明理由，至少 4 个字。")
                self._reason.setFocus()
                return
            self._declared[key] = DeclaredGap(key, reason)
        self.reload()

    def _submit(self) -> None:
        folder = self.place.path
        if folder is None:
            self.banner.say("请先选择评分包写到哪里（如U盘）。")
            self.place.line.setFocus()
            return
        store, work, clock, declared = (
            self._store,
            self._work,
            self._frame.clock,
            list(self._declared.values()),
        )

        def hand(_: Progress) -> Path:
            return hand_in.submit(store, work, folder, clock, declared)

        self._frame.run("签名并写出评分包", hand, self.submitted.emit, self.banner, can_cancel=False)


class SubmittedPane(QWidget):
    """After hand-in: what was written, another copy, a look back, and the slip that reopens."""

    look_back = Signal()
    reopened = Signal(str)

    def __init__(self, frame: Frame, store: Store, work: Assignment) -> None:
        super().__init__()
        self.setObjectName("page")
        self._frame, self._store, self._work = frame, store, work
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        self._about = text("", wrap=True)
        self.place = PathField(
            theme, "再写一份到", lambda chosen: frame.choose_folder("评分包写到哪里（U盘）", chosen, self)
        )
        again = button(theme, "再写一份评分包", self._again, icon="usb")
        look = button(theme, "查看我的评分（只读）", self.look_back.emit, icon="eye")
        slip = button(theme, "收下重开单…", self._choose_slip, icon="rotate-ccw")
        card = QFrame()
        card.setObjectName("card")
        card.setLayout(
            column(
                row(
                    picture(theme, "badge-check", Tone.GOOD, 2.0),
                    text("已提交并签名", "verdict"),
                    None,
                    spacing=unit,
                ),
                self._about,
                text("请把U盘交给组长。", "head"),
                rule(),
                text("U盘丢失或写坏了，可再写一份同样的评分包：", "", Tone.FAINT, wrap=True),
                self.place,
                row(None, again),
                rule(),
                self.banner,
                row(look, slip, None, spacing=unit),
                spacing=2 * unit,
                margin=3 * unit,
            )
        )
        card.setMaximumWidth(80 * unit)
        holder = QWidget()
        line = row(None, card, None)
        line.setStretch(1, 100)
        holder.setLayout(column(line, None, margin=2 * unit))
        self.setLayout(column(Scroll(holder)))

    def reload(self) -> None:
        """Say what was handed in and when."""
        handed = hand_in.last_submission(self._store, self._work)
        if handed is not None:
            self._about.setText(
                f"第 {handed.number} 版，{handed.submitted_at[:16].replace('T', ' ')}，"
                f"{handed.sheets} 家企业。评分包已写出并读回核对，评分表已锁定。"
            )

    def _again(self) -> None:
        folder, store, work = self.place.path, self._store, self._work
        if folder is None:
            self.banner.say("请先选择写到哪里。")
            return

        def write(_: Progress) -> Path:
            return hand_in.write_again(store, work, folder)

        self._frame.run(
            "再写一份评分包",
            write,
            lambda path: self.banner.say_done(f"已写出：{path}"),
            self.banner,
            can_cancel=False,
        )

    def _choose_slip(self) -> None:
        self._frame.choose_file("收下重开单", "重开单 (*.ecreopen)", self.take_slip, self)

    def take_slip(self, path: Path) -> None:
        """Take in the chair's slip."""
        reasons: list[str] = []
        if self._frame.attempt(
            lambda: reasons.append(hand_in.reopen(self._store, path, self._frame.clock)), self.banner
        ):
            self.reopened.emit(reasons[0])
