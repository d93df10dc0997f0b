"""Alembic migrations of the store, run only on files older than this program."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection


def upgrade(connection: Connection, number: int) -> None:
    """Bring an open store from its schema number to the newest; 0 is an empty file."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).resolve().parent))
    config.attributes["connection"] = connection
    if number:
        command.stamp(config, f"{number:04d}")
    command.upgrade(config, "head")
