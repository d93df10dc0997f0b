"""The list of people (人员名单): experts, groups, chairs, supervisors and known recusals from a workbook."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import xlsxwriter

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.credit_code import tidy
from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.recusal import RECUSAL_WORDS, Recusal, RecusalReason
from ecpanel.exchange.container import is_plain_name
from ecpanel.exchange.handover import write_bytes_verified
from ecpanel.exchange.workbook import SheetRows, cell_text, read_workbook

EXPERTS: Final = "专家"
RECUSALS: Final = "回避"
EXPERTS_HEAD: Final = ("编号", "姓名", "单位", "职称", "专业", "是否部外专家", "组别", "组长", "监督人")
RECUSALS_HEAD: Final = ("专家编号", "企业名称", "统一社会信用代码", "原因代码", "说明")
UNGROUPED: Final = "未分组"
"""What stands in place of a group at an expert who is in none."""
_CODE: Final = re.compile(r"E[0-9]{2,3}")
_YES: Final = {"是", "1", "√", "✓", "组长"}
_NO: Final = {"否", "0", "×", "不是"}


@dataclass(frozen=True, slots=True)
class PeopleList:
    """What a list of people says; groups in order of first appearance."""

    experts: tuple[Expert, ...]
    groups: tuple[Group, ...]
    recusals: tuple[Recusal, ...]


def _rows(sheet: SheetRows, first: str) -> list[tuple[int, dict[str, str]]]:
    found: dict[str, int] = {}
    rows: list[tuple[int, dict[str, str]]] = []
    for number, row in enumerate(sheet.rows, start=1):
        texts = ["".join(cell_text(cell).split()) for cell in row]
        if not found:
            if first in texts:
                found = {text: place for place, text in enumerate(texts) if text}
            continue
        if any(texts):
            rows.append((number, {key: texts[place] for key, place in found.items() if place < len(texts)}))
    return rows


def read_people(path: Path, candidates: Sequence[Candidate]) -> PeopleList:
    """Read a list of people; every row must be usable, since a panel half read is no panel.

    Raises `people_unreadable` naming sheet, row and reason.
    """
    sheets = {sheet.name.strip(): sheet for sheet in read_workbook(path)}
    if EXPERTS not in sheets:
        raise EcpanelError(
            "people_unreadable", file=path.name, sheet=EXPERTS, row=1, reason="缺少名为“专家”的工作表"
        )
    experts, groups = _experts(_rows(sheets[EXPERTS], "姓名"), path.name)
    recusals = (
        _recusals(_rows(sheets[RECUSALS], "专家编号"), experts, candidates, path.name)
        if RECUSALS in sheets
        else ()
    )
    return PeopleList(tuple(experts.values()), groups, recusals)


def _experts(
    rows: Sequence[tuple[int, Mapping[str, str]]], file: str
) -> tuple[dict[str, Expert], tuple[Group, ...]]:
    experts: dict[str, Expert] = {}
    members: dict[str, list[str]] = {}
    chairs: dict[str, str] = {}
    supervisors: dict[str, str] = {}
    for place, (number, row) in enumerate(rows, start=1):

        def refuse(reason: str, number: int = number) -> EcpanelError:
            return EcpanelError("people_unreadable", file=file, sheet=EXPERTS, row=number, reason=reason)

        name, code = row.get("姓名", ""), row.get("编号") or f"E{place:02d}"
        if not name:
            raise refuse("没有姓名")
        if code in experts or not _CODE.fullmatch(code):
            raise refuse(f"编号“{code}”重复或不是 E01 的样式")
        outside = row.get("是否部外专家", "是")
        if outside not in _YES | _NO | {""}:
            raise refuse(f"“是否部外专家”应填是或否，读到“{outside}”")
        group = row.get("组别") or "评审组"
        unfit = next((text for text in (name, group) if not is_plain_name(text)), None)
        if unfit is not None:
            raise refuse(f"“{unfit}”含有不能用于文件名的字符")
        experts[code] = Expert(
            code, name, row.get("单位", ""), row.get("职称", ""), row.get("专业", ""), outside not in _NO
        )
        if group == UNGROUPED:
            continue
        members.setdefault(group, []).append(code)
        if row.get("组长", "") in _YES:
            if group in chairs:
                raise refuse(f"{group}已有组长")
            chairs[group] = code
        supervisors[group] = supervisors.get(group) or row.get("监督人", "")
    if not experts:
        raise EcpanelError("people_unreadable", file=file, sheet=EXPERTS, row=1, reason="没有一位专家")
    groups = tuple(
        Group(f"G{place}", name, tuple(ids), chairs.get(name, ""), supervisors[name])
        for place, (name, ids) in enumerate(members.items(), start=1)
    )
    return experts, groups


def _recusals(
    rows: Sequence[tuple[int, Mapping[str, str]]],
    experts: Mapping[str, Expert],
    candidates: Sequence[Candidate],
    file: str,
) -> tuple[Recusal, ...]:
    found = []
    for number, row in rows:
        expert, name, code = (
            row.get("专家编号", ""),
            row.get("企业名称", ""),
            tidy(row.get("统一社会信用代码", "")),
        )
        matching = [
            one for one in candidates if (name and one.name == name) or (code and one.credit_code == code)
        ]
        agrees = (
            len(matching) == 1 and name in ("", matching[0].name) and code in ("", matching[0].credit_code)
        )
        reason = row.get("原因代码", "").zfill(2)
        fault = ""
        if expert not in experts:
            fault = f"没有编号为“{expert}”的专家"
        elif not agrees:
            fault = f"企业“{name or code}”不在名单中或名称与代码不符"
        elif reason not in {one.value for one in RecusalReason}:
            fault = f"原因代码“{reason}”不认识"
        if fault:
            raise EcpanelError("people_unreadable", file=file, sheet=RECUSALS, row=number, reason=fault)
        found.append(
            Recusal(expert, matching[0].candidate_id, RecusalReason(reason), row.get("说明", ""), "organiser")
        )
    return tuple(found)


def write_people_form(path: Path, people: PeopleList, candidates: Mapping[str, Candidate]) -> None:
    """A list of people as a workbook that reads back equal; with no people it is the empty form."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bottom": 1})
        none = Group("", UNGROUPED, (), "")
        groups = {member: group for group in reversed(people.groups) for member in group.members}
        rows: list[tuple[str, ...]] = [
            (
                one.expert_id,
                one.name,
                one.organisation,
                one.title,
                one.field,
                "是" if one.outside else "否",
                group.name,
                "是" if group.chair == one.expert_id else "",
                group.supervisor,
            )
            for one in people.experts
            for group in (groups.get(one.expert_id, none),)
        ]
        recusals: list[tuple[str, ...]] = [
            (one.expert_id, firm.name, firm.credit_code, one.reason.value, one.note)
            for one in people.recusals
            if (firm := candidates.get(one.candidate_id))
        ]
        reasons = [(reason.value, word) for reason, word in RECUSAL_WORDS.items()]
        for name, head, body in (
            (EXPERTS, EXPERTS_HEAD, rows),
            (RECUSALS, RECUSALS_HEAD, recusals),
            ("原因代码", ("代码", "含义"), reasons),
        ):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, head, bold)
            for number, row in enumerate(body, start=1):
                for column, value in enumerate(row):
                    sheet.write_string(number, column, value, text)
            sheet.set_column(0, len(head), 18)
            sheet.freeze_panes(1, 0)
    write_bytes_verified(path, content.getvalue())
