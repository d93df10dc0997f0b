"""One small review for all tests of what travels, and a rehearsal beside it."""

from __future__ import annotations

import pytest
from small_review import SmallReview, make_review


@pytest.fixture(scope="session")
def review(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """A real review, carried to its signed bundle."""
    return make_review(tmp_path_factory.mktemp("review"))


@pytest.fixture(scope="session")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> SmallReview:
    """A rehearsal with the same firms and people, carried to its score packages."""
    return make_review(tmp_path_factory.mktemp("rehearsal"), rehearsal=True, until_bundle=False)
