"""Errors of the world: each has a stable code and the facts a sentence needs."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any, Final

_FULL: Final = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_CLOSED: Final = {errno.EROFS, errno.EACCES, errno.EPERM}
_GONE: Final = {
    getattr(errno, name)
    for name in ("EIO", "ENODEV", "ENXIO", "ENOMEDIUM", "ENOTCONN", "ESTALE")
    if hasattr(errno, name)
}
_GONE_ON_WINDOWS: Final = {21, 31, 55, 433, 483, 1006, 1112, 1117, 1167}
"""Not ready, general failure, no such device, volume changed, no medium, device not connected."""


_REASONS: Final = {
    errno.ENOENT: "不存在",
    errno.ENOTDIR: "不是文件夹",
    errno.EISDIR: "是文件夹",
    errno.EINVAL: "名称或位置不合要求",
    errno.ENAMETOOLONG: "名称太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EMFILE: "打开的文件太多",
    errno.EBUSY: "正被占用",
    errno.EEXIST: "已经存在",
    errno.EFBIG: "超过了这种盘单个文件的上限",
}


class EcpanelError(Exception):
    """Something outside the program is wrong; `texts` turns the code into one Chinese sentence.

    `code` is stable and machine readable; `params` are the facts named in the sentence.
    Anything that is a fault of our own is any other exception.
    """

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: dict[str, Any] = params

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({facts})"


def is_gone(fault: OSError) -> bool:
    """Whether the stick or disk itself has stopped answering, rather than one file being bad."""
    return fault.errno in _GONE or getattr(fault, "winerror", None) in _GONE_ON_WINDOWS


def is_full(fault: OSError) -> bool:
    """Whether there is no room left."""
    return fault.errno in _FULL


def is_closed(fault: OSError) -> bool:
    """Whether the medium, the folder or the file may not be written."""
    return fault.errno in _CLOSED and not is_gone(fault)


def reason_of(fault: OSError) -> str:
    """Why the system refused, in a few Chinese words for a sentence."""
    if is_gone(fault):
        return "U盘或磁盘没有应答"
    if is_full(fault):
        return "磁盘已满"
    if is_closed(fault):
        return "没有权限或正被占用"
    return _REASONS.get(fault.errno or 0, f"系统错误{fault.errno or ''}")


def of_medium(path: Path, fault: OSError) -> EcpanelError:
    """The error with a cure for a fault of the disk or stick on which `path` lies."""
    if is_gone(fault):
        return EcpanelError("stick_gone", file=path.name, folder=str(path.parent))
    if is_full(fault):
        return EcpanelError("disk_full", file=path.name)
    if is_closed(fault):
        return EcpanelError("folder_closed", file=path.name, folder=str(path.parent))
    if fault.errno == errno.ENOENT:
        return EcpanelError("file_missing", file=str(path))
    if fault.errno == errno.EISDIR:
        return EcpanelError("file_is_folder", file=str(path))
    return EcpanelError("file_trouble", file=path.name, reason=reason_of(fault))
