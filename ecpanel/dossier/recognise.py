"""Which kind of paper a file is and which enterprise a folder belongs to, told from names alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.dossier import DocumentKind

_EXTENSION: Final = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
_CLEAR: Final = (
    (DocumentKind.FORM, re.compile(r"申报表|申请表|信息表|推荐表")),
    (DocumentKind.STATEMENT, re.compile(r"申报书|申请书|申报报告|申报文本")),
    (
        DocumentKind.LETTER,
        re.compile(r"公函|推荐函|来函|函件|报送函|的函|函$|推荐文件|推荐意见|推荐的?(?:报告|请示)"),
    ),
    (
        DocumentKind.EVIDENCE,
        re.compile(
            r"佐证|证明|审计|附件材料|证明材料|营业执照|专利|证书|著作权|软著|许可证|完税|财务报表|合同|截图|照片"
            r"|询证函|回函|承诺函|荣誉|奖牌|申报[表书]的?附件|附件$"
        ),
    ),
)
_NUMBERED: Final = (
    (DocumentKind.FORM, re.compile(r"附[件表](?:3|三)(?![0-9十])")),
    (DocumentKind.STATEMENT, re.compile(r"附[件表](?:4|四)(?![0-9十])")),
)
_CREDIT_CODE: Final = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NP-RTUWXY]{18}(?![0-9A-Z])")
_CANDIDATE_ID: Final = re.compile(r"^C[0-9]{3,4}(?![0-9])")
_LEADING_NUMBER: Final = re.compile(r"^(?:第?[0-9]+号?|\([0-9]+\))[\s_\-—.、,:·#]*")
_DOTS: Final = str.maketrans(dict.fromkeys("•‧・･∙⋅", "·"))
_SIGNS: Final = re.compile(r"[\s_\-—.、,:;#·()\[\]【】〔〕《》\"'“”]+")
_FORMS: Final = re.compile(r"(?:股份有限公司|有限责任公司|股份公司|有限公司|集团公司|总公司|公司|集团|股份)$")
_PAPERS: Final = re.compile(r"(?:申报|推荐|参评|补充)?(?:全套)?(?:材料|资料|文件|申报)$")
_SHORTEST_CORE: Final = 4


def kind_of(name: str) -> DocumentKind:
    """The kind of paper a path inside a dossier names; 佐证材料 where nothing is said.

    Clear words of the file name decide, then those of its folders from the innermost outward, then
    附件3 and 附件4. The last word counts, since the head of a Chinese noun stands at its end.
    """
    *folders, file = [re.sub(r"\s+", "", unicodedata.normalize("NFKC", part)) for part in name.split("/")]
    parts = [_EXTENSION.sub("", file), *reversed(folders)]
    for patterns in (_CLEAR, _NUMBERED):
        for part in parts:
            kind = _last_word(_BRACKETS.sub("", part), patterns) or _last_word(part, patterns)
            if kind is not None:
                return kind
    return DocumentKind.EVIDENCE


def _last_word(text: str, patterns: Sequence[tuple[DocumentKind, re.Pattern[str]]]) -> DocumentKind | None:
    """The kind whose word ends last, the longer word winning."""
    found = [
        (match.end(), -match.start(), kind) for kind, pattern in patterns for match in pattern.finditer(text)
    ]
    return max(found, key=lambda one: one[:2])[2] if found else None


def match_enterprise(folder_name: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate a folder name means, or None where it is none or could be several.

    Tried in turn: credit code, full name, name without its legal form, an abbreviation that only one
    name contains, the candidate's own number (C003, or a bare 3).
    """
    text = _plain(folder_name)
    tests: tuple[Callable[[str, Sequence[Candidate]], list[Candidate]], ...] = (
        _by_code,
        _by_name,
        _by_core,
        _by_abbreviation,
        _by_number,
    )
    for test in tests:
        found = test(text, candidates)
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _by_code(text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    codes = set(_CREDIT_CODE.findall(text.upper()))
    return [one for one in candidates if one.credit_code in codes]


def _by_name(text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    return _contained(_bare(text), [(_bare(_plain(one.name)), one) for one in candidates])


def _by_core(text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    return _contained(_bare(text), [(_core(one.name), one) for one in candidates])


def _by_abbreviation(text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    core = _core(text)
    if len(core) < _SHORTEST_CORE:
        return []
    return [one for one in candidates if core in _bare(_plain(one.name))]


def _by_number(text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    written = _CANDIDATE_ID.match(text.upper())
    if written:
        return [one for one in candidates if one.candidate_id == written[0]]
    if not text.isdecimal():
        return []
    return [one for one in candidates if one.candidate_id.lstrip("C").lstrip("0") == text.lstrip("0")]


def _contained(text: str, names: Sequence[tuple[str, Candidate]]) -> list[Candidate]:
    """Candidates whose name stands in the text, less those whose name is only a part of another's."""
    found = [(name, one) for name, one in names if len(name) >= _SHORTEST_CORE and name in text]
    return [one for name, one in found if not any(name != longer and name in longer for longer, _ in found)]


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).translate(_DOTS).split())


def _bare(text: str) -> str:
    """Without punctuation, so that brackets, dots and dashes of any width do not count."""
    return _SIGNS.sub("", text)


def _core(name: str) -> str:
    """Without leading numbers, names of papers, signs and the legal form."""
    text = _plain(name)
    text = _LEADING_NUMBER.sub("", text) or text
    text = _bare(text.replace("(集团)", ""))
    previous = ""
    while text != previous:
        previous, text = text, _FORMS.sub("", _PAPERS.sub("", text))
    return text
