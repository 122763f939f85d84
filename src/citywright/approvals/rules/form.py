"""What does the ledger know of a project that the one form need not ask? A table from facts to answers. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..words import AttributeKind
from .catalogue import Attribute, Catalogue

MU_PER_HECTARE = 15
#: 大类 of the industry classification (two digits) to the form's industry, from a number up to before the next.
BY_DIVISION: tuple[tuple[int, str], ...] = (
    (1, ""), (6, "industrial"), (44, "energy"), (46, "water"), (47, ""), (51, "commercial"), (53, "transport"),
    (59, "warehouse"), (60, ""), (61, "commercial"), (70, ""), (76, "water"), (77, ""), (78, "municipal"), (79, ""),
    (83, "public"), (90, ""))
BY_LETTER = {"C": "industrial", "D": "energy", "G": "transport", "F": "commercial", "H": "commercial", "P": "public",
             "Q": "public", "R": "public"}
BY_CATEGORY = {"industrial": "industrial", "services": "commercial", "services_built": "commercial",
               "infrastructure": "municipal", "livelihood": "public"}


@dataclass(frozen=True)
class Facts:
    """What the ledger holds of a project that the form asks too."""

    funding: str
    category: str = ""
    industry_code: str = ""
    floor_area: float | None = None
    land_mu: float | None = None


def _investment(facts: Facts) -> str:
    return "government" if facts.funding == "government" else "social"


def _industry(facts: Facts) -> str | None:
    code = facts.industry_code.strip().upper()
    digits = "".join(c for c in code if c.isascii() and c.isdigit())[:2]
    found = ""
    if len(digits) == 2:
        found = next((word for start, word in reversed(BY_DIVISION) if int(digits) >= start), "")
    return found or BY_LETTER.get(code[:1], "") or BY_CATEGORY.get(facts.category) or None


def _no_for_government(facts: Facts) -> bool | None:
    return False if facts.funding == "government" else None


#: Attribute to how it follows from the ledger (None: not known).
TABLE: dict[str, Callable[[Facts], Any]] = {
    "investment_type": _investment,
    "industry_type": _industry,
    "floor_area": lambda facts: facts.floor_area,
    "soil_area_ha": lambda facts: round(facts.land_mu / MU_PER_HECTARE, 2) if facts.land_mu else None,
    "small_low_risk": _no_for_government,
    "in_approval_catalogue": _no_for_government,
    "foreign_investment": _no_for_government,
}
#: Attribute to the field of the ledger that it is filled from.
FIELD_LABELS = {
    "investment_type": "投资主体", "industry_type": "行业和类别", "floor_area": "总建筑面积",
    "soil_area_ha": "用地面积（按亩折算）", "small_low_risk": "投资主体（政府投资不适用）",
    "in_approval_catalogue": "投资主体（政府投资不适用）", "foreign_investment": "投资主体（政府投资不适用）",
}


def prefilled(catalogue: Catalogue, facts: Facts) -> dict[str, Any]:
    """The answers the ledger gives, by attribute: only those the catalogue asks, with values it knows."""
    known = {attribute.code: attribute for attribute in catalogue.attributes}
    found = {code: tell(facts) for code, tell in TABLE.items() if code in known}
    return {code: value for code, value in found.items() if value is not None and _fits(known[code], value)}


def _fits(attribute: Attribute, value: Any) -> bool:
    if attribute.kind == AttributeKind.ENUM:
        return value in attribute.values
    return isinstance(value, bool) == (attribute.kind == AttributeKind.BOOL)
