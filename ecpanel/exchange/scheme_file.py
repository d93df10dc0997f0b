"""The scheme as a file: our JSON, the short JSON with `items`, and an Excel workbook, both ways (rule 2)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from ecpanel.domain.errors import EcpanelError
from ecpanel.domain.points import parse_points, show_points, show_short
from ecpanel.domain.scheme import (
    Band,
    BandTable,
    Descriptor,
    Gate,
    Indicator,
    Kind,
    Level,
    LevelBy,
    Merging,
    Scheme,
    Scope,
    Section,
    TieRule,
    TieStep,
)
from ecpanel.exchange import limits
from ecpanel.exchange.handover import read_limited, write_bytes_verified
from ecpanel.exchange.workbook import SheetRows, cell_text, read_workbook
from ecpanel.records import from_json, to_plain

TREE: Final = "指标体系"
BANDS: Final = "分档"
GATES: Final = "准入项"
RULES: Final = "规则"
TREE_HEAD: Final = (
    "编码",
    "上级编码",
    "名称",
    "分值",
    "类型",
    "步长",
    "可不适用",
    "佐证提示",
    "优",
    "良",
    "中",
    "差",
)
BANDS_HEAD: Final = ("指标编码", "类别", "单位", "不低于", "得分")
GATES_HEAD: Final = ("编码", "名称")
RULES_HEAD: Final = ("项目", "值")
_LEVELS: Final = (("优", 90), ("良", 75), ("中", 60), ("差", 0))
_YES: Final = {"是", "1", "y", "yes", "√", "✓"}


def read_scheme(path: Path) -> Scheme:
    """A scheme from JSON or Excel; a file of the ministry's own is never a placeholder unless it
    says so. Raises `scheme_unreadable` with the place, or the codes of the workbook reader."""
    if path.suffix.lower() == ".json":
        return _from_json(read_limited(path, limits.SMALL_JSON), path.name)
    return _from_workbook(read_workbook(path), path)


def _from_json(content: bytes, file: str) -> Scheme:
    try:
        plain = json.loads(content)
    except (ValueError, RecursionError):
        raise EcpanelError("scheme_unreadable", file=file, place="JSON") from None
    if isinstance(plain, dict) and "items" in plain:
        scheme = _from_items(plain, file)
        if any("\ud800" <= char <= "\udfff" for char in json.dumps(to_plain(scheme), ensure_ascii=False)):
            raise EcpanelError("scheme_unreadable", file=file, place="Unicode")
        return scheme
    return from_json(Scheme, content, where=file)


def _from_items(plain: Mapping[str, Any], file: str) -> Scheme:
    try:
        sections = tuple(_node(item) for item in plain["items"])
        if not all(isinstance(one, Section) for one in sections):
            raise EcpanelError("scheme_unreadable", file=file, place="items")
        return Scheme(
            str(plain["scheme_id"]),
            str(plain["title"]),
            1,
            bool(plain.get("is_placeholder", False)),
            tuple(one for one in sections if isinstance(one, Section)),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, EcpanelError):
        raise EcpanelError("scheme_unreadable", file=file, place="items") from None


def _node(item: Mapping[str, Any]) -> Section | Indicator:
    code, name, points = str(item["code"]), str(item["name"]), parse_points(str(item["max"]))
    if "children" in item:
        return Section(code, name, points, tuple(_node(child) for child in item["children"]))
    step = parse_points(str(item.get("step", "0.5")))
    return Indicator(code, name, points, Kind(item["kind"]), step, str(item.get("evidence", "")))


def scheme_json(scheme: Scheme) -> bytes:
    """The scheme as readable JSON that reads back equal."""
    return (json.dumps(to_plain(scheme), ensure_ascii=False, indent=1) + "\n").encode()


def _rows(
    sheets: Sequence[SheetRows], name: str, head: Sequence[str], file: str
) -> list[tuple[int, dict[str, str]]]:
    """Rows of a sheet by its header names, with 1-based Excel row numbers."""
    sheet = next((one for one in sheets if one.name.strip() == name), None)
    if sheet is None:
        return []
    found: dict[str, int] = {}
    rows: list[tuple[int, dict[str, str]]] = []
    for number, row in enumerate(sheet.rows, start=1):
        texts = [cell_text(cell).strip() for cell in row]
        if not found:
            if (head[0] in texts and head[-1] in texts) or set(head[:2]) <= set(texts):
                found = {text: place for place, text in enumerate(texts) if text}
            continue
        if any(texts):
            rows.append((number, {key: texts[place] for key, place in found.items() if place < len(texts)}))
    if not found:
        raise EcpanelError("scheme_unreadable", file=file, place=f"{name} 表头")
    return rows


def _from_workbook(sheets: Sequence[SheetRows], path: Path) -> Scheme:
    file = path.name
    tree = _rows(sheets, TREE, TREE_HEAD, file)
    if not tree:
        raise EcpanelError("scheme_unreadable", file=file, place=TREE)
    bands = _band_tables(_rows(sheets, BANDS, BANDS_HEAD, file), file)
    gates = tuple(
        Gate(row.get("编码", ""), row.get("名称", "")) for _, row in _rows(sheets, GATES, GATES_HEAD, file)
    )
    rules = {row.get("项目", ""): row.get("值", "") for _, row in _rows(sheets, RULES, RULES_HEAD, file)}
    parents = {row.get("上级编码", "") for _, row in tree}
    children: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for number, row in tree:
        children.setdefault(row.get("上级编码", ""), []).append((number, row))
    known = {row.get("编码", "") for _, row in tree} | {""}
    orphan = next((number for number, row in tree if row.get("上级编码", "") not in known), None)
    if orphan is not None:
        raise EcpanelError("scheme_unreadable", file=file, place=f"{TREE} 第{orphan}行 上级编码")

    def build(number: int, row: dict[str, str], depth: int) -> Section | Indicator:
        code = row.get("编码", "")
        points = _points(row.get("分值", ""), f"{TREE} 第{number}行 分值", file)
        if code in parents and depth < 4:
            below = tuple(build(place, child, depth + 1) for place, child in children[code])
            return Section(code, row.get("名称", ""), points, below)
        return _leaf(number, row, points, bands.get(code, ()), file)

    tops = tuple(build(number, row, 1) for number, row in children.get("", []))
    sections = tuple(one for one in tops if isinstance(one, Section))
    if sum(_count(one) for one in tops) != len(tree):
        raise EcpanelError("scheme_unreadable", file=file, place=f"{TREE} 编码、上级编码")
    if len(sections) != len(tops) or not sections:
        raise EcpanelError("scheme_unreadable", file=file, place=f"{TREE} 一级指标")
    title = rules.get("名称") or path.stem
    scheme = Scheme(
        rules.get("标识") or path.stem, title, 1, rules.get("占位", "") in _YES, sections, gates=gates
    )
    return _with_rules(scheme, rules, file)


def _count(node: Section | Indicator) -> int:
    return 1 + (sum(_count(child) for child in node.children) if isinstance(node, Section) else 0)


def _points(text: str, place: str, file: str) -> int:
    try:
        return parse_points(text)
    except EcpanelError:
        raise EcpanelError("scheme_unreadable", file=file, place=f"{place}“{text}”") from None


def _leaf(
    number: int, row: Mapping[str, str], points: int, tables: tuple[BandTable, ...], file: str
) -> Indicator:
    kind = row.get("类型", "")
    if kind not in (Kind.OBJECTIVE, Kind.SUBJECTIVE):
        raise EcpanelError("scheme_unreadable", file=file, place=f"{TREE} 第{number}行 类型“{kind}”")
    descriptors = tuple(Descriptor(name, share, row[name]) for name, share in _LEVELS if row.get(name))
    return Indicator(
        row.get("编码", ""),
        row.get("名称", ""),
        points,
        Kind(kind),
        _points(row.get("步长") or "0.5", f"{TREE} 第{number}行 步长", file),
        row.get("佐证提示", ""),
        row.get("可不适用", "") in _YES,
        descriptors,
        tables,
    )


def _band_tables(rows: Iterable[tuple[int, dict[str, str]]], file: str) -> dict[str, tuple[BandTable, ...]]:
    grouped: dict[tuple[str, str], tuple[str, list[Band]]] = {}
    for number, row in rows:
        key = (row.get("指标编码", ""), row.get("类别", ""))
        at_least = row.get("不低于", "")
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", at_least):
            raise EcpanelError(
                "scheme_unreadable", file=file, place=f"{BANDS} 第{number}行 不低于“{at_least}”"
            )
        band = Band(at_least, _points(row.get("得分", ""), f"{BANDS} 第{number}行 得分", file))
        grouped.setdefault(key, (row.get("单位", ""), []))[1].append(band)
    tables: dict[str, list[BandTable]] = {}
    for (code, category), (unit, bands) in grouped.items():
        tables.setdefault(code, []).append(BandTable(category, unit, tuple(bands)))
    return {code: tuple(found) for code, found in tables.items()}


_SCOPES: Final = {"按总分": Scope.TOTAL, "按指标": Scope.LEAF}
_LEVEL_BY: Final = {"按得分": LevelBy.SCORE, "按名次比例": LevelBy.RANK_SHARE}
_NUMBERS: Final = {
    "outliers": {
        "畸高畸低偏离均分百分比": "of_mean",
        "畸高畸低偏离满分百分比": "of_maximum",
        "畸高畸低提示百分比": "yellow_of_mean",
        "稳健检验最少专家数": "robust_from",
        "总分极差百分比": "spread_of_full",
    },
    "remarks": {
        "低于满分百分比须写理由": "below_percent",
        "达到满分百分比须写理由": "from_percent",
        "理由最少字数": "min_length",
        "评估意见最少字数": "opinion_min",
        "评估意见最多字数": "opinion_max",
    },
}
"""Rules that are one number each, by the record that holds them."""
_FRACTIONS: Final = {"法定人数": "quorum", "准入项表决多数": "gate_majority"}
_TIES: Final = {"未去极值均分": TieStep.UNTRIMMED, "上年得分": TieStep.LAST_YEAR, "表决": TieStep.VOTE}


def _with_rules(scheme: Scheme, rules: Mapping[str, str], file: str) -> Scheme:
    try:
        merging = scheme.merging
        changed = Merging(
            _SCOPES[rules["合成方式"]] if "合成方式" in rules else merging.scope,
            rules["去掉最高最低"] in _YES if "去掉最高最低" in rules else merging.trimmed,
            int(rules.get("去极值最少有效评分", merging.trim_from)),
            int(rules.get("最少有效评分", merging.min_valid)),
            int(rules.get("保留小数位", merging.places)),
            _read_ties(rules["同分次序"]) if "同分次序" in rules else merging.ties,
        )
        levels = _read_levels(rules["等级"]) if "等级" in rules else scheme.levels
        level_by = _LEVEL_BY[rules["等级划分"]] if "等级划分" in rules else scheme.level_by
        categories = tuple(rules["类别"].split("、")) if rules.get("类别") else scheme.categories
        numbers = {
            part: replace(
                getattr(scheme, part),
                **{member: int(rules[word]) for word, member in words.items() if word in rules},
            )
            for part, words in _NUMBERS.items()
        }
        fractions = {
            member: _read_fraction(rules[word]) for word, member in _FRACTIONS.items() if word in rules
        }
    except (KeyError, ValueError, EcpanelError) as fault:
        raise EcpanelError("scheme_unreadable", file=file, place=f"{RULES} {fault}") from None
    return replace(
        scheme,
        merging=changed,
        levels=levels,
        level_by=level_by,
        categories=categories,
        meeting=replace(scheme.meeting, **fractions),
        **numbers,
    )


def _read_fraction(text: str) -> tuple[int, int]:
    numerator, _, denominator = text.partition("/")
    return int(numerator), int(denominator)


def _read_ties(text: str) -> tuple[TieRule, ...]:
    parts = [part.strip() for part in re.split("[→、,]", text) if part.strip()]
    return tuple(
        TieRule(_TIES[part]) if part in _TIES else TieRule(TieStep.SECTION, part.removeprefix("指标"))
        for part in parts
    )


def _show_ties(ties: Iterable[TieRule]) -> str:
    words = {step: word for word, step in _TIES.items()}
    return "→".join(words.get(tie.step, f"指标{tie.section}") for tie in ties)


def _read_levels(text: str) -> tuple[Level, ...]:
    pairs = (part.split("≥" if "≥" in part else "≤") for part in text.split("、"))
    return tuple(Level(name.strip(), parse_points(bound)) for name, bound in pairs)


def _show_levels(scheme: Scheme) -> str:
    sign = "≥" if scheme.level_by is LevelBy.SCORE else "≤"
    return "、".join(f"{level.name}{sign}{show_points(level.bound)}" for level in scheme.levels)


def scheme_rules(scheme: Scheme) -> list[tuple[str, str]]:
    """The rules of a scheme as labelled values, as they stand in the workbook."""
    merging = scheme.merging
    words = {scope: word for word, scope in _SCOPES.items()}
    by = {level_by: word for word, level_by in _LEVEL_BY.items()}
    return [
        ("标识", scheme.scheme_id),
        ("名称", scheme.title),
        ("占位", "是" if scheme.is_placeholder else "否"),
        ("类别", "、".join(scheme.categories)),
        ("合成方式", words[merging.scope]),
        ("去掉最高最低", "是" if merging.trimmed else "否"),
        ("去极值最少有效评分", str(merging.trim_from)),
        ("最少有效评分", str(merging.min_valid)),
        ("保留小数位", str(merging.places)),
        ("同分次序", _show_ties(merging.ties)),
        ("等级划分", by[scheme.level_by]),
        ("等级", _show_levels(scheme)),
        *(
            (word, str(getattr(getattr(scheme, part), member)))
            for part, named in _NUMBERS.items()
            for word, member in named.items()
        ),
        *(
            (word, "/".join(str(one) for one in getattr(scheme.meeting, member)))
            for word, member in _FRACTIONS.items()
        ),
    ]


def _tree_rows(nodes: Iterable[Section | Indicator], parent: str) -> Iterable[tuple[str, ...]]:
    for node in nodes:
        if isinstance(node, Section):
            yield (node.code, parent, node.name, show_short(node.points))
            yield from _tree_rows(node.children, node.code)
        else:
            words = {one.name: one.text for one in node.descriptors}
            yield (
                node.code,
                parent,
                node.name,
                show_short(node.points),
                node.kind.value,
                show_short(node.step),
                "是" if node.may_not_apply else "",
                node.evidence_hint,
                *(words.get(name, "") for name, _ in _LEVELS),
            )


def _band_rows(nodes: Iterable[Section | Indicator]) -> Iterable[tuple[str, ...]]:
    for node in nodes:
        if isinstance(node, Section):
            yield from _band_rows(node.children)
            continue
        for table in node.band_tables:
            for band in table.bands:
                yield (node.code, table.category, table.unit, band.at_least, show_short(band.points))


def write_scheme_workbook(scheme: Scheme, path: Path) -> None:
    """The scheme as a workbook that reads back equal where descriptors use the four usual levels."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        bold = book.add_format({"bold": True, "bottom": 1})
        parts: tuple[tuple[str, Sequence[str], Iterable[Sequence[str]]], ...] = (
            (TREE, TREE_HEAD, _tree_rows(scheme.sections, "")),
            (BANDS, BANDS_HEAD, _band_rows(scheme.sections)),
            (GATES, GATES_HEAD, [(gate.code, gate.name) for gate in scheme.gates]),
            (RULES, RULES_HEAD, scheme_rules(scheme)),
        )
        for name, head, rows in parts:
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, head, bold)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    sheet.write_string(number, column, value, text)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, 1, 12)
            sheet.set_column(2, len(head) + 1, 20)
    write_bytes_verified(path, content.getvalue())
