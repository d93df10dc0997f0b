"""合议 on the chair's desk: one candidate at a time, side by side, and what the panel decides about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from ecpanel.domain.agenda import Matter
from ecpanel.domain.attendance import leavers, voters
from ecpanel.domain.candidate import Candidate
from ecpanel.domain.side_by_side import SideBySide, line_of, side_by_side
from ecpanel.gui.chair.agenda_pane import AgendaPane
from ecpanel.gui.chair.desk import ChairDesk, ChairPart
from ecpanel.gui.chair.matter_view import change_words
from ecpanel.gui.chair.meeting_panes import MatterPane, MotionPane
from ecpanel.gui.chair.motion import Floor, Motion
from ecpanel.gui.chair.projecting import Projecting
from ecpanel.gui.chair.projector import Projection
from ecpanel.gui.chair.room_line import RoomLine
from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.panel import PageHeader, column
from ecpanel.gui.controls.text import button, restyle
from ecpanel.gui.keys import add_key
from ecpanel.gui.marks import NOTE
from ecpanel.gui.models.flags import RED, flag_rows
from ecpanel.gui.models.matters import (
    OWN_RECUSAL,
    MatterState,
    decided,
    matter_rows,
    matters_of,
    reason_words,
)
from ecpanel.gui.models.side_cells import Flags, flags_by_cell

if TYPE_CHECKING:
    from ecpanel.domain.evaluation import Material
    from ecpanel.domain.result import CandidateLine, Result

WIDTHS: Final = "chair.meeting"
HIDDEN: Final = (
    "组长对这家企业回避，本机不向组长显示它的分数、得分和名次。"
    "请组长离席，由另一位成员主持：他在下面输入自己签到时所设的更正口令，即可主持这一家；"
    "换到别家时自动收起。主持人和时间记入操作记录。"
)


class MeetingPart(ChairPart):
    """合议."""

    name = "合议"
    waits_for = "议程、各专家分数并排、表决和更正。"

    def __init__(self, desk: ChairDesk) -> None:
        super().__init__(desk)
        self._found: tuple[Result, Material] | None = None
        self._matters: dict[str, Matter] = {}
        self._firms: dict[str, Candidate] = {}
        self._key = self._presider = self._seen = ""
        self._lifted: set[str] = set()
        self._discussed: set[str] = set()
        self._before: CandidateLine | None = None
        self._change = self._outcome = ""
        self._agenda_wanted = True
        self._build()
        self._add_keys()
        self._unit = self.frame.theme.unit
        self.frame.theme.changed.connect(self._rescale)

    # --- what it is made of ---

    def _build(self) -> None:
        theme, unit = self.frame.theme, self.frame.theme.unit
        self.header = PageHeader(theme, "合议")
        self.fold = button(theme, "议程", self._fold, icon="panel-left", shortcut="F9", quiet=True)
        self.fold.setCheckable(True)
        self.fold.setChecked(True)
        self.projecting = Projecting(self.frame)
        self.projecting.wanted.connect(self._project)
        self.done = button(
            theme,
            "已议，下一项",
            self._next,
            icon="check",
            primary=True,
            shortcut="Ctrl+Return",
            hint="标为已议，到下一个未议的事项",
        )
        self.room = RoomLine(theme)
        for one in (self.room.timer, self.fold, self.projecting.scores, self.projecting.button):
            self.header.add(one)
        self.header.set_primary(self.done)
        self.banner = Banner(theme)
        self.agenda = AgendaPane(theme)
        self.agenda.chosen.connect(self._choose)
        self.motions = MotionPane(self.frame, self.store)
        self.motions.wanted.connect(self._turn_motion)
        for motion in self.motions.motions:
            motion.recorded.connect(self._recorded)
            motion.dropped.connect(self.close_motion)
            motion.changed.connect(self._project)
        self.pane = MatterPane(self.frame, self.store, self.room, self.motions)
        self.view, self.title = self.pane.view, self.pane.title
        self.room.changed.connect(self._room_changed)
        self.room.timer.ticked.connect(self._project)
        self.view.cell_chosen.connect(self._cell_chosen)
        self.view.asked.connect(lambda: self.open_motion(self.motions.correction))
        self.presiding = self.pane.presiding
        self.presiding.begun.connect(self._preside)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        panes: tuple[QWidget, ...] = (self.agenda, self.pane, self.motions)
        for pane in panes:
            self._split.addWidget(pane)
        self._split.setStretchFactor(1, 1)
        self._split.setChildrenCollapsible(False)
        kept = self.frame.preferences.widths.get(WIDTHS)
        self._split.setSizes(kept or [34 * unit, 100 * unit, 40 * unit])
        self._split.splitterMoved.connect(lambda: self.frame.keep_widths(WIDTHS, self._split.sizes()))
        self.agenda.setMinimumWidth(20 * unit)
        whole = column(self.header, self.banner, self._split)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def _add_keys(self) -> None:
        add_key(self, "Ctrl+F", "找一家企业，提请合议", self._find, everywhere=True)
        add_key(self, "Ctrl+D", "标为已议，或改回待议", self._turn_discussed, everywhere=True)
        add_key(self, "Esc", "收起更正、认定或次序", self.close_motion, everywhere=True)

    # --- what the desk calls ---

    def reload(self) -> None:
        """Show the agenda as it stands now."""
        self.desk.with_result(self._show, self.banner)

    def show_candidate(self, candidate_id: str) -> None:
        """Bring a candidate up, on the agenda or not."""
        if candidate_id != self._key:
            self._key, self._presider, self._change, self._outcome = candidate_id, "", "", ""
        if self._found is not None and self.desk.stage is not None:
            self.desk.with_result(self._show, self.banner)

    def leave(self) -> None:
        """Put the projector away."""
        self.projecting.close()

    def open_matters(self, result: Result) -> int:
        """How many matters of a result are not settled, for those who sign."""
        rows = matter_rows(
            result, matters_of(result, self._lifted), self.desk.hidden, self._discussed, self._key
        )
        return sum(one.place > 0 and one.state is not MatterState.SETTLED for one in rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The agenda makes way where there is no room for three panes."""
        super().resizeEvent(event)
        self._make_room()

    def hideEvent(self, event: QHideEvent) -> None:
        """Whoever presided in the chair's place has to begin anew."""
        super().hideEvent(event)
        if self._presider and not self.isVisibleTo(self.desk):
            self._end_presiding()

    # --- showing ---

    def _show(self, result: Result, material: Material) -> None:
        self._found = result, material
        self._firms = {one.candidate_id: one for one in result.candidates}
        self._matters = {one.candidate_id: one for one in matters_of(result, self._lifted)}
        if self._key and self._key not in self._matters:
            self._lift(self._key)
        if self._key not in self._firms:
            self._key = next(iter(self._matters), "")
        if self._before is not None:
            self._change = change_words(self._before, line_of(result, self._key))
            self._before = None
        self._show_agenda()
        self._show_matter()

    def _lift(self, key: str) -> None:
        assert self._found is not None
        if key in self._firms:
            self._lifted.add(key)
            self._matters = {one.candidate_id: one for one in matters_of(self._found[0], self._lifted)}

    def _show_agenda(self) -> None:
        assert self._found is not None
        result, hidden = self._found[0], self.desk.hidden
        rows = matter_rows(result, self._matters.values(), hidden, self._discussed, self._key)
        self.agenda.show_matters(rows, self._key)
        settled, count = self.agenda.model.tally()
        words = f"议程 {settled}/{count}" if count else ""
        self.header.set_summary("已签发，只读" if self.desk.closed else words)
        self.done.setEnabled(bool(count) and not self.desk.closed)

    @property
    def _is_barred(self) -> bool:
        """Whether the candidate at hand must not be shown now."""
        return self._key in self.desk.hidden and not self._presider

    @property
    def _barred(self) -> frozenset[str]:
        return self.desk.hidden - ({self._key} if self._presider else set())

    def _show_matter(self) -> None:
        assert self._found is not None
        result = self._found[0]
        if not self._key:
            self.pane.show_nothing()
            self.close_motion()
            self._project()
            return
        firm, barred = self._firms[self._key], self._is_barred
        matter = self._matters.get(self._key)
        reasons = OWN_RECUSAL if barred or matter is None else reason_words(matter, decided(result))
        self.title.show_candidate(firm, reasons)
        members = {one.expert_id: one.name for one in result.experts}
        for one in result.voided:
            members.pop(one.expert_id, None)
        self.room.show_room(members, leavers(result).get(self._key, ()))
        self.room.timer.turn_to(self._key)
        self.room.timer.setVisible(not self.desk.closed)
        if barred:
            self._show_barred(members)
        else:
            self._show_side(result)
        self._project()

    def _show_barred(self, members: dict[str, str]) -> None:
        assert self._found is not None
        self.close_motion()
        self.title.show_line(None, "")
        result = self._found[0]
        able = {one: members[one] for one in voters(result, self._key) if one != result.group.chair}
        self.presiding.ask(able, (self._key,), HIDDEN)
        self.pane.show_presiding()

    def _show_side(self, result: Result) -> None:
        assert self._found is not None
        side = side_by_side(result, self._found[1], self._key)
        self.title.show_line(side.line, self._change)
        flags = flags_by_cell(flag_rows(replace(result, flags=side.flags), self._found[1], self._barred))
        self.view.show_side(side, flags, *self._cell_of(flags))
        presided = ""
        if self._presider:
            who = f"{self._presider} {self.room.name_of(self._presider)}"
            presided = f"由 {who} 主持，组长请离席。"
        self.pane.show_view(presided, self._end_presiding, can_act=not self.desk.closed)
        self._ask(side)

    def _cell_of(self, flags: Flags) -> tuple[str, str]:
        """The cell to look at: the one at hand, or for another candidate what blocks or stands farthest off."""
        if self._key == self._seen:
            expert, leaf = self.view.cell()
            return expert, leaf.code if leaf is not None else ""
        self._seen = self._key
        asked = [one for several in flags.values() for one in several if one.blocks or one.flag.weight == RED]
        first = max(asked, key=lambda one: (one.blocks, abs(one.flag.value - one.flag.others)), default=None)
        return (first.flag.expert_id, first.flag.indicator) if first is not None else ("", "")

    def _ask(self, side: SideBySide) -> None:
        """Hand the floor to the motions; one that is out of sight is asked when it is opened."""
        assert self._found is not None
        names = {key: one.name for key, one in self._firms.items()}
        self._floor = Floor(self._found[0], side, names, self.room.absent, self._barred)
        motion = self.motion
        if motion is not None:
            self._hand_over(motion)

    _floor: Floor | None = None

    def _hand_over(self, motion: Motion) -> None:
        if self._floor is not None:
            motion.ask(self._floor)
            if motion is self.motions.correction:
                self.motions.correction.show_cell(*self.view.cell())

    # --- what people do ---

    def _choose(self, key: str) -> None:
        if self._found is None or key == self._key:
            return
        self._key, self._presider, self._change, self._outcome = key, "", "", ""
        if key not in self._matters:
            self._lift(key)
        self._show_agenda()
        self._show_matter()

    def _find(self) -> None:
        if self.agenda.isHidden():
            self._fold()
        self.agenda.look_up()

    def _fold(self) -> None:
        """The button stands for what shows: an agenda that made way for a motion comes back in its place."""
        self._agenda_wanted = self.agenda.isHidden()
        if self._agenda_wanted and self._is_narrow:
            self.close_motion()
        self._make_room()

    def _next(self) -> None:
        if self._key:
            self._discussed.add(self._key)
            self._show_agenda()
        following = self.agenda.model.next_open(self._key)
        if following is None:
            settled, count = self.agenda.model.tally()
            if settled == count:
                self.banner.say(
                    "议程各项均已议过，可以去看排名，然后签发。",
                    NOTE,
                    "去排名",
                    lambda: self.desk.go_to("排名"),
                )
            return
        self._choose(following)

    def _turn_discussed(self) -> None:
        if self._key and not self.desk.closed:
            self._discussed ^= {self._key}
            self._show_agenda()

    def _room_changed(self) -> None:
        if self._floor is not None:
            self._floor = replace(self._floor, absent=self.room.absent)
            motion = self.motion
            if motion is not None:
                self._hand_over(motion)
        self._project()

    def _preside(self, member: str) -> None:
        self._presider = member
        self._show_matter()

    def _end_presiding(self) -> None:
        self._presider = self._change = self._outcome = ""
        if self._found is not None and self._key:
            self._show_matter()

    @property
    def motion(self) -> Motion | None:
        """The motion that is open, or None."""
        return self.motions.motion

    def _turn_motion(self, motion: Motion) -> None:
        if self.motion is motion:
            self.close_motion()
        else:
            self.open_motion(motion)

    def open_motion(self, motion: Motion) -> None:
        """Open a motion about the candidate at hand."""
        if self.desk.closed or self._is_barred or self._floor is None:
            return
        self.motions.open(motion)
        self._hand_over(motion)
        self._weigh()
        motion.focus_first()
        self._project()

    def close_motion(self) -> None:
        """Put the open motion away; what was typed stays until another candidate is at hand."""
        if self.motion is not None:
            self.motions.hide()
            self._weigh()
            self.view.table.setFocus()
            self._project()
        self.motions.show_acts()

    def _weigh(self) -> None:
        """One primary action: the motion's while one is open. Where the room is narrow, the agenda makes
        way for it."""
        motion = self.motion
        self.motions.show_acts()
        self.done.setProperty("primary", motion is None)
        self.frame.theme.refresh(self.done)
        restyle(self.done)
        self._make_room()

    def _make_room(self) -> None:
        shown = self._agenda_wanted and not (self.motion is not None and self._is_narrow)
        self.agenda.setVisible(shown)
        self.fold.setChecked(shown)

    def _rescale(self) -> None:
        """Another text size: the panes keep their measure in steps of the layout."""
        before, self._unit = self._unit, self.frame.theme.unit
        if before != self._unit:
            agenda, middle, motion = (
                round(one * self._unit / before) if place != 1 else one
                for place, one in enumerate(self._split.sizes())
            )
            wide = self.width()
            self._split.setSizes([min(agenda, wide // 4), middle, min(motion, 2 * wide // 5)])
        self._make_room()

    @property
    def _is_narrow(self) -> bool:
        return self.width() < 150 * self.frame.theme.unit

    def _cell_chosen(self) -> None:
        if self.motion is self.motions.correction:
            self.motions.correction.show_cell(*self.view.cell())
        self._project()

    def _recorded(self, words: str) -> None:
        assert self._found is not None
        self._before = line_of(self._found[0], self._key)
        self._outcome = words
        self.desk.changed(words)

    # --- the projector ---

    def _project(self) -> None:
        if not self.projecting.is_open or self._found is None or self.desk.stage is None:
            return
        review = self.desk.stage.review
        title = f"{review.title}（演练）" if review.rehearsal else review.title
        if not self._key:
            self.projecting.show_projection(Projection(title, "合议"))
            return
        firm, barred = self._firms[self._key], self._is_barred
        matter = self._matters.get(self._key)
        motion = self.motion
        words = motion.motion_words() if motion is not None else ""
        ballot = motion.ballot if motion is not None and words else None
        vote = ballot.vote if ballot is not None else None
        shown = Projection(
            title,
            firm.name,
            f"{firm.region} · {firm.category} · {firm.standing}",
            "组长回避：由其他成员主持"
            if barred or matter is None
            else f"事由：{reason_words(matter, decided(self._found[0]))}",
            self.room.words,
            self.room.timer.words,
            words,
            f"同意 {vote.in_favour}　反对 {vote.against}　弃权 {vote.abstained}" if vote is not None else "",
            ballot.mark if ballot is not None else None,
            "" if barred else "　".join(part for part in (self._outcome, self._change) if part),
            () if barred or not self.projecting.with_scores else self.view.table.side_model.as_rows(),
        )
        self.projecting.show_projection(shown)
