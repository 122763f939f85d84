"""What is typed about lists: a draft, its number, a change, an opinion, a list of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from citywright.kernel.models import Organisation

from ..models import ListIssue
from ..words import ChangeKind, ListKind
from .projects import WordField
from .way import day_field

TALL = forms.Textarea({"rows": 3})


class DraftForm(forms.Form):
    """A new batch: as of which day its rows are taken, and the day of a ceremony."""

    on = day_field("取数日期", required=True)
    event_on = day_field("活动日期")
    note = forms.CharField(label="备注", required=False, max_length=200)

    def __init__(self, *args: Any, has_event: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_event:
            del self.fields["event_on"]


class PublishForm(forms.Form):
    """The number and the day under which a batch is issued."""

    doc_no = forms.CharField(label="文号", max_length=80)
    issued_on = day_field("印发日期", required=True)
    event_on = day_field("活动日期")

    def __init__(self, *args: Any, has_event: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_event:
            del self.fields["event_on"]


class RetakeForm(forms.Form):
    """From which day the rows are taken anew."""

    on = day_field("取数日期", required=True)


class ProposeForm(forms.Form):
    """A change asked for: in which batch, which project, what, why, on which document."""

    issue = forms.ModelChoiceField(label="清单批次", queryset=ListIssue.objects.none())
    project = forms.CharField(label="项目编码", max_length=32,
                              help_text="项目页面标题旁的编码，例如 990101-2024-0001")
    kind = WordField(ChangeKind, label="变动")
    reason = forms.CharField(label="理由", max_length=300, widget=TALL)
    doc_no = forms.CharField(label="依据文号", required=False, max_length=80)

    def __init__(self, *args: Any, issues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["issue"]
        field.queryset, field.empty_label = issues, gettext("请选择")
        field.label_from_instance = lambda issue: gettext("%(name)s %(year)s 年第 %(batch)s 批") % {
            "name": gettext(issue.definition.name), "year": issue.year, "batch": issue.batch}

    def clean_project(self) -> str:
        return str(self.cleaned_data["project"]).strip()


class OpinionForm(forms.Form):
    """初审 or a refusal: what is thought of the change."""

    opinion = forms.CharField(label="意见", required=False, max_length=300, widget=TALL,
                              help_text="不同意时必须写明理由")


class DecideForm(OpinionForm):
    """终审: under which document, from which day, and whether the project leaves the pool altogether."""

    doc_no = forms.CharField(label="依据文号", required=False, max_length=80)
    on = day_field("生效日期", required=True)
    drops = forms.BooleanField(label="同时办理项目退库", required=False,
                               help_text="勾选后项目不再计入在库项目，并从所有清单移出；只限项目办")

    field_order = ("doc_no", "on", "opinion", "drops")

    def __init__(self, *args: Any, may_drop: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_drop:
            del self.fields["drops"]


class DefineForm(forms.Form):
    """A list of one's own: name, meaning, what fills it, whose it is."""

    name = forms.CharField(label="清单名称", max_length=60)
    definition = forms.CharField(label="口径", max_length=1000, required=False, widget=TALL,
                                 help_text="写明什么样的项目列入，印在清单下面")
    kind = WordField(ListKind, label="怎样生成")

    def __init__(self, *args: Any, units: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = forms.ChoiceField(
            label="归口单位", choices=[(str(unit.pk), unit.short_name) for unit in units])
        self.units = {str(unit.pk): unit for unit in units}

    def clean_unit(self) -> Organisation:
        found = self.units.get(self.cleaned_data["unit"])
        if found is None:
            raise ValidationError(gettext("请选择"))
        return found
