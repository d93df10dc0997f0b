from __future__ import annotations

import pytest
from dossier_files import code_of, firm

from ecpanel.domain.dossier import DocumentKind
from ecpanel.dossier.recognise import kind_of, match_enterprise

F, S, E, L = DocumentKind.FORM, DocumentKind.STATEMENT, DocumentKind.EVIDENCE, DocumentKind.LETTER


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("申报表.pdf", F),
        ("1、电子商务示范企业申报表（盖章版）.pdf", F),
        ("附件3.pdf", F),
        ("附件３：电子商务示范企业申请表.docx", F),
        ("附件三.doc", F),
        ("（2）申 报 书.pdf", S),
        ("附件4-电子商务示范企业申报书.pdf", S),
        ("附件4.wps", S),
        ("申报书（含佐证材料）.pdf", S),
        ("申报书佐证材料.pdf", E),
        ("申报表附件.pdf", E),
        ("附件4 审计报告.pdf", E),
        ("附件3-2 专利证书.jpg", E),
        ("附件31.pdf", E),
        ("审计报告（附件4）.pdf", E),
        ("03_营业执照副本.jpg", E),
        ("公函.pdf", L),
        ("浙江省商务厅关于推荐电子商务示范企业的函.pdf", L),
        ("推荐函(扫描件).pdf", L),
        ("银行询证函.pdf", E),
        ("佐证材料/附件3.pdf", E),
        ("佐证材料/申报表.pdf", F),
        ("1.申报表/扫描0001.jpg", F),
        ("来函/IMG_2031.jpg", L),
        ("浙江云畔公司/材料/IMG_2031.jpg", E),
        ("IMG_2031.jpg", E),
        ("某某证书服务有限公司申报表.pdf", F),
    ],
)
def test_kind_of_paper(name: str, kind: DocumentKind) -> None:
    assert kind_of(name) is kind


FIRMS = [
    firm(1, "浙江云畔数字科技有限公司"),
    firm(2, "浙江云畔数字科技有限公司杭州分公司"),
    firm(3, "义乌丝路通（集团）股份有限公司"),
    firm(4, "阿勒泰·雪都电子商务有限责任公司"),
    firm(5, "杭州青柠㛃网络有限公司"),
    firm(6, "成都青柠网络有限公司"),
]


@pytest.mark.parametrize(
    ("folder", "number"),
    [
        ("浙江云畔数字科技有限公司", 1),
        ("03_浙江云畔数字科技有限公司", 1),
        ("3、浙江云畔数字科技有限公司（申报材料）", 1),
        ("浙江云畔数字科技有限公司杭州分公司", 2),
        ("义乌丝路通(集团)股份有限公司", 3),
        ("07-义乌丝路通股份有限公司", 3),
        ("义乌丝路通", 3),
        ("阿勒泰•雪都电子商务有限责任公司", 4),
        ("阿勒泰 · 雪都电子商务", 4),
        ("杭州青柠㛃网络", 5),
        (f"{code_of(6)}", 6),
        (f"四川_{code_of(6).lower()}_材料", 6),
        ("C004", 4),
        ("C004_补充", 4),
        ("006", 6),
        ("成都青柠网络申报材料", 6),
    ],
)
def test_folder_means_enterprise(folder: str, number: int) -> None:
    found = match_enterprise(folder, FIRMS)
    assert found is not None
    assert found.candidate_id == f"C{number:03d}"


@pytest.mark.parametrize(
    "folder", ["青柠", "浙江", "新建文件夹", "", "C099", "99", "数字科技", "有限公司", "材料"]
)
def test_doubt_is_not_resolved(folder: str) -> None:
    assert match_enterprise(folder, FIRMS) is None


def test_two_names_in_one_folder_name_are_a_doubt() -> None:
    assert match_enterprise("成都青柠网络有限公司和义乌丝路通（集团）股份有限公司", FIRMS) is None


def test_twins_are_a_doubt() -> None:
    twins = [firm(1, "甲乙丙丁有限公司"), firm(2, "甲乙丙丁有限公司")]
    assert match_enterprise("甲乙丙丁有限公司", twins) is None
    assert match_enterprise(code_of(2), twins) is twins[1]
