"""What the values and units of the sample catalogue's attributes are called, where a code stands in the file."""

#: (attribute, value) to its words.
VALUE_LABELS: dict[tuple[str, str], str] = {
    ("investment_type", "government"): "政府投资", ("investment_type", "social"): "社会投资",
    ("land_mode", "transfer"): "出让", ("land_mode", "transfer_with_plan"): "带方案出让",
    ("land_mode", "allocation"): "划拨", ("land_mode", "collective"): "集体建设用地",
    ("land_mode", "existing"): "自有存量用地",
    ("industry_type", "industrial"): "工业", ("industry_type", "warehouse"): "仓储物流",
    ("industry_type", "residential"): "住宅", ("industry_type", "commercial"): "商业办公",
    ("industry_type", "public"): "公共建筑", ("industry_type", "municipal"): "市政",
    ("industry_type", "transport"): "交通", ("industry_type", "energy"): "能源", ("industry_type", "water"): "水利",
    ("eia_class", "report"): "报告书", ("eia_class", "table"): "报告表", ("eia_class", "register"): "登记表",
    ("eia_class", "exempt"): "豁免",
    ("water_use", "public"): "公共供水", ("water_use", "abstraction"): "自备取水",
}
#: Unit of a number to its words.
UNIT_LABELS = {"m2": "平方米", "tce/year": "吨标准煤/年", "hectare": "公顷"}
#: What a field of the catalogue's file is called on pages and in sheets.
FIELD_LABELS = {
    "name_zh": "名称", "name_en": "英文名称", "stage": "阶段", "department": "部门", "mode": "办理方式",
    "working_days_statutory": "法定工作日", "working_days_committed": "承诺工作日", "days_source": "时限来源",
    "package": "打包", "applies_when": "适用条件", "prerequisites": "前置事项", "needs": "需要的材料",
    "produces": "产生的材料", "deferrable": "可容缺", "commitment_ok": "可告知承诺", "pre_review": "拿地前可预审",
    "milestone": "里程碑", "kind": "打包方式", "joint_days": "共同时限", "lead": "牵头部门", "label_zh": "问什么",
    "type": "种类", "values": "可选值或单位", "fill": "从哪里填", "applicant_documents": "申请人提供的材料",
    "*": "整条", "working_days_by_class": "分类时限", "object": "办理对象", "note": "备注",
}
