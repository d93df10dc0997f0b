"""The tree of the scheme as a Qt model: correct for every view, and no more of a view touched than changed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from ecpanel.domain.scheme import Scheme, check_scheme, placed_leaves
from ecpanel.domain.scheme_changes import (
    added_below,
    added_beside,
    moved,
    node_at,
    sections_of,
    with_node,
    without_node,
)
from ecpanel.gui.marks import ERROR
from ecpanel.gui.models.records import CHOICES_ROLE, KEY_ROLE, MARK_ROLE
from ecpanel.gui.models.scheme_tree import CODE, HINT, KIND, NAME, POINTS, PROBLEM, STEP, SchemeTreeModel
from ecpanel.services.organise import builtin_scheme

Model = tuple[SchemeTreeModel, Callable[[Scheme], None]]


@pytest.fixture
def tree(qapp: object) -> Model:
    model = SchemeTreeModel(lambda *_: False)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.setProperty("tester", tester)

    def put(scheme: Scheme) -> None:
        model.set_scheme(scheme, check_scheme(scheme))

    put(builtin_scheme())
    return model, put


def words(model: SchemeTreeModel, path: tuple[int, ...], column: int = CODE) -> str:
    return str(model.index_at(path, column).data())


def drawn(model: SchemeTreeModel, parent: QModelIndex | None = None) -> list[Any]:
    """The tree as nested lists of codes."""
    at = parent or QModelIndex()
    return [
        [model.index(row, 0, at).data(), drawn(model, model.index(row, 0, at))]
        for row in range(model.rowCount(at))
    ]


def wanted(nodes: Any) -> list[Any]:
    return [[node.code, wanted(getattr(node, "children", ()))] for node in nodes]


def test_the_tree_shows_the_scheme(tree: Model) -> None:
    model, _ = tree
    scheme = builtin_scheme()
    assert drawn(model) == wanted(scheme.sections)
    place, leaf = next(iter(placed_leaves(scheme.sections)))
    assert words(model, place, NAME) == leaf.name
    assert model.index_at(place, POINTS).data() == "8"
    assert model.index_at(place, KIND).data(CHOICES_ROLE) == ("客观", "主观")
    assert model.index_at(place).data(KEY_ROLE) == place
    assert model.faulty == []


def test_every_change_of_the_tree_is_told_to_views_as_qt_demands(tree: Model) -> None:
    model, put = tree
    scheme = builtin_scheme()
    changed = [
        added_beside(scheme, (1, 0))[0],
        added_beside(scheme, (0,))[0],
        (added_below(scheme, (1, 0)) or (scheme, ()))[0],
        (moved(scheme, (0, 2), 1) or (scheme, ()))[0],
        (moved(scheme, (2,), -1) or (scheme, ()))[0],
        without_node(scheme, (2, 1)),
        without_node(scheme, (0,)),
        replace(scheme, sections=()),
        with_node(scheme, (0, 0), replace(node_at(scheme, (0, 0)), code="X1")),
    ]
    for fresh in changed:
        put(fresh)
        assert drawn(model) == wanted(fresh.sections)
        put(scheme)
        assert drawn(model) == wanted(scheme.sections)
    before = scheme
    for fresh in (changed[2], without_node(changed[2], sections_of(changed[2])[-1]), changed[0]):
        put(fresh)
        assert drawn(model) == wanted(fresh.sections), before
        before = fresh


def test_what_people_stand_on_stays_under_them(tree: Model) -> None:
    model, put = tree
    scheme = builtin_scheme()
    stands = QPersistentModelIndex(model.index_at((1, 2)))
    put(added_beside(scheme, (1, 0))[0])
    assert model.path_of(stands) == (1, 3)
    put(without_node(scheme, (0,)))
    assert model.path_of(stands) == (0, 2)
    put(without_node(without_node(scheme, (0,)), (0, 2)))
    assert not stands.isValid()


def test_an_edit_touches_no_rows(tree: Model, qtbot: Any) -> None:
    model, put = tree
    scheme = builtin_scheme()
    with qtbot.assertNotEmitted(model.rowsInserted), qtbot.assertNotEmitted(model.rowsRemoved):
        put(with_node(scheme, (0, 0), replace(node_at(scheme, (0, 0)), name="交易规模㛃", points=900)))
    assert words(model, (0, 0), NAME) == "交易规模㛃"


def test_a_sum_that_is_wrong_stands_at_its_section_with_both_figures(tree: Model) -> None:
    model, put = tree
    scheme = builtin_scheme()
    put(with_node(scheme, (0, 0), replace(node_at(scheme, (0, 0)), points=950)))
    assert model.faulty == [(0,)]
    assert words(model, (0,), POINTS) == "20 ≠ 21.5"
    assert model.index_at((0,), POINTS).data(Qt.ItemDataRole.EditRole) == "20"
    assert model.index_at((0,), POINTS).data(MARK_ROLE) == ERROR
    assert model.index_at((0,), NAME).data(MARK_ROLE) is None
    assert "下级合计21.5分" in words(model, (0,), PROBLEM)
    assert "下级合计21.5分" in str(model.index_at((0,), POINTS).data(Qt.ItemDataRole.AccessibleTextRole))


def test_faults_of_doubled_codes_and_steps_stand_at_their_own_node(tree: Model) -> None:
    model, put = tree
    scheme = builtin_scheme()
    scheme = with_node(scheme, (1, 1), replace(node_at(scheme, (1, 1)), code="A1"))
    scheme = with_node(scheme, (2, 0), replace(node_at(scheme, (2, 0)), step=70))
    put(scheme)
    assert model.faulty == [(1, 1), (2, 0)]
    assert model.index_at((1, 1), CODE).data(MARK_ROLE) == ERROR
    assert model.index_at((2, 0), POINTS).data(MARK_ROLE) == ERROR


def test_cells_that_mean_something_can_be_typed_into_unless_locked(tree: Model) -> None:
    model, _ = tree
    editable = Qt.ItemFlag.ItemIsEditable
    assert all(
        model.index_at((0, 0), column).flags() & editable for column in (CODE, NAME, POINTS, KIND, STEP, HINT)
    )
    assert all(model.index_at((0,), column).flags() & editable for column in (CODE, NAME, POINTS))
    assert not any(model.index_at((0,), column).flags() & editable for column in (KIND, STEP, HINT, PROBLEM))
    model.locked = True
    assert not model.index_at((0, 0), NAME).flags() & editable
    assert not model.setData(model.index_at((0, 0), NAME), "别的")


def test_what_is_typed_goes_to_edit_with_its_place_and_only_if_it_says_something_new(tree: Model) -> None:
    model, _ = tree
    told: list[tuple[Any, ...]] = []
    model.edit = lambda *what: bool(told.append(copy.copy(what))) or True
    assert model.setData(model.index_at((0, 1), POINTS), "7")
    assert not model.setData(model.index_at((0, 1), POINTS), " 6 ")
    assert told == [((0, 1), POINTS, "7")]
