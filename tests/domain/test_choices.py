"""Levels and bands as choices: only values of the step, no value in two levels, none invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ecpanel.domain.choices import choices
from ecpanel.domain.scheme import Band, BandTable, Descriptor, Indicator, Kind

LEVELS = tuple(Descriptor(name, share, "") for name, share in (("中", 60), ("优", 90), ("差", 0), ("良", 75)))
B1 = Indicator("B1", "商业模式", 800, Kind.SUBJECTIVE, 50, descriptors=LEVELS)


def test_levels_stand_from_the_best_with_the_values_of_the_step():
    assert [(one.name, one.span) for one in choices(B1)] == [
        ("优", "7.5–8"),
        ("良", "6–7"),
        ("中", "5–5.5"),
        ("差", "0–4.5"),
    ]


def test_a_level_starts_from_its_middle_value():
    assert [one.start for one in choices(B1)] == [750, 650, 500, 200]


@pytest.mark.parametrize(
    ("points", "step"), [(200, 50), (300, 100), (500, 10), (1200, 50), (700, 25), (100, 100)]
)
def test_every_value_of_the_step_lies_in_exactly_one_level(points, step):
    found = choices(replace(B1, points=points, step=step))
    for value in range(0, points + 1, step):
        inside = [one for one in found if one.holds(value)]
        assert len(inside) == 1
        shares = [level.from_percent for level in LEVELS if 100 * value >= level.from_percent * points]
        assert next(one.from_percent for one in LEVELS if one.name == inside[0].name) == max(shares)


def test_a_level_without_a_value_of_the_step_has_nothing_to_choose():
    found = choices(replace(B1, points=200))
    assert [(one.name, one.span) for one in found] == [("优", "2"), ("良", "1.5"), ("中", ""), ("差", "0–1")]
    assert found[2].start is None and not found[2].holds(120)


def test_bands_of_the_own_category_or_of_all():
    own = BandTable("平台类", "亿元", (Band("0", 200), Band("10", 800)))
    rest = BandTable("", "亿元", (Band("2", 400),))
    leaf = Indicator("A1", "规模", 800, Kind.OBJECTIVE, 50, band_tables=(own, rest))
    assert [(one.name, one.text) for one in choices(leaf, "平台类")] == [
        ("8分", "满10亿元"),
        ("2分", "满0亿元，不足10亿元"),
    ]
    assert [one.start for one in choices(leaf, "应用类")] == [400]
    assert choices(replace(leaf, band_tables=(own,)), "应用类") == ()
