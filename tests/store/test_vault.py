"""A store: encrypted, durable, append-only where it must be, and honest about damage."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlcipher3 import dbapi2 as sqlcipher

from ecpanel.domain.errors import EcpanelError
from ecpanel.store import facts, journal, schema, vault
from ecpanel.store.migrations import upgrade
from ecpanel.store.vault import Act

PASS = "口令-一二三四五六"


def act(action: str = "try", subject: str = "") -> Act:
    return Act("2021-11-24T10:00:00+08:00", "测试员", action, subject)


@pytest.fixture
def store(tmp_path: Path, cheap):
    with vault.create(tmp_path / "评审.ecreview", PASS, cheap) as opened:
        yield opened


def test_a_store_opens_again_with_its_passphrase_only(tmp_path, cheap):
    path = tmp_path / "a.ecreview"
    vault.create(path, PASS, cheap).close()
    vault.open_vault(path, PASS).close()
    with pytest.raises(EcpanelError, match="passphrase_wrong"):
        vault.open_vault(path, PASS + "x")


def test_nothing_readable_lies_in_the_file(store):
    with store.writing(act(), {"秘密": "张堃喆𬭸"}) as connection:
        facts.put_secret(connection, "k", b"top secret bytes")
    content = store.path.read_bytes()
    assert not content.startswith(b"SQLite format 3")
    assert "张堃喆".encode() not in content
    assert b"top secret" not in content


def test_changing_the_passphrase_keeps_the_store(store, cheap):
    with store.writing(act()) as connection:
        facts.put_secret(connection, "k", b"1")
    store.change_passphrase(PASS, "另一个更长的口令", cheap)
    store.close()
    with vault.open_vault(store.path, "另一个更长的口令") as again, again.reading() as connection:
        assert facts.get_secret(connection, "k") == b"1"
    with pytest.raises(EcpanelError, match="passphrase_wrong"):
        vault.open_vault(store.path, PASS)


def test_an_error_inside_a_write_leaves_nothing(store):
    with pytest.raises(RuntimeError), store.writing(act()) as connection:
        facts.put_secret(connection, "k", b"1")
        raise RuntimeError
    with store.reading() as connection:
        assert facts.get_secret(connection, "k") is None
        assert journal.lines(connection) == []


def test_every_write_has_its_line_and_the_chain_holds(store):
    for number in range(5):
        with store.writing(act("score", f"C{number}"), {"n": number}):
            pass
    with store.reading() as connection:
        lines = journal.lines(connection)
    assert [line.subject for line in lines] == [f"C{n}" for n in range(5)]
    assert journal.broken_at(lines) is None
    assert vault.faults(store) == []


@pytest.mark.parametrize("table", ["journal", "submission", "submitted_score", "correction", "decision"])
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_what_stands_for_ever_cannot_be_changed(store, table, verb):
    rows = {
        "journal": "INSERT INTO journal VALUES (1,'a','b','c','d','e','f','g')",
        "submission": "INSERT INTO submission VALUES (1,'E01',1,'x','y',x'00',x'00',x'00','v')",
        "submitted_score": "INSERT INTO submitted_score VALUES (1,'C001','A1','scored',100)",
        "correction": "INSERT INTO correction VALUES (1,'E01','C001','A1','{}')",
        "decision": "INSERT INTO decision VALUES (1,'gate','{}')",
    }
    with store._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(rows[table])
        column = schema.metadata.tables[table].columns.keys()[0]
        change = f"DELETE FROM {table}" if verb == "DELETE" else f"UPDATE {table} SET {column} = {column}"
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            connection.exec_driver_sql(change)


def test_a_rewritten_journal_is_found(store):
    for number in range(3):
        with store.writing(act("score"), {"n": number}):
            pass
    with store._engine.connect() as connection:
        connection.exec_driver_sql("DROP TRIGGER journal_no_update")
        connection.exec_driver_sql("""UPDATE journal SET body = '{"n":9}' WHERE seq = 2""")
    kinds = dict(vault.faults(store))
    assert kinds["chain"] == "2"
    assert kinds["schema"] == "journal_no_update"


def test_a_removed_line_is_found(store):
    for number in range(3):
        with store.writing(act("score"), {"n": number}):
            pass
    with store._engine.connect() as connection:
        connection.exec_driver_sql("DROP TRIGGER journal_no_delete")
        connection.exec_driver_sql("DELETE FROM journal WHERE seq = 2")
    assert ("chain", "2") in vault.faults(store)


def test_a_damaged_page_is_explained_not_a_traceback(store):
    with store.writing(act()) as connection:
        facts.put_secret(connection, "k", bytes(60_000))
    store.close()
    content = bytearray(store.path.read_bytes())
    content[len(content) // 2] ^= 1
    store.path.write_bytes(content)
    with vault.open_vault(store.path, PASS) as again:
        assert any(kind == "pages" for kind, _ in vault.faults(again))
        with pytest.raises(EcpanelError, match="store_damaged"), again.reading() as connection:
            facts.get_secret(connection, "k")


def test_a_truncated_header_is_explained(store):
    store.close()
    store.path.write_bytes(store.path.read_bytes()[:100])
    with pytest.raises(EcpanelError, match="store_damaged"):
        vault.open_vault(store.path, PASS)


def test_a_missing_key_file_is_named(store):
    store.close()
    vault.key_file(store.path).unlink()
    with pytest.raises(EcpanelError, match="key_file_missing"):
        vault.open_vault(store.path, PASS)


def test_a_newer_store_is_refused(store):
    with store._engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA user_version={schema.SCHEMA_NUMBER + 1}")
    store.close()
    with pytest.raises(EcpanelError, match="store_newer"):
        vault.open_vault(store.path, PASS)


def test_a_store_is_never_overwritten(store, cheap):
    with pytest.raises(EcpanelError, match="store_exists"):
        vault.create(store.path, PASS, cheap)


def test_a_restore_point_opens_like_the_store(store):
    with store.writing(act()) as connection:
        facts.put_secret(connection, "k", b"before")
    copy = store.restore_point("intake", datetime(2021, 11, 24, tzinfo=UTC))
    with store.writing(act()) as connection:
        facts.put_secret(connection, "k", b"after")
    with vault.open_vault(copy, PASS) as earlier, earlier.reading() as connection:
        assert facts.get_secret(connection, "k") == b"before"


def test_only_the_newest_restore_points_are_kept(store):
    for second in range(25):
        store.restore_point("x", datetime(2021, 11, 24, 0, 0, second, tzinfo=UTC))
    folder = store.path.with_name(store.path.stem + ".restore")
    assert len(list(folder.glob("*.ecreview"))) == vault.RESTORE_POINTS_KEPT
    assert len(list(folder.glob("*.key"))) == vault.RESTORE_POINTS_KEPT


def test_a_second_writer_is_told_the_store_is_busy(store, monkeypatch):
    with vault.open_vault(store.path, PASS) as other:
        with other._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=50")
        with (
            store.writing(act()),
            pytest.raises(EcpanelError, match="store_busy"),
            other.writing(act()),
        ):
            pass


def test_the_passphrase_must_not_be_short(tmp_path, cheap):
    with pytest.raises(EcpanelError, match="passphrase_short"):
        vault.create(tmp_path / "b.ecreview", "short", cheap)
    assert list(tmp_path.iterdir()) == []


def shape(connection: sa.Connection) -> set[tuple[str, str]]:
    rows = connection.exec_driver_sql(
        "SELECT type || ' ' || name, coalesce(sql, '') FROM sqlite_master "
        "WHERE name NOT LIKE 'alembic%' AND name NOT LIKE 'sqlite_%'"
    )
    return {(name, " ".join(sql.replace("(", " ( ").replace(")", " ) ").split())) for name, sql in rows}


def test_the_schema_by_migrations_equals_the_schema_by_tables(tmp_path):
    made, migrated = (sa.create_engine(f"sqlite:///{tmp_path / name}") for name in ("made.db", "migrated.db"))
    with made.begin() as connection:
        schema.metadata.create_all(connection)
        for trigger in schema.append_only_triggers():
            connection.exec_driver_sql(trigger)
        wanted = shape(connection)
    with migrated.connect() as connection:
        upgrade(connection, 0)
        assert shape(connection) == wanted


def test_every_store_file_of_an_earlier_release_still_opens(tmp_path):
    """Files under tests/files/stores are real stores with data, one per released schema."""
    folder = Path(__file__).parent.parent / "files" / "stores"
    stores = sorted(folder.glob("*.ecreview"))
    assert stores
    for source in stores:
        copy = tmp_path / source.name
        shutil.copyfile(source, copy)
        shutil.copyfile(vault.key_file(source), vault.key_file(copy))
        with vault.open_vault(copy, "旧库口令-2021") as opened:
            assert vault.faults(opened) == []
            with opened.reading() as connection:
                assert journal.lines(connection)


def test_the_file_is_sqlcipher_4_with_a_raw_key(store):
    """Another team can open it with the key: the format is SQLCipher 4's own."""
    key = vault._unlock(store.path, PASS)
    store.close()
    connection = sqlcipher.connect(str(store.path))
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    assert connection.execute("SELECT count(*) FROM journal").fetchone() == (0,)
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(store.path).execute("SELECT * FROM journal")
