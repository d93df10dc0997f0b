"""The fictitious experts of a rehearsal, their group and their recusals."""

from __future__ import annotations

from typing import Final

from ecpanel.domain.people import Expert, Group
from ecpanel.domain.recusal import Recusal, RecusalReason

EXPERTS: Final = (
    Expert("E01", "欧阳𬭸", "东岭大学经济学院", "教授", "电子商务理论与政策"),
    Expert("E02", "张堃喆", "北桥数字商务研究所", "研究员", "平台经济"),
    Expert("E03", "李㛃", "汇川会计师事务所", "高级会计师、注册会计师", "财务与审计"),
    Expert("E04", "买买提·艾力江", "西域现代物流学会", "高级工程师", "供应链与物流"),
    Expert("E05", "诸葛明远", "青麓理工大学计算机学院", "副教授", "数据与网络安全"),
    Expert("E06", "王䶮", "中桥消费者权益研究中心", "副研究员", "消费者权益保护"),
    Expert("E07", "陈静", "商务主管部门（演练）", "二级调研员", "电子商务行业管理", outside=False),
)

GROUP: Final = Group(
    "G1", "第一评审组", members=tuple(one.expert_id for one in EXPERTS), chair="E01", supervisor="周维桢"
)

KNOWN_RECUSALS: Final = (
    Recusal("E03", "C006", RecusalReason.ADVISER, "所在事务所承担该企业年度审计", "organiser"),
    Recusal("E02", "C019", RecusalReason.EMPLOYED, "2019年曾在该企业任职", "organiser"),
)

EXPERT_RECUSALS: Final = (
    Recusal("E04", "C013", RecusalReason.ADVISER, "担任该企业物流规划顾问"),
    Recusal("E05", "C008", RecusalReason.TEACHER, "该企业技术负责人是本人指导的研究生"),
    Recusal("E01", "C001", RecusalReason.KIN, "企业负责人是本人亲属"),
)
