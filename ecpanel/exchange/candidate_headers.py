"""Which column of a list from a province holds what: header rows found and understood by content."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ecpanel.domain.scheme import Indicator, Kind, Scheme, leaves
from ecpanel.exchange.workbook import cell_text

SEARCHED_ROWS: Final = 30
"""A header row is looked for in this many rows of a sheet."""


class Role(StrEnum):
    """What a column says about a candidate."""

    NUMBER = "number"
    REGION = "region"
    NAME = "name"
    CODE = "code"
    CATEGORY = "category"
    STANDING = "standing"
    IS_NEW = "is_new"
    SCORE = "score"
    RANK = "rank"
    LEVEL = "level"
    RESULT = "result"
    PARENT = "parent"
    GROUP = "group"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Column:
    """One understood column; `place` counts from 0, `weight` orders columns of one role."""

    place: int
    role: Role
    title: str
    year: int = 0
    leaf: Indicator | None = None
    unit: str = ""
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Header:
    """A header of one or two rows; `last` is the 0-based row after which the data begin."""

    first: int
    last: int
    columns: tuple[Column, ...]
    unknown: tuple[str, ...]

    def of(self, role: Role) -> list[Column]:
        """Columns of a role, the most telling first."""
        return sorted((one for one in self.columns if one.role is role), key=lambda one: one.weight)


_FIRM: Final = "(?:企业|公司|单位|主体|机构)"
_ACT: Final = "(?:拟|被)?(?:申报|推荐|参评|参选|候选|评审|创建)"
_PLAIN: Final[tuple[tuple[Role, int, str], ...]] = (
    (Role.NUMBER, 0, r"序号?|编号|no\.?|候选编号|行号"),
    (Role.REGION, 0, r"推荐(?:地区|省份|省市|省|区域|单位|部门|机构|主管部门|商务主管部门)(?:名称)?"),
    (Role.REGION, 1, r"(?:省级)?商务主管部门|(?:省级)?主管部门|报送(?:单位|地区|省份)|上报(?:单位|地区)"),
    (Role.REGION, 2, r"地区|省份|省市|省区市|省市区|省|省自治区直辖市|区域|地方|省级|地区名称|省份名称"),
    (Role.REGION, 3, r"(?:所属|所在|归属|企业所在|企业所属)(?:地区|省份|省市|省区市|省|区域|地)|属地"),
    (Role.NAME, 0, rf"(?:{_ACT}|示范|电子商务|电商|法人)*{_FIRM}(?:中文)?(?:全称|名称|名)(?:全称)?"),
    (Role.NAME, 1, rf"{_ACT}(?:企业|公司|主体)|(?:申报|参评|候选)单位|企业|公司|名称"),
    (Role.CODE, 0, rf"{_FIRM}?统?一?(?:社会)?信用代码(?:证)?(?:号码?)?"),
    (Role.CODE, 1, r"(?:组织)?机构代码(?:证)?(?:号码?)?"),
    (Role.CATEGORY, 0, rf"(?:{_FIRM}|申报|参评|电子商务|电商|示范企业|业务)*(?:类型|类别|分类)"),
    (Role.CATEGORY, 1, r"推荐(?:类别|分类)|所属(?:类型|类别)"),
    (
        Role.STANDING,
        0,
        r"(?:现有|现|原有|已有)?称号|是否(?:为|是|属于)?(?:现有|现|已有|原|已)?.{0,12}示范企业",
    ),
    (Role.STANDING, 1, r"推荐(?:类型|性质|方式)|企业性质|企业身份|新旧|现有/?新推荐"),
    (Role.IS_NEW, 0, r"是否(?:为|是)?(?:新推荐|新增|新增推荐|新申报|首次推荐|首次申报)(?:企业)?"),
    (Role.PARENT, 0, r"(?:直接|第一大)?(?:母公司|控股股东|控股公司|上级公司|实际控制人)(?:名称|姓名)?"),
    (Role.PARENT, 1, r"(?:所属|上级)?集团(?:公司)?(?:名称)?"),
    (Role.GROUP, 0, r"(?:所在|所属)?评审(?:组|小组|分组|组别)|组别|分组|所在组|小组"),
)
_TABLE: Final = tuple((role, weight, re.compile(pattern)) for role, weight, pattern in _PLAIN)
_PAST: Final = re.compile(
    r"(?:(?P<year>(?:\d{4}[-—–~至/])?\d{4})年?度?|(?P<last>上一?年度?|去年|上一?年度|上次)|(?P<before>前年))"
    r"的?(?:国家|电子商务|示范企业|综合|评价|考核|评审|评估|复核|结果|成绩|情况|总)*?"
    r"(?P<what>得分|分数|分值|评分|总分|成绩|结果|名次|排名|排序|位次|等级|等次|级别|档次)"
)
_WHAT: Final = {
    **dict.fromkeys(("得分", "分数", "分值", "评分", "总分"), Role.SCORE),
    **dict.fromkeys(("名次", "排名", "排序", "位次"), Role.RANK),
    **dict.fromkeys(("等级", "等次", "级别", "档次"), Role.LEVEL),
    **dict.fromkeys(("成绩", "结果"), Role.RESULT),
}
_BRACKETS: Final = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
_BARE_UNIT: Final = re.compile(r"^单位[:：]?")
UNITS: Final = frozenset(
    {
     "元", "千元", "万元", "百万元", "千万元", "亿元", "美元", "万美元", "亿美元", "%", "‰", "人",
     "万人", "个", "万个", "家", "项", "件", "万件", "亿件", "次", "万次", "吨", "万吨",
     "平方米", "万平方米", "户", "万户", "单", "万单", "亿单", "分", "天", "年",
    }
)  # fmt: skip


def plain_header(text: str) -> str:
    """A header without blanks, bracketed notes, stars and colons, in half-width capitals folded."""
    half = unicodedata.normalize("NFKC", text)
    half = _BRACKETS.sub("", "".join(half.split()))
    return half.strip("*:：、,，;；.。").lower()


def bracketed_unit(text: str) -> str:
    """The unit a header names in brackets, or an empty text."""
    half = "".join(unicodedata.normalize("NFKC", text).split())
    for found in _BRACKETS.finditer(half):
        inside = _BARE_UNIT.sub("", next(part for part in found.groups() if part is not None))
        if inside in UNITS:
            return inside
    return ""


def find_header(rows: Sequence[Sequence[object]], scheme: Scheme, year: int) -> Header | None:
    """The first row that names the enterprise and at least one other column, or None."""
    facts = _fact_names(scheme)
    for number, row in enumerate(rows[:SEARCHED_ROWS]):
        texts = [cell_text(cell) for cell in row]
        columns = _understand(texts, facts, year)
        if not _is_header(columns):
            continue
        below = [cell_text(cell) for cell in rows[number + 1]] if number + 1 < len(rows) else []
        if _continues(columns, texts, below, facts, year):
            joined = _join_rows(texts, below)
            return _header(number, number + 1, joined, _understand_pairs(texts, below, joined, facts, year))
        return _header(number, number, texts, columns)
    return None


def repeats_header(row: Sequence[object], header: Header) -> bool:
    """Whether a data row prints the header once more (a page break turned into rows)."""
    same = [
        plain_header(text) == plain_header(column.title) or column.title.endswith(text)
        for column in header.columns
        if column.place < len(row) and (text := cell_text(row[column.place]))
    ]
    return len(same) > 1 and all(same)


def _header(first: int, last: int, texts: Sequence[str], columns: Sequence[Column]) -> Header:
    taken: dict[tuple[Role, int, str], Column] = {}
    kept: list[Column] = []
    for column in columns:
        key = (column.role, column.year, column.leaf.code if column.leaf else "")
        if column.role in (Role.REGION, Role.NUMBER) or key not in taken:
            taken.setdefault(key, column)
            kept.append(column)
        elif column.weight < taken[key].weight:
            kept.remove(taken[key])
            taken[key] = column
            kept.append(column)
    known = {column.place for column in kept}
    unknown = [text for place, text in enumerate(texts) if text and place not in known]
    return Header(first, last, tuple(kept), tuple(dict.fromkeys(unknown)))


def _is_header(columns: Sequence[Column]) -> bool:
    roles = {column.role for column in columns}
    return Role.NAME in roles and len(roles) > 1


def _continues(
    columns: Sequence[Column],
    texts: Sequence[str],
    below: Sequence[str],
    facts: dict[str, Indicator],
    year: int,
) -> bool:
    """Whether the next row is the lower half of a header of two rows."""
    name = next(column.place for column in columns if column.role is Role.NAME)
    under = below[name] if name < len(below) else ""
    if under not in ("", texts[name]):
        return False
    changed = [
        place for place, text in enumerate(below) if text and (place >= len(texts) or text != texts[place])
    ]
    if not changed:
        return under != ""
    if under:
        return True
    joined = _join_rows(texts, below)
    known = {column.place for layer in (joined, below) for column in _understand(layer, facts, year)}
    return 2 * sum(place in known for place in changed) >= len(changed)


def _join_rows(texts: Sequence[str], below: Sequence[str]) -> list[str]:
    """Both texts of every column; an upper text also covers blank neighbours on its right."""
    width = max(len(texts), len(below))
    upper = [*texts, *[""] * (width - len(texts))]
    lower = [*below, *[""] * (width - len(below))]
    joined: list[str] = []
    over = ""
    for top, low in zip(upper, lower, strict=True):
        over = top or (over if low else "")
        joined.append(over if low in ("", over) else over + low)
    return joined


def _understand_pairs(
    texts: Sequence[str], below: Sequence[str], joined: Sequence[str], facts: dict[str, Indicator], year: int
) -> list[Column]:
    """Columns of a header of two rows: by both texts together, else the lower, else the upper one."""
    found: dict[int, Column] = {}
    for layer in (joined, below, texts):
        for column in _understand(layer, facts, year):
            found.setdefault(column.place, column)
    return [found[place] for place in sorted(found)]


def _understand(texts: Sequence[str], facts: dict[str, Indicator], year: int) -> list[Column]:
    columns = (_column(place, text, facts, year) for place, text in enumerate(texts) if text)
    return [column for column in columns if column is not None]


def _column(place: int, text: str, facts: dict[str, Indicator], year: int) -> Column | None:
    plain = plain_header(text)
    if not plain or len(plain) > 60:
        return None
    if plain in facts:
        return Column(place, Role.FACT, text, leaf=facts[plain], unit=bracketed_unit(text))
    past = _PAST.fullmatch(plain)
    if past is not None:
        named = int(past["year"][-4:]) if past["year"] else year - 1 if past["last"] else year - 2
        return Column(place, _WHAT[past["what"]], text, year=named) if 2000 <= named < year else None
    parts = [part for part in re.split(r"[/、或和,，|]", plain) if part]
    kinds = [_kind(plain)] if _kind(plain) else [_kind(part) for part in parts]
    if not kinds or kinds[0] is None or any(kind is None or kind[0] is not kinds[0][0] for kind in kinds):
        return None
    return Column(place, kinds[0][0], text, weight=kinds[0][1])


def _kind(plain: str) -> tuple[Role, int] | None:
    if plain == "省、自治区、直辖市" or plain in ("自治区", "直辖市", "市", "区", "计划单列市", "兵团"):
        return Role.REGION, 2
    return next(((role, weight) for role, weight, pattern in _TABLE if pattern.fullmatch(plain)), None)


def _fact_names(scheme: Scheme) -> dict[str, Indicator]:
    """Every header that stands for an objective leaf; a name two leaves share stands for none."""
    names: dict[str, Indicator] = {}
    doubled: set[str] = set()
    for leaf in leaves(scheme):
        for text in (leaf.code, leaf.name, leaf.code + leaf.name):
            plain = plain_header(text)
            if plain in names and names[plain].code != leaf.code:
                doubled.add(plain)
            names[plain] = leaf
    return {
        plain: leaf for plain, leaf in names.items() if leaf.kind is Kind.OBJECTIVE and plain not in doubled
    }
