"""The archive sheet (归档登记表) of a result bundle: what it is, whose, how long it is kept, and every file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final

from reportlab.platypus import Flowable, Spacer

from ecpanel.domain.result import Result
from ecpanel.reports.check_report import grouped, show_size
from ecpanel.reports.firm_sheets import facts_table
from ecpanel.reports.headline import headline
from ecpanel.reports.page import (
    ANNEX,
    LEADING,
    PLAIN,
    Heading,
    OfficialDocument,
    Running,
    draw_table,
)
from ecpanel.reports.paragraph import ChineseParagraph
from ecpanel.reports.tables import Cell, Column, Table, foot_line, marks

FORMATS: Final = "PDF文件的字体全部嵌入，不加密，无脚本，无外部引用；未声明符合PDF/A。"
TERMS: Final = "□永久　■30年（建议，由归档单位确定）　□10年"
KIB: Final = 1024

ArchivedFile = tuple[str, int, str]
"""Name inside the bundle, size in bytes, SHA-256 as 64 hexadecimal digits."""


def draw_archive_sheet(
    result: Result, files: Sequence[ArchivedFile], digest: str, formats: str = FORMATS
) -> bytes:
    """Draw the sheet (rule 53; DA/T 46, GB/T 18894 表A.1); equal input gives equal bytes.

    `files` are listed in the order given; `digest` is the SHA-256 of the result's data. `formats` says
    what can be proved of the PDF files; it claims no PDF/A unless told to.
    """
    target = BytesIO()
    title = f"{result.review.title}电子文件归档登记表"
    foot = foot_line(result, digest)
    document = OfficialDocument(target, title, Running(tuple(marks(result)), foot))
    document.work = "归档登记表"
    document.build(_story(result, files, digest, formats))
    return target.getvalue()


def _story(result: Result, files: Sequence[ArchivedFile], digest: str, formats: str) -> list[Flowable]:
    return [
        headline(result.review.title, "电子文件归档登记表"),
        facts_table(_facts(result, files, digest, formats)),
        *draw_table(_inspection(), level=0),
        Spacer(1, LEADING / 2),
        ChineseParagraph("移交人签名：　　　　　　　　　日期：", PLAIN),
        ChineseParagraph("接收人签名：　　　　　　　　　日期：", PLAIN),
        Spacer(1, LEADING),
        Heading("附件　文件清单", ANNEX, 0),
        *draw_table(_listing(files), level=1),
    ]


def _facts(result: Result, files: Sequence[ArchivedFile], digest: str, formats: str) -> list[tuple[str, str]]:
    review, group, scheme = result.review, result.group, result.scheme
    names = {one.expert_id: one.name for one in result.experts}
    chair = names.get(group.chair, "")
    people = [f"组长{chair}"] if chair else []
    others = [one.name for one in result.experts if one.expert_id != group.chair]
    people += [f"专家{'、'.join(others)}"] if others else []
    people += [f"监督人{group.supervisor}"] if group.supervisor else []
    total = sum(size for _, size, _ in files)
    endings = Counter(PurePosixPath(name).suffix.lstrip(".").upper() or "无扩展名" for name, _, _ in files)
    kinds = "、".join(f"{ending} {count}件" for ending, count in sorted(endings.items()))
    return [
        ("题名", f"{review.title}评审成果"),
        ("责任者", group.name),
        ("年度", f"{review.year}年"),
        ("依据文件", review.notice),
        ("形成日期", long_date(result.at)),
        ("人名", "；".join(people)),
        ("保管期限", TERMS),
        ("文件数", f"{len(files)}件"),
        ("字节总数", f"{total}字节（{show_size(total)}）" if total >= KIB else f"{total}字节"),
        ("文件格式", f"{kinds}。{formats}" if kinds else formats),
        ("指标体系", f"{scheme.title}　第{scheme.version}版\n{grouped(result.scheme_sha256)}"),
        ("数据SHA-256", grouped(digest)),
    ]


def long_date(stamp: str) -> str:
    """A date as official papers write it, without leading zeros (GB/T 9704, 不编虚位)."""
    year, month, day = stamp[:10].split("-")
    return f"{int(year)}年{int(month)}月{int(day)}日"


def _inspection() -> Table:
    """The four properties an archive tests on receipt (GB/T 18894), to be ticked by hand."""
    rows = (
        ("真实性", "来源可靠，签名与清单核对一致", "□合格　□不合格"),
        ("完整性", "文件数、字节总数与本表一致，元数据齐全", "□合格　□不合格"),
        ("可用性", "文件能打开、能读出，内容与数据文件一致", "□合格　□不合格"),
        ("安全性", "经病毒查杀，载体完好", "□合格　□不合格"),
    )
    columns = (Column("检测项目", 26), Column("要求", 84), Column("结果", 46))
    return Table("检测", "归档检测", columns, rows)


def _listing(files: Sequence[ArchivedFile]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (str(number), name, grouped(sha256), size)
        for number, (name, size, sha256) in enumerate(files, start=1)
    ]
    columns = (
        Column("序号", 12),
        Column("文件名", 59),
        Column("SHA-256", 64),
        Column("字节数", 21, "whole"),
    )
    return Table("文件", "归档文件清单", columns, tuple(rows))
