"""The vault: one SQLCipher file with its wrapped key; opening, transactions, restore points."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection as Connection
from sqlalchemy import Engine, create_engine, pool
from sqlalchemy.exc import DatabaseError
from sqlcipher3 import dbapi2 as sqlcipher

from ecpanel.domain.errors import EcpanelError, is_closed, is_gone, of_medium
from ecpanel.records import from_json, to_json
from ecpanel.store import hold, journal, schema
from ecpanel.store.hold import Hold
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
    # A rollback journal leaves no side file behind a closed store, and stores are copied by hand. EXTRA
    # syncs the folder once the journal is gone: otherwise it may come back after a pulled stick or a dead
    # battery, and take the last score with it.
    for pragma in ("journal_mode=DELETE", "foreign_keys=ON", "synchronous=EXTRA", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn faults of the world under a store into errors with a cure."""
    try:
        yield
    except DatabaseError as fault:
        raise _cause(path, fault.orig) from fault
    except sqlcipher.DatabaseError as fault:
        raise _cause(path, fault) from fault
    except OSError as fault:
        if is_gone(fault):
            raise EcpanelError("store_gone", file=path.name) from fault
        if is_closed(fault):
            raise EcpanelError("store_readonly", file=path.name) from fault
        raise of_medium(path, fault) from fault


def _cause(path: Path, fault: BaseException | None) -> EcpanelError:
    code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlcipher.SQLITE_BUSY, sqlcipher.SQLITE_LOCKED):
        return EcpanelError("store_busy", file=path.name)
    if code == sqlcipher.SQLITE_FULL:
        return EcpanelError("disk_full", file=path.name)
    if code == sqlcipher.SQLITE_IOERR or not _answers(path):  # SQLCipher takes what it cannot read for damage
        return EcpanelError("store_gone", file=path.name)
    if code in (sqlcipher.SQLITE_READONLY, sqlcipher.SQLITE_CANTOPEN):
        return EcpanelError("store_readonly", file=path.name)
    return EcpanelError("store_damaged", file=path.name, reason=str(fault))


def _answers(path: Path) -> bool:
    """Whether the medium of a store still gives its bytes. The key is asked, since opening and closing
    the store itself would drop the locks that this process has on it."""
    try:
        with key_file(path).open("rb") as file:
            return bool(file.read(1))
    except OSError as fault:
        return is_closed(fault)


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
        self._hold: Hold | None = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view for several reads."""
        with _translated(self.path), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                _roll_back(connection)

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
                _roll_back(connection)
                raise

    def keep(self, held: Hold) -> None:
        """Hold the file for this program alone until `close`."""
        self._hold = held

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()
        if self._hold is not None:
            self._hold.release()

    def discard(self) -> None:
        """Let go of a store that could not be made whole, and remove it."""
        self.close()
        _remove_new(self.path)

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
            try:
                self._copy_to(copy)
            except BaseException:
                _remove_new(copy)
                raise
            # By name is by time; where the clock was set back the copy just made is the earliest of all.
            others = sorted(one for one in folder.glob(f"*{SUFFIX}") if one != copy)
            for old in others[: 1 - RESTORE_POINTS_KEPT]:
                key_file(old).unlink(missing_ok=True)
                old.unlink()
        return copy

    def _copy_to(self, copy: Path) -> None:
        shutil.copyfile(key_file(self.path), key_file(copy))
        with self._engine.connect() as connection:
            source: Any = connection.connection.dbapi_connection
            source.execute("BEGIN IMMEDIATE")
            try:
                shutil.copyfile(self.path, copy)
            finally:
                source.execute("ROLLBACK")
        _sync(key_file(copy))
        _sync(copy)
        _sync_folder(copy.parent)

    def change_passphrase(self, old: str, new: str, cost: Cost) -> None:
        """Wrap the same key under another pass-phrase; the store itself is not rewritten."""
        key = _unlock(self.path, old)
        _write_key(self.path, wrap_key(key, new, PURPOSE, cost))


def _roll_back(connection: Connection) -> None:
    """End a transaction that SQLite has not ended itself, as it does when the disk fails."""
    if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
        connection.exec_driver_sql("ROLLBACK")


def _remove_new(path: Path) -> None:
    """Take away what was begun of a store; a medium that is gone keeps it."""
    for part in (path, path.with_name(path.name + "-journal"), key_file(path)):
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Keep names from getting lost with a pulled stick, where the system lets a folder be synced."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write_key(path: Path, wrapped: WrappedKey) -> None:
    target = key_file(path)
    fresh = target.with_name(target.name + ".new")
    try:
        fresh.write_bytes(to_json(wrapped))
        _sync(fresh)
        fresh.replace(target)
        _sync_folder(target.parent)
    except BaseException:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise


def _unlock(path: Path, passphrase: str) -> bytes:
    with _translated(path):
        try:
            content = key_file(path).read_bytes()
        except FileNotFoundError:
            raise EcpanelError("key_file_missing", file=path.name, key=key_file(path).name) from None
    wrapped = from_json(WrappedKey, content, where=key_file(path).name)
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
    key = new_key()
    wrapped = wrap_key(key, passphrase, PURPOSE, cost)
    with _translated(path):
        for taken in (path, key_file(path)):
            if taken.exists():
                raise EcpanelError("store_exists", file=str(taken))
        path.parent.mkdir(parents=True, exist_ok=True)
        vault = Vault(path, _engine(path, key))
        try:
            _write_key(path, wrapped)
            _build(vault)
        except BaseException:
            vault.discard()
            raise
    return vault


def _build(vault: Vault) -> None:
    with vault._engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        schema.metadata.create_all(connection)
        for trigger in schema.append_only_triggers():
            connection.exec_driver_sql(trigger)
        _mark(connection)
        connection.exec_driver_sql("COMMIT")
    vault.path.chmod(0o600)
    key_file(vault.path).chmod(0o600)


def _mark(connection: Connection) -> None:
    connection.exec_driver_sql(f"PRAGMA application_id={schema.APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version={schema.SCHEMA_NUMBER}")


def open_vault(path: Path, passphrase: str) -> Vault:
    """Open a store; an older one is brought up to date after a restore point, a newer one refused."""
    _expect_there(path)
    engine = _engine(path, _unlock(path, passphrase))
    vault = Vault(path, engine)
    try:
        _bring_up_to_date(vault, engine)
    except BaseException:
        vault.close()
        raise
    return vault


def _expect_there(path: Path) -> None:
    with _translated(path):
        if not path.is_file():
            raise EcpanelError("store_missing", file=str(path))


def open_held(path: Path, passphrase: str, *, reading: bool = False) -> Vault:
    """Open a store for one program at a time (`store_in_use`), and only where it can be written
    (`store_readonly`), so that nobody types for an hour what cannot be saved. For `reading` a
    read-only medium is good enough."""
    _expect_there(path)
    with _translated(path):
        held = hold.take(path, reading=reading)
    try:
        if not reading:
            _expect_writable(path)
        vault = open_vault(path, passphrase)
    except BaseException:
        held.release()
        raise
    vault.keep(held)
    return vault


def _expect_writable(path: Path) -> None:
    """Try rather than ask: neither modes nor attributes tell of a write-protected stick."""
    with _translated(path), path.open("rb+"):
        pass


def create_held(path: Path, passphrase: str, cost: Cost) -> Vault:
    """Make a new store and hold it as `open_held` does."""
    vault = create(path, passphrase, cost)
    try:
        with _translated(path):
            vault.keep(hold.take(path))
    except BaseException:
        vault.discard()
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
