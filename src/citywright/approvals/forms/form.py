"""How is the one form read? A field for each attribute that is asked; an empty one stays open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext

from ..rules.catalogue import Attribute
from ..words import AttributeKind
from ..words.values import UNIT_LABELS, VALUE_LABELS

_t = lazy(gettext, str)
LARGEST = 10_000_000_000


def value_words(attribute: Attribute, value: Any) -> str:
    """A value as people say it."""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if attribute.kind == AttributeKind.ENUM:
        words = VALUE_LABELS.get((attribute.code, str(value)))
        return gettext(words) if words else str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:,} {unit_words(attribute)}".strip() if isinstance(value, int | float) else str(value)


def unit_words(attribute: Attribute) -> str:
    """The unit of a number."""
    words = UNIT_LABELS.get(attribute.unit)
    return gettext(words) if words else attribute.unit


def _choices(attribute: Attribute) -> list[tuple[str, Any]]:
    if attribute.kind == AttributeKind.BOOL:
        return [("", "—"), ("yes", _t("是")), ("no", _t("否"))]
    return [("", "—"), *((value, value_words(attribute, value)) for value in attribute.values)]


def field_for(attribute: Attribute) -> forms.Field:
    """A choice, or a number with its unit."""
    if attribute.kind == AttributeKind.NUMBER:
        return forms.FloatField(label=attribute.label, required=False, min_value=0, max_value=LARGEST,
                                widget=forms.NumberInput(attrs={"unit": unit_words(attribute), "inputmode": "decimal",
                                                                "step": "any"}))
    return forms.ChoiceField(label=attribute.label, required=False, choices=_choices(attribute))


class AnswersForm(forms.Form):
    """Fields named by attribute; `answers` are those that were given."""

    def __init__(self, *args: Any, attributes: Sequence[Attribute], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = {attribute.code: attribute.kind for attribute in attributes}
        for attribute in attributes:
            self.fields[attribute.code] = field_for(attribute)

    @property
    def answers(self) -> dict[str, Any]:
        """What was given and could be read."""
        given = getattr(self, "cleaned_data", {})
        return {code: self._read(code, given[code]) for code in self.kinds if given.get(code) not in (None, "")}

    def _read(self, code: str, value: Any) -> Any:
        if self.kinds[code] == AttributeKind.BOOL:
            return value == "yes"
        return int(value) if isinstance(value, float) and value.is_integer() else value


def initial_of(attribute: Attribute, value: Any) -> Any:
    """A known answer as the field shows it."""
    return ("yes" if value else "no") if attribute.kind == AttributeKind.BOOL and value is not None else value


class HandInForm(forms.Form):
    """A version of a document: a file, a number, or both."""

    name = forms.CharField(max_length=80, widget=forms.HiddenInput())
    file = forms.FileField(label="文件", required=False)
    doc_no = forms.CharField(label="文号", max_length=80, required=False)


class WithdrawForm(forms.Form):
    """Why a version no longer holds."""

    material = forms.IntegerField(widget=forms.HiddenInput())
    reason = forms.CharField(label="撤回理由", max_length=200)
