"""The house: rooms, imports, sentences, names; rules that are tests and not memories."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecpanel.texts import SENTENCES

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for path in (ROOT / "ecpanel").rglob("*.py") if "versions" not in path.parts)
RAISERS = {"EcpanelError", "error", "warning", "note", "Problem"}
TOP = {"pyproject.toml", "README.md", "ecpanel", "resources", "ui", "tests", "packaging"}


def test_rooms_import_in_one_direction():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]


def test_the_contract_names_every_room():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert contract["contracts"][0]["exhaustive"] is True


def calls(path: Path) -> Iterator[tuple[str, set[str], int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            is_logger = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") in (
                "logger",
                "_LOG",
                "log",
            )
            code = node.args[0].value
            if (
                name in RAISERS
                and isinstance(code, str)
                and not is_logger
                and re.fullmatch(r"[a-z0-9_]+", code)
            ):
                yield code, {word.arg or "**" for word in node.keywords}, node.lineno


FROM_OUTSIDE = {"credit_code": {"candidate", "name"}, "intake": {"file", "dossier"}}
"""Facts that the caller adds to a finding about a bare credit code or document, by room."""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_code_has_its_sentence_and_its_facts(path):
    for code, facts, line in calls(path):
        assert code in SENTENCES, f"{path}:{line} {code}"
        wanted = set(re.findall(r"{(\w+)}", SENTENCES[code]))
        wanted -= FROM_OUTSIDE.get(path.stem, set())
        assert "**" in facts or wanted <= facts, f"{path}:{line} {code} lacks {wanted - facts}"


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_one_chinese_sentence(code):
    sentence = SENTENCES[code]
    assert sentence.endswith("。") and sentence.count("。") == 1
    assert re.search("[\u4e00-\u9fff]", sentence)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_room_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_no_room_is_named_after_nothing():
    bad = {"utils", "helpers", "common", "manager", "base", "misc", "util", "helper"}
    assert not {path.stem for path in SOURCES} & bad


def test_rooms_stay_small():
    sizes = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES if path.stem != "texts"
    }
    assert max(sizes.values()) <= 460, max(sizes, key=lambda path: sizes[path])


def test_the_top_level_is_fixed():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    found = {line.split("/")[0].strip('"') for line in listed.splitlines()}
    assert {one for one in found if not one.startswith(".")} <= TOP


def test_the_lock_names_no_host_and_hashes_everything():
    lock = (ROOT / "packaging" / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    entries = [part for part in re.split(r"\n(?=\S)", lock) if part.strip() and not part.startswith("#")]
    assert entries and all("--hash=sha256:" in part for part in entries)


WITHOUT_QT = """
import importlib, pkgutil, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import ecpanel
for module in pkgutil.walk_packages(ecpanel.__path__, "ecpanel."):
    if ".gui" in module.name or ".migrations" in module.name or module.name.endswith("__main__"):
        continue
    importlib.import_module(module.name)
from ecpanel.cli import main
sys.exit(main(["--help"]))
"""


def test_everything_but_the_window_works_without_qt():
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_QT], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_verify_starts_without_qt_and_without_a_store():
    code = "import sys; from ecpanel.cli import main; main(['verify', '/nowhere.zip']); print([m for m in sys.modules if m.startswith(('PySide6', 'alembic'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("[]"), done.stdout


def test_nothing_shipped_opens_a_socket():
    """A whole command runs where making a socket is an error (no network, ever)."""
    code = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = refuse; socket.create_connection = refuse; socket.getaddrinfo = refuse\n"
        "from ecpanel.cli import main\n"
        "sys.exit(main(['verify', '/nowhere.zip']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 4, done.stderr
