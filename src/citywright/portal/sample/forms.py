"""What the one form knows of each sample project: a sample project of the catalogue, and what differs. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from citywright.approvals.queries import samples
from citywright.projects.words import FundingType

from .figures import Row
from .things import BASE, LIVING, MAKING, RENEWING, SERVING

#: The six sample projects that come with the catalogue, in their order.
SMALL, FACTORY, HOUSING, HOSPITAL, ROAD, CHEMICAL = range(6)
Kind = tuple[int, Mapping[str, Any]]
#: Buildings in public use need neither a discharge permit nor gas for a furnace.
CALM = {"pollutant_permit": False, "use_gas": False}
#: By category: which of them, and what differs.
BY_CATEGORY: dict[str, Kind] = {
    MAKING: (FACTORY, {}),
    SERVING: (FACTORY, CALM | {"industry_type": "commercial", "use_heat": True, "traffic_impact": True}),
    LIVING: (HOSPITAL, CALM | {"eia_class": "table", "energy_tce": 700, "seismic_eval": False}),
    RENEWING: (HOUSING, {"land_mode": "transfer", "social_risk": True}),
    BASE: (ROAD, {"pipeline_on_road": False}),
    "unclassified": (FACTORY, CALM | {"land_mode": "collective", "dewatering": False, "dig_road": False}),
}
EXISTING = {"land_mode": "existing", "land_start": False, "dewatering": False, "soil_area_ha": 0.4}
#: By what is built, where the category says too little.
BY_THING: dict[str, Kind] = {
    "动力电池材料工厂": (CHEMICAL, {"energy_tce": 8200}),
    "生物医药产业园": (FACTORY, {"eia_class": "report", "energy_tce": 2600, "regional_eval": False}),
    "包装印刷产线扩建": (SMALL, {"land_mode": "existing"}),
    "智能仪表产线改造": (FACTORY, EXISTING | {"dig_road": False}),
    "工业软件产业基地": (FACTORY, CALM | {"tender_required": False}),
    "冷链物流中心": (FACTORY, CALM | {"industry_type": "warehouse", "energy_tce": 1400, "regional_eval": False}),
    "商业综合体": (FACTORY, CALM | {"industry_type": "commercial", "civil_defence": True, "special_fire": True,
                                "use_heat": True, "traffic_impact": True, "near_metro": True}),
    "湿地景区提升": (FACTORY, CALM | EXISTING | {"industry_type": "public", "river_works": True,
                                           "regional_eval": False, "water_use": "public"}),
    "安置房": (HOUSING, {"investment_type": "government", "land_mode": "allocation", "new_construction_land": True}),
    "老旧小区改造": (HOUSING, EXISTING | {"investment_type": "government", "civil_defence": False, "for_sale": False,
                                     "phased_permit": False, "temp_land": False, "soil_pollution_survey": False,
                                     "traffic_impact": False}),
    "公共停车场": (HOSPITAL, CALM | {"eia_class": "register", "energy_tce": 120, "seismic_eval": False}),
    "综合管廊": (ROAD, {"pipeline_on_road": True, "near_highway": False}),
    "农村公路提升": (ROAD, {"industry_type": "transport", "farmland_conversion": False, "move_water_pipe": False}),
    "客运换乘中心": (HOSPITAL, CALM | {"energy_tce": 900, "near_metro": True}),
    "河道综合整治": (ROAD, {"river_works": True, "pipeline_on_road": False, "near_highway": False}),
    "供水管网改造": (ROAD, {"land_mode": "existing", "new_construction_land": False, "farmland_conversion": False,
                        "river_works": False, "soil_area_ha": 3}),
    "再生水厂": (HOSPITAL, {"industry_type": "municipal", "civil_defence": False, "river_outfall": True,
                         "traffic_impact": False, "use_heat": False, "use_gas": False}),
    "人民医院病房楼": (HOSPITAL, {}),
    "实验小学": (HOSPITAL, CALM | {"eia_class": "table", "energy_tce": 300, "near_heritage": True}),
    "设施农业示范园": BY_CATEGORY["unclassified"],
}
#: What nobody has said yet while the land is not there.
LATER = ("dewatering", "dig_road", "cranes", "occupy_green")


def kind_of(row: Row) -> Kind:
    """Which sample project it is like, and what differs."""
    return BY_THING.get(row.thing.name) or BY_CATEGORY[row.thing.category]


def answers(row: Row, floor_area: float, land_mu: float, landed: bool) -> dict[str, Any]:
    """What the form knows: money from its funding, size from the ledger; early on a few questions are still open."""
    place, other = kind_of(row)
    known = dict(samples.profiles()[place].known) | dict(other)
    own = row.thing.funding == FundingType.ENTERPRISE
    known["investment_type"] = "social" if own else "government"
    known["tender_required"] = known["tender_required"] or not own
    if not known["linear"]:
        known["floor_area"] = round(min(floor_area, 8_000 if place == SMALL else 260_000))
        known["soil_area_ha"] = known["soil_area_ha"] if known["land_mode"] == "existing" else round(land_mu / 15, 1)
    if own and known["land_mode"] == "transfer":
        known["land_start"] = "LND0" in row.lists
    if not landed:
        known = {name: value for name, value in known.items() if name not in LATER}
    return known


def project_class(row: Row) -> str:
    """The class whose days the catalogue shortens."""
    return samples.profiles()[kind_of(row)[0]].project_class
