"""The expert's score sheet in every state, alone at the width of its pane and once inside a window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from scene import Scene, Stage
from services.reviews import firms, panel, prepared, signed_in

from ecpanel.domain.candidate import Candidate, Fact, PastResult
from ecpanel.domain.scheme import Descriptor, Indicator, Kind, Scheme, Section, leaves
from ecpanel.domain.sheet import Evidence, Opinion, Sheet, State
from ecpanel.gui.expert.score_sheet import ScoreSheet
from ecpanel.gui.frame import Frame, Page
from ecpanel.services import score as scoring
from ecpanel.services.opening import open_store, system_clock
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.wrapping import Cost

NAMES = ("评分表",)
NARROW, WIDE = {12: 420, 22: 460}, {12: 560, 22: 700}
REASON = "申报书第三章列出全国首创的模式，并附三年可核数据。"
DOCUMENTS = {"D1": "申报书", "D2": "佐证材料3 知识产权证书与软件著作权登记证书合订本"}
PAGES = (Evidence("D1", "0" * 64, 12), Evidence("D2", "1" * 64, 2, "专利清单"), Evidence("D1", "0" * 64, 104))
WORDS = Opinion(
    "平台模式清晰，服务中小商户成效可核，数据治理走在行业前列，经验已在三个省份推广。",
    "研发投入占比逐年下降，绿色包装只在个别环节推进。",
    "建议完善佐证材料，补充第三方审计数据。",
)


class PanePage(Page):
    """A window with the sheet as its right pane."""

    def __init__(self, frame: Frame, sheet: ScoreSheet) -> None:
        super().__init__()
        self.role, self.title = "专家台", "2021年电子商务示范企业综合评价 第二评审组"
        self.sheet, self._theme = sheet, frame.theme
        sheet.setParent(self)
        sheet.show()

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self.measure()

    def paintEvent(self, event) -> None:
        """Measure after the text size changed too."""
        super().paintEvent(event)
        self.measure()

    def measure(self) -> None:
        wide = NARROW[self._theme.size] if self.width() < 1500 else WIDE[self._theme.size]
        self.sheet.setGeometry(self.width() - wide, 0, wide, self.height())


def listed() -> list[Candidate]:
    """Firms with figures and earlier years."""
    facts = tuple(
        Fact(code, figure) for code, figure in (("A1", "56.3"), ("A2", "21.5"), ("A3", "2300"), ("B2", "6.1"))
    )
    past = (PastResult(2019, 8125, 31, "良好"), PastResult(2020, 8725, 12, "良好"))
    return [replace(one, facts=facts, past=past) for one in firms(6)]


def large_scheme(scheme: Scheme) -> Scheme:
    """Sixty indicators in sections of sections, with names and descriptions as long as they come."""
    levels = tuple(
        Descriptor(name, share, text * 3)
        for name, share, text in (
            ("优秀", 90, "体系完备并通过认证，成效突出且可核，"),
            ("良好", 75, "制度较全并执行，成效明显，"),
            ("一般", 60, "有基本制度，"),
            ("较差", 0, "未见开展，"),
        )
    )
    numbers = count(1)

    def leaf(code: str) -> Indicator:
        long = (
            "（含农村、跨境与直播电子商务业务的合规管理及第三方评估情况）" if next(numbers) % 5 == 0 else ""
        )
        name = f"产业链供应链协同能力{long}"
        return Indicator(code, name, 1200, Kind.SUBJECTIVE, 50, "协同案例", True, levels)

    tops = tuple(
        Section(
            letter,
            "创新发展与示范带动综合水平",
            14400,
            tuple(
                Section(
                    f"{letter}{n}",
                    "数字化经营能力",
                    4800,
                    tuple(leaf(f"{letter}{n}{m}") for m in range(1, 5)),
                )
                for n in range(1, 4)
            ),
        )
        for letter in "ABCDE"
    )
    return replace(scheme, sections=tops)


def scenes(stage: Stage) -> Iterator[Scene]:
    """Every state of the sheet."""
    frame = stage.parts.frame
    folder, cheap = stage.folder / "sheet", Cost(8 * 1024, 1, 1)
    experts, group = panel(3)
    issued = prepared(folder, cheap, listed(), experts, group)
    own = next(one for one in issued if one.owner == "E02" and one.desk.value == "expert")
    signed_in(own, folder / "E02.ecreview", cheap)
    store = open_store(folder / "E02.ecreview", PASSPHRASE)
    work = scoring.load_assignment(store)

    def edit(entry):
        return scoring.set_score(store, work, entry, system_clock)

    def write_opinion(candidate, opinion):
        scoring.set_opinion(store, work, candidate, opinion, system_clock)

    sheet = ScoreSheet(frame, work.scheme, edit, write_opinion)
    page = PanePage(frame, sheet)
    stage.show(page)
    application = QApplication.instance()

    def show(key: str, *, read_only: bool = False) -> None:
        mine = scoring.own_sheets(store, work)
        sheet.show_candidate(
            work.candidates[key],
            mine[key],
            work.settled.get(key, {}),
            read_only=read_only,
            documents=DOCUMENTS,
        )
        sheet.setFocus()
        application.processEvents()

    def fill(key: str, codes: list[str]) -> None:
        sizes = {leaf.code: leaf for leaf in leaves(work.scheme)}
        for place, code in enumerate(codes):
            if code in work.settled[key]:
                continue
            leaf = sizes[code]
            points = leaf.points * (70 + 5 * (place % 5)) // 100 // leaf.step * leaf.step
            edit(scoring.Entry(key, code, text=f"{points / 100}"))
        write_opinion(key, WORDS)

    codes = [leaf.code for leaf in leaves(work.scheme)]
    show("C001")
    yield Scene("评分表-未评-窗口")
    yield Scene("评分表-未评", sheet)
    fill("C002", codes[:9])
    edit(scoring.Entry("C002", "B3", text="5", remark="", evidence=PAGES[:1]))
    edit(scoring.Entry("C002", "C1", state=State.ABSTAINED))
    edit(scoring.Entry("C002", "B4", text="8", remark="太少", evidence=PAGES))
    show("C002")
    sheet.focus_indicator("B4")
    sheet.header.past.click()
    yield Scene("评分表-评分中-窗口")
    yield Scene("评分表-评分中", sheet)
    sheet.card.focus_value()
    sheet.card.value.setText("85")
    sheet.card.value.textEdited.emit("85")
    sheet.flush()
    yield Scene("评分表-超出范围", sheet)
    sheet.undo()
    sheet.focus_indicator("C1")
    sheet.card.remark.setFocus()
    yield Scene("评分表-弃权", sheet)
    sheet.focus_indicator("A1")
    yield Scene("评分表-统一计算", sheet)
    sheet.focus_indicator("C4")
    yield Scene("评分表-分档", sheet)
    sheet.header.eye.click()
    sheet.focus_opinion()
    yield Scene("评分表-意见", sheet)
    sheet.header.eye.click()
    fill("C003", codes)
    show("C003")
    sheet.focus_indicator("F2")
    yield Scene("评分表-评完", sheet)
    show("C003", read_only=True)
    sheet.focus_indicator("B1")
    yield Scene("评分表-已提交-窗口")
    yield Scene("评分表-已提交", sheet)
    sheet.show_preview()
    yield Scene("评分表-预览", sheet)
    large = ScoreSheet(frame, large_scheme(work.scheme), edit, write_opinion)
    firm = replace(work.candidates["C002"], name="㛃𬭸科技（集团）股份有限公司" * 8)
    stage.show(PanePage(frame, large))
    large.show_candidate(firm, Sheet("E02", "C002"), {})
    large.focus_indicator("B21")
    large.card.levels.setFocus(Qt.FocusReason.OtherFocusReason)
    yield Scene("评分表-六十项", large)
    frame.go_home()
    store.close()
