"""Catalogue versions, materials, and the people round a dossier (APPROVALS; PRACTICE 5.3)."""

from citywright.kernel.words import Word


class VersionStep(Word):
    """目录版本状态."""

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    ENDED = "ended", "已停用"


class ServicePhase(Word):
    """帮办阶段: 签约前贴上去、审批中全程代、开工后跟到底."""

    SIGNING = "signing", "签约前"
    APPROVAL = "approval", "审批中"
    CONSTRUCTION = "construction", "开工后"


class MessageKind(Word):
    """企业来信."""

    QUESTION = "question", "咨询"
    URGE = "urge", "催办"


class AnswerSource(Word):
    """一张表单里的答案从哪里来."""

    PROJECT = "project", "项目库"
    MAP = "map", "地块图层"
    OFFICE = "office", "窗口填写"
    ENTERPRISE = "enterprise", "企业填写"
