"""How is what a window types read? Reasons, lists of papers, numbers and days of decisions, orders of surveys."""

from __future__ import annotations

from typing import Any

from django import forms

from ..actions.handlings import LONGEST_LINE
from ..rules.window import DATUM


class LinesField(forms.CharField):
    """Several papers, one in each line."""

    def __init__(self, label: str, *, required: bool = True, rule: str = "一行一件") -> None:
        super().__init__(label=label, required=required, max_length=8000, help_text=rule,
                         widget=forms.Textarea(attrs={"rows": 4}))

    def clean(self, value: Any) -> list[str]:
        """The lines that hold something."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if any(len(line) > LONGEST_LINE for line in lines):
            raise forms.ValidationError("每件材料不超过 200 字")
        return lines


def day_field(label: str, *, required: bool = True, rule: str = "") -> forms.DateField:
    """A day."""
    return forms.DateField(label=label, required=required, help_text=rule,
                           widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class MoreForm(forms.Form):
    """Everything that must be supplemented, at once."""

    lines = LinesField("需要补正的全部内容", rule="一行一件，一次性告知")


class LackingForm(forms.Form):
    """Papers that may follow, and until when."""

    lacking = LinesField("后补材料")
    lacking_due_on = day_field("补齐日期")


class NumberForm(forms.Form):
    """The number of a decision."""

    result_no = forms.CharField(label="文号或证号", max_length=80)


class PassForm(NumberForm):
    """A decision with its certificate."""

    expires_on = day_field("有效期至", required=False)
    attached = forms.FileField(label="证照或批文", required=False)


class PassLackingForm(PassForm):
    """A decision while papers are still owed; what is owed since acceptance need not be typed again."""

    lacking = LinesField("后补材料", required=False, rule="一行一件，受理时已列明的不用再填")
    lacking_due_on = day_field("补齐日期", required=False)


class SurveyForm(forms.Form):
    """An order of one package of surveys."""

    surveyor = forms.CharField(label="测绘单位", max_length=80)
    contract_no = forms.CharField(label="合同编号", max_length=80)
    datum = forms.CharField(label="坐标系", max_length=20, initial=DATUM)


class ResultsForm(forms.Form):
    """The results of a survey."""

    attached = forms.FileField(label="测绘成果", required=False)
