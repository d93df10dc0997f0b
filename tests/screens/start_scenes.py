"""Start page, entrances, sheet of keys, crash page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scene import Scene, Stage

from ecpanel.gui.keys import KeySheet
from ecpanel.gui.pages.new_store import NewChairPage, NewReviewPage
from ecpanel.gui.pages.unlock import UnlockPage
from ecpanel.settings import Preferences, Recent

NAMES = ("起始", "新建", "组长建库", "打开评审", "按键", "出错")


def scenes(stage: Stage) -> Iterator[Scene]:
    """Every state before a desk."""
    frame, window = stage.parts.frame, stage.parts.window
    yield Scene("起始-空")
    stores = []
    for number, (title, desk, state) in enumerate(
        (
            ("2021年电子商务示范企业综合评价 第二评审组", "expert", "已评 12/40"),
            ("2021年电子商务示范企业综合评价 第二评审组", "chair", "收包 5/7"),
            ("2021年电子商务示范企业综合评价", "organiser", "待发放"),
            ("演练评审", "organiser", "已发放 8/8"),
        )
    ):
        path = stage.folder / f"{number}.ecreview"
        path.write_bytes(b"")
        stores.append(Recent(str(path), title, desk, state, f"2026-11-{24 - number:02d}T09:12:00+08:00"))
    stores.append(
        Recent(str(Path("/gone/旧.ecreview")), "2020年遴选", "chair", "", "2020-11-02T09:12:00+08:00")
    )
    frame.set_preferences(Preferences(recents=tuple(stores)))
    window.go_home()
    yield Scene("起始-最近")
    stage.show(NewReviewPage(frame))
    yield Scene("新建评审")
    page = NewReviewPage(frame)
    stage.show(page)
    page.primary.click()
    yield Scene("新建评审-有误")
    stage.show(NewChairPage(frame))
    yield Scene("组长建库")
    stage.show(UnlockPage(frame, Path(stores[0].path)))
    yield Scene("打开评审")
    window.go_home()
    window.show_keys()
    stage.settle()
    sheet = window.findChild(KeySheet)
    yield Scene("按键一览", sheet, sheet.close)
    stage.parts.watch.tell(RuntimeError())
    stage.settle()
    from ecpanel.gui.crash import CrashPage

    crash = window.findChild(CrashPage)
    yield Scene("出错", crash, crash.close)
    frame.set_preferences(Preferences())
    window.go_home()
