"""Reading single cells of a list of candidates: regions, categories, standings, scores, figures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ecpanel.domain.candidate import CURRENT_TITLE, LEVEL_LENGTH, NEWLY_RECOMMENDED
from ecpanel.domain.points import HUNDRED, Points
from ecpanel.domain.regions import CORPS, PROVINCES, REGIONS, SEPARATE_PLAN_CITIES, find_region
from ecpanel.domain.scheme import FULL_MARKS

MISSING: Final = frozenset(
    {"", "/", "\\", "|", "-", "--", "---", "—", "——", "–", "―", "─", "一", "_", "*",
     "无", "暂无", "没有", "空", "无数据", "n/a", "na", "#n/a", "null", "none", "未参评", "未参加",
     "未评", "未评价", "不适用", "未提供", "未填"}
)  # fmt: skip
"""What stands in a cell that says nothing; never a zero (rule 20)."""

_BRACKETED: Final = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_NUMBER: Final = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,5})(?:\.[0-9]{1,15})?")
_RANK: Final = re.compile(r"第?([1-9][0-9]{0,3})(?:\.0+)?(?:名|位)?")
_HOME: Final = {"大连": "辽宁", "青岛": "山东", "宁波": "浙江", "厦门": "福建", "深圳": "广东", CORPS: "新疆"}
_REMARK: Final = re.compile(
    r"(?:[*※]|(?:备?注|说明|填表说明|填报说明|注意|注释)(?:[:：\d、.．\s（(]|$)"
    r"|(?:合计|总计|小计|共计|总数|合 计)(?:[:：\d\s（(]|$)|共\s*\d+\s*家"
    r"|(?:填表|填报|制表|审核|经办|复核|联系|负责|单位负责)人|联系电话|联系方式|填(?:表|报)(?:日期|时间|单位)"
    r"|报送单位|(?:单位)?盖章|[（(](?:单位)?(?:盖章|公章)|日期[:：]|附件|第\s*\d+\s*页)"
)


class Unreadable(Exception):
    """A cell says something, but nobody can tell what."""


def half_width(text: str) -> str:
    """Digits, letters and signs in half width, no blanks, one kind of minus sign."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return plain.replace("−", "-").replace("，", ",")


def is_missing(text: str) -> bool:
    """Whether a cell says nothing."""
    return half_width(text).lower() in MISSING


def is_remark(text: str) -> bool:
    """Whether a row that begins with this text is a note, a sum or a signature line."""
    return _REMARK.match(text) is not None


def is_section(text: str) -> bool:
    """Whether a text standing alone in its row is a heading such as "二、新推荐企业"."""
    return re.match(r"[(（]?[一二三四五六七八九十]{1,3}[)）、.．]", text) is not None


def is_aside(text: str) -> bool:
    """Whether a text is wholly in brackets, such as "（此处可加行）"."""
    return _BRACKETED.fullmatch(text) is not None


def may_be_share(cell: object) -> bool:
    """Whether a number may be a share shown as percent: 0.123 is printed 12.3 % by its format."""
    return isinstance(cell, int | float) and not isinstance(cell, bool) and 0 < abs(cell) <= 1


def read_region(text: str) -> str | None:
    """The region of a cell such as "浙江省", "广东（不含深圳）", "浙江省宁波市" or "浙江省商务厅电商处"."""
    bare = "".join(_BRACKETED.sub("", text).split())
    for attempt in (bare, text):
        region = find_region(attempt) if attempt else None
        if region is not None:
            return region
    province = next((one for one in PROVINCES if bare.startswith(one)), None)
    rest = bare.removeprefix(province) if province else bare
    rest = re.sub(r"^(?:维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)", "", rest)
    city = next((one for one in SEPARATE_PLAN_CITIES if rest.startswith(one)), None)
    if city is not None and province in (None, _HOME[city]):
        return city if rest != bare or rest.startswith((city + "市", city + "商务")) else None
    return province if province and (rest != bare.removeprefix(province) or rest.startswith("商务")) else None


def region_in_title(text: str) -> str | None:
    """The one region a title or a sheet name speaks of, or None where it names none or several."""
    exact = read_region(text)
    if exact is not None:
        return exact
    bare = "".join(_BRACKETED.sub("", text).split())
    if not any(region in bare for region in REGIONS):
        bare = "" if re.search(r"不含|除外|不包括", text) else "".join(text.split())
    named = {region for region in REGIONS if region in bare}
    if "兵团" in bare:
        named.add(CORPS)
    for small in named & set(_HOME):
        named = named - {_HOME[small]}
    return named.pop() if len(named) == 1 else None


def read_category(text: str, categories: Collection[str]) -> str:
    """The category a text means: equal, or the only one whose stem it shares ("平台", "应用企业")."""
    plain = re.sub(r"(?:企业|类型|类别)", "", half_width(text))
    plain = re.sub(r"^[0-9一二三四五六七八九十]+[、.)]", "", plain)
    for one in categories:
        if half_width(text) == half_width(one) or plain == half_width(one):
            return one
    stems = {one: re.sub(r"[类型]+$", "", half_width(one)) for one in categories}
    fitting = [one for one, stem in stems.items() if stem and stem in plain]
    if not fitting and len(plain) > 1:
        bare = re.sub(r"[类型]+$", "", plain)
        fitting = [one for one, stem in stems.items() if bare and bare in stem]
    if len(fitting) != 1:
        raise Unreadable
    return fitting[0]


def read_standing(text: str) -> str:
    """示范企业 or 新推荐, from 是/否, the words themselves, or a title once given."""
    plain = half_width(text).lower()
    if plain in MISSING or plain in ("否", "不是", "n", "no", "false", "×", "x", "0", "✗"):
        return NEWLY_RECOMMENDED
    if plain in ("是", "y", "yes", "true", "√", "✓", "✔", "1", "现有", "已有", "原有", "在册", "有"):
        return CURRENT_TITLE
    if re.search(r"新推荐|新增|新申报|首次|非.*示范|不是|^新|拟推荐|申报示范|推荐示范", plain):
        return NEWLY_RECOMMENDED
    if "示范企业" in plain or re.search(r"(?:现有|已有|原有|已获|获评)", plain):
        return CURRENT_TITLE
    raise Unreadable


def read_is_new(text: str) -> str:
    """The standing told by a column that asks whether a firm is new."""
    plain = half_width(text).lower()
    if plain in ("是", "y", "yes", "true", "√", "✓", "✔", "1"):
        return NEWLY_RECOMMENDED
    if plain in ("否", "不是", "n", "no", "false", "×", "x", "0"):
        return CURRENT_TITLE
    return read_standing(text)


def read_score(text: str) -> tuple[Points, bool] | None:
    """An earlier score in 1/100 and whether it had to be rounded to them; None where missing."""
    if is_missing(text):
        return None
    plain = half_width(text).removesuffix("分")
    if not re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,15})?", plain):
        raise Unreadable
    exact = Decimal(plain) * HUNDRED
    points = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    if points > FULL_MARKS:
        raise Unreadable
    return points, exact != points


def read_rank(text: str) -> int | None:
    """An earlier rank from 1 up; None where missing."""
    if is_missing(text):
        return None
    match = _RANK.fullmatch(half_width(_BRACKETED.sub("", text)))
    if match is None:
        raise Unreadable
    return int(match[1])


def read_level(text: str) -> str:
    """An earlier level as printed; empty where missing."""
    if is_missing(text):
        return ""
    if len(text) > LEVEL_LENGTH or re.fullmatch(r"[0-9.,]+", half_width(text)):
        raise Unreadable
    return text


def read_figure(text: str, unit: str) -> str | None:
    """A declared figure as an exact decimal text; None where missing. A repeated unit is dropped."""
    if is_missing(text):
        return None
    plain = half_width(text)
    if unit:
        plain = plain.removesuffix(half_width(unit))
    if not _NUMBER.fullmatch(plain):
        raise Unreadable
    return plain.replace(",", "")
