"""The vault: one SQLCipher file with its wrapped key; opening, transactions, restore points."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine, create_engine, pool
from sqlalchemy.exc import DatabaseError
from sqlcipher3 import dbapi2 as sqlcipher

from ecpanel.domain.errors import EcpanelError
from ecpanel.records import from_json, to_json
from ecpanel.store import journal, schema
from ecpanel.wrapping import Cost, WrappedKey, new_key, unwrap_key, wrap_key

SUFFIX: Final = ".ecreview"
PURPOSE: Final = "ecpanel-store"
RESTORE_POINTS_KEPT: Final = 20


def key_file(path: Path) -> Path:
    """Where the wrapped key of a store lies: beside it."""
    return path.with_name(path.name + ".key")


def _connect(path: Path, key: bytes) -> Any:
    connection = sqlcipher.connect(str(path), check_same_thread=False, isolation_level=None, timeout=10)
    connection.execute("PRAGMA cipher_log_level=NONE")
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    # A rollback journal leaves no side file behind a closed store, and stores are copied by hand.
    for pragma in ("journal_mode=DELETE", "foreign_keys=ON", "synchronous=FULL", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn faults of the world under a store into errors with a cure."""
    try:
        yield
    except DatabaseError as fault:
        raise _cause(path, str(fault.orig)) from fault
    except sqlcipher.DatabaseError as fault:
        raise _cause(path, str(fault)) from fault
    except OSError as fault:
        raise EcpanelError("file_trouble", file=path.name, reason=fault.strerror or str(fault)) from fault


def _cause(path: Path, message: str) -> EcpanelError:
    if "locked" in message or "busy" in message:
        return EcpanelError("store_busy", file=path.name)
    if "full" in message:
        return EcpanelError("disk_full", file=path.name)
    if "readonly" in message or "unable to open" in message:
        return EcpanelError("store_readonly", file=path.name)
    return EcpanelError("store_damaged", file=path.name, reason=message)


@dataclass(frozen=True, slots=True)
class Act:
    """Who does what to what: the head of a journal line. `at` is ISO 8601 with offset."""

    at: str
    actor: str
    action: str
    subject: str = ""


class Vault:
    """An open store. Reads and writes go through `reading` and `writing`; nothing else escapes."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for several reads."""
        with _translated(self.path), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("ROLLBACK")

    @contextmanager
    def writing(self, act: Act, body: Any = None) -> Iterator[Connection]:
        """One IMMEDIATE transaction with its journal line; on any error nothing is written.

        A mutable `body` may be filled until the block ends.
        """
        with _translated(self.path), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                journal.append(connection, act.at, act.actor, act.action, act.subject, body)
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                    connection.exec_driver_sql("ROLLBACK")
                raise

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def __enter__(self) -> Vault:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def restore_point(self, label: str, at: datetime) -> Path:
        """Copy the store and its key beside it before an import or merge (rule 54); the newest
        twenty are kept. Returns the copy."""
        folder = self.path.with_name(self.path.stem + ".restore")
        copy = folder / f"{at:%Y%m%d-%H%M%S-%f}-{label}{SUFFIX}"
        with _translated(self.path):
            folder.mkdir(exist_ok=True)
            shutil.copyfile(key_file(self.path), key_file(copy))
            with self._engine.connect() as connection:
                source: Any = connection.connection.dbapi_connection
                source.execute("BEGIN IMMEDIATE")
                try:
                    shutil.copyfile(self.path, copy)
                finally:
                    source.execute("ROLLBACK")
            _sync(copy)
            for old in sorted(folder.glob(f"*{SUFFIX}"))[:-RESTORE_POINTS_KEPT]:
                key_file(old).unlink(missing_ok=True)
                old.unlink()
        return copy

    def change_passphrase(self, old: str, new: str, cost: Cost) -> None:
        """Wrap the same key under another pass-phrase; the store itself is not rewritten."""
        key = _unlock(self.path, old)
        _write_key(self.path, wrap_key(key, new, PURPOSE, cost))


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _write_key(path: Path, wrapped: WrappedKey) -> None:
    target = key_file(path)
    fresh = target.with_name(target.name + ".new")
    fresh.write_bytes(to_json(wrapped))
    _sync(fresh)
    fresh.replace(target)


def _unlock(path: Path, passphrase: str) -> bytes:
    try:
        wrapped = from_json(WrappedKey, key_file(path).read_bytes(), where=key_file(path).name)
    except FileNotFoundError:
        raise EcpanelError("key_file_missing", file=path.name, key=key_file(path).name) from None
    return unwrap_key(wrapped, passphrase, PURPOSE, fault=EcpanelError("passphrase_wrong", file=path.name))


def _engine(path: Path, key: bytes) -> Engine:
    return create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: _connect(path, key),
        poolclass=pool.QueuePool,
        isolation_level="AUTOCOMMIT",
        pool_size=2,
    )


def create(path: Path, passphrase: str, cost: Cost) -> Vault:
    """Make a new store and its key file; refuses to overwrite either."""
    for taken in (path, key_file(path)):
        if taken.exists():
            raise EcpanelError("store_exists", file=str(taken))
    with _translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        key = new_key()
        _write_key(path, wrap_key(key, passphrase, PURPOSE, cost))
        engine = _engine(path, key)
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            schema.metadata.create_all(connection)
            for trigger in schema.append_only_triggers():
                connection.exec_driver_sql(trigger)
            _mark(connection)
            connection.exec_driver_sql("COMMIT")
        path.chmod(0o600)
        key_file(path).chmod(0o600)
    return Vault(path, engine)


def _mark(connection: Connection) -> None:
    connection.exec_driver_sql(f"PRAGMA application_id={schema.APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version={schema.SCHEMA_NUMBER}")


def open_vault(path: Path, passphrase: str) -> Vault:
    """Open a store; an older one is brought up to date after a restore point, a newer one refused."""
    if not path.is_file():
        raise EcpanelError("store_missing", file=str(path))
    engine = _engine(path, _unlock(path, passphrase))
    vault = Vault(path, engine)
    try:
        _bring_up_to_date(vault, engine)
    except BaseException:
        vault.close()
        raise
    return vault


def _bring_up_to_date(vault: Vault, engine: Engine) -> None:
    with _translated(vault.path), engine.connect() as connection:
        application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        number = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if application != schema.APPLICATION_ID:
        raise EcpanelError("store_damaged", file=vault.path.name, reason="application_id")
    if number > schema.SCHEMA_NUMBER:
        raise EcpanelError("store_newer", file=vault.path.name, found=number, known=schema.SCHEMA_NUMBER)
    if number < schema.SCHEMA_NUMBER:
        from ecpanel.store.migrations import upgrade

        vault.restore_point(f"schema{number}", datetime.now().astimezone())
        with _translated(vault.path), engine.connect() as connection:
            upgrade(connection, number)
            _mark(connection)


def faults(vault: Vault) -> list[tuple[str, str]]:
    """Faults of pages, schema and journal as (kind, detail); empty when the store is sound.

    Damaged pages are told alone, since nothing read through them can be trusted.
    """
    try:
        with vault.reading() as connection:
            pages = [row[0] for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check")]
            pages += [
                row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"
            ]
            return [("pages", page) for page in pages] or _logical_faults(connection)
    except EcpanelError as fault:
        return [("pages", str(fault.params.get("reason", fault.code)))]


def _logical_faults(connection: Connection) -> list[tuple[str, str]]:
    found = [("schema", str(row[0])) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    have = {row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master")}
    wanted = set(schema.metadata.tables) | {
        f"{table}_no_{verb}" for table in schema.APPEND_ONLY for verb in ("update", "delete")
    }
    found += [("schema", name) for name in sorted(wanted - have)]
    broken = journal.broken_at(journal.lines(connection))
    return found + ([] if broken is None else [("chain", str(broken))])
