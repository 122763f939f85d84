"""Which columns has the Excel list? The thirty-one of PRACTICE 4.2 and what senders call them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from citywright.kernel.words import Word

from ..words import FundingType, Gate, Nature, YearKind


class Kind(Enum):
    """How the cells of a column are read."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    PERCENT = "percent"
    DAY = "day"
    SPAN = "span"
    WORD = "word"
    YES_NO = "yes_no"
    CATEGORY = "category"
    UNIT = "unit"
    UNITS = "units"


@dataclass(frozen=True)
class Field:
    """One column: identifier, Chinese name, how it is read; `derived` ones are checked at most, never stored."""

    code: str
    zh: str
    kind: Kind
    derived: bool = False
    required: bool = False
    longest: int = 0
    word: type[Word] | None = None

    @property
    def synonyms(self) -> tuple[str, ...]:
        """Other names of the column."""
        return tuple(SYNONYMS.get(self.code, "").split())


K = Kind
#: The columns in the order of PRACTICE 4.2, then those that only some senders have.
FIELDS: tuple[Field, ...] = (
    Field("row_no", "序号", K.TEXT, derived=True),
    Field("code", "项目编号", K.TEXT, longest=32),
    Field("name", "项目名称", K.TEXT, required=True, longest=160),
    Field("project_code", "项目代码", K.TEXT, longest=24),
    Field("level", "项目级别", K.TEXT, derived=True),
    Field("category", "项目类别", K.CATEGORY),
    Field("nature", "建设性质", K.WORD, word=Nature),
    Field("year_type", "建设类型", K.WORD, word=YearKind),
    Field("stage", "建设阶段", K.TEXT, derived=True),
    Field("owner", "建设单位", K.TEXT, longest=120),
    Field("owner_uscc", "统一社会信用代码", K.TEXT, longest=18),
    Field("location", "建设地点", K.TEXT, longest=200),
    Field("scale", "建设规模及主要内容", K.TEXT),
    Field("period", "建设起止年限", K.SPAN),
    Field("total_invest", "总投资", K.MONEY),
    Field("done_before", "截至上年底累计完成投资", K.MONEY),
    Field("plan_year", "年度计划投资", K.MONEY),
    Field("done_month", "本月完成投资", K.MONEY),
    Field("built", "本月建筑工程", K.MONEY),
    Field("installed", "本月安装工程", K.MONEY),
    Field("equipment", "本月设备购置", K.MONEY),
    Field("other", "本月其他费用", K.MONEY),
    Field("done_ytd", "1-N月累计完成投资", K.MONEY),
    Field("rate_year", "占年度计划%", K.PERCENT, derived=True),
    Field("lead_pp", "与时序比", K.PERCENT, derived=True),
    Field("done_total", "自开工累计完成投资", K.MONEY),
    Field("goal", "年度目标", K.TEXT, longest=300),
    Field("image_progress", "当前形象进度", K.TEXT, longest=300),
    Field("permits", "手续办理情况", K.TEXT, derived=True),
    Field("problem", "存在问题", K.TEXT, longest=300),
    Field("next", "下步措施", K.TEXT, longest=300),
    Field("start_plan", "计划开工时间", K.DAY),
    Field("start_actual", "实际开工时间", K.DAY),
    Field("finish_plan", "计划竣工时间", K.DAY),
    Field("finish_actual", "实际竣工时间", K.DAY),
    Field("production_plan", "计划投产时间", K.DAY),
    Field("lead", "牵头单位", K.UNITS),
    Field("coop", "配合单位", K.UNITS),
    Field("leader", "包联领导", K.TEXT, longest=60),
    Field("chief", "责任人", K.TEXT, longest=60),
    Field("contact", "联系人", K.TEXT, longest=60),
    Field("phone", "联系电话", K.TEXT, longest=40),
    Field("in_stats", "是否纳统", K.YES_NO, derived=True),
    Field("stat_name", "纳统项目名称", K.TEXT, longest=160),
    Field("stat_code", "纳统代码", K.TEXT, longest=40),
    Field("stat_total", "纳统计划总投资", K.MONEY),
    Field("lamp", "亮灯", K.TEXT, derived=True),
    Field("remark", "备注", K.TEXT),
    Field("funding_type", "投资主体", K.WORD, word=FundingType),
    Field("land_mu", "用地面积", K.NUMBER),
    Field("floor_area", "建筑面积", K.NUMBER),
    *(Field(f"gate_{gate.value}", f"{gate.zh}日期", K.DAY) for gate in Gate if gate not in {Gate.G4, Gate.G5}),
)
BY_CODE: dict[str, Field] = {field.code: field for field in FIELDS}
#: What senders call each column, besides its own name; written as `mapping.normal` makes headers.
SYNONYMS: dict[str, str] = {
    "row_no": "编号序号 排序 No NO.",
    "code": "系统编号 项目序列号 库内编号 台账编号",
    "name": "项目 名称 工程名称 建设项目名称 立项名称 重点项目名称",
    "project_code": (
        "投资项目代码 国家代码 赋码 立项代码 项目统一代码 投资平台代码 在线平台代码 国家项目代码 投资项目统一代码"
    ),
    "level": "级别 重点级别 项目等级 重点项目级别 项目层级",
    "category": "类别 项目类型 所属类别 行业类别 项目分类 产业类别 行业分类",
    "nature": "性质 项目性质",
    "year_type": "年度类型 建设类型(年度) 年度建设类型 开工类型 年度性质",
    "stage": "项目状态 建设状态 所处阶段 项目阶段 当前阶段",
    "owner": (
        "业主 建设单位(业主) 项目业主 业主单位 项目单位 实施单位 建设主体 投资单位 项目法人 企业名称 实施主体"
    ),
    "owner_uscc": "信用代码 业主信用代码 建设单位信用代码 社会信用代码",
    "location": "项目地点 建设地址 地点 项目选址 建设位置 项目地址 位置",
    "scale": (
        "建设内容 主要建设内容 建设规模及内容 建设规模 建设规模和内容 主要建设内容及规模 建设内容及规模 项目简介 "
        "项目概况 建设规模和主要内容 建设规模与内容"
    ),
    "period": "建设年限 起止年限 建设周期 建设期 项目工期 建设起止时间 工期 起止时间 建设工期 建设时间",
    "total_invest": (
        "计划总投资 项目总投资 总投资额 投资总额 概算总投资 投资/总投资 估算总投资 投资规模 总投资估算"
    ),
    "done_before": (
        "截至上年底累计完成 上年底累计完成投资 截至上年底完成投资 至上年底累计完成投资 以前年度完成投资 "
        "截至上年底累计 开工至上年底完成投资 上年底前完成投资 截至上年末累计完成投资 投资/截至上年底累计完成"
    ),
    "plan_year": (
        "年度计划 年度投资计划 本年计划投资 今年计划投资 当年计划投资 计划投资 年计划投资 本年度计划投资 "
        "年度投资目标 投资/年度计划 年度任务 年度计划完成投资 本年计划"
    ),
    "done_month": (
        "本月完成 当月完成投资 当月完成 本月投资 月度完成投资 投资/本月完成 本月完成/小计 本月完成/合计 "
        "本月完成投资/合计 本月完成投资/小计 本月实际完成投资"
    ),
    "built": "建筑工程 本月完成/建筑 本月完成/建筑工程 土建工程 本月完成投资/建筑工程 本月完成投资/建筑 建筑",
    "installed": "安装工程 本月完成/安装 本月完成/安装工程 设备安装 安装 本月完成投资/安装工程 本月完成投资/安装",
    "equipment": (
        "设备工器具购置 设备购置 本月完成/设备 本月完成/设备购置 设备 本月完成投资/设备 本月完成投资/设备购置 "
        "本月完成投资/设备工器具购置"
    ),
    "other": "其他费用 本月完成/其他 本月完成/其他费用 土地等费用 其他 本月完成投资/其他 本月完成投资/其他费用",
    "done_ytd": (
        "1-N月完成 1-N月完成投资 年度累计完成投资 今年累计完成投资 本年累计完成投资 年初至今完成投资 "
        "累计完成投资(本年) 年度完成投资 本年完成投资 今年以来完成投资 年度累计完成 当年累计完成投资 "
        "1-N月累计完成 投资/1-N月完成 1-本月累计完成投资 年初累计完成投资 本年度累计完成投资"
    ),
    "rate_year": (
        "年度投资完成率 完成年度计划比例 占年度计划比例 年度完成率 完成率 占年度计划 投资完成率 占年度计划比重 "
        "投资/占年度计划%"
    ),
    "lead_pp": "与时序进度比 超(慢)时序 快慢时序 与时序比(百分点) 超序时进度 比时序进度 与序时进度比",
    "done_total": (
        "累计完成投资 开工以来累计完成投资 开工至今累计完成投资 自开工累计完成 总累计完成投资 累计完成 "
        "自开工以来累计完成投资 项目累计完成投资 开工累计完成投资 投资/自开工累计完成"
    ),
    "goal": (
        "年度形象目标 年度形象进度目标 年度建设目标 年度目标(形象) 年度建设内容 年度计划形象进度 年度工程形象目标 "
        "年度工作目标"
    ),
    "image_progress": (
        "形象进度 本月进展 目前形象进度 工程形象进度 项目进展 进展情况 目前进展 工程进展 目前进展情况 "
        "项目进展情况 当前进展 本月形象进度 项目推进情况 建设进展"
    ),
    "permits": "手续办理 前期手续 手续情况 前期手续办理情况 审批手续",
    "problem": (
        "问题和建议 存在的问题 存在困难 存在问题及建议 问题 存在困难和问题 主要问题 困难问题 存在的主要问题"
    ),
    "next": (
        "需协调事项 下步工作 下一步工作 下步计划 需协调事项/下步措施 下一步措施 下步打算 需协调解决事项 "
        "下一步计划 需协调解决的问题 下步工作安排"
    ),
    "start_plan": "计划开工 计划开工日期 拟开工时间 预计开工时间 开工时间/计划 计划开工/实际开工/计划 开工/计划",
    "start_actual": "实际开工 实际开工日期 开工时间 开工日期 开工时间/实际 开工/实际",
    "finish_plan": "计划竣工 计划竣工日期 计划完工时间 预计竣工时间 竣工时间/计划 计划建成时间 竣工/计划",
    "finish_actual": "实际竣工 实际竣工日期 竣工时间 竣工日期 竣工时间/实际 竣工/实际",
    "production_plan": "计划投产 计划投用时间 计划投产日期 预计投产时间",
    "lead": (
        "责任单位 牵头(责任)单位 主管部门 牵头部门 责任部门 主责单位 包保单位 牵头责任单位 分管局委 行业主管部门"
    ),
    "coop": "协办单位 配合部门 协同单位 服务单位 责任单位/配合",
    "leader": "包联(帮扶)领导 帮扶领导 包保领导 县级领导 区级领导 联系领导 分管领导 牵头领导 包联区领导 挂包领导",
    "chief": "项目长 项目责任人 项目负责人 责任领导",
    "contact": "项目联系人 联络员 联系人姓名",
    "phone": "联系人电话 电话 联系方式 手机 手机号 联系人/电话",
    "in_stats": "是否入统 纳统情况 是否入库纳统 入统情况 是否入库",
    "stat_name": "纳统名称 入统名称 统计项目名称 入库项目名称",
    "stat_code": "入统代码 统计代码 纳统编码 入库代码",
    "stat_total": "入统计划总投资 统计计划总投资 纳统总投资 入统总投资",
    "lamp": "灯色 红黄绿灯 亮灯情况 预警 预警灯",
    "remark": "说明 备注说明",
    "funding_type": "投资类型 资金性质 投资性质 政府/企业投资 项目属性",
    "land_mu": "占地面积 用地 用地规模 占地",
    "floor_area": "总建筑面积",
}
#: The gates whose event day a column tells: an import claims them, it never verifies.
GATE_OF: dict[str, Gate] = {
    "start_actual": Gate.G4, "finish_actual": Gate.G5,
    **{f"gate_{gate.value}": gate for gate in Gate if gate not in {Gate.G4, Gate.G5}},
}
#: Typed words that mean one of ours: code, then the words.
WORD_SYNONYMS: dict[str, str] = {word: code for code, words in {
    "new_start": "新开工项目 拟新开工 当年新开工 计划新开工",
    "finish": "新建成 续建竣工 竣工投产 计划竣工 建成 投产 完工 竣工项目 竣工",
    "continue": "续建项目 在建 建设中 结转",
    "preparatory": "储备 预备 前期项目 前期工作 未开工 开展前期",
    "expand": "改扩建 扩建项目",
    "new": "新建项目",
    "reform": "技术改造",
    "rebuild": "改造",
    "move": "搬迁",
    "government": "政府 市级政府 区级政府 省级政府 财政 财政资金 国有 政府投资项目",
    "enterprise": "企业 社会 社会投资 民间 民营 民间投资 外资 企业自筹 企业投资项目",
    "ppp": "PPP ppp 政企合作",
}.items() for word in words.split()}
#: The same for categories.
CATEGORY_SYNONYMS: dict[str, str] = {word: code for code, words in {
    "industrial": "产业 工业 产业项目 工业项目 制造业 先进制造 产业类",
    "services": "服务业 现代服务业 商贸物流 文旅",
    "infrastructure": "基础设施 基础设施类 基建 交通 水利 市政",
    "livelihood": "民生 民生保障 社会民生 社会事业 民生类",
    "renewal": "城市更新 更新 旧改",
    "unclassified": "未归类",
}.items() for word in words.split()}
