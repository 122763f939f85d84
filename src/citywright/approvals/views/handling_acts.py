"""What may this person do on the page of an item? A form for each act, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from citywright.kernel import access, attachments
from citywright.kernel.models import Person
from citywright.kernel.words import Role
from citywright.ui.attempts import Act, Panel

from ..actions import handlings, joint, obligations
from ..forms import handlings as forms
from ..models import Handling
from ..queries import desk
from ..queries.dossiers import File
from ..rules import clock as rules
from ..rules import window
from ..words import ItemStatus, ItemVerb

Told = dict[str, Any]


def _moved(verb: ItemVerb) -> Callable[[Handling, Told], Any]:
    return lambda row, data: handlings.move(handling=row, verb=verb, **data)


def _joint(row: Handling, data: Told) -> Any:
    return joint.accept(handling=row, **data)


def _plain(verb: ItemVerb, title: str, said: str, *, hint: str = "") -> Act:
    return Act(title, title, said, django_forms.Form, _moved(verb), hint)


def _reasoned(verb: ItemVerb, title: str, said: str, *, hint: str = "") -> Act:
    return Act(title, title, said, forms.ReasonForm, _moved(verb), hint, folded=True)


#: The acts of the page in the order in which they stand.
ACTS: dict[str, Act] = {
    "joint": Act("一并受理", "一并受理", "联办事项已一并受理", django_forms.Form, _joint,
                 "联合办理，同时启动，共用一个时限"),
    "accept": _plain(ItemVerb.ACCEPT, "受理", "已受理，自次日起计时"),
    "got_more": _plain(ItemVerb.GOT_MORE, "补正到齐", "补正已到齐，恢复计时"),
    "end_special": _plain(ItemVerb.END_SPECIAL, "特别程序结束", "特别程序已结束，恢复计时"),
    "to_department": _plain(ItemVerb.TO_DEPARTMENT, "转部门", "已转部门审查"),
    "pass": Act("通过", "通过", "已办结", forms.PassForm, _moved(ItemVerb.PASS)),
    "exchange": Act("换发红章", "换发红章", "已换发红章", forms.NumberForm,
                    lambda row, data: joint.exchange(handling=row, **data), "土地手续办结后换发正式证照"),
    "meet": Act("补齐容缺材料", "确认补齐", "容缺材料已补齐", django_forms.Form,
                lambda row, data: obligations.meet(handling=row, **data), "逾期未补齐的，系统自动撤回"),
    "kept": Act("核查承诺", "承诺属实", "承诺核查已记录", django_forms.Form,
                lambda row, data: joint.check(handling=row, is_kept=True, **data)),
    "broken": Act("承诺不实", "撤销决定", "决定已撤销", forms.ReasonForm,
                  lambda row, data: joint.check(handling=row, is_kept=False, **data), folded=True),
    "lacking": Act("容缺受理", "容缺受理", "已容缺受理", forms.LackingForm, _moved(ItemVerb.ACCEPT),
                   "主件齐全，所缺材料限期补齐", folded=True),
    "commit": Act("告知承诺办结", "按承诺办结", "已按告知承诺办结，待核查", forms.NumberForm,
                  lambda row, data: joint.commit(handling=row, **data), "收到书面承诺当场办结，事后核查", folded=True),
    "ask_more": Act("补正", "一次性告知补正", "补正已告知，时限停计", forms.MoreForm, _moved(ItemVerb.ASK_MORE),
                    folded=True),
    "pass_lacking": Act("容缺通过", "容缺通过", "已容缺通过", forms.PassLackingForm, _moved(ItemVerb.PASS_LACKING),
                        folded=True),
    "begin_special": _reasoned(ItemVerb.BEGIN_SPECIAL, "转特别程序", "已转特别程序，时限停计",
                               hint="公示、听证、检测、专家评审不计入时限"),
    "not_take": _reasoned(ItemVerb.NOT_TAKE, "不受理", "已不受理", hint="不属本窗口办理"),
    "refuse_entry": _reasoned(ItemVerb.REFUSE_ENTRY, "不予受理", "已不予受理", hint="不符合法定条件"),
    "not_pass": _reasoned(ItemVerb.NOT_PASS, "不通过", "已办结，不通过"),
    "take_back": _reasoned(ItemVerb.TAKE_BACK, "撤件", "已撤件"),
    "withdraw": _reasoned(ItemVerb.WITHDRAW, "撤回决定", "决定已撤回"),
    "revoke": _reasoned(ItemVerb.REVOKE, "撤销决定", "决定已撤销"),
}


def forms_of(request: HttpRequest) -> dict[str, django_forms.Form]:
    """The form of each act; the one that was posted is bound."""
    verb, made = request.POST.get("verb", ""), {}
    for name, act in ACTS.items():
        data, files = (request.POST, request.FILES) if name == verb else (None, None)
        made[name] = act.form(data, files, prefix=name)
    return made


def did(verb: str, row: Handling, data: Told, by: Person, at: datetime) -> str:
    """The act is done, with its certificate, or nothing is; answers what is said."""
    act, told = ACTS[verb], {**data, "by": by, "at": at}
    with transaction.atomic():
        if "attached" in told:
            file = told.pop("attached")
            told["certificate"] = attachments.keep(name=file.name, stream=file, by=by, organisation=row.unit,
                                                   at=at) if file else None
        act.run(row, told)
    return _(act.said)


def panels(row: Handling, file: File, made: Mapping[str, django_forms.Form], by: Person) -> list[Panel]:
    """The acts this person may do now; the first one has the filled button."""
    names = [name for name in ACTS if name in allowed(row, file, by)]
    return [Panel(name, ACTS[name], made[name], not number) for number, name in enumerate(names)]


def roles_at(row: Handling, by: Person) -> set[Role]:
    """The roles of the person at the item's window; the office's where no unit stands behind it."""
    area = row.dossier.project.area
    held = access.roles_over(by, unit=row.unit_id, area=area)
    return held if row.unit_id is not None else held & {Role.OFFICE}


def allowed(row: Handling, file: File, by: Person) -> set[str]:
    """The names of the acts open to the person."""
    roles = roles_at(row, by) & rules.WINDOW
    if not roles:
        return set()
    item, fellows = file.items.get(row.code), desk.starting(row, file)
    names = {str(one.verb) for one in rules.LOOP.open_moves(row.status, roles)}
    received = row.status == ItemStatus.RECEIVED
    if received and len(fellows) > 1:
        names = names - {"accept"} | {"joint"}
    elif received and window.may_follow(item):
        names.add("lacking")
    if received and len(fellows) < 2 and window.may_commit(item):
        names.add("commit")
    if not window.may_follow(item) and not row.lacking:
        names.discard("pass_lacking")
    return names & set(ACTS) | _afterwards(row, file)


def _afterwards(row: Handling, file: File) -> set[str]:
    """What is still to be done about papers owed, a seal, a promise."""
    names = set()
    if row.lacking and row.lacking_met_on is None and row.status in desk.OWING:
        names.add("meet")
    if row.status in window.PASSED and row.is_preview and row.exchanged_on is None and window.LAND & file.passed:
        names.add("exchange")
    if row.status in window.PASSED and row.by_commitment and row.checked_on is None:
        names |= {"kept", "broken"}
    return names
