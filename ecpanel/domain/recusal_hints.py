"""Hints for recusals (回避提示): an expert's organisation that reads like a candidate or its parent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.people import Expert
from ecpanel.domain.recusal import RecusalReason
from ecpanel.domain.regions import REGIONS

SHORTEST_NAME: Final = 2
"""Shortest name that is looked for inside another (京东)."""
SHORTEST_BRAND: Final = 3
"""Shortest part of a name that counts alone; shorter ones are mostly names of places."""

_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
_SIGNS: Final = re.compile(r"[\s_\-—.、,:;#·•()\[\]【】〔〕《》\"'“”‘’]+")
_FORMS: Final = re.compile(
    r"(?:有限责任公司|有限公司|股份公司|集团公司|总公司|分公司|公司|集团|股份|有限|合伙企业|普通合伙|特殊普通合伙)$"
)
_TRADES: Final = re.compile(
    r"(?:电子商务|网络技术|网络科技|信息技术|信息科技|数字科技|智能科技|互联网|供应链管理|供应链|国际贸易|进出口"
    r"|科技发展|技术服务|信息服务|网络|科技|技术|信息|软件|数字|商务|商贸|贸易|电商|实业|服务|发展|管理|控股"
    r"|研究院|研究所|研究中心|学院|中心|平台|事务所)$"
)
_HEAD: Final = re.compile(r"(.{2,}?大学|.{2,}?(?=集团|有限责任公司|有限公司|股份公司)).")
"""The body a department belongs to: 东岭大学 of 东岭大学经济学院."""
_GENERIC: Final = frozenset(
    {*REGIONS, "中国", "全国", "国家", "中华", "大学", "学院", "研究院", "研究所", "协会", "学会", "商会",
     "中心", "事务所", "会计师事务所", "律师事务所", "商务厅", "商务局", "商务部", "商务", "电商", "电子商务",
     "科技", "网络", "信息", "技术", "贸易", "商贸", "物流", "服务", "平台", "互联网", "供应链", "银行", "退休",
     "自由职业", "个人", "无"}
)  # fmt: skip
"""Words that name no one in particular."""


@dataclass(frozen=True, slots=True)
class RecusalHint:
    """A pair the organiser should look at; nothing is recused by a hint. `why` is Chinese."""

    expert_id: str
    candidate_id: str
    reason: RecusalReason
    why: str


@dataclass(frozen=True, slots=True)
class _Name:
    """A name without its legal form, what is left without its trade too, and the body it is part of."""

    core: str
    brand: str
    head: str


def recusal_hints(
    experts: Iterable[Expert], candidates: Iterable[Candidate], known: Collection[tuple[str, str]]
) -> list[RecusalHint]:
    """Pairs where the expert's organisation is, contains or stands in the candidate's name or parent.

    `known` are the (expert, candidate) pairs already recused or judged. Each pair is told once, by
    its strongest ground; in order of experts, then of candidates.
    """
    firms = [
        (one.candidate_id, _name(one.name), _name(one.parent) if one.parent else None) for one in candidates
    ]
    hints = []
    for expert in experts:
        own = _name(expert.organisation)
        if _says_nothing(own.core):
            continue
        for candidate_id, name, parent in firms:
            grounds = [] if (found := _ground(own, name)) is None else [(found, "企业名称")]
            if parent is not None and (found := _ground(own, parent)) is not None:
                grounds.append((found, "母公司"))
            if grounds and (expert.expert_id, candidate_id) not in known:
                ground, where = min(grounds)
                hints.append(_hint(expert.expert_id, candidate_id, ground, where))
    return hints


_SAME, _INSIDE, _AROUND, _BRAND = range(4)
_WHY: Final = {
    _SAME: "单位与{where}相同",
    _INSIDE: "单位名称出现在{where}中",
    _AROUND: "{where}出现在单位名称中",
    _BRAND: "单位与{where}字号相同",
}


def _hint(expert_id: str, candidate_id: str, ground: int, where: str) -> RecusalHint:
    return RecusalHint(expert_id, candidate_id, RecusalReason.SAME_UNIT, _WHY[ground].format(where=where))


def _ground(own: _Name, other: _Name) -> int | None:
    """How an organisation and the name of a firm agree, or None."""
    if _says_nothing(other.core):
        return None
    if own.core == other.core:
        return _SAME
    if own.core in other.core or (own.head and own.head in other.core):
        return _INSIDE
    if other.core in own.core:
        return _AROUND
    if own.brand and own.brand == other.brand:
        return _BRAND
    return None


def _says_nothing(core: str) -> bool:
    return len(core) < SHORTEST_NAME or core in _GENERIC


@lru_cache(maxsize=16_384)
def _name(text: str) -> _Name:
    plain = "".join(unicodedata.normalize("NFKC", text).split()).casefold()
    core = _stripped(_SIGNS.sub("", _BRACKETED.sub("", plain)), _FORMS)
    brand = _stripped(_stripped(core, _TRADES), _FORMS)
    while brand != (shorter := _stripped(_stripped(brand, _TRADES), _FORMS)):
        brand = shorter
    head = _HEAD.match(core)
    return _Name(core, _telling(brand), _telling(head[1]) if head else "")


def _telling(text: str) -> str:
    return text if len(text) >= SHORTEST_BRAND and text not in _GENERIC else ""


def _stripped(text: str, endings: re.Pattern[str]) -> str:
    """A text without its endings, unless nothing would be left."""
    while (shorter := endings.sub("", text)) and shorter != text:
        text = shorter
    return text
