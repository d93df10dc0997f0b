"""The 公文 page (GB/T 9704-2012): 版心, page numbers, marks, signature row; and tables on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    LongTable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
)
from reportlab.platypus.tables import CellStyle

from ecpanel.domain.points import show_points
from ecpanel.progress import Progress, silent
from ecpanel.reports.fonts import covers, register_font
from ecpanel.reports.paragraph import ChineseParagraph, KeepWithStart, TextStyle
from ecpanel.reports.tables import Cell, Column, Table
from ecpanel.reports.typography import apply_reportlab_cures, draw_text, grid_tracking, text_width

TEXT_WIDTH: Final = 156 * mm
TEXT_HEIGHT: Final = 225 * mm
LEFT: Final = 28 * mm
BOTTOM: Final = 35 * mm
LEADING: Final = TEXT_HEIGHT / 22
"""22 lines fill the 版心: 28.99 pt."""
WIDE_LEFT: Final = 35 * mm
WIDE_BOTTOM: Final = 26 * mm
SIGNATURE_HEIGHT: Final = 13 * mm
Box = tuple[float, float, float, float]
"""(x1, y1, x2, y2) in pt."""
TEXT: Final = "text"
WIDE: Final = "wide"
TABLE_SIZE: Final = 9.0
_TALLEST: Final = 1000.0
"""Height in pt that no page has room for."""
_ROWS_AT_ONCE: Final = 16
HAIRLINE: Final = HexColor("#8A94A0")
HEAD_FILL: Final = HexColor("#EEF1F5")
LINES: Final = (
    ("BACKGROUND", (0, 0), (-1, 0), HEAD_FILL),
    ("LINEBELOW", (0, 0), (-1, -1), 0.35, HAIRLINE),
    ("LINEABOVE", (0, 0), (-1, 0), 0.8, HAIRLINE),
)
"""A table's rules and the ground of its head."""

_GRID: Final = grid_tracking(156 * mm, 28, 16)
BODY: Final = TextStyle("fangsong", 16, LEADING, first_indent=2, tracking=_GRID)
WIDE_BODY: Final = TextStyle("fangsong", 16, LEADING, first_indent=2)
PLAIN: Final = TextStyle("fangsong", 16, LEADING, tracking=_GRID)
TITLE: Final = TextStyle("xiaobiaosong", 22, LEADING * 1.2, alignment="centre", space_after=LEADING)
LEVEL1: Final = TextStyle("hei", 16, LEADING, first_indent=2, keep_with_next=True, tracking=_GRID)
LEVEL2: Final = TextStyle("kai", 16, LEADING, first_indent=2, keep_with_next=True, tracking=_GRID)
CAPTION: Final = TextStyle(
    "hei", 12, 20, alignment="centre", space_before=6, space_after=4, keep_with_next=True
)
ANNEX: Final = TextStyle("hei", 16, LEADING, alignment="left", keep_with_next=True)
CELL: Final = TextStyle("song", TABLE_SIZE, TABLE_SIZE * 1.35, alignment="left")
HEAD: Final = TextStyle("hei", TABLE_SIZE, TABLE_SIZE * 1.3, alignment="centre")


@dataclass(frozen=True, slots=True)
class Running:
    """What runs along every page: marks above, counts and digest below, signers beside tables."""

    marks: tuple[str, ...]
    foot: str
    signers: tuple[str, ...] = ()


class Heading(ChineseParagraph):
    """A heading that also stands in the outline; `level` counts from 0."""

    def __init__(self, text: str, style: TextStyle, level: int) -> None:
        super().__init__(text, style)
        self.outline = (text, level)


class SignatureRow(Flowable):  # type: ignore[misc]
    """Rooms side by side for the visible marks of electronic signatures, by field name and caption; where
    they stand is known after the build."""

    def __init__(
        self, fields: Sequence[tuple[str, str]], width: float, height: float, gap: float = 8
    ) -> None:
        super().__init__()
        self._fields, self.width, self.height, self._gap = fields, width, height, gap
        self.boxes: dict[str, Box] = {}

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: ARG002, N803
        """Takes its own size."""
        return self.width, self.height + self._gap

    def draw(self) -> None:
        """Draw the hairline frames and remember where they stand on the page, in pt."""
        x, y = self.canv.absolutePosition(0, self._gap)
        room = (self.width - self._gap) / 2
        self.canv.setStrokeColor(HAIRLINE)
        self.canv.setLineWidth(0.5)
        for place, (field, caption) in enumerate(self._fields):
            left = place * (room + self._gap)
            self.boxes[field] = (x + left, y, x + left + room, y + self.height)
            self.canv.rect(left, self._gap, room, self.height)
            draw_text(self.canv, caption, left + 4, self._gap + self.height - 11, "song", 8, colour="#5B6670")


class OfficialDocument(BaseDocTemplate):  # type: ignore[misc]
    """A document on 公文 pages: templates TEXT (upright) and WIDE (landscape), numbered throughout.

    Progress is told by rows of its tables; raising Cancelled out of it abandons the document.
    """

    work = "评审报告"
    """What progress says is being made."""

    def __init__(self, target: BytesIO, title: str, running: Running, progress: Progress = silent) -> None:
        apply_reportlab_cures()
        register_font("song")
        super().__init__(
            target,
            pagesize=A4,
            title=title,
            author="ecpanel",
            subject="；".join(running.marks),
            invariant=1,
            initialFontName="song",
            keepTogetherClass=KeepWithStart,
        )
        self.keepTogetherClass = KeepWithStart
        self.running = running
        self.signature_boxes: dict[str, tuple[int, Box]] = {}
        self._outline = 0
        self._level = -1
        self._tell = progress
        self._rows = self._drawn = 0
        plain = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
        text = Frame(LEFT, BOTTOM, TEXT_WIDTH, TEXT_HEIGHT + 0.5, **plain)
        room = TEXT_WIDTH - SIGNATURE_HEIGHT
        wide = Frame(WIDE_LEFT, WIDE_BOTTOM + SIGNATURE_HEIGHT, TEXT_HEIGHT, room, **plain)
        self.addPageTemplates(
            [
                PageTemplate(TEXT, [text], onPage=self._on_text, pagesize=A4),
                PageTemplate(WIDE, [wide], onPage=self._on_wide, pagesize=landscape(A4)),
            ]
        )

    def build(self, flowables: list[Flowable], *given: Any, **named: Any) -> None:
        """Lay out and draw everything."""
        self._rows = sum(one.rows_left for one in flowables if isinstance(one, TableRows))
        super().build(flowables, *given, **named)

    def _on_text(self, canvas: Any, _document: Any) -> None:
        self._run(canvas, (210 * mm, 297 * mm), (LEFT, LEFT + TEXT_WIDTH), BOTTOM)
        self._sign(canvas, LEFT, LEFT + TEXT_WIDTH, 15 * mm)

    def _on_wide(self, canvas: Any, _document: Any) -> None:
        left, right = WIDE_LEFT, WIDE_LEFT + TEXT_HEIGHT
        self._run(canvas, (297 * mm, 210 * mm), (left, right), WIDE_BOTTOM)
        self._sign(canvas, left, right, WIDE_BOTTOM + 3 * mm)

    def _run(
        self, canvas: Any, paper: tuple[float, float], sides: tuple[float, float], bottom: float
    ) -> None:
        number = canvas.getPageNumber()
        shown = f"— {number} —"
        y = bottom - 7 * mm - 10
        if number % 2:
            draw_text(canvas, shown, sides[1] - 14, y, "song", 14, "right")
        else:
            draw_text(canvas, shown, sides[0] + 14, y, "song", 14)
        draw_text(canvas, self.running.foot, paper[0] / 2, 8.5 * mm, "song", 8, "centre", "#5B6670")
        if self.running.marks:
            line = "　　".join(self.running.marks)
            draw_text(canvas, line, paper[0] / 2, paper[1] - 18 * mm, "hei", 10, "centre", "#9C2B2B")

    def _sign(self, canvas: Any, left: float, right: float, y: float) -> None:
        """The signature row: most room for the experts, the rest shared."""
        step = (right - left) / (len(self.running.signers) + 2)
        x = left
        for place, name in enumerate(self.running.signers):
            room = step * 3 if place == 0 else step
            drawn = draw_text(canvas, f"{name}：", x, y, "song", 10)
            canvas.setStrokeColor(HAIRLINE)
            canvas.setLineWidth(0.5)
            canvas.line(x + drawn, y - 3, x + room - 6, y - 3)
            x += room

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802
        """Keep the outline and the places of signatures while pages are made, and tell of the rows."""
        if isinstance(flowable, TableRows | LongTable):
            self._drawn += _row_count(flowable)
            self._tell(min(self._drawn, self._rows), self._rows, f"生成{self.work} 第{self.page}页")
        if isinstance(flowable, SignatureRow):
            self.signature_boxes |= {field: (self.page - 1, box) for field, box in flowable.boxes.items()}
        outline = getattr(flowable, "outline", None)
        if outline:
            text, level = outline
            self._outline += 1
            level = min(level, self._level + 1)
            self._level = level
            key = f"h{self._outline}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(text, key, level, closed=level > 0)


def on(template: str) -> list[Flowable]:
    """Go on, on a new page of another template."""
    return [NextPageTemplate(template), PageBreak()]


def _shown(cell: Cell, column: Column) -> str:
    if cell is None:
        return "—"
    if isinstance(cell, str):
        return cell
    return show_points(cell) if column.kind == "points" else str(cell)


def _fits(text: str, room: float) -> bool:
    return (
        "\n" not in text
        and all(covers("song", char) for char in text)
        and text_width(text, "song", TABLE_SIZE) <= room
    )


class TableRows(Flowable):  # type: ignore[misc]
    """The rows of a table from one on, with the head above them, made into cells page by page.

    A LongTable of all rows would hold every cell at once and measure all that are left anew at every
    page break, so that memory and time would grow with the square of the rows. A row is made and measured
    once, and all cells of a column share one style; a part is laid out more than once before it is drawn.
    """

    def __init__(self, table: Table, width: float, start: int = 0) -> None:
        super().__init__()
        given = sum(column.width for column in table.columns)
        self._widths = [width * column.width / given for column in table.columns]
        self._table, self._total, self._start = table, width, start
        self._fitting: dict[tuple[str, int], bool] = {}
        self._made: list[list[Any]] = []
        self._high: list[float] = []  # heights of the first of the made rows
        self._head = [ChineseParagraph(column.head, HEAD) for column in table.columns]
        self._styles = _cell_styles(table)
        self._drawn: LongTable | None = None
        self.spaceAfter = 10

    @property
    def rows_left(self) -> int:
        """Rows from the first of this part on."""
        return len(self._table.rows) - self._start

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: N803
        """The true size where all rows fit, else a height that is more than there is."""
        self._drawn, self.width, self.height = self._window(availWidth, min(availHeight, _TALLEST))
        return self.width, self.height

    def split(self, availWidth: float, availHeight: float) -> list[Flowable]:  # noqa: N803
        """The rows that fit as a table and the rest to be made later; [] where no row fits."""
        window, _, _ = self._window(availWidth, availHeight)
        parts: list[Flowable] = window.split(availWidth, availHeight)
        if len(parts) < 2:
            return [self] if parts else []
        taken = len(parts[0]._cellvalues) - 1
        rest = TableRows(self._table, self._total, self._start + taken)
        rest._fitting, rest._made, rest._high = self._fitting, self._made[taken:], self._high[taken:]
        return [parts[0], rest]

    def draw(self) -> None:
        """Draw what was wrapped last, which is all that was left."""
        assert self._drawn is not None
        self._drawn.drawOn(self.canv, 0, 0)

    def _window(self, width: float, height: float) -> tuple[LongTable, float, float]:
        """A table of the next rows, as many as overfill `height`, or all; with its width and height."""
        left = max(len(self._table.rows) - self._start, 1)
        count = min(max(_ROWS_AT_ONCE, len(self._made)), left)
        while True:
            drawn = self._drawn_rows(count)
            wide, high = drawn.wrapOn(self.canv, width, height)
            self._high = [one for one in drawn._rowHeights[1:] if one is not None]
            if high > height or count == left:
                return drawn, wide, high
            count = min(2 * count, left)

    def _drawn_rows(self, count: int) -> LongTable:
        for row in self._table.rows[self._start + len(self._made) : self._start + count]:
            self._made.append(self._cells(row))
        if not self._table.rows:
            self._made = [["无", *[""] * (len(self._table.columns) - 1)]]
        rows = len(self._made[:count])
        return LongTable(
            [self._head, *self._made[:count]],
            colWidths=self._widths,
            rowHeights=[None, *(self._high + [None] * rows)[:rows]],
            repeatRows=1,
            cellStyles=[self._styles[0], *[self._styles[1]] * rows],
            style=LINES,
            spaceAfter=self.spaceAfter,
            normalizedData=1,
        )

    def _cells(self, row: Sequence[Cell]) -> list[Any]:
        cells: list[Any] = []
        for cell, column, room in zip(row, self._table.columns, self._widths, strict=True):
            text = _shown(cell, column)
            if isinstance(cell, str) and cell:
                key = (text, int(room))
                fit = self._fitting.get(key)
                if fit is None:
                    fit = self._fitting[key] = _fits(text, room - 5)
                cells.append(text if fit else ChineseParagraph(text, CELL))
            else:
                cells.append(text)
        return cells


def _row_count(drawn: TableRows | LongTable) -> int:
    """Rows of a drawn table or of its part on one page, the head left out."""
    return drawn.rows_left if isinstance(drawn, TableRows) else len(drawn._cellvalues) - 1


def draw_table(table: Table, width: float = TEXT_WIDTH, level: int = 1) -> list[Flowable]:
    """A captioned table with a repeated head, scaled to `width` pt; long text wraps in its cell.

    `level` is that of the caption in the outline.
    """
    return [Heading(table.title, CAPTION, level), TableRows(table, width)]


def _cell_styles(table: Table) -> tuple[list[CellStyle], list[CellStyle]]:
    """Those of the head and of a row: words to the left, figures to the right."""
    left, right = CellStyle("left"), CellStyle("right")
    for one in (left, right):
        one.fontname, one.fontsize, one.leading = "song", TABLE_SIZE, TABLE_SIZE * 1.35
        one.valign = "MIDDLE"
        one.leftPadding = one.rightPadding = 2.5
        one.topPadding = one.bottomPadding = 2.2
    right.alignment = "RIGHT"
    return [left] * len(table.columns), [left if one.kind == "text" else right for one in table.columns]


def draw_signature_rows(people: Sequence[tuple[str, str]]) -> Flowable:
    """Rows for ink: number, name, room for the signature, a different opinion and the date."""
    style = TextStyle("fangsong", 12, 17, alignment="left")
    head = [ChineseParagraph(text, HEAD) for text in ("编号", "姓名", "签名", "不同意见及理由", "日期")]
    rows = [[key, ChineseParagraph(name, style), "", "", ""] for key, name in people]
    widths = [TEXT_WIDTH * share for share in (0.09, 0.25, 0.24, 0.26, 0.16)]
    heights = [20, *[34] * len(rows)]
    lines = [
        ("FONT", (0, 0), (-1, -1), "song", 11, 14),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.35, HAIRLINE),
        ("LINEABOVE", (0, 0), (-1, 0), 0.8, HAIRLINE),
        ("BACKGROUND", (0, 0), (-1, 0), HEAD_FILL),
    ]
    return LongTable([head, *rows], colWidths=widths, rowHeights=heights, repeatRows=1, style=lines)
