"""What can be done with peer reviews: plan a round, set its route, open, count and publish its vote, print its route.

Tokens are told once, when they are made; only their SHA-256 stays, tied to nobody.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from citywright.kernel import access, clock, journal
from citywright.kernel.errors import Refusal
from citywright.kernel.models import Area, Person
from citywright.kernel.papers import Paper, long_day
from citywright.kernel.words import Role

from ..models import BallotToken, ObservationRound, ObservationStop, Project
from ..queries import ledger
from ..queries import observations as queries
from ..rules import observations as rules
from ..words import RoundStep, RoundVerb
from ..words.campaigns import DataMeasure


class CannotPlan(Refusal):
    """The round lacks its name, its weight is no share, or its route no longer changes."""


class CannotOpen(Refusal):
    """The route has too few stops, or the number of voters makes no vote."""


class CannotCount(Refusal):
    """Nobody voted, or a stop lacks its data score."""


def locked(one: ObservationRound) -> ObservationRound:
    """The round as it stands now, with its row locked."""
    return ObservationRound.objects.select_for_update(of=("self",)).select_related("area").get(pk=one.pk)


def tell(verb: str, one: ObservationRound, by: Person | None, at: datetime, **data: Any) -> None:
    """One line in the journal about a round."""
    journal.write(verb=verb, by=by, at=at, subject=one, area=one.area, data={"name": one.name} | data)


def _checked(name: str, field_weight: int, measure: str) -> str:
    if not name.strip() or len(name.strip()) > 80:
        raise CannotPlan("请写明观摩名称，不超过 80 个字")
    if not 0 <= field_weight <= 100:
        raise CannotPlan("现场票权重在 0 到 100 之间")
    if measure not in set(DataMeasure):
        raise CannotPlan("没有这种数据分")
    return name.strip()


def _planned(one: ObservationRound, by: Person) -> ObservationRound:
    """The round with its row locked, while it is still being prepared."""
    one = locked(one)
    access.require(by, Role.OFFICE, Role.CITY, area=one.area)
    if one.step != RoundStep.PLANNED:
        raise CannotPlan("已开放投票，不能再改")
    return one


@transaction.atomic
def plan(*, area: Area, name: str, held_on: date, by: Person, at: datetime, starts_at: time | None = None,
         gathers: str = "", field_weight: int = 60, measure: str = DataMeasure.PACE) -> ObservationRound:
    """The round stands, being prepared; refused when the area has one of that name."""
    access.require(by, Role.OFFICE, Role.CITY, area=area)
    name = _checked(name, field_weight, measure)
    if ObservationRound.objects.filter(area=area, name=name).exists():
        raise CannotPlan("已有名为“%(name)s”的观摩", name=name)
    made = ObservationRound.objects.create(
        area=area, name=name, held_on=held_on, starts_at=starts_at, gathers=gathers.strip(), measure=measure,
        field_weight=field_weight, made_by=by, made_at=at)
    tell("observation.planned", made, by, at, held_on=held_on, field_weight=field_weight, measure=measure)
    return made


@transaction.atomic
def amend(*, round: ObservationRound, name: str, held_on: date, by: Person, at: datetime,
          starts_at: time | None = None, gathers: str = "", field_weight: int = 60,
          measure: str = DataMeasure.PACE) -> ObservationRound:
    """The round says this; refused once the vote is open: weight and measure are fixed before anybody votes."""
    one = _planned(round, by)
    name = _checked(name, field_weight, measure)
    if ObservationRound.objects.filter(area=one.area, name=name).exclude(pk=one.pk).exists():
        raise CannotPlan("已有名为“%(name)s”的观摩", name=name)
    given = {"name": name, "held_on": held_on, "starts_at": starts_at, "gathers": gathers.strip(),
             "field_weight": field_weight, "measure": measure}
    before = {key: str(getattr(one, key)) for key, value in given.items() if getattr(one, key) != value}
    for key, value in given.items():
        setattr(one, key, value)
    one.save(update_fields=list(given))
    tell("observation.amended", one, by, at, before=before, after={key: str(given[key]) for key in before})
    return one


@transaction.atomic
def add_stop(*, round: ObservationRound, project: Project, by: Person, at: datetime, minutes: int = 20,
             speaker: str = "", contribution: str = "", arrives_at: time | None = None) -> ObservationStop:
    """The project is the last stop of the route; refused when it stands on it, or the person does not see it."""
    one = _planned(round, by)
    if not ledger.leaves(ledger.visible_to(by)).filter(pk=project.pk, area__path__startswith=one.area.path).exists():
        raise CannotPlan("“%(name)s”不能作为点位：不在本区域、已退出或是打包项目", name=project.name)
    if one.stops.filter(project=project).exists():
        raise CannotPlan("“%(name)s”已在路线上", name=project.name)
    if one.stops.count() >= rules.MOST_STOPS:
        raise CannotPlan("一次最多 %(count)s 个点位", count=rules.MOST_STOPS)
    last = one.stops.aggregate(last=Max("position"))["last"] or 0
    made = ObservationStop.objects.create(
        round=one, position=last + 1, project=project, unit=project.lead_unit, minutes=_minutes(minutes),
        speaker=speaker.strip(), contribution=contribution.strip(), arrives_at=arrives_at)
    tell("observation.stop_added", one, by, at, code=project.code, position=made.position)
    return made


def _minutes(minutes: int) -> int:
    if not 1 <= minutes <= 480:
        raise CannotPlan("停留 1 到 480 分钟")
    return minutes


@transaction.atomic
def set_route(*, round: ObservationRound, stops: Mapping[int, Mapping[str, Any]], by: Person, at: datetime) -> None:
    """The stops (by key) stand in the given order with times, minutes, speaker, contribution and typed data score.

    Those not named are off the route. Refused when a stop is not of this round.
    """
    one = _planned(round, by)
    kept = {stop.pk: stop for stop in one.stops.select_related("project").select_for_update(of=("self",))}
    if set(stops) - set(kept):
        raise CannotPlan("有点位不属于这一批观摩，请刷新页面再排")
    order = sorted(stops, key=lambda key: (stops[key].get("position", 0), kept[key].position))
    one.stops.exclude(pk__in=order).delete()
    for number, key in enumerate(order, 1):  # first out of the way: no two stops may share a place
        ObservationStop.objects.filter(pk=key).update(position=1000 + number)
    for number, key in enumerate(order, 1):
        _write_stop(kept[key], stops[key], number)
    tell("observation.route_set", one, by, at, stops=[kept[key].project.code for key in order])


def _write_stop(stop: ObservationStop, given: Mapping[str, Any], position: int) -> None:
    score: Decimal | None = given.get("data_score")
    if score is not None and not 0 <= score <= rules.FULL:
        raise CannotPlan("数据分在 0 到 100 之间")
    stop.position, stop.arrives_at, stop.minutes = position, given.get("arrives_at"), _minutes(given.get("minutes", 20))
    stop.speaker, stop.contribution = given.get("speaker", "").strip(), given.get("contribution", "").strip()
    stop.data_score = score
    stop.save()


@transaction.atomic
def open_voting(*, round: ObservationRound, voters: int, by: Person, at: datetime) -> list[str]:
    """The vote is open; answers one token for each voter, told this once: only their SHA-256 is kept."""
    one = locked(round)
    access.require(by, Role.OFFICE, Role.CITY, area=one.area)
    step = rules.LOOP.move(step=RoundStep(one.step), verb=RoundVerb.OPEN, roles=access.roles(by))
    if one.stops.count() < rules.FEWEST_STOPS:
        raise CannotOpen("至少要有 %(count)s 个点位才能投票", count=rules.FEWEST_STOPS)
    tokens = _hand_out(one, voters)
    one.step = step
    one.save(update_fields=["step"])
    tell("observation.opened", one, by, at, voters=voters)
    return tokens


@transaction.atomic
def add_voters(*, round: ObservationRound, voters: int, handed: int, by: Person, at: datetime) -> list[str]:
    """More tokens for a vote that is open, told this once; the journal keeps how many.

    `handed` is how many whoever asks believes to be out already: refused when others were made since, so that a second
    click makes none.
    """
    one = locked(round)
    access.require(by, Role.OFFICE, Role.CITY, area=one.area)
    if one.step != RoundStep.OPEN:
        raise CannotOpen("只有投票中的观摩才能增发选票")
    if one.tokens.count() != handed:
        raise CannotOpen("选票刚刚增发过，请刷新页面核对张数")
    tokens = _hand_out(one, voters)
    tell("observation.voters_added", one, by, at, voters=voters)
    return tokens


def _hand_out(one: ObservationRound, voters: int) -> list[str]:
    if voters < 1 or one.tokens.count() + voters > rules.MOST_VOTERS:
        raise CannotOpen("选票数在 1 到 %(most)s 之间", most=rules.MOST_VOTERS)
    tokens = ["".join(secrets.choice(rules.LETTERS) for _ in range(rules.LENGTH)) for _ in range(voters)]
    digests = sorted(rules.digest(token) for token in tokens)  # their order says nothing of who got which
    BallotToken.objects.bulk_create(BallotToken(round=one, digest=digest) for digest in digests)
    return [rules.printed(token) for token in tokens]


@transaction.atomic
def close(*, round: ObservationRound, by: Person, at: datetime) -> ObservationRound:
    """计票: nobody votes any more and the data scores are frozen; refused without ballots or a stop's data score."""
    one = locked(round)
    access.require(by, Role.OFFICE, Role.CITY, area=one.area)
    step = rules.LOOP.move(step=RoundStep(one.step), verb=RoundVerb.CLOSE, roles=access.roles(by))
    cast = queries.turnout(one).cast
    if not cast:
        raise CannotCount("还没有人投票")
    along = queries.stops(one)
    data = queries.computed(one, along)
    missing = [stop.project.name for stop in along if data[str(stop.pk)] is None]
    if missing and one.field_weight < rules.FULL:
        raise CannotCount("缺数据分，请先录入：%(names)s", names=missing)
    for stop in along:
        stop.data_score = data[str(stop.pk)]
    ObservationStop.objects.bulk_update(along, ["data_score"])
    one.step, one.closed_at = step, at
    one.save(update_fields=["step", "closed_at"])
    tell("observation.counted", one, by, at, ballots=cast, data={
        stop.project.code: str(stop.data_score) for stop in along})
    return one


@transaction.atomic
def publish(*, round: ObservationRound, by: Person, at: datetime) -> ObservationRound:
    """公布: everybody who sees the round sees its result; refused with too few ballots to keep them secret."""
    one = locked(round)
    access.require(by, Role.OFFICE, Role.CITY, area=one.area)
    one.step = rules.LOOP.move(step=RoundStep(one.step), verb=RoundVerb.PUBLISH, roles=access.roles(by))
    found = queries.counted(one)
    if found.is_few:
        raise CannotCount("票数过少（%(count)s 张），不能公布", count=found.ballots)
    one.save(update_fields=["step"])
    tell("observation.published", one, by, at, ballots=found.ballots, ranks={
        line.stop.project.code: line.score.rank for line in found.lines})
    return one


@transaction.atomic
def export_route(*, round: ObservationRound, by: Person, at: datetime) -> bytes:
    """路线单 as a Word file, and a journal line with the file's hash."""
    one = queries.found(by, round.pk)
    content = _paper(one, queries.route(by, one, queries.stops(one)), by, at)
    tell("observation.route_exported", one, by, at, sha256=hashlib.sha256(content).hexdigest())
    return content


def _paper(one: ObservationRound, along: Sequence[queries.StopOnRoute], by: Person, at: datetime) -> bytes:
    mark = f"{by} {at.astimezone(clock.CITY):%Y-%m-%d %H:%M} 导出"
    made = Paper(title=f"{one.name}路线单", author=str(by), at=at, mark=mark)
    made.title(f"{one.name}\n路线单")
    gather = f"集合：{one.gathers}" if one.gathers else "集合地点另行通知"
    start = f"，{one.starts_at:%H:%M}出发" if one.starts_at else ""
    made.body(f"日期：{long_day(one.held_on)}。{gather}{start}。共{len(along)}个点位。")
    rows = [[str(n), *_times(each.visit), each.stop.project.name, each.stop.unit.short_name, each.stop.speaker or "—"]
            for n, each in enumerate(along, 1)]
    made.table(head=("序号", "到达", "离开", "项目", "单位", "讲解人"), rows=rows, widths=(10, 14, 14, 62, 30, 26),
               left=(3, 4, 5), caption="路线单", grid=True)
    for each in along:
        if each.stop.contribution:
            made.heading(3, each.stop.project.name)
            made.body(each.stop.contribution)
    return made.content()


def _times(visit: rules.Visit | None) -> tuple[str, str]:
    return (f"{visit.arrives:%H:%M}", f"{visit.leaves:%H:%M}") if visit else ("—", "—")

