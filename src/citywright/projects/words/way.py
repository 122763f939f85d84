"""The way of a project: stages, gates, evidence, milestones (PROJECTS 1.2)."""

from citywright.kernel.words import Word


class Stage(Word):
    """阶段, derived from the gates passed, never stored."""

    IDEA = "idea", "谋划"
    RESERVE = "reserve", "储备"
    COMMITTED = "committed", "签约立项"
    LANDED = "landed", "落地"
    BUILDING = "building", "建设"
    COMPLETED = "completed", "竣工"
    PRODUCING = "producing", "投产"
    EFFECTIVE = "effective", "达效"


class Exit(Word):
    """旁路出口: where a project leaves the way, or waits."""

    SUSPENDED = "suspended", "暂停"
    DROPPED = "dropped", "退库"
    MERGED = "merged", "并入"


class Link(Word):
    """五个环节: 谋划、落地、建设、见效、服务."""

    PLANNING = "planning", "谋划"
    LANDING = "landing", "落地"
    CONSTRUCTION = "construction", "建设"
    BENEFIT = "benefit", "见效"
    SERVICE = "service", "服务"


class Gate(Word):
    """关口, in the order of the way (PROJECTS 1.2)."""

    G1 = "g1", "入储备库"
    G1A = "g1a", "方案书深度"
    G1B = "g1b", "计划书深度"
    G1C = "g1c", "施工图深度"
    G2 = "g2", "立项签约"
    G3 = "g3", "落地"
    G4C = "g4c", "开工仪式"
    G4P = "g4p", "施工许可"
    G4 = "g4", "实质开工"
    G4S = "g4s", "入统"
    G5 = "g5", "竣工"
    G6 = "g6", "投产投用"
    G7 = "g7", "达效"


class SideExit(Word):
    """退出动作 X1-X4."""

    DROP = "x1", "退库"
    SUSPEND = "x2", "暂停"
    RESUME = "x3", "恢复"
    STEP_BACK = "x4", "回退"


class PassageResult(Word):
    """关口申报的结果."""

    PENDING = "pending", "待核验"
    ACCEPTED = "accepted", "已核验"
    RETURNED = "returned", "退回"
    REVOKED = "revoked", "撤销"
    WAIVED = "waived", "容缺"


class PassageVerb(Word):
    """关口上的动作."""

    VERIFY = "verify", "核验"
    RETURN = "return", "退回"
    REVOKE = "revoke", "撤销"
    WAIVE = "waive", "容缺通过"


class EvidenceKind(Word):
    """佐证材料种类 (PROJECTS 1.2)."""

    PLAN_BOOK = "plan_book", "方案书或建议书"
    SCHEDULE_BOOK = "schedule_book", "计划书"
    DRAWINGS = "drawings", "施工图"
    SITE_INTENTION = "site_intention", "选址意向"
    ESTIMATE = "estimate", "投资估算"
    FUNDING_IDEA = "funding_idea", "资金筹措设想"
    INVESTOR = "investor", "投资主体证明"
    INTENTION_LETTER = "intention_letter", "意向书"
    LEAD_JUDGED = "lead_judged", "线索研判意见"
    FEASIBILITY = "feasibility", "可研批复"
    PROJECT_CODE = "project_code", "项目代码"
    FILING = "filing", "备案证明"
    AGREEMENT = "agreement", "正式协议"
    FRAMEWORK = "framework", "框架协议"
    SITE_OPINION = "site_opinion", "用地预审与选址意见"
    ALLOCATION = "allocation", "划拨决定书"
    BUSINESS_LICENCE = "business_licence", "营业执照"
    LAND_CONTRACT = "land_contract", "出让合同、成交确认书或租赁合同"
    FIRST_FUNDS = "first_funds", "首笔到位资金"
    PHOTO = "photo", "照片"
    PERMIT = "permit", "施工许可证或豁免依据"
    CONTRACT = "contract", "施工合同"
    COMMENCEMENT = "commencement", "开工令"
    SITE_PHOTO = "site_photo", "带时间地点的现场照片"
    VERIFIER_NAME = "verifier_name", "现场核验人"
    STATISTICS_SET = "statistics_set", "入统材料"
    ACCEPTANCE = "acceptance", "竣工验收或联合验收意见"
    SURVEY = "survey", "竣工测量"
    OPENING_RECORD = "opening_record", "投用或移交记录"
    FIRST_OUTPUT = "first_output", "首张发票或用电曲线"
    SERVICE_VOLUME = "service_volume", "服务量对照目标"
    COMMITMENT_MET = "commitment_met", "产值、税收、就业对照承诺"
    OTHER = "other", "其他"


class MilestoneStatus(Word):
    """节点状态 (OC4IDS)."""

    SCHEDULED = "scheduled", "计划中"
    MET = "met", "已完成"
    PARTIALLY_MET = "partiallyMet", "部分完成"
    NOT_MET = "notMet", "未完成"
