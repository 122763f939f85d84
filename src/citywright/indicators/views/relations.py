"""Which page? Relations between figures with their verdict and arithmetic, and one relation with its terms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citywright.kernel.errors import CannotReach, Refusal
from citywright.kernel.http import Standing, say, standing
from citywright.ui.tables import Chip
from citywright.ui.templatetags.ui import t

from ..queries import relations as asked
from ..queries.reading import scope_of
from ..rules.judging import Judgement
from ..words import RelationKind, Verdict
from .judged import Shown, shown_judgement, term_lines, verdict_lamp

#: What hurts stands first.
ORDER = (Verdict.FAILS, Verdict.SUSPECT, Verdict.UNDECIDABLE, Verdict.TRAP, Verdict.HOLDS)
LEDGER, PUBLISHED = "ledger", "published"


def judged(request: HttpRequest, here: Standing, of: str) -> tuple[list[Judgement], str]:
    """The judgements of a table, and why there are none when the lake cannot be read."""
    if of != LEDGER:
        return asked.judged(), ""
    try:
        return asked.judged_ledger(scope_of(request.user, here.area), here.period), ""
    except CannotReach:
        raise
    except Refusal as refused:
        return [], say(refused.said)


@require_safe
def relation_list(request: HttpRequest) -> HttpResponse:
    """关系核对: every declared relation, the worst first; filters in the address."""
    here = standing(request)
    of = LEDGER if request.GET.get("of") == LEDGER else PUBLISHED
    found, fault = judged(request, here, of)
    rows = [shown_judgement(one) for one in sorted(found, key=lambda one: ORDER.index(one.verdict))]
    chips = chips_of(request, rows)
    counts = Counter(one.verdict for one in rows)
    asked_for = {chip.key: {value for value, _, on in chip.choices if on} for chip in chips}
    return render(request, "indicators/relation_list.html", {
        "here": here, "of": of, "fault": fault, "chips": chips, "in_force": any(chip.words for chip in chips),
        "rows": [row for row in rows if fits(row, asked_for)], "count": len(rows),
        "counts": [(verdict_lamp(verdict), counts[verdict], address(request, verdict=[verdict.value]))
                   for verdict in ORDER if counts[verdict]]})


def fits(row: Shown, wanted: dict[str, set[str]]) -> bool:
    """Whether a relation passes every filter in force."""
    told = {"verdict": {row.verdict.value}, "kind": {row.relation.kind.value}, "source": set(row.sources)}
    return all(not values or values & told[key] for key, values in wanted.items())


def chips_of(request: HttpRequest, rows: Sequence[Shown]) -> list[Chip]:
    """Verdict, kind and document as filters; only what occurs is offered."""
    occurring = {
        "verdict": (_("结论"), [(v.value, t(v)) for v in ORDER if any(r.verdict is v for r in rows)]),
        "kind": (_("种类"), [(k.value, t(k)) for k in RelationKind if any(r.relation.kind is k for r in rows)]),
        "source": (_("出处"), [(s, s) for s in sorted({source for row in rows for source in row.sources})])}
    made = []
    for key, (label, pairs) in occurring.items():
        now = {part for value in request.GET.getlist(key) for part in value.split(",")}
        choices = [(value, name, value in now) for value, name in pairs]
        words = _("、").join(name for _value, name, on in choices if on)
        if choices:
            made.append(Chip(key, label, words, address(request, **{key: []}), choices))
    return made


def address(request: HttpRequest, **given: list[str]) -> str:
    """This table's address with some filters set anew."""
    kept = {key: request.GET.getlist(key) for key in ("of", "verdict", "kind", "source")} | given
    return "?" + urlencode([(key, value.replace("\0", "")) for key, values in kept.items() for value in values])


@require_safe
def relation(request: HttpRequest, code: str) -> HttpResponse:
    """One relation: verdict, arithmetic, terms with their figures, and the question a person must answer."""
    here = standing(request)
    wanted = asked.relation(code.replace("\0", ""))
    ledger = any(term.indicator for term in wanted.terms.values())
    fault = ""
    if ledger:
        found, fault = judged(request, here, LEDGER)
        one = next((j for j in found if j.relation.id == wanted.id), None)
    else:
        one = asked.judged([wanted])[0]
    return render(request, "indicators/relation.html", {
        "here": here, "one": shown_judgement(one) if one else None, "terms": term_lines(one) if one else [],
        "lamp": verdict_lamp(one.verdict, large=True) if one else "", "ledger": ledger, "fault": fault,
        "derived": bool(one and one.derived),
        "title": wanted.zh, "number": wanted.id})


urlpatterns: list[URLPattern] = [
    path("relations/", relation_list, name="relations"),
    path("relations/<str:code>/", relation, name="relation"),
]
