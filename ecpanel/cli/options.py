"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Store = Annotated[Path, typer.Argument(help="评审库文件（.ecreview）")]
AsJson = Annotated[bool, typer.Option("--json", help="只输出代码和数字（JSON）")]
PassphraseFile = Annotated[
    Path | None, typer.Option(help="评审库口令所在文件的第一行；否则用环境变量 ECPANEL_PASSPHRASE 或当场输入")
]
OpeningFile = Annotated[
    Path | None, typer.Option(help="任务包开启口令文件；否则用环境变量 ECPANEL_OPENING 或当场输入")
]
CorrectionFile = Annotated[
    Path | None, typer.Option(help="更正口令文件；否则用环境变量 ECPANEL_CORRECTION 或当场输入")
]
Votes = Annotated[str, typer.Option(help="表决 同意:反对:弃权[:回避]，如 5:1:0")]
Expert = Annotated[str, typer.Option(help="专家编号，如 E03")]
Candidate = Annotated[str, typer.Option(help="企业编号，如 C001")]
Reason = Annotated[str, typer.Option(help="理由")]
