"""What the sample district is made of: places, units, and what each unit builds. All names are invented."""

from __future__ import annotations

from typing import NamedTuple

from citywright.projects.words import FundingType, Nature

SEED = 20240327
PROVINCE, CITY, DISTRICT, NEIGHBOUR = "990000", "990100", "990101", "990102"

#: Streets, the town and the zone of the district, as the map on 今日 draws them: code and name.
PLACES: dict[str, str] = {
    "990101001": "云溪街道", "990101002": "北岗街道", "990101003": "南湖街道", "990101004": "东郊街道",
    "990101005": "城区街道", "990101100": "青杨镇", "990101900": "开发区",
}
#: Words that open a project's name, and the place such a project lies in.
CORNERS: tuple[tuple[str, str], ...] = (
    ("云溪", "990101001"), ("北岗", "990101002"), ("南湖", "990101003"), ("东郊", "990101004"), ("柳泉", "990101005"),
    ("青杨", "990101100"), ("石桥", "990101900"), ("西郊", "990101005"), ("望岭", "990101002"), ("河湾", "990101100"),
)


class Thing(NamedTuple):
    """Something a unit builds. `scale` 3 is large, 1 small; `industry` is a GB/T 4754 code."""

    name: str
    category: str
    funding: FundingType
    industry: str
    scale: int
    nature: Nature = Nature.NEW


class Unit(NamedTuple):
    """A unit that answers for projects: code, full and short name, how many leaves it leads, what they are.

    `place` is where all it builds lies, and names it; `zone` is where it lies whatever the name says.
    """

    code: str
    name: str
    short: str
    leaves: int
    things: tuple[Thing, ...]
    place: str = ""
    zone: str = ""


OWN, GOV, PPP = FundingType.ENTERPRISE, FundingType.GOVERNMENT, FundingType.PPP
MAKING, SERVING, BASE, LIVING = "industrial", "services_built", "infrastructure", "livelihood"
RENEWING = "renewal"

UNITS: tuple[Unit, ...] = (
    Unit("990101-KFQ", "示例区经济开发区管理委员会", "开发区", 24, (
        Thing("服务器整机制造基地", MAKING, OWN, "3911", 3),
        Thing("机器人零部件产线", MAKING, OWN, "3491", 2),
        Thing("激光装备研发中心", MAKING, OWN, "3569", 2),
        Thing("精密减速器产线", MAKING, OWN, "3453", 2),
        Thing("动力电池材料工厂", MAKING, OWN, "3985", 3),
        Thing("生物医药产业园", MAKING, OWN, "2761", 3),
        Thing("高端食品加工基地", MAKING, OWN, "1432", 2),
        Thing("功能薄膜产线", MAKING, OWN, "2921", 2)), zone="990101900"),
    Unit("990101-GXJ", "示例区工业和信息化局", "区工信局", 18, (
        Thing("智能仪表产线改造", MAKING, OWN, "4011", 1, Nature.REFORM),
        Thing("绿色铸造车间", MAKING, OWN, "3391", 1),
        Thing("新能源客车配件厂", MAKING, OWN, "3670", 2),
        Thing("装配式建筑构件厂", MAKING, OWN, "3022", 2),
        Thing("工业软件产业基地", MAKING, OWN, "6513", 2),
        Thing("包装印刷产线扩建", MAKING, OWN, "2319", 1, Nature.EXPAND))),
    Unit("990101-ZJJ", "示例区住房和城乡建设局", "区住建局", 16, (
        Thing("老旧小区改造", RENEWING, GOV, "4790", 1, Nature.REBUILD),
        Thing("片区更新一期", RENEWING, PPP, "4790", 3),
        Thing("安置房", LIVING, GOV, "4710", 3),
        Thing("公共停车场", LIVING, GOV, "5449", 1),
        Thing("综合管廊", BASE, GOV, "4852", 2))),
    Unit("990101-JTJ", "示例区交通运输局", "区交通局", 12, (
        Thing("快速路连接线", BASE, GOV, "4812", 3),
        Thing("农村公路提升", BASE, GOV, "4812", 1, Nature.REBUILD),
        Thing("客运换乘中心", BASE, GOV, "5411", 2))),
    Unit("990101-SWJ", "示例区水务局", "区水务局", 11, (
        Thing("河道综合整治", BASE, GOV, "4821", 2),
        Thing("再生水厂", BASE, PPP, "4620", 2),
        Thing("供水管网改造", BASE, GOV, "4610", 1, Nature.REBUILD))),
    Unit("990101-JYJ", "示例区教育和体育局", "区教体局", 10, (
        Thing("实验小学", LIVING, GOV, "8321", 1),
        Thing("中学扩建", LIVING, GOV, "8331", 1, Nature.EXPAND),
        Thing("体育公园", LIVING, GOV, "8921", 1))),
    Unit("990101-SWU", "示例区商务局", "区商务局", 9, (
        Thing("冷链物流中心", SERVING, OWN, "5961", 2),
        Thing("跨境电商产业园", SERVING, OWN, "5193", 2),
        Thing("商业综合体", SERVING, OWN, "5211", 3))),
    Unit("990101-WJJ", "示例区卫生健康局", "区卫健局", 8, (
        Thing("社区卫生服务中心", LIVING, GOV, "8421", 1),
        Thing("人民医院病房楼", LIVING, GOV, "8411", 2))),
    Unit("990101-WLJ", "示例区文化和旅游局", "区文旅局", 7, (
        Thing("湿地景区提升", SERVING, OWN, "7861", 1, Nature.REBUILD),
        Thing("文化创意园", SERVING, OWN, "8890", 2))),
    Unit("990101-MZJ", "示例区民政局", "区民政局", 6, (
        Thing("康养服务中心", LIVING, PPP, "8514", 2),
        Thing("社区养老驿站", LIVING, GOV, "8514", 1))),
    Unit("990101001-B", "示例区云溪街道办事处", "云溪街道", 6, (
        Thing("都市产业园", MAKING, OWN, "3599", 2),
        Thing("楼宇经济综合体", SERVING, OWN, "7040", 2)), "990101001"),
    Unit("990101003-B", "示例区南湖街道办事处", "南湖街道", 5, (
        Thing("滨湖片区更新", RENEWING, PPP, "4790", 3),
        Thing("数字经济产业园", MAKING, OWN, "6540", 2)), "990101003"),
    Unit("990101002-B", "示例区北岗街道办事处", "北岗街道", 4, (
        Thing("物流园道路", BASE, GOV, "4812", 1),
        Thing("智能家居产线", MAKING, OWN, "3879", 2)), "990101002"),
    Unit("990101100-B", "示例区青杨镇人民政府", "青杨镇", 3, (
        Thing("民宿集群", SERVING, OWN, "6130", 1),
        Thing("设施农业示范园", "unclassified", OWN, "0141", 1)), "990101100"),
)

#: Units that dispatch, verify, keep the statistics and the system: code, full name, short name.
OFFICES: tuple[tuple[str, str, str], ...] = (
    ("990101-FGJ", "示例区发展和改革局", "区发改局"), ("990101-SPJ", "示例区行政审批服务局", "区审批局"),
    ("990101-TJJ", "示例区统计局", "区统计局"), ("990101-CZJ", "示例区财政局", "区财政局"),
    ("990101-ZGJ", "示例区自然资源局", "区自然资源局"), ("990101-ZFB", "示例区人民政府办公室", "区政府办"),
    ("990101-DSJ", "示例区大数据局", "区大数据局"), ("990101-RFB", "示例区人民防空办公室", "区人防办"),
    ("990101-HBJ", "示例市生态环境局示例分局", "区生态环境分局"), ("990101-CGJ", "示例区城市管理局", "区城管局"),
    ("990101-YLJ", "示例区园林和林业绿化局", "区园林局"), ("990101-YJJ", "示例区应急管理局", "区应急局"),
)

#: Which unit stands behind a department of the approval catalogue, and how many windows it has.
DEPARTMENTS: dict[str, tuple[str, int]] = {
    "SP": ("990101-SPJ", 6), "FG": ("990101-FGJ", 4), "ZG": ("990101-ZGJ", 8), "ZJ": ("990101-ZJJ", 8),
    "RF": ("990101-RFB", 2), "HB": ("990101-HBJ", 3), "SW": ("990101-SWJ", 4), "CG": ("990101-CGJ", 3),
    "YL": ("990101-YLJ", 3), "JT": ("990101-JTJ", 3), "YJ": ("990101-YJJ", 2), "WW": ("990101-WLJ", 2),
}
#: Units with a window but no projects of their own, and who sits there.
WINDOWS: dict[str, tuple[str, str]] = {
    "990101-SPJ": ("window-spj", "丁示例"), "990101-FGJ": ("window-fgj", "戚示例"),
    "990101-ZGJ": ("window-zgj", "谢示例"), "990101-RFB": ("window-rfb", "邹示例"),
    "990101-HBJ": ("window-hbj", "喻示例"), "990101-CGJ": ("window-cgj", "柏示例"),
    "990101-YLJ": ("window-ylj", "窦示例"), "990101-YJJ": ("window-yjj", "章示例"),
}

#: What the site looks like, by category, from the first day of works to the last.
LOOKS: dict[str, tuple[str, ...]] = {
    MAKING: (
        "桩基施工", "基础承台浇筑", "厂房主体施工", "主体封顶，屋面施工",
        "内外装修，设备进场", "设备安装调试", "联动试车",
    ),
    SERVING: (
        "土方开挖", "地下结构施工", "主体结构施工", "主体封顶",
        "幕墙与机电安装", "内部装修", "招商与开业准备",
    ),
    BASE: (
        "施工便道与桩基", "下部结构施工", "主体工程过半", "主要构筑物完成",
        "附属工程施工", "铺装与设备安装", "交工前整改",
    ),
    LIVING: (
        "土方开挖", "基础施工", "主体结构施工", "二次结构施工",
        "装饰装修", "设备安装", "室外工程与验收准备",
    ),
    RENEWING: (
        "征收签约与拆除", "场地平整，支护施工", "基础施工", "主体结构施工",
        "外立面与管线施工", "装修与室外配套", "收尾验收",
    ),
    "unclassified": (
        "地块整理", "棚架基础施工", "棚体安装", "管网铺设",
        "设备安装", "试种", "验收准备",
    ),
}
#: What is being done before works start, by furthest gate.
BEFORE: tuple[str, ...] = ("方案书编制", "可研评审", "用地预审办理", "规划方案审查",
                           "施工图审查", "施工招标", "施工许可待批")
