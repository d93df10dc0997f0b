"""指标体系 on the organiser's desk: tree, rules, preview; import and export; every edit saved and undone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QMenu, QStackedWidget

from ecpanel.domain.problems import blocking
from ecpanel.domain.scheme import PLACEHOLDER_BANNER, Scheme, check_scheme, leaves
from ecpanel.gui.controls.elided import Elided
from ecpanel.gui.controls.panel import column, row
from ecpanel.gui.controls.tabs import Tabs
from ecpanel.gui.controls.text import button
from ecpanel.gui.marks import DONE, PLACEHOLDER, WARNING, Tone
from ecpanel.gui.organiser.desk import OrganiserDesk, OrganiserStep
from ecpanel.gui.organiser.history_buttons import HistoryButtons
from ecpanel.gui.organiser.scheme_level_rows import USUAL
from ecpanel.gui.organiser.scheme_preview import PreviewPage
from ecpanel.gui.organiser.scheme_rules import RulesPage
from ecpanel.gui.organiser.scheme_tree_page import SchemeTreePage
from ecpanel.gui.pages.new_store import file_name
from ecpanel.progress import Progress
from ecpanel.services.prepare import set_scheme

KINDS: Final = "指标体系 (*.xlsx *.xls *.et *.json)"
SUFFIXES: Final = (".xlsx", ".xls", ".et", ".json")
TREE, RULES, PREVIEW = range(3)


class SchemeStep(OrganiserStep):
    """指标体系."""

    key = "scheme"
    locks = True

    def __init__(self, desk: OrganiserDesk) -> None:
        super().__init__(desk)
        theme = self.frame.theme
        self.bring = button(theme, "导入…", self._choose, icon="upload", shortcut="Ctrl+I")
        self.send = button(theme, "导出…", icon="download")
        menu = QMenu(self.send)
        menu.addAction("导出为 Excel（便于传阅和修改）…", lambda: self._export(".xlsx"))
        menu.addAction("导出为 JSON（给程序用）…", lambda: self._export(".json"))
        self.send.setMenu(menu)
        self.header.add(self.bring)
        self.header.add(self.send)
        self.tree = SchemeTreePage(
            self.frame, lambda: self.desk.ready.scheme, self.save, self.banner.say_error
        )
        self._rules: RulesPage | None = None
        self._preview: PreviewPage | None = None
        self.tabs, self._stack = Tabs("指标体系各页"), QStackedWidget()
        self._stack.addWidget(self.tree)
        for words in ("指标", "规则", "预览"):
            self.tabs.addTab(words)
        self.tabs.currentChanged.connect(self._turn)
        self.turns = HistoryButtons(theme, self.history)
        self.undo, self.redo = self.turns.undo, self.turns.redo
        told = f"{PLACEHOLDER_BANNER}；收到正式附件2后请导入，或逐项改好后在“规则”中去掉占位标记。"
        self.note = Elided(told, "small", Tone.CAUTION, Qt.TextElideMode.ElideRight)
        below = row(self.note)
        below.setContentsMargins(2 * theme.unit, theme.unit // 4, 2 * theme.unit, theme.unit // 4)
        across = QFrame()
        across.setObjectName("bar")
        line = row(self.tabs, None, self.tree.tools, self.undo, self.redo, spacing=theme.unit // 2)
        line.setContentsMargins(theme.unit, 0, theme.unit, 0)
        line.setAlignment(self.tabs, Qt.AlignmentFlag.AlignBottom)
        across.setLayout(column(line, below))
        self.fill(across, self._stack)

    @property
    def rules(self) -> RulesPage:
        """The page of rules; made when it is first wanted."""
        if self._rules is None:
            self._rules = RulesPage(self.frame.theme, self.save)
            self._stack.addWidget(self._rules)
            self._rules.put(self.desk.ready.scheme, self.step.problems, locked=self.locked)
        return self._rules

    @property
    def preview(self) -> PreviewPage:
        """The preview; made when it is first wanted."""
        if self._preview is None:
            self._preview = PreviewPage(self.frame)
            self._stack.addWidget(self._preview)
            self._preview.put(self.desk.ready.scheme, self.step.problems)
        return self._preview

    def _turn(self, number: int) -> None:
        self.flush()
        self._stack.setCurrentWidget(
            self.tree if number == TREE else self.rules if number == RULES else self.preview
        )
        self.tree.tools.setVisible(number == TREE)
        if number == PREVIEW:
            self.preview.look()

    def reload(self) -> None:
        """The scheme as it is, with what is wrong with it."""
        scheme, locked = self.desk.ready.scheme, self.locked
        problems = list(self.step.problems)
        self.header.set_summary(scheme.title)
        wrong = sum("member" in one.params for one in problems)
        self.tabs.setTabText(RULES, f"规则（{wrong} 处有误）" if wrong else "规则")
        faults = sum("place" in one.params for one in problems)
        self.tabs.setTabText(TREE, f"指标（{faults} 处有误）" if faults else "指标")
        self.note.setVisible(scheme.is_placeholder and not locked)
        self.bring.setVisible(not locked)
        self.undo.setVisible(not locked)
        self.redo.setVisible(not locked)
        self.tree.put(scheme, problems, locked=locked)
        if self._rules is not None:
            self._rules.put(scheme, problems, locked=locked)
        if self._preview is not None:
            self._preview.put(scheme, problems)

    def flush(self) -> None:
        """Save what is still being typed."""
        if not self.locked:
            self.tree.flush()
            if self._rules is not None:
                self._rules.flush()

    # ---- changing

    def save(self, words: str, scheme: Scheme, key: object = None) -> bool:
        """Keep a changed scheme; Ctrl+Z brings the one before back."""
        before = self.desk.ready.scheme
        if scheme == before:
            return False
        told = self.history.do(
            words, lambda: self._set(scheme), self._set, key=None if key is None else repr(key)
        )
        if told:
            self._warn_of_figures(before, scheme)
        return told

    def _set(self, scheme: Scheme) -> Scheme:
        """Save; returns the scheme before."""
        before = self.desk.ready.scheme
        set_scheme(self.store, scheme, self.frame.clock)
        self.desk.changed("已保存", replace(self.desk.ready, scheme=scheme))
        return before

    def _warn_of_figures(self, before: Scheme, now: Scheme) -> None:
        """Figures of the list belong to codes; one that is gone leaves them unused."""
        gone = {leaf.code for leaf in leaves(before)} - {leaf.code for leaf in leaves(now)}
        firms = [
            one for one in self.desk.ready.candidates if any(fact.indicator in gone for fact in one.facts)
        ]
        if gone and firms:
            told = "、".join(sorted(gone))
            self.banner.say(
                f"名单中有 {len(firms)} 家企业的申报数据登记在指标{told}名下，改编码或删除后不再用于计分；"
                "需要时请撤销，或改好编码后重新导入名单。",
                WARNING,
                "撤销",
                self._undo_from_banner,
            )

    def _undo_from_banner(self) -> None:
        self.banner.clear()
        self.history.undo()

    # ---- files

    def takes(self, paths: list[Path]) -> bool:
        """A scheme as workbook or JSON."""
        if self.locked or paths[0].suffix.lower() not in SUFFIXES or not paths[0].is_file():
            return False
        self.bring_in(paths[0])
        return True

    def _choose(self) -> None:
        self.frame.choose_file("导入指标体系", KINDS, self.bring_in, self)

    def bring_in(self, path: Path) -> None:
        """Read a scheme and take it as a draft, faulty or not: what is wrong is put right here."""

        def work(_: Progress) -> Scheme:
            from ecpanel.exchange.scheme_file import read_scheme

            return read_scheme(path)

        self.frame.run("读取指标体系", work, lambda found: self._brought(path, found), self.banner)

    def _brought(self, path: Path, scheme: Scheme) -> None:
        faults = len(blocking(check_scheme(scheme)))
        if scheme == self.desk.ready.scheme:
            self.banner.say(f"“{path.name}”与现在的指标体系相同，没有改动。")
            return
        if not self.save(f"导入“{path.name}”", scheme):
            return
        count = sum(1 for _ in leaves(scheme))
        told = f"已导入“{scheme.title}”，{count} 项评分指标"
        if faults:
            self.banner.say(
                f"{told}；有 {faults} 处错误，改好之前不能发放任务包。",
                WARNING,
                "看第一处",
                self.tree.show_next_fault,
            )
        elif scheme.is_placeholder:
            self.banner.say(f"{told}；文件自称是占位体系，占位标记保留。", PLACEHOLDER)
        else:
            self.banner.say(f"{told}，没有发现问题。", DONE)

    def _export(self, suffix: str) -> None:
        name = f"{file_name(self.desk.ready.scheme.title)}{suffix}"
        kinds = "Excel 工作簿 (*.xlsx)" if suffix == ".xlsx" else "JSON (*.json)"
        self.frame.choose_new("导出指标体系", name, kinds, self.write_to, self)

    def write_to(self, path: Path) -> None:
        """Write the scheme as its suffix says."""
        scheme = self.desk.ready.scheme

        def work(_: Progress) -> None:
            from ecpanel.exchange.handover import write_bytes_verified
            from ecpanel.exchange.scheme_file import scheme_json, write_scheme_workbook

            if path.suffix.lower() == ".json":
                write_bytes_verified(path, scheme_json(scheme))
            else:
                write_scheme_workbook(scheme, path)

        def done(_: object) -> None:
            if path.suffix.lower() != ".json" and not _usual(scheme):
                told = f"已导出到“{path}”；Excel 只能写优、良、中、差四级，改过的分级请另导出 JSON 保存。"
                self.banner.say(told, WARNING, "导出 JSON…", lambda: self._export(".json"))
            else:
                self.banner.say_done(f"已导出到“{path}”。")

        self.frame.run("导出指标体系", work, done, self.banner)


def _usual(scheme: Scheme) -> bool:
    """Whether all levels are the four that a workbook has columns for."""
    return all((one.name, one.from_percent) in USUAL for leaf in leaves(scheme) for one in leaf.descriptors)
