"""会签 before signing off: one member shows who he is, by his own store or UKey, and declares what he thinks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QFrame, QRadioButton

from ecpanel.gui.controls.banner import Banner
from ecpanel.gui.controls.fields import Field, PathField, passphrase_field
from ecpanel.gui.controls.flow import Flow
from ecpanel.gui.controls.opinion import OpinionFields
from ecpanel.gui.controls.panel import column, holding, row
from ecpanel.gui.controls.text import button, text
from ecpanel.gui.frame import Frame
from ecpanel.progress import Progress

if TYPE_CHECKING:
    from ecpanel.exchange.ukey import TokenInfo
    from ecpanel.services.opening import Store
    from ecpanel.services.signatories import Opinion, Signatory, TokenPlace


@dataclass(frozen=True, slots=True)
class Ready:
    """A member who has shown who he is: with his own key, or with a UKey that was opened once; neither for the
    chair, whose key is here anyway."""

    expert_id: str
    opinion: Opinion
    signatory: Signatory | None = None
    token: TokenPlace | None = None


class MemberSigns(QFrame):
    """The form of one member. `ready` tells who he has shown himself to be, `dropped` that he does not sign."""

    ready = Signal(object)
    dropped = Signal()

    def __init__(self, frame: Frame, store: Store) -> None:
        super().__init__()
        self.setObjectName("sheet")
        self._frame, self._store = frame, store
        self._expert = ""
        self._is_chair = False
        self._tokens: list[TokenInfo] = []
        theme, unit = frame.theme, frame.theme.unit
        self.banner = Banner(theme)
        self._title = text("", "head", wrap=True)
        self.by_store = QRadioButton("本人的评审库和口令(&B)")
        self.by_ukey = QRadioButton("UKey(&K)")
        self.by_store.setChecked(True)
        self._ways = QButtonGroup(self)
        for way in (self.by_store, self.by_ukey):
            self._ways.addButton(way)
        self.store_place = PathField(
            theme,
            "本人的评审库",
            lambda chosen: frame.choose_file("本人的评审库", "评审库 (*.ecreview)", chosen, self),
        )
        self.store_field = Field(theme, "本人的评审库（在其U盘或电脑上）(&F)", self.store_place)
        self.passphrase = passphrase_field(theme, "本人的口令")
        self.passphrase_field = Field(theme, "本人的口令(&P)", self.passphrase, "由本人输入，不保存。")
        self._store_part = holding(column(self.store_field, self.passphrase_field, spacing=unit))
        self.library = PathField(
            theme,
            "UKey驱动库",
            lambda chosen: frame.choose_file(
                "UKey驱动库（PKCS#11）", "驱动库 (*.dll *.so *.dylib)", chosen, self
            ),
        )
        self.library_field = Field(theme, "UKey厂商的驱动库（PKCS#11）(&L)", self.library)
        self.tokens = QComboBox()
        self.tokens.setAccessibleName("UKey")
        self.look = button(theme, "读取UKey", self.look_for_tokens, icon="refresh-cw")
        tokens = row(self.tokens, self.look, spacing=unit)
        tokens.setStretch(0, 1)
        self.pin = passphrase_field(theme, "PIN")
        self.pin_field = Field(theme, "PIN(&N)", self.pin, "由本人输入；连续输错会锁死UKey。")
        self._ukey_part = holding(column(self.library_field, tokens, self.pin_field, spacing=unit))
        self.said = OpinionFields(theme, 3)
        self.go = button(theme, "会签", self._go, icon="signature")
        self.away = button(theme, "取消", self.dropped.emit, quiet=True)
        ways = holding(Flow(self.by_store, self.by_ukey, spacing=2 * unit))
        self._ways_part = ways
        self.setLayout(
            column(
                self._title,
                self.banner,
                ways,
                self._store_part,
                self._ukey_part,
                self.said,
                row(None, self.away, self.go, spacing=unit),
                spacing=unit,
                margin=2 * unit,
            )
        )
        self.by_ukey.toggled.connect(lambda _: self._show_way())
        for line in (self.passphrase, self.pin):
            line.returnPressed.connect(self._go)
        self.store_place.line.returnPressed.connect(self.passphrase.setFocus)
        self._show_way()

    def ask(self, expert_id: str, name: str, *, is_chair: bool, before: Opinion | None) -> None:
        """Begin with a member; what an earlier one typed is gone."""
        self._expert, self._is_chair = expert_id, is_chair
        self._title.setText(f"{expert_id} {name}{'（组长）' if is_chair else ''} 会签")
        self.passphrase.clear()
        self.pin.clear()
        self.store_place.line.clear()
        self.banner.clear()
        self.by_store.setText("用组长台的密钥(&B)" if is_chair else "本人的评审库和口令(&B)")
        self.by_store.setChecked(True)
        self.said.put(before)
        for field in (self.store_field, self.passphrase_field, self.library_field, self.pin_field):
            field.say("")
        self._show_way()
        self.show()
        (self.said.differs if is_chair else self.store_place.line).setFocus()

    def _show_way(self) -> None:
        with_ukey = self.by_ukey.isChecked()
        self._ukey_part.setVisible(with_ukey)
        self._store_part.setVisible(not with_ukey and not self._is_chair)

    def look_for_tokens(self) -> None:
        """List the UKeys that are plugged in."""
        library = self.library.path
        self.library_field.say("" if library else "请选择UKey厂商的驱动库。")
        if library is None:
            self.library.line.setFocus()
            return

        def work(_: Progress) -> list[TokenInfo]:
            from ecpanel.services.signatories import plugged_tokens

            return list(plugged_tokens(library))

        self._frame.run("读取UKey", work, self._list, self.banner, can_cancel=False)

    def _list(self, found: list[TokenInfo]) -> None:
        self._tokens = found
        self.tokens.clear()
        self.tokens.addItems([f"{one.label}　{one.serial}" for one in found])
        if found:
            self.banner.clear()
            self.pin.setFocus()
        else:
            self.banner.say("没有插入UKey；请插好后再读取。")

    def _go(self) -> None:
        work = self._by_ukey() if self.by_ukey.isChecked() else self._by_store()
        if work is not None:
            self._frame.run("核对会签人", work, self._done, self.banner, can_cancel=False)

    def _by_store(self) -> Callable[[Progress], Ready] | None:
        opinion, expert, store = self.said.opinion, self._expert, self._store
        if self._is_chair:
            return lambda _: _checked(expert, opinion)
        path, passphrase = self.store_place.path, self.passphrase.text()
        self.store_field.say("" if path else "请选择本人的评审库。")
        self.passphrase_field.say("" if passphrase else "请本人输入口令。")
        if path is None or not passphrase:
            (self.passphrase if path else self.store_place.line).setFocus()
            return None
        return lambda _: _by_store(store, expert, path, passphrase, opinion)

    def _by_ukey(self) -> Callable[[Progress], Ready] | None:
        library, place, pin = self.library.path, self.tokens.currentIndex(), self.pin.text()
        self.library_field.say("" if library else "请选择UKey厂商的驱动库。")
        self.pin_field.say("" if pin else "请本人输入PIN。")
        if library is None or not pin:
            (self.pin if library else self.library.line).setFocus()
            return None
        if not 0 <= place < len(self._tokens):
            self.banner.say("请先读取UKey，并选择本人的一把。")
            return None
        serial, opinion, expert, store = (
            self._tokens[place].serial,
            self.said.opinion,
            self._expert,
            self._store,
        )
        return lambda _: _by_token(store, expert, library, serial, pin, opinion)

    def _done(self, ready: Ready) -> None:
        self.passphrase.clear()
        self.pin.clear()
        self.ready.emit(ready)


def _checked(expert: str, opinion: Opinion) -> Ready:
    from ecpanel.domain.sign_off import check_reasons

    check_reasons(opinion.verdict, opinion.reasons)
    return Ready(expert, opinion)


def _by_store(store: Store, expert: str, path: Path, passphrase: str, opinion: Opinion) -> Ready:
    from ecpanel.domain.errors import EcpanelError
    from ecpanel.services.signatories import by_own_store

    found = by_own_store(store, path, passphrase, opinion)
    if found.expert_id != expert:
        raise EcpanelError("signatory_other", found=f"{found.expert_id} {found.name}", wanted=expert)
    return Ready(expert, opinion, signatory=found)


def _by_token(store: Store, expert: str, library: Path, serial: str, pin: str, opinion: Opinion) -> Ready:
    from ecpanel.services.signatories import TokenPlace, check_token

    place = TokenPlace(library, serial, pin)
    check_token(store, expert, place, opinion)
    return Ready(expert, opinion, token=place)
