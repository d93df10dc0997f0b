"""Every record a result bundle holds, member by member, and a strict look at anything against them."""

from __future__ import annotations

import re
from typing import Any

from bundle_shell import ASK, Faulty, json_of, shown

# name:type, or name~type where the member may be left out; t text, i whole number, b yes or no,
# [X] a list of X, X? X or null, {…} one of these words, anything else a record of this table
SHAPES = {
    "Review": "review_id:t title:t year:i kind:{遴选,综合评价,复审} notice:t rehearsal~b parent_id~t developed~[t] "
    "mark~t cut~i",
    "Expert": "expert_id:t name:t organisation~t title~t field~t outside~b",
    "Group": "group_id:t name:t members:[t] chair:t supervisor~t",
    "Candidate": "candidate_id:t region:t name:t credit_code:t category:t standing~t past~[PastResult] parent~t "
    "group~t facts~[Fact]",
    "PastResult": "year:i score~i? rank~i? level~t",
    "Fact": "indicator:t figure:t",
    "Recusal": "expert_id:t candidate_id:t reason:{01,02,03,04,05,06,07,99} note~t source~t",
    "Scheme": "scheme_id:t title:t version:i is_placeholder:b sections:[Section] categories~[t] gates~[Gate] "
    "level_by~{score,rank_share} levels~[Level] merging~Merging outliers~Outliers remarks~Remarks meeting~Meeting",
    "Section": "code:t name:t points:i children:[Node]",
    "Indicator": "code:t name:t points:i kind:{客观,主观} step~i evidence_hint~t may_not_apply~b "
    "descriptors~[Descriptor] band_tables~[BandTable]",
    "Descriptor": "name:t from_percent:i text:t",
    "BandTable": "category:t unit:t bands:[Band]",
    "Band": "at_least:t points:i",
    "Gate": "code:t name:t",
    "Level": "name:t bound:i",
    "Merging": "scope~{total,leaf} trimmed~b trim_from~i min_valid~i places~i ties~[Tie]",
    "Tie": "step:{section,untrimmed,last_year,vote} section~t",
    "Outliers": "of_mean~i of_maximum~i yellow_of_mean~i spread_of_full~i robust_from~i",
    "Remarks": "below_percent~i from_percent~i min_length~i opinion_min~i opinion_max~i",
    "Meeting": "quorum~[i] gate_majority~[i]",
    "Score": "indicator:t state:{scored,unscored,not_applicable,abstained} points~i? remark~t "
    "evidence~[Evidence]",
    "Evidence": "document_id:t sha256:t page:i note~t",
    "Opinion": "strengths~t weaknesses~t advice~t",
    "Sheet": "candidate_id:t scores:[Score] opinion:Opinion total:i?",
    "SignIn": "signed_in_at:t pledge_sha256:t pledged_at:t device_handed_in:b fingerprint:t",
    "Gap": "candidate_id:t reason:t",
    "Submission": "format:t version:i review_id:t review_title:t rehearsal:b scheme_version:i scheme_sha256:t "
    "task_sha256:t expert:Expert sign_in:SignIn recusals:[Recusal] number:i replaces:t reopened_for:t "
    "gaps:[Gap] sheets:[Sheet] submitted_at:t",
    "Result": "format:t version:i review:Review scheme:Scheme scheme_sha256:t group:Group experts:[Expert] "
    "candidates:[Candidate] recusals:[Recusal] voided:[Voided] reopenings:[Reopening] "
    "submissions:[Counted] corrections:[Correction] gate_decisions:[GateDecision] "
    "tie_decisions:[TieDecision] flags:[Flag] standings:[Standing] lines:[Line] recommended:[t] "
    "tied_at_line:[t] near_line:[t] counts:Counts at:t",
    "Voided": "expert_id:t reason:t",
    "Reopening": "expert_id:t reason:t at:t",
    "Counted": "expert_id:t number:i sha256:t fingerprint:t submitted_at:t signed_in_at:t pledged_at:t",
    "Correction": "correction_id:i expert_id:t candidate_id:t indicator:t before:i after:i "
    "reason:{01,02,03,04,05,06} note:t mover:t vote:Vote confirmed:t at:t",
    "GateDecision": "candidate_id:t gate:t passed:b reason:t vote:Vote at:t",
    "TieDecision": "order:[t] reason:t vote:Vote at:t",
    "Vote": "in_favour:i against:i abstained:i recused~i",
    "Flag": "kind:{sum,range,objective,outlier,spread,applicability,objection} candidate_id:t expert_id:t "
    "indicator:t weight:{red,yellow} value:i others:i",
    "Standing": "candidate_id:t consequence:t earlier_year:i later_year:i",
    "Counts": "candidates:i experts:i scores:i recusals:i",
    "Line": "candidate_id:t state:{ranked,held,excluded} n:i score:i? plain:i? trimmed:i? original_score:i? rank:i "
    "category_rank:i region_rank:i level:t decided_by:t sections:[SectionPoints] totals:[Total] "
    "leaves:[Leaf] cells:[Cell] opinions:[Said]",
    "SectionPoints": "section:t points:i",
    "Total": "expert_id:t standing:{counted,dropped_high,dropped_low,recused,voided,missing,incomplete} "
    "total:Fraction?",
    "Fraction": "numerator:i denominator:i",
    "Leaf": "indicator:t n:i mean:Fraction?",
    "Cell": "expert_id:t indicator:t state:{scored,unscored,not_applicable,abstained} points:i?",
    "Said": "expert_id:t opinion:Opinion",
    "Entry": "name:t size:i sha256:t sm3:t",
    "Manifest": "format:t version:i review_id:t review_title:t rehearsal:b scheme_sha256:t chair:t "
    "chair_fingerprint:t entries:[Entry] signed_at:t document_signers~[t]",
    "Declaration": "format:t version:i review_id:t manifest_sha256:t expert_id:t name:t verdict:{agree,dissent} "
    "reasons:t submission_sha256:t fingerprint:t signed_at:t",
    "Book": "format:t version:i review_id:t manifest_sha256:t lines:[BookLine] entries:[Entry] "
    "chair_fingerprint:t closed_at:t",
    "BookLine": "expert_id:t name:t state:{agreed,dissented,deemed,voided} reasons:t signed_at:t "
    "fingerprint:t sha256:t",
}
PLAIN = {"t": str, "i": int, "b": bool}
AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def _fault(value: Any, kind: str) -> str:
    """Where a value first differs from its type; an empty text where it does not."""
    if kind.endswith("?"):
        return "" if value is None else _fault(value, kind[:-1])
    if kind.startswith("["):
        if type(value) is not list:
            return kind
        return next((told for told in (_fault(one, kind[1:-1]) for one in value) if told), "")
    if kind.startswith("{"):
        return "" if type(value) is str and value in kind[1:-1].split(",") else kind
    if kind in PLAIN:
        return "" if type(value) is PLAIN[kind] else kind
    if kind == "Node":
        kind = "Section" if isinstance(value, dict) and "children" in value else "Indicator"
    return _record_fault(value, kind)


def _record_fault(value: Any, kind: str) -> str:
    fields = [re.split("([:~])", one, maxsplit=1) for one in SHAPES[kind].split()]
    if type(value) is not dict or not set(value) <= {one[0] for one in fields}:
        return kind
    for name, needed, inner in fields:
        if name not in value:
            if needed == ":":
                return name
        elif _fault(value[name], inner):
            return name
    scored = value.get("state") == "scored" if kind in ("Score", "Cell") else None
    return "points" if scored is not None and scored != (value.get("points") is not None) else ""


def record(content: bytes, kind: str, where: str, form: str, newest: int = 1) -> dict[str, Any]:
    """A record of this format, no version newer than known, strictly of its type."""
    plain = json_of(content, where)
    if not isinstance(plain, dict) or plain.get("format") != form:
        raise Faulty(f"“{shown(where)}”不是它应有的格式。{ASK}")
    version = plain.get("version")
    if type(version) is int and version > newest:
        raise Faulty(f"“{shown(where)}”的版本是{version}，比本工具所知的{newest}新：请用更新的工具核对。")
    try:
        fault = "version" if type(version) is not int or version < 1 else _record_fault(plain, kind)
    except RecursionError:
        fault = "sections"
    if fault:
        raise Faulty(f"“{shown(where)}”的成员“{fault}”不合规定。{ASK}")
    return plain
