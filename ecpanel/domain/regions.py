"""The 37 recommending regions the notice is addressed to, and their quotas."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

PROVINCES: Final = (
    "北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏",
    "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西",
    "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆",
)  # fmt: skip
SEPARATE_PLAN_CITIES: Final = ("大连", "青岛", "宁波", "厦门", "深圳")
CORPS: Final = "新疆生产建设兵团"
REGIONS: Final = (*PROVINCES, *SEPARATE_PLAN_CITIES, CORPS)
"""31 provinces, 5 计划单列市 and 兵团, in the customary order."""

QUOTA: Final = 5
DEVELOPED_QUOTA: Final = 10

_SUFFIX = re.compile(
    r"(维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)?(商务厅|商务局|商务委员会|商务委|商务主管部门)?$"
)


def find_region(text: str) -> str | None:
    """The region a printed name means ("浙江省", "广西壮族自治区商务厅", "兵团"), or None."""
    plain = re.sub(r"\s+", "", text)
    if plain in REGIONS:
        return plain
    if "兵团" in plain:
        return CORPS
    short = _SUFFIX.sub("", plain)
    return short if short in REGIONS else None


def quota(region: str, developed: Collection[str]) -> int:
    """How many firms a region may recommend (notice 378, 一(一)1): 5, or 10 where developed."""
    return DEVELOPED_QUOTA if region in developed else QUOTA
