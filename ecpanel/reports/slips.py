"""Pass-phrase slips (口令条): one per task package, to be cut and handed out apart from the stick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from ecpanel.domain.review import REHEARSAL_MARK, Review
from ecpanel.reports.page import HAIRLINE, TEXT_WIDTH, OfficialDocument, Running
from ecpanel.reports.paragraph import ChineseParagraph, TextStyle

LABEL = TextStyle("song", 11, 18, alignment="left")
SECRET = TextStyle("hei", 18, 28, alignment="left")


@dataclass(frozen=True, slots=True)
class Slip:
    """What one slip says."""

    owner: str
    name: str
    file: str
    passphrase: str


class _CutLine(Flowable):  # type: ignore[misc]
    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: ARG002, N803
        return TEXT_WIDTH, 8 * mm

    def draw(self) -> None:
        self.canv.setStrokeColor(HAIRLINE)
        self.canv.setDash(2, 3)
        self.canv.line(0, 4 * mm, TEXT_WIDTH, 4 * mm)


def draw_slips(review: Review, organiser_fingerprint: str, slips: Sequence[Slip]) -> bytes:
    """Draw the slips, each with the fingerprint of the organiser's key."""
    target = BytesIO()
    marks = (REHEARSAL_MARK,) if review.rehearsal else ()
    document = OfficialDocument(
        target, f"{review.title} 口令条", Running(marks, "口令条发放后由本人保管，不得与任务包放在一起")
    )
    story: list[Flowable] = []
    for one in slips:
        story.append(
            KeepTogether(
                [
                    ChineseParagraph(f"{review.title}　{one.owner}　{one.name}", LABEL),
                    ChineseParagraph(f"任务包：{one.file}", LABEL),
                    ChineseParagraph(one.passphrase, SECRET),
                    ChineseParagraph(f"组织方签名指纹：{organiser_fingerprint}", LABEL),
                    Spacer(1, 2 * mm),
                    _CutLine(),
                ]
            )
        )
    document.build(story)
    return target.getvalue()
