"""The one Chinese sentence for every code: what is wrong, where, and how to cure it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SENTENCES: Final[dict[str, str]] = {
    "font_missing": "字体文件“{file}”不在安装目录里；请重新安装程序，或运行 python3 packaging/dev.py assets 重新生成。",
}


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """The sentence for a code with its facts filled in; an unknown code is a fault of ours."""
    return SENTENCES[code].format_map(params)
