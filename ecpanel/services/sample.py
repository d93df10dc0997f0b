"""A rehearsal out of nothing: a believable list, dossiers and people, equal for an equal seed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

import xlsxwriter

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.recusal import Recusal
from ecpanel.exchange.handover import world
from ecpanel.progress import Progress
from ecpanel.services.sample_documents import MARK, make_audit, make_form, make_statement
from ecpanel.services.sample_firms import Firm, make_firms
from ecpanel.services.sample_list import make_list
from ecpanel.services.sample_people import EXPERT_RECUSALS, EXPERTS, GROUP, KNOWN_RECUSALS
from ecpanel.services.sample_scans import make_certificates, make_letter, make_licence
from ecpanel.services.sample_scores import sample_scores

__all__ = ["SEED", "Sample", "sample_scores", "write_sample"]

SEED: Final = 2021
LIST_NAME: Final = "2021年推荐企业汇总表（演练样例）.xlsx"
DOSSIERS_NAME: Final = "申报材料（演练样例）"

PACKED: Final = frozenset({"C004", "C011", "C018"})
"""Handed in as a zip whose names are GBK, as made on Windows."""
WITHOUT_LETTER: Final = "C016"
WITHOUT_STATEMENT: Final = "C021"
WITH_BROKEN_EVIDENCE: Final = "C009"
WITH_CERTIFICATES: Final = "C013"
WITH_WORKBOOK: Final = "C017"

Paper = tuple[str, bytes]
"""Path inside the dossier and bytes."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What was written, and who takes part."""

    list_path: Path
    dossiers_folder: Path
    candidates: tuple[Candidate, ...]
    experts: tuple[Expert, ...]
    group: Group
    recusals: tuple[Recusal, ...]
    """Known to the organiser."""
    expert_recusals: tuple[Recusal, ...]
    """Declared by the experts themselves at sign-in."""


def write_sample(folder: Path, progress: Progress, seed: int = SEED) -> Sample:
    """Write the list and 24 dossiers below `folder`; everything is fictitious and says so on every page."""
    firms = make_firms(seed)
    list_path, dossiers = folder / LIST_NAME, folder / DOSSIERS_NAME
    with world(folder):
        dossiers.mkdir(parents=True, exist_ok=True)
        list_path.write_bytes(make_list(firms))
    letters = _letters(firms, seed)
    for number, firm in enumerate(firms):
        progress(number, len(firms), firm.candidate.name)
        papers = list(_papers(firm, letters[firm.candidate.region], seed))
        with world(dossiers):
            _write_dossier(dossiers, _folder_name(number, firm), firm, papers)
    progress(len(firms), len(firms), "演练样例已写好")
    return Sample(
        list_path=list_path,
        dossiers_folder=dossiers,
        candidates=tuple(firm.candidate for firm in firms),
        experts=EXPERTS,
        group=GROUP,
        recusals=KNOWN_RECUSALS,
        expert_recusals=EXPERT_RECUSALS,
    )


def _chance(seed: int, *what: str) -> Random:
    return Random("/".join((str(seed), *what)))


def _letters(firms: Sequence[Firm], seed: int) -> dict[str, bytes]:
    """One letter per region, as in life."""
    regions: dict[str, list[Firm]] = {}
    for firm in firms:
        regions.setdefault(firm.candidate.region, []).append(firm)
    return {
        region: make_letter(region, own, _chance(seed, "letter", region)) for region, own in regions.items()
    }


def _papers(firm: Firm, letter: bytes, seed: int) -> Iterator[Paper]:
    """The files of one dossier; how they are named differs from firm to firm."""
    own = firm.candidate.candidate_id
    chance = _chance(seed, "papers", own)
    form, statement, proof, sent = chance.choice(_NAMINGS)
    yield f"{form}.pdf", make_form(firm)
    if own != WITHOUT_STATEMENT:
        yield f"{statement}.pdf", make_statement(firm, seed)
    yield f"{proof}/1.营业执照.jpg", make_licence(firm, chance)
    if own == WITH_CERTIFICATES or chance.random() < 0.8:
        yield f"{proof}/2.审计报告摘要.pdf", make_audit(firm)
    if own == WITH_CERTIFICATES:
        yield f"{proof}/3.软件著作权证书.tif", make_certificates(firm, 3, chance)
    if own == WITH_WORKBOOK:
        yield f"{proof}/4.商户名单.xlsx", _merchants(firm, chance)
    if own == WITH_BROKEN_EVIDENCE:
        yield f"{proof}/5.完税证明.pdf", b"%PDF-1.4\n" + chance.randbytes(4000)
    if own != WITHOUT_LETTER:
        yield f"{sent}.pdf", letter


_NAMINGS: Final = (
    ("附件3 电子商务示范企业申报表", "附件4 电子商务示范企业申报书", "佐证材料", "公函"),
    ("1、申报表（盖章）", "2、申报书（含目录）", "3、佐证材料", "4、推荐函"),
    ("（一）申报表", "（二）申报书", "（三）证明材料", "（四）商务主管部门公函"),
    ("附件3", "附件4", "佐证", "关于推荐电子商务示范企业的函"),
)


def _merchants(firm: Firm, chance: Random) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": f"商户名单（{MARK}）", "created": datetime(2021, 4, 20, tzinfo=UTC)})
    sheet = book.add_worksheet("商户名单")
    sheet.write_row(0, 0, (f"{firm.brand}商户名单（节选，{MARK}）",))
    sheet.write_row(1, 0, ("序号", "商户", "所在县", "年交易额（万元）"))
    for number in range(1, 61):
        name = f"演练商户{number:03d}"
        county = f"演练{chance.choice('甲乙丙丁戊己庚辛')}县"
        sheet.write_row(number + 1, 0, (number, name, county, chance.randint(8, 2600)))
    sheet.set_column(1, 3, 18)
    sheet.set_footer(f"&C{MARK}")
    book.close()
    return buffer.getvalue()


def _folder_name(number: int, firm: Firm) -> str:
    """Folders are named in as many ways as there are provinces."""
    name = firm.candidate.name
    ways = (
        f"{number + 1:02d}_{name}",
        name,
        f"{number + 1}、{name}申报材料",
        f"{firm.candidate.credit_code} {name}",
        name.replace("（", "(").replace("）", ")").removesuffix("有限公司"),
    )
    return ways[number % len(ways)]


def _write_dossier(dossiers: Path, name: str, firm: Firm, papers: Sequence[Paper]) -> None:
    if firm.candidate.candidate_id in PACKED:
        (dossiers / f"{name}.zip").write_bytes(_pack_with_gbk_names([(f"{name}/{p}", b) for p, b in papers]))
        return
    for path, content in papers:
        target = dossiers / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _pack_with_gbk_names(papers: Sequence[Paper]) -> bytes:
    """A zip as old Windows tools make it: `zipfile` can only write UTF-8, so stand-ins are replaced."""
    buffer = io.BytesIO()
    names: list[tuple[bytes, bytes]] = []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (path, content) in enumerate(papers):
            raw = path.encode("gb18030")
            stand_in = f"stand-in-{number:04d}-".ljust(len(raw), "~")
            info = zipfile.ZipInfo(stand_in, (2021, 4, 20, 9, 30, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            archive.writestr(info, content)
            names.append((stand_in.encode("ascii"), raw))
    packed = buffer.getvalue()
    for stand_in_name, raw in names:
        packed = packed.replace(stand_in_name, raw)
    return packed
