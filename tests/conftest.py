"""Fixtures of the whole house: cheap keys, a fixed clock, quiet progress."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from ecpanel.wrapping import Cost

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def cheap() -> Cost:
    """Argon2id at its cheapest, so that tests spend their time on the review."""
    return Cost(8 * 1024, 1, 1)
