"""How is what is typed at a gate or about a problem read?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from citywright.kernel.models import Attachment, Organisation

from ..rules.gates import Groups
from ..words import EvidenceKind, Gate, ProblemKind, ProblemSource

#: What the levels of severity say.
SEVERITIES = ((1, "1 级，影响全局"), (2, "2 级，影响节点"), (3, "3 级，一般"))
#: Whose name is told in a note, without a paper.
NAMED = frozenset({EvidenceKind.VERIFIER_NAME})
#: Columns of the grid that a field takes, for a paper and for a photo.
PAPER = {"file": 5, "doc_no": 4, "issued_on": 3}
PHOTO = {"file": 5, "taken_at": 7, "longitude": 3, "latitude": 3, "note": 6}
#: A photo is told by when and where it was taken, every other paper by its number and day.
PHOTOS = frozenset({EvidenceKind.PHOTO, EvidenceKind.SITE_PHOTO})
TAKEN = ("taken_at", "longitude", "latitude")
ISSUED = ("doc_no", "issued_on")


def in_words(pairs: Iterable[tuple[Any, str]]) -> list[tuple[Any, Any]]:
    """Choices whose labels are read in the reader's language."""
    return [(value, gettext_lazy(label)) for value, label in pairs]


def day_field(label: str, required: bool = False) -> forms.DateField:
    """A day, picked or typed as 2024-03-05."""
    return forms.DateField(label=label, required=required,
                           widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def units_field(units: Sequence[Organisation]) -> forms.ChoiceField:
    """In whose name one acts: hidden when there is no choice."""
    field = forms.ChoiceField(label="以哪个单位的名义", choices=[(str(unit.pk), unit.short_name) for unit in units],
                              initial=str(units[0].pk) if units else "")
    if len(units) < 2:
        field.widget = forms.HiddenInput()
    return field


class EvidenceForm(forms.Form):
    """One piece of evidence: file, number, days, place; `kept` is a file that came with an earlier try."""

    file = forms.FileField(label="附件", required=False)
    kept = forms.UUIDField(required=False, widget=forms.HiddenInput())
    doc_no = forms.CharField(label="文号或编号", required=False, max_length=80)
    issued_on = day_field("出具日期")
    taken_at = forms.DateTimeField(
        label="拍摄时间", required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"))
    longitude = forms.FloatField(label="经度", required=False, min_value=-180, max_value=180)
    latitude = forms.FloatField(label="纬度", required=False, min_value=-90, max_value=90)
    note = forms.CharField(label="说明", required=False, max_length=200)

    def __init__(self, *args: Any, kinds: Sequence[EvidenceKind] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds, self.kept_name = tuple(kinds), ""
        self.fields["kind"] = forms.ChoiceField(label="材料种类", choices=in_words((k.value, k.zh) for k in kinds))
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.initial["kind"] = kinds[0].value
        photo, named = bool(set(kinds) & PHOTOS), bool(set(kinds) & NAMED)
        for name in (*TAKEN, *ISSUED, "file", "kept") if named else ISSUED if photo else TAKEN:
            del self.fields[name]
        if named:
            self.fields["note"].label = "姓名和电话"
        for name, field in self.fields.items():
            field.widget.attrs["col"] = f"col-{(PHOTO if photo else PAPER).get(name, 12)}"

    def remember(self, attachment: Attachment | None) -> None:
        """The kept file goes with the form when it is shown again."""
        data = self.data.copy()  # type: ignore[attr-defined]
        if "kept" not in self.fields:
            return
        data[self.add_prefix("kept")] = str(attachment.pk) if attachment else ""
        self.data, self.kept_name = data, attachment.name if attachment else ""

    @property
    def given(self) -> bool:
        """Whether anything was filled in."""
        return any(self.cleaned_data.get(name) not in (None, "") for name in self.fields if name != "kind")


class ClaimForm(forms.Form):
    """A claim of a gate: the day of the fact, and on what basis evidence may come later."""

    event_on = day_field("发生日期", required=True)
    waiver_basis = forms.CharField(label="申请容缺的依据", required=False, max_length=200,
                                   help_text="材料不齐又须先行时填写，由核验人决定；日期和前置关口不能容缺")

    def __init__(self, *args: Any, units: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = units_field(units)


class CorrectForm(forms.Form):
    """A correction of a passed gate: the right day, and why."""

    event_on = day_field("发生日期", required=True)
    reason = forms.CharField(label="更正理由", max_length=300)

    def __init__(self, *args: Any, units: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = units_field(units)


def evidence_forms(groups: Groups, data: Any = None, files: Any = None) -> list[EvidenceForm]:
    """One form for each group of evidence, alternatives as a choice."""
    return [EvidenceForm(data, files, prefix=f"e{number}", kinds=group) for number, group in enumerate(groups, 1)]


class ReasonForm(forms.Form):
    """Why a claim is given back or a gate revoked."""

    reason = forms.CharField(label="理由", max_length=300)


class WaiveForm(forms.Form):
    """On what basis evidence may come later, and until when."""

    basis = forms.CharField(label="容缺依据", max_length=200)
    due_on = day_field("补齐期限", required=True)


class ExitForm(forms.Form):
    """Leaving, waiting, coming back, stepping back: the day of the decision and why."""

    on = day_field("决定日期", required=True)
    reason = forms.CharField(label="理由", max_length=200)


class StepBackForm(ExitForm):
    """Which gate the project stands at afterwards."""

    to = forms.ChoiceField(label="回退到", required=False)

    def __init__(self, *args: Any, gates: Sequence[Gate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = in_words([("", "谋划（全部撤销）"), *((gate.value, gate.zh) for gate in gates)])
        self.fields["to"] = forms.ChoiceField(label="回退到", required=False, choices=choices)


class ProblemForm(forms.Form):
    """A problem: what, whose, until when."""

    title = forms.CharField(label="问题", max_length=120)
    kind = forms.ChoiceField(label="类型", choices=in_words(ProblemKind.choices()))
    severity = forms.TypedChoiceField(label="严重程度", coerce=int, initial=3, choices=in_words(SEVERITIES))
    source = forms.ChoiceField(label="来源", choices=in_words(ProblemSource.choices()), initial=ProblemSource.VISIT)
    unit = forms.ModelChoiceField(label="解决单位", queryset=Organisation.objects.none(),
                                  empty_label=gettext_lazy("请选择"))
    due_on = day_field("解决期限", required=True)
    detail = forms.CharField(label="详情", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """How the problem was solved."""

    answer = forms.CharField(label="怎样解决的", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class ReopenForm(forms.Form):
    """Why it is to be done again, and until when."""

    reason = forms.CharField(label="重办理由", max_length=300)
    due_on = day_field("新的期限", required=True)


class AssignForm(forms.Form):
    """Who is to solve it instead, and until when."""

    unit = forms.ModelChoiceField(label="解决单位", queryset=Organisation.objects.none(),
                                  empty_label=gettext_lazy("请选择"))
    due_on = day_field("解决期限", required=True)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
