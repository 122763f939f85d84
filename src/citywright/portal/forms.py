"""How is what administrators type read? Accounts, units, roles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy

from citywright.kernel.models import Area, Organisation
from citywright.kernel.words import Role

PLAIN = {"autocomplete": "off"}


class PlaceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An area or a unit; units are told apart by their area."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.area.name} {obj.short_name}" if isinstance(obj, Organisation) else f"{obj.name} {obj.code}"


def place(label: str) -> PlaceField:
    return PlaceField(label=label, queryset=None, empty_label=gettext_lazy("请选择"))


def line(label: str, length: int, *, required: bool = True, rule: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=required, help_text=rule,
                           widget=forms.TextInput(PLAIN))


class AccountForm(forms.Form):
    """A new account; its password is made by the program."""

    username = line("登录名", 150, rule="字母、数字和 @ . + - _")
    full_name = line("姓名", 40)
    phone = line("电话", 40, required=False)


class UnitForm(forms.Form):
    """A new unit."""

    code = line("单位代码", 32)
    name = line("单位全称", 80)
    short_name = line("简称", 40)
    area = place("所在区划")
    uscc = line("统一社会信用代码", 18, required=False)
    phone = line("电话", 40, required=False)

    def __init__(self, *args: Any, areas: QuerySet[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.queryset = areas


class GrantForm(forms.Form):
    """A role for a unit over an area, from a day."""

    role = forms.TypedChoiceField(label="岗位", coerce=Role,
                                  choices=lambda: [(role.value, gettext(role.zh)) for role in Role])
    organisation = place("单位")
    area = place("辖区")
    valid_from = forms.DateField(label="自何日起", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, areas: QuerySet[Area], units: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["area"].queryset, fields["organisation"].queryset = areas, units


class EndForm(forms.Form):
    """Which membership ends, and its last day."""

    membership = forms.IntegerField(widget=forms.HiddenInput())
    on = forms.DateField(label="终止日", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
