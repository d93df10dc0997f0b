"""The way from a file to its desk: told by what the file is, never by a log-in screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ecpanel.gui.frame import Frame, Notice, Page

if TYPE_CHECKING:
    from ecpanel.services.opening import Store


class Router:
    """Opens a path: a review store, a task package, a score package, a bundle."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._ways: dict[str, Callable[[Path], Page]] = {
            ".ecreview": self._store,
            ".ectask": self._task,
            ".zip": self._bundle,
            ".ecscore": self._score,
            ".ecreopen": self._slip,
            ".ecsign": self._request,
            ".ecsigned": self._answer,
        }

    def __call__(self, path: Path) -> None:
        """Show the page a path leads to; a stranger is told so on a page."""
        if self._frame.jobs.running is not None:
            return
        from ecpanel.gui.pages.notice import NoticePage

        way = self._ways.get(path.suffix.lower())
        if path.is_dir():
            page: Page = NoticePage(
                self._frame,
                "这是文件夹",
                f"“{path.name}”是文件夹；请打开其中的文件，或在对应的工作台里拖入。",
            )
        elif not path.is_file():
            page = NoticePage(
                self._frame,
                "找不到文件",
                f"“{path}”不在原处；请检查U盘是否插好、文件是否被移动，再重新打开。",
            )
        elif way is None:
            page = NoticePage(
                self._frame,
                "打不开这个文件",
                f"“{path.name}”不是任务包、评分包、成果包或评审库；名单和申报材料请在组织台里导入。",
            )
        else:
            page = way(path)
        self._frame.show_page(page)

    def _store(self, path: Path) -> Page:
        from ecpanel.gui.pages.unlock import UnlockPage

        return UnlockPage(self._frame, path)

    def _task(self, path: Path) -> Page:
        from ecpanel.gui.pages.task import TaskPage

        return TaskPage(self._frame, path)

    def _bundle(self, path: Path) -> Page:
        from ecpanel.gui.verify.page import VerifyPage

        return VerifyPage(self._frame, path)

    def _score(self, path: Path) -> Page:
        from ecpanel.gui.pages.unlock import UnlockForPage

        return UnlockForPage(self._frame, path, "chair", "评分包由组长收取，请先打开组长的评审库。")

    def _slip(self, path: Path) -> Page:
        from ecpanel.gui.pages.unlock import UnlockForPage

        return UnlockForPage(self._frame, path, "expert", "重开单由专家收下，请先打开该专家的评审库。")

    def _request(self, path: Path) -> Page:
        from ecpanel.gui.pages.unlock import UnlockForPage

        return UnlockForPage(self._frame, path, "expert", "会签请求由专家会签，请先打开该专家的评审库。")

    def _answer(self, path: Path) -> Page:
        from ecpanel.gui.pages.unlock import UnlockForPage

        return UnlockForPage(self._frame, path, "chair", "会签文件由组长收下，请先打开组长的评审库。")


def enter_desk(frame: Frame, store: Store) -> Page:
    """Show the desk a store belongs to; a clock that stands wrong is told above it."""
    from ecpanel.services.clock import accept_clock, clock_problem
    from ecpanel.texts import problem_sentence

    page = desk_page(frame, store)
    frame.show_page(page)
    problem = clock_problem(store, frame.clock)
    if problem is not None:

        def accept() -> None:
            accept_clock(store, frame.clock)
            frame.noticed.emit(None)

        frame.noticed.emit(Notice(problem_sentence(problem), "时钟没有错，继续", accept))
    return page


def desk_page(frame: Frame, store: Store) -> Page:
    """The desk a store belongs to."""
    from ecpanel.domain.review import Desk
    from ecpanel.services.opening import owner_of

    desk = owner_of(store).desk
    if desk is Desk.ORGANISER:
        from ecpanel.gui.organiser.desk import OrganiserDesk

        return OrganiserDesk(frame, store)
    if desk is Desk.EXPERT:
        from ecpanel.gui.expert.desk import ExpertDesk

        return ExpertDesk(frame, store)
    from ecpanel.gui.chair.desk import ChairDesk

    return ChairDesk(frame, store)
