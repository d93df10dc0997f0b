"""The sign-in sheet (签到承诺书): identity, pledge, recusals and fingerprint, for ink (rule 14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

from reportlab.platypus import Flowable

from ecpanel.domain.people import Expert
from ecpanel.domain.recusal import RECUSAL_WORDS, Recusal
from ecpanel.domain.review import REHEARSAL_MARK, Review
from ecpanel.domain.scheme import PLACEHOLDER_BANNER
from ecpanel.domain.submission import SignIn
from ecpanel.reports.page import BODY, LEVEL1, PLAIN, TEXT_WIDTH, TITLE, OfficialDocument, Running, draw_table
from ecpanel.reports.paragraph import ChineseParagraph, TextStyle
from ecpanel.reports.tables import Column, Table
from ecpanel.texts import minute

FINGERPRINT = TextStyle("hei", 18, 30, alignment="centre")


def draw_sign_in(
    review: Review,
    placeholder: bool,
    expert: Expert,
    record: SignIn,
    pledge: str,
    recusals: Sequence[Recusal],
    names: Mapping[str, str],
) -> bytes:
    """Draw the sheet; `names` maps candidate id to name."""
    marks = [REHEARSAL_MARK] if review.rehearsal else []
    marks += [PLACEHOLDER_BANNER] if placeholder else []
    target = BytesIO()
    document = OfficialDocument(target, f"{expert.name} 签到承诺书", Running(tuple(marks), review.title))
    rows = tuple((names[one.candidate_id], RECUSAL_WORDS[one.reason], one.note) for one in recusals)
    columns = (Column("企业名称", 66), Column("回避原因", 50), Column("说明", 40))
    story: list[Flowable] = [
        ChineseParagraph(f"{review.title}\n专家签到承诺书", TITLE),
        ChineseParagraph(f"编号：{expert.expert_id}　　姓名：{expert.name}", PLAIN),
        ChineseParagraph(f"工作单位：{expert.organisation}", PLAIN),
        ChineseParagraph(f"职称：{expert.title}　　专业：{expert.field}", PLAIN),
        ChineseParagraph(f"签到时间：{minute(record.signed_in_at)}", PLAIN),
        ChineseParagraph(f"通信设备：{'已交存' if record.device_handed_in else '未交存'}", PLAIN),
        ChineseParagraph("承诺", LEVEL1),
        ChineseParagraph(pledge, BODY),
        ChineseParagraph("签名指纹（组长收包时与本页核对）", LEVEL1),
        ChineseParagraph(_two_lines(record.fingerprint), FINGERPRINT),
        *draw_table(Table("回避", "回避申明", columns, rows), TEXT_WIDTH),
        ChineseParagraph("本人签名：　　　　　　　　　　日期：", PLAIN),
    ]
    document.build(story)
    return target.getvalue()


def _two_lines(fingerprint: str) -> str:
    groups = fingerprint.split("-")
    return "　".join(groups[:4]) + "\n" + "　".join(groups[4:])
