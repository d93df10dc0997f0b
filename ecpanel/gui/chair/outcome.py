"""The result as it stands, computed once beside the window and shared by the tabs until the store changes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ecpanel.domain.errors import EcpanelError
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.frame import Frame
from ecpanel.progress import Progress

if TYPE_CHECKING:
    from ecpanel.domain.disagreement import Spread
    from ecpanel.domain.evaluation import Material
    from ecpanel.domain.result import Result
    from ecpanel.services.opening import Store

    Done = Callable[[Result, Material], None]

TITLE = "计算结果"


class Outcome:
    """Asked by the tabs; reads and evaluates when it is asked for the first time after a change."""

    def __init__(self, frame: Frame, store: Store) -> None:
        self._frame, self._store = frame, store
        self._found: tuple[Result, Material] | None = None
        self._waiting: list[tuple[Done, Banner]] = []
        self._running = self._stale = False
        self.spreads: tuple[Spread, ...] = ()
        """The map of disagreement of the result handed over last."""

    def ask(self, done: Done, banner: Banner) -> None:
        """Hand over the result: at once when it is known, otherwise when it has been computed."""
        if self._found is not None:
            done(*self._found)
            return
        self._waiting.append((done, banner))
        if not self._running:
            self._start(banner)

    def forget(self) -> None:
        """The store has changed."""
        self._found, self._stale = None, self._running

    def close(self) -> None:
        """Nobody asks any more."""
        self.forget()
        self._waiting.clear()
        gc.unfreeze()

    def _start(self, banner: Banner) -> None:
        self._running = True
        self._frame.run(
            TITLE, self._compute, self._computed, banner, failed=self._failed, cancelled=self._cancelled
        )

    def _compute(self, progress: Progress) -> tuple[Result, Material, tuple[Spread, ...]]:
        from ecpanel.domain.disagreement import spread
        from ecpanel.domain.evaluation import evaluate
        from ecpanel.services.chair import load_material
        from ecpanel.services.opening import stamp

        with _long_lived():
            progress(0, 3, "读取各专家的评分")
            material = load_material(self._store)
            progress(1, 3, "计算得分并复算")
            result = evaluate(material, stamp(self._frame.clock))
            progress(2, 3, "比较各专家")
            spreads = spread(result)
        return result, material, spreads

    def _computed(self, found: tuple[Result, Material, tuple[Spread, ...]]) -> None:
        self._running = False
        if self._stale:
            self._stale = False
            if self._waiting:
                self._start(self._waiting[0][1])
            return
        result, material, self.spreads = found
        self._found = (result, material)
        for done, _ in self._take_waiting():
            done(*self._found)

    def _failed(self, fault: EcpanelError) -> None:
        for banner in {id(one): one for _, one in self._take_waiting()}.values():
            banner.say_error(fault)

    def _cancelled(self) -> None:
        for _, banner in self._take_waiting():
            banner.say("已取消计算，得分没有显示；再打开这一页时会重新计算。")

    def _take_waiting(self) -> list[tuple[Any, Banner]]:
        waiting, self._waiting = self._waiting, []
        self._running = self._stale = False
        return waiting


@contextmanager
def _long_lived() -> Iterator[None]:
    """Records made meanwhile are not searched for cycles, now or until the desk is left: they have none,
    and going through hundreds of thousands of them would stop the window for a while each time."""
    gc.collect(1)  # what is already thrown away shall not be kept with them
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
