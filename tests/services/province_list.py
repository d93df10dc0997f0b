"""A list of recommended firms as provinces send them: long and rare names, and the faults people make."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

from ecpanel.domain.regions import REGIONS
from services.reviews import code

STEMS = (
    "张堃喆电子商务",
    "㛃𬭸数字科技（集团）",
    "百分之百100%·“引号”'电商&物流",
    "买买提·艾力江农牧特产跨境电子商务综合服务平台运营管理",
    "云上甄选",
    "海丝通供应链",
    "塞北优品生鲜冷链仓储配送一体化数字化转型示范",
)
ENDS = ("有限公司", "股份有限公司", "有限责任公司")
HEADS = (
    "序号",
    "地区",
    "企业名称",
    "统一社会信用代码",
    "企业类型",
    "现有称号",
    "母公司",
    "2020年得分",
    "2020年名次",
)
CATEGORIES = ("平台类", "应用类", "服务类")


def regions(count: int) -> list[str]:
    """Five from every region in turn, but eleven from 广东, which is one too many."""
    given = [region for region in REGIONS for _ in range(11 if region == "广东" else 5)]
    times = -(-count // len(given))
    return (given * times)[:count]


def lines(count: int) -> list[list[str]]:
    """Rows without faults, region by region."""
    found = []
    for number, region in enumerate(regions(count), start=1):
        name = f"{region}{STEMS[number % len(STEMS)]}{number}号{ENDS[number % 3]}"
        known = number % 3 == 0
        found.append(
            [
                str(number),
                region,
                name,
                code(number),
                CATEGORIES[number % 3],
                "示范企业" if known else "新推荐",
                "",
                f"{70 + number % 29}.{number % 100:02d}" if known else "—",
                str(number // 3) if known else "",
            ]
        )
    return found


def write(path: Path, rows: Iterable[list[str]]) -> Path:
    """A workbook with a title, a header and these rows."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("汇总表")
        sheet.write_string(0, 0, "2021年电子商务示范企业综合评价推荐企业汇总表")
        for column, head in enumerate(HEADS):
            sheet.write_string(1, column, head)
        for place, row in enumerate(rows, start=2):
            for column, words in enumerate(row):
                sheet.write_string(place, column, words)
    return path


def faulty(path: Path, count: int = 186) -> Path:
    """A list with a wrong check character, a short code, a missing one, an unknown category, a firm twice,
    two of one parent, and three rows nobody can use."""
    rows = lines(count)
    rows[1][3] = rows[1][3][:17] + ("0" if rows[1][3][17] != "0" else "1")
    rows[4][3] = rows[4][3][:15]
    rows[7][3] = ""
    rows[10][4] = "其他"
    rows[13][2] = rows[12][2]
    rows[20][6] = rows[21][6] = "㛃𬭸控股集团有限公司"
    rows.insert(30, ["", "亚特兰蒂斯", "海底电子商务有限公司", code(9001), "平台类", "新推荐", "", "", ""])
    rows.insert(60, ["", "浙江", "", code(9002), "应用类", "新推荐", "", "", ""])
    rows.insert(90, ["", "四川", "蜀道甄选科技有限公司", code(9003), "服务类", "示范企业", "", "八十分", "3"])
    rows.append(["合计", "", f"共 {count} 家", "", "", "", "", "", ""])
    return write(path, rows)
