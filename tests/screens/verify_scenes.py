"""Verify page and rehearsal page: empty, busy, sound, not sound, no bundle at all."""

from __future__ import annotations

from collections.abc import Iterator

from scene import Scene, Stage

from ecpanel.gui.pages.rehearsal import RehearsalPage
from ecpanel.gui.verify.page import VerifyPage

NAMES = ("校验", "演练")


def scenes(stage: Stage) -> Iterator[Scene]:
    """Every state."""
    frame = stage.parts.frame
    stage.show(VerifyPage(frame))
    yield Scene("校验-空")
    page = RehearsalPage(frame)
    stage.show(page)
    yield Scene("演练-未开始")
    page.begin.click()
    stage.settle(limit=2.0)
    yield Scene("演练-进行中")
    stage.settle(limit=200)
    yield Scene("演练-完成")
    bundle = page.folder / "U盘" / "成果包.zip"
    verify = VerifyPage(frame, bundle)
    stage.show(verify)
    stage.settle()
    yield Scene("校验-完好")
    verify.tree.expandAll()
    yield Scene("校验-展开")
    broken = stage.folder / "改动过的成果包.zip"
    content = bytearray(bundle.read_bytes())
    content[len(content) // 3] ^= 1
    broken.write_bytes(content)
    verify.verify(broken)
    stage.settle()
    yield Scene("校验-不可采信")
    stranger = stage.folder / "不是成果包.zip"
    stranger.write_bytes(b"x" * 100)
    verify.verify(stranger)
    stage.settle()
    yield Scene("校验-不是成果包")
