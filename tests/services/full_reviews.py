"""A whole review as an organiser has it: 186 firms of all regions with dossiers, 15 experts, three groups."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ecpanel.domain.candidate import Candidate, number_id
from ecpanel.domain.people import Expert, Group
from ecpanel.domain.recusal import Recusal, RecusalReason
from ecpanel.domain.regions import REGIONS
from ecpanel.domain.review import ReviewKind
from ecpanel.exchange.candidate_list import write_candidate_list
from ecpanel.exchange.cards import card_bytes
from ecpanel.exchange.people_list import PeopleList
from ecpanel.progress import silent
from ecpanel.services import organise
from ecpanel.services.opening import system_clock
from ecpanel.services.rehearsal import PASSPHRASE
from ecpanel.services.sample_documents import make_form
from ecpanel.services.sample_firms import make_firms
from ecpanel.store.vault import Vault
from ecpanel.wrapping import Cost

from .reviews import code

BRANDS = ("云岭", "㛃𬭸", "百川", "堃喆", "青禾", "远帆", "汇川", "东岭", "艾力", "四海", "锦程", "禾木")
TRADES = ("供应链管理", "跨境电子商务", "网络科技", "数字农业", "信息技术", "生鲜配送", "工业互联网平台")
LONG = "（集团）股份有限公司新疆维吾尔自治区乌鲁木齐经济技术开发区分公司暨供应链一体化服务中心"
NAMES = ("欧阳𬭸", "张堃喆", "李㛃", "买买提·艾力江", "王建国", "赵敏", "钱学义", "孙丽华", "周涛",
         "吴静", "郑立", "冯雪", "陈思远", "褚明", "卫国强")  # fmt: skip
UNITS = (
    "东岭大学经济学院",
    "汇川会计师事务所",
    "浙江锦程数字农业有限公司",
    "商务部研究院",
    "某省电子商务协会",
)
PAPERS = (
    "申报表.pdf",
    "申报书.pdf",
    "推荐公函.pdf",
    "佐证材料/1.营业执照.pdf",
    "佐证材料/2.审计报告摘要.pdf",
)


def many_firms(count: int) -> list[Candidate]:
    """Firms of all regions with names of every length."""
    found = []
    for n in range(1, count + 1):
        brand, trade = BRANDS[n % len(BRANDS)], TRADES[n % len(TRADES)]
        ending = LONG if n % 41 == 0 else "有限公司" if n % 3 else "股份有限公司"
        region = REGIONS[n % len(REGIONS)]
        name = f"{region[:2]}{brand}{trade}{ending}{'' if n <= 84 else n}"
        category = ("平台类", "应用类", "服务类")[n % 3]
        found.append(Candidate(number_id(n), region, name, code(n), category))
    return found


def many_experts(count: int = 15) -> tuple[Expert, ...]:
    """Experts of several houses, every seventh of the department."""
    return tuple(
        Expert(
            f"E{n:02d}",
            NAMES[(n - 1) % len(NAMES)],
            UNITS[n % len(UNITS)],
            ("教授", "研究员", "高级会计师", "副教授")[n % 4],
            ("电子商务", "财务审计", "供应链", "数字经济")[n % 4],
            n % 7 != 0,
        )
        for n in range(1, count + 1)
    )


def three_groups(experts: tuple[Expert, ...]) -> tuple[Group, ...]:
    """Five experts each."""
    return tuple(
        Group(
            f"G{n + 1}",
            f"第{'一二三'[n]}评审组",
            tuple(one.expert_id for one in experts[5 * n : 5 * n + 5]),
            experts[5 * n].expert_id,
            ("刘监督", "", "买合木提·监督")[n],
        )
        for n in range(3)
    )


def write_dossiers(folder: Path, firms: list[Candidate]) -> Path:
    """One sub-folder per firm; some papers are missing, some cannot be used, one folder means nobody."""
    page = make_form(make_firms(2021)[0])
    for n, one in enumerate(firms, start=1):
        if n in (17, 93):
            continue
        own = folder / (one.credit_code if len(one.name) > 60 else one.name)
        for place, name in enumerate(PAPERS):
            if (n % 29 == 0 and place == 2) or (n == 5 and place == 1):
                continue
            path = own / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(page + f"\n% {n} {place}\n".encode())
    (folder / firms[2].name / "佐证材料" / "3.完税证明（扫描件）.pdf").write_bytes(b"%PDF-1.4\nbroken")
    (folder / firms[7].name / "佐证材料" / "4.空.pdf").write_bytes(b"")
    (folder / firms[9].name / f"佐证材料/{'知识产权证书与软件著作权登记证书合订本' * 4}.pdf").write_bytes(
        page
    )
    for stranger in ("某某公司（名称有误）", "未写公司名的补充材料"):
        (folder / stranger).mkdir()
        (folder / stranger / "申报表.pdf").write_bytes(page)
    (folder / "汇总表.xlsx").write_bytes(b"x")
    return folder


def known_recusals(firms: list[Candidate]) -> tuple[Recusal, ...]:
    """What the organiser knows beforehand."""
    reasons = list(RecusalReason)
    return tuple(
        Recusal(
            f"E{n % 15 + 1:02d}",
            firms[(n * 13) % len(firms)].candidate_id,
            reasons[n % len(reasons)],
            "曾任独立董事至2019年6月" if n % 3 == 0 else "",
            "organiser",
        )
        for n in range(11)
    )


def set_up(
    folder: Path, cheap: Cost, firms: list[Candidate], *, grouped: bool = True, cards: bool = True
) -> Vault:
    """A store with list, people, groups, recusals and the chairs' cards; no dossiers yet."""
    folder.mkdir(parents=True, exist_ok=True)
    setup = organise.Setup("2021年电子商务示范企业综合评价", 2021, ReviewKind.EVALUATION, "欧阳㛃", cut=30)
    store = organise.new_review(folder / "组织.ecreview", PASSPHRASE, setup, cheap, system_clock)
    experts = many_experts()
    groups = three_groups(experts)
    listed = [replace(one, group=groups[n % 3].name) if grouped else one for n, one in enumerate(firms)]
    write_candidate_list(listed, folder / "名单.xlsx")
    organise.import_candidates(store, folder / "名单.xlsx", system_clock)
    organise.add_people(store, PeopleList(experts, groups, known_recusals(listed)), system_clock)
    if cards:
        for group in groups:
            give_card(store, folder, cheap, experts, group)
    return store


def give_card(store: Vault, folder: Path, cheap: Cost, experts: tuple[Expert, ...], group: Group) -> Path:
    """The chair of a group makes his store and hands his card to the organiser."""
    path = make_card_file(folder, cheap, experts, group)
    organise.set_chair_card(store, path, group.group_id, system_clock)
    return path


def make_card_file(folder: Path, cheap: Cost, experts: tuple[Expert, ...], group: Group) -> Path:
    """The card of a group's chair as a file."""
    name = next(one.name for one in experts if one.expert_id == group.chair)
    opened, card = organise.new_chair(
        folder / f"组长{group.group_id}.ecreview", PASSPHRASE, name, cheap, system_clock
    )
    opened.close()
    path = folder / f"{name}名片.json"
    path.write_bytes(card_bytes(card))
    return path


def with_dossiers(store: Vault, folder: Path, firms: list[Candidate]) -> Path:
    """Register the dossiers of `write_dossiers`."""
    write_dossiers(folder, firms)
    organise.import_dossiers(store, folder, system_clock, silent)
    return folder
