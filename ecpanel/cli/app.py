"""The commands in one table, and what happens to errors."""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any, Final

import typer

from ecpanel.cli import BUG, CANCELLED, OK, REFUSED, USAGE, chair, department, expert, organiser, signing
from ecpanel.cli.terminal import say_json
from ecpanel.cli.wording import Group
from ecpanel.domain.errors import EcpanelError
from ecpanel.logs import write_crash
from ecpanel.progress import Cancelled
from ecpanel.resources import resource_path
from ecpanel.settings import default_places
from ecpanel.texts import error_sentence

UsageError: Final[Any] = typer.BadParameter.__bases__[0]
"""The parser's error of usage; the parser is bundled in typer under a private name."""

app = typer.Typer(
    name="ecpanel",
    cls=Group,
    help="电子商务示范企业专家评审：离线评分、合并、合议与签名成果。",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
organiser.register(app)
expert.register(app)
chair.register(app)
signing.register(app)
department.register(app)


def _speak_chinese() -> None:
    """Let the parser's own words come from our catalogue."""
    os.environ["LANGUAGE"] = "zh_CN"
    gettext.bindtextdomain("ecpanel", str(resource_path("i18n")))
    gettext.textdomain("ecpanel")


def _bear_rare_characters() -> None:
    """On a console that knows only GBK, 𬭸 is written as its number instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def run(arguments: Sequence[str]) -> int:
    """Run one command and turn every outcome into an exit status."""
    _speak_chinese()
    _bear_rare_characters()
    as_json = "--json" in arguments
    try:
        outcome = app(args=list(arguments), prog_name="ecpanel", standalone_mode=False)
    except EcpanelError as fault:
        _tell(fault, as_json)
        return REFUSED
    except (Cancelled, KeyboardInterrupt, typer.Abort):
        sys.stderr.write("已取消，未作改动。\n")
        return CANCELLED
    except UsageError as fault:
        if type(fault).__name__ == "NoArgsIsHelpError":
            sys.stdout.write(fault.format_message() + "\n")
            return USAGE
        sys.stderr.write(f"命令用法不对：{_usage(fault)}；请运行 ecpanel --help 查看用法。\n")
        return USAGE
    except Exception as fault:
        place = write_crash(default_places().logs, fault)
        sys.stderr.write(
            f"程序出错（{type(fault).__name__}），已保存的内容不受影响；请把{place or '出错情况'}交给技术人员。\n"
        )
        return BUG
    return outcome if isinstance(outcome, int) else OK


def _tell(fault: EcpanelError, as_json: bool) -> None:
    if as_json:
        say_json({"error": fault.code, "params": fault.params})
    sys.stderr.write(error_sentence(fault) + "\n")


def _usage(fault: Any) -> str:
    """What is wrong with a command, from the parser's kind of error."""
    option = fault.param.opts[-1] if getattr(fault, "param", None) else ""
    return {
        "NoSuchOption": f"没有选项 {getattr(fault, 'option_name', '')}",
        "NoSuchCommand": f"没有命令 {getattr(fault, 'command_name', '')}",
        "MissingParameter": f"缺少 {option}",
        "BadParameter": f"{option} 的取值不对",
        "BadOptionUsage": f"{getattr(fault, 'option_name', '')} 缺少取值",
    }.get(type(fault).__name__, "参数不对")
