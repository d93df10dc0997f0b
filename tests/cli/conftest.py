"""Commands run as a user runs them, with pass-phrases from the environment."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ecpanel.cli import main

STORE, CORRECTION = "评审库口令-2021", "更正口令-2021"

Run = Callable[..., Any]


@pytest.fixture
def command(monkeypatch, capsys) -> Run:
    """Run a command; returns its JSON with `--json`, else its text. `status` is the expected exit."""
    monkeypatch.setenv("ECPANEL_PASSPHRASE", STORE)
    monkeypatch.setenv("ECPANEL_CORRECTION", CORRECTION)

    def run(*arguments: object, status: int = 0, opening: str = "", error: bool = False) -> Any:
        if opening:
            monkeypatch.setenv("ECPANEL_OPENING", opening)
        given = [str(one) for one in arguments]
        capsys.readouterr()
        found = main(given)
        out, err = capsys.readouterr()
        assert found == status, f"{given}\n{out}\n{err}"
        assert "Traceback" not in err
        if error:
            return err
        return json.loads(out) if "--json" in given else out

    return run
