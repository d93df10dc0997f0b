"""The fictitious enterprises of a rehearsal: names, codes, figures and what last year left behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Final

from ecpanel.domain.candidate import CURRENT_TITLE, NEWLY_RECOMMENDED, Candidate, Fact, PastResult
from ecpanel.domain.credit_code import ALPHABET, check_character

LAST_YEAR: Final = 2020

FIGURES: Final[Mapping[str, tuple[str, str]]] = {
    "A1": ("电子商务交易规模", "亿元"),
    "A2": ("成长性", "%"),
    "A3": ("经营效益与纳税", "万元"),
    "B2": ("研发投入与知识产权", "%"),
    "C4": ("就业与服务商户规模", "人"),
    "E1": ("合规与信用记录", "分"),
    "F1": ("数据报送与参加活动", "次"),
}
"""Objective indicators of the built-in scheme: name and unit of the declared figure."""

NOT_DECLARED: Final = frozenset({("C014", "E1"), ("C020", "F1")})
"""Figures left blank in the list, so that the panel scores them by hand."""

_PLATFORM: Final = "平台类"
_APPLICATION: Final = "应用类"
_SERVICE: Final = "服务类"
_ROWS: Final = (
    ("北京", "北京", "110105", "北京砚池云集信息技术有限公司", _PLATFORM, "文创用品", "砚池云集"),
    ("北京", "北京", "110108", "北京檐下听雨生活服务有限公司", _SERVICE, "社区生活服务", "檐下"),
    ("北京", "北京", "110106", "北京麦垛与灯塔食品科技股份有限公司", _APPLICATION, "粮油食品", "麦垛优选"),
    ("上海", "上海", "310115", "上海鲸落跨境供应链管理有限公司", _SERVICE, "跨境供应链", "鲸落通"),
    ("上海", "上海", "310104", "上海纸鸢织物电子商务有限公司", _APPLICATION, "家纺服饰", "纸鸢家"),
    ("浙江", "杭州", "330106", "浙江云畔数字科技有限公司", _PLATFORM, "产业带批发", "云畔汇"),
    ("浙江", "义乌", "330782", "义乌驼铃小商品网络科技有限公司", _PLATFORM, "小商品出口", "驼铃网"),
    ("浙江", "杭州", "330110", "杭州张堃喆茶事电子商务有限公司", _APPLICATION, "茶叶", "茶事日历"),
    ("浙江", "温州", "330302", "温州㛃然眼镜智造有限公司", _APPLICATION, "眼镜", "㛃然"),
    ("浙江", "嘉兴", "330402", "嘉兴菱角湾数字乡村服务有限公司", _SERVICE, "农村电商服务", "菱角湾"),
    ("浙江", "湖州", "330502", "湖州百草间童装供应链股份有限公司", _APPLICATION, "童装", "百草间"),
    ("宁波", "宁波", "330203", "宁波三江口潮汐电子商务有限公司", _PLATFORM, "进口商品", "潮汐购"),
    ("宁波", "宁波", "330212", "宁波𬭸声智慧物流有限公司", _SERVICE, "仓储物流", "𬭸声云仓"),
    ("福建", "福州", "350102", "福建榕荫里海味电子商务有限公司", _APPLICATION, "水产海味", "榕荫里"),
    ("福建", "泉州", "350503", "泉州刺桐鞋履工业互联有限公司", _PLATFORM, "鞋服产业", "刺桐链"),
    ("广东", "广州", "440106", "广州木棉树下美妆科技有限公司", _APPLICATION, "美妆个护", "木棉树下"),
    ("广东", "佛山", "440604", "佛山榫卯记家居网络有限公司", _PLATFORM, "家居建材", "榫卯记"),
    ("广东", "东莞", "441900", "东莞蜂房快反供应链服务有限公司", _SERVICE, "柔性制造服务", "蜂房"),
    (
        "四川",
        "成都",
        "510107",
        "四川蜀道云仓农村电子商务公共服务与供应链协同创新（集团）股份有限公司",
        _SERVICE,
        "农村电商服务",
        "蜀道云仓",
    ),
    ("四川", "眉山", "511402", "眉山泡菜坛子食品有限责任公司", _APPLICATION, "调味食品", "坛子里"),
    ("贵州", "贵阳", "520115", "贵州山那边数据服务有限公司", _SERVICE, "电商数据服务", "山那边"),
    ("贵州", "遵义", "520302", "遵义赤水谣农产品电子商务有限公司", _APPLICATION, "山地农产品", "赤水谣"),
    (
        "新疆生产建设兵团",
        "石河子",
        "659001",
        "石河子阿依努尔·雪都棉业电子商务有限公司",
        _APPLICATION,
        "棉纺织品",
        "雪都棉坊",
    ),
    (
        "新疆生产建设兵团",
        "阿拉尔",
        "659002",
        "阿拉尔红枣树大宗商品交易服务有限公司",
        _PLATFORM,
        "干鲜果品",
        "红枣树",
    ),
)
_CLIMBING: Final = {_PLATFORM: (8, 420), _APPLICATION: (1, 96), _SERVICE: (1, 52)}
_SURNAMES: Final = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施孔曹严华"
_GIVEN: Final = (
    "明远",
    "思齐",
    "静姝",
    "喆",
    "若水",
    "一诺",
    "维桢",
    "嘉禾",
    "清越",
    "望舒",
    "知行",
    "𬭸",
    "采薇",
)
_LEVELS: Final = ((9000, "优秀"), (8000, "良好"), (6000, "合格"), (0, "较差"))


@dataclass(frozen=True, slots=True)
class Firm:
    """A candidate and what its papers say beyond the list; `quality` from 0 to 1 is known to nobody."""

    candidate: Candidate
    city: str
    trade: str
    brand: str
    founded: int
    head: str
    quality: float
    turnovers: tuple[Decimal, Decimal, Decimal]
    """Electronic turnover of the last three years, oldest first (亿元)."""
    revenue: Decimal
    profit: int
    merchants: int
    patents: int
    counties: int

    @property
    def figures(self) -> dict[str, str]:
        """Declared figures by indicator."""
        return {fact.indicator: fact.figure for fact in self.candidate.facts}

    @property
    def short(self) -> str:
        """What its papers call it after the first mention."""
        return f"{self.brand}公司"


def make_firms(seed: int) -> tuple[Firm, ...]:
    """The 24 enterprises in list order, the same for the same seed."""
    chance = Random(seed)
    return tuple(_firm(number, row, seed, chance) for number, row in enumerate(_ROWS, start=1))


def quality_of(candidate: Candidate, seed: int) -> float:
    """How good a candidate is in a rehearsal, from 0 to 1, the same for the same seed."""
    return Random(f"{seed}/{candidate.candidate_id}").betavariate(4.2, 2.4)


def _firm(number: int, row: tuple[str, ...], seed: int, chance: Random) -> Firm:
    region, city, district, name, category, trade, brand = row
    plain = Candidate(f"C{number:03d}", region, name, _credit_code(district, chance), category)
    quality = quality_of(plain, seed)
    turnovers = _turnovers(category, quality, chance)
    revenue = (turnovers[2] * Decimal(chance.randint(12, 60)) / 100).quantize(Decimal("0.01"))
    figures = _figures(quality, turnovers, revenue, chance)
    is_standing = number % 2 == 1
    candidate = Candidate(
        candidate_id=plain.candidate_id,
        region=region,
        name=name,
        credit_code=plain.credit_code,
        category=category,
        standing=CURRENT_TITLE if is_standing else NEWLY_RECOMMENDED,
        past=_past(number, quality, chance) if is_standing or number % 8 == 0 else (),
        facts=tuple(
            Fact(code, f"{Decimal(figure).normalize():f}")
            for code, figure in figures.items()
            if (plain.candidate_id, code) not in NOT_DECLARED
        ),
    )
    return Firm(
        candidate=candidate,
        city=city,
        trade=trade,
        brand=brand,
        founded=chance.randint(2004, 2017),
        head=chance.choice(_SURNAMES) + chance.choice(_GIVEN),
        quality=quality,
        turnovers=turnovers,
        revenue=revenue,
        profit=int(revenue * chance.randint(250, 900)),
        merchants=chance.randint(120, 6800),
        patents=chance.randint(2, 64),
        counties=chance.randint(3, 38),
    )


def _credit_code(district: str, chance: Random) -> str:
    first17 = "91" + district + "MA" + "".join(chance.choice(ALPHABET) for _ in range(7))
    return first17 + check_character(first17)


def _turnovers(category: str, quality: float, chance: Random) -> tuple[Decimal, Decimal, Decimal]:
    low, high = _CLIMBING[category]
    last = Decimal(low + (high - low) * quality**2 * chance.uniform(0.5, 1.1)).quantize(Decimal("0.01"))
    growth = [
        Decimal(round(chance.uniform(1.02, 1.30) + 0.35 * quality * chance.random(), 4)) for _ in range(2)
    ]
    middle = (last / growth[1]).quantize(Decimal("0.01"))
    return (middle / growth[0]).quantize(Decimal("0.01")), middle, last


def _figures(
    quality: float, turnovers: tuple[Decimal, Decimal, Decimal], revenue: Decimal, chance: Random
) -> dict[str, str]:
    growth = (100 * (turnovers[2] / turnovers[1] - 1)).quantize(Decimal("0.1"))
    return {
        "A1": str(turnovers[2]),
        "A2": str(growth),
        "A3": str(int(revenue * chance.randint(180, 520))),
        "B2": str(Decimal(1.2 + 9 * quality * chance.random()).quantize(Decimal("0.1"))),
        "C4": str(int(60 + 5200 * quality**3 * chance.uniform(0.3, 1.2))),
        "E1": str(min(100, int(70 + 28 * quality + chance.randint(-4, 4)))),
        "F1": str(min(12, int(4 + 9 * quality + chance.randint(0, 2)))),
    }


def _past(number: int, quality: float, chance: Random) -> tuple[PastResult, ...]:
    score = int(100 * (58 + 36 * quality)) + chance.randint(-350, 350)
    level = next(name for bound, name in _LEVELS if score >= bound)
    rank = max(1, round(186 * (1 - quality) ** 1.5) + number % 3)
    return (PastResult(LAST_YEAR, score, rank, level),)
