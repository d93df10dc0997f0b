"""Check a result bundle with nothing but Python and cryptography: `python3 ecpanel-check.pyz 成果包.zip`."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from bundle_checks import Check, has_sm3
from bundle_shell import Archive, Faulty, Unreadable, fingerprint, shown

SOUND, UNREADABLE, FAULTY = 0, 3, 4
SHOWN = 200
WITHOUT = "不能校验：缺少cryptography，签名无法核对；请先运行 python3 -m pip install cryptography 再试。"
BROKEN = "文件的内容本工具读不下去。请重新拷贝，仍不行则向组长索取原包。"
UNSEEN = (
    "评审报告和工作簿的内嵌签名、附件，报告、工作簿、会签表和分册所印的内容",
    "同分次序、等级、类别名次、地区名次、建议名单、复核标记、两年规则（照data.json，未重新计算）",
    "证书的吊销",
)


def check(path: Path, known: str = "", paper: str = "") -> tuple[int, list[str]]:
    """Exit status and lines to print for one file."""
    try:
        with path.open("rb") as file:
            found = Check(Archive(file))
            found.run(known, paper)
    except Faulty as fault:
        return FAULTY, ["成果包不可采信。", f"问题1：{fault}"]
    except Unreadable as fault:
        return UNREADABLE, [f"不能校验：{fault}"]
    except OSError:
        return UNREADABLE, [f"不能校验：打不开“{shown(path.name)}”。请确认文件在、没有被占用。"]
    except Exception:
        return UNREADABLE, [f"不能校验：{BROKEN}"]
    except (MemoryError, RecursionError):
        return UNREADABLE, [f"不能校验：{BROKEN}"]
    return (FAULTY, _faulty(found)) if found.faults else (SOUND, _sound(found, known, paper))


def _faulty(found: Check) -> list[str]:
    faults = found.faults[:SHOWN]
    lines = [f"成果包不可采信：发现{len(found.faults)}处问题。"]
    lines += [f"问题{number}：{one}" for number, one in enumerate(faults, start=1)]
    if len(found.faults) > len(faults):
        lines.append(f"其余{len(found.faults) - len(faults)}处从略。")
    return [*lines, "有问题时，排在其后的内容不再核对；没有列出的不等于没有问题。"]


def _sound(found: Check, known: str, paper: str) -> list[str]:
    head, result = found.manifest, found.result
    mark = fingerprint(found.chair)
    compared = "与给出的纸面指纹一致" if known else "请与纸面上的组长指纹比对"
    lines = ["成果包完好。"]
    if head["rehearsal"]:
        lines.append("注意：这是演练，不得用于任何正式用途。")
    lines += [
        f"评审：{shown(head['review_title'])}；签发：{shown(head['chair'])}，{shown(head['signed_at'])}。",
        f"组长指纹：{mark}（{compared}）。",
        f"已核对：{len(found.archive.infos)}个文件的大小和摘要，{len(found.signers)}份专家原始提交的签名，"
        f"{found.figures}家企业的得分和名次由原始提交加更正重新计算一致。",
    ]
    lines += [f"会签：{_standing(one)}。" for one in found.book.get("lines", [])]
    if paper:
        lines.append("纸上的摘要与包相符。")
    return lines + _unseen(found, known, bool(result))


def _standing(line: dict[str, str]) -> str:
    words = {"agreed": "同意", "dissented": "有不同意见", "deemed": "未签，视为同意", "voided": "评分已作废"}
    reasons = f"：{shown(line['reasons'])}" if line["reasons"] else ""
    return f"{shown(line['expert_id'])} {shown(line['name'])} {words[line['state']]}{reasons}".rstrip("。")


def _unseen(found: Check, known: str, read: bool) -> list[str]:
    lines = [f"未核对：{one}。" for one in UNSEEN] if read else []
    if not known:
        lines.append(
            "未核对：签名人是不是组长本人——包内证书只证明前后一致，须用--fingerprint与纸面指纹比对。"
        )
    if not has_sm3():
        lines.append("未核对：SM3摘要（本机的Python和cryptography都没有SM3）。")
    return lines + [one if one.startswith("提示") else f"未核对：{one}" for one in found.notes[:SHOWN]]


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, print the verdict."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(prog="ecpanel-check", description="校验成果包，不改动任何文件。")
    parser.add_argument("bundle", type=Path, help="成果包（.zip）")
    parser.add_argument("--fingerprint", default="", help="纸面上的组长签名指纹")
    parser.add_argument("--paper", default="", help="纸面上的摘要（前8位和后8位，或全部）")
    given = parser.parse_args(arguments)
    try:
        import cryptography.x509  # noqa: F401
    except Exception:
        print(WITHOUT)
        return UNREADABLE
    status, lines = check(given.bundle, given.fingerprint, given.paper)
    with contextlib.suppress(OSError):
        print("\n".join(lines), flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
