"""The style sheet: hairlines instead of boxes, one accent, everything measured in the unit of the text size."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ecpanel.gui.theme import Colours

SHEET: Final = Template("""
* { outline: none; }
QWidget { color: $text; }
QMainWindow, QDialog, QWidget#page { background: $desk; }
QWidget#sheet, QFrame#card { background: $paper; }
QFrame#card { border: 1px solid $line; border-radius: ${h}px; }
QFrame#bar { background: $paper; border: none; border-bottom: 1px solid $line; }
QFrame#status { background: $paper; border: none; border-top: 1px solid $line; }
QFrame#rule { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame#pillar { background: $line; border: none; max-width: 1px; min-width: 1px; }
QFrame#side { background: $sunken; border: none; border-right: 1px solid $line; }
QFrame#veil { background: $veil; border: none; }
QFrame#drop { background: $paper; border: 2px dashed $strong_line; border-radius: ${u}px; }
QFrame#drop[hot="true"] { border-color: $accent; background: $accent_soft; }

QLabel { background: transparent; }
QLabel[scale="title"] { font-size: ${title}pt; font-weight: bold; }
QLabel[scale="head"] { font-size: ${head}pt; font-weight: bold; }
QLabel[scale="small"] { font-size: ${small}pt; }
QLabel[scale="verdict"] { font-size: ${verdict}pt; font-weight: bold; }
QLabel[tone="faint"] { color: $faint; }
QLabel[tone="accent"] { color: $accent; }
QLabel[tone="good"] { color: $good; }
QLabel[tone="caution"] { color: $caution; }
QLabel[tone="bad"] { color: $bad; }
QLabel[tone="apart"] { color: $apart; }

QFrame#banner { border: none; border-left: ${q}px solid $accent; background: $accent_soft; }
QFrame#banner[tone="good"] { border-left-color: $good; background: $good_soft; }
QFrame#banner[tone="caution"] { border-left-color: $caution; background: $caution_soft; }
QFrame#banner[tone="bad"] { border-left-color: $bad; background: $bad_soft; }

QPushButton { background: $paper; border: 1px solid $strong_line; border-radius: ${h}px;
  padding: ${h}px ${u2}px; min-height: ${line_height}px; }
QPushButton:hover { border-color: $accent; color: $accent; }
QPushButton:focus { border: 2px solid $accent; padding: ${h1}px ${u21}px; }
QPushButton:pressed { background: $accent_soft; }
QPushButton:disabled { color: $faint; border-color: $line; background: $sunken; }
QPushButton[primary="true"] { background: $accent; border-color: $accent; color: $on_accent; font-weight: bold; }
QPushButton[primary="true"]:hover { background: $accent_strong; border-color: $accent_strong; }
QPushButton[primary="true"]:focus { border: 2px solid $text; }
QPushButton[primary="true"]:disabled { background: $line; border-color: $line; color: $faint; }
QPushButton[quiet="true"] { background: transparent; border-color: transparent; color: $accent; padding: ${h}px ${u}px; }
QPushButton[quiet="true"]:hover { background: $accent_soft; }
QPushButton[quiet="true"]:focus { border: 1px solid $accent; }
QPushButton[quiet="true"]:disabled { color: $faint; background: transparent; }
QPushButton[chip="true"] { border-color: $line; padding: ${q}px ${u}px; min-height: ${u2}px; }
QPushButton[chip="true"]:hover { border-color: $accent; }
QPushButton[chip="true"]:focus { border: 1px solid $accent; padding: ${q}px ${u}px; }
QPushButton::menu-indicator { image: url("$chevron"); width: ${u2}px; height: ${u2}px;
  subcontrol-position: right center; subcontrol-origin: padding; right: ${q}px; }
QPushButton:checked { background: $accent_soft; border-color: $accent; color: $accent; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: ${h}px; padding: ${h}px; }
QToolButton:hover { background: $accent_soft; color: $accent; }
QToolButton:focus { border-color: $accent; }
QToolButton:checked { background: $accent_soft; color: $accent; }
QToolButton:disabled { color: $strong_line; }
QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDateEdit { background: $paper; border: 1px solid $strong_line;
  border-radius: ${h}px; padding: ${h}px ${u}px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit, QSpinBox { min-height: ${line_height}px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus { border: 2px solid $accent; padding: ${h1}px ${u1}px; }
QPlainTextEdit, QTextEdit { padding: ${q}px ${h}px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QLineEdit:read-only { background: $sunken; color: $faint; border-color: $line; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"], QComboBox[wrong="true"] { border-color: $bad; }
QSpinBox QLineEdit, QDateEdit QLineEdit { border: none; padding: 0 0 0 ${u}px; min-height: 0; background: transparent; }
QSpinBox::up-button, QSpinBox::down-button { border: none; background: transparent; width: ${u2}px; }
QComboBox { background: $paper; border: 1px solid $strong_line; border-radius: ${h}px;
  padding: ${h}px ${u}px; min-height: ${line_height}px; }
QComboBox:focus, QComboBox:on { border: 2px solid $accent; padding: ${h1}px ${u1}px; }
QComboBox:disabled { color: $faint; background: $sunken; border-color: $line; }
QComboBox::drop-down { border: none; width: ${u3}px; }
QComboBox::down-arrow { image: url("$chevron"); width: ${u2}px; height: ${u2}px; }
QSpinBox::up-arrow { image: url("$chevron_up"); width: ${u}px; height: ${u}px; }
QSpinBox::down-arrow { image: url("$chevron"); width: ${u}px; height: ${u}px; }
QComboBox QAbstractItemView { background: $paper; border: 1px solid $line; selection-background-color: $accent_soft;
  selection-color: $accent; padding: ${h}px; }

QLineEdit[cell="true"], QComboBox[cell="true"], QLineEdit[cell="true"]:focus, QComboBox[cell="true"]:focus,
QComboBox[cell="true"]:on { border: 1px solid $accent; border-radius: 0; padding: 0 ${h}px; min-height: 0; }
QComboBox[cell="true"] QLineEdit, QComboBox[cell="true"] QLineEdit:focus { border: none; padding: 0; min-height: 0; }

QCheckBox, QRadioButton { spacing: ${u}px; padding: ${q}px 0; }
QCheckBox::indicator, QRadioButton::indicator { width: ${box}px; height: ${box}px; border: 1px solid $strong_line; background: $paper; }
QCheckBox::indicator { border-radius: ${q}px; }
QRadioButton::indicator { border-radius: ${half_box}px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$check"); }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; image: url("$dot"); }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }

QTableView, QTreeView, QListView { background: $paper; alternate-background-color: $sunken; border: none;
  gridline-color: $line; selection-background-color: $accent_soft; selection-color: $text; }
QTableView::item, QTreeView::item, QListView::item { padding: ${q}px ${h}px; border: none; border-bottom: 1px solid $line; }
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected { background: $accent_soft; color: $text; }
QTreeView::item:focus, QTableView::item:focus { border: 1px solid $accent; }
QHeaderView { background: $paper; }
QHeaderView::section { background: $paper; color: $faint; border: none; border-bottom: 1px solid $strong_line;
  padding: ${h}px ${head_pad}px; font-size: ${small}pt; }
QHeaderView::section:vertical { border-bottom: 1px solid $line; border-right: 1px solid $line; }
QTableCornerButton::section { background: $paper; border: none; }

QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: ${scroll}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${scroll}px; margin: 0; }
QScrollBar::handle { background: $strong_line; border-radius: ${q}px; margin: ${q2}px; }
QScrollBar::handle:vertical { min-height: ${u4}px; }
QScrollBar::handle:horizontal { min-width: ${u4}px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }

QProgressBar { background: $line; border: none; border-radius: ${q}px; min-height: ${h}px; max-height: ${h}px; }
QProgressBar::chunk { background: $accent; border-radius: ${q}px; }

QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $faint; border: none; border-bottom: ${q}px solid transparent;
  padding: ${h}px ${u2}px; }
QTabBar::tab:hover { color: $accent; }
QTabBar::tab:selected { color: $accent; border-bottom-color: $accent; font-weight: bold; }
QTabBar::tab:focus { background: $accent_soft; }
QTabWidget::pane { border: none; }

QMenu { background: $paper; border: 1px solid $line; padding: ${h}px; }
QMenu::item { padding: ${h}px ${u3}px; border-radius: ${q}px; }
QMenu::item:selected { background: $accent_soft; color: $accent; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: ${h}px; }
QFrame#current { background: $paper; border: none; border-left: ${h}px solid $accent; border-bottom: 1px solid $line; }
QFrame#chip { background: $sunken; border: 1px solid $line; border-radius: ${h}px; }
QFrame#chip QToolButton { padding: ${q}px ${h}px; border-radius: ${q}px; }
QLineEdit[score="true"] { font-size: ${head}pt; font-weight: bold; }
QTextEdit[prose="true"], QTextEdit[prose="true"]:focus { background: $paper; border: none; border-radius: 0; padding: 0; }
QPlainTextEdit[settled="true"] { background: transparent; border: none; padding: 0; }
QToolTip { background: $text; color: $paper; border: none; padding: ${h}px ${u}px; font-size: ${small}pt; }
""")


def style_sheet(colours: Colours, size: int, unit: int, pictures: dict[str, str]) -> str:
    """The whole sheet for given colours, text size in points, unit in pixels, and the files of the small
    pictures (check, dot, chevron, chevron_up) in the ink of the theme."""
    half, quarter = max(unit // 2, 1), max(unit // 4, 1)
    red, green, blue = (int(colours.desk[place : place + 2], 16) for place in (1, 3, 5))
    names = {name: getattr(colours, name) for name in colours.__slots__}
    box = round(2.0 * unit)
    return SHEET.substitute(
        names,
        veil=f"rgba({red},{green},{blue},190)",
        u=unit,
        u1=unit - 1,
        u2=2 * unit,
        u21=2 * unit - 1,
        u3=3 * unit,
        u4=4 * unit,
        h=half,
        h1=half - 1,
        q=quarter,
        q2=max(quarter, 2),
        box=box,
        half_box=box // 2 + 1,
        head_pad=half + 3,
        scroll=round(1.6 * unit),
        line_height=round(2.6 * unit),
        title=f"{size * 1.45:.1f}",
        head=f"{size * 1.12:.1f}",
        small=f"{size * 0.88:.1f}",
        verdict=f"{size * 1.9:.1f}",
        **pictures,
    )
