"""A page with one plain sentence, where nothing could be opened."""

from __future__ import annotations

from ecpanel.gui.controls.panel import EmptyState, column
from ecpanel.gui.frame import Frame, Page


class NoticePage(Page):
    """Says what is the matter and leads back."""

    def __init__(self, frame: Frame, title: str, sentence: str) -> None:
        super().__init__()
        self.role = title
        state = EmptyState(frame.theme, "circle-help", title, sentence, "回到起始页", frame.go_home)
        self.setLayout(column(state))
