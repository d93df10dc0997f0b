"""Every command: help in Chinese, wrong use in one sentence, `--json` throughout, no pass-phrase by argument."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys

import pytest

from ecpanel.cli import main
from ecpanel.cli.app import app

COMMANDS = sorted(command.name for command in app.registered_commands if command.name)
PROMISED = {
    "new", "import-scheme", "import-candidates", "import-dossiers", "people", "issue-packages", "open-task", "sign-in",
    "score", "score-form", "submit", "intake", "open-moderation", "correct", "rank", "report", "bundle", "verify", "check", "demo",
}  # fmt: skip


def test_every_promised_command_is_there():
    assert set(COMMANDS) >= PROMISED


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_chinese_and_offers_json(name, capsys):
    assert main([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"用法：ecpanel {name}")
    assert "--json" in text
    assert not re.search(r"Usage|Options:|Arguments:|Show this|default:|required", text)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_passphrase_is_taken_as_an_argument(name, capsys):
    main([name, "--help"])
    options = re.findall(r"--[a-z-]+", capsys.readouterr().out)
    assert not {"--passphrase", "--password", "--pin", "--opening", "--correction"} & set(options)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rank"], "缺少 store"),
        (["rank", "x", "--nonsense"], "没有选项 --nonsense"),
        (["new", "x", "--year", "二〇二一"], "--year 的取值不对"),
        (["nonsense"], "参数不对"),
    ],
)
def test_wrong_use_is_one_chinese_sentence(words, said, capsys):
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == "" and said in err and err.count("\n") == 1


def test_a_missing_passphrase_names_the_three_ways(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("ECPANEL_PASSPHRASE", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["rank", str(tmp_path / "x")]) == 3
    assert "ECPANEL_PASSPHRASE" in capsys.readouterr().err


def test_an_error_as_json_gives_code_and_facts(command, tmp_path):
    told = command("rank", tmp_path / "没有.ecreview", "--json", status=3)
    assert told == {"error": "store_missing", "params": {"file": str(tmp_path / "没有.ecreview")}}


def test_a_passphrase_file_is_read_and_a_bad_one_refused(command, tmp_path):
    command("new", tmp_path / "a.ecreview", "--name", "甲", "--title", "评审", "--year", 2021)
    good, bad = tmp_path / "口令.txt", tmp_path / "坏.txt"
    good.write_text("评审库口令-2021\n第二行不读\n", encoding="utf-8")
    bad.write_bytes(b"\xff\xfe\x00")
    assert command("check", tmp_path / "a.ecreview", "--passphrase-file", good, "--json")["sound"]
    assert "读不出" in command(
        "check", tmp_path / "a.ecreview", "--passphrase-file", bad, status=3, error=True
    )


def test_scheme_and_candidates_go_out_and_come_back(command, tmp_path):
    store = tmp_path / "a.ecreview"
    command("new", store, "--name", "甲", "--title", "评审", "--year", 2021)
    for name in ("s.json", "s.xlsx"):
        command("export-scheme", store, tmp_path / name)
        command("import-scheme", store, tmp_path / name)
    from services.reviews import firms

    from ecpanel.exchange.candidate_list import write_candidate_list

    write_candidate_list(firms(7), tmp_path / "名单.xlsx")
    command("import-candidates", store, tmp_path / "名单.xlsx")
    command("export-candidates", store, tmp_path / "导出.xlsx")
    again = command("import-candidates", store, tmp_path / "导出.xlsx", "--json")
    assert again["candidates"] == 7 and again["unused"] == 0


def test_a_gbk_console_shows_rare_names_as_numbers_and_goes_on(tmp_path):
    environment = {**os.environ, "PYTHONIOENCODING": "gbk", "ECPANEL_PASSPHRASE": "评审库口令-2021"}
    words = [sys.executable, "-m", "ecpanel", "rank", str(tmp_path / "𬭸.ecreview")]
    done = subprocess.run(words, capture_output=True, env=environment, check=False)
    assert done.returncode == 3
    assert "找不到评审库" in done.stderr.decode("gbk") and b"\\U0002cb78" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(
    ("second", "status", "said"), [("一二三四五六七八", 0, "已建立"), ("一二三四五六七九", 3, "两次")]
)
def test_a_new_passphrase_is_asked_twice_and_in_chinese(tmp_path, second, status, said):
    import pty

    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ECPANEL_")}
    words = [
        sys.executable,
        "-m",
        "ecpanel",
        "new",
        str(tmp_path / "a.ecreview"),
        "--name",
        "甲",
        "--title",
        "评审",
        "--year",
        "2021",
    ]
    with subprocess.Popen(
        words, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    ) as process:
        os.close(theirs)
        told = b""
        for number, answer in enumerate(("一二三四五六七八", second), start=1):
            while told.count("：".encode()) < number:
                told += os.read(ours, 1024)
            os.write(ours, answer.encode() + b"\n")
        try:
            while part := os.read(ours, 1024):
                told += part
        except OSError:
            pass
    os.close(ours)
    text = told.decode()
    assert process.returncode == status and said in text
    assert not re.search(r"Repeat|confirmation|Error", text)
    assert (tmp_path / "a.ecreview").exists() is (status == 0)
