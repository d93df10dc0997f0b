"""A real review in small: three firms, three experts, every file that travels, made once."""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from PIL import Image

from ecpanel.domain.candidate import Candidate
from ecpanel.domain.credit_code import check_character
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.recusal import Recusal, RecusalReason
from ecpanel.domain.review import Desk, ReviewKind
from ecpanel.domain.scheme import Kind, Scheme, leaves
from ecpanel.domain.sheet import Opinion, Score, Sheet, State
from ecpanel.domain.submission import Verdict
from ecpanel.exchange.candidate_list import write_candidate_list
from ecpanel.exchange.cards import card_bytes
from ecpanel.exchange.people_list import PeopleList, write_people_form
from ecpanel.progress import silent
from ecpanel.services import chair, hand_in, organise, score, sign_in, task
from ecpanel.services.moderation import open_moderation
from ecpanel.services.opening import open_store
from ecpanel.services.organise import Setup
from ecpanel.services.sign_off import write_result_bundle
from ecpanel.store.vault import key_file
from ecpanel.wrapping import Cost

PASSPHRASE = "评审口令-2021"
CORRECTION = "更正口令-2021"
CHEAP = Cost(8 * 1024, 1, 1)
FIRMS = (("甲骨网络科技有限公司", "浙江"), ("北斗电商服务有限公司", "北京"), ("张堃喆贸易有限公司", "宁波"))
EXPERTS = (
    Expert("E01", "欧阳明", "东岭大学", "教授", "电子商务"),
    Expert("E02", "张堃喆", "北桥研究所", "研究员", "平台经济"),
    Expert("E03", "买买提·艾力江", "西域学会", "高级工程师", "物流"),
)
GROUP = Group("G1", "第一评审组", ("E01", "E02", "E03"), "E01", "周维桢")
KNOWN = (Recusal("E03", "C003", RecusalReason.ADVISER, "担任该企业顾问", "organiser"),)
_OPINION = Opinion(
    "业务定位清楚，流程有制度保障，典型案例时间、对象、效果交代完整，数据前后一致。",
    "个别佐证缺少日期，部分数字没有说明口径。",
    "建议补充连续的分年度数据和第三方证明。",
)


def clock() -> datetime:
    """Noon of one day, in the time of China."""
    return datetime(2021, 7, 5, 12, 0, tzinfo=timezone(timedelta(hours=8)))


def firms() -> list[Candidate]:
    """The three firms, each in a category of its own."""
    categories = ("平台类", "应用类", "服务类")
    return [
        Candidate(f"C{n:03d}", region, name, code_of(n), categories[n - 1], group=GROUP.name)
        for n, (name, region) in enumerate(FIRMS, start=1)
    ]


def code_of(number: int) -> str:
    """A credit code that passes its check."""
    first = f"91330100MA2{number:06d}"
    return first + check_character(first)


def sheets_of(scheme: Scheme, expert: Expert, candidates: Sequence[Candidate]) -> dict[str, Sheet]:
    """Complete sheets; experts agree on what is objective and differ by a step on the rest."""
    place = EXPERTS.index(expert)
    sheets = {}
    for row, one in enumerate(candidates):
        scores = {}
        for leaf in leaves(scheme):
            steps = leaf.points // leaf.step * (9 - row) // 10
            shift = place - 1 if leaf.kind is Kind.SUBJECTIVE else 0
            points = max(0, min(leaf.points, (steps + shift) * leaf.step))
            scores[leaf.code] = Score(leaf.code, State.SCORED, points, "材料齐全，佐证可以逐项核对。")
        sheets[one.candidate_id] = Sheet(expert.expert_id, one.candidate_id, scores, _OPINION)
    return sheets


def _picture(seed: int, side: int) -> bytes:
    buffer = io.BytesIO()
    noise = random.Random(seed).randbytes(side * side * 3)
    Image.frombytes("RGB", (side, side), noise).save(buffer, "PNG")
    return buffer.getvalue()


def put_dossiers(folder: Path) -> Path:
    """One folder per firm; the first holds a scan of more than one sealed chunk."""
    for n, (name, _) in enumerate(FIRMS, start=1):
        place = folder / name
        place.mkdir(parents=True)
        (place / "申报表.png").write_bytes(_picture(n, 20))
        (place / "佐证材料.png").write_bytes(_picture(10 + n, 640 if n == 1 else 16))
    return folder


def copy_store(store: Path, folder: Path) -> Path:
    """A store with its key, and the encrypted dossiers where it has any."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / store.name
    shutil.copyfile(store, target)
    shutil.copyfile(key_file(store), key_file(target))
    if task.dossiers_file(store).exists():
        shutil.copyfile(task.dossiers_file(store), task.dossiers_file(target))
    return target


@dataclass
class SmallReview:
    """The files of a review by desk. Stores are kept as they stood before the step under attack:
    `chair` has its task but no score package, `scoring` has signed in and not scored, `handed_in`
    has submitted; `organiser` has lists and people, `bare` neither."""

    folder: Path
    organiser: Path
    bare: Path
    chair: Path
    chair_later: Path = Path()
    card: Path = Path()
    candidate_list: Path = Path()
    people_list: Path = Path()
    bundle: Path = Path()
    tasks: dict[str, Path] = field(default_factory=dict)
    slips: dict[str, str] = field(default_factory=dict)
    scoring: dict[str, Path] = field(default_factory=dict)
    handed_in: dict[str, Path] = field(default_factory=dict)
    forms: dict[str, Path] = field(default_factory=dict)
    packages: dict[str, Path] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)


def make_review(folder: Path, *, rehearsal: bool = False, until_bundle: bool = True) -> SmallReview:
    """Carry a review through the services, keeping a copy of every store on the way."""
    made = SmallReview(
        folder,
        folder / "组织" / "评审.ecreview",
        folder / "空" / "评审.ecreview",
        folder / "组长" / "组长.ecreview",
    )
    _prepare(made, rehearsal)
    for expert in EXPERTS:
        _score(made, expert)
    if until_bundle:
        _conclude(made)
    return made


def _prepare(made: SmallReview, rehearsal: bool) -> None:
    folder, stick = made.folder, made.folder / "U盘"
    kept = folder / "留存"
    setup = Setup("2021年综合评价", 2021, ReviewKind.EVALUATION, "组织员", rehearsal=rehearsal, cut=2)
    made.candidate_list = folder / "名单.xlsx"
    write_candidate_list(firms(), made.candidate_list)
    with organise.new_review(made.organiser, PASSPHRASE, setup, CHEAP, clock) as store:
        made.bare = copy_store(made.organiser, kept / "空")
        organise.import_candidates(store, made.candidate_list, clock)
        organise.import_dossiers(store, put_dossiers(folder / "申报材料"), clock, silent)
        opened, card = organise.new_chair(made.chair, PASSPHRASE, EXPERTS[0].name, CHEAP, clock)
        opened.close()
        made.card, made.people_list = stick / "组长名片.json", folder / "人员.xlsx"
        stick.mkdir()
        made.card.write_bytes(card_bytes(card))
        people = PeopleList(EXPERTS, (GROUP,), KNOWN)
        write_people_form(made.people_list, people, {one.candidate_id: one for one in firms()})
        organise.set_people(store, made.people_list, clock)
        prepared = copy_store(made.organiser, kept / "组织")
        organise.set_chair_card(store, made.card, "", clock)
        for one in organise.issue_packages(store, stick, clock, CHEAP, silent):
            key = one.owner if one.desk is Desk.EXPERT else "chair"
            made.tasks[key], made.slips[key] = one.path, one.passphrase
    made.organiser = prepared
    task.open_task_package(
        made.tasks["chair"], made.slips["chair"], made.chair, PASSPHRASE, CHEAP, clock, silent
    )


def _score(made: SmallReview, expert: Expert) -> None:
    key = expert.expert_id
    path = made.folder / "专家" / f"{key}.ecreview"
    task.open_task_package(made.tasks[key], made.slips[key], path, PASSPHRASE, CHEAP, clock, silent)
    with open_store(path, PASSPHRASE) as store:
        form = sign_in.SignInForm(True, True, (), CORRECTION)
        made.fingerprints[key] = sign_in.sign_in(store, form, clock).fingerprint
        made.scoring[key] = copy_store(path, made.folder / "留存" / "评分中")
        work = score.load_assignment(store)
        mine = sheets_of(work.scheme, expert, list(work.candidates.values()))
        made.forms[key] = made.folder / "专家" / f"{key}_评分填写表.xlsx"
        score.write_filled_form(work, mine, made.forms[key])
        assert not score.score_from_form(store, work, made.forms[key], clock).problems
        made.packages[key] = hand_in.submit(store, work, made.folder / "U盘", clock)
    made.handed_in[key] = path


def _conclude(made: SmallReview) -> None:
    before = copy_store(made.chair, made.folder / "留存" / "组长")
    with open_store(made.chair, PASSPHRASE) as store:
        lines = chair.take_in(store, list(made.packages.values()), made.fingerprints, clock, silent)
        assert {one.verdict for one in lines} <= {Verdict.NEW, Verdict.INCOMPLETE}
        assert all(one.merged for one in lines)
        made.chair_later = copy_store(made.chair, made.folder / "留存" / "组长收包后")
        open_moderation(store, "", clock)
        made.bundle = made.folder / "U盘" / "成果包.zip"
        write_result_bundle(store, made.bundle, clock, silent)
    made.chair = before
