"""Every firm's mean, official score and rank counted again from originals and corrections, in exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

from bundle_shell import shown

VALID = ("counted", "dropped_high", "dropped_low")
TO_DO = "数据与专家原始提交、更正记录对不上，不可采信；请向组长索取原包并说明。"


class Figures:
    """The counting again of one result; `faults` and `notes` are whole sentences."""

    def __init__(self, result: dict[str, Any], originals: dict[str, dict[str, Any]]) -> None:
        self.result = result
        self.faults: list[str] = []
        self.notes: list[str] = []
        self.leaves = _leaf_codes(result["scheme"]["sections"])
        merging = result["scheme"].get("merging", {})
        self.by_total = merging.get("scope", "total") == "total"
        self.trimmed, self.trim_from = merging.get("trimmed", False), merging.get("trim_from", 5)
        self.min_valid: int = merging.get("min_valid", 3)
        self.unit: int = {0: 100, 1: 10}.get(merging.get("places", 2), 1)
        self.before = _cells(originals)
        self.after = dict(self.before)
        self.sheets = {key[:2] for key in self.before}
        self.recused = {(one["candidate_id"], one["expert_id"]) for one in result["recusals"]}
        self.voided = {one["expert_id"] for one in result["voided"]}
        self.names = {one["candidate_id"]: one["name"] for one in result["candidates"]}
        self.counted = 0

    def check(self) -> None:
        """Count everything again."""
        self._correct()
        for line in self.result["lines"]:
            self._check_line(line)
        self._check_ranks()
        if not self.by_total:
            self.notes.append(
                "指标体系按指标合成，规范没有写明算法：各企业得分未重新计算，只核对了每格分值。"
            )

    def _firm(self, key: str) -> str:
        return f"企业{shown(key)} {shown(self.names.get(key, ''))}"

    def _correct(self) -> None:
        for one in self.result["corrections"]:
            place = (one["candidate_id"], one["expert_id"], one["indicator"])
            if self.after.get(place) != ("scored", one["before"]):
                where = f"第{one['correction_id']}条更正（{self._firm(place[0])}，{shown(place[1])}，{shown(place[2])}）"
                self.faults.append(f"{where}的更正前分值与原始提交不同。{TO_DO}")
            self.after[place] = ("scored", one["after"])

    def _check_line(self, line: dict[str, Any]) -> None:
        key, firm = line["candidate_id"], self._firm(line["candidate_id"])
        told = {
            (key, one["expert_id"], one["indicator"]): (one["state"], one["points"]) for one in line["cells"]
        }
        differing = [place for place, cell in told.items() if self.after.get(place) != cell]
        valid = [one["expert_id"] for one in line["totals"] if one["standing"] in VALID]
        missing = [(key, who, leaf) for who in valid for leaf in self.leaves if (key, who, leaf) not in told]
        for place in (differing + missing)[:1]:
            self.faults.append(
                f"{firm}：{shown(place[1])}的{shown(place[2])}分值与原始提交加更正不同。{TO_DO}"
            )
        for one in line["totals"]:
            if not self._standing_holds(key, one["expert_id"], one["standing"]):
                self.faults.append(
                    f"{firm}：{shown(one['expert_id'])}是否计入与原始提交、回避、作废不符。{TO_DO}"
                )
        people = [one["expert_id"] for one in line["totals"]]
        if sorted(people) != sorted(set(self.result["group"]["members"])) or line["n"] != len(valid):
            self.faults.append(f"{firm}：计入的专家与评审组或有效评分数不符。{TO_DO}")
        self._check_state(line, firm)
        if self.by_total and not differing and not missing:
            self._check_score(line, firm, valid)

    def _complete(self, key: str, who: str) -> bool:
        states = [self.after.get((key, who, leaf), ("", None))[0] for leaf in self.leaves]
        return all(state in ("scored", "not_applicable") for state in states)

    def _standing_holds(self, key: str, who: str, standing: str) -> bool:
        if standing == "voided":
            return who in self.voided
        if standing == "recused":
            return (key, who) in self.recused
        if standing == "missing":
            return (key, who) not in self.sheets
        free = who not in self.voided and (key, who) not in self.recused
        return free and self._complete(key, who) == (standing in VALID)

    def _check_state(self, line: dict[str, Any], firm: str) -> None:
        gates = {one["gate"]: one["passed"] for one in self.result["gate_decisions"]
                 if one["candidate_id"] == line["candidate_id"]}  # fmt: skip
        due = "excluded" if not all(gates.values()) else "held" if line["n"] < self.min_valid else "ranked"
        if line["state"] != due or (due == "ranked") != (line["rank"] > 0):
            self.faults.append(f"{firm}：是否参加排名与准入认定、有效评分数不符。{TO_DO}")
        if due == "ranked" and line["score"] is None:
            self.faults.append(f"{firm}：参加排名而没有得分。{TO_DO}")

    def _check_score(self, line: dict[str, Any], firm: str, valid: list[str]) -> None:
        key = line["candidate_id"]
        used = [self.after[(key, who, leaf)] for who in valid for leaf in self.leaves]
        if not valid or any(state != "scored" for state, _ in used):
            if valid:
                self.notes.append(f"{firm}有不适用的指标，规范没有写明折算：得分未重新计算。")
            return
        now, first = self._means(key, valid, self.after), self._means(key, valid, self.before)
        told = {one["expert_id"]: one["total"] for one in line["totals"]}
        for who in valid:
            exact = Fraction(self._total(key, who, self.after))
            if told[who] != {"numerator": exact.numerator, "denominator": exact.denominator}:
                self.faults.append(f"{firm}：{shown(who)}的合计应为{_points(int(exact))}。{TO_DO}")
        due = {"plain": now[0], "trimmed": now[1], "score": now[2], "original_score": first[2]}
        words = {
            "plain": "未去极值的得分",
            "trimmed": "去极值的得分",
            "score": "正式得分",
            "original_score": "更正前得分",
        }
        for name, value in due.items():
            if line[name] != value and not (line[name] is None and line["state"] == "held"):
                told_points = _points(line[name])
                self.faults.append(
                    f"{firm}：{words[name]}重新计算为{_points(value)}，包中为{told_points}。{TO_DO}"
                )
        self.counted += 1

    def _total(self, key: str, who: str, cells: dict[tuple[str, str, str], tuple[str, int | None]]) -> int:
        return sum(cells.get((key, who, leaf), ("", 0))[1] or 0 for leaf in self.leaves)

    def _means(
        self, key: str, valid: list[str], cells: dict[tuple[str, str, str], tuple[str, int | None]]
    ) -> tuple[int | None, int | None, int | None]:
        """Plain, trimmed (where there are enough) and official."""
        totals = sorted(self._total(key, who, cells) for who in valid)
        plain = self._rounded(totals)
        trimmed = self._rounded(totals[1:-1]) if len(totals) >= max(3, self.trim_from) else None
        return plain, trimmed, trimmed if self.trimmed and trimmed is not None else plain

    def _rounded(self, totals: list[int]) -> int:
        """The mean, half up to the places of the scheme."""
        mean = Fraction(sum(totals), len(totals) * self.unit)
        return floor(mean + Fraction(1, 2)) * self.unit

    def _check_ranks(self) -> None:
        """A better score stands before; the order of equal scores is taken as told."""
        ranked = [
            one for one in self.result["lines"] if one["state"] == "ranked" and one["score"] is not None
        ]
        for one in ranked:
            before = sum(other["score"] > one["score"] for other in ranked)
            equal = sum(other["score"] == one["score"] for other in ranked)
            if not before < one["rank"] <= before + equal:
                firm = self._firm(one["candidate_id"])
                self.faults.append(f"{firm}：名次{one['rank']}与得分的先后不符，应在第{before + 1}。{TO_DO}")


def _points(value: int | None) -> str:
    return "空" if value is None else f"{value // 100}.{value % 100:02d}"


def _leaf_codes(nodes: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for one in nodes:
        found += _leaf_codes(one["children"]) if "children" in one else [one["code"]]
    return found


def _cells(originals: dict[str, dict[str, Any]]) -> dict[tuple[str, str, str], tuple[str, int | None]]:
    return {
        (sheet["candidate_id"], who, score["indicator"]): (score["state"], score.get("points"))
        for who, original in originals.items()
        for sheet in original["sheets"]
        for score in sheet["scores"]
    }
