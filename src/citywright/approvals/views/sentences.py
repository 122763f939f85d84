"""What is said to the enterprise today: ready sentences from its dossier, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..queries.people import Journey
from .enterprise import finish, name_of, step
from .plan_picture import Names, dated

#: How many items a sentence names before it says how many more, and how many requests are said one by one.
NAMED, MOST_ASKED = 3, 5


def sentences(journey: Journey, names: Names) -> list[str]:
    """What stands, what is needed, what is late, what comes, when it is done; only what there is to say."""
    plan = journey.plan
    done, running, count = plan.counts(plan.codes)
    said = [_("“%(name)s”截至 %(day)s 共需办理 %(count)s 项，已办结 %(done)s 项，在办 %(running)s 项。") % {
        "name": journey.dossier.project.name, "day": dated(journey.on, journey.on), "count": count, "done": done,
        "running": running}]
    return [one for one in (*said, *_asked(journey), _late(journey), _due(journey), _ready(journey, names),
                            _finish(journey)) if one]


def _asked(journey: Journey) -> list[str]:
    """Supplements and papers owed, each with its papers."""
    found = []
    for need in journey.needs:
        if not need.is_supplement:
            continue
        given = {"item": name_of(journey, need.code, need.name), "papers": _("；").join(need.papers) or _("材料"),
                 "day": dated(need.until, journey.on) if need.until else ""}
        found.append((_("“%(item)s”请在 %(day)s 前补齐：%(papers)s。") if need.until else
                      _("“%(item)s”需要您补正：%(papers)s。补正期间不计时，越早补齐越早办结。")) % given)
    return found[:MOST_ASKED]


def _late(journey: Journey) -> str:
    """What is past its day: named openly."""
    late = [one for one in (step(journey, row) for row in journey.running) if one.is_bad]
    return _("“%(items)s”已超过承诺时限，我们正在向%(units)s催办。") % {
        "items": several([one.name for one in late]),
        "units": _("、").join(dict.fromkeys(one.holder for one in late))} if late else ""


def _due(journey: Journey) -> str:
    """What ends next."""
    coming = [row for row in journey.running if row.due_on and row.due_on >= journey.on]
    if not coming:
        return ""
    one = step(journey, coming[0])
    return _("最近要办结的是“%(item)s”，%(unit)s，%(words)s。") % {"item": one.name, "unit": one.holder,
                                                       "words": one.words}


def _ready(journey: Journey, names: Names) -> str:
    """What may be handed in now."""
    ready = [names.task(bar.task.code) for bar in journey.ready]
    return _("现在可以送件的有：%(items)s。") % {"items": several(ready)} if ready else ""


def _finish(journey: Journey) -> str:
    """When it is done, and how that moved."""
    told = finish(journey)
    if not told:
        return ""
    said = _("%(what)s预计 %(likely)s，八成把握在 %(early)s 至 %(late)s。") % told
    moved = told["moves"][0] if told["moves"] else None
    if moved and moved["later"] and moved["holds"]:
        return f'{said}{_("比上次告知推迟 %(later)s 天，卡在“%(holds)s”。") % moved}'
    if moved and moved["later"]:
        return f'{said}{_("比上次告知推迟 %(later)s 天。") % moved}'
    sooner = _("比上次告知提前 %(earlier)s 天。") % moved if moved and moved["earlier"] else ""
    return f"{said}{sooner}"


def several(names: list[str]) -> str:
    """The first names, and how many more."""
    text = _("、").join(names[:NAMED])
    return _("%(items)s 等 %(count)s 项") % {"items": text, "count": len(names)} if len(names) > NAMED else text
