"""Set up, run, test, measure and check the program; needs nothing but Python 3.11 and, on Linux, apt."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import poi

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "requirements.lock"
WINDOWS = os.name == "nt"

QT_PACKAGES = (
    "libegl1",
    "libgl1",
    "libxkbcommon0",
    "libdbus-1-3",
    "libfontconfig1",
    "libglib2.0-0",
)
DISPLAY_PACKAGES = (
    "libxcb-cursor0",
    "libxkbcommon-x11-0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-render-util0",
    "libxcb-xkb1",
    "libxcb-shape0",
)
TEST_PACKAGES = ("poppler-utils", "openssl", "unzip", "coreutils")
RECALCULATION_PACKAGES = ("libreoffice-calc", "python3-uno")
SIGNATURE_PACKAGES = ("libnss3-tools", "softhsm2", *poi.PACKAGES)


def programs(venv: Path) -> Path:
    """Where a virtual environment keeps its programs."""
    return venv / ("Scripts" if WINDOWS else "bin")


def run(command: Sequence[str | Path], **extra: str) -> int:
    """Run a command in the repository with additions to the environment."""
    return subprocess.run(
        [str(part) for part in command], cwd=ROOT, env={**os.environ, **extra}, check=False
    ).returncode


def must(command: Sequence[str | Path], **extra: str) -> None:
    """Run a command and stop with its status when it fails."""
    status = run(command, **extra)
    if status:
        sys.exit(status)


def installed(package: str) -> bool:
    """Whether a Debian package is installed."""
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f=${Status}", package], capture_output=True, text=True, check=False
    )
    return answer.stdout.endswith("ok installed")


def ensure_system(packages: Sequence[str]) -> None:
    """Install missing Debian packages as root, or print the one line that does."""
    if not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        return
    wanted = list(packages)
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        wanted.append("python3-venv")
    missing = [package for package in wanted if not installed(package)]
    if not missing:
        return
    line = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        print("缺少系统组件，请执行一次：\n  sudo " + " ".join(line))
        sys.exit(1)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    print("安装系统组件：" + " ".join(missing), flush=True)
    must(["apt-get", "update", "-q"], **quiet)
    must([*line[:2], "-q", *line[2:]], **quiet)


def requirements(without: Sequence[str] = ()) -> str:
    """The lock, less the packages whose names begin with one of `without`."""
    kept: list[str] = []
    skipping = False
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if line and not line[0].isspace():
            skipping = line.lower().startswith(tuple(without)) if without else False
        if not skipping:
            kept.append(line)
    return "\n".join(kept) + "\n"


def ensure_venv(venv: Path, without: Sequence[str] = ()) -> Path:
    """A virtual environment with exactly what the lock names; quick when nothing changed."""
    lock = requirements(without)
    stamp = hashlib.sha256(
        (lock + (ROOT / "pyproject.toml").read_text(encoding="utf-8")).encode()
    ).hexdigest()
    mark = venv / ".stamp"
    python = programs(venv) / ("python.exe" if WINDOWS else "python")
    if mark.is_file() and mark.read_text() == stamp and python.exists():
        return python
    print("准备运行环境（首次约一分钟）……", flush=True)
    if not python.exists():
        must([sys.executable, "-m", "venv", venv])
    listed = venv / "requirements.txt"
    listed.write_text(lock, encoding="utf-8")
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    must([*pip, "--require-hashes", "-r", listed])
    must([*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT])
    mark.write_text(stamp)
    return python


def demo(arguments: Sequence[str]) -> int:
    """Set up, carry the rehearsal through every step, then open the window where there is a display."""
    given = list(arguments)
    windowed = has_display() and "--no-window" not in given
    given = [one for one in given if one != "--no-window"]
    ensure_system((*QT_PACKAGES, *DISPLAY_PACKAGES) if windowed else ())
    python = ensure_venv(ROOT / ".venv")
    status = run([python, "-m", "ecpanel", "demo", "--folder", ROOT / ".demo", *given])
    return status or (run([python, "-m", "ecpanel"]) if windowed else 0)


def has_display() -> bool:
    """Whether a window could be shown here."""
    return not sys.platform.startswith("linux") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


def test(arguments: Sequence[str]) -> int:
    """Set up and run all tests; `--core` runs them where PySide6 is not installed."""
    given = list(arguments)
    if "--core" in given:
        given.remove("--core")
        ensure_system((*TEST_PACKAGES, *SIGNATURE_PACKAGES))
        python = ensure_venv(ROOT / ".venv-core", ("pyside6", "shiboken6", "pytest-qt"))
        return run([python, "-m", "pytest", "-n", "2", *given])
    ensure_system((*QT_PACKAGES, *TEST_PACKAGES, *RECALCULATION_PACKAGES, *SIGNATURE_PACKAGES))
    python = ensure_venv(ROOT / ".venv")
    poi.ensure_poi(python, ROOT / ".venv")
    return run([python, "-m", "pytest", "-n", "2", *given], QT_QPA_PLATFORM="offscreen")


def bench(arguments: Sequence[str]) -> int:
    """Measure against plain baselines in the same run."""
    ensure_system(TEST_PACKAGES)
    python = ensure_venv(ROOT / ".venv")
    return run([python, ROOT / "tests" / "bench", *arguments])


def lint(_arguments: Sequence[str]) -> int:
    """Style, types and import rules."""
    ensure_system(())
    programs_of = programs(ensure_venv(ROOT / ".venv").parent.parent)
    commands: tuple[list[str | Path], ...] = (
        [programs_of / "ruff", "check"],
        [programs_of / "ruff", "format", "--check"],
        [programs_of / "mypy"],
        [programs_of / "lint-imports"],
    )
    return max(run(command) for command in commands)


def screens(arguments: Sequence[str]) -> int:
    """Draw every screen and state into a folder (.screens unless another is named)."""
    ensure_system(QT_PACKAGES)
    python = ensure_venv(ROOT / ".venv")
    given = list(arguments)
    if not given or given[0].startswith("-"):
        given.insert(0, str(ROOT / ".screens"))
    return run([python, ROOT / "tests" / "screens", *given], QT_QPA_PLATFORM="offscreen")


def forms(arguments: Sequence[str]) -> int:
    """Make the Python of the forms of ui/ anew."""
    ensure_system(QT_PACKAGES)
    python = ensure_venv(ROOT / ".venv")
    return run([python, ROOT / "packaging" / "forms.py", *arguments])


def assets(arguments: Sequence[str]) -> int:
    """Make the shipped fonts again from their sources."""
    python = ensure_venv(ROOT / ".venv")
    return run([python, ROOT / "packaging" / "assets.py", *arguments])


def checker(arguments: Sequence[str]) -> int:
    """Make the stand-alone checker of bundles, ecpanel-check.pyz, in this folder or the one named."""
    return run([sys.executable, ROOT / "packaging" / "checker.py", *(arguments or [str(Path.cwd())])])


COMMANDS = {
    "demo": demo,
    "test": test,
    "bench": bench,
    "lint": lint,
    "screens": screens,
    "forms": forms,
    "assets": assets,
    "checker": checker,
}


def main() -> int:
    """Parse the command and run it."""
    parser = argparse.ArgumentParser(description="ecpanel 开发命令")
    parser.add_argument(
        "command",
        choices=COMMANDS,
        help="demo 演练；test 测试；bench 基准；lint 检查；screens 截图；forms 表单；assets 字体；checker 独立核对程序",
    )
    chosen, rest = parser.parse_known_args()
    return COMMANDS[chosen.command](rest)


if __name__ == "__main__":
    sys.exit(main())
