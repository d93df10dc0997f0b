"""What a result bundle must hold, one stage after the other; every fault becomes a sentence of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bundle_figures import Figures
from bundle_shapes import AMOUNT, record
from bundle_shell import (
    ASK,
    LISTS,
    MOST,
    SMALL,
    Archive,
    Faulty,
    Unreadable,
    canonical,
    certificates,
    fingerprint,
    json_of,
    plain_letters,
    public_of,
    sha256,
    shown,
    signed_by,
    sm3_state,
)

MANIFEST, SIGNATURE, CHAIR = "manifest.json", "manifest.json.p7s", "certificates/chair.pem"
BOOK, BOOK_SIGNATURE, SHEET, SUMS = "signoffs.json", "signoffs.json.p7s", "会签表.pdf", "SHA256SUMS"
NEEDED = ("评审报告.pdf", "评审结果.xlsx", "data.json", "journal.json", "校验说明.txt", SUMS)
_FIXED = [re.escape(one) for one in (*NEEDED, CHAIR, "certificates/organiser.pem")]
_SUBMISSIONS = r"submissions/E[0-9]{2,3}-[0-9]{1,3}\.(json|p7s)"
INSIDE = {
    1: re.compile("|".join([*_FIXED, _SUBMISSIONS, r"certificates/E[0-9]{2,3}\.pem"])),
    2: re.compile("|".join([
        *_FIXED, _SUBMISSIONS, r"certificates/(E[0-9]{2,3}|chair)(-ukey)?\.pem", r"certificates/chair-sm2\.pem",
        r"归档登记表\.pdf", r"分册/((地区反馈|专家评分表)/)?[^/]{1,200}\.pdf"])),
}  # fmt: skip
OUTSIDE = re.compile(
    r"manifest\.json(\.p7s|\.sm2|\.ukey\.p7s)?|signoffs\.json(\.p7s)?|会签表\.pdf"
    r"|signoffs/E[0-9]{2,3}\.(json|p7s|manifest\.p7s|pem)"
)
PARTS = (".json", ".p7s", ".manifest.p7s", ".pem")
STRANGER = "不可采信；请当面或电话与组长核对指纹。"


class Check:
    """One bundle under check: sentences of faults and notes, and what was found out on the way."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.faults: list[str] = []
        self.notes: list[str] = []
        self.manifest: dict[str, Any] = {}
        self.content = b""
        self.chair: Any = None
        self.book: dict[str, Any] = {}
        self.result: dict[str, Any] = {}
        self.signers: dict[str, Any] = {}
        self.figures = 0

    def run(self, known: str, paper: str) -> None:
        """Everything there is to check, as far as what comes before holds."""
        names = set(self.archive.infos)
        if MANIFEST not in names:
            raise Unreadable("这不是成果包：包内没有manifest.json。请确认文件选对了，或向组长索取原包。")
        self._stage(lambda: self._open(known))
        if self.faults:
            return
        second = self.manifest["version"] == 2
        outside = {one for one in names if _stands_outside(one, second)}
        self._members(self.manifest["entries"], names - outside, INSIDE[2 if second else 1], NEEDED, MANIFEST)
        if second:
            self._stage(lambda: self._open_book(outside - {MANIFEST, BOOK, BOOK_SIGNATURE}))
        if self.faults:
            return
        self._stage(lambda: self._sums(names - outside))
        self._stage(self._journal)
        self._stage(self._data)
        if self.result:
            self._stage(self._originals)
        if self.result and not self.faults:
            self._count()
        if self.result and second:
            self._stage(lambda: self._declarations(outside))
            self._stage(self._pairs)
        if paper:
            self._paper(paper)

    def _stage(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Faulty as fault:
            self.faults.append(str(fault))

    # One: shell and the chair's signature

    def _open(self, known: str) -> None:
        self.content = self.archive.read(MANIFEST)
        signature, pem = self.archive.read(SIGNATURE, SMALL), self.archive.read(CHAIR, SMALL)
        self.chair = certificates(pem, CHAIR)[0]
        if not signed_by(self.content, signature, self.chair):
            told = f"“{MANIFEST}”“{SIGNATURE}”“{CHAIR}”三者不相符，至少一个被改动或损坏"
            raise Faulty(f"组长对清单的签名不成立：{told}。{ASK}")
        self.manifest = record(self.content, "Manifest", MANIFEST, "ecpanel-bundle", 2)
        own = fingerprint(self.chair)
        if self.manifest["chair_fingerprint"] != own:
            raise Faulty(f"清单所写的组长指纹不是证书“{CHAIR}”的。{ASK}")
        if known and plain_letters(known) != plain_letters(own):
            raise Faulty(f"签名人不是纸面上的组长：包中指纹为{own}，与给出的不同。{STRANGER}")
        signers = self.manifest.get("document_signers", ["chair"])
        if not signers or signers[0] not in ("chair", "chair-ukey") or len(set(signers)) != len(signers):
            raise Faulty(f"清单所列的报告签名人不合规定。{ASK}")
        listed = {one["name"] for one in self.manifest["entries"]}
        for one in signers:
            if f"certificates/{one}.pem" not in listed:
                raise Faulty(f"清单所列的报告签名人“{shown(one)}”没有证书。{ASK}")

    # Three: members

    def _members(
        self, entries: list[dict[str, Any]], names: set[str], allowed: re.Pattern[str], needed: Any, by: str
    ) -> None:
        listed = {one["name"]: one for one in entries}
        if len(entries) > MOST or len(listed) != len(entries):
            self.faults.append(f"“{by}”所列的文件过多或重复。{ASK}")
            return
        for name in sorted(names - set(listed)):
            self.faults.append(f"“{shown(name)}”不在“{by}”所列之内，是后来加入或改了名的。{ASK}")
        for name in sorted((set(listed) - names) | (set(needed) - set(listed))):
            self.faults.append(f"缺少“{shown(name)}”。{ASK}")
        for name, entry in listed.items():
            if not allowed.fullmatch(name):
                self.faults.append(f"“{by}”列有不认识的文件“{shown(name)}”。{ASK}")
            elif name in names:
                self._stage(lambda name=name, entry=entry: self._member(name, entry))  # type: ignore[misc]

    def _member(self, name: str, entry: dict[str, Any]) -> None:
        size, plain, chinese = self.archive.digests(name)
        if (size, plain) != (entry["size"], entry["sha256"]) or chinese not in ("", entry["sm3"]):
            raise Faulty(f"“{shown(name)}”被改动或损坏：大小或摘要与签过名的不同。{ASK}")

    def _open_book(self, outside: set[str]) -> None:
        content = self.archive.read(BOOK)
        if not signed_by(content, self.archive.read(BOOK_SIGNATURE, SMALL), self.chair):
            raise Faulty(f"组长对会签册的签名不成立：“{BOOK}”或“{BOOK_SIGNATURE}”被改动或损坏。{ASK}")
        self.book = record(content, "Book", BOOK, "ecpanel-sign-offs")
        told = (self.book["manifest_sha256"], self.book["review_id"], self.book["chair_fingerprint"])
        if told != (sha256(self.content), self.manifest["review_id"], fingerprint(self.chair)):
            raise Faulty(f"会签册“{BOOK}”属于另一份成果包。{ASK}")
        self._members(self.book["entries"], outside, OUTSIDE, (SIGNATURE, SHEET), BOOK)

    # Four: sums and journal

    def _sums(self, inside: set[str]) -> None:
        due = {one["name"]: one["sha256"] for one in self.manifest["entries"] if one["name"] != SUMS}
        lines = [f"{digest}  {name}" for name, digest in due.items()]
        try:
            told = self.archive.read(SUMS).decode().split("\n")
        except UnicodeDecodeError:
            told = []
        if sorted(told) != sorted([*lines, ""]) or told[-1] != "" or set(due) != inside - {SUMS}:
            raise Faulty(f"“{SUMS}”与清单所列的文件不相符。{ASK}")

    def _journal(self) -> None:
        lines, previous = json_of(self.archive.read("journal.json"), "journal.json"), "0" * 64
        for number, line in enumerate(lines if isinstance(lines, list) else [None], start=1):
            shaped = isinstance(line, list) and len(line) == 8 and type(line[0]) is int
            shaped = shaped and all(isinstance(one, str) for one in line[1:])
            if not shaped or [line[0], line[6], line[7]] != [number, previous, sha256(canonical(line[:7]))]:
                raise Faulty(f"操作记录“journal.json”从第{number}行起断了链，被改动过。{ASK}")
            previous = line[7]

    # Five to seven: data, originals, figures

    def _data(self) -> None:
        content = self.archive.read("data.json")
        result = record(content, "Result", "data.json", "ecpanel-result")
        known = {one["candidate_id"] for one in result["candidates"]}
        figures = [fact["figure"] for one in result["candidates"] for fact in one.get("facts", [])]
        group = result["group"]
        chair = next((one["name"] for one in result["experts"] if one["expert_id"] == group["chair"]), None)
        sound = (
            (chair is None or self.manifest["chair"] == chair)
            and result["review"]["title"] == self.manifest["review_title"]
            and result["review"]["review_id"] == self.manifest["review_id"]
            and result["review"].get("rehearsal", False) == self.manifest["rehearsal"]
            and sha256(canonical(result["scheme"]))
            == result["scheme_sha256"]
            == self.manifest["scheme_sha256"]
            and _adds_up({"points": 10_000, "children": result["scheme"]["sections"]}, 0)
            and {one["candidate_id"] for one in result["lines"]} <= known
            and all(AMOUNT.fullmatch(one) for one in figures)
        )
        if not sound:
            raise Faulty(f"“data.json”的评审、指标体系或企业与清单、与自身不一致。{ASK}")
        if canonical(result) != content:
            raise Faulty(f"“data.json”不是规范的写法。{ASK}")
        self.result = result

    def _originals(self) -> None:
        self.originals: dict[str, dict[str, Any]] = {}
        counted: set[str] = set()
        for line in self.result["submissions"]:
            base = f"submissions/{line['expert_id']}-{line['number']}"
            counted.add(base)
            self._stage(lambda line=line, base=base: self._original(line, base))  # type: ignore[misc]
        used = {f"certificates/{line['expert_id']}.pem" for line in self.result["submissions"]}
        named = ("chair", "organiser", "chair-sm2", *self.manifest.get("document_signers", []))
        used |= {f"certificates/{one}.pem" for one in named}
        for name in sorted(self.archive.infos):
            if name.startswith("certificates/") and name not in used:
                self.faults.append(f"证书“{shown(name)}”没有人使用。{ASK}")
            if name.startswith("submissions/") and name.rpartition(".")[0] not in counted:
                self.faults.append(f"原始提交“{shown(name)}”没有计入结果。{ASK}")

    def _original(self, line: dict[str, Any], base: str) -> None:
        who = line["expert_id"]
        content = self.archive.read(f"{base}.json")
        signer = certificates(self.archive.read(f"certificates/{who}.pem", SMALL), f"certificates/{who}.pem")[
            0
        ]
        self.signers[who] = signer
        if not signed_by(content, self.archive.read(f"{base}.p7s", SMALL), signer):
            raise Faulty(f"专家{shown(who)}对原始提交“{base}.json”的签名不成立。{ASK}")
        original = record(content, "Submission", f"{base}.json", "ecpanel-submission")
        same = (
            sha256(content) == line["sha256"]
            and fingerprint(signer) == line["fingerprint"] == original["sign_in"]["fingerprint"]
            and original["review_id"] == self.result["review"]["review_id"]
            and original["scheme_sha256"] == self.result["scheme_sha256"]
            and (original["expert"]["expert_id"], original["number"]) == (who, line["number"])
        )
        if not same:
            raise Faulty(f"专家{shown(who)}的原始提交“{base}.json”与data.json所记的不是同一份。{ASK}")
        self.originals[who] = original

    def _count(self) -> None:
        figures = Figures(self.result, self.originals)
        try:
            figures.check()
        except (ArithmeticError, LookupError, TypeError, ValueError):
            self.faults.append(f"“data.json”无法由原始提交重新计算。{ASK}")
        self.faults += figures.faults
        self.notes += figures.notes
        self.figures = figures.counted

    # Eight and nine: declarations and further signatures

    def _declarations(self, outside: set[str]) -> None:
        due = {one["expert_id"] for one in self.book["lines"] if one["state"] in ("agreed", "dissented")}
        due |= {re.split("[/.]", name)[1] for name in outside if name.startswith("signoffs/")}
        said: dict[str, dict[str, str]] = {}
        before = len(self.faults)
        for who in sorted(due):
            self._stage(lambda who=who: said.update({who: self._declaration(who)}))  # type: ignore[misc]
        lines = [self._line(who, said) for who in self.result["group"]["members"]]
        if len(self.faults) == before and lines != self.book["lines"]:
            self.faults.append(f"会签册“{BOOK}”与各成员的声明、评审组或作废名单不符。{ASK}")
        for one in self.manifest.get("document_signers", []):
            who = one.split("-")[0]
            if who != "chair" and who not in said:
                self.faults.append(
                    f"{shown(who)}签了报告和工作簿，会签册里却没有其声明。请向本人和组长核实。"
                )

    def _line(self, who: str, said: dict[str, dict[str, str]]) -> dict[str, str]:
        empty = {"reasons": "", "signed_at": "", "fingerprint": "", "sha256": ""}
        line = {"expert_id": who, "name": self._people().get(who, ""), "state": "deemed", **empty}
        if who in {one["expert_id"] for one in self.result["voided"]}:
            return {**line, "state": "voided"}
        return {**line, **said.get(who, {})}

    def _people(self) -> dict[str, str]:
        members = self.result["group"]["members"]
        return {
            one["expert_id"]: one["name"] for one in self.result["experts"] if one["expert_id"] in members
        }

    def _declaration(self, who: str) -> dict[str, str]:
        names = [f"signoffs/{who}{ending}" for ending in PARTS]
        content, signature, over, pem = (self.archive.read(name, LISTS) for name in names)
        signer = certificates(pem, names[3])[0]
        if not signed_by(content, signature, signer) or not signed_by(self.content, over, signer):
            raise Faulty(f"成员{shown(who)}对声明或清单的签名不成立（“{names[1]}”“{names[2]}”）。{ASK}")
        told = record(content, "Declaration", names[0], "ecpanel-declaration")
        if canonical(told) != content or told["fingerprint"] != fingerprint(signer):
            raise Faulty(f"成员{shown(who)}的声明“{names[0]}”不是规范的写法，或指纹不是其证书的。{ASK}")
        self._belongs(who, told)
        self._check_key(who, told, signer)
        state = {"agree": "agreed", "dissent": "dissented"}[told["verdict"]]
        kept = {name: told[name] for name in ("reasons", "signed_at", "fingerprint")}
        return {"state": state, "sha256": sha256(content), **kept}

    def _belongs(self, who: str, told: dict[str, Any]) -> None:
        where = f"成员{shown(who)}的声明"
        if (told["manifest_sha256"], told["review_id"]) != (sha256(self.content), self.manifest["review_id"]):
            raise Faulty(f"{where}说的是另一份成果包。{ASK}")
        if told["expert_id"] != who or self._people().get(who) != told["name"]:
            raise Faulty(f"{where}的编号或姓名不在评审组内，或不是其本人的。{ASK}")
        if who in {one["expert_id"] for one in self.result["voided"]}:
            raise Faulty(f"{where}不应有：其评分已作废。{ASK}")
        counted = [one["sha256"] for one in self.result["submissions"] if one["expert_id"] == who]
        if [told["submission_sha256"]] != (counted or [""]):
            raise Faulty(f"{where}所指的原始提交不是计入结果的那一份。{ASK}")

    def _check_key(self, who: str, told: dict[str, Any], signer: Any) -> None:
        own = [self.signers[who]] if who in self.signers else []
        own += [self.chair] if who == self.result["group"]["chair"] else []
        if public_of(signer) in [public_of(one) for one in own]:
            return
        if signer.issuer == signer.subject:
            raise Faulty(
                f"成员{shown(who)}的声明不是用其本人评分时的密钥签的，可能是他人代签。请向本人核实。"
            )
        self._check_holder(signer, told["name"], f"signoffs/{who}.pem")
        self.notes.append(f"{shown(who)}用UKey签名：证书的颁发机构、有效期、用途、是否吊销未核对。")

    def _check_holder(self, signer: Any, name: str, where: str) -> None:
        from cryptography.x509.oid import NameOID

        told = "".join(str(one.value) for one in signer.subject.get_attributes_for_oid(NameOID.COMMON_NAME))
        if "".join(name.split()).casefold() not in "".join(told.split()).casefold():
            raise Faulty(f"UKey证书“{shown(where)}”的持有人不是{shown(name)}。请向本人核实。")

    def _pairs(self) -> None:
        names = set(self.archive.infos)
        for signature, certificate in (
            ("manifest.json.ukey.p7s", "certificates/chair-ukey.pem"),
            ("manifest.json.sm2", "certificates/chair-sm2.pem"),
        ):
            if (signature in names) != (certificate in names):
                gone = signature if certificate in names else certificate
                raise Faulty(f"缺少“{gone}”：签名与证书应同有同无。{ASK}")
        if "manifest.json.sm2" in names:
            self.notes.append("组长的SM2签名“manifest.json.sm2”未核对：本工具不做SM2。")
        for name in sorted(names):
            if name.startswith("certificates/") and name.endswith("-ukey.pem"):
                self._ukey(name)

    def _ukey(self, name: str) -> None:
        who = name[len("certificates/") : -len("-ukey.pem")]
        signer = certificates(self.archive.read(name, SMALL), name)[0]
        people = self._people()
        self._check_holder(signer, self.manifest["chair"] if who == "chair" else people.get(who, "\0"), name)
        self.notes.append(f"“{name}”：证书的颁发机构、有效期、用途、是否吊销未核对。")
        over = "manifest.json.ukey.p7s"
        if who == "chair" and not signed_by(self.content, self.archive.read(over, SMALL), signer):
            raise Faulty(f"组长UKey对清单的签名“{over}”不成立。{ASK}")

    # Ten: paper

    def _paper(self, paper: str) -> None:
        told = re.sub("[^0-9a-f]", "", re.sub("^ecpanel:manifest:", "", paper.strip().lower()))
        digests = [sha256(self.content), sha256(self.archive.read("data.json"))]
        if not any(told in (one, one[:8] + one[-8:]) for one in digests):
            head = f"清单为{digests[0][:8]}…{digests[0][-8:]}，数据为{digests[1][:8]}…{digests[1][-8:]}"
            self.faults.append(f"纸上的摘要与包不符：{head}。请核对抄写，仍不符则{ASK[1:]}")


def _stands_outside(name: str, second: bool) -> bool:
    if not second:
        return name in (MANIFEST, SIGNATURE)
    return bool(OUTSIDE.fullmatch(name)) or name.startswith("signoffs/")


def _adds_up(node: dict[str, Any], depth: int) -> bool:
    if "children" not in node:
        step = node.get("step", 50)
        return bool(node["points"] > 0 and step > 0 and node["points"] % step == 0)
    inside = node["children"]
    whole = depth <= 2 and sum(one["points"] for one in inside) == node["points"] > 0
    return whole and all(_adds_up(one, depth + 1) for one in inside)


def has_sm3() -> bool:
    """Whether SM3 can be had here."""
    return sm3_state() is not None
