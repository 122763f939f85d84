"""The sample district: invented, seeded, its totals those published for 济阳 2024; built through actions only."""

#: The day the sample district stands on, and the sign-ins of its people.
SAMPLE_DAY = "2024-03-27"
PASSWORD = "citywright-demo"  # noqa: S105
SIGN_INS: tuple[tuple[str, str], ...] = (
    ("office", "区项目办"), ("clerk", "区住建局填报员"), ("reviewer", "区住建局审核人"),
    ("verifier", "区审批局核验人员"), ("leader", "区领导"), ("city", "市级项目办"), ("stranger", "外区人员"),
    ("sysadmin", "系统管理员"), ("secadmin", "安全管理员"), ("auditadmin", "审计管理员"),
)
