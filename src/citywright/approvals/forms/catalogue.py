"""How is what is typed about a catalogue read? One form for each part, its fields from a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext

from citywright.kernel.models import Organisation

from ..words import AttributeKind, ItemMode, PackageKind

_t = lazy(gettext, str)
#: What separates names in a list that is typed.
BETWEEN = re.compile(r"[,，、;；\s]+")
#: Fields of each part: label and kind. Names are those of the file.
FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "items": {
        "name_zh": ("名称", "text"), "name_en": ("英文名称", "text?"), "stage": ("阶段", "choice"),
        "department": ("部门", "choice"), "mode": ("办理方式", "choice"),
        "working_days_statutory": ("法定工作日", "days"), "working_days_committed": ("承诺工作日", "days"),
        "days_source": ("时限来源", "text?"), "package": ("打包", "choice?"), "applies_when": ("适用条件", "lines"),
        "prerequisites": ("前置事项", "list"), "needs": ("需要的材料", "list"), "produces": ("产生的材料", "list"),
        "deferrable": ("可容缺", "bool"), "commitment_ok": ("可告知承诺", "bool"),
        "pre_review": ("拿地前可预审", "bool"), "milestone": ("里程碑", "bool")},
    "packages": {"name_zh": ("名称", "text"), "name_en": ("英文名称", "text?"), "kind": ("打包方式", "choice"),
                 "joint_days": ("共同时限", "days?"), "lead": ("牵头部门", "choice")},
    "attributes": {"label_zh": ("问什么", "text"), "type": ("种类", "choice"), "values": ("可选值或单位", "text?"),
                   "fill": ("从哪里填", "choice")},
    "departments": {"name_zh": ("名称", "text"), "name_en": ("英文名称", "text?")},
    "stages": {"name_zh": ("名称", "text"), "lead": ("牵头部门", "choice")},
    "documents": {"applicant_documents": ("申请人提供的材料", "list")},
}
RULE_LABELS = {
    "days_source": "G 表示样例，换成本地办事指南后请写指南的文号",
    "applies_when": "属性、比较和 and、or、not；一律适用写 true",
    "values": "选择类用竖线隔开，数值类写单位",
    "list": "用顿号或换行隔开",
}
Choices = Mapping[str, list[tuple[str, Any]]]


class ListField(forms.CharField):
    """Names, one to a line or with commas between; read as a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "、".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        return list(dict.fromkeys(name for name in BETWEEN.split(super().clean(value)) if name))


def _field(name: str, label: str, kind: str, choices: Choices) -> forms.Field:
    bare, required = kind.rstrip("?"), not kind.endswith("?")
    rule = RULE_LABELS.get(name, "")
    if bare == "choice":
        offered = choices.get(name, [])
        return forms.ChoiceField(label=label, required=required, choices=offered if required else [("", "—"), *offered])
    if bare == "days":
        return forms.IntegerField(label=label, min_value=0, max_value=999, required=required,
                                  widget=forms.NumberInput(attrs={"unit": "工作日"}))
    if bare == "bool":
        return forms.BooleanField(label=label, required=False)
    if bare == "list":
        return ListField(label=label, required=False, help_text=rule or RULE_LABELS["list"])
    if bare == "lines":
        return forms.CharField(label=label, max_length=500, required=required, help_text=rule,
                               widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}))
    return forms.CharField(label=label, max_length=200, required=required, help_text=rule)


class EntryForm(forms.Form):
    """An entry of a draft; `fields_given` are as the file has them."""

    def __init__(self, *args: Any, part: str, choices: Choices, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part
        if is_new:
            self.fields["code"] = forms.CharField(label="代码", max_length=20)
        for name, (label, kind) in FIELDS[part].items():
            self.fields[name] = _field(name, label, kind, choices)

    @property
    def fields_given(self) -> dict[str, Any]:
        """What was typed, as the file has it; an empty choice or number is none."""
        return {name: None if self.cleaned_data[name] in ("", None) else self.cleaned_data[name]
                for name in FIELDS[self.part]}


def fixed_choices(part: str) -> dict[str, list[tuple[str, Any]]]:
    """The choices that are words of the program."""
    if part == "items":
        return {"mode": [(word.value, _t(word.zh)) for word in ItemMode]}
    if part == "packages":
        return {"kind": [(word.value, _t(word.zh)) for word in PackageKind]}
    return {"type": [(word.value, _t(word.zh)) for word in AttributeKind],
            "fill": [("form", _t("表单填写")), ("map", _t("地块图层"))]}


class LabelForm(forms.Form):
    """A name for a new draft."""

    label = forms.CharField(label="版本名称", max_length=40)


class FileForm(LabelForm):
    """A catalogue from a file."""

    file = forms.FileField(label="目录文件", help_text="YAML，或从这里导出后改好的 Excel")


class PublishForm(forms.Form):
    """From which day."""

    valid_from = forms.DateField(label="起用日期", widget=forms.DateInput(attrs={"type": "date"}))

    def clean_valid_from(self) -> date:
        """A day of this century."""
        found: date = self.cleaned_data["valid_from"]
        if not 2000 <= found.year <= 2100:
            raise forms.ValidationError("请填写起用日期")
        return found


class UnitField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A unit by its short name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.short_name)


class DepartmentForm(forms.Form):
    """The unit behind a department, and its windows."""

    department = forms.CharField(max_length=10, widget=forms.HiddenInput())
    unit = UnitField(Organisation.objects.none(), label="单位", empty_label="—")
    windows = forms.IntegerField(label="窗口", min_value=1, max_value=200)

    def __init__(self, *args: Any, units: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
