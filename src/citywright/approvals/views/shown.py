"""How a catalogue is said: names in the reader's language, conditions in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from citywright.ui.templatetags.ui import english, t

from ..forms.form import unit_words, value_words
from ..models import CatalogueVersion
from ..queries import catalogue
from ..rules import logic
from ..rules.catalogue import Attribute, Catalogue, Item
from ..words.values import FIELD_LABELS

PART_LABELS = {"items": "审批事项", "packages": "打包", "attributes": "表单属性", "departments": "部门",
               "stages": "阶段", "documents": "申请人材料"}
#: In English an attribute is a question; in a condition it is a statement.
ASKING = "是否"
#: Words between two conditions.
JOINING = ("并且", "或者")


def label(attribute: Attribute) -> str:
    """What the form asks."""
    return t(attribute.label)


def statement(attribute: Attribute) -> str:
    """What the form asks, as a statement: without 是否 or the question mark."""
    return label(attribute).removeprefix(ASKING).removesuffix("?")


def item_name(item: Item) -> str:
    """The item in the reader's language."""
    return item.name_en if english() and item.name_en else item.name


def department_name(catalogue: Catalogue, code: str) -> str:
    """The department in the reader's language, without what stands in brackets."""
    found = next((one for one in catalogue.departments if one.code == code), None)
    if found is None:
        return code
    name = found.name_en if english() and found.name_en else found.name
    return name.split("（")[0].split(" (")[0]


def package_name(catalogue: Catalogue, code: str) -> str:
    """The package in the reader's language."""
    found = next((one for one in catalogue.packages if one.code == code), None)
    return "" if found is None else found.name_en if english() and found.name_en else found.name


def stage_name(catalogue: Catalogue, code: str) -> str:
    """The stage in the reader's language."""
    found = next((one for one in catalogue.stages if one.code == code), None)
    return t(found.name) if found else code


def attributes_of(catalogue: Catalogue) -> dict[str, Attribute]:
    """Attribute by code."""
    return {attribute.code: attribute for attribute in catalogue.attributes}


def condition_words(text: str, attributes: Mapping[str, Attribute]) -> str:
    """The expression in words; one that cannot be understood stands as it is."""
    try:
        pieces = logic.condition(text).words
    except logic.CannotUnderstand:
        return text
    said: list[str] = []
    asked: Attribute | None = None
    for piece in pieces:
        if piece.startswith("{") and piece.endswith("}"):
            asked = attributes.get(piece[1:-1])
            said.append(statement(asked) if asked else piece[1:-1])
        else:
            said.append(_value(piece, asked) or _(piece))
    return _joined(said)


def _value(piece: str, asked: Attribute | None) -> str:
    """A piece that is a value of the attribute before it."""
    if asked is None:
        return ""
    if piece in ("True", "False"):
        return _("是") if piece == "True" else _("否")
    if piece in asked.values:
        return value_words(asked, piece)
    return f"{piece} {unit_words(asked)}" if piece.replace(".", "", 1).isdigit() else ""


def _joined(said: list[str]) -> str:
    """Words with spaces between in English; in Chinese a comma before 并且 and 或者, and no spaces."""
    if not english():
        return "".join(f"，{word}" if word in JOINING else word for word in said)
    text = " ".join(said)
    for wide, mark in (("（", "("), ("）", ")")):
        text = text.replace(wide, mark)
    for before, after in (("( ", "("), (" )", ")"), (" 、", ","), (" ,", ",")):
        text = text.replace(before, after)
    return text


def known_words(text: str, attributes: Mapping[str, Attribute], answers: Mapping[str, Any]) -> tuple[str, str]:
    """What is known of what an expression asks, and what is not: two lists in words."""
    try:
        names = logic.condition(text).names
    except logic.CannotUnderstand:
        return "", ""
    here = [one for code, one in attributes.items() if code in names]
    known = [f"{statement(one)} {value_words(one, answers[one.code])}" for one in here if one.code in answers]
    return _("；").join(known), _("、").join(statement(one) for one in here if one.code not in answers)


def names_of(text: str) -> frozenset[str]:
    """The attributes an expression asks; none when it cannot be understood."""
    try:
        return logic.condition(text).names
    except logic.CannotUnderstand:
        return frozenset()


def choices_words(attribute: Attribute) -> str:
    """The values of a choice, or the unit of a number."""
    return _("、").join(value_words(attribute, value) for value in attribute.values) or unit_words(attribute)


def field_label(name: str) -> str:
    """A field of an entry in words."""
    return t(FIELD_LABELS.get(name, name))


def field_words(value: Any) -> str:
    """The value of a field, whatever it is."""
    if value in (None, "", [], {}):
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list | tuple):
        return _("、").join(map(str, value))
    if isinstance(value, dict):
        return _("；").join(f"{key} {field_words(part)}" for key, part in value.items())
    return str(value)


def change_row(part: str, code: str, name: str, field: str, before: Any, after: Any) -> dict[str, Any]:
    """A change as a row: an entry that came or went is said by its name."""
    row = {"part": t(PART_LABELS.get(part, part)), "code": code, "field": field_label(field)}
    if field != "*":
        return row | {"name": name, "before": field_words(before), "after": field_words(after)}
    entire = after if after is not None else before or {}
    name = name or str(entire.get("name_zh") or entire.get("label_zh") or code)
    return row | {"name": name, "before": "—" if before is None else name,
                  "after": _("去掉") if after is None else _("新增")}


def differences(before: CatalogueVersion, after: CatalogueVersion) -> list[dict[str, Any]]:
    """The difference of two versions as it is shown."""
    return [change_row(one.part, one.code, one.name, one.field, one.before, one.after)
            for one in catalogue.difference(before, after)]
