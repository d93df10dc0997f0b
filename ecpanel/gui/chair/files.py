"""The dropped score packages one below the other, with verdict, reason, cure, and the fingerprint to compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ecpanel.gui.chair.judged import TODO_WORDS, Judged, Reason, Todo, reasons
from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.fingerprint import Fingerprint
from ecpanel.gui.controls.panel import column, holding, row
from ecpanel.gui.controls.text import MarkLabel, button, text
from ecpanel.gui.marks import Tone
from ecpanel.gui.theme import Theme
from ecpanel.texts import problem_sentence

COMPARE: Final = (
    "每位专家第一次提交时核对一次：下面的签名指纹，应与本人签到承诺书上印的逐组相同。"
    "不同就不要确认，请本人带评分用的电脑来，当面重新导出。"
)


class FileList(QWidget):
    """`confirmed` tells expert and fingerprint once people have compared it with the ink."""

    confirmed = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._column = column(spacing=theme.unit)
        self.setLayout(self._column)
        self.cards: list[FileCard] = []

    def show_files(self, files: Sequence[Judged]) -> None:
        """Show files, those that wait for people first."""
        self.setUpdatesEnabled(False)
        kept = {one.judged.path: one for one in self.cards}
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None and not isinstance(widget, FileCard):
                widget.hide()
                widget.deleteLater()
        self.cards = []
        asked: set[str] = set()
        for todo in Todo:
            some = [one for one in files if one.todo is todo]
            if some:
                self._column.addWidget(text(f"{TODO_WORDS[todo]}（{len(some)}）", "small", Tone.FAINT))
            if some and todo is Todo.CONFIRM:
                self._column.addWidget(text(COMPARE, wrap=True))
            for one in some:
                asks = one.line.expert_id not in asked
                asked.add(one.line.expert_id)
                card = kept.get(one.path)
                if card is None or (card.judged, card.asks) != (one, asks):
                    card = self._card(one, asks=asks)
                else:
                    del kept[one.path]
                self.cards.append(card)
                self._column.addWidget(card)
        self._column.addStretch(1)
        for card in self.cards:
            card.show()  # at once, so that its button can take the focus
        for gone in kept.values():
            gone.hide()
            gone.deleteLater()
        self.setUpdatesEnabled(True)

    def _card(self, judged: Judged, *, asks: bool) -> FileCard:
        card = FileCard(self._theme, judged, asks=asks)
        card.confirmed.connect(self.confirmed)
        return card

    def next_confirm(self) -> QPushButton | None:
        """The first button by which a fingerprint is confirmed."""
        return next((one.confirm for one in self.cards if one.confirm is not None), None)


class FileCard(QFrame):
    """One file. The fingerprint is asked once for each expert."""

    confirmed = Signal(str, str)

    def __init__(self, theme: Theme, judged: Judged, *, asks: bool = True) -> None:
        super().__init__()
        self.setObjectName("card")
        self._theme, self.judged = theme, judged
        self.asks = asks
        self.confirm: QPushButton | None = None
        line, unit = judged.line, theme.unit
        who = f"{line.expert_id} {line.name}" if line.expert_id else "读不出是谁的"
        about = f"第 {line.number} 版 · {line.sheets} 家 · " if line.expert_id else ""
        mark = MarkLabel(theme, judged.mark)
        mark.setMinimumWidth(mark.sizeHint().width())
        name = Elided(who, "head", Tone.PLAIN if line.expert_id else Tone.FAINT, Qt.TextElideMode.ElideRight)
        head = row(mark, name, spacing=unit)
        head.setStretch(1, 1)
        parts = column(head, Elided(f"{about}{line.file}", "small", Tone.FAINT), spacing=unit // 2)
        parts.setContentsMargins(*(unit + unit // 2,) * 4)
        for reason in reasons(line.problems):
            parts.addWidget(_reason(theme, reason, refused=judged.todo is Todo.REFUSED))
        found = [one for one in line.problems if one.code != "key_unconfirmed"]
        if len(found) > len(reasons(found)):
            self._all(parts, [problem_sentence(one) for one in found])
        if judged.todo is Todo.CONFIRM and asks:
            parts.addWidget(self._comparison(judged))
        elif judged.todo is Todo.CONFIRM:
            parts.addWidget(text("与上面同一位专家，核对一次即可。", "small", Tone.FAINT, wrap=True))
        self.setLayout(parts)
        spoken = f"{judged.mark.word}，{who}，{about}{line.file}"
        self.setAccessibleName(spoken)

    def _all(self, parts: QVBoxLayout, sentences: list[str]) -> None:
        """Every single sentence, folded away at first."""
        whole = QPlainTextEdit("\n".join(sentences))
        whole.setReadOnly(True)
        whole.setAccessibleName("全部问题")
        whole.setFixedHeight(20 * self._theme.unit)
        whole.hide()
        fold = button(self._theme, f"全部 {len(sentences)} 条", icon="list", quiet=True)
        fold.setCheckable(True)
        fold.toggled.connect(whole.setVisible)
        parts.addLayout(row(fold, None))
        parts.addWidget(whole)

    def _comparison(self, judged: Judged) -> QWidget:
        """The fingerprint in groups as it stands on the sign-in sheet, and the button that says it is the
        same."""
        theme, line = self._theme, judged.line
        self.confirm = button(
            theme,
            "与签到承诺书一致，确认",
            lambda: self.confirmed.emit(line.expert_id, line.fingerprint),
            icon="check",
        )
        self.confirm.setAccessibleName(f"{line.expert_id} {line.name}的签名指纹与签到承诺书一致，确认")
        return holding(
            column(Fingerprint(theme, line.fingerprint), row(self.confirm, None), spacing=theme.unit)
        )


def _reason(theme: Theme, reason: Reason, *, refused: bool) -> QWidget:
    more = f"（同类共 {reason.count} 处）" if reason.count > 1 else ""
    wrong = text(f"{reason.wrong}{more}", "", Tone.BAD if refused else Tone.PLAIN, wrap=True)
    if not reason.cure:
        return wrong
    cure = text(f"怎么办：{reason.cure}", "", Tone.PLAIN if refused else Tone.FAINT, wrap=True)
    return holding(column(wrong, cure, spacing=theme.unit // 4))
