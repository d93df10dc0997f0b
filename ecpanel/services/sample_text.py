"""What the rehearsal's 申报书 say: chapters put together from sentences with each firm's own figures."""

from __future__ import annotations

from random import Random
from typing import Final

from ecpanel.services.sample_firms import Firm

Chapter = tuple[str, tuple[str, ...]]
"""Heading and paragraphs."""

_FIELDS: Final = {
    "平台类": {
        "model": (
            "撮合交易与履约托管相结合的产业平台",
            "按产地组货、按销区分仓的批发平台",
            "内外贸同一货盘的交易平台",
        ),
        "user": "入驻商户",
        "act": "交易撮合",
    },
    "应用类": {
        "model": (
            "自有品牌直达消费者的全渠道经营",
            "线上下单、门店与产地仓协同发货",
            "以销定产的小单快反经营",
        ),
        "user": "合作农户和加工厂",
        "act": "网络零售",
    },
    "服务类": {
        "model": (
            "面向中小商户的一体化代运营",
            "仓配、结算、数据打包提供的公共服务",
            "县域电商公共服务站点网络",
        ),
        "user": "服务商户",
        "act": "电商服务",
    },
}
_TECH: Final = (
    "智能选品系统", "销量预测模型", "仓储机器人调度系统", "图像质检系统", "商品知识库", "电子面单与路由系统",
    "数字化溯源平台", "智能客服系统", "供应商协同门户", "订单履约中台",
)  # fmt: skip
_PLACES: Final = (
    "青石",
    "白鹭",
    "云岭",
    "柳溪",
    "丹霞",
    "梅垅",
    "双桥",
    "石门",
    "杏花",
    "长滩",
    "草坝",
    "松涛",
)

_BASIC: Final = (
    "{name}成立于{founded}年，注册地在{city}，主营{trade}，旗下“{brand}”{act}业务覆盖{provinces}个省份。"
    "公司采用{model}，2020年电子商务交易额{A1}亿元，同比增长{A2}%。",
    "公司现有在岗职工{C4}人，其中技术人员{techs}人，设有产品、供应链、客户服务、合规四个中心，"
    "财务、内控、数据安全等制度{rules}项，近三年连续接受年度审计，均为无保留意见。",
    "公司法定代表人{head}，长期从事{trade}经营。管理团队平均从业{years}年，核心岗位三年流失率低于{loss}%。",
    "公司股权清晰，不存在母子公司以同一业务重复申报的情形，经营场所、服务器和主要仓库均在境内。",
)
_SCALE: Final = (
    "2018年至2020年，电子商务交易额分别为{T0}亿元、{T1}亿元、{T2}亿元，营业收入{revenue}亿元，"
    "纳税总额{A3}万元。增长主要来自{place}等产地货源上线和老客户复购，复购率由{r0}%提高到{r1}%。",
    "“{brand}”现有{user}{merchants}家，活跃度{active}%，平均结算周期由{d0}天缩短到{d1}天，"
    "退换货率{back}%，低于公司三年前水平{drop}个百分点。",
    "受疫情影响，2020年一季度订单一度下降{dip}%。公司推出免租、预付货款、集中采购防疫物资等措施，"
    "二季度恢复到上年同期的{recover}%，没有裁减职工，没有拖欠货款。",
    "公司在{place}和{place2}建有自营仓{stores}处，日处理包裹能力{parcels}万件，次日达比例{next}%。",
    "从收入结构看，{act}收入占比{share}%，技术与数据服务收入占比{tech_share}%，其余为仓配和金融辅助服务收入。",
)
_INNOVATION: Final = (
    "商业模式方面，公司把{model}做成可复制的流程：需求汇集、打样确认、分批生产、集中质检、统一履约，"
    "每一环节的时限和责任都写进合同，{trade}新品从立项到上架由{n0}天缩短到{n1}天。",
    "技术方面，公司自主开发{tech}，2020年研发投入占营业收入{B2}%，拥有专利和软件著作权{patents}项。"
    "系统上线后，缺货率下降{gap}%，人工复核工作量减少{less}%。",
    "公司把{tech2}开放给{user}使用，不收接入费。{place}一家小型加工厂接入后，库存周转由{s0}天降到{s1}天，"
    "当年增加{workers}个岗位。",
    "融合发展方面，公司与{factories}家制造企业共享销售数据，按周下达排产建议；与{coops}家农民专业合作社"
    "签订长期订单，推动{trade}分级、包装和冷链标准落地。",
    "公司探索内外贸一体化，同一货盘同时适配国内外标准，2020年跨境订单{cross}万单，"
    "在{place2}设立海外仓协同点，破损理赔时效缩短到{claim}小时。",
    "公司用{tech}支撑直播、社群等新渠道，建立主播选品双人复核和样品留存制度，直播间退货率比行业平均低{live}个百分点。",
)
_DEMONSTRATION: Final = (
    "推动消费升级方面，公司建立{trade}品质分级标准，上线“放心购”专区，抽检{checks}批次，合格率{pass_rate}%，"
    "带动客单价提高{basket}%。",
    "带动产业转型方面，{place}产业带{workshops}家作坊通过“{brand}”完成数字化改造，"
    "平均用工成本下降{labour}%，{lift}家成长为规模以上企业。",
    "公司参与起草团体标准{standards}项，接待各地考察{visits}批次，经验被{copied}个县区借鉴。"
    "公司每年公开一份运行报告，主要数据可以核对。",
    "就业创业方面，公司直接吸纳就业{C4}人，开设免费课程{courses}期，培训{trained}人次，"
    "其中返乡青年和高校毕业生占{youth}%。",
    "面向中小商户，公司设立{fund}万元互助周转金，按交易信用授信，逾期率{overdue}%，帮助{helped}家商户渡过淡季。",
)
_DUTY: Final = (
    "脱贫攻坚与乡村振兴方面，公司对接{counties}个县，建设产地仓{origin}处，2020年帮助销售农产品{farm}万元，"
    "{place2}的脱贫户户均增收{gain}元。",
    "公司党支部有党员{party}人，设立党员先锋岗{posts}个，在防汛、防疫中组织运力{trucks}车次，捐赠物资{gift}万元。",
    "绿色发展方面，公司推广原箱发货和循环箱，循环箱使用{boxes}万次，单件包装用纸减少{paper}%，"
    "主要仓库屋顶光伏年发电{power}万度。",
    "消费者权益保护方面，公司实行首问负责和先行赔付，投诉办结平均{hours}小时，办结率{closed}%，"
    "2020年没有发生群体性投诉。",
    "数据安全方面，公司完成网络安全等级保护测评，个人信息按最小必要收集，敏感字段加密保存，"
    "全年组织应急演练{drills}次。信用评价得分见佐证材料，近三年无重大行政处罚。",
    "公司按期向商务主管部门报送数据，积极参加双品网购节、数商兴农等活动，并指定专人负责统计口径核对。",
)
_PLAN: Final = (
    "存在的主要问题：一是{trade}标准化程度仍然不高，分级主要靠人工；二是{place}等产地冷链设施不足；"
    "三是复合型人才短缺，县域岗位平均空缺{vacancy}个月。",
    "下一步，公司计划投入{invest}万元升级{tech2}，把接入商户扩大到{target}家；建设{new_stores}处产地仓；"
    "与{schools}所院校共建实训基地。",
    "公司将继续履行示范企业义务，按要求报送数据，主动接受监督，形成可以推广的案例。",
)
_CASES: Final = (
    (
        "{place}的{trade}怎样卖到全国",
        (
            "{place}有{workshops}家小作坊从事{trade}生产，过去依靠批发市场现金交易，价格随行就市，货款回收平均要{d0}天，"
            "遇到淡季只能停工。作坊主年龄偏大，不会拍照，不懂规则，自己开店大多半年内关张。",
            "公司派出{hall}人小组驻点{batch}天，统一拍摄、统一质检、统一发货，作坊只管生产；同时用{tech}按周给出排产建议，"
            "首批{helped}家签约，约定不达标的货由公司回购，打消了顾虑。",
            "一年后，签约作坊平均月订单由{s0}单增加到{after}单，单位成本下降{cost}%，回款缩短到{d1}天，"
            "{workers}名外出务工人员回乡就业，{place2}等地主动前来学习并照此办理。",
        ),
    ),
    (
        "用{tech2}减少一半的无效搬运",
        (
            "公司位于{place2}的仓库高峰日处理{parcels}万件，货位靠老员工记忆，新人平均{n1}天才能独立作业，"
            "错发漏发引起的投诉占全部投诉的{gap}%。",
            "技术团队用{n0}天把拣选路径、补货时点、包材选择都写进{tech2}，先在一个库区试运行，再逐区推广，"
            "每周公布差错清单，谁发现的问题就由谁参与修改。",
            "推广以后，人均日拣选量提高{basket}%，错发率降到万分之{claim}，单件包材成本下降{cost}%，"
            "系统已提供给{lift}家{user}免费使用，相关做法写入{standards}项团体标准草案。",
        ),
    ),
    (
        "一笔周转金救活一季生意",
        (
            "2020年春，{place}的{helped}家{user}因物流中断积压{trade}{batch}吨，账上现金只够支撑{n1}天，"
            "银行授信又要抵押，不少人准备关店。",
            "“{brand}”拿出{fund}万元设立互助周转金，凭过去{d0}周的交易记录授信，最快{hours}小时到账；"
            "同时协调冷库、开通绿色通道，并组织{courses}场专场销售。",
            "到当年夏天，积压全部售出，周转金收回{closed}%，没有一家关店，其中{lift}家还扩大了生产，"
            "新增岗位{workers}个。公司把这套做法固定下来，每年淡季前开放申请。",
        ),
    ),
    (
        "让县里的年轻人留下来",
        (
            "{place2}每年有{after}名青年外出，县里缺少懂运营的人。公司与{schools}所学校合办实训班，"
            "教材来自真实店铺，学员用公司提供的样品练习开店。",
            "培训不收费用，结业后由公司担保进货，头三个月免服务费；导师每周线上答疑，"
            "遇到售后纠纷由公司先行处理，避免新人一次失误就退出。",
            "{courses}期共培训{trained}人次，坚持经营满一年的占{active}%，最好的一家年销售{farm}万元，"
            "带动{workshops}户供货，成为当地青年返乡的样板。",
        ),
    ),
)
_CHAPTERS: Final = (
    ("一、企业基本情况", _BASIC),
    ("二、电子商务业务与规模", _SCALE),
    ("三、创新做法与成效", _INNOVATION),
    ("四、示范带动与社会效益", _DEMONSTRATION),
    ("五、社会责任与合规", _DUTY),
    ("六、存在问题与下一步计划", _PLAN),
)
_LEADS: Final = ("", "", "具体来看，", "实践中，", "2020年以来，", "据公司统计，")


def chapters_of(firm: Firm, seed: int) -> tuple[Chapter, ...]:
    """The six chapters of a 申报书, different for every firm."""
    chance = Random(f"{seed}/text/{firm.candidate.candidate_id}")
    chapters = [(heading, _paragraphs(firm, pool, chance)) for heading, pool in _CHAPTERS]
    chapters.insert(4, ("（附）典型案例", _cases(firm, chance)))
    return tuple(chapters)


def _cases(firm: Firm, chance: Random) -> tuple[str, ...]:
    """Two or three cases of three paragraphs, each with its own place and figures."""
    paragraphs: list[str] = []
    for ordinal, (title, parts) in zip("一二三", chance.sample(_CASES, chance.randint(2, 3)), strict=False):
        values = _Values(firm, chance)
        paragraphs.append(f"案例{ordinal}：{title.format_map(values)}")
        paragraphs += [part.format_map(values) for part in parts]
    return tuple(paragraphs)


def _paragraphs(firm: Firm, pool: tuple[str, ...], chance: Random) -> tuple[str, ...]:
    first, *others = pool
    chosen = [first, *chance.sample(others, chance.randint(max(1, len(others) - 1), len(others)))]
    values = _Values(firm, chance)
    paragraphs = []
    for number, template in enumerate(chosen):
        lead = chance.choice(_LEADS) if number and "方面，" not in template else ""
        paragraphs.append(lead + template.format_map(values.fresh()))
    return tuple(paragraphs)


class _Values(dict[str, str]):
    """The firm's own figures by name; any other name gets a believable number, fresh in each paragraph."""

    _RANGES: Final = {
        "provinces": (6, 31), "techs": (12, 180), "rules": (18, 64), "years": (6, 17), "loss": (4, 12),
        "d0": (18, 45), "d1": (3, 12), "n0": (40, 90), "n1": (9, 28), "s0": (40, 95), "s1": (12, 33),
        "r0": (18, 29), "r1": (31, 52), "checks": (120, 4200), "trained": (600, 26000), "farm": (320, 28000),
        "gain": (900, 6800), "fund": (200, 5000), "invest": (800, 12000), "target": (900, 12000),
        "helped": (40, 1300), "workshops": (60, 900), "pass_rate": (95, 99), "closed": (96, 99),
        "next": (58, 93), "recover": (92, 118), "share": (61, 78), "tech_share": (6, 17), "parcels": (2, 46),
        "overdue": (1, 3), "live": (3, 9), "drop": (2, 8), "vacancy": (2, 7), "back": (3, 9),
        "new_stores": (2, 9), "schools": (2, 9), "stores": (2, 14), "origin": (1, 9), "standards": (1, 7), "lift": (1, 9),
        "drills": (2, 12), "posts": (3, 20), "gift": (5, 90), "batch": (200, 3000), "hall": (3, 9), "cost": (6, 24),
        "after": (120, 900), "boxes": (3, 260), "cross": (2, 180), "hours": (6, 30), "active": (55, 90),
    }  # fmt: skip

    def __init__(self, firm: Firm, chance: Random) -> None:
        field = _FIELDS[firm.candidate.category]
        places = chance.sample(_PLACES, 2)
        tech = chance.sample(_TECH, 2)
        super().__init__(
            firm.figures,
            name=firm.candidate.name,
            founded=str(firm.founded),
            city=firm.city,
            trade=firm.trade,
            brand=firm.brand,
            head=firm.head,
            revenue=str(firm.revenue),
            merchants=str(firm.merchants),
            patents=str(firm.patents),
            counties=str(firm.counties),
            T0=str(firm.turnovers[0]),
            T1=str(firm.turnovers[1]),
            T2=str(firm.turnovers[2]),
            model=chance.choice(field["model"]),
            user=str(field["user"]),
            act=str(field["act"]),
            place=places[0],
            place2=places[1],
            tech=tech[0],
            tech2=tech[1],
        )
        self._chance = chance
        self._drawn: dict[str, str] = {}

    def fresh(self) -> _Values:
        """Forget the numbers that were drawn."""
        self._drawn = {}
        return self

    def __missing__(self, name: str) -> str:
        if name not in self._drawn:
            self._drawn[name] = str(self._chance.randint(*self._RANGES.get(name, (2, 36))))
        return self._drawn[name]
