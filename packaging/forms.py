"""Turn the forms of ui/ into Python under ecpanel/gui/forms; `--check` only tells whether they agree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "ui"
TARGETS = ROOT / "ecpanel" / "gui" / "forms"


def generated(form: Path) -> str:
    """The Python of one form, without the generator's remarks about itself."""
    import PySide6

    compiler = Path(PySide6.__file__).parent / "Qt" / "libexec" / "uic"
    if not compiler.exists():
        compiler = Path(PySide6.__file__).parent / "uic.exe"
    answer = subprocess.run(
        [str(compiler), "-g", "python", str(form)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    lines = answer.stdout.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith(("from ", "import ")))
    return (
        f'"""The form ui/{form.name}; generated, change the form instead."""\n\n'
        + "\n".join(lines[begin:])
        + "\n"
    )


def main() -> int:
    """Write what differs, or with --check tell it and fail."""
    check = "--check" in sys.argv[1:]
    stale = []
    wanted = {}
    for form in sorted(SOURCES.glob("*.ui")):
        wanted[TARGETS / f"form_{form.stem}.py"] = generated(form)
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
            if not check:
                path.write_text(text, encoding="utf-8")
    for path in TARGETS.glob("form_*.py"):
        if path not in wanted:
            stale.append(path.name)
            if not check:
                path.unlink()
    print("过期的表单：" + "、".join(stale) if stale else "表单都是最新的")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
