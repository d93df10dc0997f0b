"""What reading the dossiers found, as a tree: kinds of problem with their cure, below them the cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from ecpanel.domain.problems import Problem, Severity
from ecpanel.gui.models.problem_marks import SEVERITY_MARKS
from ecpanel.gui.models.records import MARK_ROLE, NOWHERE, Index
from ecpanel.texts import problem_sentence

GROUPS: Final = {
    "dossier_absent": "没有材料的企业",
    "dossier_missing": "缺件的企业",
    "dossier_unmatched": "对不上企业的文件夹",
    "dossier_stray": "不属于任何企业的文件",
    "dossier_link": "指向别处的文件夹",
    "dossier_archive_damaged": "损坏的压缩包",
    "dossier_archive_entries": "文件过多的压缩包",
    "dossier_archive_bomb": "结构异常的压缩包",
    "document_locked": "有密码的文件",
    "document_unreadable": "损坏、无法显示的文件",
    "document_empty": "空文件",
    "document_wrong_kind": "格式不能用的文件",
    "document_closed": "读不到的文件",
    "document_damaged": "在压缩包里损坏的文件",
    "document_path": "路径过长的文件",
    "document_link": "只是链接的文件",
    "document_packing": "压缩方式不支持的文件",
    "document_too_large": "过大的文件",
    "document_bomb": "压缩比异常的文件",
    "document_doubled": "压缩包里重名的文件",
    "document_gone": "不在原处的文件",
    "document_shared": "几家企业材料相同的文件",
    "dossier_in_parts": "分在两处的材料",
    "document_twice": "重复放入的文件",
}
"""Kinds of problem in the order in which people deal with them."""
OTHER: Final = "其他问题"
LEFT_OUT: Final = (
    "document_empty",
    "document_wrong_kind",
    "document_closed",
    "document_damaged",
    "document_path",
    "document_link",
    "document_packing",
    "document_too_large",
    "document_bomb",
)
"""What was found but not taken."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a problem; `candidate` is empty where it concerns none."""

    problem: Problem
    what: str
    where: str
    candidate: str = ""

    @property
    def sentence(self) -> str:
        """What is wrong and how to cure it."""
        return problem_sentence(self.problem)


@dataclass(frozen=True, slots=True)
class Group:
    """All cases of one kind of problem; `cure` tells what to do about them."""

    title: str
    cure: str
    cases: tuple[Case, ...]

    @property
    def severity(self) -> Severity:
        """How much the gravest of them matters."""
        order = list(Severity)
        return min((one.problem.severity for one in self.cases), key=order.index)

    @property
    def words(self) -> str:
        """Title and number of cases."""
        return f"{self.title}　{len(self.cases)}"


def groups_of(problems: Sequence[Problem], names: Mapping[str, str]) -> list[Group]:
    """Problems by kind; `names` are the candidates' by id. The lacks of one candidate are one case."""
    cases: defaultdict[str, list[Case]] = defaultdict(list)
    lacking: dict[str, list[Problem]] = {}
    for one in problems:
        if one.code == "dossier_missing":
            lacking.setdefault(str(one.params["candidate"]), []).append(one)
        else:
            cases[one.code].append(_case(one, names))
    for candidate, own in lacking.items():
        kinds = "、".join(str(one.params["kind"]) for one in own)
        cases["dossier_missing"].append(
            Case(own[0], f"{candidate} {names.get(candidate, '')}", f"缺 {kinds}", candidate)
        )
    known = [*GROUPS, *(code for code in cases if code not in GROUPS)]
    return [
        Group(GROUPS.get(code, OTHER), _cure(code, cases[code]), tuple(cases[code]))
        for code in known
        if code in cases
    ]


def _case(one: Problem, names: Mapping[str, str]) -> Case:
    candidate = str(one.params.get("candidate", ""))
    firm = f"{candidate} {names.get(candidate, '')}" if candidate else ""
    file = str(one.params.get("file", ""))
    dossier = str(one.params.get("dossier", ""))
    if firm:
        return Case(one, firm, file or dossier, candidate)
    return Case(one, dossier or file, file if dossier and file else "")


def _cure(code: str, cases: Sequence[Case]) -> str:
    if code == "dossier_missing":
        return "补齐后重新读取；已经在文件夹里而认错了类别的，点开该企业改类别"
    cures = {one.sentence.partition("；")[2].rstrip("。") for one in cases}
    return cures.pop() if len(cures) == 1 else "逐个看下面的说明"


class DossierReportModel(QAbstractItemModel):
    """Two columns: what, and where or what to do. Cases hang on groups, which are numbered from 1 in the
    internal id; 0 is a group itself."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.groups: Sequence[Group] = ()

    def set_groups(self, groups: Sequence[Group]) -> None:
        """Show other findings."""
        if list(groups) == list(self.groups):
            return
        self.beginResetModel()
        self.groups = list(groups)
        self.endResetModel()

    def case(self, index: Index) -> Case | None:
        """The case of an index, None for a group."""
        if not index.isValid() or not index.internalId():
            return None
        return self.groups[index.internalId() - 1].cases[index.row()]

    def group(self, index: Index) -> Group | None:
        """The group of an index, or the one its case hangs on."""
        if not index.isValid():
            return None
        number = index.internalId()
        return self.groups[number - 1 if number else index.row()]

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        """The index of a group or case."""
        if not 0 <= column < 2 or not 0 <= row < self.rowCount(parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index = NOWHERE) -> Any:
        """The group a case hangs on."""
        if not index.isValid() or not index.internalId():
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, 0)

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """Groups, or the cases of one."""
        if not parent.isValid():
            return len(self.groups)
        if parent.internalId() or parent.column():
            return 0
        return len(self.groups[parent.row()].cases)

    def columnCount(self, parent: Index = NOWHERE) -> int:  # noqa: ARG002
        """Two everywhere."""
        return 2

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Heads across."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return ("问题", "怎么办、在哪里")[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, mark or tip."""
        group, case = self.group(index), self.case(index)
        if group is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            told = (group.words, group.cure) if case is None else (case.what, case.where)
            return told[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return group.cure if case is None else case.sentence
        if role == MARK_ROLE and case is None and index.column() == 0:
            return SEVERITY_MARKS[group.severity]
        return None
