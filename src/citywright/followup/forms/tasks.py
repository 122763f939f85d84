"""How is what is typed about a task or a proposal read?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from citywright.kernel.models import Organisation

from ..words import AnswerClass, LimitKind, LoopName, Origin, ProposalKind, Satisfaction
from .meetings import UnitField, UnitsField, in_words

SEVERITIES = (("1", "1 级，影响全局"), ("2", "2 级，影响节点"), ("3", "3 级，一般"))
#: Loops whose tasks are given on the page of a new task; a proposal has a page of its own.
LOOPS = (LoopName.SUPERVISION, LoopName.DECISION, LoopName.PROBLEM)
#: Addresses a task may be about come with the link that opens the page.
ABOUT = {"subject": 100, "campaign": 100, "url_name": 60, "url_key": 60}
MOST_FILES = 9


def text_field(label: str, *, rows: int = 3, most: int = 4000, required: bool = True,
               rule: str = "") -> forms.CharField:
    """Some lines of text."""
    return forms.CharField(label=label, max_length=most, required=required, help_text=rule,
                           widget=forms.Textarea(attrs={"rows": rows}))


def whole_field(label: str, *, required: bool = True, initial: int | None = None, rule: str = "") -> forms.IntegerField:
    """A number of days or hours."""
    return forms.IntegerField(label=label, min_value=1, max_value=3650, required=required, initial=initial,
                              help_text=rule, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))


def kind_field(initial: LimitKind = LimitKind.WORKDAY) -> forms.ChoiceField:
    """On which clock."""
    return forms.ChoiceField(label="时限按", choices=in_words(LimitKind.choices()), initial=initial.value)


class FilesInput(forms.ClearableFileInput):
    """Several files at once; on a phone photos too."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Up to nine files; none is an empty list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="照片或附件", required=False, widget=FilesInput(attrs={"multiple": True}),
                         help_text="最多 9 个", **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file as a single one would be."""
        given = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(given) > MOST_FILES:
            raise forms.ValidationError("最多 9 个")
        return [super(FilesField, self).clean(one, initial) for one in given]


class UnitsForm(forms.Form):
    """The unit that leads and those that co-operate."""

    lead = UnitField(Organisation.objects.none(), label="牵头单位", empty_label="—")
    others = UnitsField(label="配合单位", required=False)

    def __init__(self, *args: Any, units: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lead", "others"):
            self.fields[name].queryset = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """As the act takes it: the units, the lead first."""
        data = super().clean() or {}
        lead, others = data.pop("lead", None), data.pop("others", None) or []
        data["units"] = [lead, *(unit for unit in others if unit != lead)] if lead else []
        return data


class TaskForm(UnitsForm):
    """A new task."""

    title = forms.CharField(label="事项", max_length=160)
    content = text_field("办理要求", rows=4, required=False)
    loop = forms.ChoiceField(label="归入", choices=in_words((w.value, w.zh) for w in LOOPS))
    limit = whole_field("时限", required=False)
    limit_kind = kind_field()
    origin = forms.ChoiceField(label="来源", required=False, choices=[("", "—"), *in_words(Origin.choices())])
    cycle_days = whole_field("反馈周期", required=False, rule="每隔几天报一次进展，不填为办结时一次反馈")
    severity = forms.ChoiceField(label="程度", choices=in_words(SEVERITIES), initial="3")
    subject = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput())
    campaign = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput())
    url_name = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput())
    url_key = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput())
    alert = forms.UUIDField(required=False, widget=forms.HiddenInput())

    field_order: Sequence[str] = ("title", "content", "loop", "lead", "others", "limit", "limit_kind", "origin",
                                  "cycle_days", "severity")

    def clean(self) -> dict[str, Any]:
        """Words and numbers as the act takes them."""
        data = super().clean()
        for name, word in (("loop", LoopName), ("limit_kind", LimitKind), ("origin", Origin)):
            data[name] = word(data[name]) if data.get(name) else None
        data["limit"], data["severity"] = data.get("limit") or 0, int(data.get("severity") or 3)
        return data


class ProposalForm(UnitsForm):
    """A new proposal."""

    kind = forms.ChoiceField(label="种类", choices=in_words(ProposalKind.choices()))
    session = forms.CharField(label="届次", max_length=60)
    proposal_no = forms.CharField(label="编号", max_length=30)
    proposers = forms.CharField(label="提出人", max_length=200, help_text="代表、委员或联名人")
    title = forms.CharField(label="案由", max_length=160)
    content = text_field("内容摘要", rows=4, required=False)
    limit = whole_field("时限（天）", required=False, rule="不填为交办之日起三个月")

    field_order: Sequence[str] = ("kind", "session", "proposal_no", "proposers", "title", "content", "lead", "others",
                                  "limit")

    def clean(self) -> dict[str, Any]:
        """Words and numbers as the act takes them."""
        data = super().clean()
        data["kind"], data["limit"] = ProposalKind(data["kind"]) if data.get("kind") else None, data.get("limit") or 0
        return data


class TextForm(forms.Form):
    """Some words, with files."""

    text = text_field("办理情况")
    attached = FilesField()


class OpinionForm(forms.Form):
    """What a co-operating unit says."""

    text = text_field("会办意见")


class AnswerForm(forms.Form):
    """The answer to a proposal."""

    answer_class = forms.ChoiceField(label="答复类别", choices=in_words(AnswerClass.choices()))
    answer_no = forms.CharField(label="答复文号", max_length=80)
    text = text_field("答复正文", rows=6)
    met_on = forms.DateField(label="面商日期", required=False,
                             widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    is_adopted = forms.BooleanField(label="意见被采纳", required=False)
    attached = FilesField()


class ReasonForm(forms.Form):
    """Why."""

    reason = text_field("理由", rows=2, most=300)


class LongerForm(ReasonForm):
    """How much longer, and why."""

    limit = whole_field("延长")
    field_order: Sequence[str] = ("limit", "reason")


class ReopenForm(ReasonForm):
    """Why again, and until when."""

    limit = whole_field("新的时限", initial=5)
    limit_kind = kind_field()


class HandOverForm(UnitsForm):
    """To whom now, and for how long."""

    limit = whole_field("时限", required=False, rule="不填与原来相同，自现在重新计算")


class RateForm(forms.Form):
    """What the proposer says of the answer."""

    satisfaction = forms.ChoiceField(label="满意度", choices=in_words(Satisfaction.choices()))
    reason = text_field("意见", rows=2, most=300, required=False, rule="不满意的，重新办理")
