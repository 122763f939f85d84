"""The published arithmetic that holds, in `../shared/facts/relations.jsonl`, holds through our functions too."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from citywright.projects.rules import rates

#: Relations about projects: parts, whole (None for a share), decimals as printed.
SUMS = {
    "R01": (["1743.3", "670.6", "1056.7"], "3470.6"),
}
#: Part, whole, per cent or mean as the relation states it, decimals.
SHARES = {
    "R03": ("3470.6", "26600", "13.05", 2),
    "R18": ("189", "200", "94.5", 1),
    "R19": ("143.85", "690.31", "20.8", 1),
    "R22": ("21", "152", "13.8", 1),
    "R23": ("21", "60", "35", 0),
}
MEANS = {
    "R15": ("1101", "23", "47.9", 1),
    "R16": ("2340", "406", "5.76", 2),
    "R24": ("780", "100", "7.8", 1),
}
GROWTH = {"R04": ("2413", "1301", "85.5", 1)}


@pytest.fixture()
def relations(shared: Path) -> dict[str, dict[str, str]]:
    lines = (shared / "facts" / "relations.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


def held(relations, key, *numbers):
    """The relation, which holds and states these numbers."""
    found = relations[key]
    assert found["verdict"] == "HOLDS"
    text = found["relation"] + found["calculation"]
    for number in numbers:
        assert number in text, (key, number)


@pytest.mark.parametrize("key", SUMS)
def test_parts_add_up_to_the_published_whole(relations, key):
    parts, whole = SUMS[key]
    held(relations, key, *parts, whole)
    assert rates.unstated(Decimal(whole), {part: Decimal(part) for part in parts}) == 0


@pytest.mark.parametrize("key", SHARES)
def test_shares_are_as_published(relations, key):
    part, whole, share, decimals = SHARES[key]
    held(relations, key, share)
    assert rates.percent(rates.ratio(Decimal(part), Decimal(whole)), decimals) == share


@pytest.mark.parametrize("key", MEANS)
def test_means_are_as_published(relations, key):
    total, count, mean, decimals = MEANS[key]
    held(relations, key, mean)
    assert rates.shown(rates.ratio(Decimal(total), Decimal(count)), decimals) == mean


@pytest.mark.parametrize("key", GROWTH)
def test_growth_is_as_published(relations, key):
    now, base, growth, decimals = GROWTH[key]
    held(relations, key, growth)
    found = rates.change(Decimal(now), Decimal(base))
    assert rates.percent(found, decimals) == growth
    assert str(rates.change_words(found)) == f"增长 {growth}%"


def test_the_counts_that_do_not_partition_leave_an_unclassified_row(relations):
    found = relations["R02"]
    assert found["verdict"] == "FAILS"
    assert rates.unstated(2000, {"产业": 1075, "基础设施": 98, "民生": 490}) == 337
    assert "337" in found["calculation"]


def test_named_parts_never_exceed_the_named_whole(relations):
    for key, parts, whole in (("R19", [19, 7, 7], 63), ("R23", [21], 60), ("R18", [15], 189)):
        held(relations, key)
        assert rates.unstated(whole, {str(i): part for i, part in enumerate(parts)}) >= 0
