"""The report as it would be signed now, page by page; made when people ask for it, stale after every change."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from ecpanel.gui.chair.presiding import Presiding
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import EmptyState, column, row
from ecpanel.gui.controls.text import button, rule, text
from ecpanel.gui.frame import Frame
from ecpanel.gui.marks import Tone
from ecpanel.gui.viewer.document_view import DocumentView
from ecpanel.progress import Progress

if TYPE_CHECKING:
    from ecpanel.services.documents import Documents
    from ecpanel.services.opening import Store

DRAFT: Final = "审阅稿，还没有签发"
SIGNED: Final = "按已签发的数据重新生成，供查看；以成果包内的报告为准"
ASKED: Final = ("报告预览", "照现在的数据生成评审报告，逐页核阅；几百家企业约需一分钟，可随时取消。")
ASKED_LATER: Final = ("查看报告", f"{SIGNED}。")
STALE: Final = "数据有变动，这一份已经过时"
BARRED: Final = (
    "报告里有组长回避的 {count} 家企业的得分和名次，签发以前不向组长显示。"
    "请由另一位成员核阅：他在下面输入自己的更正口令，即可生成、写出审阅稿；离开这一页时自动收起。"
)


class ReportPreview(QWidget):
    """Asks another member to read where the chair must not see everything."""

    def __init__(self, frame: Frame, store: Store) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._frame, self._store = frame, store
        self._count = 0
        self._kind = DRAFT
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        self.empty = EmptyState(
            theme,
            "file-text",
            *ASKED,
            "生成预览",
            self.make,
        )
        self.presiding = Presiding(frame, store, "本人回避：由其他成员核阅", "核阅人", "由其核阅")
        self.viewer = DocumentView(theme, pinning=False)
        self._state = text("", "small", Tone.FAINT)
        self.again = button(theme, "重新生成", self.make, icon="refresh-cw", quiet=True)
        head = row(self._state, None, self.again, spacing=unit)
        head.setContentsMargins(2 * unit, unit // 4, unit, unit // 4)
        reading = QWidget()
        inside = column(head, rule(), self.viewer)
        inside.setStretch(2, 1)
        reading.setLayout(inside)
        self._reading = reading
        self._stack = QStackedWidget()
        for one in (self.empty, self.presiding, reading):
            self._stack.addWidget(one)
        layout = column(self.banner, self._stack)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    @property
    def is_made(self) -> bool:
        """Whether a report shows."""
        return self._stack.currentWidget() is self._reading

    def ask_reader(self, members: Mapping[str, str], hidden: Collection[str]) -> None:
        """Show no report until one of the members reads in the chair's place."""
        self.clear()
        self.presiding.ask(members, hidden, BARRED.format(count=len(hidden)))
        self._stack.setCurrentWidget(self.presiding)

    def show_state(self, *, closed: bool) -> None:
        """Show what was made, or how to make it."""
        self._kind = SIGNED if closed else DRAFT
        self.empty.set_words(*(ASKED_LATER if closed else ASKED))
        self.empty.button.setText("生成报告" if closed else "生成预览")
        if self._stack.currentWidget() is self.presiding:
            self._stack.setCurrentWidget(self.empty)

    def outdate(self) -> None:
        """The store has changed since the report was made."""
        if self.is_made:
            self._state.setText(STALE)

    def clear(self) -> None:
        """Show nothing."""
        self.viewer.clear()
        self._stack.setCurrentWidget(self.empty)

    def make(self) -> None:
        """Draw the report and show it."""
        store, clock = self._store, self._frame.clock

        def work(progress: Progress) -> Documents:
            from ecpanel.services.documents import draft_documents

            return draft_documents(store, clock, progress)

        self._frame.run("生成报告预览", work, self._made, self.banner)

    def _made(self, documents: Documents) -> None:
        report = documents.report
        self._count += 1
        self._state.setText(f"{self._kind}　{self._frame.clock():%H:%M} 生成")
        self.viewer.show_document(
            f"report-{self._count}", lambda: io.BytesIO(report), "application/pdf", "评审报告.pdf"
        )
        self._stack.setCurrentWidget(self._reading)
        self.viewer.setFocus()
