"""Help and usage in Chinese, where the parser has its own words."""

from __future__ import annotations

from typing import Any

import typer.core


def _usage(command: Any, context: Any, formatter: Any) -> None:
    formatter.write_usage(
        context.command_path, " ".join(command.collect_usage_pieces(context)), prefix="用法："
    )


class Command(typer.core.TyperCommand):
    """A command whose usage line and help option are Chinese."""

    def __init__(self, *positional: Any, **named: Any) -> None:
        named["options_metavar"] = "[选项]"
        super().__init__(*positional, **named)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The usage line."""
        _usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`."""
        return _explained(super().get_help_option(ctx))


class Group(typer.core.TyperGroup):
    """The table of commands, in Chinese."""

    def __init__(self, *positional: Any, **named: Any) -> None:
        named["options_metavar"] = "[选项]"
        named["subcommand_metavar"] = "命令 [参数]…"
        super().__init__(*positional, **named)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """The usage line."""
        _usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`."""
        return _explained(super().get_help_option(ctx))


def _explained(option: Any) -> Any:
    if option is not None:
        option.help = "显示本说明"
    return option
